//! Sets and frozensets: keys over `table.rs`, in insertion order (a program cannot rely on the
//! order).
//!
//! One type with a flag: a frozenset is never changed once it is made, so it keeps its hash.
//! Changes of a set that came out of a record are told to its watch. Set algebra is in
//! `builtins::methods::set` and `ops::arithmetic`.

use std::cell::{Cell, UnsafeCell};

use super::object::{Kind, Tracked};
use super::table::{self, Table};
use super::watch::Watched;
use super::{Heap, Outcome, Ref, Value, ops};

/// A `set` or, if `frozen`, a `frozenset`.
pub struct Set {
    table: UnsafeCell<Table<()>>,
    pub frozen: bool,
    /// A frozenset's hash, once asked for.
    pub hash: Cell<Option<u64>>,
    pub watch: Watched,
}

impl Tracked for Set {
    const KIND: Kind = Kind::Set;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.table().iter().for_each(|e| visit(&e.key));
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        self.table_mut().take_all().into_iter().for_each(|e| take(e.key));
    }
}

impl Set {
    pub fn new(heap: &Heap, frozen: bool) -> Ref<Set> {
        Set::from_table(heap, Table::default(), frozen)
    }

    pub fn from_table(heap: &Heap, table: Table<()>, frozen: bool) -> Ref<Set> {
        let set =
            Set { table: UnsafeCell::new(table), frozen, hash: Cell::new(None), watch: Watched::default() };
        Ref::new(&heap.objects, set)
    }

    /// A set of all that `items` has. Raises TypeError for an unhashable item.
    pub fn from_items(
        heap: &Heap,
        items: impl IntoIterator<Item = Value>,
        frozen: bool,
    ) -> Outcome<Ref<Set>> {
        let set = Set::new(heap, frozen);
        for item in items {
            set.add(heap, item)?;
        }
        Ok(set)
    }

    /// The contents. The borrow must end before anything can run Jac code or change the set.
    #[inline(always)]
    pub(crate) fn table(&self) -> &Table<()> {
        // SAFETY: single-threaded, and by the rule above no exclusive borrow overlaps.
        unsafe { &*self.table.get() }
    }

    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    fn table_mut(&self) -> &mut Table<()> {
        // SAFETY: as for `table`; the methods below end the borrow before they return.
        unsafe { &mut *self.table.get() }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.table().len()
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.table().is_empty()
    }

    pub fn contains(&self, heap: &Heap, key: &Value) -> Outcome<bool> {
        let hash = ops::hash::hash(heap, key)?;
        Ok(table::find(heap, || self.table(), key, hash)?.is_some())
    }

    /// Adds a key; whether it was new.
    pub fn add(&self, heap: &Heap, key: Value) -> Outcome<bool> {
        let hash = ops::hash::hash(heap, &key)?;
        if table::find(heap, || self.table(), &key, hash)?.is_some() {
            return Ok(false);
        }
        self.watch.changed(self.table().positions());
        self.table_mut().add(key, hash, ());
        Ok(true)
    }

    /// Removes a key; whether it was there.
    pub fn remove(&self, heap: &Heap, key: &Value) -> Outcome<bool> {
        let hash = ops::hash::hash(heap, key)?;
        match table::find(heap, || self.table(), key, hash)? {
            Some(position) => {
                self.watch.changed(0);
                drop(self.table_mut().remove_at(position));
                Ok(true)
            }
            None => Ok(false),
        }
    }

    /// Removes and gives back the first key.
    pub fn pop_first(&self) -> Option<Value> {
        let position = (0..self.table().positions()).find(|&p| self.table().at(p).is_some())?;
        self.watch.changed(0);
        self.table_mut().remove_at(position).map(|(key, ())| key)
    }

    pub fn clear_all(&self) {
        self.watch.changed(0);
        drop(self.table_mut().take_all());
    }

    pub fn copy(&self, heap: &Heap, frozen: bool) -> Ref<Set> {
        Set::from_table(heap, self.table().copy(), frozen)
    }

    /// A copy of the keys.
    pub fn keys(&self) -> Vec<Value> {
        self.table().iter().map(|e| e.key.clone()).collect()
    }

    /// The first key at or after `position`: (its position, key).
    pub fn next_key(&self, mut position: usize) -> Option<(usize, Value)> {
        let table = self.table();
        while position < table.positions() {
            if let Some(entry) = table.at(position) {
                return Some((position, entry.key.clone()));
            }
            position += 1;
        }
        None
    }
}
