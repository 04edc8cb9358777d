//! `ambler test --watch`: the same tests again whenever a Jac file has changed.
//!
//! Each round is a process of its own with the same arguments, so that nothing is left over from the round
//! before. It looks at directories only; which tests there are is decided anew in each round.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crossbeam_channel::unbounded;
use notify_debouncer_mini::new_debouncer;
use notify_debouncer_mini::notify::RecursiveMode;

use super::args::TestArguments;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::diagnostics::Diagnostic;
use crate::source::Span;

/// Changes that come so close to each other are one.
const CALM: Duration = Duration::from_millis(200);

/// Runs the tests until Ctrl-C, or until nothing can be watched.
pub fn run(arguments: &TestArguments, output: &Output) -> Exit {
    let (sender, changes) = unbounded();
    let failed = |error: &dyn std::fmt::Display| {
        output.report(&[Diagnostic::error("", Span::NONE, format!("files cannot be watched: {error}"))]);
        Exit::Failure
    };
    let mut watcher = match new_debouncer(CALM, move |change| _ = sender.send(change)) {
        Ok(watcher) => watcher,
        Err(error) => return failed(&error),
    };
    for directory in directories(arguments) {
        if let Err(error) = watcher.watcher().watch(&directory, RecursiveMode::Recursive) {
            return failed(&error);
        }
    }
    let words = || std::env::args_os().skip(1).filter(|word| word != "--watch");
    loop {
        let round = std::env::current_exe().and_then(|this| Command::new(this).args(words()).status());
        match round {
            // Ctrl-C during a round ends the round, and the watching with it.
            Ok(status) if status.code() == Some(i32::from(Exit::Interrupted.code())) => {
                return Exit::Interrupted;
            }
            Ok(status) if status.code() == Some(i32::from(Exit::Usage.code())) => return Exit::Usage,
            Ok(_) => {}
            Err(error) => return failed(&error),
        }
        output.say("\nwaiting for a file to change (Ctrl-C ends)");
        loop {
            match changes.recv() {
                Ok(Ok(events)) if events.iter().any(|event| is_jac(&event.path)) => break,
                Ok(_) => {}
                Err(error) => return failed(&error),
            }
        }
        // A round's own directories (a cache, output of the tests) may have changed, too: only what comes from
        // now on starts the next one.
        while changes.try_recv().is_ok() {}
    }
}

fn is_jac(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "jac")
}

/// The directories to watch.
fn directories(arguments: &TestArguments) -> Vec<PathBuf> {
    let paths = arguments.paths.iter().chain(&arguments.directory);
    let mut found: Vec<PathBuf> = paths
        .map(|typed| Path::new(typed.split("::").next().unwrap_or(typed)))
        .map(|path| if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) })
        .map(|path| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_owned() })
        .collect();
    if found.is_empty() {
        found.push(PathBuf::from("."));
    }
    found.sort();
    found.dedup();
    found
}
