//! `ambler check`: errors of programs, without running them.
//!
//! It reads the files, hands each to the passes that find errors, and reports
//! all of them together. What is an error is decided below.

use super::args::CheckArguments;
use super::exit::Exit;
use super::input;
use super::output::Output;
use crate::diagnostics::{Diagnostic, Style, to_text};
use crate::source::SourceFile;
use std::collections::HashSet;
use std::sync::Arc;

/// Runs the verb; `inspect` finds what is wrong with a file, with its syntax only if it is told so.
pub fn run(
    arguments: &CheckArguments,
    output: &Output,
    inspect: impl Fn(&Arc<SourceFile>, bool) -> Vec<Diagnostic>,
) -> Exit {
    let mut found = Vec::new();
    let mut unreadable = 0;
    for path in &arguments.files {
        match input::read(path, output) {
            Some(file) => found.extend(inspect(&file, arguments.syntax)),
            None => unreadable += 1,
        }
    }
    // A module and a part of it that are both named are looked at twice.
    let mut seen = HashSet::new();
    found.retain(|diagnostic| seen.insert(to_text(diagnostic, Style::PLAIN)));
    output.report(&found);
    let errors = found.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let checked = arguments.files.len() - unreadable;
    if checked > 0 {
        output.say(&summary(checked, errors, found.len() - errors));
    }
    match (unreadable, errors) {
        (0, 0) => Exit::Success,
        (0, _) if arguments.warnonly => Exit::Success,
        (0, _) => Exit::Failure,
        _ => Exit::Usage,
    }
}

/// `checked 2 files: 1 error, 3 warnings`.
fn summary(files: usize, errors: usize, warnings: usize) -> String {
    let count = |number: usize, noun: &str| match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    };
    let mut text = format!("checked {}: {}", count(files, "file"), count(errors, "error"));
    if warnings > 0 {
        text.push_str(&format!(", {}", count(warnings, "warning")));
    }
    text
}
