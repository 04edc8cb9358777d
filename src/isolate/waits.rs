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
use crate::eval::flow::{self, Pause};
use crate::record::Record;
use crate::store::{Answer, ChangeSet, EntryKind, Outcome as Committed, WalkerChange, WalkerSlot};
use crate::value::{ErrorKind, Heap, Outcome, Value};

/// How often a step may ask for something new when it is run again, before it fails.
const PATIENCE: u64 = 1_000;

impl WalkerHost {
    /// The answer that an earlier run of the step got, as long as it asks for the same in the same order.
    /// Lines get them in the order in which they came.
    fn replay(&self, heap: &Heap, kind: EntryKind, asked: &Record) -> Outcome<Option<Answer>> {
        if kind == EntryKind::Wait && flow::has_several(heap) {
            let order = match self.with_run(|run| run.journals.entry()) {
                Some(entry) if entry.kind == kind && entry.asked == *asked => Some(entry.order),
                _ => None,
            };
            if let Some(order) = order {
                self.still_runs(heap)?;
                flow::pause(heap, Pause::Noted(order))?;
            }
        }
        self.replay_at_once(heap, kind, asked)
    }

    /// The same for what takes no time.
    fn replay_at_once(&self, heap: &Heap, kind: EntryKind, asked: &Record) -> Outcome<Option<Answer>> {
        self.still_runs(heap)?;
        let entry = self.with_run(|run| run.journals.entry());
        match entry {
            Some(entry) if entry.kind == kind && entry.asked == *asked => {
                self.pass();
                Ok(Some(entry.answer.clone()))
            }
            Some(_) => self.cut(heap).map(|()| None),
            None => Ok(None),
        }
    }

    fn pass(&self) {
        self.with_run(|run| run.journals.pass());
        self.renew_ids();
    }

    /// Ids that are given from here on depend on how often the journal was cut.
    pub(super) fn renew_ids(&self) {
        let now = self.with_run(|run| run.journals.cut_now());
        if let Ids::Derived { cut, .. } = &mut *self.border.ids.borrow_mut() {
            *cut = now;
        }
    }

    /// The line's journal ends here: this run of the step asks for something else. If what goes had stored
    /// something, ids that were given already may be taken, and the step starts over.
    pub(super) fn cut(&self, heap: &Heap) -> Outcome<()> {
        let stored = self.with_run(|run| run.journals.cut());
        self.renew_ids();
        if stored { self.start_over(heap) } else { Ok(()) }
    }

    /// This run of the step ended before its journals did: what only their rest had stored is not found
    /// again, and the step starts over.
    pub(super) fn cut_rest(&self, heap: &Heap) -> Outcome<()> {
        let stored = self.with_run(|run| run.journals.cut_rest());
        if stored { self.start_over(heap) } else { Ok(()) }
    }

    fn start_over(&self, heap: &Heap) -> Outcome<()> {
        if self.with_run(|run| run.journals.cuts()) > PATIENCE {
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
        let (journal, changes) = self.with_run(|run| run.journals.noted(run.slot, kind, asked, answer));
        also.journals.extend(changes);
        let outcome = self.shared().store.commit(also);
        if matches!(outcome, Committed::Committed(_)) {
            self.with_run(|run| run.journals.keep(journal, true));
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

    /// Gives the thread away until one of these may be over. Raises when the walker is to stop.
    pub(super) fn pause_for(&self, heap: &Heap, pauses: &[Pause]) -> Outcome<()> {
        let (walkers, deadline) = Pause::all(pauses);
        let park = match deadline {
            Some(deadline) if walkers.is_empty() => Park::Until(deadline),
            deadline => Park::Ended { walkers, deadline },
        };
        self.stop_for(heap, park)
    }

    pub(super) fn has_come(&self, pause: &Pause) -> bool {
        self.is_over.get()
            || pause.is_over(self.shared().tasks().monotonic(), |walker| self.has_ended(walker))
    }

    fn has_ended(&self, walker: WalkerSlot) -> bool {
        self.shared().store.walker(walker).is_none_or(|(_, record)| record.status.has_ended())
    }

    /// Whether another line ends within this time: the answer belongs to the journal.
    pub(super) fn line_in_step(&self, heap: &Heap, line: u32, time: Duration) -> Outcome<bool> {
        let limit = Record::Float(time.as_secs_f64());
        let asked = Record::tuple([Record::str("flow"), Record::Int(i64::from(line)), limit]);
        if let Some(answer) = self.replay(heap, EntryKind::Wait, &asked)? {
            return Ok(answer == Answer::Value(Record::Bool(true)));
        }
        self.before_wait(heap);
        let deadline = self.shared().tasks().monotonic().saturating_add(time);
        flow::pause(heap, Pause::LineUntil(line, deadline))?;
        let in_time = !flow::runs(heap, line);
        self.note(EntryKind::Wait, asked, Answer::Value(Record::Bool(in_time)), ChangeSet::default());
        self.border.move_view();
        Ok(in_time)
    }

    /// Another line's code goes on: it has a journal of its own, and counts its ids by itself.
    pub(super) fn switch_line(&self, line: u32) {
        let Some(run) = &mut *self.run.borrow_mut() else { return };
        if let Ids::Derived { ordinal, cut, .. } = &mut *self.border.ids.borrow_mut() {
            *ordinal = run.journals.switch(u64::from(line), *ordinal);
            *cut = run.journals.cut_now();
        }
    }

    /// Asks the clock or chance: the answer is the same when the step is run again.
    pub(super) fn answer_now(
        &self,
        heap: &Heap,
        what: &str,
        ask: impl FnOnce() -> Record,
    ) -> Outcome<Record> {
        let asked = Record::str(what);
        if let Some(Answer::Value(answer)) = self.replay(heap, EntryKind::Now, &asked)? {
            return Ok(answer);
        }
        let answer = ask();
        self.with_run(|run| {
            let answer = Answer::Value(answer.clone());
            let (journal, _) = run.journals.noted(run.slot, EntryKind::Now, asked, answer);
            run.journals.keep(journal, false);
        });
        Ok(answer)
    }

    pub(super) fn sleep_in_step(&self, heap: &Heap, time: Duration) -> Outcome<()> {
        let asked = Record::tuple([Record::str("sleep"), Record::Float(time.as_secs_f64())]);
        let tasks = self.shared().tasks();
        let has_lines = flow::has_several(heap);
        // When it ends is noted at its beginning, so that a later process waits for the rest only.
        let time = match self.replay_at_once(heap, EntryKind::Wait, &asked)? {
            Some(Answer::Value(Record::Int(due_us))) => {
                Duration::from_micros(u64::try_from(due_us - tasks.now_us()).unwrap_or(0))
            }
            Some(_) => Duration::ZERO,
            None => {
                let length = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
                let due = Answer::Value(Record::Int(tasks.now_us().saturating_add(length)));
                self.note(EntryKind::Wait, asked, due, ChangeSet::default());
                return self.sleep_on(heap, time, has_lines);
            }
        };
        if has_lines || !time.is_zero() { self.sleep_on(heap, time, has_lines) } else { Ok(()) }
    }

    /// Where there are lines, that the time has come is noted too: so they go on in the same order.
    fn sleep_on(&self, heap: &Heap, time: Duration, has_lines: bool) -> Outcome<()> {
        let woken = Record::str("woken");
        if has_lines && self.replay(heap, EntryKind::Wait, &woken)?.is_some() {
            return Ok(());
        }
        self.before_wait(heap);
        let until = Pause::Until(self.shared().tasks().monotonic().saturating_add(time));
        loop {
            flow::pause(heap, until)?;
            if self.has_come(&until) {
                break;
            }
        }
        if has_lines {
            self.note(EntryKind::Wait, woken, Answer::Value(Record::None), ChangeSet::default());
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
        if !flow::has_several(heap) && self.has_ended(walker) {
            return Ok(true);
        }
        let tasks = self.shared().tasks();
        if !tasks.will_wait(own, &self.awaited_by_lines(heap, Some(walker))) {
            return Err(heap.runtime_error("async walkers wait for each other in a circle"));
        }
        self.before_wait(heap);
        let pause = Pause::Walker(walker, time.map(|time| tasks.monotonic().saturating_add(time)));
        let result = loop {
            if let Err(raised) = flow::pause(heap, pause) {
                break Err(raised);
            }
            if self.has_come(&pause) {
                break Ok(self.has_ended(walker) || self.is_over.get());
            }
        };
        match self.awaited_by_lines(heap, None) {
            others if others.is_empty() => tasks.waited(own),
            others => drop(tasks.will_wait(own, &others)),
        }
        result
    }

    /// The walkers for which other lines of the step wait, and one more.
    fn awaited_by_lines(&self, heap: &Heap, also: Option<WalkerSlot>) -> Vec<WalkerSlot> {
        let pauses = flow::pauses(heap).into_iter();
        let awaited = |pause| if let Pause::Walker(walker, _) = pause { Some(walker) } else { None };
        pauses.filter_map(awaited).chain(also).collect()
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
