//! The programs in `ambler explain` are what they are said to be.
//!
//! Each wrong one gives its code, each right one gives none: those of syntax and
//! of names with `check`, those of the run time with `run`.

use ambler::diagnostics::codes::{self, Code};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A program in a file of its own, removed at the end.
struct Program {
    path: PathBuf,
}

impl Program {
    fn new(code: &Code, kind: &str, text: &str) -> Program {
        let path = std::env::temp_dir().join(format!("ambler-{}-{kind}-{}.jac", code.id, std::process::id()));
        fs::write(&path, text).expect("a file can be written");
        Program { path }
    }

    /// Exit code and standard error of `ambler VERB`.
    fn ambler(&self, verb: &str) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ambler"));
        let output = command.arg(verb).arg(&self.path).stdin(Stdio::null()).output().expect("ambler starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// What is not as it should be with the programs of the codes that begin with `range`.
fn complaints(range: &str, verb: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let shown = |code: &&Code| code.id.starts_with(range) && !code.wrong.is_empty();
    for code in codes::all().filter(shown) {
        let (_, stderr) = Program::new(code, "wrong", code.wrong).ambler(verb);
        if !stderr.contains(&format!("[{}]", code.id)) {
            complaints.push(format!("{}: the wrong program gives\n{stderr}", code.id));
        }
        let (exit, stderr) = Program::new(code, "right", code.right).ambler(verb);
        if exit != Some(0) || stderr.contains("[E0") {
            complaints.push(format!("{}: the right program gives {exit:?} and\n{stderr}", code.id));
        }
    }
    complaints
}

#[track_caller]
fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn programs_about_syntax() {
    none(complaints("E01", "check"));
}

#[test]
fn programs_about_names() {
    none(complaints("E02", "check"));
}

#[test]
fn programs_about_running() {
    none(complaints("E03", "run"));
}
