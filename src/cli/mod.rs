//! The command line: from arguments to an exit code.
//!
//! `args` says what can be typed, `output` owns the streams, `exit` the codes, and
//! each verb has a file that turns its arguments into one call of the floor
//! below and the answer into text. No verb knows how programs are compiled or run.

mod args;
mod check;
mod db;
mod exit;
mod explain;
mod floor;
mod graph;
mod input;
mod layout;
mod manual;
mod new;
mod output;
mod panic;
mod run;
mod tasks;
mod test;
mod upkeep;
mod walker;

pub use args::{Arguments, ColorChoice, Verb};
pub use exit::Exit;
pub use output::Output;
pub use run::{Ended, Request};
pub use upkeep::{DbVerb, TasksVerb};

use crate::diagnostics::suggest;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;

/// The whole program: reads the arguments of the process and does what they say.
pub fn main() -> ExitCode {
    panic::install();
    let typed: Vec<OsString> = std::env::args_os().collect();
    let result = std::panic::catch_unwind(|| match typed.split_first() {
        Some((_, rest)) if rest.first().is_some_and(|verb| verb == "test-file") => test_file(rest, &typed),
        _ => match Arguments::try_parse_from(&typed) {
            Ok(arguments) => perform(arguments),
            Err(error) => usage(&error, &typed),
        },
    });
    // The hook has told about the panic.
    result.unwrap_or(Exit::Failure).into()
}

/// Does what the arguments say, and leaves nothing unwritten.
fn perform(arguments: Arguments) -> Exit {
    let output = Arc::new(Output::new(&arguments.look));
    let exit = match arguments.verb {
        Verb::Run(arguments) => run::run(arguments, &output, floor::execute),
        Verb::Enter(arguments) => run::enter(arguments, &output, floor::enter),
        Verb::Check(arguments) => check::run(&arguments, &output, floor::inspect),
        Verb::Test(arguments) => test::run(&arguments, &output, &floor::tests_of),
        Verb::Graph(arguments) => graph::run(&arguments, &output, floor::picture),
        Verb::Tasks(arguments) => tasks::run(&arguments.verb, &output),
        Verb::Db(arguments) => db::run(&arguments.verb, &output),
        Verb::Explain(arguments) => explain::run(&arguments, &output),
        Verb::New(arguments) => new::run(&arguments, &output),
        Verb::Man(arguments) => manual::man(&arguments, &output),
        Verb::Completions(arguments) => manual::completions(&arguments, &output),
    };
    output.finish(exit)
}

/// The part of `ambler test` that runs in a process for each file.
fn test_file(words: &[OsString], typed: &[OsString]) -> Exit {
    match test::TestFileArguments::try_parse_from(words) {
        Ok(arguments) => {
            let output = Arc::new(Output::new(&args::Look::default()));
            output.finish(test::file::run(&arguments, &output, floor::examine))
        }
        Err(error) => usage(&error, typed),
    }
}

/// Help, version, or what is wrong with the arguments.
fn usage(error: &clap::Error, typed: &[OsString]) -> Exit {
    let output = Output::new(&args::Look::guess(typed));
    let text = error.render();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = if output.style().color { text.ansi().to_string() } else { text.to_string() };
            output.write(&text);
            output.finish(Exit::Success)
        }
        _ => {
            let text = if output.error_style().color { text.ansi().to_string() } else { text.to_string() };
            output.write_error(&with_tip(error, &text, typed));
            output.finish(Exit::Usage)
        }
    }
}

/// The text of a usage error, with a tip if a verb was mistyped or forgotten.
fn with_tip(error: &clap::Error, text: &str, typed: &[OsString]) -> String {
    let Some(ContextValue::String(verb)) = error.get(ContextKind::InvalidSubcommand) else {
        return text.to_owned();
    };
    let has_tip = error.get(ContextKind::SuggestedSubcommand).is_some();
    let mut command = Arguments::command();
    // The verbs that could stand there: those of the verb before it, if there is one.
    for word in typed.iter().skip(1).filter_map(|word| word.to_str()).take_while(|word| word != verb) {
        if let Some(inner) = command.find_subcommand(word) {
            command = inner.clone();
        }
    }
    let names: Vec<&str> =
        command.get_subcommands().flat_map(|verb| verb.get_name_and_visible_aliases()).collect();
    let tip = match suggest(verb, names.into_iter()) {
        _ if verb.ends_with(".jac") => format!("to run a program: ambler run {verb}"),
        Some(name) if !has_tip => format!("a similar subcommand exists: '{name}'"),
        _ => return text.to_owned(),
    };
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    format!("{first}\n\n  tip: {tip}\n{rest}")
}
