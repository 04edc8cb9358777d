//! Enum classes: what can be asked of the class as a collection of its members.
//!
//! Members are made and found by value in the evaluator.

use crate::builtins::operators;
use crate::value::ops::compare::same_or_equal;
use crate::value::{Args, Heap, NativeFunction, Outcome, Value, names};

pub static METHODS: &[NativeFunction] = &[
    operators::len(&[]),
    operators::iter(&[]),
    operators::reversed(&[]),
    operators::getitem(&[]),
    NativeFunction::new(
        "__contains__",
        "(self, value, /)",
        "Whether a value is a member or a member's value.",
        &[],
        run_contains,
    ),
    NativeFunction::new(
        "__bool__",
        "(self, /)",
        "An enum class is true, even without members.",
        &[],
        run_bool,
    ),
];

fn run_contains(heap: &Heap, args: Args<'_>) -> Outcome {
    let Value::Class(class) = args.get(0) else { return Ok(Value::False) };
    let wanted = args.get(1);
    for member in class.members().to_vec() {
        if member.is(wanted) {
            return Ok(Value::True);
        }
        let Value::Instance(instance) = &member else { continue };
        let value = class.slot(names::VALUE_PRIVATE).map(|slot| instance.slot(slot).clone());
        if let Some(value) = value
            && same_or_equal(heap, &value, wanted)?
        {
            return Ok(Value::True);
        }
    }
    Ok(Value::False)
}

fn run_bool(_heap: &Heap, _args: Args<'_>) -> Outcome {
    Ok(Value::True)
}
