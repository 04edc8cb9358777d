//! The programs in `ambler explain` are what they are said to be.
//!
//! Each wrong one gives its code, each right one gives none: those of syntax and
//! of names with `check`, those of the run time with `run`.

use ambler::diagnostics::codes::{self, Code};
use std::fs;
use std::path::{Path, PathBuf};
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

    fn ambler(&self, verb: &str) -> (Option<i32>, String) {
        ambler(verb, &self.path)
    }
}

/// Exit code and standard error of `ambler VERB FILE`.
fn ambler(verb: &str, path: &Path) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ambler"));
    let output = command.arg(verb).arg(path).stdin(Stdio::null()).output().expect("ambler starts");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
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

/// The entries without programs: E0218 and E0223 are shown below, and nothing should lead to E0313.
#[test]
fn few_codes_are_shown_by_no_program() {
    let without: Vec<&str> = codes::all().filter(|code| code.wrong.is_empty()).map(|code| code.id).collect();
    assert_eq!(without, ["E0218", "E0223", "E0313"]);
}

#[test]
fn a_file_that_is_no_text() {
    let directory = std::env::temp_dir().join(format!("ambler-E0218-{}", std::process::id()));
    fs::create_dir_all(&directory).expect("a directory can be made");
    let write = |name: &str, bytes: &[u8]| {
        let path = directory.join(name);
        fs::write(&path, bytes).expect("a file can be written");
        path
    };
    let (importing, annexed) = (write("importing.jac", b"import latin;"), write("annexed.jac", b""));
    let (module, annex) =
        (write("latin.jac", b"glob name = \"J\xf6rg\";"), write("annexed.impl.jac", b"# J\xf6rg"));
    let wrong = [ambler("check", &importing), ambler("check", &annexed)];
    fs::write(&module, "glob name = \"J\u{f6}rg\";").expect("a file can be written");
    fs::write(&annex, "# J\u{f6}rg").expect("a file can be written");
    let right = [ambler("check", &importing), ambler("check", &annexed)];
    fs::remove_dir_all(&directory).expect("a directory can be removed");
    for (exit, stderr) in wrong {
        assert!(exit == Some(1) && stderr.contains("[E0218]"), "{exit:?}\n{stderr}");
    }
    for (exit, stderr) in right {
        assert!(exit == Some(0) && !stderr.contains("[E0"), "{exit:?}\n{stderr}");
    }
}

#[test]
fn a_function_with_too_many_variables() {
    let code = codes::find("E0223").expect("it is in the registry");
    let with_variables = |count: usize| {
        let body: String = (0..count).map(|number| format!("v{number} = 0;\n")).collect();
        format!("def generated {{\n{body}}}\nwith entry {{\n    generated();\n}}\n")
    };
    let (exit, stderr) = Program::new(code, "wrong", &with_variables(60_001)).ambler("check");
    assert!(exit == Some(1) && stderr.contains("[E0223]"), "{exit:?}\n{stderr}");
    let (exit, stderr) = Program::new(code, "called", &with_variables(60_001)).ambler("run");
    assert!(
        exit == Some(1) && stderr.contains("SyntaxError: too many local variables"),
        "{exit:?}\n{stderr}"
    );
    let (exit, stderr) = Program::new(code, "right", &with_variables(60_000)).ambler("run");
    assert!(exit == Some(0) && !stderr.contains("[E0"), "{exit:?}\n{stderr}");
}
