//! What people see of a test run: a line per file as it ends, a bar on a terminal, then what failed and why.
//!
//! Owns the words and their order, and the counts. It starts nothing and decides nothing: results are
//! handed in.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Effects, Style as Ansi};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::TestArguments;
use super::children::{At, Outcome};
use super::message::Problem;
use super::plan::File;
use crate::cli::output::Output;

/// The state of a run.
pub struct Report<'a> {
    output: &'a Output,
    files: &'a [File],
    /// By file and test; `None`: not run (yet).
    pub outcomes: Vec<Vec<Option<Outcome>>>,
    /// Files that could not be loaded.
    pub unloaded: Vec<Option<Outcome>>,
    running: Vec<At>,
    bar: Option<ProgressBar>,
    started: Instant,
    is_quiet: bool,
    shows_output: bool,
}

const GOOD: Ansi = AnsiColor::Green.on_default();
const BAD: Ansi = AnsiColor::Red.on_default().effects(Effects::BOLD);
const DIM: Ansi = Ansi::new().effects(Effects::DIMMED);

/// Numbers of tests.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    /// Files that could not be loaded.
    pub errors: usize,
    pub not_run: usize,
}

impl<'a> Report<'a> {
    pub fn new(files: &'a [File], arguments: &TestArguments, output: &'a Output) -> Report<'a> {
        let is_quiet = output.is_quiet();
        let count = files.iter().map(|file| file.tests.len()).sum::<usize>();
        let mut report = Report {
            output,
            files,
            outcomes: files.iter().map(|file| vec![None; file.tests.len()]).collect(),
            unloaded: vec![None; files.len()],
            running: Vec::new(),
            bar: (std::io::stderr().is_terminal() && !is_quiet).then(|| bar(count)),
            started: Instant::now(),
            is_quiet,
            shows_output: arguments.show_output,
        };
        for (at, file) in files.iter().enumerate() {
            if let Some(problem) = &file.problem {
                report.not_loaded(at, Outcome { problem: Some(problem.clone()), ..Outcome::default() });
            }
        }
        report
    }

    pub fn begun(&mut self, at: At) {
        self.running.push(at);
        self.draw();
    }

    pub fn ended(&mut self, at: At, outcome: Outcome) {
        self.running.retain(|other| *other != at);
        let (file, case) = at;
        if self.output.verbosity() > 0 {
            let word =
                if outcome.problem.is_none() { self.paint(GOOD, "pass") } else { self.paint(BAD, "FAIL") };
            let time = self.paint(DIM, &format!("({})", time(outcome.time)));
            self.line(&format!("{word} {} {time}", self.files[file].tests[case].id));
        }
        self.outcomes[file][case] = Some(outcome);
        self.draw();
        if self.outcomes[file].iter().all(Option::is_some) {
            self.file_ended(file);
        }
    }

    pub fn not_loaded(&mut self, file: usize, outcome: Outcome) {
        // With a process for each test it is told for each of them.
        if self.unloaded[file].is_none() {
            self.unloaded[file] = Some(outcome);
            self.file_ended(file);
        }
        self.draw();
    }

    /// Tests that have been running for long.
    pub fn still_running(&self) {
        for (file, case) in &self.running {
            let text = format!("still running: {}", self.files[*file].tests[*case].id);
            self.outside_bar(|| self.output.say(&text));
        }
    }

    fn file_ended(&self, file: usize) {
        let counts = self.counts_of(file);
        let is_good = counts.failed + counts.errors == 0;
        if self.is_quiet {
            return;
        }
        let word = if is_good { self.paint(GOOD, "ok  ") } else { self.paint(BAD, "FAIL") };
        let took: Duration = self.outcomes[file].iter().flatten().map(|outcome| outcome.time).sum();
        let what = match counts.errors {
            0 => format!("{} {}", self.words(counts), self.paint(DIM, &format!("({})", time(took)))),
            _ => "could not be loaded".to_owned(),
        };
        self.line(&format!("{word} {}  {what}", self.files[file].name));
    }

    fn counts_of(&self, file: usize) -> Counts {
        let mut counts = Counts::default();
        for outcome in &self.outcomes[file] {
            match outcome {
                None => counts.not_run += 1,
                Some(Outcome { problem: None, .. }) => counts.passed += 1,
                Some(_) => counts.failed += 1,
            }
        }
        counts.errors = usize::from(self.unloaded[file].is_some());
        counts
    }

    pub fn counts(&self) -> Counts {
        (0..self.files.len()).map(|file| self.counts_of(file)).fold(Counts::default(), |sum, one| Counts {
            passed: sum.passed + one.passed,
            failed: sum.failed + one.failed,
            errors: sum.errors + one.errors,
            not_run: sum.not_run + one.not_run,
        })
    }

    /// `2 failed, 8 passed`.
    fn words(&self, counts: Counts) -> String {
        let mut parts = Vec::new();
        if counts.failed > 0 {
            parts.push(self.paint(BAD, &format!("{} failed", counts.failed)));
        }
        if counts.errors > 0 {
            let noun = if counts.errors == 1 { "file" } else { "files" };
            parts.push(self.paint(BAD, &format!("{} {noun} could not be loaded", counts.errors)));
        }
        if counts.passed > 0 || parts.is_empty() {
            parts.push(self.paint(GOOD, &format!("{} passed", counts.passed)));
        }
        if counts.not_run > 0 {
            parts.push(format!("{} not run", counts.not_run));
        }
        parts.join(", ")
    }

    /// All that failed, the slowest tests, and the last line.
    pub fn finish(&mut self, durations: Option<usize>) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        for (file, plan) in self.files.iter().enumerate() {
            if let Some(outcome @ Outcome { problem: Some(problem), .. }) = &self.unloaded[file] {
                self.block("could not be loaded", &plan.name, problem, &outcome.output);
            }
            for (case, outcome) in plan.tests.iter().zip(&self.outcomes[file]) {
                match outcome {
                    Some(outcome @ Outcome { problem: Some(problem), .. }) => {
                        self.block("failed", &case.id, problem, &outcome.output);
                    }
                    Some(outcome) if self.shows_output && !outcome.output.is_empty() => {
                        let head = self.paint(GOOD, "passed");
                        self.output.write(&format!("\n{head}: {}\n{}", case.id, printed(&outcome.output)));
                    }
                    _ => {}
                }
            }
        }
        if let Some(most) = durations {
            self.slowest(most);
        }
        let counts = self.counts();
        let files = match self.files.len() {
            1 => "1 file".to_owned(),
            number => format!("{number} files"),
        };
        let took = self.paint(DIM, &format!("({})", time(self.started.elapsed())));
        self.output.write(&format!("\n{} in {files} {took}\n", self.words(counts)));
        if counts.failed + counts.errors > 0 && !self.is_quiet {
            let hint = "run `ambler test --last-failed` to repeat what failed";
            self.output.write(&format!("{}\n", self.paint(DIM, hint)));
        }
        self.output.flush();
    }

    fn block(&self, head: &str, name: &str, problem: &Problem, output: &str) {
        let text = problem.shown.as_ref().unwrap_or(&problem.plain);
        let head = self.paint(BAD, head);
        self.output.write(&format!("\n{head}: {name}\n\n{}\n", text.trim_end()));
        if !output.is_empty() {
            self.output.write(&printed(output));
        }
    }

    fn slowest(&self, most: usize) {
        let mut all: Vec<(Duration, &str)> = Vec::new();
        for (file, outcomes) in self.files.iter().zip(&self.outcomes) {
            let timed = file
                .tests
                .iter()
                .zip(outcomes)
                .filter_map(|(case, outcome)| Some((outcome.as_ref()?.time, case.id.as_str())));
            all.extend(timed);
        }
        all.sort_by_key(|(took, _)| std::cmp::Reverse(*took));
        self.output.write("\nslowest tests:\n");
        for (took, name) in all.iter().take(most) {
            self.output.write(&format!("  {:>8}  {name}\n", time(*took)));
        }
    }

    // ---- the terminal

    fn paint(&self, style: Ansi, text: &str) -> String {
        if self.output.style().color { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn line(&self, text: &str) {
        self.outside_bar(|| {
            self.output.write(&format!("{text}\n"));
            self.output.flush();
        });
    }

    fn outside_bar(&self, write: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn draw(&self) {
        let Some(bar) = &self.bar else { return };
        let counts = self.counts();
        bar.set_position((counts.passed + counts.failed) as u64);
        let running =
            self.running.first().map_or("", |(file, case)| self.files[*file].tests[*case].id.as_str());
        let failed = if counts.failed > 0 { format!("{} failed  ", counts.failed) } else { String::new() };
        bar.set_message(format!("{failed}{running}"));
    }
}

fn bar(count: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {wide_msg}") {
        bar.set_style(style);
    }
    bar
}

/// What a test printed, indented.
fn printed(output: &str) -> String {
    let mut text = "  it printed:\n".to_owned();
    for line in output.lines() {
        let line = format!("    {line}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// `<1 ms`, `3 ms`, `1.24 s`.
fn time(time: Duration) -> String {
    match time.as_millis() {
        0 => "<1 ms".to_owned(),
        millis @ 1..1000 => format!("{millis} ms"),
        _ => format!("{:.2} s", time.as_secs_f64()),
    }
}
