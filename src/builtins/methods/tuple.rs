//! `tuple`: construction and its methods.
//!
//! Tuples never change, so a tuple of a tuple is the tuple itself, and items may be borrowed while
//! they are compared.

use crate::builtins::argument::{count, no_keywords};
use crate::builtins::{operators, receiver};
use crate::value::ops::compare::same_or_equal;
use crate::value::ops::iterate;
use crate::value::{Args, BuiltinType, Heap, NativeFunction, Outcome, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "A tuple of an iterable's items.",
        &[("tuple('ab')", "('a', 'b')"), ("tuple()", "()")],
        run_new,
    ),
    NativeFunction::new(
        "index",
        "(self, value, start=0, stop=9223372036854775807, /)",
        "The position of the first item that equals the value.",
        &[("('a', 'b').index('b')", "1")],
        run_index,
    ),
    NativeFunction::new(
        "count",
        "(self, value, /)",
        "How many items equal the value.",
        &[("(1, 2, 1).count(1)", "2")],
        run_count,
    ),
    operators::len(&[("(1, 2).__len__()", "2")]),
    operators::iter(&[("list((1, 2).__iter__())", "[1, 2]")]),
    operators::contains(&[("(1, 2).__contains__(3)", "False")]),
    operators::getitem(&[("(1, 2).__getitem__(0)", "1")]),
    operators::add(&[("(1,).__add__((2,))", "(1, 2)")]),
    operators::mul(&[("(1,).__mul__(2)", "(1, 1)")]),
    operators::rmul(&[("(1,).__rmul__(2)", "(1, 1)")]),
    operators::lt(&[("(1,).__lt__((2,))", "True")]),
    operators::le(&[("(1,).__le__((1,))", "True")]),
    operators::gt(&[("(1,).__gt__((2,))", "False")]),
    operators::ge(&[("(1,).__ge__([1])", "NotImplemented")]),
];

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    no_keywords(heap, &args.extra, "tuple")?;
    count(heap, "tuple", args.rest.len(), 0, 1)?;
    let made = match args.rest.first() {
        None => Value::tuple(heap, Vec::new()),
        Some(tuple @ Value::Tuple(_)) => tuple.clone(),
        Some(iterable) => Value::tuple(heap, iterate::collect(heap, iterable)?),
    };
    match args.get(0) {
        Value::Class(class) => Ok(super::instance_of(heap, class, BuiltinType::Tuple, made)),
        _ => Ok(made),
    }
}

fn run_index(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let tuple = receiver::tuple(heap, &mut args, "index")?;
    let (start, stop) = super::list::index_bounds(heap, &args, tuple.len())?;
    for (index, item) in tuple.items().iter().enumerate().take(stop).skip(start) {
        if same_or_equal(heap, item, args.get(1))? {
            return Ok(Value::Int(index as i64));
        }
    }
    Err(heap.value_error("tuple.index(x): x not in tuple"))
}

fn run_count(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let tuple = receiver::tuple(heap, &mut args, "count")?;
    let mut total = 0;
    for item in tuple.items() {
        total += i64::from(same_or_equal(heap, item, args.get(1))?);
    }
    Ok(Value::Int(total))
}
