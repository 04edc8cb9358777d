//! Cells: a variable that a function shares with the functions defined inside it.
//!
//! A tracked object, since a function in its own cell is a cycle. Which variables are cells is
//! decided in `resolve`; what reading an unbound one raises is `eval::variable`'s.

use std::cell::UnsafeCell;

use super::object::{Kind, Tracked};
use super::{Heap, Ref, Value};

/// One shared variable; unbound until assigned.
pub struct CellBox {
    value: UnsafeCell<Value>,
}

impl Tracked for CellBox {
    const KIND: Kind = Kind::Cell;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(self.peek());
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        take(self.set(Value::Unbound));
    }
}

impl CellBox {
    pub fn new(heap: &Heap, value: Value) -> Ref<CellBox> {
        Ref::new(&heap.objects, CellBox { value: UnsafeCell::new(value) })
    }

    /// The value in place; the borrow must end before Jac code can run.
    #[inline(always)]
    pub fn peek(&self) -> &Value {
        // SAFETY: single-threaded, and by the rule above no exclusive borrow overlaps.
        unsafe { &*self.value.get() }
    }

    #[inline(always)]
    pub fn get(&self) -> Value {
        self.peek().clone()
    }

    /// Sets the value; gives back the old one.
    #[inline(always)]
    pub fn set(&self, value: Value) -> Value {
        // SAFETY: the exclusive borrow ends with the statement.
        std::mem::replace(unsafe { &mut *self.value.get() }, value)
    }
}
