//! The queue of nodes that a walker is going to visit.
//!
//! Owns a persistent queue of ids: taking from the front, adding at the end and inserting
//! near the front cost O(log n) and leave older versions as they are, so that the record
//! of a walker with a long queue costs what one visit changed. It refuses to know nodes.

use std::fmt;

use super::{Id, Part, Sequence};

impl Part for Id {}

/// Ids in the order in which they will be visited.
#[derive(Clone, Default)]
pub struct Queue {
    /// The first part, backwards: its last id is the front of the queue.
    front: Sequence<Id>,
    back: Sequence<Id>,
    /// How many ids at the start of `back` have gone.
    taken: usize,
}

impl Queue {
    pub fn new() -> Self {
        Queue::default()
    }

    pub fn len(&self) -> usize {
        self.front.len() + self.back.len() - self.taken
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn front(&self) -> Option<Id> {
        self.front.last().or_else(|| self.back.get(self.taken)).copied()
    }

    pub fn pop_front(&mut self) -> Option<Id> {
        if let Some(id) = self.front.pop() {
            return Some(id);
        }
        let id = *self.back.get(self.taken)?;
        self.taken += 1;
        if self.taken == self.back.len() {
            (self.back, self.taken) = (Sequence::new(), 0);
        } else if self.taken > 64 && self.taken > self.back.len() / 2 {
            self.back = self.back.iter().skip(self.taken).copied().collect();
            self.taken = 0;
        }
        Some(id)
    }

    pub fn push_back(&mut self, id: Id) {
        self.back.push(id);
    }

    /// Inserts ids so that the first of them has the given index; past the end means at it.
    pub fn insert(&mut self, index: usize, ids: impl IntoIterator<Item = Id>) {
        if index >= self.len() {
            return self.back.extend(ids);
        }
        let mut before = Vec::with_capacity(index);
        before.extend((0..index).map_while(|_| self.pop_front()));
        let new: Vec<Id> = before.into_iter().chain(ids).collect();
        self.front.extend(new.into_iter().rev());
    }

    pub fn iter(&self) -> impl Iterator<Item = Id> + '_ {
        let front = (0..self.front.len()).rev().filter_map(|index| self.front.get(index));
        front.chain(self.back.iter().skip(self.taken)).copied()
    }
}

impl Extend<Id> for Queue {
    fn extend<I: IntoIterator<Item = Id>>(&mut self, ids: I) {
        self.back.extend(ids);
    }
}

impl FromIterator<Id> for Queue {
    fn from_iter<I: IntoIterator<Item = Id>>(ids: I) -> Self {
        let mut queue = Queue::new();
        queue.extend(ids);
        queue
    }
}

impl PartialEq for Queue {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Queue {}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
