//! Lists. Contents are reached through short closures and single operations: no Jac code runs while
//! a borrow of the vector is out.
//!
//! Every change says from which index on, for the watch of a list that came out of a record.
//! Methods are in `builtins::methods::list`, operators and slices in `ops`.

use std::cell::UnsafeCell;

use super::object::{Kind, Tracked};
use super::watch::Watched;
use super::{Heap, Ref, Value};

/// A `list`.
pub struct List {
    items: UnsafeCell<Vec<Value>>,
    pub watch: Watched,
}

impl Tracked for List {
    const KIND: Kind = Kind::List;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.items().iter().for_each(visit);
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        // SAFETY: clearing is the only access (see `Tracked::clear`).
        let items = std::mem::take(unsafe { &mut *self.items.get() });
        for value in items {
            if value.is_immediate() {
                std::mem::forget(value);
            } else {
                take(value);
            }
        }
    }
}

impl List {
    pub fn new(heap: &Heap, items: Vec<Value>) -> Ref<List> {
        Ref::new(&heap.objects, List { items: UnsafeCell::new(items), watch: Watched::default() })
    }

    /// The contents. The borrow must end before anything can run Jac code or change the list.
    #[inline(always)]
    pub(crate) fn items(&self) -> &Vec<Value> {
        // SAFETY: single-threaded, and by the rule above no exclusive borrow overlaps.
        unsafe { &*self.items.get() }
    }

    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    fn items_mut(&self) -> &mut Vec<Value> {
        // SAFETY: as for `items`; the methods below end the borrow before they return.
        unsafe { &mut *self.items.get() }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items().len()
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.items().is_empty()
    }

    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items().get(index).cloned()
    }

    /// Replaces item `index`, which exists; gives back the old one.
    #[inline(always)]
    pub fn set(&self, index: usize, value: Value) -> Option<Value> {
        self.watch.changed(index);
        self.items_mut().get_mut(index).map(|slot| std::mem::replace(slot, value))
    }

    #[inline(always)]
    pub fn push(&self, value: Value) {
        self.watch.changed(self.len());
        self.items_mut().push(value);
    }

    pub fn pop(&self) -> Option<Value> {
        self.watch.changed(self.len().saturating_sub(1));
        self.items_mut().pop()
    }

    /// Changes the vector: entries from `from` on. `change` must not run Jac code.
    pub fn edit<T>(&self, from: usize, change: impl FnOnce(&mut Vec<Value>) -> T) -> T {
        self.watch.changed(from);
        change(self.items_mut())
    }

    /// Takes all items out, as a sort does.
    pub fn take(&self) -> Vec<Value> {
        self.edit(0, std::mem::take)
    }

    /// A copy of the items.
    pub fn to_vec(&self) -> Vec<Value> {
        self.items().clone()
    }
}
