//! The frame stack's raw corner: the one place of the evaluator with `unsafe`. It starts functions on a
//! coroutine's own value stack, lets a generator find the way out of its coroutine in a slot of its
//! window, and stops lines wherever they stand.
//!
//! A coroutine's value area holds immediates only above what is in use: normal ends empty their windows,
//! and a body that is unwound by force is emptied by a guard.

use std::cell::Cell;
use std::rc::Rc;

use crate::coroutine::{Coroutine, ParkSlot, Refusal, Resumed, Suspender};
use crate::value::generator::{Progress, Resume};
use crate::value::heap::HeapHandle;
use crate::value::{Frame, Heap, Outcome, Value};

/// What a generator's coroutine gives out at a `yield`.
pub type Port<'a> = Suspender<'a, Resume, Value>;

/// A coroutine of the program's own: a generator or an `async def`.
pub type Body = Coroutine<Resume, Value, Outcome>;

/// A line of an isolate that `flow` has started.
pub type Line = Coroutine<(), (), Outcome>;

/// Where the value stack of a suspended body ends.
pub type Top = Rc<Cell<*mut Value>>;

/// What the slot of a generator's window points to.
struct Gate<'a> {
    port: Port<'a>,
    top: Top,
}

/// Empties the value stack of a body that ends, whatever way.
struct Sweep {
    heap: HeapHandle,
    base: *mut Value,
    top: Top,
}

impl Drop for Sweep {
    fn drop(&mut self) {
        let mut at = self.base;
        while at < self.top.get() {
            // SAFETY: between base and top stand initialised values of this coroutine's own area.
            unsafe {
                std::mem::take(&mut *at).discard();
                at = at.add(1);
            }
        }
        let _ = self.heap;
    }
}

/// Makes a body that runs `start` with a frame on its own value stack; its last argument puts the way out
/// into a slot of a window.
pub fn body(
    heap: &Heap,
    top: Top,
    start: impl FnOnce(Frame<'_>, Resume, &mut dyn FnMut(Frame<'_>, u16)) -> Outcome + 'static,
) -> Outcome<Body> {
    on_own_stack(heap, top, move |frame, first, port, top| {
        let gate = Gate { port, top };
        let result = start(frame, first, &mut |frame, slot| {
            frame.set(slot, Value::Int(std::ptr::from_ref(&gate) as usize as i64));
        });
        gate.top.set(gate.port.limit().value_area().0.cast());
        result
    })
}

/// The slot through which the lines of an isolate stop.
pub fn stops() -> Rc<ParkSlot<(), ()>> {
    // SAFETY: lines are resumed by their isolate's own code only, and the isolate as a whole is parked through
    // another slot. Whoever stops a line stands in that line; an isolate that is parked runs nothing that
    // could reach this slot.
    Rc::new(unsafe { ParkSlot::new() })
}

/// Makes the body of a line: it stops through the slot.
pub fn line(
    heap: &Heap,
    stops: Rc<ParkSlot<(), ()>>,
    start: impl FnOnce(Frame<'_>) -> Outcome + 'static,
) -> Outcome<Line> {
    let top = Rc::new(Cell::new(std::ptr::null_mut()));
    on_own_stack(heap, top, move |frame, (), port, top| {
        let base = port.limit().value_area().0.cast();
        let result = stops.enter(port, || start(frame));
        top.set(base);
        result
    })
}

/// A coroutine that starts on its own value stack, and leaves it empty.
fn on_own_stack<In: 'static, Out: 'static>(
    heap: &Heap,
    top: Top,
    start: impl FnOnce(Frame<'_>, In, Suspender<'_, In, Out>, Top) -> Outcome + 'static,
) -> Outcome<Coroutine<In, Out, Outcome>> {
    let handle = heap.handle();
    let made = Coroutine::create(move |port: Suspender<'_, In, Out>, first| {
        let heap = handle.get();
        let (base, _) = port.limit().value_area();
        let base = base.cast::<Value>();
        // SAFETY: `resume` below has installed this coroutine's limits; its value area is clean.
        unsafe { heap.set_top(base) };
        top.set(base);
        let _sweep = Sweep { heap: handle, base, top: top.clone() };
        start(heap.top_frame(), first, port, top)
    });
    made.map_err(|_| heap.error_with(crate::value::ErrorKind::MemoryError, Vec::new()))
}

/// Resumes a body: installs its limits for as long as it runs.
pub fn resume(heap: &Heap, body: &Body, with: Resume) -> Outcome<Progress> {
    match run(heap, body, with) {
        Resumed::Yielded(value) => Ok(Progress::Yielded(value)),
        Resumed::Returned(Ok(value)) => Ok(Progress::Returned(value)),
        Resumed::Returned(Err(raised)) => Err(raised),
        Resumed::Panicked(payload) => std::panic::resume_unwind(payload),
        Resumed::Refused(Refusal::Done) => Ok(Progress::Returned(Value::None)),
        Resumed::Refused(Refusal::Running) => Err(heap.value_error("generator already executing")),
    }
}

/// Lets a line run to its next stop; its result if it has ended.
pub fn resume_line(heap: &Heap, body: &Line) -> Option<Outcome> {
    match run(heap, body, ()) {
        Resumed::Yielded(()) => None,
        Resumed::Returned(result) => Some(result),
        Resumed::Panicked(payload) => std::panic::resume_unwind(payload),
        Resumed::Refused(_) => Some(Err(heap.runtime_error("a flow cannot go on"))),
    }
}

fn run<In, Out>(heap: &Heap, body: &Coroutine<In, Out, Outcome>, with: In) -> Resumed<Out, Outcome> {
    let Some(limit) = body.limit() else { return Resumed::Refused(Refusal::Done) };
    let (top, depth) = (heap.top(), heap.depth());
    // SAFETY: the coroutine runs on these stacks until it comes back here.
    let before = unsafe { heap.set_limit(Some(limit)) };
    let result = body.resume(with);
    // SAFETY: we are back on the stacks that were in use before.
    unsafe {
        heap.set_limit(before);
        heap.set_top(top);
    }
    heap.set_depth(depth);
    result
}

/// Stops the line that runs, with all generators that it stands in, until it is resumed.
pub fn stop_line(heap: &Heap, stops: &ParkSlot<(), ()>) {
    let (top, depth) = (heap.top(), heap.depth());
    let handled = heap.set_handled(Value::None);
    // SAFETY: the limit comes back below, before anything looks at it on these stacks.
    let limit = unsafe { heap.set_limit(None) };
    let _ = stops.park(());
    // SAFETY: we are on the stacks again on which we stopped: the innermost generator's, or the line's own.
    unsafe {
        heap.set_limit(limit);
        heap.set_top(top);
    }
    heap.set_depth(depth);
    drop(heap.set_handled(handled));
}

/// Shows the values of a suspended body's windows to the collector.
pub fn trace(body: &Body, top: &Top, visit: &mut dyn FnMut(&Value)) {
    let Some(limit) = body.limit().filter(|_| body.is_suspended()) else { return };
    let mut at: *const Value = limit.value_area().0.cast();
    while at < top.get() {
        // SAFETY: `suspend` has set the top, and the body has not run since: between base and top stand
        // initialised values, each owned by its slot (`Sweep` drops them), and nobody edits them meanwhile.
        unsafe {
            visit(&*at);
            at = at.add(1);
        }
    }
}

/// Suspends the generator whose window this is; gives what it is resumed with.
/// `None` if the slot holds no gate: then the function does not run as a generator.
pub fn suspend(frame: Frame<'_>, slot: u16, value: Value) -> Option<Resume> {
    let Value::Int(address) = *frame.get(slot) else { return None };
    // SAFETY: only `body` writes the slot; the gate stands at the base of the coroutine that runs this very
    // window and outlives it; a window never leaves its coroutine.
    let gate = unsafe { &*(address as usize as *const Gate<'_>) };
    let heap = frame.heap;
    let top = heap.top();
    gate.top.set(top);
    let handled = heap.set_handled(Value::None);
    let resumed = gate.port.suspend(value);
    drop(heap.set_handled(handled));
    // SAFETY: `resume` has installed this coroutine's limits again; its windows are as they were.
    unsafe { heap.set_top(top) };
    heap.set_depth(heap.depth() + 1);
    Some(resumed)
}
