//! The main program of a run with async walkers: each of its statements is a commit, it is never run
//! again, and it waits by blocking its thread.
//!
//! Until the first async walker is spawned its graph is in its own heap; then all that is connected with
//! the root moves into the store. Refuses to know how walkers run.

use std::sync::Arc;
use std::time::Duration;

use super::border::{Border, Owner};
use super::dispatch::Prepared;
use super::globals;
use super::schedule::{self, Schedule};
use super::shared::Shared;
use super::world::World;
use crate::code::{GlobalId, Symbol};
use crate::eval::Host;
use crate::eval::flow::{self, Pause};
use crate::graph::{self, flag};
use crate::modules::datetime;
use crate::record::{Kind, Record, Reference};
use crate::store::{ChangeSet, Outcome as Committed, WalkerChange, WalkerSlot};
use crate::value::heap::signal;
use crate::value::{BuiltinType, ErrorKind, Heap, Instance, Native, Outcome, Ref, Value, ops};

/// Mirrors that may pile up before those that nobody uses are let go.
const FEW_MIRRORS: usize = 20_000;

/// The host of the main program.
pub struct MainProgram {
    world: World,
    border: Border,
    /// The newest snapshot of the globals, and whether it is right until something tells otherwise.
    globals: std::cell::RefCell<Option<(Record, bool)>>,
    mirrors_kept: std::cell::Cell<usize>,
    in_atomic: std::cell::Cell<bool>,
    /// The graph is in the store from the start: it is there after the run.
    opens_first: bool,
    partial: std::cell::RefCell<String>,
}

impl MainProgram {
    pub fn new(world: World, shared: Arc<Shared>, opens_first: bool) -> MainProgram {
        MainProgram {
            world,
            border: Border::new(shared),
            globals: std::cell::RefCell::default(),
            mirrors_kept: std::cell::Cell::new(FEW_MIRRORS),
            in_atomic: std::cell::Cell::new(false),
            opens_first,
            partial: std::cell::RefCell::default(),
        }
    }

    fn shared(&self) -> &Shared {
        &self.border.shared
    }

    /// Moves the graph into the store: from now on others may read and change it.
    fn open(&self, heap: &Heap) -> Outcome<()> {
        if self.border.is_open() {
            return Ok(());
        }
        self.border.opened.set(true);
        self.border.meet_root(heap);
        self.border.adopt(heap, &[graph::root(heap)]);
        self.commit(heap, |_| ())
    }

    /// Commits what was written so far. What main writes it writes: nobody else's commit makes it lose,
    /// but what was deleted meanwhile cannot be written. Raises ReferenceError then.
    fn commit(&self, heap: &Heap, add: impl Fn(&mut ChangeSet)) -> Outcome<()> {
        self.told_globals();
        loop {
            let mut set = match self.border.gather(heap) {
                Ok(set) => set,
                Err(raised) => {
                    self.border.roll_back();
                    return Err(raised);
                }
            };
            set.expected.clear();
            add(&mut set);
            if set.is_empty() {
                self.border.settle(self.border.time());
                return Ok(());
            }
            match self.shared().store.commit(set) {
                Committed::Committed(time) => {
                    self.border.settle(time);
                    return Ok(());
                }
                Committed::Lost(lost) => {
                    self.border.move_view();
                    for slot in lost.places {
                        if let Some(object) = self.border.known(slot)
                            && !self.border.is_there(heap, &object)?
                        {
                            self.border.roll_back();
                            return Err(super::border::gone_error(heap, &object));
                        }
                    }
                }
                Committed::Taken(id) => {
                    self.border.roll_back();
                    return Err(super::border::taken(heap, id));
                }
            }
        }
    }

    /// Containers of globals that have changed: the next walker gets a new snapshot.
    fn told_globals(&self) {
        if self.border.collect_told().iter().any(|(owner, _)| *owner == Owner::Globals) {
            *self.globals.borrow_mut() = None;
        }
    }

    fn snapshot_of_globals(&self, heap: &Heap) -> Record {
        let written = heap.take_globals_written();
        let mut known = self.globals.borrow_mut();
        if let Some((record, true)) = &*known
            && !written
        {
            return record.clone();
        }
        let (mut record, stays) = globals::snapshot(heap, &self.border, self.border.globals_owner(), &[]);
        if let Some((old, _)) = &*known
            && *old == record
        {
            // Nothing has changed after all: walkers go on sharing what they have.
            record = old.clone();
        }
        *known = Some((record.clone(), stays));
        record
    }

    fn dispatch(
        &self,
        heap: &Heap,
        walker: &Ref<Instance>,
        places: &[Ref<Instance>],
        due_us: Option<i64>,
    ) -> Outcome {
        self.open(heap)?;
        // What the statement has written so far is there before the walker is.
        self.told_globals();
        let globals = self.snapshot_of_globals(heap);
        let Prepared { slot, base, record } =
            self.border.prepare(heap, walker, places, globals, due_us, None)?;
        let record = Arc::new(record);
        let add = |set: &mut ChangeSet| {
            set.walkers.push(WalkerChange { slot, base, record: record.clone() });
        };
        self.commit(heap, add)?;
        self.border.make_view(walker, record.id.0);
        self.shared().tasks().start(&[slot]);
        Ok(id_value(&record.reference()))
    }

    /// Waits for the end of a walker. Raises what it raised, or TimeoutError.
    fn await_walker(&self, heap: &Heap, walker: WalkerSlot, time: Option<Duration>) -> Outcome {
        self.ready_to_wait(heap)?;
        let now = || self.shared().tasks().monotonic();
        let deadline = time.map(|time| now().saturating_add(time));
        let pause = Pause::Walker(walker, deadline);
        while !self.has_ended(walker) {
            if deadline.is_some_and(|deadline| now() >= deadline) {
                return Err(heap.error_with(ErrorKind::TimeoutError, Vec::new()));
            }
            self.pause_line(heap, pause)?;
        }
        self.border.move_view();
        self.border.result_of(heap, walker)
    }

    fn has_ended(&self, walker: WalkerSlot) -> bool {
        self.shared().store.walker(walker).is_none_or(|(_, record)| record.status.has_ended())
    }

    fn has_come(&self, pause: &Pause) -> bool {
        pause.is_over(self.shared().tasks().monotonic(), |walker| self.has_ended(walker))
    }

    /// Waits; what is repeated on the newest value is not the business of lines that go on meanwhile.
    fn pause_line(&self, heap: &Heap, pause: Pause) -> Outcome<()> {
        let in_atomic = self.in_atomic.replace(false);
        let result = flow::pause(heap, pause);
        self.in_atomic.set(in_atomic);
        result
    }

    /// Before the thread stops: what was written is there, and what was printed is out.
    fn ready_to_wait(&self, heap: &Heap) -> Outcome<()> {
        if self.border.is_dirty() {
            self.commit(heap, |_| ())?;
        }
        self.border.let_go();
        self.flush(heap)
    }

    /// The walker that a value names. Raises for anything else.
    fn awaited(&self, heap: &Heap, awaited: &Value) -> Outcome<Option<WalkerSlot>> {
        named_walker(heap, &self.border, awaited)
    }
}

/// The walker that an id or a walker's object names; `None` for an unknown id. Raises for anything else.
pub(super) fn named_walker(heap: &Heap, border: &Border, value: &Value) -> Outcome<Option<WalkerSlot>> {
    match value {
        Value::Str(text) => match Reference::parse(text.as_str()) {
            Ok((id, reference)) => {
                let slot = border.walker_slot(id.0);
                let fits = |slot: &WalkerSlot| {
                    let Some((_, record)) = border.shared.store.walker(*slot) else { return false };
                    let class = record.dispatch.class.rsplit('.').next().unwrap_or_default();
                    reference.as_ref().is_none_or(|reference| reference.fits(Kind::Walker, class))
                };
                Ok(slot.filter(fits))
            }
            Err(malformed) => Err(heap.value_error(malformed.to_string())),
        },
        Value::Instance(walker) if walker.class().is_async => {
            let id = walker.with_extra(|extra| extra.id).unwrap_or(0);
            match border.walker_slot(id) {
                Some(slot) => Ok(Some(slot)),
                None => Err(heap.runtime_error(format!(
                    "the async walker `{}` was not spawned: there is nothing to wait for",
                    walker.class().name.as_str()
                ))),
            }
        }
        other => Err(heap.type_error(format!(
            "object {} can't be used in 'await' expression",
            ops::types::type_name(other)
        ))),
    }
}

/// An async walker's id, as programs see it.
pub(super) fn id_value(reference: &Reference) -> Value {
    let name = reference.name.rsplit('.').next().unwrap_or(&reference.name);
    Value::str(format!("w:{name}:{}", reference.id.dashed()))
}

/// The seconds that `wait_for` waits at most.
pub(super) fn time_limit(seconds: &Value) -> Duration {
    match seconds {
        Value::Float(x) => Duration::try_from_secs_f64(x.get().max(0.0)).unwrap_or(Duration::MAX),
        _ => Duration::MAX,
    }
}

/// `create_task(walker, node, date)`: its arguments. Raises TypeError.
pub(super) type Task = (Ref<Instance>, Vec<Ref<Instance>>, Option<i64>);

pub(super) fn task_arguments(heap: &Heap, arguments: &[Value]) -> Outcome<Task> {
    let [walker, node, date] = arguments else { return Err(heap.type_error("create_task needs a walker")) };
    let Some(walker) = graph::as_walker(walker).filter(|walker| walker.class().is_async) else {
        return Err(heap.type_error(format!(
            "create_task() needs an object of an async walker, not '{}'",
            ops::types::type_name(walker)
        )));
    };
    let node = match node {
        Value::None => graph::root(heap),
        node => match graph::as_node(node) {
            Some(node) => node.clone(),
            None => {
                return Err(heap.type_error(format!(
                    "create_task() needs a node to start on, not '{}'",
                    ops::types::type_name(node)
                )));
            }
        },
    };
    let due_us = match date {
        Value::None => None,
        date => match datetime::timestamp(date) {
            Some(seconds) => Some((seconds * 1e6) as i64),
            None => {
                return Err(heap.type_error(format!(
                    "create_task() needs a datetime as its date, not '{}'",
                    ops::types::type_name(date)
                )));
            }
        },
    };
    Ok((walker.clone(), vec![node], due_us))
}

impl Host for MainProgram {
    fn begin(&self, heap: &Heap) -> Outcome<()> {
        if self.opens_first { self.open(heap) } else { Ok(()) }
    }
    fn write(&self, heap: &Heap, text: &str) -> Outcome<()> {
        let mut partial = self.partial.borrow_mut();
        let whole = match text.rfind('\n') {
            Some(at) => {
                let mut whole = std::mem::take(&mut *partial);
                whole.push_str(&text[..=at]);
                partial.push_str(&text[at + 1..]);
                whole
            }
            None => {
                partial.push_str(text);
                return Ok(());
            }
        };
        drop(partial);
        self.world.write(heap, &whole)
    }
    fn write_error(&self, heap: &Heap, text: &str) -> Outcome<()> {
        self.flush(heap)?;
        self.world.write_error(heap, text)
    }
    fn flush(&self, heap: &Heap) -> Outcome<()> {
        let partial = std::mem::take(&mut *self.partial.borrow_mut());
        if !partial.is_empty() {
            self.world.write(heap, &partial)?;
        }
        self.world.flush(heap)
    }
    fn read_line(&self, heap: &Heap) -> Outcome<Option<String>> {
        self.ready_to_wait(heap)?;
        self.world.read_line(heap)
    }
    fn now(&self, _heap: &Heap) -> Outcome<f64> {
        Ok(self.shared().tasks().now_us() as f64 / 1e6)
    }
    fn monotonic(&self, _heap: &Heap) -> Outcome<Duration> {
        Ok(self.shared().tasks().monotonic())
    }
    fn sleep(&self, heap: &Heap, time: Duration) -> Outcome<()> {
        self.ready_to_wait(heap)?;
        self.pause_line(heap, Pause::Until(self.shared().tasks().monotonic().saturating_add(time)))
    }
    fn pause(&self, heap: &Heap, pauses: &[Pause]) -> Outcome<()> {
        self.ready_to_wait(heap)?;
        let (walkers, deadline) = Pause::all(pauses);
        if !self.shared().tasks().block(&walkers, deadline) {
            heap.poll()?;
        }
        Ok(())
    }
    fn is_over(&self, pause: &Pause) -> bool {
        self.has_come(pause)
    }
    fn line_ends_within(&self, heap: &Heap, line: u32, time: Duration) -> Outcome<bool> {
        self.ready_to_wait(heap)?;
        let until = self.shared().tasks().monotonic().saturating_add(time);
        self.pause_line(heap, Pause::LineUntil(line, until))?;
        Ok(!flow::runs(heap, line))
    }
    fn line_goes_on(&self, _heap: &Heap, _line: u32) {}
    fn entropy(&self, _heap: &Heap) -> Outcome<u64> {
        Ok(self.shared().tasks().entropy())
    }
    fn fresh_id(&self, _heap: &Heap, _class: &str) -> u128 {
        self.shared().fresh_id().0
    }
    fn arguments(&self) -> Vec<String> {
        self.world.arguments()
    }
    fn safe_point(&self, heap: &Heap, flags: u32) -> Outcome<()> {
        self.world.safe_point(heap, flags)?;
        heap.signals.clear(flags & (signal::YIELD | signal::LOOK | signal::CANCEL));
        Ok(())
    }
    fn spawn_async(&self, heap: &Heap, walker: &Ref<Instance>, places: &[Ref<Instance>]) -> Outcome {
        self.dispatch(heap, walker, places, None)
    }
    fn await_id(&self, heap: &Heap, awaited: &Value) -> Outcome {
        match self.awaited(heap, awaited)? {
            Some(walker) => self.await_walker(heap, walker, None),
            None => Ok(Value::None),
        }
    }
    fn dereference(&self, heap: &Heap, _text: &str, id: u128) -> Outcome<Option<Value>> {
        if let Some(walker) = self.border.walker_by_id(heap, id)? {
            return Ok(Some(Value::Instance(walker)));
        }
        if !self.border.is_open() {
            return Ok(graph::lookup(heap, id, true).map(Value::Instance));
        }
        Ok(self.border.find(heap, crate::record::Id(id))?.map(Value::Instance))
    }
    fn schedule(&self, heap: &Heap, walker: &Ref<Instance>) -> Outcome {
        Ok(Schedule::make(heap, walker))
    }
    fn request(&self, heap: &Heap, what: &str, arguments: &mut [Value]) -> Outcome {
        match (what, &mut *arguments) {
            ("schedule", [walker, Value::Str(name), own]) => {
                self.border.schedule_field(heap, walker, name.as_str(), std::mem::take(own))
            }
            ("create_task", arguments) => {
                let (walker, places, due_us) = task_arguments(heap, arguments)?;
                self.dispatch(heap, &walker, &places, due_us)
            }
            ("task_cancel", [walker]) => Ok(Value::bool(
                self.awaited(heap, walker)?.is_some_and(|walker| self.shared().tasks().cancel(walker)),
            )),
            ("wait_for", [walker, seconds]) => {
                let time = time_limit(seconds);
                match self.awaited(heap, walker)? {
                    Some(walker) => self.await_walker(heap, walker, Some(time)),
                    None => Ok(Value::None),
                }
            }
            (_, arguments) => self.world.request(heap, what, arguments),
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
    fn statement_ended(&self, heap: &Heap) -> Outcome<()> {
        if !self.border.is_open() || self.in_atomic.get() {
            return Ok(());
        }
        if self.border.is_dirty() {
            self.commit(heap, |_| ())?;
            let count = self.border.mirrors.borrow().len();
            if count > self.mirrors_kept.get() {
                self.border.prune(&(0..count as u32).collect::<Vec<u32>>());
                self.mirrors_kept.set(count * 2);
            }
        }
        self.border.move_view();
        if self.shared().tasks().interrupts_here() {
            self.shared().tasks().block(&[], Some(Duration::ZERO));
        }
        Ok(())
    }
    fn atomically(
        &self,
        heap: &Heap,
        container: &Value,
        change: &mut dyn FnMut() -> Outcome<()>,
    ) -> Outcome<()> {
        if !self.border.is_open() || self.in_atomic.get() {
            return change();
        }
        if self.border.is_dirty() {
            self.commit(heap, |_| ())?;
        }
        loop {
            self.border.move_view();
            self.in_atomic.set(true);
            let result = self.border.read_container(heap, container).and_then(|()| change());
            self.in_atomic.set(false);
            result?;
            self.told_globals();
            let set = match self.border.gather(heap) {
                Ok(set) => set,
                Err(raised) => {
                    self.border.roll_back();
                    return Err(raised);
                }
            };
            if set.is_empty() {
                self.border.settle(self.border.time());
                return Ok(());
            }
            match self.shared().store.commit(set) {
                Committed::Committed(time) => {
                    self.border.settle(time);
                    return Ok(());
                }
                Committed::Lost(_) => self.border.roll_back(),
                Committed::Taken(id) => {
                    self.border.roll_back();
                    return Err(super::border::taken(heap, id));
                }
            }
        }
    }
    fn id_of(&self, heap: &Heap, instance: &Ref<Instance>) -> Outcome<u128> {
        let is_graph =
            matches!(instance.class().builtin, BuiltinType::NodeArchetype | BuiltinType::EdgeArchetype);
        if self.border.is_open() && is_graph {
            return Ok(self.border.id_of(heap, instance).0);
        }
        Ok(graph::id_of(heap, instance, |_, _| self.shared().fresh_id().0))
    }
    fn is_there(&self, heap: &Heap, place: &Ref<Instance>) -> Outcome<bool> {
        self.border.is_there(heap, place)
    }
    fn reports(&self, heap: &Heap, walker: &Ref<Instance>) -> Outcome<Option<Value>> {
        self.border.view_reports(heap, walker)
    }
    fn has_run(&self, _heap: &Heap, _module: &str) -> bool {
        false
    }
    fn missing_global(&self, _heap: &Heap, _id: GlobalId) -> Outcome<Option<Value>> {
        Ok(None)
    }
    fn before_read(&self, heap: &Heap, instance: &Ref<Instance>, slot: u16) -> Outcome<Option<Value>> {
        if instance.header().has(flag::VIEW) {
            return self.border.view_field(heap, instance, slot);
        }
        self.border.before_read(heap, instance, slot).map(|()| None)
    }
    fn before_write(&self, heap: &Heap, instance: &Ref<Instance>, slot: u16) -> Outcome<()> {
        self.border.refuse_write(heap, instance, slot)?;
        self.border.before_write(heap, instance, slot)
    }
    fn before_links_read(&self, heap: &Heap, node: &Ref<Instance>) -> Outcome<()> {
        self.border.before_links_read(heap, node)
    }
    fn before_link(&self, heap: &Heap, node: &Ref<Instance>) -> Outcome<()> {
        self.border.before_link(heap, node)
    }
    fn joined(&self, heap: &Heap, edge: &Ref<Instance>) -> Outcome<()> {
        if self.border.is_open() {
            self.border.joined(heap, edge);
        }
        Ok(())
    }
    fn gone(&self, _heap: &Heap, instance: &Ref<Instance>) -> Outcome<()> {
        self.border.deleted(instance);
        Ok(())
    }
}
