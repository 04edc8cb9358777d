//! Which tests there are: from paths to files, and from files to the tests in them that are to run.
//!
//! It looks for files and chooses among their tests. How a file's tests are found is handed in; running
//! them is the business of `children`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::overrides::{Override, OverrideBuilder};

use super::args::TestArguments;
use super::keyword::Keyword;
use super::message::Problem;
use crate::cli::input;
use crate::cli::output::Output;
use crate::diagnostics::{Diagnostic, Style, suggest, to_text};
use crate::resolve::base_of;
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

/// Which of the tests that there are somebody wants.
struct Filter<'a> {
    keyword: Option<Keyword>,
    /// Of the files' names.
    pattern: Option<Override>,
    name: Option<&'a str>,
    /// Empty: all.
    last_failed: &'a BTreeSet<String>,
}

impl<'a> Filter<'a> {
    /// Reads the arguments; or says what is wrong with them, and what to do.
    fn new(
        arguments: &'a TestArguments,
        last_failed: &'a BTreeSet<String>,
    ) -> Result<Filter<'a>, (String, &'static str)> {
        let keyword = arguments.keyword.as_deref().map(Keyword::parse).transpose();
        let pattern = arguments.filter.as_deref().map(pattern).transpose();
        Ok(Filter {
            keyword: keyword.map_err(|why| {
                let help = "write for example: -k 'bank and not (slow or old)'";
                (format!("`-k` cannot be understood: {why}"), help)
            })?,
            pattern: pattern.map_err(|why| {
                let help = "write for example: --filter '*_fast.jac'";
                (format!("`--filter` cannot be understood: {why}"), help)
            })?,
            name: arguments.test_name.as_deref(),
            last_failed,
        })
    }

    fn takes_file(&self, path: &Path) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| pattern.matched(path, false).is_whitelist())
    }

    fn takes(&self, file: &str, case: &Case) -> bool {
        self.keyword.as_ref().is_none_or(|keyword| keyword.holds(&case.id))
            && self.name.is_none_or(|name| is_named(case, name))
            && (self.last_failed.is_empty()
                || self.last_failed.contains(&case.id)
                || self.last_failed.contains(file))
    }

    /// Whether anybody wants to know that a file cannot be read: its tests have no names yet.
    fn takes_problem(&self, file: &str) -> bool {
        self.keyword.is_none()
            && self.name.is_none()
            && (self.last_failed.is_empty() || self.last_failed.contains(file))
    }
}

/// What is to be run; `None` if the arguments are wrong, which has been reported then.
pub fn plan(
    arguments: &TestArguments,
    last_failed: &BTreeSet<String>,
    output: &Output,
    find: Find<'_>,
) -> Option<Vec<File>> {
    let filter = match Filter::new(arguments, last_failed) {
        Ok(filter) => filter,
        Err((message, help)) => {
            output.report(&[Diagnostic::error("", Span::NONE, message).help(help)]);
            return None;
        }
    };
    let mut wanted = Vec::new();
    let here = (arguments.paths.is_empty() && arguments.directory.is_none()).then(|| ".".to_owned());
    for path in arguments.paths.iter().chain(&arguments.directory).chain(&here) {
        look(path, &mut wanted, output);
    }
    let mut files: Vec<File> = Vec::new();
    for wanted in wanted.iter().filter(|wanted| filter.takes_file(&wanted.path)) {
        match tests(wanted, find, output) {
            Some(mut file) => {
                keep_named(&mut file, &wanted.names, output)?;
                add_file(&mut files, file);
            }
            None if wanted.is_found => {}
            None => return None,
        }
    }
    for file in &mut files {
        file.tests.retain(|case| filter.takes(&file.name, case));
        file.problem = file.problem.take().filter(|_| filter.takes_problem(&file.name));
    }
    files.retain(|file| !file.tests.is_empty() || file.problem.is_some());
    Some(files)
}

/// Leaves only the tests of some names, if there are any. A name that no test has is reported.
fn keep_named(file: &mut File, names: &[String], output: &Output) -> Option<()> {
    if names.is_empty() || file.problem.is_some() {
        return Some(());
    }
    if let Some(missing) = names.iter().find(|name| !file.tests.iter().any(|case| is_named(case, name))) {
        let meant = |typed: &str| {
            let names = file.tests.iter().filter_map(|case| Some(case.id.rsplit_once("::")?.1));
            suggest(typed, names).map(str::to_owned)
        };
        let message = format!("no test `{missing}` in `{}`", file.name);
        let mut report = Diagnostic::error("", Span::NONE, message);
        report.help = meant(missing)
            .or_else(|| meant(&format!("test_{missing}")))
            .map(|name| format!("did you mean `{}::{name}`?", file.name));
        output.report(&[report]);
        return None;
    }
    file.tests.retain(|case| names.iter().any(|name| is_named(case, name)));
    Some(())
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

fn pattern(pattern: &str) -> Result<Override, ignore::Error> {
    OverrideBuilder::new(".").add(pattern)?.build()
}

/// The files that a path means.
fn look(typed: &str, wanted: &mut Vec<Wanted>, output: &Output) {
    let typed = typed.strip_prefix("./").filter(|rest| !rest.is_empty()).unwrap_or(typed);
    let (path, name) = match typed.split_once("::") {
        Some((path, name)) => (Path::new(path), Some(name.to_owned())),
        None => (Path::new(typed), None),
    };
    if !path.is_dir() {
        let (path, only_in) = match base_of(path, &FileLoader) {
            Some(base) => (base, Some(path.to_owned())),
            None => (path.to_owned(), None),
        };
        wanted.push(Wanted { path, only_in, names: name.into_iter().collect(), is_found: false });
        return;
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
                    found.insert(base_of(path, &FileLoader).unwrap_or_else(|| path.to_owned()));
                }
            }
            Err(error) => output.say(&format!("warning: {error}")),
        }
    }
    wanted.extend(found.into_iter().map(|path| Wanted { path, is_found: true, ..Wanted::default() }));
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
