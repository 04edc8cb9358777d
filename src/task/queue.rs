//! The queue of walkers that could run now.
//!
//! Owns their order: by priority, then by due time, then by arrival. Those that gave way stand in a second
//! queue, and whoever takes alternates between the two where priorities are equal, so that neither starves
//! the other. It refuses to know what a walker is doing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::store::WalkerSlot;

/// Priority, due time in µs, arrival.
type Rank = (u8, i64, u64);

/// Walkers that could run now.
#[derive(Default)]
pub struct Ready {
    fresh: BinaryHeap<Reverse<(Rank, WalkerSlot)>>,
    yielded: BinaryHeap<Reverse<(Rank, WalkerSlot)>>,
    arrivals: u64,
    took_fresh: bool,
}

impl Ready {
    pub fn push(&mut self, walker: WalkerSlot, priority: u8, due_us: i64) {
        let rank = (priority, due_us, self.arrivals);
        self.arrivals += 1;
        self.fresh.push(Reverse((rank, walker)));
    }

    /// One that gave way: it goes behind all others of its priority that did.
    pub fn push_yielded(&mut self, walker: WalkerSlot, priority: u8) {
        let rank = (priority, 0, self.arrivals);
        self.arrivals += 1;
        self.yielded.push(Reverse((rank, walker)));
    }

    pub fn pop(&mut self) -> Option<WalkerSlot> {
        let priority = |heap: &BinaryHeap<Reverse<(Rank, WalkerSlot)>>| heap.peek().map(|top| top.0.0.0);
        let fresh_first = match (priority(&self.fresh), priority(&self.yielded)) {
            (Some(fresh), Some(yielded)) if fresh == yielded => !self.took_fresh,
            (Some(fresh), Some(yielded)) => fresh < yielded,
            (fresh, _) => fresh.is_some(),
        };
        self.took_fresh = fresh_first;
        let heap = if fresh_first { &mut self.fresh } else { &mut self.yielded };
        heap.pop().map(|top| top.0.1)
    }

    /// Any of them, by a number: for runs whose order is decided by a seed.
    pub fn take_nth(&mut self, number: u64) -> Option<WalkerSlot> {
        let mut all: Vec<_> = self.fresh.drain().chain(self.yielded.drain()).collect();
        if all.is_empty() {
            return None;
        }
        all.sort_unstable();
        let Reverse((_, chosen)) = all.remove((number % all.len() as u64) as usize);
        self.fresh.extend(all);
        Some(chosen)
    }

    pub fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.yielded.is_empty()
    }
}
