//! Program text that is named on the command line: a file, `-`, or `-c CODE`.
//!
//! It reads and registers the text, and explains why it cannot be read, with the
//! name of a file that was probably meant. What the text says is others' concern.

use super::output::{Output, reason};
use crate::diagnostics::{Diagnostic, suggest};
use crate::source::{FileLoader, Loader, SourceFile, Span, add, normalize};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads the file at `path`, or standard input for `-`; what goes wrong is reported.
pub(super) fn read(path: &Path, output: &Output) -> Option<Arc<SourceFile>> {
    if path.as_os_str() == "-" {
        return match normalize(io::stdin().lock()) {
            Ok(text) => Some(add("<stdin>", None, text)),
            Err(error) => {
                output.report(&[unreadable("standard input", &error)]);
                None
            }
        };
    }
    let name = path.to_string_lossy();
    match FileLoader.read(path) {
        Ok(text) => Some(add(&name, Some(path.to_owned()), text)),
        Err(error) => {
            let mut diagnostic = unreadable(&format!("`{name}`"), &error);
            if error.kind() == io::ErrorKind::NotFound {
                diagnostic.help = meant(path).map(|meant| format!("did you mean `{}`?", meant.display()));
            }
            output.report(&[diagnostic]);
            None
        }
    }
}

fn unreadable(what: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("", Span::NONE, format!("cannot read {what}: {}", reason(error)))
}

/// The file that a path to nothing stands for: the same with `.jac`, or one of a similar name.
fn meant(path: &Path) -> Option<PathBuf> {
    let with_extension = path.with_added_extension("jac");
    if FileLoader.exists(&with_extension) {
        return Some(with_extension);
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let names: Vec<String> = FileLoader
        .list(directory.unwrap_or(Path::new(".")))
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "jac"))
        .filter_map(|file| file.file_name()?.to_str().map(str::to_owned))
        .collect();
    let name = suggest(path.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    Some(path.with_file_name(name))
}
