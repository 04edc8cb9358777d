//! The gate: what a program with a durable store writes leaves the process when all that was committed
//! before it is on disk.
//!
//! Owns the line of pieces that wait for that, in the order in which they were written. Nobody waits for
//! the disk in order to write.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::screen::Screen;
use crate::store::{ChangeSet, Listener, Store, Time};

/// A screen in front of another one.
pub struct Gate {
    screen: Arc<dyn Screen>,
    store: Arc<dyn Store>,
    line: Mutex<VecDeque<(Time, Piece)>>,
    /// Somebody has asked for a flush of what was waiting.
    flushes: AtomicBool,
    /// Nobody reads what is written.
    is_closed: AtomicBool,
}

enum Piece {
    Output(String),
    Error(String),
}

impl Gate {
    pub fn new(screen: Arc<dyn Screen>, store: Arc<dyn Store>) -> Self {
        Gate {
            screen,
            store,
            line: Mutex::default(),
            flushes: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
        }
    }

    fn line(&self) -> MutexGuard<'_, VecDeque<(Time, Piece)>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass(&self, piece: &Piece) {
        match piece {
            Piece::Output(text) => {
                if !self.screen.write(text) {
                    self.is_closed.store(true, SeqCst);
                }
            }
            Piece::Error(text) => self.screen.write_error(text),
        }
    }

    /// A piece that depends on all that was committed up to `time`.
    fn add(&self, time: Time, piece: Piece) {
        let mut line = self.line();
        if line.is_empty() && time <= self.store.durable() {
            return self.pass(&piece);
        }
        line.push_back((time, piece));
        self.let_out(line);
    }

    fn let_out(&self, mut line: MutexGuard<'_, VecDeque<(Time, Piece)>>) {
        let durable = self.store.durable();
        while line.front().is_some_and(|(time, _)| *time <= durable) {
            if let Some((_, piece)) = line.pop_front() {
                self.pass(&piece);
            }
        }
        if line.is_empty() && self.flushes.swap(false, SeqCst) {
            self.screen.flush();
        }
    }
}

impl Screen for Gate {
    fn write(&self, text: &str) -> bool {
        self.write_after(self.store.now(), text)
    }
    fn write_after(&self, time: Time, text: &str) -> bool {
        self.add(time, Piece::Output(text.to_owned()));
        !self.is_closed.load(SeqCst)
    }
    fn write_error(&self, text: &str) {
        self.write_error_after(self.store.now(), text);
    }
    fn write_error_after(&self, time: Time, text: &str) {
        self.add(time, Piece::Error(text.to_owned()));
    }
    fn flush(&self) -> bool {
        self.flushes.store(true, SeqCst);
        self.let_out(self.line());
        !self.is_closed.load(SeqCst)
    }
}

impl Listener for Gate {
    fn committed(&self, _time: Time, _changes: &Arc<ChangeSet>) {}

    fn durable(&self, _time: Time) {
        // What has waited goes all the way out.
        self.flushes.store(true, SeqCst);
        self.let_out(self.line());
    }
}
