//! Inline caches: one atomic word per place in the code, with a class's shape and a position. Never
//! a value: code is shared by all isolates.
//!
//! Also owns when a cache may be used at all: not where a class asks its own methods, nor for
//! fields that other isolates share.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::code::Symbol;
use crate::value::class::special;
use crate::value::{BuiltinType, Class, ClassKind, Heap};

/// What a cache knows for a shape.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Instances keep the attribute in this slot.
    Slot(u16),
    /// The class's table has it at this position, and it is a plain function or builtin method.
    Table(u16),
}

/// A cache.
#[derive(Default)]
pub struct Cache(AtomicU64);

const TABLE: u64 = 1 << 16;

impl Cache {
    /// The place for a shape, if that is the one that was seen last.
    #[inline(always)]
    pub fn slot(&self, shape: u32) -> Option<u16> {
        let word = self.0.load(Ordering::Relaxed);
        if (word >> 32) as u32 == shape && word & TABLE == 0 { Some(word as u16) } else { None }
    }

    #[inline(always)]
    pub fn table(&self, shape: u32) -> Option<u16> {
        let word = self.0.load(Ordering::Relaxed);
        if (word >> 32) as u32 == shape && word & TABLE != 0 { Some(word as u16) } else { None }
    }

    pub fn set(&self, shape: u32, place: Place) {
        let low = match place {
            Place::Slot(slot) => u64::from(slot),
            Place::Table(position) => TABLE | u64::from(position),
        };
        self.0.store(u64::from(shape) << 32 | low, Ordering::Relaxed);
    }
}

/// The slot that a plain read or write of the attribute on an instance of the class may use without
/// asking anybody.
pub fn plain_slot(heap: &Heap, class: &Class, name: Symbol, writing: bool) -> Option<u16> {
    let watched = matches!(class.kind, ClassKind::Node | ClassKind::Edge) && heap.shares_graph();
    let asks = if writing { special::SETATTR } else { special::GETATTRIBUTE } | special::DATA_DESCRIPTOR;
    let viewed = writing && class.is_async;
    if watched || viewed || class.has_special(asks) {
        return None;
    }
    let slot = class.slot(name)?;
    let own = slot >= class.hidden || class.builtin == BuiltinType::Exception;
    own.then_some(slot)
}

/// The position of a method in the class's table, if instances cannot hide it with a slot.
pub fn plain_method(class: &Class, name: Symbol) -> Option<u16> {
    if class.has_special(special::GETATTRIBUTE) || class.slot(name).is_some() {
        return None;
    }
    let position = class.position(name)?;
    match class.at(position) {
        Some(crate::value::Value::Function(function)) if !function.code.info.is_static => {
            u16::try_from(position).ok()
        }
        Some(crate::value::Value::Builtin(function)) if function.is_method() => u16::try_from(position).ok(),
        _ => None,
    }
}
