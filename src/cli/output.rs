//! The streams: who may write where, in which colours, and when it goes out.
//!
//! Standard output belongs to the program; all that ambler itself has to say goes
//! to standard error. To a terminal output goes line by line, to a pipe or a file
//! in blocks, and always before anything is written to standard error, so that
//! the two never change places. A reader that has gone away is no error: the rest
//! is dropped, and the process ends quietly.

use super::args::{ColorChoice, Look};
use super::exit::Exit;
use crate::diagnostics::{Diagnostic, Style, UncaughtReport, write_all, write_failed_walker, write_uncaught};
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes that wait at most before they are written to a pipe or a file.
const BLOCK: usize = 64 << 10;
/// Prose is wrapped at this width even on wider terminals.
const WIDEST: usize = 110;
const NARROWEST: usize = 40;

/// Standard output and standard error of the process.
pub struct Output {
    sink: Mutex<Sink>,
    style: Style,
    error_style: Style,
    is_quiet: bool,
    verbosity: u8,
}

/// Standard output, buffered.
struct Sink {
    stream: Box<dyn Write + Send>,
    buffer: Vec<u8>,
    by_line: bool,
    /// The first failure; after it nothing is written any more.
    failure: Option<io::Error>,
}

impl Output {
    /// Decides about colours, characters and buffering, for the whole run.
    pub fn new(look: &Look) -> Output {
        let stdout_is_terminal = io::stdout().is_terminal();
        Output {
            sink: Mutex::new(Sink {
                stream: unbuffered_stdout(),
                buffer: Vec::new(),
                by_line: stdout_is_terminal,
                failure: None,
            }),
            style: style(look.color, stdout_is_terminal),
            error_style: style(look.color, io::stderr().is_terminal()),
            is_quiet: look.quiet,
            verbosity: look.verbose,
        }
    }

    /// How things may look on standard output.
    pub fn style(&self) -> Style {
        self.style
    }

    /// How things may look on standard error.
    pub fn error_style(&self) -> Style {
        self.error_style
    }

    /// Whether `-q` was given.
    pub fn is_quiet(&self) -> bool {
        self.is_quiet
    }

    /// How often `-v` was given.
    pub fn verbosity(&self) -> u8 {
        self.verbosity
    }

    /// Writes to standard output. Says `false` once nothing can be written any more, so that
    /// a program that prints for ever can be stopped.
    pub fn write(&self, text: &str) -> bool {
        self.sink().write(text.as_bytes())
    }

    /// Sends what waits in the buffer: before input is read, and when the program sleeps.
    pub fn flush(&self) -> bool {
        self.sink().flush()
    }

    /// Writes to standard error, after what is already on its way to standard output.
    pub fn write_error(&self, text: &str) {
        self.sink().flush();
        // Nobody is left to tell if this fails.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Writes a line to standard error, unless `--quiet` was given.
    pub fn say(&self, text: &str) {
        if !self.is_quiet {
            self.write_error(&format!("{text}\n"));
        }
    }

    /// Reports diagnostics on standard error; warnings are left out with `--quiet`.
    pub fn report(&self, diagnostics: &[Diagnostic]) {
        self.sink().flush();
        let mut error = io::stderr().lock();
        let _ = if self.is_quiet {
            let errors: Vec<Diagnostic> = diagnostics.iter().filter(|it| it.is_error()).cloned().collect();
            write_all(&errors, &mut error, self.error_style)
        } else {
            write_all(diagnostics, &mut error, self.error_style)
        };
    }

    /// Reports an uncaught exception on standard error.
    pub fn report_uncaught(&self, report: &UncaughtReport) {
        self.sink().flush();
        let _ = write_uncaught(report, &mut io::stderr().lock(), self.error_style);
    }

    /// Reports the exception that ended an async walker.
    pub fn report_failed_walker(&self, walker: &str, report: &UncaughtReport) {
        self.sink().flush();
        let _ = write_failed_walker(walker, report, &mut io::stderr().lock(), self.error_style);
    }

    /// Writes what still waits and says how the process ends: quietly with 0 if the reader of
    /// standard output has gone away, with 1 if output was lost for another reason.
    pub fn finish(&self, exit: Exit) -> Exit {
        self.sink().flush();
        let failure = self.sink().failure.take();
        match failure {
            None => exit,
            Some(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
            Some(error) => {
                self.write_error(&format!("error: cannot write to standard output: {}\n", reason(&error)));
                Exit::Failure
            }
        }
    }

    fn sink(&self) -> MutexGuard<'_, Sink> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Output {
    // After a panic nobody calls `finish`: what the program has printed goes out all the same.
    fn drop(&mut self) {
        self.sink().flush();
    }
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> bool {
        if self.failure.is_some() {
            return false;
        }
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BLOCK || (self.by_line && bytes.contains(&b'\n')) {
            self.flush()
        } else {
            true
        }
    }

    fn flush(&mut self) -> bool {
        if self.failure.is_none() && !self.buffer.is_empty() {
            let written = self.stream.write_all(&self.buffer).and_then(|()| self.stream.flush());
            self.failure = written.err();
            self.buffer.clear();
        }
        self.failure.is_none()
    }
}

/// What went wrong with a file or stream, without the number that the system gives it.
pub(super) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| first.to_lowercase().chain(characters).collect())
}

/// Standard output without the line buffer of the standard library, where that is possible.
#[cfg(unix)]
fn unbuffered_stdout() -> Box<dyn Write + Send> {
    use std::os::fd::AsFd;
    match io::stdout().as_fd().try_clone_to_owned() {
        Ok(descriptor) => Box::new(std::fs::File::from(descriptor)),
        Err(_) => Box::new(io::stdout()),
    }
}

#[cfg(not(unix))]
fn unbuffered_stdout() -> Box<dyn Write + Send> {
    Box::new(io::stdout())
}

/// How things may look on a stream.
fn style(choice: ColorChoice, is_terminal: bool) -> Style {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let color = match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if is_set("NO_COLOR") => false,
        ColorChoice::Auto => is_terminal && !is_dumb,
    };
    let columns = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
    Style {
        color,
        unicode: is_terminal && !is_dumb && locale_is_utf8(),
        width: is_terminal.then_some(columns.clamp(NARROWEST, WIDEST)),
        hint: true,
    }
}

/// Whether the terminal is expected to show Unicode.
fn locale_is_utf8() -> bool {
    let of = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match of("LC_ALL").or_else(|| of("LC_CTYPE")).or_else(|| of("LANG")) {
        Some(locale) => locale.to_lowercase().replace('-', "").contains("utf8"),
        None => cfg!(any(windows, target_os = "macos")),
    }
}
