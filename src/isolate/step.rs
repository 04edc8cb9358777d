//! Steps: a visit of an async walker, with all abilities that it triggers, as one commit.
//!
//! Owns when a step begins, commits, is run again because it lost, and fails; and the order of steps in
//! the life of a walker. It refuses to know which walker runs when, and what a store does.

use std::rc::Rc;
use std::sync::Arc;

use super::border::Ids;
use super::dispatch::schedule_of;
use super::globals::{self, Own};
use super::journals::Journals;
use super::schedule::Schedule;
use super::shared::{Failure, Park, Stop, Wake};
use super::thaw;
use super::walker::{Run, WalkerHost, walk};
use crate::coroutine::Suspender;
use crate::eval::{self, Program, flow, spawn};
use crate::graph;
use crate::modules::random;
use crate::record::{Id, Record};
use crate::store::{
    Base, ChangeSet, JournalChange, MAIN_LINE, Outcome as Committed, Status, WalkerChange, WalkerRecord,
    WalkerSlot,
};
use crate::value::number::State;
use crate::value::{BuiltinType, ErrorKind, Heap, Native, Outcome, Ref, Value};

/// How a step ended.
enum Ended {
    /// Committed, and the walker goes on.
    Next,
    /// Committed, or failed: nothing is left to do, until somebody tries again.
    Walker,
    /// Lost: run it again.
    Again,
}

/// The life of an isolate: one walker after the other, as the messages say.
pub fn run_isolate(
    host: Rc<WalkerHost>,
    program: Program,
    suspender: Suspender<'_, Wake, Park>,
    first: Wake,
) {
    let limit = suspender.limit();
    let heap = super::new(program, Box::new(host.clone()));
    heap.start_on(limit);
    heap.set_shares_graph(true);
    host.park.enter(suspender, || {
        let mut wake = first;
        while let Wake::Run(slot) = wake {
            host.run_walker(&heap, slot);
            match host.park.park(Park::Idle) {
                Ok(next) => wake = next,
                Err(_) => return,
            }
        }
    });
}

impl WalkerHost {
    /// Runs a walker from where its record says, to its end or the end of an attempt.
    fn run_walker(&self, heap: &Heap, slot: WalkerSlot) {
        let tasks = self.border.shared.clone();
        let tasks = tasks.tasks();
        tasks.attach(slot, &heap.signals);
        self.started.set(tasks.monotonic());
        self.stop_raised.set(None);
        self.stops_seen.set(0);
        self.is_exhausted.set(false);
        self.border.move_view();
        let failure = match self.begin_walker(heap, slot) {
            Ok(()) => loop {
                match self.step(heap) {
                    (Ended::Next | Ended::Again, _) => {
                        if let Err(raised) = heap.poll() {
                            break self.fail(heap, raised);
                        }
                    }
                    (Ended::Walker, failure) => break failure,
                }
            },
            Err(raised) => self.fail_unread(heap, slot, raised),
        };
        self.end_walker(heap);
        tasks.left(slot, failure);
    }

    /// Makes the walker's object from its record.
    fn begin_walker(&self, heap: &Heap, slot: WalkerSlot) -> Outcome<()> {
        let Some((time, record)) = self.shared().store.walker(slot) else {
            return Err(heap.runtime_error("the walker is not stored"));
        };
        let is_kept = self.shared().store.is_kept(slot);
        self.use_globals(heap, &record)?;
        self.globals.borrow_mut().is_kept = is_kept;
        set_random(heap, &record.random);
        let class = self.border.shared.catalog.class(heap, &record.dispatch.class)?;
        let object = eval::new_instance(heap, &class);
        object.edit_extra(|extra| extra.id = record.id.0);
        let fields = self.thaw_fields(heap, &object, &record)?;
        if is_kept {
            self.border.fill_new_fields(heap, &object)?;
        }
        *walk(&object).queued.borrow_mut() = Some(Vec::new());
        let run = Run {
            slot,
            id: record.id,
            time,
            object: object.clone(),
            fields,
            queue: record.queue.clone(),
            reports: record.reports.clone(),
            ignored: 0,
            is_joint: self.border.take_met_foreign() || !record.shared.is_empty(),
            shared: record.shared.clone(),
            lost_on: Vec::new(),
            children: Vec::new(),
            lines: Vec::new(),
            partial: String::new(),
            said: Vec::new(),
            silent: 0,
            journals: Journals::of(&*self.shared().store, slot),
            has_turns: false,
            random: record.random.clone(),
            record: record.clone(),
        };
        *self.run.borrow_mut() = Some(run);
        self.border.views.borrow_mut().insert(record.id.0, object.clone());
        self.border.meet_root(heap);
        *walk(&object).reports.borrow_mut() = self.border.thaw_reports(heap, &record.reports)?;
        self.fill_queue(heap)
    }

    /// The places that the walker will visit, as objects; those that are gone are left out.
    fn fill_queue(&self, heap: &Heap) -> Outcome<()> {
        let (object, queue, is_first) =
            self.with_run(|run| (run.object.clone(), run.queue.clone(), run.record.visit == run.record.born));
        let mut places = std::collections::VecDeque::with_capacity(queue.len());
        let mut ids: Vec<Id> = Vec::with_capacity(queue.len());
        for (index, id) in queue.iter().enumerate() {
            match self.border.find(heap, id)? {
                Some(place) => {
                    places.push_back(Value::Instance(place));
                    ids.push(id);
                }
                None if is_first && index == 0 => {
                    return Err(heap.error(ErrorKind::ReferenceError, "the node to start on was deleted"));
                }
                None => {}
            }
        }
        if ids.len() != queue.len() {
            self.with_run(|run| run.queue = ids.into_iter().collect());
        }
        *walk(&object).queue.borrow_mut() = places;
        Ok(())
    }

    fn use_globals(&self, heap: &Heap, record: &WalkerRecord) -> Outcome<()> {
        let is_same = {
            let own = self.globals.borrow();
            globals::is_same(&own.snapshot, &record.dispatch.globals)
                && matches!(&own.changed, Record::Dict(changed) if changed.is_empty())
                && matches!(&record.globals, Record::Dict(changed) if changed.is_empty())
                && !self.globals_changed.get()
                && !heap.take_globals_written()
        };
        if is_same {
            return Ok(());
        }
        globals::unbind(heap, &self.border.shared.catalog, &mut self.globals.borrow_mut());
        *self.globals.borrow_mut() =
            Own::new(&self.border, record.dispatch.globals.clone(), record.globals.clone());
        self.globals_changed.set(false);
        globals::set_statics(heap, &self.border, &self.globals)
    }

    fn end_walker(&self, heap: &Heap) {
        self.give_turns_back();
        self.border.roll_back();
        let run = self.run.borrow_mut().take();
        self.border.views.borrow_mut().clear();
        let all: Vec<u32> = (0..self.border.mirrors.borrow().len() as u32).collect();
        if let Some(run) = run {
            for kept in &run.fields {
                self.border.give_owner_back(kept.owner);
            }
            walk(&run.object).queue.borrow_mut().clear();
            walk(&run.object).reports.borrow_mut().clear();
            walk(&run.object).ignores.borrow_mut().clear();
            *walk(&run.object).queued.borrow_mut() = None;
        }
        let _ = heap.take_raised_quietly();
        self.border.prune(&all);
        self.border.let_go();
        self.run_again.set(false);
    }

    // ---- one step

    fn step(&self, heap: &Heap) -> (Ended, Option<Failure>) {
        match self.begin_step(heap) {
            Ok(true) => {}
            Ok(false) => return (Ended::Next, None),
            Err(raised) => return (Ended::Walker, self.fail(heap, raised)),
        }
        flow::renumber(heap);
        // All that the step has started beside its main line ends with it.
        let result = self.visit(heap).and_then(|is_over| flow::join(heap).map(|()| is_over));
        let result = match result {
            Err(raised) if flow::has_several(heap) => heap.keeping_raised(raised, || {
                flow::cancel_all(heap);
                Ok(())
            }),
            result => result,
        };
        if self.run_again.replace(false) {
            if let Err(raised) = result {
                let _ = heap.catch(raised, None);
            }
            return self.lose(heap, Vec::new());
        }
        match result.and_then(|is_over| self.commit_step(heap, is_over)) {
            Ok((ended, lost)) => match ended {
                Ended::Again => self.lose(heap, lost),
                ended => (ended, None),
            },
            Err(raised) => (Ended::Walker, self.fail(heap, raised)),
        }
    }

    /// Turns first, then the view. False if the walker's record must be read again.
    fn begin_step(&self, heap: &Heap) -> Outcome<bool> {
        let without = self.shared().without;
        let (slot, mut lost_on) = self.with_run(|run| (run.slot, run.lost_on.clone()));
        if without.turns {
            lost_on.clear();
        }
        while !lost_on.is_empty() && !self.shared().store.take_turns(slot, &lost_on) {
            self.stop_for(heap, Park::Turn)?;
        }
        self.with_run(|run| run.has_turns = !lost_on.is_empty());
        self.stops_seen.set(0);
        self.check_stop(heap)?;
        self.border.move_view();
        let run_at_start = self.with_run(|run| {
            run.silent = 0;
            run.journals.rewind();
            if without.journal {
                run.journals.clear();
            }
            run.lines.clear();
            run.ignored = walk(&run.object).ignores.borrow().len();
            (run.id, run.record.visit, run.journals.cut_now(), run.record.status)
        });
        let (walker, visit, cut, status) = run_at_start;
        *self.border.ids.borrow_mut() = Ids::Derived { walker, visit, ordinal: 0, cut };
        if status == Status::Pending { self.mark_running() } else { Ok(true) }
    }

    fn mark_running(&self) -> Outcome<bool> {
        let (slot, time, old) = self.with_run(|run| (run.slot, run.time, run.record.clone()));
        let mut record = WalkerRecord::clone(&old);
        record.status = Status::Running;
        record.executed_us = record.executed_us.or(Some(self.shared().tasks().now_us()));
        let record = Arc::new(record);
        let mut set = ChangeSet::default();
        set.walkers.push(WalkerChange { slot, base: Base::At(time), record: record.clone() });
        match self.shared().store.commit(set) {
            Committed::Committed(time) => {
                self.with_run(|run| (run.record, run.time) = (record, time));
                Ok(true)
            }
            _ => {
                self.reread();
                Ok(false)
            }
        }
    }

    /// Somebody else has changed the walker's record: a cancellation was asked for.
    fn reread(&self) {
        let slot = self.with_run(|run| run.slot);
        if let Some((time, record)) = self.shared().store.walker(slot) {
            self.with_run(|run| {
                run.time = time;
                let mut own = WalkerRecord::clone(&run.record);
                own.cancel = record.cancel;
                run.record = Arc::new(own);
            });
        }
    }

    /// All abilities of one visit; whether the walk is over.
    fn visit(&self, heap: &Heap) -> Outcome<bool> {
        let (object, is_first) =
            self.with_run(|run| (run.object.clone(), run.record.visit == run.record.born));
        let own = walk(&object);
        own.disengaged.set(false);
        let place = loop {
            let Some(Value::Instance(place)) = own.queue.borrow_mut().pop_front() else { break None };
            self.with_run(|run| run.queue.pop_front());
            if self.border.is_there(heap, &place)? {
                break Some(place);
            }
            if is_first {
                return Err(heap.error(ErrorKind::ReferenceError, "the node to start on was deleted"));
            }
        };
        let Some(place) = place else {
            // All that was left is gone: the untyped exits are a step of their own.
            let root = graph::root(heap);
            spawn::exits(heap, &object, &root)?;
            return Ok(true);
        };
        if place.class().builtin == BuiltinType::EdgeArchetype
            && let Some(target) = graph::end_of(&place, graph::TARGET)
        {
            let id = self.border.id_of(heap, &target);
            self.with_run(|run| run.queue.insert(0, [id]));
            own.queue.borrow_mut().push_front(Value::Instance(target));
        }
        if is_first && !spawn::entries(heap, &object, &place)? {
            return Ok(true);
        }
        if !spawn::visit(heap, &object, &place)? {
            return Ok(true);
        }
        if own.queue.borrow().is_empty() {
            spawn::exits(heap, &object, &place)?;
            // The exits may have sent it on.
            return Ok(own.queue.borrow().is_empty() || own.disengaged.get());
        }
        Ok(false)
    }

    /// One commit holds graph, fields, queue, reports, status, children and lines. Raises for what cannot
    /// be kept.
    fn commit_step(&self, heap: &Heap, is_over: bool) -> Outcome<(Ended, Vec<crate::store::Slot>)> {
        if self.is_exhausted.replace(false) {
            return Err(heap.runtime_error("the step asks for something new each time it is run again"));
        }
        self.check_stop(heap)?;
        if self.stop_raised.get() == Some(Stop::TimedOut) {
            // It went on after it was told: a time-out ends in a failure all the same.
            return Err(heap.error_with(ErrorKind::TimeoutError, Vec::new()));
        }
        self.cut_rest(heap).or_else(|raised| {
            if self.run_again.get() {
                heap.catch_any(raised, &[ErrorKind::CancelledError]).map(drop)
            } else {
                Err(raised)
            }
        })?;
        if self.run_again.replace(false) {
            return Ok((Ended::Again, Vec::new()));
        }
        self.note_told();
        let mut record = self.next_record(heap)?;
        record.visit += 1;
        record.steps += 1;
        if is_over {
            self.finish_text();
            record.status = Status::Completed;
            record.queue = crate::record::Queue::new();
            record.finished_us = Some(self.shared().tasks().now_us());
            record.http_status = record.http_status.or(Some(200));
        }
        let mut set = self.border.gather(heap)?;
        if self.shared().without.validation {
            set.expected.clear();
        }
        let (slot, time) = self.with_run(|run| (run.slot, run.time));
        set.step = Some(slot);
        let record = Arc::new(record);
        set.walkers.push(WalkerChange { slot, base: Base::At(time), record: record.clone() });
        let mut started = Vec::new();
        self.with_run(|run| {
            for child in &run.children {
                started.push(child.slot);
                let record = Arc::new(child.record.clone());
                set.walkers.push(WalkerChange { slot: child.slot, base: child.base, record });
            }
            set.output = run.lines_to_say();
            if run.journals.holds_something() {
                set.journals.push(JournalChange { walker: slot, branch: MAIN_LINE, journal: None });
            }
        });
        let output = set.output.len();
        match self.shared().store.commit(set) {
            Committed::Committed(time) => {
                let touched = self.border.touched.borrow().clone();
                self.border.settle(time);
                self.with_run(|run| {
                    run.children.clear();
                    run.journals.clear();
                    run.said.clear();
                    (run.record, run.time) = (record, time);
                    run.lost_on.clear();
                    for kept in &mut run.fields {
                        kept.dirty = false;
                    }
                });
                self.give_turns_back();
                self.border.prune(&touched);
                if self.has_shown.replace(false) {
                    self.shared().tasks().publish(slot, None);
                }
                if !started.is_empty() {
                    self.shared().tasks().start(&started);
                }
                Ok((if is_over { Ended::Walker } else { Ended::Next }, Vec::new()))
            }
            Committed::Lost(lost) => {
                // The lines were not written after all.
                self.with_run(|run| {
                    let kept = run.said.len() - output;
                    run.said.truncate(kept);
                });
                if !lost.walkers.is_empty() {
                    self.reread();
                    self.check_stop(heap)?;
                }
                Ok((Ended::Again, lost.places))
            }
            Committed::Taken(id) => Err(super::border::taken(heap, id)),
        }
    }

    /// The walker's record after this step, still running.
    fn next_record(&self, heap: &Heap) -> Outcome<WalkerRecord> {
        let fields = self.freeze_fields(heap)?;
        let reports = self.freeze_reports(heap)?;
        let (object, old) = self.with_run(|run| (run.object.clone(), run.record.clone()));
        let mut record = WalkerRecord::clone(&old);
        (record.fields, record.reports) = (fields, reports);
        record.shared = self.with_run(|run| run.shared.clone());
        let log = std::mem::take(walk(&object).queued.borrow_mut().get_or_insert_default());
        for (at, place) in &log {
            let Value::Instance(place) = place else { continue };
            let id = self.border.id_of(heap, place);
            self.with_run(|run| {
                if *at >= run.queue.len() { run.queue.push_back(id) } else { run.queue.insert(*at, [id]) }
            });
        }
        record.queue = self.with_run(|run| run.queue.clone());
        if random::take_used(heap) {
            let drawn = random_record(heap);
            self.with_run(|run| run.random = drawn);
        }
        record.random = self.with_run(|run| run.random.clone());
        if heap.take_globals_written() || self.globals_changed.get() {
            let changed = globals::changed(heap, &self.border, &self.globals, self.globals_owner.get())?;
            self.globals.borrow_mut().changed = changed.clone();
            self.globals_changed.set(true);
            record.globals = changed;
        }
        if let Some(schedule) = schedule_of(&object) {
            let written = self.border.written_schedule(heap, &schedule)?;
            (record.custom, record.progress) = (written.custom, written.progress);
            record.http_status = written.http_status;
        }
        Ok(record)
    }

    /// The step has lost: everything is as it was at its start, and it is run again.
    fn lose(&self, heap: &Heap, places: Vec<crate::store::Slot>) -> (Ended, Option<Failure>) {
        self.shared().tasks().ran_again();
        self.give_turns_back();
        let restored = self.restore(heap, places);
        match restored {
            Ok(()) => (Ended::Again, None),
            Err(raised) => (Ended::Walker, self.fail(heap, raised)),
        }
    }

    fn restore(&self, heap: &Heap, places: Vec<crate::store::Slot>) -> Outcome<()> {
        self.note_told();
        self.border.roll_back();
        let (object, record) = self.with_run(|run| {
            for place in places {
                if !run.lost_on.contains(&place) {
                    run.lost_on.push(place);
                }
            }
            for child in run.children.drain(..) {
                self.shared().store.release_walker(child.slot);
            }
            run.lines.clear();
            run.partial.clear();
            (run.object.clone(), run.record.clone())
        });
        self.border.move_view();
        self.restore_fields(heap, &object, &record)?;
        // Also where the step has not drawn any: the attempt before this one may have.
        set_random(heap, &record.random);
        let own = walk(&object);
        let ignored = self.with_run(|run| run.ignored);
        own.ignores.borrow_mut().truncate(ignored);
        let reports = record.reports.len();
        own.reports.borrow_mut().truncate(reports);
        own.queued.borrow_mut().get_or_insert_default().clear();
        self.with_run(|run| {
            run.queue = record.queue.clone();
            run.reports = record.reports.clone();
            run.random = record.random.clone();
        });
        self.fill_queue(heap)?;
        if let Some(schedule) = schedule_of(&object) {
            self.restore_schedule(heap, &schedule, &record)?;
        }
        if heap.take_globals_written() || self.globals_changed.get() {
            globals::unbind(heap, &self.border.shared.catalog, &mut self.globals.borrow_mut());
            self.globals.borrow_mut().changed = record.globals.clone();
            self.globals_changed.set(matches!(&record.globals, Record::Dict(changed) if !changed.is_empty()));
            globals::set_statics(heap, &self.border, &self.globals)?;
        }
        Ok(())
    }

    pub(super) fn restore_schedule(
        &self,
        heap: &Heap,
        schedule: &Ref<Native>,
        record: &WalkerRecord,
    ) -> Outcome<()> {
        let custom = self.border.meet(0, || thaw::thaw(heap, &self.border, &record.custom))?;
        schedule.edit(|own: &mut Schedule| {
            own.custom = custom;
            own.http_status = record.http_status.map_or(Value::None, |n| Value::Int(i64::from(n)));
            own.progress = record.progress.map_or(Value::None, Value::float);
        });
        Ok(())
    }

    pub(super) fn give_turns_back(&self) {
        let held = |run: &mut Run| std::mem::take(&mut run.has_turns).then_some(run.slot);
        let held = self.run.borrow_mut().as_mut().and_then(held);
        if let Some(slot) = held {
            let ready = self.shared().store.leave_turns(slot);
            if !ready.is_empty() {
                self.shared().tasks().turns_free(ready);
            }
        }
    }
}

/// The state of the walker's random numbers as a record: words, how many are used, what is kept.
fn random_record(heap: &Heap) -> Record {
    let Some(state) = random::state(heap) else { return Record::None };
    let words: Vec<u8> = state.words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let kept = state.gauss_next.map_or(Record::None, Record::Float);
    Record::tuple([Record::bytes(words), Record::Int(i64::from(state.index)), kept])
}

fn set_random(heap: &Heap, record: &Record) {
    let parts = if let Record::Tuple(parts) = record { Some(parts) } else { None };
    let state = parts.and_then(|parts| match (parts.get(0), parts.get(1), parts.get(2)) {
        (Some(Record::Bytes(words)), Some(Record::Int(index)), kept) => Some(State {
            words: words.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect(),
            index: u32::try_from(*index).unwrap_or(0),
            gauss_next: if let Some(Record::Float(kept)) = kept { Some(*kept) } else { None },
        }),
        _ => None,
    });
    random::set_state(heap, state.as_ref());
}
