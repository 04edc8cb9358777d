//! What is shown if ambler itself is wrong.
//!
//! A panic is a bug of ours, never the program's: it is reported as one, in the
//! form of every other report. Rust's own message and backtrace appear only if
//! `AMBLER_BACKTRACE` is set. Who catches the panic adds the Jac traceback.

use crate::diagnostics::{Diagnostic, Style, write_all};
use crate::source::Span;
use std::io;
use std::panic::PanicHookInfo;

/// Replaces Rust's panic message by a report.
pub(super) fn install() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        // The report draws no source, so that it fits on the small stack of a walker.
        let _ = write_all(&[bug(info)], &mut io::stderr().lock(), Style { hint: false, ..Style::PLAIN });
        if std::env::var_os("AMBLER_BACKTRACE").is_some_and(|value| !value.is_empty()) {
            usual(info);
        }
    }));
}

fn bug(info: &PanicHookInfo<'_>) -> Diagnostic {
    let what = info.payload_as_str().unwrap_or("unknown");
    let place = info
        .location()
        .map_or(String::new(), |location| format!(" ({}:{})", location.file(), location.line()));
    Diagnostic::error("E0313", Span::NONE, format!("a bug of ambler: {what}{place}"))
        .note(Span::NONE, "the program is not to blame; what it had committed stays")
        .help("please report it, with the program; AMBLER_BACKTRACE=1 shows where it happened")
}
