//! Dicts: insertion-ordered maps over `table.rs`.
//!
//! No Jac code runs while the contents are borrowed; keys that need it for their comparison are the
//! table's concern. Every change tells the watch of a dict that came out of a record. Views and
//! iterators are in `iter.rs`, methods in `builtins`.

use std::cell::UnsafeCell;
use std::rc::Rc;

use super::object::{Kind, Tracked};
use super::table::{self, Table};
use super::watch::Watched;
use super::{Heap, Outcome, Ref, Str, Value, ops};

/// A `dict`.
pub struct Dict {
    table: UnsafeCell<Table<Value>>,
    pub watch: Watched,
}

impl Tracked for Dict {
    const KIND: Kind = Kind::Dict;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        for entry in self.table().iter() {
            visit(&entry.key);
            visit(&entry.value);
        }
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        for entry in self.table_mut().take_all() {
            take(entry.key);
            take(entry.value);
        }
    }
}

impl Dict {
    pub fn new(heap: &Heap) -> Ref<Dict> {
        Dict::from_table(heap, Table::default())
    }

    pub fn from_table(heap: &Heap, table: Table<Value>) -> Ref<Dict> {
        Ref::new(&heap.objects, Dict { table: UnsafeCell::new(table), watch: Watched::default() })
    }

    /// The contents. The borrow must end before anything can run Jac code or change the dict.
    #[inline(always)]
    pub(crate) fn table(&self) -> &Table<Value> {
        // SAFETY: single-threaded, and by the rule above no exclusive borrow overlaps.
        unsafe { &*self.table.get() }
    }

    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    fn table_mut(&self) -> &mut Table<Value> {
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

    /// The position of a key. Raises TypeError for an unhashable key.
    #[inline]
    pub fn find(&self, heap: &Heap, key: &Value) -> Outcome<Option<usize>> {
        let hash = ops::hash::hash(heap, key)?;
        table::find(heap, || self.table(), key, hash)
    }

    #[inline]
    pub fn get(&self, heap: &Heap, key: &Value) -> Outcome<Option<Value>> {
        let hash = ops::hash::hash(heap, key)?;
        Ok(match table::find(heap, || self.table(), key, hash)? {
            Some(position) => self.table().at(position).map(|e| e.value.clone()),
            None => None,
        })
    }

    /// Sets a key; gives back the value that was there.
    #[inline]
    pub fn insert(&self, heap: &Heap, key: Value, value: Value) -> Outcome<Option<Value>> {
        let hash = ops::hash::hash(heap, &key)?;
        match table::find(heap, || self.table(), &key, hash)? {
            Some(position) => Ok(self.set_at(position, value)),
            None => {
                self.watch.changed(self.table().positions());
                self.table_mut().add(key, hash, value);
                Ok(None)
            }
        }
    }

    /// Replaces the value at a position.
    #[inline]
    pub fn set_at(&self, position: usize, value: Value) -> Option<Value> {
        self.watch.changed(position);
        self.table_mut().at_mut(position).map(|slot| std::mem::replace(slot, value))
    }

    /// Works on the value at a position in place. `change` must not run Jac code.
    #[inline]
    pub fn edit_at<T>(&self, position: usize, change: impl FnOnce(&mut Value) -> T) -> Option<T> {
        self.watch.changed(position);
        self.table_mut().at_mut(position).map(change)
    }

    /// Removes a key; gives back key and value.
    pub fn remove(&self, heap: &Heap, key: &Value) -> Outcome<Option<(Value, Value)>> {
        Ok(match self.find(heap, key)? {
            Some(position) => self.remove_at(position),
            None => None,
        })
    }

    pub fn remove_at(&self, position: usize) -> Option<(Value, Value)> {
        self.watch.changed(0);
        self.table_mut().remove_at(position)
    }

    /// Removes the last entry.
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        self.table().last().and_then(|position| self.remove_at(position))
    }

    /// Empties the dict.
    pub fn clear_all(&self) {
        self.watch.changed(0);
        drop(self.table_mut().take_all());
    }

    pub fn copy(&self, heap: &Heap) -> Ref<Dict> {
        Dict::from_table(heap, self.table().copy())
    }

    pub fn get_str(&self, key: &str) -> Option<Value> {
        let hash = Str::new(key).hash();
        let position = self.table().find_str(key, hash)?;
        self.table().at(position).map(|e| e.value.clone())
    }

    pub fn set_str(&self, key: &str, value: Value) {
        let text = Str::new(key);
        let hash = text.hash();
        match self.table().find_str(key, hash) {
            Some(position) => drop(self.set_at(position, value)),
            None => {
                self.watch.changed(self.table().positions());
                self.table_mut().add(Value::Str(Rc::new(text)), hash, value);
            }
        }
    }

    pub fn remove_str(&self, key: &str) -> Option<Value> {
        let position = self.table().find_str(key, Str::new(key).hash())?;
        self.remove_at(position).map(|(_, value)| value)
    }

    /// The first entry at or after `position`: (its position, key, value).
    #[inline]
    pub fn next_entry(&self, mut position: usize) -> Option<(usize, Value, Value)> {
        let table = self.table();
        while position < table.positions() {
            if let Some(entry) = table.at(position) {
                return Some((position, entry.key.clone(), entry.value.clone()));
            }
            position += 1;
        }
        None
    }

    /// A copy of the entries, in order.
    pub fn pairs(&self) -> Vec<(Value, Value)> {
        self.table().iter().map(|e| (e.key.clone(), e.value.clone())).collect()
    }
}
