//! The border of an isolate to the graph that all share: which of its nodes and edges stand for stored
//! ones, what was read and written of them, and as of when.
//!
//! Owns the mirrors: one object per stored node or edge and isolate, its fields thawed when they are
//! first read, its edges when they are first asked for. What a change set must say is gathered here and
//! put together in `changes`. It refuses to know whether the isolate is a step or the main program.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::catalog::Catalog;
use super::freeze::{Crossing, freeze};
use super::shared::Shared;
use super::thaw;
use crate::graph::{self, flag};
use crate::record::{Id, Kind, Origin, Record, Reference};
use crate::store::{EdgeQuery, EdgeSeen, Found, LayoutId, Slot, Snapshot, Time, Version, Way, is_missing};
use crate::value::watch::{Touched, Watch};
use crate::value::{BuiltinType, Class, ErrorKind, Heap, Instance, Outcome, Raised, Ref, Symbol, Value};

/// What is known of a field of a mirror.
#[derive(Clone, Copy, Default)]
pub(super) struct Field {
    /// The slot holds the value as of `valid`, or a newer one that was written here.
    pub(super) loaded: bool,
    pub(super) read: bool,
    pub(super) written: bool,
    /// It holds something whose changes nobody is told of: compared at the end.
    pub(super) compare: bool,
    /// A container inside of its container was changed.
    pub(super) inside: bool,
    pub(super) first_read: Time,
    pub(super) valid: Time,
    /// Watch number of its container, halved; 0 for none.
    pub(super) owner: u32,
}

/// A node or edge of the isolate that is stored, or will be.
pub(super) struct Mirror {
    pub(super) object: Ref<Instance>,
    pub(super) slot: Slot,
    pub(super) id: Id,
    pub(super) version: Option<Arc<Version>>,
    /// The snapshot with which the version was looked up.
    pub(super) checked: Time,
    pub(super) fields: Vec<Field>,
    /// Attributes without a slot were written.
    pub(super) dict_written: bool,
    pub(super) links_valid: Option<Time>,
    pub(super) links_read: Option<Time>,
    pub(super) links_changed: bool,
    pub(super) touched: bool,
    /// Not stored yet.
    pub(super) created: bool,
    pub(super) deleted: bool,
    pub(super) is_edge: bool,
}

/// A change to the edges, in the order of the step.
#[derive(Clone, Copy)]
pub(super) enum LinkChange {
    Join(u32),
    Cut(u32),
}

/// Whose container a watch tells of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Owner {
    Nobody,
    Node { mirror: u32, field: u16 },
    Walker { field: u16 },
    Globals,
}

/// How the fields of a class are stored.
pub(super) struct Shape {
    pub(super) layout: LayoutId,
    pub(super) names: Arc<[Arc<str>]>,
}

/// Where ids of new things come from.
pub enum Ids {
    /// The clock and chance.
    Fresh,
    /// The walker, its visit, and how many it has made: a step that is run again makes the same.
    Derived { walker: Id, visit: u64, ordinal: u64, cut: u64 },
}

/// An isolate's side of the shared graph.
pub struct Border {
    pub shared: Arc<Shared>,
    /// Whether the isolate's graph is in the store; before the first async spawn it is in the heap.
    pub(super) opened: Cell<bool>,
    snapshot: RefCell<Option<Snapshot>>,
    /// Whether the snapshot may be read with, or must be moved first.
    is_current: Cell<bool>,
    time: Cell<Time>,
    pub(super) mirrors: RefCell<Vec<Option<Mirror>>>,
    free: RefCell<Vec<u32>>,
    by_address: RefCell<FxHashMap<usize, u32>>,
    by_slot: RefCell<FxHashMap<Slot, u32>>,
    pub(super) touched: RefCell<Vec<u32>>,
    pub(super) created: RefCell<Vec<u32>>,
    pub(super) links: RefCell<Vec<LinkChange>>,
    pub(super) deleted: RefCell<Vec<u32>>,
    pub(super) owners: RefCell<Vec<Owner>>,
    free_owners: RefCell<Vec<u32>>,
    /// Where watched containers tell of their changes: the heap's own list.
    pub(super) told: Rc<Touched>,
    /// For whom containers are being met, and whether something was met that cannot be watched.
    meeting: Cell<u32>,
    met_unwatched: Cell<bool>,
    /// Something was met that told this owner already.
    met_again: Cell<bool>,
    /// A container was met that tells another owner of its changes.
    met_foreign: Cell<bool>,
    shapes: RefCell<FxHashMap<u32, Rc<Shape>>>,
    classes: RefCell<FxHashMap<LayoutId, Ref<Class>>>,
    pub(super) ids: RefCell<Ids>,
    /// Walkers that run elsewhere, or did: one object for each.
    pub(super) views: RefCell<FxHashMap<u128, Ref<Instance>>>,
    /// How many of them there may be before those that nobody holds are let go.
    pub(super) views_kept: Cell<usize>,
}

impl Border {
    pub fn new(shared: Arc<Shared>) -> Border {
        Border {
            shared,
            opened: Cell::new(false),
            snapshot: RefCell::default(),
            is_current: Cell::new(false),
            time: Cell::new(Time(0)),
            mirrors: RefCell::default(),
            free: RefCell::default(),
            by_address: RefCell::default(),
            by_slot: RefCell::default(),
            touched: RefCell::default(),
            created: RefCell::default(),
            links: RefCell::default(),
            deleted: RefCell::default(),
            owners: RefCell::new(vec![Owner::Nobody]),
            free_owners: RefCell::default(),
            told: Rc::default(),
            meeting: Cell::new(0),
            met_unwatched: Cell::new(false),
            met_again: Cell::new(false),
            met_foreign: Cell::new(false),
            shapes: RefCell::default(),
            classes: RefCell::default(),
            ids: RefCell::new(Ids::Fresh),
            views: RefCell::default(),
            views_kept: Cell::new(1024),
        }
    }

    // ---- the snapshot

    /// Later reads see what has been committed by then; the time as of which the isolate reads now.
    pub(super) fn time(&self) -> Time {
        if !self.is_current.get() {
            let mut snapshot = self.snapshot.borrow_mut();
            let time = match &mut *snapshot {
                Some(snapshot) => {
                    snapshot.refresh();
                    snapshot.time()
                }
                None => snapshot.insert(self.shared.store.snapshot()).time(),
            };
            self.time.set(time);
            self.is_current.set(true);
        }
        self.time.get()
    }

    /// Moves the view: the next read sees the newest commits.
    pub(super) fn move_view(&self) {
        if self.is_current.replace(false)
            && let Some(snapshot) = &*self.snapshot.borrow()
        {
            snapshot.rest();
        }
    }

    /// Gives the snapshot's place back, as before a long wait.
    pub(super) fn let_go(&self) {
        self.is_current.set(false);
        drop(self.snapshot.borrow_mut().take());
    }

    fn stored(&self, slot: Slot) -> Option<Arc<Version>> {
        self.time();
        let snapshot = self.snapshot.borrow();
        self.shared.store.read(slot, snapshot.as_ref()?)
    }

    pub(super) fn stored_edges(&self, slot: Slot) -> Option<Vec<EdgeSeen>> {
        self.time();
        let snapshot = self.snapshot.borrow();
        let mut found = Vec::new();
        let query = EdgeQuery::all(Way::Any);
        self.shared.store.edges(slot, snapshot.as_ref()?, &query, &mut found).then_some(found)
    }

    // ---- mirrors

    pub(super) fn with<T>(&self, index: u32, work: impl FnOnce(&mut Mirror) -> T) -> T {
        let mut mirrors = self.mirrors.borrow_mut();
        let mirror = mirrors.get_mut(index as usize).and_then(Option::as_mut);
        work(mirror.expect("the index of a mirror is given back with the mirror"))
    }

    pub(super) fn mirror_of(&self, instance: &Ref<Instance>) -> Option<u32> {
        self.by_address.borrow().get(&instance.address()).copied()
    }

    pub(super) fn add(&self, mirror: Mirror) -> u32 {
        let (address, slot) = (mirror.object.address(), mirror.slot);
        let index = match self.free.borrow_mut().pop() {
            Some(index) => {
                self.mirrors.borrow_mut()[index as usize] = Some(mirror);
                index
            }
            None => {
                let mut mirrors = self.mirrors.borrow_mut();
                mirrors.push(Some(mirror));
                mirrors.len() as u32 - 1
            }
        };
        self.by_address.borrow_mut().insert(address, index);
        self.by_slot.borrow_mut().insert(slot, index);
        index
    }

    pub(super) fn remove(&self, index: u32) {
        let Some(mirror) = self.mirrors.borrow_mut()[index as usize].take() else { return };
        self.by_address.borrow_mut().remove(&mirror.object.address());
        self.by_slot.borrow_mut().remove(&mirror.slot);
        for field in &mirror.fields {
            if field.owner != 0 {
                self.owners.borrow_mut()[field.owner as usize] = Owner::Nobody;
                self.free_owners.borrow_mut().push(field.owner);
            }
        }
        self.free.borrow_mut().push(index);
        drop(mirror);
    }

    /// A mirror's id is stored under another slot than the one it was given.
    pub(super) fn rebind(&self, index: u32) {
        let (id, old) = self.with(index, |m| (m.id, m.slot));
        let Some(Found::Archetype(slot)) = self.shared.store.find(id) else { return };
        if slot == old {
            return;
        }
        self.with(index, |m| m.slot = slot);
        let mut by_slot = self.by_slot.borrow_mut();
        by_slot.remove(&old);
        by_slot.insert(slot, index);
        self.shared.store.release(old);
    }

    pub(super) fn touch(&self, index: u32) {
        if !self.with(index, |m| std::mem::replace(&mut m.touched, true)) {
            self.touched.borrow_mut().push(index);
        }
    }

    pub(super) fn shape(&self, class: &Ref<Class>) -> Rc<Shape> {
        if let Some(shape) = self.shapes.borrow().get(&class.shape()) {
            return shape.clone();
        }
        self.shared.catalog.note_class(class);
        let name = crate::value::ops::attribute::full_class_name(class);
        let slots = class.slots().filter(|(_, slot)| *slot >= class.hidden);
        let names: Vec<Arc<str>> = slots.map(|(name, _)| Arc::from(name.name())).collect();
        let layout = self.shared.store.classes().layout(&name, &names);
        let shape = Rc::new(Shape { layout, names: names.into() });
        self.shapes.borrow_mut().insert(class.shape(), shape.clone());
        shape
    }

    fn class_of(&self, heap: &Heap, layout: LayoutId) -> Outcome<Ref<Class>> {
        if let Some(class) = self.classes.borrow().get(&layout) {
            return Ok(class.clone());
        }
        let name = self.shared.store.classes().get(layout).name.clone();
        let class = self.shared.catalog.class(heap, &name)?;
        self.classes.borrow_mut().insert(layout, class.clone());
        Ok(class)
    }

    /// The object of a stored node or edge; `None` if it is gone, or not there yet.
    pub(super) fn object_in(&self, heap: &Heap, slot: Slot) -> Outcome<Option<Ref<Instance>>> {
        if let Some(index) = self.by_slot.borrow().get(&slot) {
            return Ok(Some(self.with(*index, |m| m.object.clone())));
        }
        let Some(version) = self.stored(slot) else { return Ok(None) };
        if version.id() == Id::ROOT {
            let root = graph::root(heap);
            self.adopt_stored(heap, &root, slot, version);
            return Ok(Some(root));
        }
        let class = self.class_of(heap, version.layout())?;
        let version = self.arranged(&class, slot, version);
        let object = Instance::new(heap, class);
        graph::prepare(heap, &object);
        object.header().set(flag::PERSISTENT, true);
        if let Some((from, to)) = version.ends() {
            self.adopt_stored(heap, &object, slot, version);
            for (end, place) in [(from, graph::SOURCE), (to, graph::TARGET)] {
                if let Some(node) = self.object_in(heap, end)? {
                    object.set_slot(place, Value::Instance(node)).discard();
                }
            }
        } else {
            self.adopt_stored(heap, &object, slot, version);
        }
        Ok(Some(object))
    }

    /// Lets an object of this isolate stand for a stored one.
    fn adopt_stored(&self, heap: &Heap, object: &Ref<Instance>, slot: Slot, version: Arc<Version>) -> u32 {
        let class = object.class();
        let count = class.slot_count - class.hidden;
        let mirror = Mirror {
            object: object.clone(),
            slot,
            id: version.id(),
            checked: self.time(),
            is_edge: version.ends().is_some(),
            version: Some(version),
            fields: vec![Field::default(); usize::from(count)],
            dict_written: false,
            links_valid: None,
            links_read: None,
            links_changed: false,
            touched: false,
            created: false,
            deleted: false,
        };
        let index = self.add(mirror);
        self.load_dict(heap, index);
        self.touch(index);
        index
    }

    /// Attributes without a slot are thawed with the node: few nodes have any.
    fn load_dict(&self, heap: &Heap, index: u32) {
        let (object, version) = self.with(index, |m| (m.object.clone(), m.version.clone()));
        let Some(version) = version else { return };
        let own = object.class().slot_count - object.class().hidden;
        if version.fields().len() <= usize::from(own) {
            return;
        }
        let names = self.shared.store.classes().get(version.layout()).fields.clone();
        for (name, value) in names.iter().zip(version.fields()).skip(usize::from(own)) {
            if let Some(record) = value
                && let Ok(value) = thaw::thaw(heap, self, record)
            {
                object.dict_or_new(heap).set_str(name, value);
            }
        }
    }

    /// Looks the node up as of the view. Raises ReferenceError if it is gone.
    pub(super) fn sync(&self, heap: &Heap, index: u32) -> Outcome<()> {
        let time = self.time();
        let state = self.with(index, |m| (m.checked, m.created, m.deleted, m.slot));
        let (checked, created, deleted, slot) = state;
        if deleted {
            return Err(self.gone_error(heap, index));
        }
        if created || checked == time {
            return Ok(());
        }
        let Some(version) = self.stored(slot) else { return Err(self.gone_error(heap, index)) };
        let old = self.with(index, |m| {
            m.checked = time;
            let mut old = Vec::new();
            if m.version.as_ref().is_some_and(|known| Arc::ptr_eq(known, &version)) {
                return old;
            }
            for (position, field) in m.fields.iter_mut().enumerate() {
                if field.loaded && !field.written && version.changed(position as u16) > field.valid {
                    field.loaded = false;
                    old.push(position);
                }
            }
            m.version = Some(version);
            old
        });
        if !old.is_empty() {
            let (object, hidden) = self.with(index, |m| (m.object.clone(), m.object.class().hidden));
            for position in old {
                // A container stays in its slot, so that it can be brought up to date in place.
                object.edit_slot(hidden + position as u16, |value| {
                    if value.is_immediate() {
                        *value = Value::Unbound;
                    }
                });
            }
        }
        Ok(())
    }

    #[cold]
    pub(super) fn gone_error(&self, heap: &Heap, index: u32) -> Raised {
        let object = self.with(index, |m| m.object.clone());
        gone_error(heap, &object)
    }

    // ---- fields

    /// A field is about to be read.
    pub(super) fn before_read(&self, heap: &Heap, instance: &Ref<Instance>, slot: u16) -> Outcome<()> {
        let class = instance.class();
        let Some(index) = self.mirror_of(instance) else {
            return if instance.header().has(flag::GONE) { Err(gone_error(heap, instance)) } else { Ok(()) };
        };
        self.sync(heap, index)?;
        if slot < class.hidden {
            return Ok(());
        }
        let position = slot - class.hidden;
        let time = self.time();
        let state = self.with(index, |m| {
            let field = &mut m.fields[usize::from(position)];
            if !field.read && !field.written && !m.created {
                field.read = true;
                field.first_read = time;
            }
            let record = if field.loaded || m.created {
                None
            } else {
                field.loaded = true;
                field.valid = time;
                Some(m.version.as_ref().and_then(|version| version.field(position).cloned()))
            };
            (record, m.touched)
        });
        if !state.1 {
            self.touch(index);
        }
        if let Some(record) = state.0 {
            let value = match record {
                Some(record) if is_missing(&record) => self.new_field(heap, index, position)?,
                Some(record) => {
                    self.thaw_field(heap, index, position, instance.slot(slot).clone(), &record)?
                }
                None => Value::Unbound,
            };
            instance.set_slot(slot, value).discard();
        }
        Ok(())
    }

    fn thaw_field(&self, heap: &Heap, index: u32, position: u16, old: Value, record: &Record) -> Outcome {
        if matches!(
            record,
            Record::None | Record::Bool(_) | Record::Int(_) | Record::Float(_) | Record::Str(_)
        ) {
            return thaw::thaw(heap, self, record);
        }
        let owner = self.owner(index, position);
        let mark = self.told.len();
        let value = self.meet(owner, || thaw::refresh(heap, self, &old, record))?;
        self.told.truncate(mark);
        self.crown(owner, &value);
        let compare = self.met_unwatched.get();
        self.with(index, |m| m.fields[usize::from(position)].compare = compare);
        Ok(value)
    }

    /// A field is about to be written.
    pub(super) fn before_write(&self, heap: &Heap, instance: &Ref<Instance>, slot: u16) -> Outcome<()> {
        let Some(index) = self.mirror_of(instance) else {
            return if instance.header().has(flag::GONE) { Err(gone_error(heap, instance)) } else { Ok(()) };
        };
        self.sync(heap, index)?;
        let hidden = instance.class().hidden;
        self.with(index, |m| {
            if slot == u16::MAX {
                m.dict_written = true;
            } else if slot >= hidden {
                let field = &mut m.fields[usize::from(slot - hidden)];
                field.loaded = true;
                field.written = true;
            }
        });
        self.touch(index);
        Ok(())
    }

    // ---- containers that tell of their changes

    fn owner(&self, mirror: u32, field: u16) -> u32 {
        let known = self.with(mirror, |m| m.fields[usize::from(field)].owner);
        if known != 0 {
            return known;
        }
        let owner = self.new_owner(Owner::Node { mirror, field });
        self.with(mirror, |m| m.fields[usize::from(field)].owner = owner);
        owner
    }

    pub(super) fn new_owner(&self, owner: Owner) -> u32 {
        match self.free_owners.borrow_mut().pop() {
            Some(index) => {
                self.owners.borrow_mut()[index as usize] = owner;
                index
            }
            None => {
                let mut owners = self.owners.borrow_mut();
                owners.push(owner);
                owners.len() as u32 - 1
            }
        }
    }

    pub(super) fn give_owner_back(&self, owner: u32) {
        if owner != 0 {
            self.owners.borrow_mut()[owner as usize] = Owner::Nobody;
            self.free_owners.borrow_mut().push(owner);
        }
    }

    /// Containers that `work` freezes or thaws will tell this owner of their changes.
    pub(super) fn meet<T>(&self, owner: u32, work: impl FnOnce() -> T) -> T {
        let before = self.meeting.replace(owner);
        self.met_unwatched.set(false);
        self.met_again.set(false);
        let result = work();
        self.meeting.set(before);
        result
    }

    /// Whether the last meeting found something whose changes nobody is told of.
    pub(super) fn met_unwatched(&self) -> bool {
        self.met_unwatched.get()
    }

    /// Whether a container was met since the last time that another owner is told of.
    pub(super) fn take_met_foreign(&self) -> bool {
        self.met_foreign.replace(false)
    }

    pub(super) fn met_again(&self) -> bool {
        self.met_again.get()
    }

    /// The outermost container of a field: how much of its beginning is unchanged is of use there.
    pub(super) fn crown(&self, owner: u32, value: &Value) {
        let (watched, length) = match value {
            Value::List(list) => (&list.watch, list.len()),
            Value::Dict(dict) => (&dict.watch, dict.table().positions()),
            Value::Set(set) if !set.frozen => (&set.watch, set.table().positions()),
            _ => return,
        };
        match watched.get() {
            Some(watch) if watch.number() / 2 != owner => {
                self.met_foreign.set(true);
                self.met_unwatched.set(true);
            }
            Some(watch) if watch.number() == owner * 2 => watch.stored(length),
            _ => watched.set(Some(Rc::new(Watch::new(self.told.clone(), owner * 2, length)))),
        }
    }

    /// The field that a watched container stands in is read, so that the container is as it is stored now.
    pub(super) fn read_container(&self, heap: &Heap, container: &Value) -> Outcome<()> {
        let watch = match container {
            Value::List(list) => list.watch.get(),
            Value::Dict(dict) => dict.watch.get(),
            Value::Set(set) => set.watch.get(),
            _ => None,
        };
        let owner = watch.and_then(|watch| self.owners.borrow().get((watch.number() / 2) as usize).copied());
        let Some(Owner::Node { mirror, field }) = owner else { return Ok(()) };
        let object = self.with(mirror, |m| m.object.clone());
        self.before_read(heap, &object, field + object.class().hidden)
    }

    /// The object that stands for a stored one, if there is one.
    pub(super) fn known(&self, slot: Slot) -> Option<Ref<Instance>> {
        let index = *self.by_slot.borrow().get(&slot)?;
        Some(self.with(index, |m| m.object.clone()))
    }

    pub(super) fn new_id(&self, class: &str) -> Id {
        match &mut *self.ids.borrow_mut() {
            Ids::Fresh => self.shared.fresh_id(),
            Ids::Derived { walker, visit, ordinal, cut } => {
                *ordinal += 1;
                Id::derived(&Origin { walker: *walker, visit: *visit, ordinal: *ordinal, class, cut: *cut })
            }
        }
    }

    /// The isolate's root stands for the stored one.
    pub(super) fn meet_root(&self, heap: &Heap) {
        let root = graph::root(heap);
        if self.mirror_of(&root).is_none()
            && let Some(Found::Archetype(slot)) = self.shared.store.find(Id::ROOT)
            && let Some(version) = self.stored(slot)
        {
            self.adopt_stored(heap, &root, slot, version);
        }
    }

    /// The id of a node or edge; from then on it can be found by it.
    pub(super) fn id_of(&self, heap: &Heap, instance: &Ref<Instance>) -> Id {
        if let Some(index) = self.mirror_of(instance) {
            return self.with(index, |m| m.id);
        }
        match instance.class().builtin {
            BuiltinType::NodeArchetype => self.adopt(heap, std::slice::from_ref(instance)),
            BuiltinType::EdgeArchetype => {
                if let Some(node) = graph::end_of(instance, graph::SOURCE) {
                    self.adopt(heap, &[node]);
                }
            }
            _ => {}
        }
        match self.mirror_of(instance) {
            Some(index) => self.with(index, |m| m.id),
            None => {
                let fresh = |_: &Heap, class: &str| self.new_id(class).0;
                Id(graph::id_of(heap, instance, fresh))
            }
        }
    }

    /// What an id names among nodes and edges, as of the view.
    pub(super) fn find(&self, heap: &Heap, id: Id) -> Outcome<Option<Ref<Instance>>> {
        if id == Id::ROOT {
            return Ok(Some(graph::root(heap)));
        }
        if let Some(Found::Archetype(slot)) = self.shared.store.find(id) {
            return self.object_in(heap, slot);
        }
        let new = |index: &u32| self.with(*index, |m| (m.id == id).then(|| m.object.clone()));
        let created = self.created.borrow().iter().find_map(new);
        Ok(created.or_else(|| graph::lookup(heap, id.0, true)))
    }

    pub(super) fn is_there(&self, heap: &Heap, place: &Ref<Instance>) -> Outcome<bool> {
        let Some(index) = self.mirror_of(place) else { return Ok(!place.header().has(flag::GONE)) };
        match self.sync(heap, index) {
            Ok(()) => Ok(true),
            Err(raised) => heap.catch_any(raised, &[ErrorKind::ReferenceError]).map(|_| false),
        }
    }

    /// Freezes a field's value for the store; `None` for one that is not set. Raises TypeError.
    pub(super) fn freeze_field(
        &self,
        heap: &Heap,
        mirror: u32,
        position: u16,
        value: &Value,
    ) -> Outcome<Option<Record>> {
        if matches!(value, Value::Unbound | Value::Links(_) | Value::Walk(_)) {
            return Ok(None);
        }
        if let Some(record) = super::freeze::plain(value) {
            return Ok(Some(record));
        }
        let owner = self.owner(mirror, position);
        let frozen = self.meet(owner, || freeze(heap, self, value));
        match frozen {
            Ok(record) => {
                self.crown(owner, value);
                let compare = self.met_unwatched.get();
                self.with(mirror, |m| m.fields[usize::from(position)].compare = compare);
                Ok(Some(record))
            }
            Err(stuck) => {
                let (class, name) = self.with(mirror, |m| {
                    let class = m.object.class();
                    let slot = position + class.hidden;
                    let name = class.slots().find(|(_, own)| *own == slot).map(|(name, _)| name.name());
                    (class.name.as_str().to_owned(), name.unwrap_or("?"))
                });
                let what = stuck.0;
                Err(heap.type_error(format!(
                    "a {what} cannot be kept in the field `{name}` of a `{class}`: async walkers share it, and it belongs to one run"
                )))
            }
        }
    }
}

impl Crossing for Border {
    fn reference(&self, heap: &Heap, instance: &Ref<Instance>) -> Record {
        let class = instance.class();
        let kind = match class.builtin {
            BuiltinType::NodeArchetype => Kind::Node,
            BuiltinType::EdgeArchetype => Kind::Edge,
            _ => Kind::Walker,
        };
        self.shared.catalog.note_class(class);
        let id = self.id_of(heap, instance);
        Record::reference(kind, crate::value::ops::attribute::full_class_name(class), id)
    }

    fn object(&self, heap: &Heap, reference: &Reference) -> Outcome {
        if reference.kind == Kind::Walker {
            return self.walker_object(heap, reference);
        }
        match self.find(heap, reference.id)? {
            Some(object) => Ok(Value::Instance(object)),
            None => {
                // It was deleted meanwhile: an object that raises ReferenceError when it is used.
                let class = self.shared.catalog.class(heap, &reference.name)?;
                let object = Instance::new(heap, class);
                graph::prepare(heap, &object);
                object.header().set(flag::GONE, true);
                Ok(Value::Instance(object))
            }
        }
    }

    fn catalog(&self) -> &Catalog {
        &self.shared.catalog
    }

    fn met(&self, value: &Value) {
        let owner = self.meeting.get();
        if owner == 0 {
            return;
        }
        let (watched, length) = match value {
            Value::List(list) => (&list.watch, list.len()),
            Value::Dict(dict) => (&dict.watch, dict.table().positions()),
            Value::Set(set) if !set.frozen => (&set.watch, set.table().positions()),
            Value::Instance(instance)
                if matches!(
                    instance.class().kind,
                    crate::value::ClassKind::Obj | crate::value::ClassKind::Class
                ) =>
            {
                return self.met_unwatched.set(true);
            }
            Value::Function(function) if !function.captures().is_empty() => {
                return self.met_unwatched.set(true);
            }
            Value::Native(_) => return self.met_unwatched.set(true),
            _ => return,
        };
        match watched.get() {
            Some(watch) if watch.number() / 2 != owner => {
                self.met_foreign.set(true);
                self.met_unwatched.set(true);
            }
            Some(watch) => {
                watch.stored(length);
                self.met_again.set(true);
            }
            None => {
                watched.set(Some(Rc::new(Watch::new(self.told.clone(), owner * 2 + 1, length))));
            }
        }
    }
}

/// ReferenceError: what was deleted is used.
#[cold]
pub(super) fn gone_error(heap: &Heap, object: &Ref<Instance>) -> Raised {
    let class = object.class();
    let what = if class.builtin == BuiltinType::EdgeArchetype { "edge" } else { "node" };
    heap.error(ErrorKind::ReferenceError, format!("the {what} `{}` was deleted", class.name.as_str()))
}

/// RuntimeError: an id that was given here is already another's.
#[cold]
pub(super) fn taken(heap: &Heap, id: Id) -> Raised {
    heap.runtime_error(format!("the id {id} is taken"))
}

/// A field's name by its place.
pub(super) fn field_name(class: &Class, slot: u16) -> Symbol {
    class.slots().find(|(_, own)| *own == slot).map_or_else(|| Symbol::new("?"), |(name, _)| name)
}
