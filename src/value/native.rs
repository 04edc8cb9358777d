//! Objects of native modules (a date, a random generator, an open file): a Rust value behind a
//! trait.
//!
//! The trait is all that operators, `repr` and the collector know of it. While the object is
//! borrowed no Jac code may run that could reach it again. Methods come from the class that is
//! registered under its type name.

use std::any::Any;
use std::cell::RefCell;

use super::object::{Kind, Tracked};
use super::{Heap, Outcome, Ref, Value};
use crate::code::{BinaryOp, CompareOp, Symbol};

/// What a native object can do. Everything has a default: an opaque object.
pub trait NativeObject: Any {
    /// The type's name as `type(x).__name__` shows it.
    fn type_name(&self) -> &'static str;
    /// The module that `repr` of the type names.
    fn module_name(&self) -> &'static str {
        "builtins"
    }
    /// Values held inside, for the collector.
    fn trace(&self, _visit: &mut dyn FnMut(&Value)) {}
    /// Gives the values up.
    fn clear(&mut self, _take: &mut dyn FnMut(Value)) {}
    /// `repr(x)`; `None` for the default with an address.
    fn repr(&self, _heap: &Heap) -> Option<Outcome<String>> {
        None
    }
    /// `str(x)`; `None` for `repr`.
    fn str(&self, _heap: &Heap) -> Option<Outcome<String>> {
        None
    }
    /// Reads a field; methods come from the type's class.
    fn attribute(&self, _heap: &Heap, _name: Symbol) -> Option<Outcome> {
        None
    }
    fn compare(&self, _heap: &Heap, _op: CompareOp, _other: &Value) -> Option<Outcome> {
        None
    }
    /// `reflected`: the object is the right operand.
    fn binary(&self, _heap: &Heap, _op: BinaryOp, _other: &Value, _reflected: bool) -> Option<Outcome> {
        None
    }
    fn hash(&self) -> Option<u64> {
        None
    }
    /// Whether it has a hash: without one of its own, that of its identity.
    fn is_hashable(&self) -> bool {
        true
    }
    fn truth(&self) -> bool {
        true
    }
    /// `format(x, spec)`; `None` for `str` with an empty spec.
    fn format(&self, _heap: &Heap, _spec: &str) -> Option<Outcome<String>> {
        None
    }
    /// The plain form that may cross to another isolate: a kind and text; `None`: it cannot cross.
    fn freeze(&self) -> Option<(&'static str, String)> {
        None
    }
}

/// A native object as a value. Methods are looked up in the class registered under its type name.
pub struct Native {
    object: RefCell<Box<dyn NativeObject>>,
}

struct Gone;
impl NativeObject for Gone {
    fn type_name(&self) -> &'static str {
        "object"
    }
}

impl Tracked for Native {
    const KIND: Kind = Kind::Native;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        if let Ok(object) = self.object.try_borrow() {
            object.trace(visit);
        }
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        if let Ok(mut object) = self.object.try_borrow_mut() {
            let mut old: Box<dyn NativeObject> = std::mem::replace(&mut *object, Box::new(Gone));
            old.clear(take);
        }
    }
}

impl Native {
    pub fn new(heap: &Heap, object: impl NativeObject) -> Ref<Native> {
        Ref::new(&heap.objects, Native { object: RefCell::new(Box::new(object)) })
    }

    /// Reads the object. `read` must not run Jac code that could change the same object.
    pub fn read<R>(&self, read: impl FnOnce(&dyn NativeObject) -> R) -> R {
        read(&**self.object.borrow())
    }

    /// Reads it as a `T`; `None` if it is something else.
    pub fn with<T: NativeObject, R>(&self, read: impl FnOnce(&T) -> R) -> Option<R> {
        let object = self.object.borrow();
        (&**object as &dyn Any).downcast_ref::<T>().map(read)
    }

    /// Works on it as a `T`; `None` also while it is being read. `change` must not run Jac code.
    pub fn edit<T: NativeObject, R>(&self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut object = self.object.try_borrow_mut().ok()?;
        (&mut **object as &mut dyn Any).downcast_mut::<T>().map(change)
    }

    pub fn is<T: NativeObject>(&self) -> bool {
        (&**self.object.borrow() as &dyn Any).is::<T>()
    }
}
