//! The registry of codes: what `ambler explain CODE` says, and default help.
//!
//! One entry per code, in a file per range: E01xx for syntax, E02xx for names and
//! structure, E03xx for what happens while a program runs. A code is never given
//! a new meaning. Every entry has a program that shows the error and one that
//! does it right; a test runs both. Nothing here knows how an error is found.

mod names;
mod runtime;
mod syntax;

use super::style::{Role, Style};

/// One kind of error.
#[derive(Debug)]
pub struct Code {
    /// `E0103`.
    pub id: &'static str,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// Why it is an error and what is usually meant: a paragraph.
    pub text: &'static str,
    /// A program that has the error; empty if no short program can show it.
    pub wrong: &'static str,
    /// The program as it should be.
    pub right: &'static str,
    /// Help for a report that brings none of its own.
    pub help: Option<&'static str>,
}

/// Every code, in order.
pub fn all() -> impl Iterator<Item = &'static Code> + Clone {
    [syntax::CODES, names::CODES, runtime::CODES].into_iter().flatten()
}

/// The entry of a code as it is printed in reports.
pub fn find(id: &str) -> Option<&'static Code> {
    all().find(|code| code.id == id)
}

/// The entry that a person means: a code whose case, brackets and leading `E0` may be
/// missing, or the name of an exception.
pub fn find_loosely(typed: &str) -> Option<&'static Code> {
    if exceptions().any(|name| name == typed) {
        return find(of_exception(typed));
    }
    let typed = typed.trim().trim_start_matches("error").trim_matches(['[', ']']);
    let digits = typed.trim_start_matches(['e', 'E']);
    let number: u32 = digits.parse().ok()?;
    find(&format!("E{number:04}"))
}

/// Names of the built-in exception types that have a code of their own.
pub fn exceptions() -> impl Iterator<Item = &'static str> + Clone {
    runtime::EXCEPTIONS.iter().map(|&(name, _)| name)
}

/// The code for an uncaught exception of a built-in type; `E0300` for all others.
pub fn of_exception(type_name: &str) -> &'static str {
    runtime::of_exception(type_name)
}

/// The whole entry, laid out for reading.
pub fn to_text(code: &Code, style: Style) -> String {
    let prose = textwrap::fill(code.text, style.width.unwrap_or(80));
    let mut text = format!(
        "{}: {}\n\n{prose}\n",
        style.paint(Role::Error, code.id),
        style.paint(Role::Message, code.title)
    );
    for (head, program) in [("Wrong", code.wrong), ("Right", code.right)] {
        if !program.is_empty() {
            let shown = if program.lines().any(|line| line.len() > 100) {
                textwrap::fill(program, 76)
            } else {
                program.to_owned()
            };
            text.push_str(&format!(
                "\n{}:\n\n{}",
                style.paint(Role::Place, head),
                textwrap::indent(&shown, "    ")
            ));
            text.push('\n');
        }
    }
    text
}
