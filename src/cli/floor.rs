//! The two calls from the command line into the floors below.
//!
//! One runs a program, the other finds what is wrong with one. This is all of
//! the language that the command line knows.

use super::output::Output;
use super::run::{Ended, Request};
use crate::diagnostics::Diagnostic;
use crate::isolate::Screen;
use crate::modules::LIBRARY;
use crate::source::{FileLoader, SourceFile};
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

/// What is wrong with a file: with its syntax, and with its names and structure unless
/// only the syntax is asked for.
pub(super) fn inspect(file: &Arc<SourceFile>, syntax_only: bool) -> Vec<Diagnostic> {
    if syntax_only {
        return crate::syntax::parse(file).diagnostics;
    }
    crate::resolve::check(file, &FileLoader, &LIBRARY, &crate::task::options(file, true))
}
