//! Parking: how code at any depth suspends the walker it runs for.
//!
//! A walker's code may stand inside generators, each on a stack of its own, when it has to wait.
//! The isolate holds one `ParkSlot`, which knows the innermost coroutine that entered it and is
//! running; to park is to suspend that one, with all generators between. The slot is read at the
//! moment of parking and never before: a generator may be resumed by another coroutine than the
//! one that created it.

use std::cell::Cell;
use std::ptr::NonNull;

use corosensei::Yielder;

use super::switch::{Signal, Suspender, suspend};

/// Where an isolate remembers whom to suspend.
pub struct ParkSlot<In, Yield> {
    innermost: Cell<Link<In, Yield>>,
}

type Link<In, Yield> = Option<NonNull<Entry<In, Yield>>>;

/// A coroutine that entered the slot; lives in the frame of `enter`, on that coroutine's stack.
struct Entry<In, Yield> {
    yielder: NonNull<Yielder<Signal<In>, Yield>>,
    /// What the slot held when this coroutine was resumed last: it is back when this one leaves.
    below: Cell<Link<In, Yield>>,
}

impl<In, Yield> ParkSlot<In, Yield> {
    /// A slot that nobody has entered.
    ///
    /// # Safety
    ///
    /// Of coroutines that resume one another, all that enter a slot must enter the same one, and
    /// they and the generators they run must use no other. (One slot per isolate, and isolates
    /// never resume one another.) With two slots, code could suspend, through the second, a
    /// coroutine that is waiting inside one parked through the first. A second slot is allowed
    /// for coroutines that only run inside one of the first slot (or inside none), as long as
    /// nobody who is outside of that one parks through the second.
    pub const unsafe fn new() -> Self {
        ParkSlot { innermost: Cell::new(None) }
    }

    /// Runs `body`, for whose length `park` suspends the coroutine of `suspender`. Takes the
    /// suspender, so that the slot is the only way out meanwhile.
    pub fn enter<Ret>(&self, suspender: Suspender<'_, In, Yield>, body: impl FnOnce() -> Ret) -> Ret {
        let entry = Entry { yielder: NonNull::from(suspender.yielder()), below: Cell::new(None) };
        self.arrive(NonNull::from(&entry));
        let _leave = Leave { slot: self, entry: &entry };
        body()
    }

    /// Whether `park` would suspend somebody.
    pub fn is_entered(&self) -> bool {
        self.innermost.get().is_some()
    }

    /// Suspends the innermost coroutine that entered, and returns the input of its next resume.
    /// Where nobody has (the main program, say), the message comes back at once as the error.
    pub fn park(&self, message: Yield) -> Result<In, Yield> {
        let Some(pointer) = self.innermost.get() else {
            return Err(message);
        };
        // SAFETY: the slot holds an entry only between its `arrive` and its `leave`, in which
        // time the frame of `enter` that owns it is alive: the frame's end and unwinding leave.
        let entry = unsafe { pointer.as_ref() };
        self.innermost.set(entry.below.get());
        let _arrive = Arrive { slot: self, pointer };
        // SAFETY: the yielder lives at the base of the coroutine's stack as long as the body, and
        // with it `enter`, runs. Its coroutine runs now: it has arrived, and left neither by the
        // slot nor (`enter` has the suspender) otherwise; and if coroutines are nested in it, we
        // stand in the topmost of them, since the running ones form one stack (see `new`).
        let yielder = unsafe { entry.yielder.as_ref() };
        Ok(suspend(yielder, message))
    }

    fn arrive(&self, pointer: NonNull<Entry<In, Yield>>) {
        // SAFETY: called by `enter` and `park`, on the coroutine whose live frame holds the entry.
        let entry = unsafe { pointer.as_ref() };
        entry.below.set(self.innermost.replace(Some(pointer)));
    }
}

/// Puts a coroutine back into the slot when its suspension ends, by a resume or by unwinding.
struct Arrive<'a, In, Yield> {
    slot: &'a ParkSlot<In, Yield>,
    pointer: NonNull<Entry<In, Yield>>,
}

impl<In, Yield> Drop for Arrive<'_, In, Yield> {
    fn drop(&mut self) {
        self.slot.arrive(self.pointer);
    }
}

/// Takes a coroutine out of the slot when its body ends, by returning or by unwinding.
struct Leave<'a, In, Yield> {
    slot: &'a ParkSlot<In, Yield>,
    entry: &'a Entry<In, Yield>,
}

impl<In, Yield> Drop for Leave<'_, In, Yield> {
    fn drop(&mut self) {
        self.slot.innermost.set(self.entry.below.get());
    }
}
