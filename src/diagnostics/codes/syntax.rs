//! E01xx: text that is not a Jac program.
//!
//! A program with one of these is not run at all. The entries are ordered by
//! code; the lexer, the layout pass and the parser report them, and this file
//! knows nothing of how they come to see them.

use super::Code;

pub(super) const CODES: &[Code] = &[
    Code {
        id: "E0101",
        title: "unexpected character",
        text: "This character has no meaning in Jac outside strings and comments. Characters that only look like \
               others (curved quotes, a long dash, a space of another width) come from text that was copied \
               out of a document.",
        wrong: r#"with entry {
    price = 3 $ 4;
}"#,
        right: r#"with entry {
    price = 3 * 4;
}"#,
        help: Some("remove it, or put it in a string"),
    },
    Code {
        id: "E0102",
        title: "unterminated string",
        text: "A string in single or double quotes ends on the line on which it begins; one in triple quotes may be \
               longer, but has to end before the file does. A quote of the same kind inside a string is \
               written `\\\"`, or the string is put in quotes of the other kind.",
        wrong: r#"with entry {
    print("hello);
}"#,
        right: r#"with entry {
    print("hello");
}"#,
        help: Some("close it, or use triple quotes for text of several lines"),
    },
    Code {
        id: "E0103",
        title: "missing `;`",
        text: "A statement ends with a semicolon; the end of a line does not end it. The report points behind the \
               last word of the statement. Blocks in braces, and `import from m { a }`, take none.",
        wrong: r#"with entry {
    name = "Ann"
    print(name);
}"#,
        right: r#"with entry {
    name = "Ann";
    print(name);
}"#,
        help: Some("add `;` at the end of the statement"),
    },
    Code {
        id: "E0104",
        title: "unexpected token",
        text: "Something stands where the grammar does not allow it. The report says what was found and what \
               could stand there instead. Often the real mistake is a little earlier: an operator without its \
               right side, a comma too many, or a word that was forgotten.",
        wrong: r#"with entry {
    total = 1 + * 2;
    print(total);
}"#,
        right: r#"with entry {
    total = 1 + 2;
    print(total);
}"#,
        help: None,
    },
    Code {
        id: "E0105",
        title: "malformed number",
        text: "A number may have single underscores between its digits, and a prefix `0x`, `0o` or `0b` with the \
               digits that belong to it. There are no complex numbers, and no letters behind a number.",
        wrong: r#"with entry {
    print(0b102, 12abc);
}"#,
        right: r#"with entry {
    print(0b101, 12);
}"#,
        help: None,
    },
    Code {
        id: "E0106",
        title: "bad escape in a string",
        text: "`\\x` needs two hexadecimal digits, `\\u` four, `\\U` eight that name a character, and `\\N{…}` the \
               name of one. In a bytes literal only characters of ASCII may stand as they are. A backslash \
               that should be itself is written `\\\\`, or the string gets the prefix `r`.",
        wrong: r#"with entry {
    print("\x4");
}"#,
        right: r#"with entry {
    print("\x41");
}"#,
        help: Some("complete the escape, or write `\\\\` for a backslash"),
    },
    Code {
        id: "E0107",
        title: "bracket without its partner",
        text: "A `(`, `[` or `{` is never closed, or a `)`, `]` or `}` closes nothing, or the two are of \
               different kinds. The report shows where the bracket was opened, and where it became clear that \
               something is wrong: the mistake lies between the two.",
        wrong: r#"with entry {
    print(max(1, 2);
}"#,
        right: r#"with entry {
    print(max(1, 2));
}"#,
        help: Some("close it, or remove it"),
    },
    Code {
        id: "E0108",
        title: "indentation matches no block",
        text: "A block that is opened by a colon holds the following lines that are indented deeper than the line \
               of its header. A line that is indented less ends it, and has to begin in a column in which a \
               block around it begins. A tab counts to the next multiple of 8.",
        wrong: r#"with entry {
    if True:
            print("a");
        print("b");
}"#,
        right: r#"with entry {
    if True:
        print("a");
        print("b");
}"#,
        help: Some("indent it like the lines of the block that it belongs to"),
    },
    Code {
        id: "E0109",
        title: "nested too deeply",
        text: "Brackets, blocks and expressions may be nested 200 deep. No program written by hand comes near; in \
               a generated one, give a part of it a name, or read the data from a file.",
        wrong: NESTED,
        right: r#"with entry {
    x = ((((1))));
    print(x);
}"#,
        help: Some("give an inner part a name of its own"),
    },
    Code {
        id: "E0110",
        title: "reserved word used as a name",
        text: "Words such as `class`, `lambda` or `await` have one meaning wherever they stand. Words of Jac that \
               mean something in some places only, such as `node` or `visit`, can be names elsewhere, and \
               everywhere if `<>` is put in front: `<>node = 1;`.",
        wrong: r#"with entry {
    lambda = 3;
    print(lambda);
}"#,
        right: r#"with entry {
    factor = 3;
    print(factor);
}"#,
        help: Some("choose another name"),
    },
    Code {
        id: "E0111",
        title: "construct that ambler leaves out",
        text: "Two parts of Jac need something that is not here. `::py::` puts Python text into a program: nearly \
               everything of it can be written in Jac, and the common standard modules of Python are there under \
               their names. `by llm()` asks a language model to do the work of a function: write its body \
               instead. A program with `by llm()` still runs, up to where a model would be asked: there it \
               raises NotImplementedError.",
        wrong: r#"def translate(text: str) -> str by llm();"#,
        right: r#"def translate(text: str) -> str {
    words = {"hello": "hallo"};
    return words.get(text, text);
}"#,
        help: Some("write it in Jac"),
    },
    Code {
        id: "E0112",
        title: "positional argument after a named one",
        text: "In a call, arguments without a name come first, then those with one. The same name may be given \
               only once.",
        wrong: r#"def area(width: int, height: int) -> int {
    return width * height;
}
with entry {
    print(area(width=2, 3));
}"#,
        right: r#"def area(width: int, height: int) -> int {
    return width * height;
}
with entry {
    print(area(2, height=3));
}"#,
        help: Some("move it in front of the named arguments, or name it too"),
    },
    Code {
        id: "E0113",
        title: "parameters in a wrong order",
        text: "Parameters without a default come first, then those with one, then `*args`, then those that can only \
               be given by name, then `**kwargs`. Two of one name cannot be told apart.",
        wrong: r#"def greet(greeting: str = "hello", name: str) -> str {
    return greeting + " " + name;
}"#,
        right: r#"def greet(name: str, greeting: str = "hello") -> str {
    return greeting + " " + name;
}"#,
        help: Some("move parameters with a default behind those without"),
    },
    Code {
        id: "E0114",
        title: "cannot assign to this",
        text: "What stands left of `=`, behind `for` or behind `as` has to be a place: a name, an attribute, an \
               item or slice, or a tuple or list of those. A call, an operation or a literal gives a value that \
               is kept nowhere. To compare, write `==`.",
        wrong: r#"with entry {
    n = 1;
    n + 1 = 2;
}"#,
        right: r#"with entry {
    n = 1;
    n = n + 1;
}"#,
        help: Some("assign to a name, an attribute or an item; `==` compares"),
    },
    Code {
        id: "E0115",
        title: "`async` on what cannot be async",
        text: "`async` belongs in front of `walker`, `def`, `can`, `for` and `with`. Objects, nodes, edges and \
               enums are data: nothing of theirs runs by itself.",
        wrong: r#"async node City {
    has name: str;
}"#,
        right: r#"node City {
    has name: str;
}
async walker Visitor {
    can look with City entry {
        print(here.name);
    }
}"#,
        help: Some("remove `async`"),
    },
    Code {
        id: "E0116",
        title: "text and bytes in one literal",
        text: "String literals that stand next to each other are one literal. Text and bytes are different \
               things, so one of `\"a\"` and `b\"b\"` has to change; `.encode()` makes bytes of text that is not a \
               literal.",
        wrong: r#"with entry {
    print("size: " b"12");
}"#,
        right: r#"with entry {
    print(b"size: " b"12");
}"#,
        help: Some("give all parts the prefix `b`, or none"),
    },
    Code {
        id: "E0117",
        title: "docstring that documents nothing",
        text: "A string in front of a declaration documents it; the first one of a file documents the module. \
               Here no declaration follows. A remark is written as a comment, with `#` or `//`.",
        wrong: r#"obj Point {
    has x: int = 0;
    "the end"
}"#,
        right: r#"obj Point {
    "where it is"
    has x: int = 0;
    # the end
}"#,
        help: Some("move it in front of a declaration, or make it a comment"),
    },
    Code {
        id: "E0118",
        title: "malformed pattern",
        text: "A `case` holds a pattern: a literal, a name that is bound, `_`, a sequence, a mapping, a class with \
               patterns for its fields, or several of these with `|`. A name may be bound once, all sides of `|` \
               bind the same names, and only the last may match everything.",
        wrong: r#"with entry {
    match (1, 2) {
        case (a, a): print(a);
    }
}"#,
        right: r#"with entry {
    match (1, 2) {
        case (a, b): print(a + b);
    }
}"#,
        help: None,
    },
    Code {
        id: "E0119",
        title: "incomplete declaration",
        text: "A field needs a type: `has x: int;`. If the type does not matter, write `any`. An ability needs an \
               event, `can greet with entry`; what is called by name is a method and begins with `def`.",
        wrong: r#"obj Point {
    has x;
}"#,
        right: r#"obj Point {
    has x: int;
}"#,
        help: None,
    },
    Code {
        id: "E0120",
        title: "malformed f-string",
        text: "Inside an f-string, `{` begins an expression and `}` ends it; braces of the text are doubled: `{{` \
               and `}}`. Behind the expression may stand `=`, a conversion `!r`, `!s` or `!a`, and `:` with a format.",
        wrong: r#"with entry {
    print(f"{}");
}"#,
        right: r#"with entry {
    n = 3;
    print(f"{n:>5} {{braces}}");
}"#,
        help: Some("write an expression between the braces, or double them"),
    },
    Code {
        id: "E0121",
        title: "incomplete statement",
        text: "A part of the statement is missing, or is there twice. A `try` needs an `except` or a `finally`, \
               an `except` for everything comes last, an `if` has one `else`, a `match` needs a `case`.",
        wrong: r#"with entry {
    try {
        print(int("x"));
    }
    print("done");
}"#,
        right: r#"with entry {
    try {
        print(int("x"));
    } except ValueError {
        print("no number");
    }
    print("done");
}"#,
        help: None,
    },
];

/// A number in 201 pairs of parentheses.
const NESTED: &str = concat!(
    "with entry {\n    x = ",
    "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
    "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
    "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
    "1",
    ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))",
    ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))",
    ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))",
    ";\n}",
);
