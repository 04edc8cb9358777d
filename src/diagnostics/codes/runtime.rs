//! E03xx: what goes wrong while a program runs.
//!
//! Each uncaught exception of a built-in type has a code, so that it can be
//! looked up; exceptions of the program's own classes share E0300. The table
//! goes by the names of the types and knows no exception objects.

use super::Code;

/// The code of a built-in exception type by its name; `E0300` for all others.
pub(super) fn of_exception(type_name: &str) -> &'static str {
    EXCEPTIONS.iter().find(|(name, _)| *name == type_name).map_or("E0300", |&(_, code)| code)
}

/// Built-in exception types and their codes; the first of a code is the one that names it.
pub(super) const EXCEPTIONS: &[(&str, &str)] = &[
    ("Exception", "E0300"),
    ("NameError", "E0301"),
    ("UnboundLocalError", "E0301"),
    ("TypeError", "E0302"),
    ("ValueError", "E0303"),
    ("UnicodeError", "E0303"),
    ("UnicodeDecodeError", "E0303"),
    ("UnicodeEncodeError", "E0303"),
    ("UnicodeTranslateError", "E0303"),
    ("JSONDecodeError", "E0303"),
    ("ZeroDivisionError", "E0304"),
    ("KeyError", "E0305"),
    ("IndexError", "E0306"),
    ("LookupError", "E0306"),
    ("AttributeError", "E0307"),
    ("RecursionError", "E0308"),
    ("AssertionError", "E0309"),
    ("ImportError", "E0310"),
    ("ModuleNotFoundError", "E0310"),
    ("ReferenceError", "E0311"),
    ("OSError", "E0314"),
    ("FileNotFoundError", "E0314"),
    ("FileExistsError", "E0314"),
    ("PermissionError", "E0314"),
    ("IsADirectoryError", "E0314"),
    ("NotADirectoryError", "E0314"),
    ("BlockingIOError", "E0314"),
    ("ChildProcessError", "E0314"),
    ("InterruptedError", "E0314"),
    ("ProcessLookupError", "E0314"),
    ("ConnectionError", "E0314"),
    ("BrokenPipeError", "E0314"),
    ("ConnectionAbortedError", "E0314"),
    ("ConnectionRefusedError", "E0314"),
    ("ConnectionResetError", "E0314"),
    ("OverflowError", "E0315"),
    ("ArithmeticError", "E0315"),
    ("FloatingPointError", "E0315"),
    ("RuntimeError", "E0316"),
    ("NotImplementedError", "E0317"),
    ("StopIteration", "E0318"),
    ("StopAsyncIteration", "E0318"),
    ("CancelledError", "E0319"),
    ("TimeoutError", "E0319"),
    ("EOFError", "E0320"),
    ("MemoryError", "E0321"),
];

pub(super) const CODES: &[Code] = &[
    Code {
        id: "E0300",
        title: "uncaught exception",
        text: "An exception was raised and nothing around it caught it, so the program ended. The traceback shows the \
               calls that led there, the most recent one last. A `try` with a fitting `except` around one of them \
               would have caught it.",
        wrong: r#"obj OutOfStock(Exception) { }
with entry {
    raise OutOfStock();
}"#,
        right: r#"obj OutOfStock(Exception) { }
with entry {
    try {
        raise OutOfStock();
    } except OutOfStock {
        print("come back tomorrow");
    }
}"#,
        help: None,
    },
    Code {
        id: "E0301",
        title: "NameError: the name has no value",
        text: "A name was used that nothing has defined by then. A function or archetype exists once its definition \
               has run, so code at the top of a module cannot use what stands below it. A variable that is \
               assigned anywhere in a function is local to it in all of it; `global` changes that.",
        wrong: r#"glob total = 0;
def add(n: int) {
    total += n;
}
with entry {
    add(1);
}"#,
        right: r#"glob total = 0;
def add(n: int) {
    global total;
    total += n;
}
with entry {
    add(1);
}"#,
        help: None,
    },
    Code {
        id: "E0302",
        title: "TypeError: a value of the wrong type",
        text: "An operation got a value that it cannot work with: an operand of another type, something that cannot \
               be called or iterated, or a call with too few, too many or unknown arguments.",
        wrong: r#"with entry {
    age = 41;
    print("age: " + age);
}"#,
        right: r#"with entry {
    age = 41;
    print("age: " + str(age));
}"#,
        help: None,
    },
    Code {
        id: "E0303",
        title: "ValueError: a value that cannot be used",
        text: "The type is right, the value is not: text that is no number, a tuple of another length than the names \
               that it is unpacked into, bytes that are no text, an id that is malformed.",
        wrong: r#"with entry {
    print(int("forty"));
}"#,
        right: r#"with entry {
    word = "forty";
    print(int(word) if word.isdigit() else 0);
}"#,
        help: None,
    },
    Code {
        id: "E0304",
        title: "ZeroDivisionError: division by zero",
        text: "`/`, `//`, `%` and `divmod` need a divisor that is not zero; floats are no exception.",
        wrong: r#"def mean(numbers: list) -> float {
    return sum(numbers) / len(numbers);
}
with entry {
    print(mean([]));
}"#,
        right: r#"def mean(numbers: list) -> float {
    return sum(numbers) / len(numbers) if numbers else 0.0;
}
with entry {
    print(mean([]));
}"#,
        help: Some("test the divisor before dividing"),
    },
    Code {
        id: "E0305",
        title: "KeyError: the key is not there",
        text: "A dict was asked for a key, or a set for an element, that it does not hold. Keys of different types are \
               different (`1` and `\"1\"`), but equal numbers are one key (`1` and `1.0`).",
        wrong: r#"with entry {
    ages = {"Ann": 41};
    print(ages["Bob"]);
}"#,
        right: r#"with entry {
    ages = {"Ann": 41};
    print(ages.get("Bob", "unknown"));
}"#,
        help: Some("test with `in`, or use `.get(key, default)`"),
    },
    Code {
        id: "E0306",
        title: "IndexError: the index is out of range",
        text: "A sequence of n items has the indexes 0 to n - 1, and -1 to -n from its end. An empty one has none. \
               Slices never raise this. In a graph, `[here --> ][0]` fails if there is no neighbour.",
        wrong: r#"with entry {
    names = ["Ann", "Bob"];
    print(names[2]);
}"#,
        right: r#"with entry {
    names = ["Ann", "Bob"];
    print(names[-1]);
}"#,
        help: Some("test `len()` first, or iterate over the items"),
    },
    Code {
        id: "E0307",
        title: "AttributeError: no such attribute",
        text: "The object has no field, method or variable of that name. Often it is `None` because something was not \
               found; `?.` gives None then. A field declared `by postinit` exists once `postinit` has set it.",
        wrong: r#"obj Dog {
    has name: str;
}
with entry {
    print(Dog("Rex").nam);
}"#,
        right: r#"obj Dog {
    has name: str;
}
with entry {
    print(Dog("Rex").name);
}"#,
        help: None,
    },
    Code {
        id: "E0308",
        title: "RecursionError: calls nested too deeply",
        text: "Functions called each other 1000 deep. Most often the case that ends the recursion is missing or never \
               reached. What is meant to go deep is better written as a loop with a list of what is left to do.",
        wrong: r#"def count(n: int) -> int {
    return count(n - 1);
}
with entry {
    print(count(10));
}"#,
        right: r#"def count(n: int) -> int {
    return 0 if n == 0 else count(n - 1);
}
with entry {
    print(count(10));
}"#,
        help: Some("check the case that should end the recursion, or use a loop"),
    },
    Code {
        id: "E0309",
        title: "AssertionError: an assertion does not hold",
        text: "`assert` states what has to be true at this point, and it was not. Either the code before it is wrong, \
               or the assertion is. To check what a user typed, use `if` and `raise`.",
        wrong: r#"with entry {
    total = 0.1 + 0.2;
    assert total == 0.3, total;
}"#,
        right: r#"with entry {
    total = 0.1 + 0.2;
    assert abs(total - 0.3) < 1e-9, total;
}"#,
        help: None,
    },
    Code {
        id: "E0310",
        title: "ImportError: a module cannot be imported",
        text: "The module was not found, or does not define the name that was asked for. Jac modules are looked for \
               beside the importing file and in the directories of `JACPATH`; the usual standard modules are \
               built in. Packages of Python cannot be imported.",
        wrong: r#"import from math { squareroot }
with entry {
    print(squareroot(16));
}"#,
        right: r#"import from math { sqrt }
with entry {
    print(sqrt(16));
}"#,
        help: None,
    },
    Code {
        id: "E0311",
        title: "ReferenceError: the node or edge is gone",
        text: "A variable still holds a node or an edge that has been deleted, here or by another walker. What the \
               queue of a walker holds is skipped in this case; any other use is an error.",
        wrong: r#"node City {
    has name: str;
}
async walker Nobody { }
with entry {
    city = City("Ulm");
    town = city;
    root ++> city;
    del city;
    print(town.name);
}"#,
        right: r#"node City {
    has name: str;
}
async walker Nobody { }
with entry {
    city = City("Ulm");
    town = city;
    root ++> city;
    print(town.name);
    del city;
}"#,
        help: Some("do not keep nodes that may be deleted; look them up again"),
    },
    Code {
        id: "E0312",
        title: "an async walker failed",
        text: "An async walker raised an exception that none of its abilities caught, and nobody awaited the walker or \
               read its status. The changes of its last step to the graph were dropped; earlier steps stay. \
               `await` its id to get the exception where the walker was started.",
        wrong: r#"async walker Divide {
    has by: int;
    can work with `root entry {
        print(1 / self.by);
    }
}
with entry {
    root spawn Divide(0);
}"#,
        right: r#"async walker Divide {
    has by: int;
    can work with `root entry {
        print(1 / self.by);
    }
}
with entry {
    try {
        await (root spawn Divide(0));
    } except ZeroDivisionError as e {
        print("failed:", e);
    }
}"#,
        help: Some("`await` its id to handle the exception"),
    },
    Code {
        id: "E0313",
        title: "a bug of ambler",
        text: "Ambler itself went wrong: nothing that a program does should lead here. What the program had committed \
               stays. Please report it with the smallest program that shows it; with AMBLER_BACKTRACE=1 set, the \
               report says where in ambler it happened.",
        wrong: "",
        right: "",
        help: None,
    },
    Code {
        id: "E0314",
        title: "OSError: the system refused",
        text: "A file could not be opened, read or written, or a connection could not be made: it does not exist, is \
               something else, or may not be used. The message has the system's reason.",
        wrong: r#"with entry {
    print(open("no_such_file.txt").read());
}"#,
        right: r#"with entry {
    try {
        print(open("no_such_file.txt").read());
    } except FileNotFoundError {
        print("no notes yet");
    }
}"#,
        help: None,
    },
    Code {
        id: "E0315",
        title: "OverflowError: the result is too large",
        text: "Integers have no bounds, but floats do (about 1.8e308), and so have sizes and repetitions.",
        wrong: r#"with entry {
    print(10.0 ** 400);
}"#,
        right: r#"with entry {
    print(10 ** 400);
}"#,
        help: Some("use integers, or scale the numbers down"),
    },
    Code {
        id: "E0316",
        title: "RuntimeError: not possible at this point",
        text: "The operation is fine, but not now: a dict or set changed its size while it was being iterated, a \
               generator was resumed from inside itself, a walker waited for itself or was spawned while running.",
        wrong: r#"with entry {
    ages = {"Ann": 41, "Bob": 7};
    for name in ages {
        if ages[name] < 18 {
            ages.pop(name);
        }
    }
}"#,
        right: r#"with entry {
    ages = {"Ann": 41, "Bob": 7};
    for name in list(ages) {
        if ages[name] < 18 {
            ages.pop(name);
        }
    }
}"#,
        help: None,
    },
    Code {
        id: "E0317",
        title: "NotImplementedError: left to a subclass",
        text: "A method was called that its class leaves to subclasses, or a part of the program that its author has \
               not written yet.",
        wrong: r#"obj Shape {
    def area -> float {
        raise NotImplementedError("area");
    }
}
with entry {
    print(Shape().area());
}"#,
        right: r#"obj Shape {
    def area -> float {
        raise NotImplementedError("area");
    }
}
obj Square(Shape) {
    has side: float;
    def area -> float {
        return self.side ** 2;
    }
}
with entry {
    print(Square(2.0).area());
}"#,
        help: None,
    },
    Code {
        id: "E0318",
        title: "StopIteration: the iterator is empty",
        text: "`next()` was asked for an item when none was left. A `for` loop handles this by itself.",
        wrong: r#"with entry {
    numbers = iter([1]);
    print(next(numbers));
    print(next(numbers));
}"#,
        right: r#"with entry {
    numbers = iter([1]);
    print(next(numbers));
    print(next(numbers, None));
}"#,
        help: Some("give `next` a second argument: what to take at the end"),
    },
    Code {
        id: "E0319",
        title: "cancelled, or out of time",
        text: "A walker or a wait was ended from outside: by `task_cancel` or Ctrl-C (CancelledError), or because it \
               took longer than it was given (TimeoutError). `finally` blocks have run.",
        wrong: r#"import asyncio;
async walker Slow {
    can work with `root entry {
        import from time { sleep }
        sleep(5);
    }
}
with entry {
    print(await asyncio.wait_for(root spawn Slow(), 0.05));
}"#,
        right: r#"import asyncio;
async walker Slow {
    can work with `root entry {
        import from time { sleep }
        sleep(0.01);
    }
}
with entry {
    print(await asyncio.wait_for(root spawn Slow(), 5));
}"#,
        help: None,
    },
    Code {
        id: "E0320",
        title: "EOFError: no more input",
        text: "`input()` wanted a line, and standard input had ended: it is a file or a pipe that has been read, or \
               Ctrl-D was pressed.",
        wrong: r#"with entry {
    print(input());
}"#,
        right: r#"with entry {
    try {
        print(input());
    } except EOFError {
        print("nothing typed");
    }
}"#,
        help: None,
    },
    Code {
        id: "E0321",
        title: "MemoryError: too large to hold",
        text: "A single value of a size was asked for that cannot be stored, such as a text repeated 10 ** 15 times.",
        wrong: r#"with entry {
    print(len("x" * 10 ** 15));
}"#,
        right: r#"with entry {
    print(len("x" * 10 ** 3));
}"#,
        help: None,
    },
];
