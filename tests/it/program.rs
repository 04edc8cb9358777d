//! Running programs through the `ambler` binary: what the other tests of whole programs share. It owns
//! how a program is started and how long it may take, and knows nothing of what is expected.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The project's own folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a verb of the binary with arguments, without standard input.
pub fn ambler(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ambler"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("the binary under test can be started")
}

/// Runs a program file; gives standard output and standard error.
pub fn run(file: &Path) -> (String, String) {
    let out = ambler(&["run", &file.to_string_lossy()]);
    (String::from_utf8_lossy(&out.stdout).into_owned(), String::from_utf8_lossy(&out.stderr).into_owned())
}

/// All `.jac` files under a folder of the project, in order.
pub fn programs(folder: &str) -> Vec<PathBuf> {
    let mut pending = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder).expect("the tests' folders are there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|e| e == "jac") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
