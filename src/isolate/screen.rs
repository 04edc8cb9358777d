//! Output: one queue of whole lines for the process, in the order of commits.
//!
//! Owns the rule that lines of two isolates never mix inside a line: text without a line break waits in
//! its isolate. The lines of a step come in with its commit, as the store tells. It refuses to know what
//! the screen is: a terminal, a pipe, a test.

use std::sync::Arc;

use crate::store::{ChangeSet, Listener, Stream, Time};

/// Where a program's output goes.
pub trait Screen: Send + Sync {
    /// Writes to standard output; false once nobody reads it any more.
    fn write(&self, text: &str) -> bool;
    fn write_error(&self, text: &str);
    fn flush(&self) -> bool;
    /// The same for what depends on the commits up to a time.
    fn write_after(&self, _time: Time, text: &str) -> bool {
        self.write(text)
    }
    fn write_error_after(&self, _time: Time, text: &str) {
        self.write_error(text);
    }
    /// Whether what only those who look for a fault want to know is written to standard error.
    fn debugs(&self) -> bool {
        false
    }
}

/// The queue of output lines.
pub struct Lines {
    pub screen: Arc<dyn Screen>,
}

impl Listener for Lines {
    fn committed(&self, time: Time, changes: &Arc<ChangeSet>) {
        let mut text = String::new();
        for line in &changes.output {
            match line.stream {
                Stream::Stdout => {
                    text.push_str(&line.text);
                    text.push('\n');
                }
                Stream::Stderr => {
                    self.screen.write_after(time, &std::mem::take(&mut text));
                    self.screen.write_error_after(time, &format!("{}\n", line.text));
                }
            }
        }
        if !text.is_empty() {
            self.screen.write_after(time, &text);
        }
    }
}
