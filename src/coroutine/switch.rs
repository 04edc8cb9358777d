//! Coroutines: functions that stop in the middle and are continued later, from anywhere.
//!
//! Owns the states of a coroutine, kept outside of what it runs, so that every misuse (resuming
//! one that runs or has ended) is an answer and never a crash. A panic inside comes out as a
//! value. Which messages go in and out is the user's choice: closing and cancelling are messages
//! of the user, after which the body returns by itself.
//!
//! A suspended coroutine that is dropped all the same is unwound by force, which is slow and the
//! last resort. While a panic is under way it is forgotten instead, with its stack and everything
//! on it.

use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::panic::{self, AssertUnwindSafe};
use std::thread;

use corosensei::{CoroutineResult, Yielder};

use super::limit::StackLimit;
use super::region::{Mapping, NoStack};
use super::stack::Stack;

/// What a panic carried.
pub type Payload = Box<dyn Any + Send>;

/// How often a coroutine that is unwound by force may stop again before it is given up.
const UNWIND_TRIES: usize = 16;

/// What a resume led to.
#[derive(Debug)]
pub enum Resumed<Yield, Ret> {
    /// The coroutine suspended itself with this message.
    Yielded(Yield),
    /// The body returned. The stack is back in the pool.
    Returned(Ret),
    /// The body panicked, a bug of ours. The stack is back in the pool.
    Panicked(Payload),
    /// The coroutine was not resumed; the input is dropped.
    Refused(Refusal),
}

/// Why a coroutine was not resumed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// It is being resumed at this moment, further down this stack (or it is suspended
    /// as a part of a coroutine that resumed it and was parked).
    Running,
    /// Its body has returned or panicked.
    Done,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Created, never resumed. The first resume leads to `Running`.
    Fresh,
    /// Entered by `resume`, left when the body suspends, returns or panics.
    Running,
    /// Stopped in a suspend; the next resume continues there.
    Suspended,
    /// Returned, panicked or unwound. Final.
    Done,
}

/// What goes in: the user's message, or the order to unwind.
pub(super) enum Signal<In> {
    Go(In),
    Unwind,
}

/// The panic payload of a forced unwind. Raised by a suspension, caught by the coroutine that is
/// being dropped; those nested in it pass it on.
struct Unwinding;

type Inner<In, Yield, Ret> = corosensei::Coroutine<Signal<In>, Yield, Result<Ret, Payload>, Stack>;

/// A function on a stack of its own. `In` goes in with every resume, `Yield` comes out with every
/// suspension, `Ret` at the end. It stays on its thread; `Movable` is the one that travels.
pub struct Coroutine<In: 'static, Yield: 'static, Ret: 'static> {
    state: Cell<State>,
    mapping: Mapping,
    /// `None` when done, so that the stack goes back to the pool at once.
    inner: UnsafeCell<Option<Inner<In, Yield, Ret>>>,
}

impl<In: 'static, Yield: 'static, Ret: 'static> Coroutine<In, Yield, Ret> {
    /// Prepares `body` to run on a stack from the pool. It starts with the first resume, whose
    /// input is its second argument.
    pub fn create<F>(body: F) -> Result<Self, NoStack>
    where
        F: FnOnce(Suspender<'_, In, Yield>, In) -> Ret + 'static,
    {
        let stack = Stack::take()?;
        let mapping = stack.mapping();
        let run = move |yielder: &Yielder<Signal<In>, Yield>, signal: Signal<In>| {
            panic::catch_unwind(AssertUnwindSafe(move || {
                let suspender = Suspender { yielder, mapping };
                body(suspender, accept(signal))
            }))
        };
        Ok(Coroutine {
            state: Cell::new(State::Fresh),
            mapping,
            inner: UnsafeCell::new(Some(Inner::with_stack(stack, run))),
        })
    }

    /// Runs the body until it suspends itself or ends.
    pub fn resume(&self, input: In) -> Resumed<Yield, Ret> {
        match self.state.get() {
            State::Fresh | State::Suspended => self.step(Signal::Go(input)),
            State::Running => Resumed::Refused(Refusal::Running),
            State::Done => Resumed::Refused(Refusal::Done),
        }
    }

    /// Whether the body has begun.
    pub fn is_started(&self) -> bool {
        self.state.get() != State::Fresh
    }

    /// Whether the body is running now, or has resumed something that is.
    pub fn is_running(&self) -> bool {
        self.state.get() == State::Running
    }

    /// Whether the body waits in a suspension: dropping it now would unwind it by force.
    pub fn is_suspended(&self) -> bool {
        self.state.get() == State::Suspended
    }

    /// Whether the body has ended.
    pub fn is_done(&self) -> bool {
        self.state.get() == State::Done
    }

    /// The limits to install while this coroutine runs, or `None` if it is done. They include
    /// what the coroutine was granted in earlier resumes. The value area may be filled before
    /// the first resume.
    pub fn limit(&self) -> Option<StackLimit> {
        (!self.is_done()).then(|| StackLimit::of_mapping(self.mapping))
    }

    /// Switches to the body and back. The state must be `Fresh` or `Suspended`.
    fn step(&self, signal: Signal<In>) -> Resumed<Yield, Ret> {
        let unwinding = matches!(signal, Signal::Unwind);
        self.state.set(State::Running);
        // SAFETY: `inner` is touched only here, in `finish` and in `drop`. The state keeps all
        // others out while it is `Running`, `Coroutine` is not `Sync`, and the caller's borrow
        // of `self` keeps `drop` away until this function returns.
        let Some(inner) = (unsafe { &mut *self.inner.get() }) else {
            self.state.set(State::Done);
            return Resumed::Refused(Refusal::Done);
        };
        match inner.resume(signal) {
            CoroutineResult::Yield(message) => {
                self.state.set(State::Suspended);
                Resumed::Yielded(message)
            }
            CoroutineResult::Return(result) => {
                if result.is_err() {
                    // Its frames did not empty their slots, and the next one expects empty ones.
                    self.mapping.wipe_values();
                }
                self.finish();
                match result {
                    Ok(value) => Resumed::Returned(value),
                    // The unwinding of the coroutine that this one runs in: not for us to stop.
                    Err(payload) if !unwinding && payload.is::<Unwinding>() => panic::resume_unwind(payload),
                    Err(payload) => Resumed::Panicked(payload),
                }
            }
        }
    }

    /// Enters the final state and returns the stack.
    fn finish(&self) {
        self.state.set(State::Done);
        // SAFETY: as in `step`, which calls this after its last use of the reference. corosensei's
        // coroutine has ended, so dropping it runs nothing but the return of the stack.
        unsafe { *self.inner.get() = None };
    }

    /// Unwinds a suspended body. Gives up one that goes on stopping.
    #[cold]
    #[inline(never)]
    fn unwind(&mut self) {
        if thread::panicking() {
            return;
        }
        for _ in 0..UNWIND_TRIES {
            match self.step(Signal::Unwind) {
                Resumed::Yielded(message) => drop(message),
                Resumed::Returned(_) | Resumed::Panicked(_) | Resumed::Refused(_) => return,
            }
        }
    }
}

impl<In: 'static, Yield: 'static, Ret: 'static> Drop for Coroutine<In, Yield, Ret> {
    fn drop(&mut self) {
        if self.state.get() == State::Suspended {
            self.unwind();
        }
        if matches!(self.state.get(), State::Suspended | State::Running) {
            // Its frames are alive and nobody can end them: they are kept for ever, with their
            // stack. corosensei would try to unwind, and abort the process if it cannot.
            std::mem::forget(self.inner.get_mut().take());
        }
    }
}

/// The way out of a coroutine for its body: one per coroutine, so that whoever holds it decides
/// alone where the coroutine stops.
pub struct Suspender<'a, In, Yield> {
    yielder: &'a Yielder<Signal<In>, Yield>,
    mapping: Mapping,
}

impl<'a, In, Yield> Suspender<'a, In, Yield> {
    /// Stops here, hands `message` to the one who resumed, and returns the next resume's input.
    pub fn suspend(&self, message: Yield) -> In {
        suspend(self.yielder, message)
    }

    /// The limits of this coroutine's stack.
    pub fn limit(&self) -> StackLimit {
        StackLimit::of_mapping(self.mapping)
    }

    pub(super) fn yielder(&self) -> &'a Yielder<Signal<In>, Yield> {
        self.yielder
    }
}

/// The one place where a stack is left in the middle.
pub(super) fn suspend<In, Yield>(yielder: &Yielder<Signal<In>, Yield>, message: Yield) -> In {
    debug_assert!(!thread::panicking(), "the count of panics belongs to the thread, nobody may leave it now");
    accept(yielder.suspend(message))
}

fn accept<In>(signal: Signal<In>) -> In {
    match signal {
        Signal::Go(input) => input,
        Signal::Unwind => unwind_from_here(),
    }
}

#[cold]
#[inline(never)]
fn unwind_from_here() -> ! {
    // No panic hook runs: this is no error.
    panic::resume_unwind(Box::new(Unwinding))
}

/// The word of whoever defines what bodies compute with, that a body may travel.
#[derive(Clone, Copy)]
pub struct Confined(());

impl Confined {
    /// Gives that word.
    ///
    /// # Safety
    ///
    /// Whatever the bodies that are created with it keep across a suspension, in their frames and
    /// reachable from them, must be safe to use and to drop on another thread: no lock guard, no
    /// address of a thread-local, no `Rc` or `Cell` that is reachable from anywhere but this one
    /// coroutine and those nested in it.
    pub const unsafe fn promise() -> Confined {
        Confined(())
    }
}

/// A coroutine that may be resumed by another thread than before.
pub struct Movable<In: 'static, Yield: 'static, Ret: 'static> {
    coroutine: Coroutine<In, Yield, Ret>,
}

// SAFETY: what crosses with it are the messages and the result (`Send`, by the bounds), the
// closure (`Send`, by `create`) and the frames of the suspended body. For the frames stands
// `Confined`: nothing in them is tied to a thread or shared with one; an isolate travels as a
// whole, its `Rc`s count references from within it only. The switch itself saves and restores
// registers that know no thread, and the stack is plain memory.
unsafe impl<In: Send, Yield: Send, Ret: Send> Send for Movable<In, Yield, Ret> {}

impl<In: Send + 'static, Yield: Send + 'static, Ret: Send + 'static> Movable<In, Yield, Ret> {
    /// As `Coroutine::create`, for a body that keeps the promise.
    pub fn create<F>(_: Confined, body: F) -> Result<Self, NoStack>
    where
        F: FnOnce(Suspender<'_, In, Yield>, In) -> Ret + Send + 'static,
    {
        Coroutine::create(body).map(|coroutine| Movable { coroutine })
    }
}

impl<In, Yield, Ret> std::ops::Deref for Movable<In, Yield, Ret> {
    type Target = Coroutine<In, Yield, Ret>;

    fn deref(&self) -> &Self::Target {
        &self.coroutine
    }
}
