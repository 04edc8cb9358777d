//! `ambler graph`: the picture of the graph that a program builds.
//!
//! It runs the program, whose own output goes to standard error, and writes the picture to standard
//! output or a file. It knows neither how the graph is read nor how a form is drawn.

use super::args::{GraphArguments, GraphForm};
use super::exit::Exit;
use super::input;
use super::output::{Output, reason};
use super::run::{Ended, Request, tell};
use crate::diagnostics::Diagnostic;
use crate::picture::{Form, Picture, Selection, Unreadable};
use crate::source::Span;
use std::sync::Arc;

/// Runs the verb; `picture` runs the program and reads what it leaves.
pub fn run(
    arguments: &GraphArguments,
    output: &Arc<Output>,
    picture: impl FnOnce(&Request, &Selection, &Arc<Output>) -> (Ended, Option<Result<Picture, Unreadable>>),
) -> Exit {
    let Some(main) = input::read(&arguments.file, output) else { return Exit::Usage };
    let name = arguments.file.to_string_lossy().into_owned();
    let request = Request {
        main,
        argv: std::iter::once(name.clone()).chain(arguments.program.iter().cloned()).collect(),
        workers: arguments.workers.map(|workers| workers as usize),
        seed: arguments.seed,
        store: arguments.store.clone(),
        stats: false,
        progress: false,
        is_main: true,
    };
    let selection = Selection {
        from: arguments.from.clone(),
        depth: arguments.depth,
        types: arguments.types.clone(),
        limit: arguments.limit,
    };
    let (ended, picture) = picture(&request, &selection, output);
    // A program that failed has built something all the same: its picture may show why.
    let exit = tell(ended, arguments.store.as_deref(), output);
    match picture {
        None => exit,
        Some(Ok(picture)) => match write(arguments, &picture, &name, output) {
            true => exit,
            false => Exit::Usage,
        },
        Some(Err(wrong)) => {
            output.report(&[Diagnostic {
                help: wrong.help,
                ..Diagnostic::error("", Span::NONE, wrong.message)
            }]);
            if exit == Exit::Success { Exit::Usage } else { exit }
        }
    }
}

/// Draws the picture, to where it is wanted; whether it could be written.
fn write(arguments: &GraphArguments, picture: &Picture, title: &str, output: &Output) -> bool {
    let named = arguments.output.as_deref().filter(|path| path.as_os_str() != "-");
    let extension = named.and_then(|path| path.extension()).and_then(|extension| extension.to_str());
    let form = match arguments.format.or_else(|| extension.and_then(GraphForm::of_extension)) {
        None | Some(GraphForm::Text) => {
            let unicode = named.is_some() || output.style().unicode;
            Form::Text { unicode, ids: output.verbosity() > 0 }
        }
        Some(GraphForm::Dot) => Form::Dot,
        Some(GraphForm::Mermaid) => Form::Mermaid,
        Some(GraphForm::Svg) => Form::Svg,
        Some(GraphForm::Html) => Form::Html,
    };
    let text = picture.draw(form, title);
    if picture.is_cut {
        let help = "`--limit` draws more, `--depth` and `--type` choose";
        let message = format!("the graph is larger than {} nodes: the rest is left out", arguments.limit);
        output.report(&[Diagnostic::warning("", Span::NONE, message).help(help)]);
    }
    let Some(path) = named else {
        output.write(&text);
        return true;
    };
    match std::fs::write(path, text) {
        Ok(()) => {
            let (nodes, edges) = (picture.nodes.len(), picture.edges.len());
            let plural = |count: usize| if count == 1 { "" } else { "s" };
            output.say(&format!(
                "drew {nodes} node{} and {edges} edge{} to {}",
                plural(nodes),
                plural(edges),
                path.display()
            ));
            true
        }
        Err(error) => {
            let message = format!("cannot write `{}`: {}", path.display(), reason(&error));
            output.report(&[Diagnostic::error("", Span::NONE, message)]);
            false
        }
    }
}
