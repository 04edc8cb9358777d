//! The evaluator's own part of an isolate: its host, its program, and the modules that have been
//! run.
//!
//! It is put into the heap's upper part when the isolate is made. Values and constants are the
//! heap's; what the host can do is declared in `host`.

use std::cell::RefCell;
use std::rc::Rc;

use super::Host;
use super::flow::Lines;
use super::spawn::Plans;
use crate::code;
use crate::value::{Heap, Module, Ref};

/// The modules of the program, and which one is the main one.
#[derive(Clone, Default)]
pub struct Program {
    pub modules: Vec<&'static code::Module>,
    pub main: u32,
    /// Its graph is in a store: it declares an async walker, or what it builds is kept.
    pub shares_graph: bool,
    /// Assertions note what they compared when they fail: the tests of a program are run.
    pub explains: bool,
}

/// What the evaluator keeps with an isolate.
pub struct State {
    pub host: Box<dyn Host>,
    pub explains: bool,
    /// Grows while a prompt is open.
    pub program: RefCell<Program>,
    /// Modules that have been imported, by dotted name.
    pub modules: RefCell<Vec<(Rc<str>, Ref<Module>)>>,
    pub(super) lines: Lines,
    /// Which abilities run for a walker and a place.
    pub plans: Plans,
}

impl State {
    pub fn new(host: Box<dyn Host>, program: Program) -> State {
        State {
            host,
            explains: program.explains,
            program: RefCell::new(program),
            modules: RefCell::default(),
            lines: Lines::default(),
            plans: Plans::default(),
        }
    }
}

/// The evaluator's state of an isolate that was made by `isolate`.
#[inline]
pub fn state(heap: &Heap) -> &State {
    heap.upper::<State>().expect("an isolate gets its evaluator state when it is made")
}

/// The outside world of an isolate.
#[inline]
pub fn host(heap: &Heap) -> &dyn Host {
    &*state(heap).host
}
