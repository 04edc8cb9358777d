//! Descriptors: properties, static methods, class methods and the `super` object: attributes that
//! are not simply given out when they are read.
//!
//! All are one type with a kind and parts, fixed when it is made. What reading or setting one does
//! is in `ops::attribute`, construction in `builtins::methods::property`.

use std::cell::UnsafeCell;

use super::object::{Kind, Tracked};
use super::{Heap, Ref, Value};

/// What a descriptor does when it is read on an instance or a class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DescriptorKind {
    /// `[getter, setter, deleter, doc]`, missing ones `None`.
    Property,
    /// `[function]`
    StaticMethod,
    /// `[function]`
    ClassMethod,
    /// `[class, receiver]`: attributes are looked up after `class` in the receiver's resolution order.
    Super,
}

/// A descriptor.
pub struct Descriptor {
    pub kind: DescriptorKind,
    parts: UnsafeCell<Vec<Value>>,
}

impl Tracked for Descriptor {
    const KIND: Kind = Kind::Descriptor;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.parts().iter().for_each(visit);
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        // SAFETY: clearing is the only access (see `Tracked::clear`).
        std::mem::take(unsafe { &mut *self.parts.get() }).into_iter().for_each(take);
    }
}

impl Descriptor {
    pub fn new(heap: &Heap, kind: DescriptorKind, parts: Vec<Value>) -> Ref<Descriptor> {
        Ref::new(&heap.objects, Descriptor { kind, parts: UnsafeCell::new(parts) })
    }

    pub fn parts(&self) -> &[Value] {
        // SAFETY: changed by `clear` only.
        unsafe { &*self.parts.get() }
    }

    /// Part `index`; `None` where there is none.
    pub fn part(&self, index: usize) -> Value {
        self.parts().get(index).cloned().unwrap_or(Value::None)
    }

    /// Whether it takes part in assignments.
    pub fn is_data(&self) -> bool {
        self.kind == DescriptorKind::Property
    }
}
