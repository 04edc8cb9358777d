//! Bound methods: a function together with the object on which it was looked up.
//!
//! The function may be one of the program or of the runtime. Binding is decided in
//! `ops::attribute`; calls of methods in the program's text go without making one of these
//! (`eval::call`).

use std::cell::UnsafeCell;

use super::object::{Kind, Tracked};
use super::{Heap, Ref, Value};

/// A bound method: calling it passes `receiver` first.
pub struct Bound {
    parts: UnsafeCell<(Value, Value)>,
}

impl Tracked for Bound {
    const KIND: Kind = Kind::Bound;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.receiver());
        visit(self.function());
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        // SAFETY: clearing is the only access (see `Tracked::clear`).
        let (receiver, function) = std::mem::take(unsafe { &mut *self.parts.get() });
        take(receiver);
        take(function);
    }
}

impl Bound {
    pub fn new(heap: &Heap, receiver: Value, function: Value) -> Ref<Bound> {
        Ref::new(&heap.objects, Bound { parts: UnsafeCell::new((receiver, function)) })
    }

    #[inline(always)]
    pub fn receiver(&self) -> &Value {
        // SAFETY: never changed but by `clear`.
        unsafe { &(*self.parts.get()).0 }
    }

    #[inline(always)]
    pub fn function(&self) -> &Value {
        // SAFETY: never changed but by `clear`.
        unsafe { &(*self.parts.get()).1 }
    }
}
