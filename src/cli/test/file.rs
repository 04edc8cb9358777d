//! `ambler test-file`: the process in which the tests of one file run.
//!
//! It runs them in their order, keeps what each prints, and says on standard output what becomes of
//! each, in the form of `message`. Which files and tests there are, and how people are told, is decided
//! by the process that has started it; when that one is gone, this one ends.

use std::mem;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::args::{Drawing, TestFileArguments};
use super::message::{Message, Problem};
use crate::cli::exit::Exit;
use crate::cli::input;
use crate::cli::output::Output;
use crate::diagnostics::{Diagnostic, Style, UncaughtReport, failed_walker_text, to_text, uncaught_text};
use crate::isolate::Screen;
use crate::task::{Ended, Examiner, Request, TestEnd};

/// How often this process looks whether the one that started it is there.
const LOOK_AROUND: Duration = Duration::from_secs(1);
/// Bytes of a test's output that are kept, or up to twice as many.
const MOST_KEPT: usize = 256 << 10;

/// Runs the verb; `examine` runs the tests.
pub fn run(
    arguments: &TestFileArguments,
    output: &Arc<Output>,
    examine: impl FnOnce(&Request, Arc<dyn Screen>, &mut dyn Examiner),
) -> Exit {
    end_with_parent();
    let Some(main) = input::read(Path::new(&arguments.file), output) else { return Exit::Usage };
    let request = Request {
        main,
        argv: vec![arguments.file.to_string_lossy().into_owned()],
        workers: arguments.workers.map(|workers| workers as usize),
        seed: arguments.seed,
        stats: false,
        progress: false,
        is_main: false,
        store: None,
    };
    let kept = Arc::new(Kept::default());
    let mut teller = Teller {
        output,
        kept: kept.clone(),
        only: arguments.only.clone(),
        style: style(arguments.drawing),
        began: Instant::now(),
    };
    examine(&request, kept, &mut teller);
    teller.tell(&Message::Done);
    Exit::Success
}

/// How reports look: as whoever started this process can show them.
fn style(drawing: Drawing) -> Style {
    Style {
        color: drawing.color,
        unicode: drawing.unicode,
        width: (drawing.width > 0).then_some(usize::from(drawing.width)),
        hint: false,
    }
}

/// A test that never ends must not outlive the one who waits for it.
fn end_with_parent() {
    #[cfg(unix)]
    {
        let parent = std::os::unix::process::parent_id();
        // Without the thread all works as long as nobody kills the other process.
        let _ = std::thread::Builder::new().name("parent".to_owned()).spawn(move || {
            while std::os::unix::process::parent_id() == parent {
                std::thread::sleep(LOOK_AROUND);
            }
            std::process::exit(i32::from(Exit::Interrupted.code()));
        });
    }
}

/// What was printed since somebody last asked: both streams, in their order.
#[derive(Default)]
struct Kept(Mutex<Printed>);

#[derive(Default)]
struct Printed {
    text: String,
    /// Bytes that were left out before it.
    omitted: usize,
}

impl Kept {
    fn printed(&self) -> MutexGuard<'_, Printed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> String {
        let Printed { text, omitted } = mem::take(&mut *self.printed());
        if omitted == 0 { text } else { format!("[{omitted} bytes are left out here]\n{text}") }
    }
}

impl Screen for Kept {
    fn write(&self, text: &str) -> bool {
        let mut printed = self.printed();
        printed.text.push_str(text);
        // The end says most about a test that prints for ever.
        if printed.text.len() > 2 * MOST_KEPT {
            let cut = printed.text.ceil_char_boundary(printed.text.len() - MOST_KEPT);
            printed.text.drain(..cut);
            printed.omitted += cut;
        }
        true
    }
    fn write_error(&self, text: &str) {
        self.write(text);
    }
    fn flush(&self) -> bool {
        true
    }
}

/// Tells what becomes of each test.
struct Teller<'a> {
    output: &'a Output,
    kept: Arc<Kept>,
    /// The tests to run; empty: all.
    only: Vec<usize>,
    style: Style,
    began: Instant,
}

impl Teller<'_> {
    /// False once nobody listens.
    fn tell(&self, message: &Message) -> bool {
        self.output.write(&message.to_line()) && self.output.flush()
    }

    fn problem(&self, kind: &str, summary: String, text: impl Fn(Style) -> String) -> Problem {
        let plain = text(Style { hint: false, ..Style::PLAIN });
        let shown = Some(text(self.style)).filter(|shown| *shown != plain);
        Problem { kind: kind.to_owned(), summary, plain, shown }
    }

    fn raised(&self, report: &UncaughtReport) -> Problem {
        let summary = match (&report.comparison, report.summary()) {
            (Some(comparison), _) => comparison.summary(),
            (None, summary) => summary,
        };
        self.problem(&report.exception_type, summary, |style| uncaught_text(report, style))
    }

    fn failed_walkers(&self, failed: &[(String, UncaughtReport)]) -> Option<Problem> {
        let (walker, first) = failed.first()?;
        let summary = format!("async walker `{walker}` failed: {}", first.summary());
        Some(self.problem(&first.exception_type, summary, |style| {
            failed.iter().map(|(walker, report)| failed_walker_text(walker, report, style)).collect()
        }))
    }

    fn rejected(&self, diagnostics: &[Diagnostic]) -> Problem {
        let errors = || diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let summary = errors().next().map_or_else(String::new, |error| error.message.clone());
        self.problem("SyntaxError", summary, |style| {
            errors().map(|diagnostic| to_text(diagnostic, style)).collect::<Vec<_>>().join("\n")
        })
    }
}

impl Examiner for Teller<'_> {
    fn loaded(&mut self, ended: Ended) -> bool {
        let problem = match &ended {
            Ended::Finished { failed_walkers } => self.failed_walkers(failed_walkers),
            Ended::Exited { code, .. } => {
                Some(Problem::brief("SystemExit", format!("the module called exit({code}) before its tests")))
            }
            Ended::Raised(report) => Some(self.raised(report)),
            Ended::Rejected(diagnostics) => Some(self.rejected(diagnostics)),
            Ended::NoStore(_) | Ended::Interrupted => {
                Some(Problem::brief("KeyboardInterrupt", "interrupted"))
            }
        };
        let goes_on = problem.is_none();
        self.tell(&Message::Loaded { problem, output: self.kept.take() }) && goes_on
    }

    fn wants(&mut self, index: usize, _name: &str) -> bool {
        let wanted = self.only.is_empty() || self.only.contains(&index);
        if wanted {
            self.tell(&Message::Begun { index });
            self.began = Instant::now();
        }
        wanted
    }

    fn ended(&mut self, index: usize, _name: &str, end: TestEnd) -> bool {
        let micros = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let problem = match &end {
            TestEnd::Passed => None,
            TestEnd::Raised(report) => Some(self.raised(report)),
            TestEnd::Exited(code) => {
                Some(Problem::brief("SystemExit", format!("the test called exit({code})")))
            }
            TestEnd::WalkersFailed(failed) => self.failed_walkers(failed),
            TestEnd::Stuck => {
                Some(Problem::brief("stuck", "interrupted, or its async walkers wait for what cannot come"))
            }
            TestEnd::Generator => {
                Some(Problem::brief("generator", "a test cannot `yield`: nobody would take what it gives"))
            }
        };
        self.tell(&Message::Ended { index, micros, problem, output: self.kept.take() })
    }
}
