//! `ambler new`: a small project to begin with.
//!
//! It writes a program, its tests and a page that says how to run them, and never touches a file that is
//! there already. The texts are in `new/`.

use std::fs;
use std::io;
use std::path::Path;

use super::args::NewArguments;
use super::exit::Exit;
use super::output::{Output, reason};
use crate::diagnostics::Diagnostic;
use crate::source::Span;

/// What is written: name and text, with `NAME` for the project's name.
const FILES: &[(&str, &str)] = &[
    ("NAME.jac", include_str!("new/program.jac.txt")),
    ("NAME.test.jac", include_str!("new/tests.jac.txt")),
    ("README.md", include_str!("new/readme.md.txt")),
];

/// Runs the verb.
pub fn run(arguments: &NewArguments, output: &Output) -> Exit {
    let refuse = |message: String, help: &str| {
        output.report(&[Diagnostic::error("", Span::NONE, message).help(help)]);
        Exit::Usage
    };
    let directory = &arguments.name;
    let shown = directory.display();
    let Some(name) = directory.file_name().and_then(|name| name.to_str()).and_then(module_name) else {
        return refuse(
            format!("`{shown}` cannot be the name of a project"),
            "take letters, digits, `-` and `_`, beginning with a letter: others import it by that name",
        );
    };
    if directory.exists() {
        return refuse(format!("`{shown}` exists already"), "choose another name, or remove it first");
    }
    match write(directory, &name) {
        Ok(()) => {
            let file = directory.join(format!("{name}.jac"));
            output
                .say(&format!("made {shown}; try\n\n  ambler run {}\n  ambler test {shown}", file.display()));
            Exit::Success
        }
        Err(error) => {
            let message = format!("cannot write `{shown}`: {}", reason(&error));
            output.report(&[Diagnostic::error("", Span::NONE, message)]);
            Exit::Failure
        }
    }
}

fn write(directory: &Path, name: &str) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for (file, text) in FILES {
        fs::write(directory.join(file.replace("NAME", name)), text.replace("NAME", name))?;
    }
    Ok(())
}

/// The module's name in a project of this name.
fn module_name(name: &str) -> Option<String> {
    let is_fine = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_' || it == '-');
    is_fine.then(|| name.replace('-', "_"))
}
