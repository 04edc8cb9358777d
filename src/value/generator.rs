//! Generators and coroutines of the program: a body that can be resumed. How it is stopped and resumed
//! (a stack of its own) is known above; here is what a value must know: its state, and that one which is
//! dropped half-way is closed later, at a safe point.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::heap::{Signals, signal};
use super::object::{Kind, Tracked};
use super::{Heap, Outcome, Ref, Value};

/// What a generator is resumed with.
pub enum Resume {
    /// `next` and `send`.
    Send(Value),
    /// `throw` and `close`: the exception to raise where it stopped.
    Throw(Value),
}

/// Where a resumed body stopped.
pub enum Progress {
    /// At a `yield` of this value.
    Yielded(Value),
    /// At its end, with this result.
    Returned(Value),
}

/// A body with a stack of its own.
pub trait Resumable {
    fn resume(&mut self, heap: &Heap, with: Resume) -> Outcome<Progress>;
    /// Values that it certainly holds, for the collector. Missing some is safe: they stay alive.
    fn trace(&self, _visit: &mut dyn FnMut(&Value)) {}
    /// Hands over the values of a body that has not begun: dropping them here would nest.
    fn clear(&mut self, _take: &mut dyn FnMut(Value)) {}
}

/// What a generator's body is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Not resumed yet.
    Created,
    /// Stopped at a `yield`.
    Suspended,
    Running,
    /// Returned, raised or closed.
    Finished,
}

/// How many objects a stack that waits counts for, by its memory.
pub const STACK: usize = 32;

/// What kind of function made it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GeneratorKind {
    Generator,
    Coroutine,
    AsyncGenerator,
}

/// Bodies that were dropped half-way: closed at the isolate's next safe point.
pub struct Orphans {
    bodies: RefCell<Vec<Box<dyn Resumable>>>,
    signals: Arc<Signals>,
}

impl Orphans {
    pub fn new(signals: Arc<Signals>) -> Rc<Orphans> {
        Rc::new(Orphans { bodies: RefCell::default(), signals })
    }

    fn push(&self, body: Box<dyn Resumable>) {
        self.bodies.borrow_mut().push(body);
        self.signals.raise(signal::ORPHANS);
    }

    /// Takes one out.
    pub fn pop(&self) -> Option<Box<dyn Resumable>> {
        self.bodies.borrow_mut().pop()
    }
}

/// A generator.
pub struct Generator {
    pub kind: GeneratorKind,
    pub name: Rc<super::Str>,
    pub state: Cell<State>,
    body: RefCell<Option<Box<dyn Resumable>>>,
    /// What a finished coroutine returned, for those who await it again.
    pub result: RefCell<Option<Value>>,
    orphans: Rc<Orphans>,
}

impl Tracked for Generator {
    const KIND: Kind = Kind::Generator;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        if let Ok(body) = self.body.try_borrow()
            && let Some(body) = &*body
        {
            body.trace(visit);
        }
        if let Some(value) = &*self.result.borrow() {
            visit(value);
        }
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        if let Some(value) = self.result.borrow_mut().take() {
            take(value);
        }
        self.orphan();
        if let Ok(mut body) = self.body.try_borrow_mut()
            && let Some(mut body) = body.take()
        {
            body.clear(take);
        }
    }
}

impl Generator {
    pub fn new(
        heap: &Heap,
        kind: GeneratorKind,
        name: Rc<super::Str>,
        body: Box<dyn Resumable>,
    ) -> Ref<Generator> {
        let generator = Generator {
            kind,
            name,
            state: Cell::new(State::Created),
            body: RefCell::new(Some(body)),
            result: RefCell::new(None),
            orphans: heap.orphans.clone(),
        };
        Ref::new(&heap.objects, generator)
    }

    /// Resumes the body. `Ok(None)` if it had finished before.
    /// Raises ValueError if it is running already.
    pub fn resume(&self, heap: &Heap, with: Resume) -> Outcome<Option<Progress>> {
        match self.state.get() {
            State::Running => return Err(heap.value_error(format!("{} already executing", self.kind.word()))),
            State::Finished => return Ok(None),
            State::Created | State::Suspended => {}
        }
        let Some(mut body) = self.body.borrow_mut().take() else { return Ok(None) };
        self.state.set(State::Running);
        let result = body.resume(heap, with);
        match &result {
            Ok(Progress::Yielded(_)) => {
                *self.body.borrow_mut() = Some(body);
                self.state.set(State::Suspended);
            }
            _ => self.state.set(State::Finished),
        }
        result.map(Some)
    }

    /// Whether it has a stack of its own that waits.
    pub fn is_suspended(&self) -> bool {
        self.state.get() == State::Suspended
    }

    /// Ends it as if the last reference had gone: its body is closed at the next safe point.
    pub(super) fn orphan(&self) {
        if self.is_suspended()
            && let Ok(mut body) = self.body.try_borrow_mut()
            && let Some(body) = body.take()
        {
            self.state.set(State::Finished);
            self.orphans.push(body);
        }
    }

    /// Forgets a body that never ran.
    pub fn finish(&self) {
        self.state.set(State::Finished);
        drop(self.body.borrow_mut().take());
    }
}

impl GeneratorKind {
    /// How messages and `repr` name it.
    pub fn word(self) -> &'static str {
        match self {
            GeneratorKind::Generator => "generator",
            GeneratorKind::Coroutine => "coroutine",
            GeneratorKind::AsyncGenerator => "async_generator",
        }
    }
}
