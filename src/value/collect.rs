//! The cycle collector: trial deletion over an isolate's tracked objects, as CPython does it.
//!
//! Counts that remain after taking off all references from inside the heap belong to objects that
//! something outside (a slot, a native frame) refers to; they, and all they reach, live. The rest is
//! garbage and is taken apart. References that tracing does not see count as outside ones: missing one
//! keeps an object alive, never the other way round.
//!
//! A collection runs at a safe point once as many objects have been made as were alive after the last
//! one, so its cost is a constant share of allocation.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use super::object::{CLEARED, Header, REACHABLE, Ref, Tracked, clear_object, trace_object};
use super::{Heap, Value};

/// Shows a reference that is not stored as a `Value` to a visitor.
#[inline]
pub fn visit_ref<T: Tracked>(reference: &Ref<T>, wrap: fn(Ref<T>) -> Value, visit: &mut dyn FnMut(&Value)) {
    // SAFETY: the copy is never dropped, so the count stays right.
    let value = ManuallyDrop::new(wrap(unsafe { Ref::from_raw(reference.0) }));
    visit(&value);
}

/// Runs a collection; gives how many objects were found dead.
pub fn collect(heap: &Heap) -> usize {
    let objects = &heap.objects;
    let head: *const Header = objects.head();
    // 1. The number of references from anywhere goes into `prev`, whose links are restored at the end.
    let mut alive = 0usize;
    for_each(head, |header| {
        header.prev.set(header.count.get() as usize as *const Header);
        header.set(REACHABLE, false);
        alive += 1;
    });
    // 2. Take off those from inside.
    for_each(head, |header| {
        // SAFETY: every linked object is alive, and nobody edits it while we look.
        unsafe { trace_object(NonNull::from(header), &mut |value| less(value)) };
    });
    // 3. What still has a reference is reachable, with everything that it refers to.
    let mut pending: Vec<NonNull<Header>> = Vec::new();
    for_each(head, |header| {
        if header.prev.get() as usize > 0 && !header.has(REACHABLE) {
            header.set(REACHABLE, true);
            pending.push(NonNull::from(header));
        }
        while let Some(at) = pending.pop() {
            // SAFETY: as above.
            unsafe { trace_object(at, &mut |value| mark(value, &mut pending)) };
        }
    });
    // 4. Restore the links; hold the garbage so that nothing dies while it is taken apart.
    let mut garbage: Vec<NonNull<Header>> = Vec::new();
    let mut last = head;
    for_each(head, |header| {
        header.prev.set(last);
        last = header;
        if !header.has(REACHABLE | CLEARED) {
            header.count.set(header.count.get() + 1);
            garbage.push(NonNull::from(header));
        }
    });
    // SAFETY: the head lives as long as the heap.
    unsafe { (*head).prev.set(last) };
    let mut taken: Vec<Value> = Vec::new();
    for at in &garbage {
        // SAFETY: held by the count added above; garbage is referred to by garbage only.
        unsafe {
            at.as_ref().set(CLEARED, true);
            clear_object(*at, &mut |value| taken.push(value));
        }
    }
    drop(taken);
    let found = garbage.len();
    for at in garbage {
        // SAFETY: gives back the count added above; contents are cleared already.
        unsafe {
            let left = at.as_ref().count.get() - 1;
            at.as_ref().count.set(left);
            if left == 0 {
                super::object::release(at);
            } else {
                at.as_ref().set(CLEARED, false);
            }
        }
    }
    objects.allocated.set(0);
    objects.threshold.set((alive - found).max(20_000));
    found
}

fn for_each(head: *const Header, mut visit: impl FnMut(&Header)) {
    // SAFETY: the list is intact in the direction of `next` all the time, and no object leaves it meanwhile.
    unsafe {
        let mut at = (*head).next.get();
        while at != head {
            let header = &*at;
            at = header.next.get();
            visit(header);
        }
    }
}

fn less(value: &Value) {
    if let Some(at) = value.tracked_header() {
        // SAFETY: the value keeps it alive.
        let header = unsafe { at.as_ref() };
        let left = header.prev.get() as usize;
        header.prev.set(left.saturating_sub(1) as *const Header);
    }
}

fn mark(value: &Value, pending: &mut Vec<NonNull<Header>>) {
    if let Some(at) = value.tracked_header() {
        // SAFETY: the value keeps it alive.
        let header = unsafe { at.as_ref() };
        if !header.has(REACHABLE) {
            header.set(REACHABLE, true);
            pending.push(at);
        }
    }
}
