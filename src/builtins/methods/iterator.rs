//! The runtime's own iterators (`iter([])`, `map`, `zip`, …): the two methods that make an iterator.
//!
//! Loops ask `value::iter` directly; these are for programs that call the methods by name.

use crate::builtins::functions::iteration::advance;
use crate::builtins::receiver;
use crate::value::{Args, Heap, NativeFunction, Outcome, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__next__",
        "(self, /)",
        "The next item; StopIteration at the end.",
        &[("iter([1]).__next__()", "1")],
        run_next,
    ),
    NativeFunction::new(
        "__iter__",
        "(self, /)",
        "The iterator itself.",
        &[("list(iter([1]).__iter__())", "[1]")],
        run_iter,
    ),
];

fn run_next(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let iterator = receiver::iterator(heap, &mut args, "__next__")?;
    advance(heap, &Value::Iter(iterator))
}

fn run_iter(heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(Value::Iter(receiver::iterator(heap, &mut args, "__iter__")?))
}
