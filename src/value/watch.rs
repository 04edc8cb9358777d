//! What a container that came out of a record tells its isolate when it changes.
//!
//! A list, dict or set that was thawed from a node's or a walker's field carries a [`Watch`]: its
//! mutators call [`Watch::changed`], which puts the owner on the isolate's list of what to store again
//! and remembers how much of the container's beginning is still as it was.

use super::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Which watched containers have changed since the last commit: numbers given out by the isolate.
#[derive(Default)]
pub struct Touched {
    list: RefCell<Vec<u32>>,
}

impl Touched {
    /// Takes the numbers that were noted.
    pub fn take(&self) -> Vec<u32> {
        std::mem::take(&mut *self.list.borrow_mut())
    }

    pub fn is_empty(&self) -> bool {
        self.list.borrow().is_empty()
    }

    /// How many have been noted so far.
    pub fn len(&self) -> usize {
        self.list.borrow().len()
    }

    /// Forgets what was noted after there were `length`.
    pub fn truncate(&self, length: usize) {
        self.list.borrow_mut().truncate(length);
    }

    pub fn note(&self, number: u32) {
        self.list.borrow_mut().push(number);
    }
}

/// One container's watch.
pub struct Watch {
    touched: Rc<Touched>,
    number: u32,
    /// Entries before this position are as they were when the container was last stored.
    kept: Cell<usize>,
    noted: Cell<bool>,
}

impl Watch {
    pub fn new(touched: Rc<Touched>, number: u32, length: usize) -> Watch {
        Watch { touched, number, kept: Cell::new(length), noted: Cell::new(false) }
    }

    /// Entry `from` and later ones are about to change.
    #[inline(never)]
    pub fn changed(&self, from: usize) {
        self.kept.set(self.kept.get().min(from));
        if !self.noted.replace(true) {
            self.touched.note(self.number);
        }
    }

    pub fn number(&self) -> u32 {
        self.number
    }

    /// How many entries at the beginning have not changed.
    pub fn kept(&self) -> usize {
        self.kept.get()
    }

    /// The container has been stored as it is now, with `length` entries.
    pub fn stored(&self, length: usize) {
        self.kept.set(length);
        self.noted.set(false);
    }
}

/// The place of a watch in a container; empty for nearly all of them.
#[derive(Default)]
pub struct Watched(RefCell<Option<Rc<Watch>>>);

impl Watched {
    /// Tells the watch, if there is one.
    #[inline(always)]
    pub(super) fn changed(&self, from: usize) {
        // SAFETY: nobody holds a borrow while a mutator runs: `set` and `get` return at once.
        if let Some(watch) = unsafe { &*self.0.as_ptr() } {
            watch.changed(from);
        }
    }

    /// Whether somebody wants to know of changes.
    #[inline(always)]
    pub fn is_set(&self) -> bool {
        // SAFETY: as for `changed`.
        unsafe { &*self.0.as_ptr() }.is_some()
    }

    pub fn set(&self, watch: Option<Rc<Watch>>) {
        *self.0.borrow_mut() = watch;
    }

    pub fn get(&self) -> Option<Rc<Watch>> {
        self.0.borrow().clone()
    }
}

/// Whether the value is a container whose changes somebody wants to know of.
pub fn is_watched(value: &Value) -> bool {
    match value {
        Value::List(list) => list.watch.is_set(),
        Value::Dict(dict) => dict.watch.is_set(),
        Value::Set(set) => set.watch.is_set(),
        _ => false,
    }
}
