//! Frames: a function's window of the value stack, and the isolate that it runs in.
//!
//! A window's slots are parameters, locals, then the places where calls put their arguments; the
//! callee's window begins there. Above the running function's part every slot is immediate (unbound,
//! mostly), so a new window needs no preparation. A [`Frame`] is two words and travels in registers.

use std::ptr::NonNull;

use super::{Heap, Value};

/// The running function's window, and its isolate.
#[derive(Clone, Copy)]
pub struct Frame<'h> {
    slots: NonNull<Value>,
    pub heap: &'h Heap,
}

impl<'h> Frame<'h> {
    /// # Safety
    /// From `slots` on there is room for the window of whatever runs in the frame (`Heap::enter` checks).
    #[inline(always)]
    pub(super) unsafe fn new(slots: NonNull<Value>, heap: &'h Heap) -> Frame<'h> {
        Frame { slots, heap }
    }

    /// Slot `index`. The borrow must end before anything runs that can assign the slot.
    ///
    /// Slots are numbered by the resolver and the code generator, below the size that `enter` checked.
    #[inline(always)]
    pub fn get(&self, index: u16) -> &'h Value {
        // SAFETY: inside the window, see above; the slot is initialised since the stack starts as unbound.
        unsafe { self.slots.add(index as usize).as_ref() }
    }

    /// Sets a slot and drops what was there.
    #[inline(always)]
    pub fn set(&self, index: u16, value: Value) {
        self.replace(index, value).discard();
    }

    /// Sets a slot that is known to hold an immediate: one above everything that is in use.
    #[inline(always)]
    pub fn put(&self, index: u16, value: Value) {
        debug_assert!(self.get(index).is_immediate());
        // SAFETY: inside the window; what is overwritten needs no drop.
        unsafe { self.slots.add(index as usize).write(value) };
    }

    /// Sets a slot; gives back what was there.
    #[inline(always)]
    pub fn replace(&self, index: u16, value: Value) -> Value {
        // SAFETY: inside the window; nobody holds a borrow of the slot (rule of `get`).
        unsafe { std::mem::replace(self.slots.add(index as usize).as_mut(), value) }
    }

    /// Takes a slot's value and leaves it unbound.
    #[inline(always)]
    pub fn take(&self, index: u16) -> Value {
        self.replace(index, Value::Unbound)
    }

    /// Works on a slot in place. `change` must not run Jac code.
    #[inline(always)]
    pub fn edit<T>(&self, index: u16, change: impl FnOnce(&mut Value) -> T) -> T {
        // SAFETY: inside the window; nobody holds a borrow of the slot (rule of `get`).
        change(unsafe { self.slots.add(index as usize).as_mut() })
    }

    /// The window that begins at slot `base`: a callee's.
    #[inline(always)]
    pub fn callee(&self, base: u16) -> Frame<'h> {
        // SAFETY: `base` is inside the caller's frame; the callee checks its own part.
        Frame { slots: unsafe { self.slots.add(base as usize) }, heap: self.heap }
    }

    /// Slots `base..base + count` as a slice: the arguments of a native function.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    pub fn slice(&self, base: u16, count: usize) -> &'h mut [Value] {
        // SAFETY: inside the window; the code generator gives a call its own part of it, which nothing
        // else touches while the call lasts.
        unsafe { std::slice::from_raw_parts_mut(self.slots.add(base as usize).as_ptr(), count) }
    }

    /// Empties slots `base..base + count`.
    #[inline(always)]
    pub fn clear(&self, base: u16, count: u16) {
        // SAFETY: inside the window; nobody holds a borrow of the slots (rule of `get`).
        let (mut at, end) =
            unsafe { (self.slots.add(base as usize), self.slots.add((base + count) as usize)) };
        while at != end {
            // SAFETY: as above.
            unsafe {
                at.replace(Value::Unbound).discard();
                at = at.add(1);
            }
        }
    }

    #[inline(always)]
    pub(super) fn pointer(&self) -> *mut Value {
        self.slots.as_ptr()
    }
}
