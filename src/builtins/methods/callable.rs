//! Functions and bound methods as objects: calling and binding them by name.
//!
//! One table serves functions of the program, functions of the runtime and bound methods.

use crate::builtins::argument::attribute_name;
use crate::value::{Args, Bound, Heap, NativeFunction, Outcome, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__call__",
        "(self, /, *args, **kwargs)",
        "`self(...)`.",
        &[("len.__call__([1])", "1")],
        run_call,
    ),
    NativeFunction::new(
        "__get__",
        "(self, instance, owner=None, /)",
        "The function bound to an object.",
        &[("(lambda x: x + 1).__get__(5)()", "6")],
        run_get,
    ),
];

/// Calls a function with the rest of the arguments.
pub fn forward(heap: &Heap, function: &Value, args: Args<'_>) -> Outcome {
    let mut keywords = Vec::new();
    if let Some(extra) = &args.extra {
        for (name, value) in extra.pairs() {
            keywords.push((attribute_name(heap, &name)?, value));
        }
    }
    heap.call_with(function, args.rest, &mut keywords)
}

fn run_call(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let function = args.take(0);
    forward(heap, &function, args)
}

fn run_get(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let (function, instance) = (args.take(0), args.take(1));
    let binds = match &function {
        Value::Function(_) => true,
        Value::Builtin(native) => native.is_method(),
        _ => false,
    };
    if instance.is_none() {
        if binds && args.some(2).is_none() {
            return Err(heap.type_error("__get__(None, None) is invalid"));
        }
        return Ok(function);
    }
    Ok(if binds { Value::Bound(Bound::new(heap, instance, function)) } else { function })
}
