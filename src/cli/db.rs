//! `ambler db`: a store as a file, checked, copied, and turned into text and back.
//!
//! It hands each verb to the store and says what came of it. What counts as damage, and how a copy is made
//! that is whole or not there, is the store's business.

use super::exit::Exit;
use super::layout::{Paint, counted, painted};
use super::output::{Output, reason};
use super::tasks::tell;
use super::upkeep::DbVerb;
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::store::StoreError;
use crate::store::sqlite::audit::{Audit, audit};
use crate::store::sqlite::exchange::{self, Amount};
use crate::store::sqlite::open_to_read;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

/// Runs a verb.
pub fn run(verb: &DbVerb, output: &Output) -> Exit {
    match verb {
        DbVerb::Check { file } => check(file, output),
        DbVerb::Backup { file, to } => backup(file, to, output),
        DbVerb::Export { file, out } => export(file, out.as_deref(), output),
        DbVerb::Import { file, from } => import(file, from, output),
    }
}

fn check(file: &Path, output: &Output) -> Exit {
    let found = match open_to_read(file).and_then(|connection| audit(&connection)) {
        Ok(found) => found,
        Err(error) => return tell(output, file, &error),
    };
    for what in &found.wrong {
        output.write(&format!("{}: {what}\n", painted(output.style(), "damaged", Paint::Bad)));
    }
    let told = found.wrong.len() as u64;
    if found.wrong_count > told {
        output.write(&format!("and {} more\n", found.wrong_count - told));
    }
    output.write(&format!("{}: {}\n", file.display(), contents(&found)));
    for (count, noun, what) in [
        (found.unreachable, "node", "not connected with the root"),
        (found.stale, "field", "naming what is not there any more"),
        (found.by_hand, "row", "changed by hand, without a check sum"),
    ] {
        if count > 0 {
            output.write(&format!("  {} {what}\n", counted(count, noun)));
        }
    }
    if found.wrong_count == 0 {
        output.write(&format!("  {}\n", painted(output.style(), "all is as it was written", Paint::Good)));
        return Exit::Success;
    }
    let damage = format!(
        "{}: {}",
        file.display(),
        if found.wrong_count == 1 {
            "one thing is damaged".to_owned()
        } else {
            format!("{} things are damaged", found.wrong_count)
        }
    );
    let help = "restore a backup that `ambler db backup` has made; \
        `ambler db export` says whether what is left can be read";
    output.report(&[Diagnostic::error("", Span::NONE, damage).help(help)]);
    Exit::Failure
}

fn contents(found: &Audit) -> String {
    let parts = [(found.nodes, "node"), (found.edges, "edge"), (found.walkers, "walker")];
    parts.map(|(count, noun)| counted(count, noun)).join(", ")
}

fn backup(file: &Path, to: &Path, output: &Output) -> Exit {
    match exchange::backup(file, to) {
        Ok(found) => {
            output.write(&format!("{}: {}\n", to.display(), contents(&found)));
            Exit::Success
        }
        Err(error) => tell(output, file, &error),
    }
}

fn export(file: &Path, out: Option<&Path>, output: &Output) -> Exit {
    let Some(path) = out else {
        return match exchange::export(file, &mut ToOutput(output)) {
            Ok(_) => Exit::Success,
            // The reader has gone away, or the disk is full: the output itself says so at the end.
            Err(_) if !output.flush() => Exit::Failure,
            Err(error) => tell(output, file, &error),
        };
    };
    let mut making = path.as_os_str().to_owned();
    making.push("-making");
    let making = Path::new(&making);
    let written = File::create(making).map_err(|error| unwritable(path, &error)).and_then(|to| {
        let mut to = BufWriter::with_capacity(1 << 20, to);
        let amount = exchange::export(file, &mut to)?;
        let whole = to.into_inner().map_err(io::IntoInnerError::into_error);
        whole.and_then(|to| to.sync_all()).map_err(|error| unwritable(path, &error))?;
        std::fs::rename(making, path).map_err(|error| unwritable(path, &error))?;
        Ok(amount)
    });
    match written {
        Ok(amount) => {
            output.say(&format!("{}: {}", path.display(), lines(&amount)));
            Exit::Success
        }
        Err(error) => {
            let _ = std::fs::remove_file(making);
            tell(output, file, &error)
        }
    }
}

fn lines(amount: &Amount) -> String {
    let parts = [(amount.nodes, "node"), (amount.edges, "edge"), (amount.walkers, "walker")];
    parts.map(|(count, noun)| counted(count, noun)).join(", ")
}

fn unwritable(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Failed(format!("`{}` cannot be written: {}", path.display(), reason(error)))
}

/// Standard output as the place of an export; what goes wrong with it is told at the end.
struct ToOutput<'a>(&'a Output);

impl Write for ToOutput<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) if self.0.write(text) => Ok(bytes.len()),
            Ok(_) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn import(file: &Path, from: &Path, output: &Output) -> Exit {
    let source: Result<Box<dyn BufRead>, io::Error> = if from.as_os_str() == "-" {
        Ok(Box::new(io::stdin().lock()))
    } else {
        File::open(from).map(|from| Box::new(BufReader::with_capacity(1 << 20, from)) as Box<dyn BufRead>)
    };
    let mut source = match source {
        Ok(source) => source,
        Err(error) => {
            let message = format!("cannot read `{}`: {}", from.display(), reason(&error));
            output.report(&[Diagnostic::error("", Span::NONE, message)]);
            return Exit::Usage;
        }
    };
    match exchange::import(file, &mut source) {
        Ok(amount) => {
            output.write(&format!("{}: {}\n", file.display(), lines(&amount)));
            Exit::Success
        }
        Err(error) => tell(output, file, &error),
    }
}
