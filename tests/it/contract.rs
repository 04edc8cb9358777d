//! The contract of async walkers, sentence by sentence: the programs of `tests/contract`, each with its
//! expected output as `# expect:` comments. Each runs with threads, and again in orders that seeds decide.

use std::fmt::Write;
use std::path::Path;

use super::program::{ambler, programs};

/// Seeds per program.
const SEEDS: u64 = 4;
/// Programs whose expectation is about real time, or about which of two threads is faster.
const OF_REAL_TIME: &[&str] = &[];

fn expected(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("a program of the tests can be read");
    text.lines()
        .filter_map(|line| line.strip_prefix("# expect:"))
        .map(|line| line.trim().to_owned())
        .collect()
}

fn wrong(file: &Path, options: &[&str]) -> Option<String> {
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

fn check(options: impl Fn(&Path) -> Vec<Vec<String>>) {
    let files = programs("tests/contract");
    assert!(files.len() > 50, "{} programs", files.len());
    let mut complaints = String::new();
    for file in files {
        assert!(!expected(&file).is_empty(), "{} expects nothing", file.display());
        for options in options(&file) {
            let options: Vec<&str> = options.iter().map(String::as_str).collect();
            if let Some(what) = wrong(&file, &options) {
                let _ = writeln!(complaints, "{} {options:?}: {what}", file.display());
            }
        }
    }
    assert!(complaints.is_empty(), "{complaints}");
}

#[test]
fn holds_on_threads() {
    check(|_| ["1", "2", "8"].map(|count| vec!["--workers".to_owned(), count.to_owned()]).to_vec());
}

#[test]
fn holds_in_every_order() {
    check(|file| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if OF_REAL_TIME.contains(&name.as_str()) {
            return Vec::new();
        }
        (1..=SEEDS).map(|seed| vec!["--seed".to_owned(), seed.to_string()]).collect()
    });
}
