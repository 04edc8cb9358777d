//! Coroutines, the results of calling `async` functions: driven by hand with `send`, `throw`, `close`.
//!
//! The work is a generator's; only the words of the errors differ, and a coroutine that has ended
//! cannot be used again.

use super::generator::{run_close, run_send, run_throw};
use crate::value::NativeFunction;

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "send",
        "(self, value, /)",
        "Goes on with a value for the `await` where it stopped.",
        &[],
        run_send,
    ),
    NativeFunction::new(
        "throw",
        "(self, type, value=None, traceback=None, /)",
        "Raises an exception where it stopped.",
        &[],
        run_throw,
    ),
    NativeFunction::new(
        "close",
        "(self, /)",
        "Ends it: GeneratorExit is raised where it stopped.",
        &[],
        run_close,
    ),
];
