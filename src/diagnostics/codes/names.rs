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
        title: "`super` outside of a method",
        text: "`super` reaches what the bases of an archetype define, for the object whose method is running. A \
               function outside of an archetype, a `with entry` block and a static method have no such object, \
               so there is nothing that `super` could stand for.",
        wrong: r#"obj Animal {
    def speak -> str {
        return "...";
    }
}
obj Dog(Animal) {
    def speak -> str {
        return "woof";
    }
}
def whisper(dog: Dog) -> str {
    return super.speak();
}"#,
        right: r#"obj Animal {
    def speak -> str {
        return "...";
    }
}
obj Dog(Animal) {
    def speak -> str {
        return "woof";
    }
    def whisper -> str {
        return super.speak();
    }
}"#,
        help: Some("use it in a method, or name the base: `Animal.speak(dog)`"),
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
    Code {
        id: "E0215",
        title: "two impls of one declaration",
        text: "A declaration gets its body from one `impl`. Here a second one follows, in this file or in an annex \
               file, and it is never used: the first one counts. Often it is a copy that was meant for another \
               name, or an old version that was left behind.",
        wrong: r#"def area(side: float) -> float;
impl area(side: float) -> float {
    return side * side;
}
impl area(side: float) -> float {
    return side ** 2;
}"#,
        right: r#"def area(side: float) -> float;
impl area(side: float) -> float {
    return side * side;
}"#,
        help: Some("remove one of them"),
    },
    Code {
        id: "E0216",
        title: "parameter beside an implied one of the same name",
        text: "Methods have a parameter `self` without declaring it. A `self` that is written first all the same is \
               taken for it, but one that stands further back is a second parameter of that name, and two of one \
               name cannot be told apart.",
        wrong: r#"obj Account {
    has balance: int = 0;
    def add(amount: int, self: Account) {
        self.balance += amount;
    }
}"#,
        right: r#"obj Account {
    has balance: int = 0;
    def add(amount: int) {
        self.balance += amount;
    }
}"#,
        help: Some("remove `self` from the parameters, or rename it"),
    },
    Code {
        id: "E0217",
        title: "no walker or node is meant here",
        text: "`visit`, `ignore` and `disengage` tell the walker that is running what to do, and an arrow with \
               nothing on its left starts at the node that the walker is on. In an ability both are known. A \
               function or a `with entry` block has neither: give the function a parameter `visitor`, and write \
               the node in front of the arrow, as in `[root -->]`.",
        wrong: r#"walker Tour {
    can travel with `root entry {
        go_on();
    }
}
def go_on {
    visit [-->];
}"#,
        right: r#"walker Tour {
    can travel with `root entry {
        visit [-->];
    }
}
with entry {
    root spawn Tour();
    print([root -->]);
}"#,
        help: Some("use it in an ability, or say which walker and which node are meant"),
    },
    Code {
        id: "E0218",
        title: "file that cannot be read",
        text: "A file that belongs to the program is there, but cannot be read: the one of an imported module, or \
               an annex file (`name.impl.jac`, `name.test.jac`). It may be protected, hold something else than \
               text in UTF-8, or be larger than any program should be. The help has the system's reason.",
        wrong: "",
        right: "",
        help: Some("check the permissions of the file, and that it is saved as UTF-8"),
    },
    Code {
        id: "E0219",
        title: "`impl` of something abstract",
        text: "`abs` says that an archetype leaves a method to its subclasses. This `impl` gives the method a body \
               all the same, and is ignored. Either the method has a body here, then it is declared without `abs`; \
               or every subclass brings its own.",
        wrong: r#"obj Shape {
    def area -> float abs;
}
impl Shape.area -> float {
    return 0.0;
}"#,
        right: r#"obj Shape {
    def area -> float abs;
}
obj Square(Shape) {
    has side: float;
    def area -> float;
}
impl Square.area -> float {
    return self.side ** 2;
}"#,
        help: Some("remove `abs` from the declaration, or the impl"),
    },
    Code {
        id: "E0220",
        title: "statement in the body of an archetype",
        text: "The `impl` of an archetype holds its members: fields, methods and abilities. A statement is none of \
               them, and is never run. What every new object should do belongs in `postinit`; what is done once \
               belongs in a `with entry` block of the module.",
        wrong: r#"obj Counter;
impl Counter {
    has count: int = 0;
    print("a counter");
}"#,
        right: r#"obj Counter;
impl Counter {
    has count: int = 0;
    def postinit {
        print("a counter");
    }
}"#,
        help: Some("put it into a method, or into a `with entry` block of the module"),
    },
    Code {
        id: "E0221",
        title: "`by postinit` without a `postinit`",
        text: "A field that is declared `by postinit` is left out of the constructor: the method `postinit`, which \
               runs for every new object, gives it its first value. This archetype has no such method, so the \
               field would never exist.",
        wrong: r#"obj Square {
    has side: float;
    has area: float by postinit;
}"#,
        right: r#"obj Square {
    has side: float;
    has area: float by postinit;
    def postinit {
        self.area = self.side ** 2;
    }
}"#,
        help: Some("add a `postinit` that sets it, or give it a default instead"),
    },
    Code {
        id: "E0222",
        title: "`:=` in a comprehension of a class body",
        text: "`:=` in a comprehension gives a value to a name of the function around it. Directly in an archetype \
               there is no function, and a comprehension cannot set the fields of the archetype, so the name would \
               be lost. Python refuses it too.",
        wrong: r#"obj Series {
    static has values: list = [(last := 2 * n) for n in [1, 2, 3]];
}"#,
        right: r#"obj Series {
    static has values: list = [2 * n for n in [1, 2, 3]];
    static has last: int = values[-1];
}"#,
        help: Some("leave `:=` out, and compute the value in a line of its own"),
    },
    Code {
        id: "E0223",
        title: "too many local variables",
        text: "A function can have 60,000 variables of its own. Nobody writes that many by hand; a program that was \
               generated might. The rest of the program runs, but this function raises SyntaxError when it is \
               called.",
        wrong: "",
        right: "",
        help: Some("split the function, or keep the values in a dict or a list"),
    },
];
