//! Steps: a visit of an async walker, with all abilities that it triggers, as one commit.
//!
//! Owns when a step begins, commits, is run again because it lost, and fails; and the order of steps in
//! the life of a walker. It refuses to know which walker runs when, and what a store does.

use std::rc::Rc;
use std::sync::Arc;

use super::border::{Ids, Owner};
use super::dispatch::schedule_of;
use super::freeze::{Stuck, freeze, plain};
use super::globals::{self, Own};
use super::schedule::Schedule;
use super::shared::{Failure, Park, Stop, Wake};
use super::thaw;
use super::walker::{Kept, Run, WalkerHost, walk};
use crate::coroutine::Suspender;
use crate::diagnostics::traceback_text;
use crate::eval::{self, Program, spawn};
use crate::graph;
use crate::record::{Id, ListRecord, Record};
use crate::store::{
    Base, ChangeSet, Fields, JournalChange, MAIN_LINE, Outcome as Committed, Status, WalkerChange, WalkerRecord,
    WalkerSlot,
};
use crate::value::{BuiltinType, ErrorKind, Heap, Instance, Native, Outcome, Raised, Ref, Value};

/// How a step ended.
enum Ended {
    /// Committed, and the walker goes on.
    Next,
    /// Committed, or failed: nothing is left to do, until somebody tries again.
    Walker,
    /// Lost: run it again.
    Again,
}

/// The longest wait before a retry.
const LONGEST_BACKOFF_MS: u64 = 3_600_000;

/// The life of an isolate: one walker after the other, as the messages say.
pub fn run_isolate(host: Rc<WalkerHost>, program: Program, suspender: Suspender<'_, Wake, Park>, first: Wake) {
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
        self.use_globals(heap, &record)?;
        let class = self.border.shared.catalog.class(heap, &record.dispatch.class)?;
        let object = eval::new_instance(heap, &class);
        object.edit_extra(|extra| extra.id = record.id.0);
        let fields = self.thaw_fields(heap, &object, &record)?;
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
            journal: self.shared().store.journal(slot, MAIN_LINE),
            position: 0,
            has_turns: false,
            random: record.random.clone(),
            record: record.clone(),
        };
        *self.run.borrow_mut() = Some(run);
        self.border.views.borrow_mut().insert(record.id.0, object.clone());
        self.border.meet_root(heap);
        for report in record.reports.iter() {
            let report = thaw::thaw(heap, &self.border, report)?;
            walk(&object).reports.borrow_mut().push(report);
        }
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
        globals::unbind(heap, &mut self.globals.borrow_mut());
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
        let result = self.visit(heap);
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
        let (slot, lost_on) = self.with_run(|run| (run.slot, run.lost_on.clone()));
        while !lost_on.is_empty() && !self.shared().store.take_turns(slot, &lost_on) {
            self.stop_for(heap, Park::Turn)?;
        }
        self.with_run(|run| run.has_turns = !lost_on.is_empty());
        self.check_stop(heap)?;
        self.border.move_view();
        let run_at_start = self.with_run(|run| {
            (run.position, run.silent) = (0, 0);
            run.lines.clear();
            run.ignored = walk(&run.object).ignores.borrow().len();
            (run.id, run.record.visit, run.journal.cut_at(0), run.record.status)
        });
        let (walker, visit, cut, status) = run_at_start;
        *self.border.ids.borrow_mut() = Ids::Derived { walker, visit, ordinal: 0, cut };
        if status == Status::Pending { self.mark_running(heap) } else { Ok(true) }
    }

    fn mark_running(&self, _heap: &Heap) -> Outcome<bool> {
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
        self.check_stop(heap)?;
        if self.with_run(|run| run.journal.has_start_from(run.position)) {
            // This run ended before its journal did, and what only the rest had stored is not found again.
            self.cut(heap).or_else(|raised| {
                if self.run_again.get() { heap.catch_any(raised, &[ErrorKind::CancelledError]).map(drop) } else { Err(raised) }
            })?;
            if self.run_again.replace(false) {
                return Ok((Ended::Again, Vec::new()));
            }
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
            if !run.journal.is_empty() {
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
                    (run.journal, run.position) = (crate::store::Journal::default(), 0);
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
            Committed::Taken(id) => Err(heap.runtime_error(format!("the id {id} is taken"))),
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
        record.random = self.with_run(|run| run.random.clone());
        if heap.take_globals_written() || self.globals_changed.get() {
            let changed = globals::changed(heap, &self.border, &self.globals, self.globals_owner.get())?;
            self.globals.borrow_mut().changed = changed.clone();
            self.globals_changed.set(true);
            record.globals = changed;
        }
        if let Some(schedule) = schedule_of(heap, &object) {
            let written = self.border.written_schedule(heap, &schedule)?;
            (record.custom, record.progress) = (written.custom, written.progress);
            record.http_status = written.http_status;
        }
        Ok(record)
    }

    /// The step has lost: everything is as it was at its start, and it is run again.
    fn lose(&self, heap: &Heap, places: Vec<crate::store::Slot>) -> (Ended, Option<Failure>) {
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
        if let Some(schedule) = schedule_of(heap, &object) {
            self.restore_schedule(heap, &schedule, &record)?;
        }
        if heap.take_globals_written() || self.globals_changed.get() {
            globals::unbind(heap, &mut self.globals.borrow_mut());
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

    // ---- the walker's own fields

    fn thaw_fields(
        &self,
        heap: &Heap,
        object: &Ref<Instance>,
        record: &WalkerRecord,
    ) -> Outcome<Vec<Kept>> {
        let class = object.class().clone();
        let mut made = thaw::Made::default();
        let mut fields = Vec::with_capacity(record.fields.len());
        for (position, (name, stored)) in record.fields.iter().enumerate() {
            let owner = self.border.new_owner(Owner::Walker { field: position as u16 });
            let value = self.border.meet(owner, || {
                thaw::thaw_shared(heap, &self.border, stored, &record.shared, &mut made)
            })?;
            self.border.crown(owner, &value);
            let slot = class.slot(crate::value::Symbol::new(name)).filter(|slot| *slot >= class.hidden);
            fields.push(Kept {
                slot: slot.unwrap_or(u16::MAX),
                name: name.clone(),
                record: stored.clone(),
                address: address(&value),
                owner,
                compare: self.border.met_unwatched(),
                changed: false,
                inside: false,
                dirty: false,
            });
            match slot {
                Some(slot) => object.set_slot(slot, value).discard(),
                None => object.dict_or_new(heap).set_str(name, value),
            }
        }
        self.border.told.take();
        Ok(fields)
    }

    /// The walker's fields as records: only what has changed is frozen again. Raises TypeError for what
    /// cannot be kept.
    pub(super) fn freeze_fields(&self, heap: &Heap) -> Outcome<Fields> {
        let (object, is_joint) = self.with_run(|run| (run.object.clone(), run.is_joint));
        if is_joint {
            return self.freeze_jointly(heap, &object);
        }
        let class = object.class().clone();
        let mut at = 0;
        let mut changed = false;
        loop {
            let next = self.with_run(|run| {
                run.fields.get(at).map(|kept| {
                    (kept.slot, kept.name.clone(), kept.address, kept.owner, kept.compare, kept.changed, kept.inside)
                })
            });
            let Some((slot, name, old_address, owner, compare, told, inside)) = next else { break };
            let value = match slot {
                u16::MAX => object.dict().and_then(|dict| dict.get_str(&name)).unwrap_or_default(),
                slot => object.slot(slot).clone(),
            };
            let now = address(&value);
            let plainly = plain(&value);
            let is_same = plainly.is_none() && now == old_address && !told && !compare;
            if !is_same {
                let record = match plainly {
                    Some(record) => record,
                    None if value.is_unbound() => Record::None,
                    None => self.freeze_own(heap, at, &value, owner, now == old_address && !inside && !compare)?,
                };
                let compare = self.border.met_unwatched();
                self.with_run(|run| {
                    let kept = &mut run.fields[at];
                    kept.dirty |= told || now != old_address || kept.record != record;
                    kept.changed = false;
                    kept.inside = false;
                    kept.address = now;
                    kept.compare = now != 0 && compare;
                    kept.record = record;
                });
            }
            changed |= self.with_run(|run| run.fields[at].dirty);
            at += 1;
        }
        changed |= self.add_new_fields(heap, &object, &class)?;
        if self.border.take_met_foreign() {
            self.with_run(|run| run.is_joint = true);
            return self.freeze_jointly(heap, &object);
        }
        if !changed {
            return Ok(self.with_run(|run| run.record.fields.clone()));
        }
        Ok(self.with_run(|run| {
            run.fields.iter().map(|kept| (kept.name.clone(), kept.record.clone())).collect()
        }))
    }

    /// All fields at once: some hold the same container, and go on doing so.
    fn freeze_jointly(&self, heap: &Heap, object: &Ref<Instance>) -> Outcome<Fields> {
        let (fields, shared) = self.border.freeze_walker(heap, object)?;
        self.with_run(|run| {
            run.shared = shared;
            for kept in &mut run.fields {
                kept.dirty = true;
                kept.compare = true;
            }
        });
        Ok(fields)
    }

    fn freeze_own(&self, heap: &Heap, at: usize, value: &Value, owner: u32, may_grow: bool) -> Outcome<Record> {
        if may_grow {
            let old = self.with_run(|run| run.fields[at].record.clone());
            if let Some(record) = self.border.grown(heap, owner, value, &old) {
                return Ok(record);
            }
        }
        let frozen = self.border.meet(owner, || freeze(heap, &self.border, value));
        match frozen {
            Ok(record) => {
                self.border.crown(owner, value);
                Ok(record)
            }
            Err(Stuck(what)) => {
                let (name, class) = self.with_run(|run| {
                    (run.fields[at].name.clone(), run.object.class().name.as_str().to_owned())
                });
                Err(heap.type_error(format!(
                    "the field `{name}` of the async walker `{class}` holds a {what}, which belongs to one run and cannot be kept"
                )))
            }
        }
    }

    /// Fields that the walker did not have when it was stored last.
    fn add_new_fields(
        &self,
        heap: &Heap,
        object: &Ref<Instance>,
        class: &Ref<crate::value::Class>,
    ) -> Outcome<bool> {
        let known = self.with_run(|run| run.fields.len());
        let total = class.slots().filter(|(_, slot)| *slot >= class.hidden).count();
        let extra = object.dict().map_or(0, |dict| dict.len());
        if known >= total + extra {
            return Ok(false);
        }
        let mut new: Vec<(u16, Arc<str>, Value)> = Vec::new();
        for (name, slot) in class.slots().filter(|(_, slot)| *slot >= class.hidden) {
            let value = object.slot(slot);
            if !value.is_unbound() && !self.with_run(|run| run.fields.iter().any(|kept| kept.slot == slot)) {
                new.push((slot, Arc::from(name.name()), value.clone()));
            }
        }
        if let Some(dict) = object.dict() {
            for (key, value) in dict.pairs() {
                let Value::Str(key) = key else { continue };
                let is_known = self.with_run(|run| run.fields.iter().any(|kept| *kept.name == *key.as_str()));
                if !is_known {
                    new.push((u16::MAX, Arc::from(key.as_str()), value));
                }
            }
        }
        let found = !new.is_empty();
        for (slot, name, value) in new {
            let at = self.with_run(|run| run.fields.len());
            let owner = self.border.new_owner(Owner::Walker { field: at as u16 });
            self.with_run(|run| {
                run.fields.push(Kept {
                    slot,
                    name,
                    record: Record::None,
                    address: address(&value),
                    owner,
                    compare: false,
                    changed: false,
                    inside: false,
                    dirty: true,
                });
            });
            let record = match plain(&value) {
                Some(record) => record,
                None => self.freeze_own(heap, at, &value, owner, false)?,
            };
            let compare = self.border.met_unwatched();
            self.with_run(|run| {
                run.fields[at].record = record;
                run.fields[at].compare = compare && address(&value) != 0;
            });
        }
        Ok(found)
    }

    fn restore_jointly(
        &self,
        heap: &Heap,
        object: &Ref<Instance>,
        record: &WalkerRecord,
    ) -> Outcome<()> {
        for kept in self.with_run(|run| std::mem::take(&mut run.fields)) {
            self.border.give_owner_back(kept.owner);
        }
        let class = object.class();
        for slot in class.hidden..class.slot_count {
            object.set_slot(slot, Value::Unbound).discard();
        }
        if let Some(dict) = object.dict() {
            dict.clear_all();
        }
        let fields = self.thaw_fields(heap, object, record)?;
        self.with_run(|run| {
            run.fields = fields;
            run.shared = record.shared.clone();
        });
        Ok(())
    }

    fn restore_fields(&self, heap: &Heap, object: &Ref<Instance>, record: &WalkerRecord) -> Outcome<()> {
        if self.with_run(|run| run.is_joint) {
            return self.restore_jointly(heap, object, record);
        }
        let count = record.fields.len();
        let extra: Vec<Kept> = self.with_run(|run| run.fields.split_off(count.min(run.fields.len())));
        for kept in extra {
            match kept.slot {
                u16::MAX => drop(object.dict().and_then(|dict| dict.remove_str(&kept.name))),
                slot => object.set_slot(slot, Value::Unbound).discard(),
            }
            self.border.give_owner_back(kept.owner);
        }
        for (at, (name, stored)) in record.fields.iter().enumerate() {
            let (slot, owner) = self.with_run(|run| (run.fields[at].slot, run.fields[at].owner));
            let old = match slot {
                u16::MAX => object.dict().and_then(|dict| dict.get_str(name)).unwrap_or_default(),
                slot => object.slot(slot).clone(),
            };
            let untouched = self.with_run(|run| {
                let kept = &run.fields[at];
                !kept.changed && !kept.dirty && !kept.compare && kept.address == address(&old)
                    && kept.address != 0
            });
            if untouched {
                continue;
            }
            let value = self.border.meet(owner, || match stored {
                Record::Shared(_) => thaw::thaw_shared(
                    heap,
                    &self.border,
                    stored,
                    &record.shared,
                    &mut thaw::Made::default(),
                ),
                _ => thaw::refresh(heap, &self.border, &old, stored),
            })?;
            self.border.crown(owner, &value);
            let compare = self.border.met_unwatched();
            self.with_run(|run| {
                let kept = &mut run.fields[at];
                kept.record = stored.clone();
                kept.address = address(&value);
                kept.compare = compare && kept.address != 0;
                (kept.changed, kept.inside, kept.dirty) = (false, false, false);
            });
            match slot {
                u16::MAX => object.dict_or_new(heap).set_str(name, value),
                slot => object.set_slot(slot, value).discard(),
            }
        }
        self.border.told.take();
        Ok(())
    }

    /// What the walker has reported; what is new is frozen.
    pub(super) fn freeze_reports(&self, heap: &Heap) -> Outcome<ListRecord> {
        let object = self.with_run(|run| run.object.clone());
        let mut reports = self.with_run(|run| run.reports.clone());
        let new: Vec<Value> =
            walk(&object).reports.borrow().get(reports.len()..).map(<[Value]>::to_vec).unwrap_or_default();
        for report in &new {
            let record = self.border.meet(0, || freeze(heap, &self.border, report));
            reports.push(record.map_err(|Stuck(what)| {
                heap.type_error(format!("a {what} cannot be reported by an async walker"))
            })?);
        }
        self.with_run(|run| run.reports = reports.clone());
        Ok(reports)
    }

    /// Text without a line break is a line at the end of the walker.
    fn finish_text(&self) {
        self.with_run(|run| {
            let rest = std::mem::take(&mut run.partial);
            if !rest.is_empty() {
                let line = crate::store::OutputLine { stream: crate::store::Stream::Stdout, text: rest.into() };
                run.lines.push(line);
            }
        });
    }

    // ---- failing

    /// An exception has left the step: its graph changes and unstarted children go; the walker's own fields
    /// stay as they are, since they tell how far it got.
    fn fail(&self, heap: &Heap, raised: Raised) -> Option<Failure> {
        let error = heap.catch(raised, None);
        self.run_again.set(false);
        self.note_told();
        let fields = self.freeze_fields(heap).map_err(|raised| drop(heap.catch(raised, None)));
        let reports = self.freeze_reports(heap).map_err(|raised| drop(heap.catch(raised, None)));
        let object = self.with_run(|run| run.object.clone());
        let written = schedule_of(heap, &object).and_then(|schedule| {
            self.border
                .written_schedule(heap, &schedule)
                .map_err(|raised| drop(heap.catch(raised, None)))
                .ok()
        });
        self.border.roll_back();
        self.give_turns_back();
        for child in self.with_run(|run| std::mem::take(&mut run.children)) {
            self.shared().store.release_walker(child.slot);
        }
        self.finish_text();
        let (slot, class) = self.with_run(|run| (run.slot, run.object.class().name.as_str().to_owned()));
        loop {
            let Some((time, newest)) = self.shared().store.walker(slot) else { return None };
            let mut record = WalkerRecord::clone(&newest);
            let attempt = self.ending(heap, &error, &mut record);
            if attempt.is_final {
                if let Ok(fields) = &fields {
                    record.shared = self.with_run(|run| run.shared.clone());
                    record.fields = fields.clone();
                }
                if let Ok(reports) = &reports {
                    record.reports = reports.clone();
                }
                if let Some(written) = &written {
                    record.custom = written.custom.clone();
                    record.progress = written.progress;
                    record.http_status = written.http_status.or(record.http_status);
                }
            }
            let mut set = ChangeSet::default();
            let journal = self.with_run(|run| run.journal.renewed());
            let journal = (!attempt.is_final).then_some(journal);
            set.journals.push(JournalChange { walker: slot, branch: MAIN_LINE, journal });
            set.output = self.with_run(|run| std::mem::take(&mut run.lines));
            let said = self.with_run(|run| std::mem::take(&mut run.silent));
            if said > 0 && set.output.len() >= said {
                set.output.drain(..said);
            }
            set.walkers.push(WalkerChange { slot, base: Base::At(time), record: Arc::new(record) });
            match self.shared().store.commit(set) {
                Committed::Committed(_) => {
                    let report = attempt.report;
                    return report.map(|report| Failure { class, report });
                }
                Committed::Lost(_) => {}
                Committed::Taken(_) => return None,
            }
        }
    }

    /// How an attempt ends: what of it goes into the record.
    fn ending(&self, heap: &Heap, error: &Ref<Instance>, record: &mut WalkerRecord) -> Attempt {
        let now = self.shared().tasks().now_us();
        let stop = self.stop_raised.get();
        let is_cancel = heap.is_error(error, ErrorKind::CancelledError);
        if stop == Some(Stop::Cancelled) && is_cancel || self.is_over.get() {
            record.status = Status::Cancelled;
            record.finished_us = Some(now);
            return Attempt { is_final: true, report: None };
        }
        let may_retry = record.attempts < record.dispatch.retries && stop != Some(Stop::TimedOut);
        let report = if stop == Some(Stop::TimedOut) && is_cancel {
            let seconds = record.dispatch.timeout_ms.unwrap_or(0) as f64 / 1000.0;
            let message = format!("the async walker took longer than {seconds} seconds");
            let late = heap.new_error(ErrorKind::TimeoutError, vec![Value::str(message)]);
            record.exception =
                freeze(heap, &self.border, &Value::Instance(late.clone())).unwrap_or_default();
            super::report::uncaught(heap, &late)
        } else {
            record.exception =
                freeze(heap, &self.border, &Value::Instance(error.clone())).unwrap_or_default();
            super::report::uncaught(heap, error)
        };
        if may_retry {
            let doubled = record.dispatch.backoff_ms.saturating_mul(1 << record.attempts.min(30));
            let longest = doubled.min(LONGEST_BACKOFF_MS);
            // Up to a quarter more or less, so that walkers that failed together do not come back together.
            let jitter = (self.shared().tasks().entropy() % 512) as i64 - 256;
            let wait = longest as i64 * (1024 + jitter) / 1024;
            record.attempts += 1;
            record.status = Status::Pending;
            record.due_us = now + wait.min(LONGEST_BACKOFF_MS as i64) * 1000;
            return Attempt { is_final: false, report: None };
        }
        record.status = Status::Failed;
        record.finished_us = Some(now);
        record.http_status = Some(500);
        let message = if report.message.is_empty() {
            report.exception_type.clone()
        } else {
            format!("{}: {}", report.exception_type, report.message)
        };
        record.error = Some(format!("{message}\n{}", traceback_text(&report)).into());
        Attempt { is_final: true, report: Some(report) }
    }

    /// A walker whose record could not even be thawed.
    fn fail_unread(&self, heap: &Heap, slot: WalkerSlot, raised: Raised) -> Option<Failure> {
        if self.run.borrow().is_some() {
            return self.fail(heap, raised);
        }
        let error = heap.catch(raised, None);
        let (time, newest) = self.shared().store.walker(slot)?;
        let mut record = WalkerRecord::clone(&newest);
        let class = record.dispatch.class.to_string();
        let attempt = self.ending(heap, &error, &mut record);
        let mut set = ChangeSet::default();
        set.walkers.push(WalkerChange { slot, base: Base::At(time), record: Arc::new(record) });
        self.shared().store.commit(set);
        attempt.report.map(|report| Failure { class, report })
    }
}

/// An attempt that has ended.
struct Attempt {
    is_final: bool,
    report: Option<crate::diagnostics::UncaughtReport>,
}

/// The address of a container; 0 for plain data.
fn address(value: &Value) -> usize {
    match value {
        Value::Str(_) | Value::Big(_) | Value::Bytes(_) | Value::Range(_) => 0,
        value => value.tracked_header().map_or(0, |at| at.as_ptr() as usize),
    }
}
