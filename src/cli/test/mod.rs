//! `ambler test`: the tests of programs, file by file, and what became of them.
//!
//! `plan` finds the tests, `children` runs them in processes whose other end is `file`, `report` tells
//! people. Here is only their order: from arguments to an exit code.

mod args;
mod children;
pub mod file;
mod junit;
mod keyword;
mod last;
mod message;
mod plan;
mod report;
mod watch;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crossbeam_channel::RecvTimeoutError;

pub use self::args::{TestArguments, TestFileArguments};
use self::children::{Children, Event};
use self::plan::{File, Find};
use self::report::Report;
use super::exit::Exit;
use super::output::{Output, reason};
use crate::diagnostics::{Diagnostic, Style};
use crate::source::Span;

/// After this time without any result people are told what is still running.
const LONG: Duration = Duration::from_secs(60);

/// Runs the verb; `find` names the tests of a file.
pub fn run(arguments: &TestArguments, output: &Output, find: Find<'_>) -> Exit {
    if arguments.watch {
        return watch::run(arguments, output);
    }
    let mut last_failed = BTreeSet::new();
    if arguments.last_failed {
        last_failed = last::read();
        if last_failed.is_empty() {
            output.say("no test failed when tests were last run here: all are run");
        }
    }
    let Some(files) = plan::plan(arguments, &last_failed, output, find) else { return Exit::Usage };
    if files.is_empty() {
        return nothing(arguments, output);
    }
    if arguments.list {
        return list(&files, output);
    }
    perform(arguments, &files, output)
}

/// There is nothing to run.
fn nothing(arguments: &TestArguments, output: &Output) -> Exit {
    let chooses = arguments.keyword.is_some() || arguments.test_name.is_some() || arguments.filter.is_some();
    let (message, help) = if chooses || arguments.last_failed {
        ("no test is chosen", "`ambler test --list` names all that there are")
    } else {
        ("no tests found", "tests are written as `test name { check 1 + 1 == 2; }` in a Jac file")
    };
    output.report(&[Diagnostic::error("", Span::NONE, message).help(help)]);
    Exit::Nothing
}

fn list(files: &[File], output: &Output) -> Exit {
    let mut exit = Exit::Success;
    for file in files {
        if let Some(problem) = &file.problem {
            output.write_error(problem.shown.as_ref().unwrap_or(&problem.plain));
            exit = Exit::Failure;
        }
        for case in &file.tests {
            output.write(&format!("{}\n", case.id));
        }
    }
    exit
}

/// Runs the tests of the plan and tells what became of them.
fn perform(arguments: &TestArguments, files: &[File], output: &Output) -> Exit {
    let started = Instant::now();
    let mut report = Report::new(files, arguments, output);
    let most = if arguments.exitfirst { Some(1) } else { arguments.maxfail.map(|most| most as usize) };
    let is_enough = |report: &Report<'_>| {
        let counts = report.counts();
        most.is_some_and(|most| counts.failed + counts.errors >= most)
    };
    let mut interrupted = false;
    if !is_enough(&report) {
        let style = Style { hint: false, ..output.style() };
        let children = Children::start(files, arguments, style);
        let mut workers = children.workers;
        while workers > 0 {
            match children.events.recv_timeout(LONG) {
                Ok(Event::Begun(at)) => report.begun(at),
                Ok(Event::Ended(at, outcome)) => report.ended(at, outcome),
                Ok(Event::NotLoaded(file, outcome)) => report.not_loaded(file, outcome),
                Ok(Event::Over) => workers -= 1,
                Ok(Event::Interrupted) => {
                    interrupted = true;
                    break;
                }
                Err(RecvTimeoutError::Timeout) => report.still_running(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if is_enough(&report) {
                break;
            }
        }
    }
    report.finish(arguments.durations);
    remember(files, &report);
    let mut exit = match report.counts() {
        _ if interrupted => Exit::Interrupted,
        counts if counts.failed + counts.errors > 0 => Exit::Failure,
        counts if counts.not_run > 0 => Exit::Failure,
        _ => Exit::Success,
    };
    if let Some(path) = &arguments.junit
        && let Err(error) = junit::write(path, files, &report.outcomes, &report.unloaded, started.elapsed())
    {
        let message = format!("cannot write `{}`: {}", path.display(), reason(&error));
        output.report(&[Diagnostic::error("", Span::NONE, message)]);
        exit = Exit::Usage;
    }
    exit
}

/// Keeps the names of what failed, for `--last-failed`.
fn remember(files: &[File], report: &Report<'_>) {
    let (mut passed, mut failed) = (Vec::new(), Vec::new());
    for ((file, outcomes), unloaded) in files.iter().zip(&report.outcomes).zip(&report.unloaded) {
        let loaded = if unloaded.is_some() { &mut failed } else { &mut passed };
        loaded.push(file.name.clone());
        for (case, outcome) in file.tests.iter().zip(outcomes) {
            match outcome {
                Some(outcome) if outcome.problem.is_some() => failed.push(case.id.clone()),
                Some(_) => passed.push(case.id.clone()),
                None => {}
            }
        }
    }
    last::update(passed.into_iter(), failed.into_iter());
}
