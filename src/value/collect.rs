//! The cycle collector: trial deletion over an isolate's tracked objects, as CPython does it.
//!
//! Counts that remain after taking off all references from inside the heap belong to objects that
//! something outside (a slot, a native frame) refers to; they, and all they reach, live. The rest is
//! garbage and is taken apart. References that tracing does not see count as outside ones: missing one
//! keeps an object alive, never the other way round. A generator that waits half-way is closed before it is
//! garbage: it and what it reaches live on until its body has ended, with everything still in place.
//!
//! A collection runs at a safe point once enough objects have been made. It looks at those that are new
//! since the last one, and at all once three times as many live as when it last did: an object is looked
//! at a bounded number of times however many there are.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use super::generator::STACK;
use super::object::{
    CLEARED, Header, Kind, LOOKED_AT, Object, REACHABLE, Ref, Tracked, YOUNG, clear_object, trace_object,
};
use super::{Generator, Heap, Value};

/// Shows a reference that is not stored as a `Value` to a visitor.
#[inline]
pub fn visit_ref<T: Tracked>(reference: &Ref<T>, wrap: fn(Ref<T>) -> Value, visit: &mut dyn FnMut(&Value)) {
    // SAFETY: the copy is never dropped, so the count stays right.
    let value = ManuallyDrop::new(wrap(unsafe { Ref::from_raw(reference.0) }));
    visit(&value);
}

/// Runs a collection of the objects that are new since the last one, or of all if many have grown old
/// since all were looked at.
pub fn collect(heap: &Heap) {
    let objects = &heap.objects;
    let is_full = objects.grown_old.get() > 2 * objects.alive.get().max(YOUNG);
    let start: *const Header = if is_full { objects.head() } else { objects.divider() };
    let survivors = collect_from(heap, start, true);
    objects.all_old();
    objects.allocated.set(0);
    if is_full {
        objects.alive.set(survivors);
        objects.grown_old.set(0);
    } else {
        objects.grown_old.set(objects.grown_old.get() + survivors);
    }
}

/// Runs the last collection of a heap: nothing runs in it any more, so no generator is closed.
pub fn collect_last(heap: &Heap) {
    collect_from(heap, heap.objects.head(), false);
}

/// Collects the objects behind `start` in the list; gives how many live on, the waiting stacks of generators
/// with the weight that they have. References from objects before it count as outside ones.
fn collect_from(heap: &Heap, start: *const Header, closes: bool) -> usize {
    let head: *const Header = heap.objects.head();
    // 1. The number of references from anywhere goes into `prev`, whose links are restored at the end.
    for_each(start, head, |header| {
        header.prev.set(header.count.get() as usize as *const Header);
        header.set(REACHABLE, false);
        header.set(LOOKED_AT, true);
    });
    // 2. Take off those from inside.
    for_each(start, head, |header| {
        // SAFETY: every linked object is alive, and nobody edits it while we look.
        unsafe { trace_object(NonNull::from(header), &mut |value| less(value)) };
    });
    // 3. What still has a reference is reachable, with everything that it refers to.
    let mut pending: Vec<NonNull<Header>> = Vec::new();
    for_each(start, head, |header| {
        if header.prev.get() as usize > 0 {
            reach(header, &mut pending);
        }
    });
    // 4. A generator that would die half-way is given to be closed; what it reaches stays for that.
    for_each(start, head, |header| {
        if closes
            && !header.has(REACHABLE | CLEARED)
            && let Some(generator) = waiting_generator(header)
        {
            reach(header, &mut pending);
            generator.orphan();
        }
    });
    // 5. Restore the links; hold the garbage so that nothing dies while it is taken apart.
    let mut garbage: Vec<NonNull<Header>> = Vec::new();
    let mut survivors = 0usize;
    let mut last = start;
    for_each_linked(start, head, |header| {
        header.prev.set(last);
        last = header;
        header.set(LOOKED_AT, false);
        if header.kind == Kind::Head {
            return;
        }
        if header.has(REACHABLE | CLEARED) {
            survivors += if waiting_generator(header).is_some() { STACK } else { 1 };
        } else {
            header.count.set(header.count.get() + 1);
            garbage.push(NonNull::from(header));
        }
    });
    // SAFETY: the head lives as long as the heap.
    unsafe { (*head).prev.set(last) };
    take_apart(garbage);
    survivors
}

fn take_apart(garbage: Vec<NonNull<Header>>) {
    let mut taken: Vec<Value> = Vec::new();
    for at in &garbage {
        // SAFETY: held by the count added above; garbage is referred to by garbage only.
        unsafe {
            at.as_ref().set(CLEARED, true);
            clear_object(*at, &mut |value| taken.push(value));
        }
    }
    drop(taken);
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
}

/// The objects behind `start`, up to the head; the divider is none.
fn for_each(start: *const Header, head: *const Header, mut visit: impl FnMut(&Header)) {
    for_each_linked(start, head, |header| {
        if header.kind != Kind::Head {
            visit(header);
        }
    });
}

/// All that stands in the list behind `start`, up to the head.
fn for_each_linked(start: *const Header, head: *const Header, mut visit: impl FnMut(&Header)) {
    // SAFETY: the list is intact in the direction of `next` all the time, and no object leaves it meanwhile.
    unsafe {
        let mut at = (*start).next.get();
        while at != head {
            let header = &*at;
            at = header.next.get();
            visit(header);
        }
    }
}

/// The generator that this is, if it is one that waits half-way.
fn waiting_generator(header: &Header) -> Option<&Generator> {
    if header.kind != Kind::Generator {
        return None;
    }
    // SAFETY: the kind tells what object the header begins.
    let object = unsafe { NonNull::from(header).cast::<Object<Generator>>().as_ref() };
    object.data.is_suspended().then_some(&object.data)
}

/// Marks an object and all that it refers to.
fn reach(header: &Header, pending: &mut Vec<NonNull<Header>>) {
    if !header.has(REACHABLE) {
        header.set(REACHABLE, true);
        pending.push(NonNull::from(header));
    }
    while let Some(at) = pending.pop() {
        // SAFETY: every linked object is alive, and nobody edits it while we look.
        unsafe { trace_object(at, &mut |value| mark(value, pending)) };
    }
}

fn less(value: &Value) {
    if let Some(at) = value.tracked_header() {
        // SAFETY: the value keeps it alive.
        let header = unsafe { at.as_ref() };
        if header.has(LOOKED_AT) {
            let left = header.prev.get() as usize;
            header.prev.set(left.saturating_sub(1) as *const Header);
        }
    }
}

fn mark(value: &Value, pending: &mut Vec<NonNull<Header>>) {
    if let Some(at) = value.tracked_header() {
        // SAFETY: the value keeps it alive.
        let header = unsafe { at.as_ref() };
        if header.has(LOOKED_AT) && !header.has(REACHABLE) {
            header.set(REACHABLE, true);
            pending.push(at);
        }
    }
}
