//! Tuples: a fixed sequence of values.
//!
//! The items never change, so they can be read in place while Jac code runs. Tracked, since a tuple
//! may be part of a cycle through what it holds. Methods are in `builtins::methods::tuple`,
//! operators in `ops`.

use std::cell::UnsafeCell;

use super::object::{Kind, Tracked};
use super::{Heap, Ref, Value};

/// A `tuple`.
pub struct Tuple {
    items: UnsafeCell<Box<[Value]>>,
}

impl Tracked for Tuple {
    const KIND: Kind = Kind::Tuple;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.items().iter().for_each(visit);
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        // SAFETY: clearing is the only access (see `Tracked::clear`).
        let items = std::mem::take(unsafe { &mut *self.items.get() });
        items.into_iter().for_each(take);
    }
}

impl Tuple {
    pub fn new(heap: &Heap, items: impl Into<Box<[Value]>>) -> Ref<Tuple> {
        Ref::new(&heap.objects, Tuple { items: UnsafeCell::new(items.into()) })
    }

    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: never changed but by `clear`, when nobody can hold a borrow.
        unsafe { &*self.items.get() }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items().len()
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.items().is_empty()
    }
}

impl Value {
    /// A tuple value.
    pub fn tuple(heap: &Heap, items: impl Into<Box<[Value]>>) -> Value {
        Value::Tuple(Tuple::new(heap, items))
    }

    /// A list value.
    pub fn list(heap: &Heap, items: Vec<Value>) -> Value {
        Value::List(super::List::new(heap, items))
    }
}
