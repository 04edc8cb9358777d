//! E02xx: names and structure, found without running the program.
//!
//! `ambler check` reports these; `ambler run` does not refuse a program for
//! them, since a name that is not defined matters only when it is reached. How
//! the resolver finds them is its own concern.

use super::Code;

pub(super) const CODES: &[Code] = &[
    Code {
        id: "E0201",
        title: "undefined name",
        text: "No variable, function, archetype, import or builtin of this name can be seen from here. A name that \
               is assigned in a function is local to it; one that is defined further down in the module exists \
               once its definition has run. In a method, fields are reached through `self`.",
        wrong: r#"with entry {
    count = 3;
    print(cuont);
}"#,
        right: r#"with entry {
    count = 3;
    print(count);
}"#,
        help: Some("define it, import it, or correct its spelling"),
    },
    Code {
        id: "E0202",
        title: "field declared twice",
        text: "An archetype declares two fields of one name. The second would silently replace the first. A \
               subclass may declare a field of its base again, to give it another default.",
        wrong: r#"obj Point {
    has x: int = 0;
    has x: int = 1;
}"#,
        right: r#"obj Point {
    has x: int = 0;
    has y: int = 1;
}"#,
        help: Some("remove one of them, or rename it"),
    },
    Code {
        id: "E0203",
        title: "`impl` without a declaration",
        text: "An `impl` gives a body to something that is declared elsewhere: an archetype, an enum, a function, \
               a method or an ability, in the same module or in the one that an annex file belongs to. This one \
               finds no declaration, so nobody would ever call it.",
        wrong: r#"obj Dog {
    def speak -> str;
}
impl Dog.speek -> str {
    return "woof";
}
impl Dog.speak -> str {
    return "Woof";
}"#,
        right: r#"obj Dog {
    def speak -> str;
}
impl Dog.speak -> str {
    return "Woof";
}"#,
        help: Some("declare it, or correct the name behind `impl`"),
    },
    Code {
        id: "E0204",
        title: "`break` or `continue` outside of a loop",
        text: "`break` ends the loop around it, `continue` starts its next round. There is no loop here; a function \
               that is defined inside a loop is not part of it. To leave a function use `return`, to leave an \
               ability `skip`, to end a walker `disengage`.",
        wrong: r#"def first(items: list) {
    if not items {
        break;
    }
    print(items[0]);
}"#,
        right: r#"def first(items: list) {
    if not items {
        return;
    }
    print(items[0]);
}"#,
        help: Some("use `return` to leave a function, `disengage` to end a walker"),
    },
    Code {
        id: "E0205",
        title: "`return` or `yield` outside of a function",
        text: "`return`, `yield` and `skip` belong in functions, methods and abilities. A `with entry` block is part \
               of the module: it runs to its end, or until `exit()`.",
        wrong: r#"with entry {
    print("hello");
    return;
}"#,
        right: r#"def hello {
    print("hello");
    return;
}
with entry {
    hello();
}"#,
        help: Some("put the code in a function, or remove this statement"),
    },
    Code {
        id: "E0206",
        title: "field without default after one with default",
        text: "The constructor takes the fields in the order of their declaration, those of the bases first. As in \
               a parameter list, one that has to be given cannot follow one that may be left out. A field that \
               is set in `postinit` is no part of the constructor.",
        wrong: r#"obj User {
    has active: bool = True;
    has name: str;
}"#,
        right: r#"obj User {
    has name: str;
    has active: bool = True;
}"#,
        help: Some("move it in front, give it a default, or write `by postinit`"),
    },
    Code {
        id: "E0207",
        title: "`impl` with other parameters than its declaration",
        text: "The declaration says how something is called; the `impl` repeats its parameters or leaves them out. \
               This one has another number of them, so calls that fit the one would not fit the other.",
        wrong: r#"obj Adder {
    def add(a: int, b: int) -> int;
}
impl Adder.add(a: int) -> int {
    return a;
}"#,
        right: r#"obj Adder {
    def add(a: int, b: int) -> int;
}
impl Adder.add(a: int, b: int) -> int {
    return a + b;
}"#,
        help: Some("give both the same parameters"),
    },
    Code {
        id: "E0208",
        title: "declaration without a body",
        text: "A function, ability or archetype that ends with `;` is only declared: its body is expected from an \
               `impl` in this module or in an annex file (`name.impl.jac`). There is none. A method that \
               subclasses have to define is marked with `abs`.",
        wrong: r#"def area(radius: float) -> float;
with entry {
    print(area(1.0));
}"#,
        right: r#"def area(radius: float) -> float;
impl area(radius: float) -> float {
    return 3.14159 * radius ** 2;
}
with entry {
    print(area(1.0));
}"#,
        help: Some("add an `impl`, write the body here, or mark it with `abs`"),
    },
    Code {
        id: "E0209",
        title: "needs an async function",
        text: "`async for`, `async with` and asynchronous comprehensions wait between their steps, which only an \
               `async` function, method or ability can do. A plain `await` may stand anywhere.",
        wrong: r#"def show(lines: any) {
    async for line in lines {
        print(line);
    }
}"#,
        right: r#"async def show(lines: any) {
    async for line in lines {
        print(line);
    }
}"#,
        help: Some("put `async` in front of the function"),
    },
    Code {
        id: "E0210",
        title: "import not found",
        text: "No module of this name exists: neither a file beside the importing one (or in a directory of \
               `JACPATH`), nor a native module of ambler; or the module does not define what is imported from \
               it. Packages of Python cannot be imported.",
        wrong: r#"import maths;
with entry {
    print(maths.sqrt(16));
}"#,
        right: r#"import math;
with entry {
    print(math.sqrt(16));
}"#,
        help: Some("correct the name, or put the module beside this file"),
    },
    Code {
        id: "E0211",
        title: "defined twice",
        text: "Two functions, archetypes or methods of one name stand in the same place; only the last one can ever \
               be reached. For getters and setters of one name, use `@property` and `@name.setter`.",
        wrong: r#"def area(side: int) -> int {
    return side * side;
}
def area(width: int, height: int) -> int {
    return width * height;
}"#,
        right: r#"def square(side: int) -> int {
    return side * side;
}
def area(width: int, height: int) -> int {
    return width * height;
}"#,
        help: Some("rename one of them"),
    },
    Code {
        id: "E0212",
        title: "misplaced scope declaration",
        text: "`global` and `nonlocal` stand in a function, before the first use of the name; the name is no \
               parameter of it, and for `nonlocal` a function around it has a variable of that name.",
        wrong: r#"glob count = 0;
def tick {
    count = 1;
    global count;
}"#,
        right: r#"glob count = 0;
def tick {
    global count;
    count = 1;
}"#,
        help: Some("move it to the beginning of the function"),
    },
    Code {
        id: "E0213",
        title: "loop that waits for others but never pauses",
        text: "A step of a walker sees one snapshot of the graph, and a new one after a wait. A loop that reads the \
               same field until somebody else changes it, without a wait inside, never sees the change and never \
               ends.",
        wrong: r#"node Gate {
    has open: bool = False;
}
async walker Guard {
    can watch with Gate entry {
        while not here.open { }
        print("open");
    }
}"#,
        right: r#"import from time { sleep }
node Gate {
    has open: bool = False;
}
async walker Guard {
    can watch with Gate entry {
        while not here.open {
            sleep(0.1);
        }
        print("open");
    }
}"#,
        help: Some("call `sleep` inside the loop"),
    },
    Code {
        id: "E0214",
        title: "bases that cannot be ordered",
        text: "The order in which bases are searched has to keep the order in every base's own list. Here two of \
               them ask for opposite orders, or an archetype is its own base.",
        wrong: r#"obj A { }
obj B(A) { }
obj C(A, B) { }"#,
        right: r#"obj A { }
obj B(A) { }
obj C(B, A) { }"#,
        help: Some("name the more specific base first"),
    },
];
