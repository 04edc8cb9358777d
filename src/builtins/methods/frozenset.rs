//! `frozenset`: construction; its methods are those of `set` that change nothing.
//!
//! What a method gives has the receiver's type: a union with a frozenset on the left is a frozenset.

use super::set;
use crate::builtins::operators;
use crate::value::{Args, BuiltinType, Heap, NativeFunction, Outcome, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "A frozenset of an iterable's items.",
        &[("frozenset([1, 1])", "frozenset({1})"), ("frozenset()", "frozenset()")],
        run_new,
    ),
    NativeFunction::new(
        "copy",
        "(self, /)",
        "The frozenset itself.",
        &[("frozenset([1]).copy()", "frozenset({1})")],
        set::run_copy,
    ),
    NativeFunction::new(
        "union",
        "(self, *others)",
        "The items of the set and of all the iterables.",
        &[("frozenset([1]).union([2])", "frozenset({1, 2})")],
        set::run_union,
    ),
    NativeFunction::new(
        "intersection",
        "(self, *others)",
        "The items that are in all the iterables too.",
        &[("frozenset([1, 2]).intersection([2, 3])", "frozenset({2})")],
        set::run_intersection,
    ),
    NativeFunction::new(
        "difference",
        "(self, *others)",
        "The items that are in none of the iterables.",
        &[("frozenset([1, 2]).difference([2])", "frozenset({1})")],
        set::run_difference,
    ),
    NativeFunction::new(
        "symmetric_difference",
        "(self, other, /)",
        "The items that are either in the set or in the iterable.",
        &[("frozenset([1]).symmetric_difference([1, 3])", "frozenset({3})")],
        set::run_symmetric_difference,
    ),
    NativeFunction::new(
        "issubset",
        "(self, other, /)",
        "Whether all items are in the iterable.",
        &[("frozenset([1]).issubset([1, 2])", "True")],
        set::run_issubset,
    ),
    NativeFunction::new(
        "issuperset",
        "(self, other, /)",
        "Whether the set has all items of the iterable.",
        &[("frozenset([1]).issuperset([2])", "False")],
        set::run_issuperset,
    ),
    NativeFunction::new(
        "isdisjoint",
        "(self, other, /)",
        "Whether no item is in the iterable.",
        &[("frozenset([1]).isdisjoint([2])", "True")],
        set::run_isdisjoint,
    ),
    operators::len(&[("frozenset([1]).__len__()", "1")]),
    operators::iter(&[("list(frozenset([1]).__iter__())", "[1]")]),
    operators::contains(&[("frozenset([1]).__contains__(1)", "True")]),
    operators::and(&[("frozenset([1, 2]).__and__({2})", "frozenset({2})")]),
    operators::rand(&[("frozenset([1, 2]).__rand__({2})", "{2}")]),
    operators::or(&[("frozenset([1]).__or__({2})", "frozenset({1, 2})")]),
    operators::ror(&[("frozenset([1]).__ror__({1})", "{1}")]),
    operators::xor(&[("frozenset([1, 2]).__xor__({2})", "frozenset({1})")]),
    operators::rxor(&[("frozenset([1, 2]).__rxor__({2})", "{1}")]),
    operators::sub(&[("frozenset([1, 2]).__sub__({2})", "frozenset({1})")]),
    operators::rsub(&[("frozenset([2]).__rsub__({1, 2})", "{1}")]),
    operators::lt(&[("frozenset([1]).__lt__({1, 2})", "True")]),
    operators::le(&[("frozenset([1]).__le__({1})", "True")]),
    operators::gt(&[("frozenset([1]).__gt__({1})", "False")]),
    operators::ge(&[("frozenset([1]).__ge__({1})", "True")]),
];

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let made = Value::Set(set::made(heap, &args, "frozenset", true)?);
    match args.get(0) {
        Value::Class(class) => Ok(super::instance_of(heap, class, BuiltinType::FrozenSet, made)),
        _ => Ok(made),
    }
}
