//! Which tests there are: from paths to files, and from files to the tests in them that are to run.
//!
//! It looks for files and chooses among their tests. How a file's tests are found is handed in; running
//! them is the business of `children`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::keyword::Keyword;
use super::message::Problem;
use crate::cli::args::TestArguments;
use crate::cli::input;
use crate::cli::output::Output;
use crate::diagnostics::{Diagnostic, Style, suggest, to_text};
use crate::source::{FileLoader, Loader, SourceFile, Span, add, file_of};

/// How the tests of a file are found, with their places.
pub type Find<'a> = &'a dyn Fn(&Arc<SourceFile>) -> Result<Vec<(Arc<str>, Span)>, Vec<Diagnostic>>;

/// A file, and those of its tests that are to run.
#[derive(Debug)]
pub struct File {
    pub path: PathBuf,
    /// As shown to people.
    pub name: String,
    pub tests: Vec<Case>,
    /// It could not be read as a program.
    pub problem: Option<Problem>,
}

/// A test.
#[derive(Debug)]
pub struct Case {
    /// Its number among the tests of its file.
    pub index: usize,
    /// `PATH::NAME`.
    pub id: String,
}

/// Where somebody wants tests from.
#[derive(Default)]
struct Wanted {
    path: PathBuf,
    /// Only the tests that stand in this file, which belongs to the other one.
    only_in: Option<PathBuf>,
    /// Only the tests of these names.
    names: Vec<String>,
    /// It was found in a directory.
    is_found: bool,
}

/// What is to be run; `None` if the arguments are wrong, which has been reported then.
pub fn plan(
    arguments: &TestArguments,
    last_failed: &BTreeSet<String>,
    output: &Output,
    find: Find<'_>,
) -> Option<Vec<File>> {
    let wrong = |message: String, help: Option<String>| {
        let mut diagnostic = Diagnostic::error("", Span::NONE, message);
        diagnostic.help = help;
        output.report(&[diagnostic]);
        None
    };
    let keyword = match arguments.keyword.as_deref().map(Keyword::parse).transpose() {
        Ok(keyword) => keyword,
        Err(why) => {
            return wrong(
                format!("`-k` cannot be understood: {why}"),
                Some("write for example: -k 'bank and not (slow or old)'".to_owned()),
            );
        }
    };
    let pattern = match arguments.filter.as_deref().map(pattern).transpose() {
        Ok(pattern) => pattern,
        Err(why) => return wrong(format!("`--filter` cannot be understood: {why}"), None),
    };
    let mut wanted = Vec::new();
    let here = (arguments.paths.is_empty() && arguments.directory.is_none()).then(|| ".".to_owned());
    for path in arguments.paths.iter().chain(&arguments.directory).chain(&here) {
        look(path, &mut wanted, output)?;
    }
    if let Some(pattern) = &pattern {
        wanted.retain(|file| pattern.matched(&file.path, false).is_whitelist());
    }
    let mut files: Vec<File> = Vec::new();
    for wanted in wanted {
        let Some(mut file) = tests(&wanted, find, output) else {
            if wanted.is_found {
                continue;
            }
            return None;
        };
        if let Some(missing) = keep_named(&mut file, &wanted.names) {
            let name = |typed: &str| {
                let names = file.tests.iter().filter_map(|case| Some(case.id.rsplit_once("::")?.1));
                suggest(typed, names).map(str::to_owned)
            };
            let meant = name(&missing).or_else(|| name(&format!("test_{missing}")));
            let help = meant.map(|name| format!("did you mean `{}::{name}`?", file.name));
            return wrong(format!("no test `{missing}` in `{}`", file.name), help);
        }
        add_file(&mut files, file);
    }
    for file in &mut files {
        file.tests.retain(|case| {
            keyword.as_ref().is_none_or(|keyword| keyword.holds(&case.id))
                && arguments.test_name.as_ref().is_none_or(|name| is_named(case, name))
                && (last_failed.is_empty()
                    || last_failed.contains(&case.id)
                    || last_failed.contains(&file.name))
        });
        let is_chosen = keyword.is_none() && arguments.test_name.is_none() || !file.tests.is_empty();
        if !is_chosen || !last_failed.is_empty() && !last_failed.contains(&file.name) {
            file.problem = None;
        }
    }
    files.retain(|file| !file.tests.is_empty() || file.problem.is_some());
    Some(files)
}

/// Leaves only the tests of some names, if there are any; gives a name that no test has.
fn keep_named(file: &mut File, names: &[String]) -> Option<String> {
    if names.is_empty() || file.problem.is_some() {
        return None;
    }
    if let Some(missing) = names.iter().find(|name| !file.tests.iter().any(|case| is_named(case, name))) {
        return Some(missing.clone());
    }
    file.tests.retain(|case| names.iter().any(|name| is_named(case, name)));
    None
}

/// Adds a file, or its tests to those of the same file that are there already.
fn add_file(files: &mut Vec<File>, file: File) {
    match files.iter_mut().find(|other| other.path == file.path) {
        Some(known) => {
            for case in file.tests {
                if !known.tests.iter().any(|other| other.index == case.index) {
                    known.tests.push(case);
                }
            }
            known.tests.sort_by_key(|case| case.index);
        }
        None => files.push(file),
    }
}

/// Whether a test has the name that somebody typed: `foo` means `test foo`.
fn is_named(case: &Case, typed: &str) -> bool {
    let name = case.id.rsplit_once("::").map_or("", |(_, name)| name);
    name == typed || name.strip_prefix("test_") == Some(typed)
}

fn pattern(pattern: &str) -> Result<ignore::overrides::Override, ignore::Error> {
    ignore::overrides::OverrideBuilder::new(".").add(pattern)?.build()
}

/// The files that a path means. `None` if there is nothing there.
fn look(typed: &str, wanted: &mut Vec<Wanted>, output: &Output) -> Option<()> {
    let (path, name) = match typed.split_once("::") {
        Some((path, name)) => (Path::new(path), Some(name.to_owned())),
        None => (Path::new(typed), None),
    };
    if !path.is_dir() {
        let (path, only_in) = match base_of(path) {
            Some(base) => (base, Some(path.to_owned())),
            None => (path.to_owned(), None),
        };
        wanted.push(Wanted { path, only_in, names: name.into_iter().collect(), is_found: false });
        return Some(());
    }
    let mut found = BTreeSet::new();
    for entry in ignore::WalkBuilder::new(path).build() {
        match entry {
            Ok(entry) => {
                let path = entry.path().strip_prefix("./").unwrap_or(entry.path());
                let is_file = entry.file_type().is_some_and(|kind| !kind.is_dir());
                if is_file
                    && path.extension().is_some_and(|extension| extension == "jac")
                    && may_have_tests(path)
                {
                    found.insert(base_of(path).unwrap_or_else(|| path.to_owned()));
                }
            }
            Err(error) => output.say(&format!("warning: {error}")),
        }
    }
    wanted.extend(found.into_iter().map(|path| Wanted { path, is_found: true, ..Wanted::default() }));
    Some(())
}

/// The file that a `.test.jac` or `.impl.jac` is a part of, if there is one.
fn base_of(annex: &Path) -> Option<PathBuf> {
    let name = annex.file_name()?.to_str()?;
    let word = ["test", "impl"].into_iter().find(|word| name.ends_with(&format!(".{word}.jac")))?;
    let stem = &name[..name.len() - word.len() - ".jac".len() - 1];
    let dir = annex.parent().unwrap_or(Path::new(""));
    let beside =
        |dir: &Path, stem: &str| Some(dir.join(format!("{stem}.jac"))).filter(|file| FileLoader.exists(file));
    let above = || {
        let (dir_name, above) = (dir.file_name()?.to_str()?, dir.parent()?);
        let stem = if dir_name == word {
            stem.split('.').next()?
        } else {
            dir_name.strip_suffix(&format!(".{word}"))?
        };
        beside(above, stem)
    };
    // `m.more.test.jac` may belong to `m.more.jac` as well as to `m.jac`.
    let ends = stem.match_indices('.').map(|(at, _)| at).chain([stem.len()]).collect::<Vec<_>>();
    ends.into_iter().rev().find_map(|end| beside(dir, &stem[..end])).or_else(above)
}

/// Whether a file that was found is worth a closer look.
fn may_have_tests(path: &Path) -> bool {
    FileLoader.read(path).is_ok_and(|text| text.contains("test"))
}

/// Whether a text that is no program was meant to have tests.
fn has_tests(text: &str) -> bool {
    text.lines().any(|line| {
        let rest = line.trim_start().strip_prefix("test");
        rest.is_some_and(|rest| rest.starts_with([' ', '{']) && rest.contains('{'))
    })
}

/// A file and the tests that are wanted from it. `None` if it cannot be read, or, for a file that was found,
/// if it is no program and has no tests.
fn tests(wanted: &Wanted, find: Find<'_>, output: &Output) -> Option<File> {
    let source = if wanted.is_found {
        let text = FileLoader.read(&wanted.path).ok()?;
        add(&wanted.path.to_string_lossy(), Some(wanted.path.clone()), text)
    } else {
        input::read(&wanted.path, output)?
    };
    let name = wanted.path.to_string_lossy().replace('\\', "/");
    let mut file = File { path: wanted.path.clone(), name, tests: Vec::new(), problem: None };
    match find(&source) {
        Ok(found) => {
            let is_there = |span: &Span| match &wanted.only_in {
                Some(annex) => file_of(*span).is_some_and(|file| file.path.as_ref() == Some(annex)),
                None => true,
            };
            let tests = found.iter().enumerate().filter(|(_, (_, span))| is_there(span));
            file.tests = tests
                .map(|(index, (name, _))| Case { index, id: format!("{}::{name}", file.name) })
                .collect();
        }
        Err(_) if wanted.is_found && !has_tests(&source.text) => return None,
        Err(diagnostics) => file.problem = Some(rejected(&diagnostics, output.style())),
    }
    Some(file)
}

fn rejected(diagnostics: &[Diagnostic], style: Style) -> Problem {
    let text = |style: Style| {
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        errors.map(|error| to_text(error, style)).collect::<Vec<_>>().join("\n")
    };
    let summary = diagnostics.first().map_or_else(String::new, |error| error.message.clone());
    let shown = Some(text(Style { hint: false, ..style }));
    Problem { kind: "SyntaxError".to_owned(), summary, plain: text(Style::PLAIN), shown }
}
