//! Programs from their start to their end.

mod report;
mod run;

pub use self::report::uncaught;
pub use self::run::{Ended, Request, options, run_program};
