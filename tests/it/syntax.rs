//! Syntax: programs and the trees or the errors that they give.
//!
//! `tests/syntax/ok/*.jac` begin with what they are understood to mean (`#=`),
//! `tests/syntax/err/*.jac` with what is wrong with them (`#!`); the program follows.
//! `UPDATE_GOLDEN=1` writes these heads anew, to be read in the diff. Beside them: every
//! tree prints as a program that parses to the same tree; damaged programs give errors
//! with places; programs of any depth end in an error.

use std::fs;
use std::path::{Path, PathBuf};

use ambler::diagnostics::Diagnostic;
use ambler::source::{self, SourceFile};
use ambler::syntax::{self, Snippet};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax").join(name)
}

fn programs(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(programs(&path));
        } else if path.extension().is_some_and(|extension| extension == "jac") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Checks one folder: the head of each program against what `shown` says of its body.
fn check_heads(name: &str, mark: &str, shown: impl Fn(&str) -> String) {
    let mut wrong = Vec::new();
    let paths = programs(&folder(name));
    assert!(!paths.is_empty(), "no programs in tests/syntax/{name}");
    for path in paths {
        let text = fs::read_to_string(&path).expect("the program can be read");
        let head_length: usize =
            text.split_inclusive('\n').take_while(|line| line.starts_with(mark)).map(str::len).sum();
        let (head, body) = text.split_at(head_length);
        let mut found = String::new();
        for line in shown(body).lines() {
            found.push_str(format!("{mark} {line}").trim_end());
            found.push('\n');
        }
        if head == found {
            continue;
        }
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&path, format!("{found}{body}")).expect("the program can be written");
        } else {
            let differs = head.lines().zip(found.lines()).find(|(old, new)| old != new);
            wrong.push(format!("{}: {differs:?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn show(file: &SourceFile, error: &Diagnostic) -> String {
    let (line, column) = file.line_col(error.span.start);
    let mut shown = format!("{line}:{column} {} {} -- {}", error.code, error.message, error.label);
    for (span, text) in &error.notes {
        let (line, column) = file.line_col(span.start);
        shown.push_str(&format!(" -- {line}:{column} {text}"));
    }
    if let Some(help) = &error.help {
        shown.push_str(&format!(" -- {help}"));
    }
    shown
}

fn tree(text: &str) -> String {
    let file = source::add("test.jac", None, text);
    let parsed = syntax::parse(&file);
    let errors: Vec<String> = parsed.diagnostics.iter().map(|error| show(&file, error)).collect();
    assert!(errors.is_empty(), "{}\n{text}", errors.join("\n"));
    syntax::print::module(&parsed.module)
}

#[test]
fn programs_mean_what_their_heads_say() {
    check_heads("ok", "#=", tree);
}

#[test]
fn errors_are_those_of_the_heads() {
    check_heads("err", "#!", |body| {
        let file = source::add("test.jac", None, body);
        let parsed = syntax::parse(&file);
        assert!(!parsed.diagnostics.is_empty(), "no error in\n{body}");
        let lines: Vec<String> = parsed.diagnostics.iter().map(|error| show(&file, error)).collect();
        lines.join("\n")
    });
}

#[test]
fn trees_print_as_programs_of_the_same_tree() {
    for path in programs(&folder("ok")) {
        let text = fs::read_to_string(&path).expect("the program can be read");
        let printed = tree(&text);
        assert_eq!(printed, tree(&printed), "{}", path.display());
    }
}

/// Every error has a place in the text, a message and a short one.
fn check_errors(file: &SourceFile, errors: &[Diagnostic]) {
    for error in errors {
        let Diagnostic { span, message, .. } = error;
        assert!(file.base <= span.start && span.start <= span.end && span.end <= file.end(), "{error:?}");
        assert!(!message.is_empty() && message.chars().count() < 60, "{message}");
        assert!(error.code.starts_with("E01"), "{error:?}");
        for (note, _) in &error.notes {
            assert!(file.base <= note.start && note.end <= file.end(), "{error:?}");
        }
    }
}

/// A fixed sequence of numbers: the test does the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Words and signs of a program, with the space between them.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        let goes_on = (c.is_alphanumeric() && previous.is_alphanumeric()) || (c == ' ' && previous == ' ');
        if at > start && !goes_on {
            pieces.push(&text[start..at]);
            start = at;
        }
        previous = c;
    }
    pieces.push(&text[start..]);
    pieces
}

#[test]
fn damaged_programs_give_errors_with_places() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for path in programs(&folder("ok")) {
        let text = fs::read_to_string(&path).expect("the program can be read");
        let body: String = text.split_inclusive('\n').filter(|line| !line.starts_with("#=")).collect();
        let pieces = pieces(&body);
        for _ in 0..60 {
            let mut damaged = pieces.clone();
            for _ in 0..=numbers.below(3) {
                let (at, other) = (numbers.below(damaged.len()), numbers.below(pieces.len()));
                match numbers.below(4) {
                    0 => drop(damaged.remove(at)),
                    1 => damaged.insert(at, damaged[at]),
                    2 => damaged[at] = pieces[other],
                    _ => damaged.truncate(damaged.len() - at / 8),
                }
            }
            let damaged = damaged.concat();
            let file = source::add("damaged.jac", None, damaged.as_str());
            check_errors(&file, &syntax::parse(&file).diagnostics);
            if let Snippet::Complete(parsed) = syntax::parse_snippet(&file) {
                check_errors(&file, &parsed.diagnostics);
            }
        }
    }
}

#[track_caller]
fn check_too_deep(text: &str) {
    let file = source::add("deep.jac", None, text);
    let parsed = syntax::parse(&file);
    check_errors(&file, &parsed.diagnostics);
    assert!(parsed.diagnostics.iter().any(|error| error.code == "E0109"), "{:?}", parsed.diagnostics.first());
}

fn entry(code: &str) -> String {
    format!("with entry {{ {code} }}")
}

#[test]
fn no_depth_exhausts_the_stack() {
    let many = 100_000;
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("x[", "]"), ("[a --> ", "]"), ("{1: ", "}")]
    {
        check_too_deep(&entry(&format!("x = {}1{};", open.repeat(many), close.repeat(many))));
        check_too_deep(&entry(&format!("x = {}", open.repeat(many))));
    }
    for link in ["-", "not ", "await ", "& ", "lambda : ", "1 if 2 else ", "1 ** ", "flow ", "x := "] {
        check_too_deep(&entry(&format!("x = {}1;", link.repeat(many))));
    }
    for link in ["+ 1", "|> f", "<| f", ".x", "(1)", "[1]", "?.y", " ++> x", " spawn x", "(?a > 1)", "(=a=1)"]
    {
        check_too_deep(&entry(&format!("x {};", link.repeat(many))));
    }
    check_too_deep(&entry(&format!("{}{}", "if x { ".repeat(many), "}".repeat(many))));
    check_too_deep(&entry(&format!("{}y;", "if x: ".repeat(many))));
    check_too_deep(&"obj A { ".repeat(many));
    check_too_deep(&entry(&format!("match x {{ case {}1{}: y; }}", "[".repeat(many), "]".repeat(many))));
    check_too_deep(&entry(&format!("{}{}", "f\"{".repeat(many), "}\"".repeat(many))));
}

#[test]
fn long_programs_are_not_deep_ones() {
    let many = 20_000;
    tree(&entry(&format!("if a {{ }} {}", "elif b { } ".repeat(many))));
    tree(&entry(&format!("x = 1{};", " or 1".repeat(many))));
    tree(&entry(&format!("x = 1{};", " < 1".repeat(many))));
    tree(&entry(&format!("x = [{}];", "1, ".repeat(many))));
    tree(&entry(&"x = 1; ".repeat(many)));
    tree(&entry(&format!("{}1;", "x = ".repeat(many))));
    tree(&"def f { }\n".repeat(many));
    tree(&entry(&format!("x = {};", "\"a\" ".repeat(many))));
    tree(&entry(&format!("x = {}1{};", "(".repeat(190), ")".repeat(190))));
    tree(&entry(&format!("x = 1{};", " + 1".repeat(250))));
}

fn snippet(text: &str) -> Option<String> {
    let file = source::add("<repl>", None, text);
    match syntax::parse_snippet(&file) {
        Snippet::Incomplete => None,
        Snippet::Complete(parsed) => {
            let errors: Vec<String> = parsed.diagnostics.iter().map(|error| show(&file, error)).collect();
            assert!(errors.is_empty(), "{}\n{text}", errors.join("\n"));
            Some(syntax::print::module(&parsed.module))
        }
    }
}

#[test]
fn a_prompt_waits_for_what_is_open() {
    for open in [
        "f(",
        "x = [1,",
        "if x {",
        "obj A {",
        "if x:",
        "if x:\n    y;",
        "if x:\n    y;\n",
        "\"\"\"abc",
        "f\"{x",
        "{",
        "for i in x:\n    if y:",
        "lambda (x) {",
        "if x: y",
    ] {
        assert_eq!(snippet(open), None, "{open}");
    }
    for complete in [
        "1 + 2",
        "x = 1;",
        "if x { y; }",
        "if x:\n    y;\n\n",
        "obj A { has x: int; }",
        "print(1) ",
        "",
        "# comment",
        "glob x = 1;",
    ] {
        assert!(snippet(complete).is_some(), "{complete}");
    }
}

#[test]
fn a_prompt_takes_statements_and_items() {
    let shown =
        snippet("x = 1; obj A { } print(x); with entry { y; } def f { } test t { } import math; 1 + 2");
    let expected = "with entry {\n    x = 1;\n}\nobj A {\n}\nwith entry {\n    print(x);\n}\nwith entry {\n    y;\n}\n\
                    def f {\n}\ntest \"t\" {\n}\nimport math;\nwith entry {\n    (1 + 2);\n}\n";
    assert_eq!(shown.as_deref(), Some(expected));
    assert_eq!(
        snippet("with open(x) as f: print(f);\n\n").as_deref(),
        Some("with entry {\n    with open(x) as f {\n        print(f);\n    }\n}\n")
    );
}
