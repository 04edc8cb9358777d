//! The programs of `tests/spec`, each with its expected output as `# expect:` comments and its expected
//! error as an `# error:` comment; and the examples with their `.out` files. `tests/spec/known.txt`
//! lists programs that do not run as expected yet; one that does must leave the list.

use std::fmt::Write;
use std::path::Path;

use super::program::{programs, root, run};

fn comments<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    text.lines()
        .filter_map(|line| line.strip_prefix(mark))
        .map(|rest| rest.strip_prefix(' ').unwrap_or(rest))
        .collect()
}

/// What differs, if anything does.
fn difference(file: &Path) -> Option<String> {
    let text = std::fs::read_to_string(file).expect("a program of the tests can be read");
    let (expected, errors) = (comments(&text, "# expect:"), comments(&text, "# error:"));
    if expected.is_empty() && errors.is_empty() {
        return None;
    }
    let (out, err) = run(file);
    let got: Vec<&str> = out.lines().map(str::trim_end).collect();
    let wanted: Vec<&str> = expected.iter().map(|line| line.trim_end()).collect();
    if got != wanted {
        let at = got.iter().zip(&wanted).position(|(a, b)| a != b).unwrap_or(got.len().min(wanted.len()));
        return Some(format!("line {}: expected {:?}, got {:?}\n{err}", at + 1, wanted.get(at), got.get(at)));
    }
    match errors.first() {
        Some(error) if !err.contains(error.trim()) => Some(format!("expected the error {error}, got\n{err}")),
        _ => None,
    }
}

#[test]
fn programs_do_what_they_say() {
    let known = std::fs::read_to_string(root().join("tests/spec/known.txt")).expect("the list is there");
    let known: Vec<&str> = known.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let files = programs("tests/spec");
    assert!(files.len() > 200, "{} programs", files.len());
    let mut wrong = String::new();
    for file in files {
        let name = file
            .strip_prefix(root().join("tests/spec"))
            .expect("it is under that folder")
            .to_string_lossy()
            .into_owned();
        match (difference(&file), known.contains(&name.as_str())) {
            (Some(what), false) => drop(writeln!(wrong, "{name}: {what}")),
            (None, true) => drop(writeln!(wrong, "{name} runs as expected now: take it off the list")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn examples_print_what_stands_beside_them() {
    let mut wrong = String::new();
    let mut count = 0;
    for file in programs("examples") {
        let Ok(expected) = std::fs::read_to_string(file.with_extension("out")) else { continue };
        let (out, err) = run(&file);
        count += 1;
        if out != expected {
            let _ = writeln!(wrong, "{}:\n{out}\n{err}", file.display());
        }
    }
    assert!(count >= 15, "{count} examples");
    assert!(wrong.is_empty(), "{wrong}");
}
