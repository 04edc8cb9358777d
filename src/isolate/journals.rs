//! The journals of a step: one for its main line, and one for each line that `flow` has started.
//!
//! Owns where each line stands in its journal, and what goes when a line asks for something else than in
//! the run before. Ids depend on how often something stored was cut off, and starts store what all lines
//! have made so far: so a start that goes takes along the starts after it in all lines. Refuses to know
//! what is asked.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::record::Record;
use crate::store::{Answer, EntryKind, Journal, JournalChange, JournalEntry, MAIN_LINE, Store, WalkerSlot};

/// Each line counts its ids from a number of its own.
const ORDINAL_BITS: u32 = 40;

/// A line's place in its journal.
#[derive(Default)]
struct Line {
    journal: Journal,
    position: usize,
    /// How many ids the line has given in this run of the step.
    ordinal: u64,
    /// It was cut and is not stored like that.
    is_cut: bool,
}

/// The journals of one step.
pub(super) struct Journals {
    lines: BTreeMap<u64, Line>,
    current: u64,
    cut: u64,
    order: u64,
}

impl Journals {
    /// Those of a walker's step, as an earlier run of it has left them.
    pub(super) fn of(store: &dyn Store, walker: WalkerSlot) -> Journals {
        let mut journals = Journals::new(0);
        for branch in store.branches(walker) {
            let journal = store.journal(walker, branch);
            journals.cut = journals.cut.max(journal.cut);
            journals.order = journals.order.max(journal.order);
            journals.lines.insert(branch, Line { journal, ..Line::default() });
        }
        journals
    }

    fn new(cut: u64) -> Journals {
        let lines = BTreeMap::from([(MAIN_LINE, Line::default())]);
        Journals { lines, current: MAIN_LINE, cut, order: 0 }
    }

    /// The step has ended, and the next one has asked for nothing yet.
    pub(super) fn clear(&mut self) {
        *self = Journals::new(0);
    }

    /// The step is run again.
    pub(super) fn rewind(&mut self) {
        self.current = MAIN_LINE;
        for line in self.lines.values_mut() {
            (line.position, line.ordinal) = (0, 0);
        }
    }

    /// Another line goes on; `ordinal` counts the ids that the one before it has given. Gives its own count.
    pub(super) fn switch(&mut self, line: u64, ordinal: u64) -> u64 {
        self.line().ordinal = ordinal;
        self.current = line;
        self.line().ordinal.max(line << ORDINAL_BITS)
    }

    fn line(&mut self) -> &mut Line {
        self.lines.entry(self.current).or_default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.values().all(|line| line.journal.is_empty())
    }

    /// Whether anything of them may be stored.
    pub(super) fn holds_something(&self) -> bool {
        self.cut > 0 || !self.is_empty()
    }

    /// The entry that an earlier run of the step noted at this point of the line.
    pub(super) fn entry(&mut self) -> Option<Arc<JournalEntry>> {
        let line = self.line();
        line.journal.entry(line.position).cloned()
    }

    /// The line has used that entry.
    pub(super) fn pass(&mut self) {
        self.line().position += 1;
    }

    /// What goes into ids that are given now: the cuts before the next start that is kept, else all.
    pub(super) fn cut_now(&self) -> u64 {
        let next = self.lines.values().filter_map(|line| line.journal.start_from(line.position));
        next.min_by_key(|entry| entry.order).map_or(self.cut, |entry| entry.cut)
    }

    pub(super) fn cuts(&self) -> u64 {
        self.cut
    }

    /// The line's journal ends where the line stands. Whether anything that goes was stored.
    pub(super) fn cut(&mut self) -> bool {
        let line = self.line();
        let stored = line.journal.start_from(line.position).map(|entry| entry.order);
        line.journal = line.journal.cut_after(line.position);
        line.is_cut = true;
        let Some(stored) = stored else { return false };
        self.drop_starts_from(stored);
        true
    }

    /// Starts of an earlier run that this one, which has come to its end, has not come to: they go.
    /// Whether there were any.
    pub(super) fn cut_rest(&mut self) -> bool {
        let next = self.lines.values().filter_map(|line| line.journal.start_from(line.position));
        let Some(first) = next.map(|entry| entry.order).min() else { return false };
        self.drop_starts_from(first);
        true
    }

    fn drop_starts_from(&mut self, order: u64) {
        for line in self.lines.values_mut() {
            let late = line.journal.entries().position(|e| e.kind == EntryKind::Start && e.order >= order);
            if let Some(at) = late {
                line.journal = line.journal.cut_after(at);
                line.is_cut = true;
            }
        }
        self.cut += 1;
    }

    /// The line gets one more entry. What is to be stored of it: its journal, and those that were cut.
    pub(super) fn noted(
        &mut self,
        walker: WalkerSlot,
        kind: EntryKind,
        asked: Record,
        answer: Answer,
    ) -> (Journal, Vec<JournalChange>) {
        let (cut, order, current) = (self.cut, self.order, self.current);
        let line = self.line();
        (line.journal.cut, line.journal.order) = (cut, order);
        let journal = line.journal.noted(kind, asked, answer);
        let change = |branch: u64, journal: &Journal| {
            let mut journal = journal.clone();
            journal.cut = cut;
            JournalChange { walker, branch, journal: Some(journal) }
        };
        let mut changes = vec![change(current, &journal)];
        let others = self.lines.iter().filter(|(branch, line)| line.is_cut && **branch != current);
        changes.extend(others.map(|(branch, line)| change(*branch, &line.journal)));
        (journal, changes)
    }

    /// That was stored, or need not be.
    pub(super) fn keep(&mut self, journal: Journal, is_stored: bool) {
        self.order += 1;
        let line = self.line();
        line.journal = journal;
        line.position += 1;
        if is_stored {
            self.lines.values_mut().for_each(|line| line.is_cut = false);
        }
    }

    /// No line's journal counts any more. The next attempt, or one that somebody asks for after the last,
    /// begins with new ids if any can be taken.
    pub(super) fn dropped(&self, walker: WalkerSlot, is_final: bool) -> Vec<JournalChange> {
        let drop_all = JournalChange { walker, branch: MAIN_LINE, journal: None };
        let again = |main: &Line| {
            let mut journal = main.journal.renewed();
            journal.cut = self.cut + 1;
            JournalChange { walker, branch: MAIN_LINE, journal: Some(journal) }
        };
        let is_new = self.cut == 0 && self.lines.values().all(|line| !line.journal.has_start_from(0));
        let main = self.lines.get(&MAIN_LINE).filter(|_| !(is_final && is_new));
        [drop_all].into_iter().chain(main.map(again)).collect()
    }
}
