//! The rules of the house that a compiler does not check.
//!
//! The order of the modules is read from `src/lib.rs`; the other rules are the
//! lists below. A failure names the file, the line and the rule.

use std::fs;
use std::path::{Path, PathBuf};

/// Where `unsafe` may stand: a directory, or one file.
const MAY_BE_UNSAFE: &[&str] =
    &["coroutine/", "value/", "eval/frame.rs", "isolate/walker.rs", "main.rs", "task/pool.rs"];
/// Files that may hold a `thread_local!`, each because no Jac code can run while it is borrowed.
const MAY_BE_THREAD_LOCAL: &[&str] = &[];
/// Crates that are named in one place only.
const KEPT_CRATES: &[(&str, &str)] = &[("miette", "diagnostics/"), ("rayon", "task/pool.rs")];
/// Words that mean unfinished work.
const UNFINISHED: &[&str] = &["todo!", "unimplemented!", "dbg!"];
/// File names that say nothing.
const VAGUE: &[&str] = &["util", "utils", "helper", "helpers", "common", "manager", "misc"];
/// An `unsafe` needs a comment that argues for it at most this many lines above.
const ARGUMENT_LINES: usize = 8;

/// A source file: its path below `src/` and its lines.
struct File {
    name: String,
    lines: Vec<String>,
}

impl File {
    /// Lines of code with their numbers from 1: no comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.lines.iter().enumerate().map(|(index, line)| (index + 1, line.as_str()));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The module that the file belongs to: `eval` for `eval/call.rs`.
    fn module(&self) -> &str {
        let first = self.name.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files below a directory of the package, sorted.
fn files(directory: &str) -> Vec<File> {
    let base = root().join(directory);
    let mut files = Vec::new();
    collect(&base, &base, &mut files);
    files.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(!files.is_empty(), "no Rust files in {directory}/");
    files
}

fn collect(base: &Path, directory: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
        let path = entry.expect("a directory entry can be read").path();
        if path.is_dir() {
            collect(base, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text =
                fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let name =
                path.strip_prefix(base).expect("it was found below").to_string_lossy().replace('\\', "/");
            files.push(File { name, lines: text.lines().map(str::to_owned).collect() });
        }
    }
}

/// Fails with all complaints, one on a line.
fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// The modules in the order in which `lib.rs` declares them.
fn module_order() -> Vec<String> {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs can be read");
    let declared = text.lines().filter_map(|line| {
        let name = line.trim().strip_prefix("pub ").unwrap_or(line.trim()).strip_prefix("mod ")?;
        Some(name.strip_suffix(';')?.to_owned())
    });
    declared.collect()
}

/// The modules that a line names behind `crate::`, also in a group: `crate::{code, value::Value}`.
fn named(line: &str) -> Vec<String> {
    let word =
        |text: &str| text.chars().take_while(|&it| it.is_alphanumeric() || it == '_').collect::<String>();
    let mut names = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            names.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut is_start = true;
        for (index, character) in group.char_indices() {
            match character {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => is_start = true,
                _ if is_start && character.is_alphanumeric() => {
                    names.push(word(&group[index..]));
                    is_start = false;
                }
                _ => {}
            }
        }
    }
    names
}

/// Whether `word` stands in `line` with no letter, digit or underscore beside it.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + word.len()..]);
        let goes_on = word.ends_with(is_part) && after.starts_with(is_part);
        !before.ends_with(is_part) && !goes_on
    })
}

fn is_allowed(file: &File, places: &[&str]) -> bool {
    places.iter().any(|place| file.name == *place || (place.ends_with('/') && file.name.starts_with(place)))
}

#[test]
fn a_module_uses_only_modules_declared_above_it() {
    let order = module_order();
    let rank = |name: &str| order.iter().position(|module| module == name);
    let mut complaints = Vec::new();
    for file in files("src") {
        if ["lib.rs", "main.rs"].contains(&file.name.as_str()) {
            continue;
        }
        let Some(own) = rank(file.module()) else {
            complaints.push(format!("src/{}: src/lib.rs declares no module `{}`", file.name, file.module()));
            continue;
        };
        // A group may go over several lines: it is read as one.
        let text: String = file.code().map(|(_, line)| format!("{}\n", line.trim())).collect();
        for name in named(&text) {
            if rank(&name).is_some_and(|other| other > own) {
                let place =
                    file.code().find(|(_, line)| has_word(line, &name)).map_or(0, |(number, _)| number);
                let module = file.module();
                complaints.push(format!(
                    "src/{}:{place}: `{module}` uses `{name}`, which is declared below it",
                    file.name
                ));
            }
        }
    }
    none(complaints);
}

#[test]
fn files_begin_by_saying_what_they_own() {
    let mut complaints = Vec::new();
    for file in files("src") {
        let head = file.lines.iter().take_while(|line| line.starts_with("//!")).count();
        if !(3..=15).contains(&head) {
            complaints
                .push(format!("src/{}: {head} lines of `//!` at the top; 3 to 15 are asked for", file.name));
        }
    }
    none(complaints);
}

#[test]
fn files_are_short_and_named_after_something() {
    let mut complaints = Vec::new();
    for (directory, files) in [("src", files("src")), ("tests", files("tests"))] {
        for file in files {
            if file.lines.len() > 800 {
                complaints.push(format!(
                    "{directory}/{}: {} lines; 800 at most",
                    file.name,
                    file.lines.len()
                ));
            }
            let parts = file.name.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
            if let Some(part) = parts.into_iter().find(|part| VAGUE.contains(part)) {
                complaints.push(format!("{directory}/{}: `{part}` says nothing", file.name));
            }
        }
    }
    none(complaints);
}

#[test]
fn unsafe_stands_in_few_places_and_is_argued_for() {
    let mut complaints = Vec::new();
    for file in files("src") {
        for (number, line) in file.code().filter(|(_, line)| has_word(line, "unsafe")) {
            if !is_allowed(&file, MAY_BE_UNSAFE) {
                complaints.push(format!("src/{}:{number}: `unsafe` may not stand here", file.name));
            }
            let above = file.lines[number.saturating_sub(ARGUMENT_LINES + 1)..number - 1].iter();
            if !line.contains("//") && !above.into_iter().any(|line| line.trim_start().starts_with("//")) {
                complaints.push(format!(
                    "src/{}:{number}: `unsafe` without a comment that argues for it",
                    file.name
                ));
            }
        }
    }
    none(complaints);
}

#[test]
fn no_state_hides_in_threads() {
    let mut complaints = Vec::new();
    for file in files("src").iter().filter(|file| !is_allowed(file, MAY_BE_THREAD_LOCAL)) {
        for (number, _) in file.code().filter(|(_, line)| line.contains("thread_local!")) {
            complaints.push(format!(
                "src/{}:{number}: `thread_local!`: a walker may move to another thread",
                file.name
            ));
        }
    }
    none(complaints);
}

#[test]
fn some_crates_are_named_in_one_place() {
    let mut complaints = Vec::new();
    for file in files("src") {
        for (name, place) in KEPT_CRATES.iter().filter(|(_, place)| !is_allowed(&file, &[place])) {
            for (number, _) in file.code().filter(|(_, line)| has_word(line, name)) {
                complaints.push(format!("src/{}:{number}: `{name}` is named in {place} only", file.name));
            }
        }
    }
    none(complaints);
}

#[test]
fn nothing_is_left_unfinished() {
    let this_file = "it/tidy.rs";
    let mut complaints = Vec::new();
    for (directory, files) in [("src", files("src")), ("tests", files("tests"))] {
        for file in files.iter().filter(|file| file.name != this_file) {
            for (number, line) in file.code() {
                for word in UNFINISHED.iter().chain(&["#[ignore", "#[should_panic"]) {
                    let is_there =
                        if word.starts_with('#') { line.contains(word) } else { has_word(line, word) };
                    if is_there {
                        complaints.push(format!("{directory}/{}:{number}: `{word}`", file.name));
                    }
                }
            }
        }
    }
    none(complaints);
}
