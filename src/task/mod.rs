//! Programs from their start to their end, with all their walkers.
//!
//! Owns which async walker runs when, on which thread, and how a run ends. It refuses to know what a
//! step is: `isolate` makes steps, and sees this floor as a trait.

mod clock;
mod crowd;
mod enter;
mod interrupt;
mod keeping;
mod phase;
mod pool;
mod progress;
mod queue;
mod run;
mod test;
mod timer;

pub use self::enter::{Entry, enter_program};
pub use self::run::{Ended, Request, options, run_and_look, run_program, run_program_without};
pub use self::test::{Examiner, TestEnd, run_tests, tests_of};
