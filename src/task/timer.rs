//! What is to happen at a time: wake-ups, due walkers, time-outs.
//!
//! Owns the heap of moments. In a run with threads one thread of its own waits for the next one; it also
//! looks, while walkers wait for a worker, whether somebody has computed for too long.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use crate::store::WalkerSlot;

/// What is to happen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Event {
    /// A walker is due, in this life of it.
    Start(WalkerSlot, u32),
    /// What a walker slept for has passed.
    Wake(WalkerSlot),
    /// A walker has had its time, in this life of it.
    TimeOut(WalkerSlot, u32),
}

/// Events by their moment on the monotonic clock.
#[derive(Default)]
pub struct Timers(Mutex<BinaryHeap<Reverse<(Duration, Event)>>>);

impl Timers {
    /// Adds an event; whether it is the next one now.
    pub fn add(&self, moment: Duration, event: Event) -> bool {
        let mut heap = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_next = heap.peek().is_none_or(|Reverse((next, _))| moment < *next);
        heap.push(Reverse((moment, event)));
        is_next
    }

    /// The events up to now, and the moment of the next one.
    pub fn take(&self, now: Duration) -> (Vec<Event>, Option<Duration>) {
        let mut heap = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due = Vec::new();
        while heap.peek().is_some_and(|Reverse((moment, _))| *moment <= now) {
            due.extend(heap.pop().map(|Reverse((_, event))| event));
        }
        (due, heap.peek().map(|Reverse((moment, _))| *moment))
    }

    /// The moment of the next event.
    pub fn next(&self) -> Option<Duration> {
        let heap = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heap.peek().map(|Reverse((moment, _))| *moment)
    }
}
