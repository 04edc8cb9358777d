//! What a process that runs the tests of one file tells the one that started it: a line of JSON each.
//!
//! Owns the form of the lines. A program may write to the same stream behind the back of the runtime: a
//! line that is no message is output of whatever was running.

use serde::{Deserialize, Serialize};

/// Stands before each message.
const MARK: char = '\u{1e}';

/// A message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Message {
    /// The module has been run, or could not be.
    Loaded { problem: Option<Problem>, output: String },
    /// A test begins.
    Begun { index: usize },
    /// A test has ended.
    Ended { index: usize, micros: u64, problem: Option<Problem>, output: String },
    /// All tests that were asked for have been run.
    Done,
}

/// Why a test has not passed, or a file could not be loaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The class of the exception, or a word for what else happened.
    pub kind: String,
    /// In one line.
    pub summary: String,
    /// The whole report, without colours.
    pub plain: String,
    /// The whole report as the terminal shows it, where that is something else.
    pub shown: Option<String>,
}

impl Problem {
    /// One that a single line tells.
    pub fn brief(kind: &str, summary: impl Into<String>) -> Problem {
        let summary = summary.into();
        let plain = format!("error: {summary}\n");
        Problem { kind: kind.to_owned(), summary, plain, shown: None }
    }

    pub fn is_assertion(&self) -> bool {
        self.kind == "AssertionError"
    }
}

impl Message {
    /// The line, with its end.
    pub fn to_line(&self) -> String {
        // Plain data without maps always has a text.
        let text = serde_json::to_string(self).unwrap_or_default();
        format!("{MARK}{text}\n")
    }

    /// The message in a line, and what the program wrote before it in the same line.
    pub fn of_line(line: &str) -> (&str, Option<Message>) {
        match line.split_once(MARK) {
            Some((before, text)) => match serde_json::from_str(text.trim_end()) {
                Ok(message) => (before, Some(message)),
                Err(_) => (line, None),
            },
            None => (line, None),
        }
    }
}
