//! An async walker's isolate: how a walker's code reaches the world from inside of a step.
//!
//! Owns the host of such an isolate, and what is kept of the walker that it runs: its object, its record,
//! what the running step has written, printed and spawned. When a step begins, commits, loses or fails is
//! in `step`; what its waits are answered is in `waits`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::border::{Border, Owner};
use super::dispatch::{Prepared, schedule_of};
use super::globals::{self, Own};
use super::journals::Journals;
use super::main_program::{id_value, named_walker, task_arguments, time_limit};
use super::schedule::{self, Schedule};
use super::shared::{Live, Park, Shared, Stop, Wake};
use super::world::undelivered;
use crate::code::{GlobalId, Symbol};
use crate::coroutine::ParkSlot;
use crate::eval::Host;
use crate::eval::flow::{self, Pause};
use crate::graph::{self, flag};
use crate::record::{Id, ListRecord, Queue, Record, Reference};
use crate::store::{OutputLine, Slot, Stream, Time, WalkerRecord, WalkerSlot};
use crate::value::heap::signal;
use crate::value::{BuiltinType, ErrorKind, Heap, Instance, Native, Outcome, Ref, Value};

/// A field of the running walker as it was stored last.
pub(super) struct Kept {
    pub(super) slot: u16,
    pub(super) name: Arc<str>,
    pub(super) record: Record,
    /// The address of the container that the record was made from; 0 for plain data.
    pub(super) address: usize,
    pub(super) owner: u32,
    /// It holds something whose changes nobody is told of.
    pub(super) compare: bool,
    /// Its container has told of changes since.
    pub(super) changed: bool,
    pub(super) inside: bool,
    /// The record is newer than the walker's.
    pub(super) dirty: bool,
}

/// The walker that runs, and its step.
pub(super) struct Run {
    pub(super) slot: WalkerSlot,
    pub(super) id: Id,
    pub(super) record: Arc<WalkerRecord>,
    pub(super) time: Time,
    pub(super) object: Ref<Instance>,
    pub(super) fields: Vec<Kept>,
    pub(super) queue: Queue,
    pub(super) reports: ListRecord,
    pub(super) ignored: usize,
    /// Nodes on which the step has lost.
    /// Fields share containers: they are frozen together.
    pub(super) is_joint: bool,
    pub(super) shared: ListRecord,
    pub(super) lost_on: Vec<Slot>,
    pub(super) children: Vec<Prepared>,
    pub(super) lines: Vec<OutputLine>,
    pub(super) partial: String,
    /// Lines of this step that are out, and how many of them this run of it has written again.
    pub(super) said: Vec<OutputLine>,
    pub(super) silent: usize,
    pub(super) journals: Journals,
    pub(super) has_turns: bool,
    pub(super) random: Record,
}

/// The host of an async walker's isolate.
pub struct WalkerHost {
    pub(super) border: Border,
    pub(super) park: ParkSlot<Wake, Park>,
    pub(super) run: RefCell<Option<Run>>,
    pub(super) globals: RefCell<Own>,
    pub(super) globals_owner: Cell<u32>,
    pub(super) globals_changed: Cell<bool>,
    /// The run is over: whoever waits is to leave.
    pub(super) is_over: Cell<bool>,
    /// Why the walker was told to stop, once it was told.
    pub(super) stop_raised: Cell<Option<Stop>>,
    /// How often the stop had been asked for when it was raised in this step.
    pub(super) stops_seen: Cell<u32>,
    pub(super) started: Cell<Duration>,
    /// The step has asked for something new too often: it fails, whatever its code makes of that.
    pub(super) is_exhausted: Cell<bool>,
    /// The step is to be left and run again.
    pub(super) run_again: Cell<bool>,
    /// Others have been shown fields that are newer than the record.
    pub(super) has_shown: Cell<bool>,
}

impl WalkerHost {
    pub fn new(shared: Arc<Shared>) -> WalkerHost {
        let border = Border::new(shared);
        border.opened.set(true);
        let globals = Own::new(&border, Record::None, Record::dict([]));
        WalkerHost {
            globals_owner: Cell::new(border.globals_owner()),
            globals: RefCell::new(globals),
            globals_changed: Cell::new(false),
            border,
            // SAFETY: one slot per isolate; isolates never resume one another.
            park: unsafe { ParkSlot::new() },
            run: RefCell::default(),
            is_over: Cell::new(false),
            stop_raised: Cell::new(None),
            stops_seen: Cell::new(0),
            started: Cell::default(),
            is_exhausted: Cell::new(false),
            run_again: Cell::new(false),
            has_shown: Cell::new(false),
        }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.border.shared
    }

    pub(super) fn with_run<T>(&self, work: impl FnOnce(&mut Run) -> T) -> T {
        work(self.run.borrow_mut().as_mut().expect("the host of a walker's code has a walker"))
    }

    /// Gives the thread back until something has come. Raises when the walker is to stop.
    pub(super) fn stop_for(&self, heap: &Heap, park: Park) -> Outcome<()> {
        self.border.let_go();
        if let Ok(Wake::End) = self.park.park(park) {
            self.is_over.set(true);
        }
        self.started.set(self.shared().tasks().monotonic());
        self.check_stop(heap)
    }

    /// Raises CancelledError if the walker is to stop and has not been told in this step.
    pub(super) fn check_stop(&self, heap: &Heap) -> Outcome<()> {
        let Some(slot) = self.run.borrow().as_ref().map(|run| run.slot) else { return Ok(()) };
        let stop = if self.is_over.get() {
            Some((Stop::Cancelled, u32::MAX))
        } else {
            self.shared().tasks().stop_reason(slot)
        };
        // Once per step, and once more each time that somebody asks again: `finally` can do its work.
        let Some((stop, times)) = stop.filter(|(_, times)| self.stops_seen.get() != *times) else {
            return Ok(());
        };
        if flow::current(heap) != flow::MAIN {
            // It is for the main line, which finds it when this one gives way.
            heap.signals.raise(signal::CANCEL);
            return Ok(());
        }
        self.stops_seen.set(times);
        self.stop_raised.set(Some(stop));
        Err(heap.error_with(ErrorKind::CancelledError, Vec::new()))
    }

    /// The walker's own data as it is now.
    pub(super) fn live(&self, heap: &Heap) -> Option<Live> {
        self.note_told();
        let object = self.run.borrow().as_ref().map(|run| run.object.clone())?;
        let fields = self.freeze_fields(heap).ok()?;
        let reports = self.freeze_reports(heap).ok()?;
        let mut live = self.with_run(|run| Live {
            fields,
            shared: run.shared.clone(),
            reports,
            http_status: run.record.http_status,
            custom: run.record.custom.clone(),
            progress: run.record.progress,
        });
        if let Some(schedule) = schedule_of(&object)
            && let Ok(written) = self.border.written_schedule(heap, &schedule)
        {
            live.http_status = written.http_status.or(live.http_status);
            (live.custom, live.progress) = (written.custom, written.progress);
        }
        Some(live)
    }

    pub(super) fn publish(&self, heap: &Heap) {
        if heap.peek_raised().is_some() || self.run.borrow().is_none() {
            return;
        }
        if let Some(live) = self.live(heap) {
            let slot = self.with_run(|run| run.slot);
            self.has_shown.set(true);
            self.shared().tasks().publish(slot, Some(live));
        }
    }

    /// Notes which of the walker's own containers have told of changes.
    pub(super) fn note_told(&self) {
        for (owner, inside) in self.border.collect_told() {
            match owner {
                Owner::Walker { field } => self.with_run(|run| {
                    if let Some(kept) = run.fields.get_mut(usize::from(field)) {
                        kept.changed = true;
                        kept.inside |= inside;
                    }
                }),
                Owner::Globals => self.globals_changed.set(true),
                Owner::Nobody | Owner::Node { .. } => {}
            }
        }
    }

    fn dispatch(
        &self,
        heap: &Heap,
        walker: &Ref<Instance>,
        places: &[Ref<Instance>],
        due_us: Option<i64>,
    ) -> Outcome {
        let is_own = self.with_run(|run| run.object.same(walker));
        let is_child =
            |id: u128| self.with_run(|run| run.children.iter().any(|child| child.record.id.0 == id));
        let id = walker.with_extra(|extra| extra.id).unwrap_or(0);
        if is_own || (id != 0 && is_child(id)) {
            return Err(heap.runtime_error(format!(
                "the async walker `{}` has not ended: it can be spawned again when it has",
                walker.class().name.as_str()
            )));
        }
        let globals = self.snapshot_of_globals(heap)?;
        let parent = self.with_run(|run| run.id);
        let prepared = self.border.prepare(heap, walker, places, globals, due_us, Some(parent))?;
        let reference = prepared.record.reference();
        self.with_run(|run| run.children.push(prepared));
        self.border.make_view(walker, reference.id.0);
        Ok(id_value(&reference))
    }

    /// What a child starts with: the walker's globals as they are.
    fn snapshot_of_globals(&self, heap: &Heap) -> Outcome<Record> {
        self.note_told();
        if heap.take_globals_written() {
            self.globals_changed.set(true);
        }
        let own = self.globals.borrow();
        let unchanged = matches!(&own.changed, Record::Dict(changed) if changed.is_empty());
        if unchanged && !self.globals_changed.get() {
            return Ok(own.snapshot.clone());
        }
        drop(own);
        // All that the walker has not touched yet is needed now.
        for variable in &self.shared().catalog.mentioned {
            if heap.global(variable.id).is_unbound() {
                let owner = self.globals_owner.get();
                let thawed = globals::thaw_global(heap, &self.border, &self.globals, owner, variable.id);
                if let Err(raised) = thawed {
                    heap.catch_any(raised, &[ErrorKind::TypeError])?;
                }
            }
        }
        let ran = self.globals.borrow().modules().to_vec();
        Ok(globals::snapshot(heap, &self.border, self.globals_owner.get(), &ran).0)
    }

    /// Whether an id is that of a child that has not started: it starts now.
    fn start_if_child(&self, heap: &Heap, id: u128) -> Outcome<()> {
        let is_child = self.with_run(|run| run.children.iter().any(|child| child.record.id.0 == id));
        if is_child { self.start_children(heap) } else { Ok(()) }
    }

    /// The walker that is waited for. Its start, if it is a child of this step, comes first.
    fn awaited(&self, heap: &Heap, value: &Value) -> Outcome<Option<WalkerSlot>> {
        self.start_if_child(heap, named_id(value))?;
        named_walker(heap, &self.border, value)
    }

    /// A view of a walker that may be a child of this step.
    fn look_first(&self, heap: &Heap, walker: &Ref<Instance>) -> Outcome<()> {
        let id = walker.with_extra(|extra| extra.id).unwrap_or(0);
        self.start_if_child(heap, id)
    }

    fn own_schedule(&self, heap: &Heap, name: &str, own: Value) -> Outcome {
        let (record, mine) = self.with_run(|run| (run.record.clone(), run.object.clone()));
        match name {
            "custom" | "progress" => Ok(own),
            "http_status" if !own.is_none() => Ok(own),
            "status" => Ok(Value::str("running")),
            "reports" => Ok(crate::eval::spawn::reports(heap, &mine).unwrap_or(Value::None)),
            _ => self.border.record_field(heap, &record, name),
        }
    }

    /// Adds text to the step's lines.
    fn add_text(&self, stream: Stream, text: &str) {
        self.with_run(|run| {
            let mut rest = text;
            while let Some((line, more)) = rest.split_once('\n') {
                let mut whole = std::mem::take(&mut run.partial);
                whole.push_str(line);
                run.lines.push(OutputLine { stream, text: whole.into() });
                rest = more;
            }
            run.partial.push_str(rest);
        });
    }
}

impl Host for Rc<WalkerHost> {
    fn write(&self, _heap: &Heap, text: &str) -> Outcome<()> {
        self.add_text(Stream::Stdout, text);
        Ok(())
    }
    fn write_error(&self, _heap: &Heap, text: &str) -> Outcome<()> {
        self.add_text(Stream::Stderr, text);
        Ok(())
    }
    fn flush(&self, _heap: &Heap) -> Outcome<()> {
        Ok(())
    }
    fn read_line(&self, heap: &Heap) -> Outcome<Option<String>> {
        Err(heap.runtime_error("an async walker cannot read standard input: it belongs to the main program"))
    }
    fn now(&self, heap: &Heap) -> Outcome<f64> {
        match self.answer_now(heap, "now", || Record::Float(self.shared().tasks().now_us() as f64 / 1e6))? {
            Record::Float(seconds) => Ok(seconds),
            _ => Ok(0.0),
        }
    }
    fn monotonic(&self, heap: &Heap) -> Outcome<Duration> {
        let ask = || Record::Int(self.shared().tasks().monotonic().as_nanos() as i64);
        match self.answer_now(heap, "monotonic", ask)? {
            Record::Int(nanos) => Ok(Duration::from_nanos(nanos as u64)),
            _ => Ok(Duration::ZERO),
        }
    }
    fn sleep(&self, heap: &Heap, time: Duration) -> Outcome<()> {
        self.sleep_in_step(heap, time)
    }
    fn pause(&self, heap: &Heap, pauses: &[Pause]) -> Outcome<()> {
        self.pause_for(heap, pauses)
    }
    fn is_over(&self, pause: &Pause) -> bool {
        self.has_come(pause)
    }
    fn line_ends_within(&self, heap: &Heap, line: u32, time: Duration) -> Outcome<bool> {
        self.line_in_step(heap, line, time)
    }
    fn line_goes_on(&self, _heap: &Heap, line: u32) {
        self.switch_line(line);
    }
    fn entropy(&self, heap: &Heap) -> Outcome<u64> {
        match self.answer_now(heap, "entropy", || Record::Int(self.shared().tasks().entropy() as i64))? {
            Record::Int(bits) => Ok(bits as u64),
            _ => Ok(0),
        }
    }
    fn fresh_id(&self, _heap: &Heap, class: &str) -> u128 {
        self.border.new_id(class).0
    }
    fn arguments(&self) -> Vec<String> {
        self.shared().arguments.clone()
    }
    fn safe_point(&self, heap: &Heap, flags: u32) -> Outcome<()> {
        heap.signals.clear(flags & !(signal::COLLECT | signal::ORPHANS | signal::SEEDED));
        if flags & signal::LOOK != 0 {
            self.publish(heap);
        }
        if flags & signal::YIELD != 0 {
            if self.shared().tasks().monotonic().saturating_sub(self.started.get())
                > Duration::from_millis(100)
            {
                self.let_lines_out();
            }
            self.keep_view_while(heap, Park::Yield)?;
        }
        if flags & signal::SEEDED != 0 && self.shared().tasks().interrupts_here() {
            self.keep_view_while(heap, Park::Yield)?;
        }
        if flags & signal::CANCEL != 0 {
            self.check_stop(heap)?;
            if flow::current(heap) != flow::MAIN && heap.signals.has(signal::CANCEL) {
                flow::give_way(heap)?;
            }
        }
        Ok(())
    }
    fn spawn_async(&self, heap: &Heap, walker: &Ref<Instance>, places: &[Ref<Instance>]) -> Outcome {
        self.dispatch(heap, walker, places, None)
    }
    fn await_id(&self, heap: &Heap, awaited: &Value) -> Outcome {
        match self.awaited(heap, awaited)? {
            Some(walker) => self.await_in_step(heap, walker, None),
            None => Ok(Value::None),
        }
    }
    fn dereference(&self, heap: &Heap, _text: &str, id: u128) -> Outcome<Option<Value>> {
        let own = self.with_run(|run| (run.id.0 == id).then(|| run.object.clone()));
        if let Some(own) = own {
            return Ok(Some(Value::Instance(own)));
        }
        self.start_if_child(heap, id)?;
        self.border.move_view();
        if let Some(walker) = self.border.walker_by_id(heap, id)? {
            return Ok(Some(Value::Instance(walker)));
        }
        Ok(self.border.find(heap, Id(id))?.map(Value::Instance))
    }
    fn schedule(&self, heap: &Heap, walker: &Ref<Instance>) -> Outcome {
        let made = Schedule::make(heap, walker);
        let own = self.with_run(|run| run.object.same(walker).then(|| run.record.clone()));
        if let (Some(record), Value::Native(native)) = (own, &made) {
            self.restore_schedule(heap, native, &record)?;
        }
        Ok(made)
    }
    fn request(&self, heap: &Heap, what: &str, arguments: &mut [Value]) -> Outcome {
        match (what, &mut *arguments) {
            ("schedule", [Value::Instance(walker), Value::Str(name), own]) => {
                let own = std::mem::take(own);
                if self.with_run(|run| run.object.same(walker)) {
                    return self.own_schedule(heap, name.as_str(), own);
                }
                let walker = walker.clone();
                self.look_first(heap, &walker)?;
                self.border.schedule_field(heap, &Value::Instance(walker), name.as_str(), own)
            }
            ("create_task", arguments) => {
                let (walker, places, due_us) = task_arguments(heap, arguments)?;
                self.dispatch(heap, &walker, &places, due_us)
            }
            ("task_cancel", [walker]) => {
                let own = self.with_run(|run| (run.id.0 == named_id(walker)).then_some(run.slot));
                let slot = if own.is_some() { own } else { self.awaited(heap, walker)? };
                Ok(Value::bool(slot.is_some_and(|slot| self.shared().tasks().cancel(slot))))
            }
            ("wait_for", [walker, seconds]) => {
                let time = time_limit(seconds);
                match self.awaited(heap, walker)? {
                    Some(walker) => self.await_in_step(heap, walker, Some(time)),
                    None => Ok(Value::None),
                }
            }
            ("socket", message) => {
                if self.shared().debugs {
                    self.add_text(Stream::Stderr, &undelivered(heap, message)?);
                }
                Ok(Value::None)
            }
            _ => Err(heap.error(ErrorKind::NotImplementedError, format!("`{what}` is not known here"))),
        }
    }
    fn set_native_attribute(
        &self,
        heap: &Heap,
        native: &Ref<Native>,
        name: Symbol,
        value: &Value,
    ) -> Outcome<bool> {
        schedule::set(heap, native, name, value)
    }
    fn statement_ended(&self, _heap: &Heap) -> Outcome<()> {
        Ok(())
    }
    fn atomically(
        &self,
        _heap: &Heap,
        _container: &Value,
        change: &mut dyn FnMut() -> Outcome<()>,
    ) -> Outcome<()> {
        change()
    }
    fn id_of(&self, heap: &Heap, instance: &Ref<Instance>) -> Outcome<u128> {
        let own = self.with_run(|run| run.object.same(instance).then_some(run.id.0));
        Ok(own.unwrap_or_else(|| self.border.id_of(heap, instance).0))
    }
    fn is_there(&self, heap: &Heap, place: &Ref<Instance>) -> Outcome<bool> {
        self.border.is_there(heap, place)
    }
    fn reports(&self, heap: &Heap, walker: &Ref<Instance>) -> Outcome<Option<Value>> {
        if !walker.header().has(flag::VIEW) {
            return Ok(None);
        }
        self.look_first(heap, walker)?;
        self.border.view_reports(heap, walker)
    }
    fn has_run(&self, _heap: &Heap, module: &str) -> bool {
        self.globals.borrow().has_run(module)
    }
    fn missing_global(&self, heap: &Heap, id: GlobalId) -> Outcome<Option<Value>> {
        globals::thaw_global(heap, &self.border, &self.globals, self.globals_owner.get(), id)
    }
    fn before_read(&self, heap: &Heap, instance: &Ref<Instance>, slot: u16) -> Outcome<Option<Value>> {
        if instance.header().has(flag::VIEW) {
            self.look_first(heap, instance)?;
            return self.border.view_field(heap, instance, slot);
        }
        self.maybe_interrupt(heap, instance)?;
        self.border.before_read(heap, instance, slot).map(|()| None)
    }
    fn before_write(&self, heap: &Heap, instance: &Ref<Instance>, slot: u16) -> Outcome<()> {
        if instance.header().has(flag::VIEW) {
            self.look_first(heap, instance)?;
            self.border.refuse_write(heap, instance, slot)?;
        }
        self.maybe_interrupt(heap, instance)?;
        self.border.before_write(heap, instance, slot)
    }
    fn before_links_read(&self, heap: &Heap, node: &Ref<Instance>) -> Outcome<()> {
        self.border.before_links_read(heap, node)
    }
    fn before_link(&self, heap: &Heap, node: &Ref<Instance>) -> Outcome<()> {
        self.border.before_link(heap, node)
    }
    fn joined(&self, heap: &Heap, edge: &Ref<Instance>) -> Outcome<()> {
        self.border.joined(heap, edge);
        Ok(())
    }
    fn gone(&self, _heap: &Heap, instance: &Ref<Instance>) -> Outcome<()> {
        self.border.deleted(instance);
        Ok(())
    }
}

impl WalkerHost {
    /// In a deterministic run every touch of a node is a place where the step may be interrupted.
    fn maybe_interrupt(&self, heap: &Heap, instance: &Ref<Instance>) -> Outcome<()> {
        let is_graph =
            matches!(instance.class().builtin, BuiltinType::NodeArchetype | BuiltinType::EdgeArchetype);
        if is_graph && self.shared().tasks().interrupts_here() {
            self.keep_view_while(heap, Park::Yield)?;
        }
        Ok(())
    }

    /// Gives way to others; the view stays as it is.
    fn keep_view_while(&self, heap: &Heap, park: Park) -> Outcome<()> {
        self.publish(heap);
        if let Ok(Wake::End) = self.park.park(park) {
            self.is_over.set(true);
        }
        self.started.set(self.shared().tasks().monotonic());
        self.check_stop(heap)
    }

    /// The lines of a step that runs for long are shown before it commits.
    pub(super) fn let_lines_out(&self) {
        let lines = self.with_run(|run| run.lines_to_say());
        if !lines.is_empty() {
            let set = crate::store::ChangeSet { output: lines, ..Default::default() };
            self.shared().store.commit(set);
        }
    }
}

impl Run {
    /// Lines that are not out yet; a step that is run again does not repeat those that are the same.
    pub(super) fn lines_to_say(&mut self) -> Vec<OutputLine> {
        let mut new = Vec::new();
        for line in self.lines.drain(..) {
            if self.silent < self.said.len() && self.said[self.silent] != line {
                self.said.truncate(self.silent);
            }
            if self.silent == self.said.len() {
                self.said.push(line.clone());
                new.push(line);
            }
            self.silent += 1;
        }
        new
    }
}

/// The id that a text or a walker's object says; 0 for anything else, which is no walker's.
fn named_id(value: &Value) -> u128 {
    match value {
        Value::Str(text) => Reference::parse(text.as_str()).map_or(0, |(id, _)| id.0),
        Value::Instance(walker) => walker.with_extra(|extra| extra.id).unwrap_or(0),
        _ => 0,
    }
}

/// The walker's own place in the graph's walk.
pub(super) fn walk(object: &Ref<Instance>) -> &crate::value::links::Walk {
    graph::walk_of(object).expect("a walker's object has a walk")
}
