//! Waits inside of a step: sleeping, awaiting, asking the clock. Each finished one is noted in the step's
//! journal, so that a step that is run again does not do it twice; what the step stores early (the
//! children that it waits for, with its new nodes) is noted there, too.
//!
//! Refuses to know when a step is run again.

use std::time::Duration;

use super::border::Ids;
use super::dispatch::Prepared;
use super::freeze::freeze;
use super::shared::Park;
use super::thaw;
use super::walker::WalkerHost;
use crate::record::Record;
use crate::store::{
    Answer, ChangeSet, EntryKind, JournalChange, MAIN_LINE, Outcome as Committed, WalkerChange, WalkerSlot,
};
use crate::value::{ErrorKind, Heap, Outcome, Value};

/// How often a step may ask for something new when it is run again, before it fails.
const PATIENCE: u64 = 1_000;

impl WalkerHost {
    /// The answer that an earlier run of the step got, as long as it asks for the same in the same order.
    fn replay(&self, heap: &Heap, kind: EntryKind, asked: &Record) -> Outcome<Option<Answer>> {
        self.still_runs(heap)?;
        let entry = self.with_run(|run| run.journal.entry(run.position).cloned());
        match entry {
            Some(entry) if entry.kind == kind && entry.asked == *asked => {
                self.with_run(|run| run.position += 1);
                self.renew_ids();
                Ok(Some(entry.answer.clone()))
            }
            Some(_) => self.cut(heap).map(|()| None),
            None => Ok(None),
        }
    }

    /// Ids that are given from here on depend on how often the journal was cut.
    pub(super) fn renew_ids(&self) {
        let now = self.with_run(|run| run.journal.cut_at(run.position));
        if let Ids::Derived { cut, .. } = &mut *self.border.ids.borrow_mut() {
            *cut = now;
        }
    }

    /// The journal ends here: this run of the step asks for something else. If what goes had stored
    /// something, ids that were given already may be taken, and the step starts over.
    pub(super) fn cut(&self, heap: &Heap) -> Outcome<()> {
        let (stored, cuts) = self.with_run(|run| {
            let stored = run.journal.has_start_from(run.position);
            run.journal = run.journal.cut_after(run.position);
            (stored, run.journal.cut)
        });
        self.renew_ids();
        if !stored {
            return Ok(());
        }
        if cuts > PATIENCE {
            self.is_exhausted.set(true);
            return Err(heap.runtime_error("the step asks for something new each time it is run again"));
        }
        self.run_again.set(true);
        self.still_runs(heap)
    }

    /// Raises when the step is to be left, to be run again.
    fn still_runs(&self, heap: &Heap) -> Outcome<()> {
        match self.run_again.get() {
            true => Err(heap.error_with(ErrorKind::CancelledError, Vec::new())),
            false => Ok(()),
        }
    }

    /// Notes a finished wait, or what was stored early; in one commit with `also`.
    fn note(&self, kind: EntryKind, asked: Record, answer: Answer, mut also: ChangeSet) -> Committed {
        let (slot, journal) = self.with_run(|run| {
            let journal = run.journal.noted(kind, asked, answer);
            (run.slot, journal)
        });
        also.journals.push(JournalChange { walker: slot, branch: MAIN_LINE, journal: Some(journal.clone()) });
        let outcome = self.shared().store.commit(also);
        if matches!(outcome, Committed::Committed(_)) {
            self.with_run(|run| {
                run.journal = journal;
                run.position += 1;
            });
            self.renew_ids();
        }
        outcome
    }

    /// Before a wait: turns go back, lines come out, others may look.
    fn before_wait(&self, heap: &Heap) {
        self.give_turns_back();
        self.let_lines_out();
        self.publish(heap);
    }

    /// Asks the clock or chance: the answer is the same when the step is run again.
    pub(super) fn answer_now(
        &self,
        heap: &Heap,
        what: &str,
        ask: impl FnOnce() -> Record,
    ) -> Outcome<Record> {
        let asked = Record::str(what);
        if let Some(Answer::Value(answer)) = self.replay(heap, EntryKind::Wait, &asked)? {
            return Ok(answer);
        }
        let answer = ask();
        self.with_run(|run| {
            run.journal = run.journal.noted(EntryKind::Wait, asked, Answer::Value(answer.clone()));
            run.position += 1;
        });
        Ok(answer)
    }

    pub(super) fn sleep_in_step(&self, heap: &Heap, time: Duration) -> Outcome<()> {
        let asked = Record::tuple([Record::str("sleep"), Record::Float(time.as_secs_f64())]);
        let tasks = self.shared().tasks();
        // When it ends is noted at its beginning, so that a later process waits for the rest only.
        let time = match self.replay(heap, EntryKind::Wait, &asked)? {
            Some(Answer::Value(Record::Int(due_us))) => match due_us - tasks.now_us() {
                left @ 1.. => Duration::from_micros(left.unsigned_abs()),
                _ => return Ok(()),
            },
            Some(_) => return Ok(()),
            None => {
                let length = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
                let due = Answer::Value(Record::Int(tasks.now_us().saturating_add(length)));
                self.note(EntryKind::Wait, asked, due, ChangeSet::default());
                time
            }
        };
        self.before_wait(heap);
        let deadline = tasks.monotonic().saturating_add(time);
        loop {
            self.stop_for(heap, Park::Until(deadline))?;
            if tasks.monotonic() >= deadline || self.is_over.get() {
                break;
            }
        }
        self.border.move_view();
        Ok(())
    }

    /// Waits for the end of another walker. Raises what it raised, or TimeoutError.
    pub(super) fn await_in_step(&self, heap: &Heap, walker: WalkerSlot, time: Option<Duration>) -> Outcome {
        let own = self.with_run(|run| run.slot);
        if own == walker {
            return Err(heap.runtime_error("an async walker cannot wait for itself"));
        }
        let Some((_, record)) = self.shared().store.walker(walker) else { return Ok(Value::None) };
        let limit = time.map_or(Record::None, |time| Record::Float(time.as_secs_f64()));
        let asked = Record::tuple([Record::str("await"), Record::str(record.id.to_string()), limit]);
        if let Some(answer) = self.replay(heap, EntryKind::Wait, &asked)? {
            return match answer {
                Answer::Value(_) => self.border.result_of(heap, walker),
                Answer::Raised(error) => match thaw::thaw(heap, &self.border, &error)? {
                    Value::Instance(error) => Err(heap.raise(error)),
                    _ => Err(heap.error_with(ErrorKind::TimeoutError, Vec::new())),
                },
            };
        }
        let in_time = self.wait_for_end(heap, own, walker, time)?;
        if !in_time {
            let error = heap.new_error(ErrorKind::TimeoutError, Vec::new());
            let frozen = freeze(heap, &self.border, &Value::Instance(error.clone())).unwrap_or_default();
            self.note(EntryKind::Wait, asked, Answer::Raised(frozen), ChangeSet::default());
            self.border.move_view();
            return Err(heap.raise(error));
        }
        self.note(EntryKind::Wait, asked, Answer::Value(Record::None), ChangeSet::default());
        self.border.move_view();
        self.border.result_of(heap, walker)
    }

    /// False if the time came first.
    fn wait_for_end(
        &self,
        heap: &Heap,
        own: WalkerSlot,
        walker: WalkerSlot,
        time: Option<Duration>,
    ) -> Outcome<bool> {
        let tasks = self.shared().tasks();
        let has_ended =
            || self.shared().store.walker(walker).is_none_or(|(_, record)| record.status.has_ended());
        if has_ended() {
            return Ok(true);
        }
        if !tasks.will_wait(own, &[walker]) {
            return Err(heap.runtime_error("async walkers wait for each other in a circle"));
        }
        self.before_wait(heap);
        let deadline = time.map(|time| tasks.monotonic().saturating_add(time));
        let result = loop {
            if let Err(raised) = self.stop_for(heap, Park::Ended { walkers: vec![walker], deadline }) {
                break Err(raised);
            }
            if has_ended() || self.is_over.get() {
                break Ok(true);
            }
            if deadline.is_some_and(|deadline| tasks.monotonic() >= deadline) {
                break Ok(false);
            }
        };
        tasks.waited(own);
        result
    }

    /// All children that the step has spawned so far start now, and the nodes that it has created are
    /// stored with the edges among them.
    pub(super) fn start_children(&self, heap: &Heap) -> Outcome<()> {
        let (mut set, mut told) = self.border.gather_new(heap)?;
        self.with_run(|run| {
            for child in &run.children {
                told.push(Record::str(child.record.id.to_string()));
                told.extend(child.record.fields.iter().map(|(_, record)| record.clone()));
                told.extend(child.record.queue.iter().map(|id| Record::str(id.to_string())));
                let dispatch = &child.record.dispatch;
                told.extend([child.record.custom.clone(), dispatch.globals.clone()]);
                told.push(child.record.progress.map_or(Record::None, Record::Float));
                told.push(child.record.http_status.map_or(Record::None, |n| Record::Int(i64::from(n))));
                told.push(Record::list(child.record.shared.iter().cloned()));
            }
        });
        let asked = Record::list(told);
        if self.replay(heap, EntryKind::Start, &asked)?.is_some() {
            let unused = self.with_run(|run| std::mem::take(&mut run.children));
            for child in unused {
                self.shared().store.release_walker(child.slot);
            }
            self.border.settle_new(None);
            return Ok(());
        }
        let children = self.with_run(|run| std::mem::take(&mut run.children));
        let mut slots = Vec::with_capacity(children.len());
        for Prepared { slot, base, record } in children {
            slots.push(slot);
            set.walkers.push(WalkerChange { slot, base, record: record.into() });
        }
        match self.note(EntryKind::Start, asked, Answer::Value(Record::None), set) {
            Committed::Committed(time) => {
                self.border.settle_new(Some(time));
                self.border.move_view();
                self.shared().tasks().start(&slots);
                Ok(())
            }
            Committed::Lost(_) => {
                self.run_again.set(true);
                self.still_runs(heap)
            }
            Committed::Taken(id) => Err(super::border::taken(heap, id)),
        }
    }
}
