//! The views of a dict: what `keys()`, `values()` and `items()` give.
//!
//! Views of keys and of items take part in set operations; a view of values only counts, contains and
//! is iterated.

use crate::builtins::{operators, receiver};
use crate::value::ops::{compare, iterate};
use crate::value::{Args, Heap, NativeFunction, Outcome, Value};

pub static KEYS: &[NativeFunction] = &[
    NativeFunction::new(
        "isdisjoint",
        "(self, other, /)",
        "Whether the view and an iterable have nothing in common.",
        &[("{1: 2}.keys().isdisjoint([2])", "True")],
        run_isdisjoint,
    ),
    operators::len(&[("{1: 2}.keys().__len__()", "1")]),
    operators::iter(&[("list({1: 2}.keys().__iter__())", "[1]")]),
    operators::reversed(&[("list({1: 2, 3: 4}.keys().__reversed__())", "[3, 1]")]),
    operators::contains(&[("{1: 2}.keys().__contains__(1)", "True")]),
    operators::and(&[("{1: 2}.keys().__and__({1})", "{1}")]),
    operators::rand(&[("{1: 2}.keys().__rand__({1})", "{1}")]),
    operators::or(&[("{1: 2}.keys().__or__({1})", "{1}")]),
    operators::ror(&[("{1: 2}.keys().__ror__({1})", "{1}")]),
    operators::xor(&[("{1: 2}.keys().__xor__({1})", "set()")]),
    operators::rxor(&[("{1: 2}.keys().__rxor__({1})", "set()")]),
    operators::sub(&[("{1: 2}.keys().__sub__({1})", "set()")]),
    operators::rsub(&[("{1: 2}.keys().__rsub__({1})", "set()")]),
    operators::lt(&[("{}.keys().__lt__({1: 2}.keys())", "True")]),
    operators::le(&[("{}.keys().__le__({1: 2}.keys())", "True")]),
    operators::gt(&[("{}.keys().__gt__({1: 2}.keys())", "False")]),
    operators::ge(&[("{}.keys().__ge__({1: 2}.keys())", "False")]),
];

pub static VALUES: &[NativeFunction] = &[
    operators::len(&[("{1: 2}.values().__len__()", "1")]),
    operators::iter(&[("list({1: 2}.values().__iter__())", "[2]")]),
    operators::reversed(&[("list({1: 2, 3: 4}.values().__reversed__())", "[4, 2]")]),
    operators::contains(&[("2 in {1: 2}.values()", "True")]),
];

pub static ITEMS: &[NativeFunction] = &[
    NativeFunction::new(
        "isdisjoint",
        "(self, other, /)",
        "Whether the view and an iterable have nothing in common.",
        &[("{1: 2}.items().isdisjoint([(1, 2)])", "False")],
        run_isdisjoint,
    ),
    operators::len(&[("{1: 2}.items().__len__()", "1")]),
    operators::iter(&[("list({1: 2}.items().__iter__())", "[(1, 2)]")]),
    operators::reversed(&[("list({1: 2, 3: 4}.items().__reversed__())", "[(3, 4), (1, 2)]")]),
    operators::contains(&[("{1: 2}.items().__contains__((1, 2))", "True")]),
    operators::and(&[("{1: 2}.items().__and__({(1, 2)})", "{(1, 2)}")]),
    operators::rand(&[("{1: 2}.items().__rand__({(1, 2)})", "{(1, 2)}")]),
    operators::or(&[("{1: 2}.items().__or__({(1, 2)})", "{(1, 2)}")]),
    operators::ror(&[("{1: 2}.items().__ror__({(1, 2)})", "{(1, 2)}")]),
    operators::xor(&[("{1: 2}.items().__xor__({(1, 2)})", "set()")]),
    operators::rxor(&[("{1: 2}.items().__rxor__({(1, 2)})", "set()")]),
    operators::sub(&[("{1: 2}.items().__sub__({(1, 2)})", "set()")]),
    operators::rsub(&[("{1: 2}.items().__rsub__({(1, 2)})", "set()")]),
    operators::lt(&[("{}.items().__lt__({1: 2}.items())", "True")]),
    operators::le(&[("{}.items().__le__({1: 2}.items())", "True")]),
    operators::gt(&[("{}.items().__gt__({1: 2}.items())", "False")]),
    operators::ge(&[("{}.items().__ge__({1: 2}.items())", "False")]),
];

fn run_isdisjoint(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let own = Value::Iter(receiver::iterator(heap, &mut args, "isdisjoint")?);
    let mut shared = false;
    iterate::for_each(heap, args.get(1), |item| {
        shared = compare::contains(heap, &own, &item)?;
        Ok(!shared)
    })?;
    Ok(Value::bool(!shared))
}
