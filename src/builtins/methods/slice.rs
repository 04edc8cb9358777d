//! `slice`: construction and methods.
//!
//! Its three parts may be any values; they are looked at when the slice is used.

use std::rc::Rc;

use crate::builtins::argument::{count, no_keywords};
use crate::builtins::receiver;
use crate::value::ops::convert::to_i64;
use crate::value::ops::slicing;
use crate::value::{Args, Heap, NativeFunction, Outcome, Slice, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "What stands between the brackets of `x[start:stop:step]`.",
        &[("slice(1, 5)", "slice(1, 5, None)"), ("'abcdef'[slice(1, 3)]", "'bc'")],
        run_new,
    ),
    NativeFunction::new(
        "indices",
        "(self, length, /)",
        "Start, stop and step for a sequence of some length.",
        &[("slice(None, -1).indices(5)", "(0, 4, 1)")],
        run_indices,
    ),
];

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    no_keywords(heap, &args.extra, "slice")?;
    count(heap, "slice", args.rest.len(), 1, 3)?;
    let mut parts = args.rest.iter_mut().map(std::mem::take);
    let (first, second, third) = (parts.next(), parts.next(), parts.next());
    let slice = match (first, second) {
        (Some(stop), None) => Slice { start: Value::None, stop, step: Value::None },
        (start, stop) => Slice {
            start: start.unwrap_or(Value::None),
            stop: stop.unwrap_or(Value::None),
            step: third.unwrap_or(Value::None),
        },
    };
    Ok(Value::Slice(Rc::new(slice)))
}

fn run_indices(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let slice = receiver::slice(heap, &mut args, "indices")?;
    let length = usize::try_from(to_i64(heap, args.get(1))?)
        .map_err(|_| heap.value_error("length should not be negative"))?;
    let at = slicing::indices(heap, &slice, length)?;
    Ok(Value::tuple(heap, [Value::Int(at.start), Value::Int(at.stop), Value::Int(at.step)]))
}
