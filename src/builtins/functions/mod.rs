//! The builtin functions, a file per topic. A group that is added to [`GROUPS`] is known
//! everywhere: to calls, name resolution, help, completion and tests.
//!
//! Builtin names that are types (`list`, `zip`, …) are not functions: see `methods` and `native`.

pub mod attribute;
pub mod class;
pub mod decoration;
pub mod graph;
pub mod iteration;
pub mod number;
pub mod order;
pub mod program;
pub mod stream;
pub mod text;

use crate::value::NativeFunction;

/// All builtin functions.
pub static GROUPS: &[&[NativeFunction]] = &[
    stream::FUNCTIONS,
    iteration::FUNCTIONS,
    order::FUNCTIONS,
    number::FUNCTIONS,
    text::FUNCTIONS,
    attribute::FUNCTIONS,
    class::FUNCTIONS,
    decoration::FUNCTIONS,
    program::FUNCTIONS,
    graph::FUNCTIONS,
];
