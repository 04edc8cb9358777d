//! Uncaught exceptions: the Jac traceback, then a report on the innermost place.
//!
//! The order is Python's, most recent call last, each call with its line of
//! source and carets under the part that was running. Recursion is folded.
//! It takes plain data ([`UncaughtReport`]) and knows no exception objects:
//! who catches the exception copies out of it what is to be shown.

use super::Diagnostic;
use super::codes;
use super::comparison::Comparison;
use super::excerpt::Shown;
use super::render::{hint, to_text, write_text};
use super::style::{Role, Style};
use crate::source::{Place, Span, file_of, place_of};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// Exceptions of a chain that are shown; the earliest are left out.
const LONGEST_CHAIN: usize = 16;
/// Calls of one traceback that are shown after folding: these at the outer end …
const OUTER: usize = 24;
/// … and these at the inner end.
const INNER: usize = 24;
/// A cycle of up to this many calls is folded.
const LONGEST_CYCLE: usize = 8;

/// An exception that nobody caught.
#[derive(Clone, Debug, Default)]
pub struct UncaughtReport {
    /// Name of its class, as Python prints it.
    pub exception_type: String,
    /// `str()` of it; notes that were added to it follow on lines of their own.
    pub message: String,
    /// The calls it came through, outermost first.
    pub frames: Vec<FrameReport>,
    /// The exception behind it, if any.
    pub cause: Option<(CauseKind, Box<UncaughtReport>)>,
    /// What to do; without it the code's own help is shown.
    pub help: Option<String>,
    /// What was compared, if it is a failed assertion that was watched.
    pub comparison: Option<Box<Comparison>>,
}

/// One call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrameReport {
    /// Name of what was running: `fib`, `Counter.enter`, `<module>`.
    pub function: String,
    /// The expression or statement that was running in it.
    pub span: Span,
}

/// How an exception led to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CauseKind {
    /// `raise … from …` named it.
    Cause,
    /// It was being handled when the other one was raised.
    Context,
}

impl Drop for UncaughtReport {
    // A chain may be as long as a program makes it: it is taken apart in a loop, not by recursion.
    fn drop(&mut self) {
        let mut next = self.cause.take();
        while let Some((_, mut report)) = next {
            next = report.cause.take();
        }
    }
}

impl UncaughtReport {
    /// `Type: message`, or the type alone.
    pub fn summary(&self) -> String {
        match self.message.as_str() {
            "" => self.exception_type.clone(),
            message => format!("{}: {message}", self.exception_type),
        }
    }

    /// The chain from the earliest exception that is shown to this one; each with how it led to the next.
    fn chain(&self) -> Vec<(&UncaughtReport, Option<CauseKind>)> {
        let mut chain = vec![(self, None)];
        let mut report = self;
        while let Some((kind, cause)) = &report.cause
            && chain.len() < LONGEST_CHAIN
        {
            chain.push((cause, Some(*kind)));
            report = cause;
        }
        chain.reverse();
        chain
    }
}

/// Writes the traceback and the report of an exception that ends a program.
///
/// # Errors
/// Whatever `out` gives, except a broken pipe.
pub fn write_uncaught(report: &UncaughtReport, out: &mut dyn Write, style: Style) -> io::Result<()> {
    write_text(&uncaught_text(report, style), out)
}

/// The traceback and the report of an exception.
pub fn uncaught_text(report: &UncaughtReport, style: Style) -> String {
    let code = codes::of_exception(&report.exception_type);
    let message = report.comparison.as_ref().map_or_else(|| report.summary(), |it| it.title());
    whole(report, code, message, style)
}

/// Writes the traceback and the report of an exception that ended an async walker, whose
/// name or id is `walker`, and that nobody has seen.
///
/// # Errors
/// Whatever `out` gives, except a broken pipe.
pub fn write_failed_walker(
    walker: &str,
    report: &UncaughtReport,
    out: &mut dyn Write,
    style: Style,
) -> io::Result<()> {
    write_text(&failed_walker_text(walker, report, style), out)
}

/// The traceback and the report of an exception that ended an async walker.
pub fn failed_walker_text(walker: &str, report: &UncaughtReport, style: Style) -> String {
    let why = report.comparison.as_ref().map_or_else(|| report.summary(), |it| it.title());
    whole(report, "E0312", format!("async walker `{walker}` failed: {why}"), style)
}

/// The chain, the report under `code` on the last of it, and the hint.
fn whole(report: &UncaughtReport, code: &'static str, message: String, style: Style) -> String {
    let mut text = String::new();
    for (earlier, led_to) in report.chain() {
        // The traceback of a single call would say what the report says.
        if led_to.is_some() || earlier.frames.len() > 1 {
            text.push_str(&frames_text(&earlier.frames, style));
        }
        if let Some(kind) = led_to {
            text.push_str(&format!("{}\n\n{}\n\n", earlier.summary(), joint(kind)));
        }
    }
    let frame = report.frames.iter().rev().find(|frame| file_of(frame.span).is_some());
    let mut diagnostic = Diagnostic::error(code, frame.map_or(Span::NONE, |frame| frame.span), message);
    // What a failed assertion compared is said below, and what is left to say of its place is nothing.
    if let Some(frame) = frame.filter(|_| report.comparison.is_none()) {
        diagnostic = diagnostic.label(format!("raised in `{}`", frame.function));
    }
    diagnostic.help = report.help.clone();
    let compared = report.comparison.as_ref().map(|comparison| comparison.to_text(style));
    if compared.is_some() {
        // What was compared says more than advice that fits every assertion.
        diagnostic.help = Some(report.help.clone().unwrap_or_default());
    }
    let compared = compared.unwrap_or_default();
    format!("{text}{}{compared}\n{}", to_text(&diagnostic, style), hint(std::iter::once(code), style))
}

/// The traceback in plain text, ended by `Type: message` and a line break: what programs,
/// log lines and the `error` field of a schedule get.
pub fn traceback_text(report: &UncaughtReport) -> String {
    let mut text = String::new();
    for (earlier, led_to) in report.chain() {
        text.push_str(&frames_text(&earlier.frames, Style::PLAIN));
        text.push_str(&earlier.summary());
        text.push('\n');
        if let Some(kind) = led_to {
            text.push_str(&format!("\n{}\n\n", joint(kind)));
        }
    }
    text
}

fn joint(kind: CauseKind) -> &'static str {
    match kind {
        CauseKind::Cause => "The above exception was the direct cause of the following exception:",
        CauseKind::Context => "During handling of the above exception, another exception occurred:",
    }
}

/// All calls, with the head line; nothing if there are none.
fn frames_text(frames: &[FrameReport], style: Style) -> String {
    if frames.is_empty() {
        return String::new();
    }
    let mut entries = fold(frames, style);
    if entries.len() > OUTER + INNER {
        let omitted = entries.len() - OUTER - INNER;
        let line = format!("  [{omitted} more calls]\n");
        entries.splice(OUTER..OUTER + omitted, [style.paint(Role::Dim, &line)]);
    }
    format!("Traceback (most recent call last):\n{}", entries.concat())
}

/// The text of each call; what repeats itself is replaced by a line that counts it.
fn fold(frames: &[FrameReport], style: Style) -> Vec<String> {
    let calls: Vec<Call<'_>> = frames.iter().map(Call::new).collect();
    let mut entries = Vec::new();
    let mut at = 0;
    while at < calls.len() {
        let (period, rounds) = cycle(&calls[at..]);
        let shown = if period == 1 { 3 } else { 1 };
        if rounds <= shown {
            entries.push(calls[at].text(style));
            at += 1;
            continue;
        }
        entries.extend(calls[at..at + period * shown].iter().map(|call| call.text(style)));
        let (more, times) = (rounds - shown, if rounds - shown == 1 { "time" } else { "times" });
        let what = if period == 1 { "line".to_owned() } else { format!("{period} calls") };
        entries.push(
            style.paint(Role::Dim, &format!("  [Previous {what} repeated {more} more {times}]")) + "\n",
        );
        at += period * rounds;
    }
    entries
}

/// The shortest cycle that these calls begin with, and how many rounds of it follow each
/// other; `(1, 1)` if nothing repeats often enough to be worth folding.
fn cycle(calls: &[Call<'_>]) -> (usize, usize) {
    for period in 1..=LONGEST_CYCLE.min(calls.len()) {
        let repeats =
            calls.iter().zip(&calls[period..]).take_while(|(one, other)| one.same_line(other)).count();
        let rounds = repeats / period + 1;
        if rounds >= 4 {
            return (period, rounds);
        }
    }
    (1, 1)
}

/// A call with its place looked up.
struct Call<'a> {
    frame: &'a FrameReport,
    place: Option<Place>,
}

impl<'a> Call<'a> {
    fn new(frame: &'a FrameReport) -> Self {
        Call { frame, place: place_of(frame.span) }
    }

    fn same_line(&self, other: &Call<'_>) -> bool {
        let line = |call: &Call<'_>| call.place.as_ref().map(|place| (place.file.base, place.line));
        self.frame.function == other.frame.function && line(self) == line(other)
    }

    /// `  FILE:LINE:COL in f`, the line of source, and carets if only part of it was running.
    fn text(&self, style: Style) -> String {
        let Some(place) = &self.place else { return format!("  {}, built in\n", self.frame.function) };
        let head = format!("  {} in {}\n", style.paint(Role::Place, &place.to_string()), self.frame.function);
        let (file, line) = (&place.file, place.file.line_text(place.line));
        let start =
            file.local(self.frame.span.start).saturating_sub(file.line_start(place.line)).min(line.len());
        let end = file.local(self.frame.span.end).saturating_sub(file.line_start(place.line)).min(line.len());
        let end = line.get(..end).map_or(end, |before| before.trim_end().len()).max(start);
        let shown = Shown::new(line, std::iter::once(start..end), style.ellipsis());
        let marked = shown.place(start..end);
        let source = shown.text.replace('\t', " ");
        let indent = source.len() - source.trim_start().len();
        let (Some(before), Some(under)) = (source.get(indent..marked.start), source.get(marked.clone()))
        else {
            return head;
        };
        let source = source.trim();
        if source.is_empty() {
            return head;
        }
        let is_whole = under.trim_end_matches(';') == source.trim_end_matches(';');
        let carets = match under.width() {
            0 => String::new(),
            _ if is_whole => String::new(),
            width => format!(
                "    {}{}\n",
                " ".repeat(before.width()),
                style.paint(Role::Error, &"^".repeat(width))
            ),
        };
        format!("{head}    {source}\n{carets}")
    }
}
