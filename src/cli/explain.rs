//! `ambler explain`: what an error code means, with a wrong and a right program.
//!
//! The texts are the registry's; here they are only laid out.

use super::args::ExplainArguments;
use super::exit::Exit;
use super::output::Output;
use crate::diagnostics::{Diagnostic, codes, suggest};
use crate::source::Span;

/// Runs the verb.
pub fn run(arguments: &ExplainArguments, output: &Output) -> Exit {
    if arguments.codes.is_empty() {
        for code in codes::all() {
            output.write(&format!("{}  {}\n", code.id, code.title));
        }
        return Exit::Success;
    }
    let mut exit = Exit::Success;
    for (index, typed) in arguments.codes.iter().enumerate() {
        match codes::find_loosely(typed) {
            Some(code) => {
                let gap = if index > 0 { "\n" } else { "" };
                output.write(&format!("{gap}{}", codes::to_text(code, output.style())));
            }
            None => {
                output.report(&[unknown(typed)]);
                exit = Exit::Usage;
            }
        }
    }
    exit
}

fn unknown(typed: &str) -> Diagnostic {
    let names = codes::all().map(|code| code.id).chain(codes::exceptions());
    let help = match suggest(&typed.to_uppercase(), names.clone()).or_else(|| suggest(typed, names)) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "run `ambler explain` for a list of all codes".to_owned(),
    };
    Diagnostic::error("", Span::NONE, format!("no error code `{typed}`")).help(help)
}
