//! Journals: what the waits of a walker's current step were answered.
//!
//! Owns the shape of a journal and how it grows and is cut; versions share structure, so
//! that a note costs O(log n). It refuses to know when a step may use an answer: replaying
//! is the step's work.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::record::{Part, Record, Sequence};

use super::WalkerSlot;

/// The branch of a step that is not in a `flow`.
pub const MAIN_LINE: u64 = 0;

/// The finished waits and early starts of one step, in order.
#[derive(Clone, Default)]
pub struct Journal {
    entries: Sequence<Arc<JournalEntry>>,
    /// Position and `cut` of the entries that are starts.
    starts: Sequence<(usize, u64)>,
    /// How often a part that had stored something was cut off, or an attempt began anew;
    /// it goes into the ids that the step derives.
    pub cut: u64,
    /// The `order` of the next entry.
    pub order: u64,
}

/// One finished wait, or one early start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    pub kind: EntryKind,
    /// What was asked, or what was stored, for a re-run to compare with.
    pub asked: Record,
    pub answer: Answer,
    /// The journal's `cut` when the entry was noted.
    pub cut: u64,
    /// Counts the entries of all branches of the step, so that a step that is run again lets its lines
    /// go on in the same order.
    #[serde(default)]
    pub order: u64,
}

/// What an entry notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryKind {
    /// A sleep, an await, I/O: nothing is stored but the answer.
    Wait,
    /// The clock, or chance: answered at once.
    Now,
    /// Children were started and new nodes stored, in the same commit as this entry.
    Start,
}

/// How a wait ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    Value(Record),
    Raised(Record),
}

/// A new state of a journal.
#[derive(Clone)]
pub struct JournalChange {
    pub walker: WalkerSlot,
    /// Which line of the step: `MAIN_LINE`, or that of a `flow`.
    pub branch: u64,
    /// None drops it; for the main line, all branches with it.
    pub journal: Option<Journal>,
}

impl Part for Arc<JournalEntry> {}
impl Part for (usize, u64) {}

impl Journal {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry at a position, to be compared with what is asked.
    pub fn entry(&self, position: usize) -> Option<&Arc<JournalEntry>> {
        self.entries.get(position)
    }

    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Arc<JournalEntry>> {
        self.entries.iter()
    }

    /// With one more entry, made under the current `cut`.
    pub fn noted(&self, kind: EntryKind, asked: Record, answer: Answer) -> Self {
        let mut journal = self.clone();
        journal.add(Arc::new(JournalEntry { kind, asked, answer, cut: self.cut, order: self.order }));
        journal
    }

    /// Adds an entry as it was read from elsewhere.
    pub fn add(&mut self, entry: Arc<JournalEntry>) {
        if entry.kind == EntryKind::Start {
            self.starts.push((self.entries.len(), entry.cut));
        }
        self.order = self.order.max(entry.order + 1);
        self.entries.push(entry);
    }

    /// With its first `kept` entries only. If the rest had stored something, `cut` goes up,
    /// since ids that were derived so far may be taken.
    pub fn cut_after(&self, kept: usize) -> Self {
        let mut journal = self.clone();
        journal.cut += u64::from(self.has_start_from(kept));
        journal.entries.truncate(kept);
        journal.starts.truncate(self.starts_before(kept));
        journal
    }

    /// Without entries, for the next attempt, which derives new ids.
    pub fn renewed(&self) -> Self {
        Journal { cut: self.cut + 1, ..Journal::default() }
    }

    /// What an ended attempt leaves for one that somebody asks for later: nothing, unless ids that would
    /// be derived again may be taken.
    pub fn after_the_end(&self) -> Option<Self> {
        (self.cut > 0 || self.has_start_from(0)).then(|| self.renewed())
    }

    /// Whether something was stored early by the entries from a position on.
    pub fn has_start_from(&self, position: usize) -> bool {
        self.starts.last().is_some_and(|&(at, _)| at >= position)
    }

    /// The `cut` that goes into ids at a position: that of the next start, else the current.
    pub fn cut_at(&self, position: usize) -> u64 {
        self.starts.get(self.starts_before(position)).map_or(self.cut, |&(_, cut)| cut)
    }

    /// The next start at or after a position.
    pub fn start_from(&self, position: usize) -> Option<&Arc<JournalEntry>> {
        self.starts.get(self.starts_before(position)).and_then(|&(at, _)| self.entries.get(at))
    }

    /// How many starts lie before a position.
    fn starts_before(&self, position: usize) -> usize {
        let (mut low, mut high) = (0, self.starts.len());
        while low < high {
            let middle = (low + high) / 2;
            match self.starts.get(middle) {
                Some(&(at, _)) if at < position => low = middle + 1,
                _ => high = middle,
            }
        }
        low
    }
}
