//! `bool`: the truth of a value. Its other methods are those of `int`.
//!
//! Construction gives one of the two values, never an instance of another class. What counts as
//! true is decided in `value::ops::truth`.

use crate::builtins::argument::{count, no_keywords};
use crate::builtins::operators;
use crate::value::ops::truth::truth;
use crate::value::{Args, Heap, NativeFunction, Outcome, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "Whether a value is true; without one, False.",
        &[("bool([])", "False"), ("bool('a')", "True"), ("bool()", "False")],
        run_new,
    ),
    operators::and(&[("True.__and__(False)", "False")]),
    operators::or(&[("True.__or__(False)", "True")]),
    operators::xor(&[("True.__xor__(True)", "False")]),
];

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    no_keywords(heap, &args.extra, "bool")?;
    count(heap, "bool", args.rest.len(), 0, 1)?;
    match args.rest.first() {
        Some(value) => Ok(Value::bool(truth(heap, value)?)),
        None => Ok(Value::False),
    }
}
