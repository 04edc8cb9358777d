//! Small words in which the tests of stores are written: nodes of two numbers, edges and
//! walkers without anything of interest, and the change sets that touch one thing.
//! They know the trait only.

use ambler::record::{Id, Record};
use ambler::store::{
    Aspect, Base, ChangeSet, ClassId, Created, Dispatch, EdgeQuery, EdgeSeen, Expected, Fields, LayoutId,
    Link, Lost, MemoryStore, Outcome, Slot, Snapshot, Store, Time, WalkerChange, WalkerRecord, WalkerSlot,
    Way, Write,
};
use std::sync::Arc;

/// Runs a part of the suite on a fresh store of every kind.
pub fn on_every_store(check: impl Fn(&dyn Store)) {
    let folder = super::kept::Folder::new();
    let stores: [Box<dyn Store>; 2] =
        [Box::new(MemoryStore::new()), Box::new(super::kept::open(&folder.file()))];
    stores.iter().for_each(|store| check(&**store));
}

pub fn layout(store: &dyn Store, class: &str) -> LayoutId {
    store.classes().layout(class, &["a".into(), "b".into()])
}

pub fn class(store: &dyn Store, name: &str) -> ClassId {
    store.classes().class(name)
}

pub fn new(store: &dyn Store, class: &str, values: [i64; 2]) -> Created {
    let fields = values.map(|value| Some(Record::Int(value))).to_vec();
    Created { slot: store.reserve(), id: Id::fresh(), layout: layout(store, class), fields }
}

pub fn commit(store: &dyn Store, changes: ChangeSet) -> Time {
    match store.commit(changes) {
        Outcome::Committed(time) => time,
        other => panic!("not committed: {other:?}"),
    }
}

pub fn lost_places(store: &dyn Store, changes: ChangeSet) -> Vec<Slot> {
    match store.commit(changes) {
        Outcome::Lost(Lost { places, .. }) => places,
        other => panic!("not lost: {other:?}"),
    }
}

pub fn node(store: &dyn Store, values: [i64; 2]) -> Slot {
    let created = new(store, "N", values);
    let slot = created.slot;
    commit(store, ChangeSet { created: vec![created], ..ChangeSet::default() });
    slot
}

pub fn write(slot: Slot, field: u16, value: i64) -> ChangeSet {
    let written = vec![Write { slot, field, value: Some(Record::Int(value)) }];
    ChangeSet { written, ..ChangeSet::default() }
}

pub fn expecting(mut changes: ChangeSet, slot: Slot, aspect: Aspect, seen: Time) -> ChangeSet {
    changes.expected.push(Expected { slot, aspect, seen });
    changes
}

pub fn connection(store: &dyn Store, from: Slot, to: Slot, class: &str) -> (Slot, ChangeSet) {
    let edge = new(store, class, [0, 0]);
    let slot = edge.slot;
    (slot, ChangeSet { links: vec![Link::Connect { edge, from, to }], ..ChangeSet::default() })
}

pub fn connect(store: &dyn Store, from: Slot, to: Slot, class: &str) -> Slot {
    let (edge, changes) = connection(store, from, to, class);
    commit(store, changes);
    edge
}

pub fn disconnection(edge: Slot) -> ChangeSet {
    ChangeSet { links: vec![Link::Disconnect { edge }], ..ChangeSet::default() }
}

pub fn deletion(node: Slot) -> ChangeSet {
    ChangeSet { deleted: vec![node], ..ChangeSet::default() }
}

pub fn value(store: &dyn Store, slot: Slot, field: u16, at: &Snapshot) -> Option<i64> {
    match store.read(slot, at)?.field(field)? {
        Record::Int(value) => Some(*value),
        other => panic!("{other:?}"),
    }
}

pub fn seen(store: &dyn Store, node: Slot, at: &Snapshot, query: EdgeQuery<'_>) -> Vec<EdgeSeen> {
    let mut found = Vec::new();
    store.edges(node, at, &query, &mut found);
    found
}

pub fn others(store: &dyn Store, node: Slot, at: &Snapshot, way: Way) -> Vec<Slot> {
    seen(store, node, at, EdgeQuery::all(way)).into_iter().map(|edge| edge.other).collect()
}

pub fn spawn(store: &dyn Store, class: &str) -> WalkerSlot {
    let slot = store.reserve_walker();
    let record = WalkerRecord::spawned(Id::fresh(), Dispatch::new(class, Id::ROOT, 0), Fields::default());
    commit(store, walker_change(slot, Base::New, record));
    slot
}

pub fn walker_change(slot: WalkerSlot, base: Base, record: WalkerRecord) -> ChangeSet {
    let walkers = vec![WalkerChange { slot, base, record: Arc::new(record) }];
    ChangeSet { walkers, ..ChangeSet::default() }
}
