//! Isolates: one run of a program each, with a heap of its own. What an isolate shares with others are
//! records; here it gets its evaluator state and the host through which it reaches the world.

mod world;

use std::rc::Rc;

use crate::eval::{EVALUATOR, Host, Program, State};
use crate::modules::LIBRARY;
use crate::value::Heap;

pub use self::world::{Screen, World};

/// Makes an isolate that runs `program` and reaches the world through `host`.
pub fn new(program: Program, host: Box<dyn Host>) -> Box<Heap> {
    let heap = Box::new(Heap::new(&LIBRARY, &EVALUATOR));
    heap.set_upper(Rc::new(State::new(host, program)));
    heap
}
