//! Isolates: one run of a program each, with a heap of its own. What an isolate shares with others are
//! records.
//!
//! Owns everything at the border between values and records: freezing and thawing, the mirrors of stored
//! nodes, steps and statements as commits, the objects that show walkers which run elsewhere. It knows
//! stores, and those who run walkers, as traits; it refuses to know threads.

mod adopt;
mod border;
mod catalog;
mod changes;
mod declared;
mod dispatch;
mod edges;
mod failing;
mod freeze;
mod gate;
mod globals;
mod journals;
mod main_program;
mod own_fields;
mod report;
mod schedule;
mod screen;
mod shared;
mod step;
mod thaw;
mod view;
mod waits;
mod walker;
mod world;

use std::rc::Rc;

use crate::eval::{EVALUATOR, Host, Program, State};
use crate::modules::LIBRARY;
use crate::value::Heap;

pub use self::catalog::Catalog;
pub use self::gate::Gate;
pub use self::main_program::MainProgram;
pub use self::report::uncaught;
pub use self::screen::{Lines, Screen};
pub use self::shared::{Failure, Live, Park, Shared, Stop, Tasks, Wake, Without};
pub use self::step::run_isolate;
pub use self::walker::WalkerHost;
pub use self::world::{Waiting, World};

/// Makes an isolate that runs `program` and reaches the world through `host`.
pub fn new(program: Program, host: Box<dyn Host>) -> Box<Heap> {
    let heap = Box::new(Heap::new(&LIBRARY, &EVALUATOR));
    heap.set_upper(Rc::new(State::new(host, program)));
    heap
}
