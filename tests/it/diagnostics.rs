//! How reports look, and that nothing a program contains can spoil them.
//!
//! Everything goes through the public boundary: a text is registered, a
//! diagnostic is built, and what is written is compared.

use ambler::diagnostics::{
    CauseKind, Diagnostic, FrameReport, Severity, Style, UncaughtReport, codes, suggest, to_text,
    traceback_text, write_all, write_failed_walker, write_uncaught,
};
use ambler::source::{SourceFile, Span, add, file_of, place_of};
use std::io::{self, Write};
use std::sync::Arc;

const WALKER: &str = "\
walker Greeter {
    has name: str;
    has größe: int = 1;

    can greet with entry {
        print(\"hi\" self.name)
    }
}
";

/// The span of the first `text` in a file.
fn at(file: &SourceFile, text: &str) -> Span {
    let start = file.text.find(text).unwrap_or_else(|| panic!("no `{text}` in {}", file.name));
    file.span(start, start + text.len())
}

fn written(diagnostics: &[Diagnostic]) -> String {
    let mut bytes = Vec::new();
    write_all(diagnostics, &mut bytes, Style::PLAIN).expect("a vector takes everything");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

fn uncaught(report: &UncaughtReport) -> String {
    let mut bytes = Vec::new();
    write_uncaught(report, &mut bytes, Style::PLAIN).expect("a vector takes everything");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

fn raised(exception_type: &str, message: &str, frames: Vec<FrameReport>) -> UncaughtReport {
    let (exception_type, message) = (exception_type.to_owned(), message.to_owned());
    UncaughtReport { exception_type, message, frames, cause: None, help: None, comparison: None }
}

fn frame(function: &str, span: Span) -> FrameReport {
    FrameReport { function: function.to_owned(), span }
}

#[test]
fn places_are_lines_and_columns_in_characters() {
    let file = add("places.jac", None, "a\nöß = 1\r\n\nend");
    let place = |offset: usize| file.line_col(file.base + offset as u32);
    assert_eq!(place(0), (1, 1));
    assert_eq!(place(1), (1, 2));
    assert_eq!(place(2), (2, 1));
    assert_eq!(place(3), (2, 1), "inside a character is at its start");
    assert_eq!(place(4), (2, 2));
    assert_eq!(place(7), (2, 4));
    assert_eq!(place(file.text.len()), (4, 4));
    assert_eq!(place(9999), (4, 4));
    assert_eq!(file.line_col(0), (1, 1));
    assert_eq!(file.line_text(2), "öß = 1");
    assert_eq!(file.line_text(3), "");
    assert_eq!(file.line_text(4), "end");
    assert_eq!(file.line_text(0), "");
    assert_eq!(file.line_text(5), "");
    assert_eq!(file.line_count(), 4);
    assert_eq!(file.slice(file.span(2, 6)), "öß");
    assert_eq!(place_of(file.span(12, 12)).map(|place| place.to_string()).as_deref(), Some("places.jac:3:1"));
}

#[test]
fn files_do_not_share_places() {
    let (one, empty, two) =
        (add("one.jac", None, "abc"), add("empty.jac", None, ""), add("two.jac", None, "d"));
    let name = |span: Span| file_of(span).map(|file| file.name.clone());
    assert_eq!(name(Span::at(one.base)).as_deref(), Some("one.jac"));
    assert_eq!(name(Span::at(one.end())).as_deref(), Some("one.jac"));
    assert_eq!(name(empty.whole()).as_deref(), Some("empty.jac"));
    assert_eq!(name(two.whole()).as_deref(), Some("two.jac"));
    assert_eq!(name(Span::NONE), None);
    assert_eq!(name(Span::at(u32::MAX)), None);
    assert!(Arc::ptr_eq(&file_of(at(&two, "d")).expect("it is registered"), &two));
}

#[test]
fn a_report_has_title_place_excerpt_label_help_and_hint() {
    let file = add("greeter.jac", None, WALKER);
    let diagnostic = Diagnostic::error("E0103", at(&file, "self.name)").after(), "missing `;`")
        .label("the statement ends here")
        .help("add `;`");
    assert_eq!(
        written(&[diagnostic]),
        r#"error[E0103]: missing `;`
   ,-[greeter.jac:6:30]
 5 |     can greet with entry {
 6 |         print("hi" self.name)
   :                              ^
   :                              `-- the statement ends here
 7 |     }
   `----
  help: add `;`

run `ambler explain E0103` for more
"#
    );
}

#[test]
fn the_main_place_comes_first_and_others_follow() {
    let file = add("two_places.jac", None, WALKER);
    let other = add("other.jac", None, "glob name = 1;\n");
    let diagnostic = Diagnostic::warning("E0202", at(&file, "print"), "duplicate `name`")
        .label("again")
        .note(at(&file, "has name"), "first here")
        .note(at(&other, "name"), "and here")
        .note(Span::NONE, "a thought without a place");
    assert_eq!(
        written(&[diagnostic]),
        r#"warning[E0202]: duplicate `name`
   ,-[two_places.jac:6:9]
 5 |     can greet with entry {
 6 |         print("hi" self.name)
   :         ^^^^^
   :           `-- again
 7 |     }
   `----
   ,-[two_places.jac:2:5]
 1 | walker Greeter {
 2 |     has name: str;
   :     ^^^^^^^^
   :         `-- first here
 3 |     has größe: int = 1;
   `----
   ,-[other.jac:1:6]
 1 | glob name = 1;
   :      ^^^^
   :        `-- and here
   `----
  note: a thought without a place
  help: remove one of them, or rename it

run `ambler explain E0202` for more
"#
    );
}

#[test]
fn reports_come_in_the_order_of_their_places_and_not_without_end() {
    let file = add("many.jac", None, "x\n".repeat(80));
    let many: Vec<Diagnostic> = (0..60)
        .rev()
        .map(|line| Diagnostic::error("E0104", file.span(2 * line, 2 * line + 1), format!("number {line}")))
        .collect();
    let text = written(&many);
    assert!(text.starts_with("error[E0104]: number 0\n"));
    assert_eq!(text.matches("error[E0104]").count(), 50);
    assert!(text.contains("\n... 10 more\n"), "{text}");
}

#[test]
fn any_span_can_be_shown() {
    let texts = ["", "\n", "x", "x\n", "ö", "{\n\n}\n", "\t\tx\t=\t1\r\ny", "# a\n\n\n\n# b"];
    for text in texts {
        let file = add("any.jac", None, text);
        for start in 0..=text.len() {
            for end in start..=text.len() + 2 {
                let span = file.span(start, end);
                let report = to_text(&Diagnostic::error("E0101", span, "here").label("this"), Style::PLAIN);
                assert!(report.contains("[any.jac:"), "{text:?} {start}..{end}\n{report}");
                assert!(report.contains("this"), "{text:?} {start}..{end}\n{report}");
            }
        }
    }
}

#[test]
fn a_long_line_is_cut_around_the_mark() {
    let file = add("long.jac", None, format!("{}X{}", "[".repeat(100_000), "]".repeat(100_000)));
    let text =
        to_text(&Diagnostic::error("E0109", at(&file, "X"), "nested too deeply").label("here"), Style::PLAIN);
    assert!(text.len() < 1000, "{} bytes", text.len());
    assert!(text.contains("[long.jac:1:100001]"), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[2].find('X'), lines[3].find(['^', '|']), "{text}");
}

#[test]
fn a_tall_span_is_marked_on_its_first_line() {
    let file = add("tall.jac", None, format!("with entry {{\n{}}}\n", "    x;\n".repeat(500)));
    let text =
        to_text(&Diagnostic::error("E0107", file.whole(), "unclosed").label("opened here"), Style::PLAIN);
    assert!(text.lines().count() < 10, "{text}");
}

#[test]
fn the_terminal_of_the_reader_is_safe() {
    let file = add("evil.jac", None, "x = \u{1b}[31m\u{202e}evil\u{7};\n");
    let text = to_text(&Diagnostic::error("E0101", at(&file, "evil"), "odd").label("here"), Style::PLAIN);
    assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{text:?}");
    let lines: Vec<&str> = text.lines().collect();
    let column = |line: &str, what: &str| line.find(what).map(|at| line[..at].chars().count());
    assert_eq!(column(lines[2], "evil"), column(lines[3], "^"), "{text}");
}

#[test]
fn colours_only_where_they_are_wanted() {
    let file = add("colour.jac", None, "x");
    let diagnostic = Diagnostic::error("E0101", file.whole(), "no").label("this").help("do");
    assert!(!to_text(&diagnostic, Style::PLAIN).contains('\u{1b}'));
    assert!(to_text(&diagnostic, Style::PLAIN).is_ascii());
    let colourful = Style { color: true, unicode: true, width: Some(80), hint: true };
    assert!(to_text(&diagnostic, colourful).starts_with("\u{1b}[1m\u{1b}[31merror[E0101]\u{1b}[0m: "));
}

/// A reader that has gone away.
struct Closed(io::ErrorKind);

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_broken_pipe_is_no_error() {
    let diagnostics = [Diagnostic::error("E0101", Span::NONE, "x")];
    assert!(write_all(&diagnostics, &mut Closed(io::ErrorKind::BrokenPipe), Style::PLAIN).is_ok());
    assert!(write_all(&diagnostics, &mut Closed(io::ErrorKind::StorageFull), Style::PLAIN).is_err());
    let report = raised("ValueError", "x", Vec::new());
    assert!(write_uncaught(&report, &mut Closed(io::ErrorKind::BrokenPipe), Style::PLAIN).is_ok());
}

const DIVIDE: &str = "\
def divide(a: int, b: int) -> float {
    return a / b;
}
with entry {
    print(divide(1, 0));
}
";

#[test]
fn an_uncaught_exception_shows_the_calls_and_the_place() {
    let file = add("divide.jac", None, DIVIDE);
    let frames = vec![frame("<module>", at(&file, "divide(1, 0)")), frame("divide", at(&file, "a / b"))];
    let report = raised("ZeroDivisionError", "division by zero", frames);
    assert_eq!(
        uncaught(&report),
        r"Traceback (most recent call last):
  divide.jac:5:11 in <module>
    print(divide(1, 0));
          ^^^^^^^^^^^^
  divide.jac:2:12 in divide
    return a / b;
           ^^^^^
error[E0304]: ZeroDivisionError: division by zero
   ,-[divide.jac:2:12]
 1 | def divide(a: int, b: int) -> float {
 2 |     return a / b;
   :            ^^^^^
   :              `-- raised in `divide`
 3 | }
   `----
  help: test the divisor before dividing

run `ambler explain E0304` for more
"
    );
    let text = traceback_text(&report);
    assert!(
        text.starts_with("Traceback (most recent call last):\n  divide.jac:5:11 in <module>\n"),
        "{text}"
    );
    assert!(text.ends_with("^^^^^\nZeroDivisionError: division by zero\n"), "{text}");
}

#[test]
fn a_failed_walker_is_named() {
    let file = add("failed.jac", None, DIVIDE);
    let report = raised("ZeroDivisionError", "division by zero", vec![frame("W.work", at(&file, "a / b"))]);
    let mut bytes = Vec::new();
    write_failed_walker("W", &report, &mut bytes, Style::PLAIN).expect("a vector takes everything");
    let text = String::from_utf8(bytes).expect("reports are UTF-8");
    let title = "error[E0312]: async walker `W` failed: ZeroDivisionError: division by zero\n";
    assert!(
        text.starts_with(title) && text.contains("[failed.jac:2:12]") && text.contains("help: `await`"),
        "{text}"
    );
}

#[test]
fn a_chain_shows_the_cause_first() {
    let file = add("chain.jac", None, DIVIDE);
    let mut report = raised("ValueError", "bad input", vec![frame("<module>", at(&file, "print"))]);
    let cause = raised("KeyError", "'x'", vec![frame("divide", at(&file, "return a / b;"))]);
    report.cause = Some((CauseKind::Cause, Box::new(cause)));
    let text = traceback_text(&report);
    let order = ["KeyError: 'x'", "The above exception was the direct cause", "ValueError: bad input"];
    let places: Vec<usize> = order.iter().map(|part| text.find(part).expect("it is shown")).collect();
    assert!(places.is_sorted(), "{text}");
    assert!(text.contains("    return a / b;\nKeyError"), "no carets under a whole line\n{text}");
}

#[test]
fn recursion_is_folded() {
    let file = add("recursion.jac", None, DIVIDE);
    let (outer, inner) = (frame("<module>", at(&file, "print")), frame("divide", at(&file, "a / b")));
    let mut frames = vec![outer.clone()];
    frames.extend(std::iter::repeat_n(inner.clone(), 999));
    let text = traceback_text(&raised("RecursionError", "maximum recursion depth exceeded", frames));
    assert!(text.contains("  [Previous line repeated 996 more times]\n"), "{text}");
    assert_eq!(text.matches("in divide").count(), 3);

    let pair = [frame("even", at(&file, "a / b")), frame("odd", at(&file, "print"))];
    let frames = pair.iter().cloned().cycle().take(1000).collect();
    let text = traceback_text(&raised("RecursionError", "", frames));
    assert!(text.contains("  [Previous 2 calls repeated 499 more times]\n"), "{text}");
    assert!(text.ends_with("\nRecursionError\n"), "{text}");

    let varied: Vec<FrameReport> = (0..500).map(|n| frame(&format!("f{n}"), at(&file, "a / b"))).collect();
    let text = traceback_text(&raised("ValueError", "x", varied));
    assert!(text.contains("  [452 more calls]\n"), "{text}");
}

#[test]
fn a_chain_of_any_length_can_be_shown_and_dropped() {
    let mut report = raised("ValueError", "0", Vec::new());
    for number in 1..200_000 {
        let cause = std::mem::replace(&mut report, raised("ValueError", &number.to_string(), Vec::new()));
        report.cause = Some((CauseKind::Context, Box::new(cause)));
    }
    let text = traceback_text(&report);
    assert!(text.ends_with("ValueError: 199999\n"), "{text}");
    assert!(text.lines().count() < 100);
}

#[test]
fn an_exception_without_a_place_is_told_too() {
    assert_eq!(
        uncaught(&raised("Stopped", "", vec![frame("sorted", Span::NONE)])),
        "error[E0300]: Stopped\n\nrun `ambler explain E0300` for more\n"
    );
}

#[test]
fn names_are_suggested_if_they_are_close() {
    let names = || ["print", "range", "len", "Counter", "__init__", "to", "x", "total_count"].into_iter();
    let cases = [
        ("pritn", Some("print")),
        ("prnt", Some("print")),
        ("PRINT", Some("print")),
        ("counter", Some("Counter")),
        ("totl_cuont", Some("total_count")),
        ("ot", Some("to")),
        ("lne", Some("len")),
        ("y", None),
        ("X", Some("x")),
        ("init", None),
        ("__int__", Some("__init__")),
        ("frobnicate", None),
        ("", None),
    ];
    for (typed, expected) in cases {
        assert_eq!(suggest(typed, names()), expected, "for `{typed}`");
    }
    assert_eq!(suggest(&"x".repeat(100_000), names()), None);
}

#[test]
fn codes_are_complete_and_in_order() {
    let ids: Vec<&str> = codes::all().map(|code| code.id).collect();
    assert!(ids.is_sorted_by(|one, other| one < other), "{ids:?}");
    for code in codes::all() {
        let is_code = code.id.len() == 5
            && code.id.starts_with("E0")
            && code.id[2..].bytes().all(|it| it.is_ascii_digit());
        assert!(is_code, "{}", code.id);
        assert!(code.title.len() < 70 && !code.title.ends_with('.'), "{}: {}", code.id, code.title);
        assert!(code.text.len() > 80 && code.text.ends_with('.'), "{}: {}", code.id, code.text);
        assert_eq!(code.wrong.is_empty(), code.right.is_empty(), "{}", code.id);
        assert!(code.help.is_none_or(|help| !help.ends_with('.')), "{}", code.id);
        assert!(codes::find(code.id).is_some_and(|found| std::ptr::eq(found, code)));
    }
    for typed in ["E0102", "e0102", "102", "error[E0102]", "E102", " 0102 "] {
        assert_eq!(codes::find_loosely(typed).map(|code| code.id), Some("E0102"), "for `{typed}`");
    }
    assert_eq!(codes::find_loosely("KeyError").map(|code| code.id), Some("E0305"));
    for typed in ["", "E", "E01O2", "99999999999999999999", "-1", "E4000"] {
        assert!(codes::find_loosely(typed).is_none(), "for `{typed}`");
    }
    for name in codes::exceptions() {
        assert!(codes::find(codes::of_exception(name)).is_some(), "{name}");
    }
    assert_eq!(codes::of_exception("OutOfStock"), "E0300");
}

#[test]
fn every_code_that_is_reported_can_be_explained() {
    fn visit(directory: &std::path::Path, unknown: &mut Vec<String>) {
        for entry in std::fs::read_dir(directory).expect("sources can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                visit(&path, unknown);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("sources are text");
            for part in
                text.split("\"E0").skip(1).filter_map(|part| part.split_once('"')).map(|(digits, _)| digits)
            {
                let is_code = part.len() == 3 && part.bytes().all(|it| it.is_ascii_digit());
                if is_code && codes::find(&format!("E0{part}")).is_none() {
                    unknown.push(format!("E0{part} in {}", path.display()));
                }
            }
        }
    }
    let mut unknown = Vec::new();
    visit(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut unknown);
    assert!(unknown.is_empty(), "no entry in the registry: {unknown:#?}");
}

#[test]
fn severities_are_told_apart() {
    assert!(Diagnostic::error("E0101", Span::NONE, "x").is_error());
    assert!(!Diagnostic::warning("E0101", Span::NONE, "x").is_error());
    assert!(Severity::Warning < Severity::Error);
}
