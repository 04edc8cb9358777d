//! `ambler run`: a program from its text to the exit code of the process.
//!
//! It turns arguments into a [`Request`], hands it to the floor that runs
//! programs, and tells people how it ended. It knows nothing of how programs
//! are compiled, run or scheduled.

use super::args::{EnterArguments, RunArguments};
use super::exit::Exit;
use super::input;
use super::output::Output;
use crate::source::add;
pub use crate::task::{Ended, Entry, Request};
use std::path::Path;
use std::sync::Arc;

/// Runs the verb; `execute` runs the program.
pub fn run(
    arguments: RunArguments,
    output: &Arc<Output>,
    execute: impl FnOnce(Request, &Arc<Output>) -> Ended,
) -> Exit {
    let Some(request) = request(arguments, output) else { return Exit::Usage };
    let store = request.store.clone();
    tell(execute(request, output), store.as_deref(), output)
}

/// Runs `ambler enter`; `enter` runs the program and what is called in it.
pub fn enter(
    arguments: EnterArguments,
    output: &Arc<Output>,
    enter: impl FnOnce(&Request, &Entry, &Arc<Output>) -> Ended,
) -> Exit {
    let mut words = arguments.program.iter().map(|word| word.to_string_lossy().into_owned());
    let Some(file) = words.next() else { return Exit::Usage };
    let Some(main) = input::read(Path::new(&file), output) else { return Exit::Usage };
    let entry = Entry { name: arguments.entrypoint, arguments: words.collect(), node: arguments.node };
    let request = Request {
        main,
        argv: vec![file],
        workers: None,
        seed: None,
        stats: false,
        progress: false,
        is_main: !arguments.no_main,
        store: arguments.store,
    };
    tell(enter(&request, &entry, output), request.store.as_deref(), output)
}

/// Tells people how a program ended; `store` is what it ran on.
pub(super) fn tell(ended: Ended, store: Option<&Path>, output: &Output) -> Exit {
    match ended {
        Ended::Finished { failed_walkers } if failed_walkers.is_empty() => Exit::Success,
        Ended::Finished { failed_walkers } => {
            for (walker, report) in &failed_walkers {
                output.report_failed_walker(walker, report);
            }
            Exit::Failure
        }
        Ended::Exited { code, message } => {
            if let Some(message) = message {
                output.write_error(&format!("{message}\n"));
            }
            Exit::Code(code)
        }
        Ended::Raised(report) => {
            output.report_uncaught(&report);
            Exit::Failure
        }
        Ended::Rejected(diagnostics) => {
            output.report(&diagnostics);
            Exit::Failure
        }
        Ended::Interrupted => Exit::Interrupted,
        Ended::NoStore(error) => {
            let path = store.unwrap_or(Path::new(""));
            output.write_error(&format!("error: {}\n  help: {}\n", error.of(path), error.help()));
            Exit::Failure
        }
    }
}

/// Reads the program; `None` if it cannot be read, which has been reported then.
fn request(arguments: RunArguments, output: &Output) -> Option<Request> {
    let (main, argv) = match arguments.code.split_first() {
        Some((code, words)) => {
            let argv =
                std::iter::once("-c").chain(words.iter().map(String::as_str)).map(str::to_owned).collect();
            (add("<command>", None, code.as_str()), argv)
        }
        None => {
            let main = input::read(Path::new(arguments.program.first()?), output)?;
            (main, arguments.program.iter().map(|word| word.to_string_lossy().into_owned()).collect())
        }
    };
    Some(Request {
        main,
        argv,
        workers: arguments.workers.map(|workers| workers as usize),
        seed: arguments.seed,
        store: arguments.store,
        stats: arguments.stats,
        progress: arguments.progress,
        is_main: !arguments.no_main,
    })
}
