//! Functions that mark a declaration: names that every Jac module has, although Python keeps them
//! in `typing` and `abc`.
//!
//! They set an attribute on a function and give it back; anything else passes through unmarked.
//! Nothing is enforced here.

use crate::value::ops::attribute;
use crate::value::{Args, Heap, NativeFunction, Outcome, Symbol, Value};

pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "override",
        "(method, /)",
        "Marks a method that replaces an inherited one.",
        &[],
        run_override,
    ),
    NativeFunction::new(
        "abstractmethod",
        "(funcobj)",
        "Marks a method that a derived class must define.",
        &[],
        run_abstract,
    ),
];

/// Marks what can be marked.
fn mark(heap: &Heap, value: &Value, name: &str) -> Outcome<()> {
    match value {
        Value::Function(_) => attribute::set(heap, value, Symbol::new(name), Value::True),
        _ => Ok(()),
    }
}

fn run_override(heap: &Heap, mut args: Args<'_>) -> Outcome {
    mark(heap, args.get(0), "__override__")?;
    Ok(args.take(0))
}

fn run_abstract(heap: &Heap, mut args: Args<'_>) -> Outcome {
    mark(heap, args.get(0), "__isabstractmethod__")?;
    Ok(args.take(0))
}
