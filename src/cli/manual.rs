//! `ambler man` and `ambler completions`: what is known of the verbs and flags, in the forms of a manual and
//! of shells.
//!
//! Both are made from the definitions in `args`; nothing is written here by hand.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Command, CommandFactory};

use super::args::{Arguments, CompletionsArguments, ManArguments};
use super::exit::Exit;
use super::output::{Output, reason};
use crate::diagnostics::{Diagnostic, suggest};
use crate::source::Span;

/// `ambler man`.
pub fn man(arguments: &ManArguments, output: &Output) -> Exit {
    let command = definitions();
    let written = match (&arguments.dir, &arguments.verb) {
        (Some(dir), _) => write_pages(&command, dir),
        (None, None) => page(&command).map(|page| _ = output.write(&page)),
        (None, Some(verb)) => match command.find_subcommand(verb) {
            Some(found) => page(found).map(|page| _ = output.write(&page)),
            None => {
                let report = Diagnostic::error("", Span::NONE, format!("no verb `{verb}`"));
                let names = command.get_subcommands().map(Command::get_name);
                output.report(&[match suggest(verb, names) {
                    Some(name) => report.help(format!("did you mean `{name}`?")),
                    None => report.help("`ambler help` lists them"),
                }]);
                return Exit::Usage;
            }
        },
    };
    match written {
        Ok(()) => Exit::Success,
        Err(error) => {
            let message = format!("the pages cannot be written: {}", reason(&error));
            output.report(&[Diagnostic::error("", Span::NONE, message)]);
            Exit::Failure
        }
    }
}

/// `ambler completions`.
pub fn completions(arguments: &CompletionsArguments, output: &Output) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut definitions(), "ambler", &mut script);
    output.write(&String::from_utf8_lossy(&script));
    Exit::Success
}

/// The definitions, with the full name of each verb.
fn definitions() -> Command {
    let mut command = Arguments::command();
    command.build();
    command
}

/// A page in the form that `man` reads.
fn page(command: &Command) -> io::Result<String> {
    let name = command.get_bin_name().unwrap_or("ambler").replace(' ', "-");
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone().display_name(name)).render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// `ambler.1`, `ambler-run.1`, `ambler-tasks-list.1`, …
fn write_pages(command: &Command, dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let name = command.get_bin_name().unwrap_or("ambler").replace(' ', "-");
    fs::write(dir.join(format!("{name}.1")), page(command)?)?;
    let verbs = command.get_subcommands().filter(|verb| verb.get_name() != "help");
    verbs.into_iter().try_for_each(|verb| write_pages(verb, dir))
}
