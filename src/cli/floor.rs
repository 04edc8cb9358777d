//! The calls from the command line into the floors below.
//!
//! They run a program, run its tests, name them, draw the graph that a program leaves, or find what is
//! wrong with one. This is all of the language that the command line knows.

use super::output::Output;
use super::run::{Ended, Request};
use crate::diagnostics::Diagnostic;
use crate::isolate::Screen;
use crate::modules::LIBRARY;
use crate::picture::{Picture, Selection, Unreadable, read};
use crate::source::{FileLoader, Loader, SourceFile, Span};
use std::cell::RefCell;
use std::sync::Arc;

impl Screen for Output {
    fn write(&self, text: &str) -> bool {
        Output::write(self, text)
    }
    fn write_error(&self, text: &str) {
        Output::write_error(self, text);
    }
    fn flush(&self) -> bool {
        Output::flush(self)
    }
    fn debugs(&self) -> bool {
        self.verbosity() >= 2
    }
}

/// Runs a program to its end, with all its walkers.
pub(super) fn execute(request: Request, output: &Arc<Output>) -> Ended {
    crate::task::run_program(&request, output.clone())
}

/// Runs a program to its end, and then what `entry` names.
pub(super) fn enter(request: &Request, entry: &crate::task::Entry, output: &Arc<Output>) -> Ended {
    crate::task::enter_program(request, entry, output.clone())
}

/// A program's standard output, sent where it does not mix with what we write there ourselves.
struct Aside(Arc<Output>);

impl Screen for Aside {
    fn write(&self, text: &str) -> bool {
        Output::write_error(&self.0, text);
        true
    }
    fn write_error(&self, text: &str) {
        Output::write_error(&self.0, text);
    }
    fn flush(&self) -> bool {
        true
    }
}

/// Runs a program and reads the graph that it leaves; all that the program prints goes to standard error.
pub(super) fn picture(
    request: &Request,
    selection: &Selection,
    output: &Arc<Output>,
) -> (Ended, Option<Result<Picture, Unreadable>>) {
    let picture = RefCell::new(None);
    let ended = crate::task::run_and_look(request, Arc::new(Aside(output.clone())), &|heap, program| {
        let main = program.modules.get(program.main as usize);
        let variables = main.map_or(&[][..], |main| &main.globals);
        *picture.borrow_mut() = Some(read(heap, variables, selection));
    });
    (ended, picture.into_inner())
}

/// What is wrong with a file: with its syntax, and with its names and structure unless
/// only the syntax is asked for.
pub(super) fn inspect(file: &Arc<SourceFile>, syntax_only: bool) -> Vec<Diagnostic> {
    if syntax_only {
        return crate::syntax::parse(file).diagnostics;
    }
    let check = |file: &SourceFile| {
        crate::resolve::check(file, &FileLoader, &LIBRARY, &crate::task::options(file, true))
    };
    // A part of a module means something with the rest of it only.
    let base = file.path.as_deref().and_then(|path| crate::resolve::base_of(path, &FileLoader));
    match base.and_then(|base| Some((FileLoader.read(&base).ok()?, base))) {
        Some((text, base)) => check(&crate::source::add(&base.to_string_lossy(), Some(base.clone()), text)),
        None => check(file),
    }
}

/// Runs the tests of a program, whose output goes to `screen`.
pub(super) fn examine(request: &Request, screen: Arc<dyn Screen>, examiner: &mut dyn crate::task::Examiner) {
    crate::task::run_tests(request, screen, examiner);
}

/// The tests of a file with their places, in their order; or its syntax errors.
pub(super) fn tests_of(file: &Arc<SourceFile>) -> Result<Vec<(Arc<str>, Span)>, Vec<Diagnostic>> {
    crate::task::tests_of(file)
}
