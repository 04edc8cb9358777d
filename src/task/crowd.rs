//! How many walkers of one class run at once, where `__specs__` bounds it.
//!
//! Owns the counts, and who waits until one of its class has ended, first come first served. Refuses to
//! know how anybody runs.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::store::WalkerSlot;

/// Walkers of one class: how many run, and who waits.
type Crowd = (u32, VecDeque<WalkerSlot>);

/// All classes with a bound.
#[derive(Default)]
pub struct Crowds(Mutex<FxHashMap<Arc<str>, Crowd>>);

impl Crowds {
    /// Whether a walker may run; else it stands in line.
    pub fn enter(&self, class: &Arc<str>, most: Option<u32>, walker: WalkerSlot) -> bool {
        let Some(most) = most else { return true };
        let mut crowds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (running, waiting) = crowds.entry(class.clone()).or_default();
        if *running >= most {
            waiting.push_back(walker);
            return false;
        }
        *running += 1;
        true
    }

    /// One that stands in line goes: it has ended, or is about to.
    pub fn forget(&self, class: &Arc<str>, walker: WalkerSlot) {
        let mut crowds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, waiting)) = crowds.get_mut(class) {
            waiting.retain(|other| *other != walker);
        }
    }

    /// One has ended; gives the next in line.
    pub fn leave(&self, class: &Arc<str>, most: Option<u32>) -> Option<WalkerSlot> {
        most?;
        let mut crowds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (running, waiting) = crowds.get_mut(class)?;
        *running = running.saturating_sub(1);
        waiting.pop_front()
    }
}
