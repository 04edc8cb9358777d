//! The contract of async walkers, sentence by sentence: the programs of `tests/contract`, and scenarios of
//! many walkers in `tests/scenarios`, each with its expected output as `# expect:` comments. Each runs with
//! threads, and again in orders that seeds decide (scenarios in `seeds`).

use std::fmt::Write;
use std::path::Path;

use super::program::{ambler, programs};

/// What a program's comments say it writes.
pub fn expected(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("a program of the tests can be read");
    text.lines()
        .filter_map(|line| line.strip_prefix("# expect:"))
        .map(|line| line.trim().to_owned())
        .collect()
}

/// What is wrong with a run of a program, if anything is.
pub fn wrong(file: &Path, options: &[&str]) -> Option<String> {
    let name = file.to_string_lossy();
    let mut arguments = vec!["run"];
    arguments.extend(options);
    arguments.push(&name);
    let out = ambler(&arguments);
    let text = String::from_utf8_lossy(&out.stdout);
    let got: Vec<&str> = text.lines().map(str::trim).collect();
    let wanted = expected(file);
    if got == wanted {
        return None;
    }
    let at = got.iter().zip(&wanted).position(|(a, b)| a != b).unwrap_or(got.len().min(wanted.len()));
    let errors = String::from_utf8_lossy(&out.stderr).into_owned();
    Some(format!("line {}: expected {:?}, got {:?}\n{errors}", at + 1, wanted.get(at), got.get(at)))
}

fn check(folder: &str, options: &[[&str; 2]]) {
    let files = programs(folder);
    assert!(files.len() > 20, "{} programs", files.len());
    let mut complaints = String::new();
    for file in files {
        assert!(!expected(&file).is_empty(), "{} expects nothing", file.display());
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for options in options {
            if let Some(what) = wrong(&file, options) {
                let _ = writeln!(complaints, "{name} {options:?}: {what}");
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}

#[test]
fn holds_on_threads() {
    check("tests/contract", &[["--workers", "1"], ["--workers", "2"], ["--workers", "8"]]);
}

#[test]
fn holds_in_orders_that_seeds_decide() {
    check("tests/contract", &[["--seed", "1"], ["--seed", "2"], ["--seed", "3"], ["--seed", "4"]]);
}

#[test]
fn scenarios_end_well() {
    check("tests/scenarios", &[["--workers", "2"]]);
}
