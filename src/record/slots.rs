//! Dicts and sets as records: a persistent log of entries in insertion order.
//!
//! Owns entries by their position. A removed entry leaves a hole, so that the positions
//! of all others stay: whoever froze a dict and knows which entry changed since pays for
//! that entry only. Holes go when the owner asks for `compact`. It refuses to look keys
//! up, since only Python knows when two keys are equal: keys come in distinct.

use super::{Part, Record, Sequence};

/// Entries in insertion order, with holes. A clone is one reference count.
#[derive(Clone)]
pub struct Slots<E: Entry> {
    entries: Sequence<Option<E>>,
    live: usize,
}

/// A dict: distinct keys with their values.
pub type DictRecord = Slots<(Record, Record)>;

/// A set: distinct items.
pub type SetRecord = Slots<Record>;

/// What a slot can hold: an item, or a key and its value.
pub trait Entry: Clone {
    fn is_deep(&self) -> bool;
    fn shed(self, rest: &mut Vec<Record>);
}

impl Entry for Record {
    fn is_deep(&self) -> bool {
        Record::is_deep(self)
    }

    fn shed(self, rest: &mut Vec<Record>) {
        rest.push(self);
    }
}

impl Entry for (Record, Record) {
    fn is_deep(&self) -> bool {
        self.0.is_deep() || self.1.is_deep()
    }

    fn shed(self, rest: &mut Vec<Record>) {
        rest.extend([self.0, self.1]);
    }
}

impl<E: Entry> Part for Option<E> {
    fn is_deep(&self) -> bool {
        self.as_ref().is_some_and(E::is_deep)
    }

    fn shed(self, rest: &mut Vec<Record>) {
        if let Some(entry) = self {
            entry.shed(rest);
        }
    }
}

impl<E: Entry> Slots<E> {
    pub const fn new() -> Self {
        Slots { entries: Sequence::new(), live: 0 }
    }

    /// How many entries there are, without the holes.
    pub fn len(&self) -> usize {
        self.live
    }

    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// How many positions there are, with the holes.
    pub fn positions(&self) -> usize {
        self.entries.len()
    }

    pub fn holes(&self) -> usize {
        self.entries.len() - self.live
    }

    /// The entry at a position; None for a hole and past the end.
    pub fn get(&self, position: usize) -> Option<&E> {
        self.entries.get(position)?.as_ref()
    }

    pub fn iter(&self) -> impl Iterator<Item = &E> {
        self.entries.iter().flatten()
    }

    /// Every position in order, None for a hole.
    pub fn slots(&self) -> impl ExactSizeIterator<Item = Option<&E>> {
        self.entries.iter().map(Option::as_ref)
    }

    /// Appends an entry, which gets the position `positions()`.
    pub fn push(&mut self, entry: E) {
        self.entries.push(Some(entry));
        self.live += 1;
    }

    /// Makes a hole of the entry at a position; false if there is none.
    pub fn remove(&mut self, position: usize) -> bool {
        if self.get(position).is_none() {
            return false;
        }
        self.entries.set(position, None);
        self.live -= 1;
        true
    }

    /// Keeps the first `positions` positions.
    pub fn truncate(&mut self, positions: usize) {
        if positions < self.entries.len() {
            let gone = (positions..self.entries.len()).filter(|&at| self.get(at).is_some()).count();
            self.live -= gone;
            self.entries.truncate(positions);
        }
    }

    /// A version without holes; positions change if there were any. O(n).
    pub fn compact(&self) -> Self {
        match self.holes() {
            0 => self.clone(),
            _ => self.iter().cloned().collect(),
        }
    }

    /// Whether both are one version, so that they need not be compared entry by entry.
    pub fn same(&self, other: &Self) -> bool {
        self.entries.same(&other.entries)
    }

    pub(super) fn shed(self, rest: &mut Vec<Record>) {
        self.entries.shed(rest);
    }
}

impl DictRecord {
    /// Replaces the value of the entry at a position; false if there is none.
    pub fn set_value(&mut self, position: usize, value: Record) -> bool {
        let Some((key, _)) = self.get(position) else { return false };
        let entry = Some((key.clone(), value));
        self.entries.set(position, entry);
        true
    }

    /// The value whose key is this text; for readers of plain records, O(n).
    pub fn value_of(&self, key: &str) -> Option<&Record> {
        let wanted = |(k, _): &&(Record, Record)| matches!(k, Record::Str(text) if &**text == key);
        self.iter().find(wanted).map(|(_, value)| value)
    }
}

impl<E: Entry> Default for Slots<E> {
    fn default() -> Self {
        Slots::new()
    }
}

impl<E: Entry> Extend<E> for Slots<E> {
    fn extend<I: IntoIterator<Item = E>>(&mut self, entries: I) {
        entries.into_iter().for_each(|entry| self.push(entry));
    }
}

impl<E: Entry> FromIterator<E> for Slots<E> {
    fn from_iter<I: IntoIterator<Item = E>>(entries: I) -> Self {
        let mut slots = Slots::new();
        slots.extend(entries);
        slots
    }
}
