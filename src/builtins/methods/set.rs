//! `set`: construction and its methods; those that change nothing serve `frozenset` too.
//!
//! Other operands may be any iterables: they are copied before anything is looked up, since hashing and
//! comparing may run Jac code.

use crate::builtins::argument::{count, no_keywords};
use crate::builtins::{operators, receiver};
use crate::value::ops::compare::is_subset;
use crate::value::ops::iterate;
use crate::value::{Args, BuiltinType, Heap, NativeFunction, Outcome, Ref, Set, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "A new set of an iterable's items.",
        &[("set([1, 1])", "{1}"), ("set()", "set()")],
        run_new,
    ),
    NativeFunction::new(
        "__init__",
        "(self, *args, **kwargs)",
        "Replaces the items by those of an iterable.",
        &[("set().__init__([1])", "None")],
        run_init,
    ),
    NativeFunction::new("add", "(self, object, /)", "Adds an item.", &[("{1}.add(2)", "None")], run_add),
    NativeFunction::new(
        "remove",
        "(self, object, /)",
        "Removes an item, which must be there.",
        &[("{1}.remove(1)", "None")],
        run_remove,
    ),
    NativeFunction::new(
        "discard",
        "(self, object, /)",
        "Removes an item if it is there.",
        &[("{1}.discard(2)", "None")],
        run_discard,
    ),
    NativeFunction::new(
        "pop",
        "(self, /)",
        "Removes some item and gives it back.",
        &[("{1}.pop()", "1")],
        run_pop,
    ),
    NativeFunction::new("clear", "(self, /)", "Removes all items.", &[("{1}.clear()", "None")], run_clear),
    NativeFunction::new(
        "copy",
        "(self, /)",
        "A new set of the same items.",
        &[("{1}.copy()", "{1}")],
        run_copy,
    ),
    NativeFunction::new(
        "union",
        "(self, *others)",
        "The items of the set and of all the iterables.",
        &[("{1}.union([2])", "{1, 2}")],
        run_union,
    ),
    NativeFunction::new(
        "intersection",
        "(self, *others)",
        "The items that are in all the iterables too.",
        &[("{1, 2}.intersection([2, 3])", "{2}")],
        run_intersection,
    ),
    NativeFunction::new(
        "difference",
        "(self, *others)",
        "The items that are in none of the iterables.",
        &[("{1, 2}.difference([2])", "{1}")],
        run_difference,
    ),
    NativeFunction::new(
        "symmetric_difference",
        "(self, other, /)",
        "The items that are either in the set or in the iterable.",
        &[("{1, 2}.symmetric_difference([2, 3])", "{1, 3}")],
        run_symmetric_difference,
    ),
    NativeFunction::new(
        "update",
        "(self, *others)",
        "Adds the items of all the iterables.",
        &[("{1}.update([2])", "None")],
        run_update,
    ),
    NativeFunction::new(
        "intersection_update",
        "(self, *others)",
        "Keeps the items that are in all the iterables.",
        &[("{1}.intersection_update([1])", "None")],
        run_intersection_update,
    ),
    NativeFunction::new(
        "difference_update",
        "(self, *others)",
        "Removes the items of all the iterables.",
        &[("{1}.difference_update([1])", "None")],
        run_difference_update,
    ),
    NativeFunction::new(
        "symmetric_difference_update",
        "(self, other, /)",
        "Keeps the items that are either in the set or in the iterable.",
        &[("{1}.symmetric_difference_update([2])", "None")],
        run_symmetric_difference_update,
    ),
    NativeFunction::new(
        "issubset",
        "(self, other, /)",
        "Whether all items are in the iterable.",
        &[("{1}.issubset([1, 2])", "True")],
        run_issubset,
    ),
    NativeFunction::new(
        "issuperset",
        "(self, other, /)",
        "Whether the set has all items of the iterable.",
        &[("{1, 2}.issuperset([1])", "True")],
        run_issuperset,
    ),
    NativeFunction::new(
        "isdisjoint",
        "(self, other, /)",
        "Whether no item is in the iterable.",
        &[("{1}.isdisjoint([2])", "True")],
        run_isdisjoint,
    ),
    operators::len(&[("{1}.__len__()", "1")]),
    operators::iter(&[("list({1}.__iter__())", "[1]")]),
    operators::contains(&[("{1}.__contains__(1)", "True")]),
    operators::and(&[("{1, 2}.__and__({2})", "{2}"), ("{1}.__and__([1])", "NotImplemented")]),
    operators::rand(&[("{1, 2}.__rand__({2})", "{2}")]),
    operators::or(&[("{1}.__or__({2})", "{1, 2}")]),
    operators::ror(&[("{1}.__ror__({1})", "{1}")]),
    operators::xor(&[("{1, 2}.__xor__({2})", "{1}")]),
    operators::rxor(&[("{1, 2}.__rxor__({2})", "{1}")]),
    operators::sub(&[("{1, 2}.__sub__({2})", "{1}")]),
    operators::rsub(&[("{2}.__rsub__({1, 2})", "{1}")]),
    operators::iand(&[("{1, 2}.__iand__({2})", "{2}")]),
    operators::ior(&[("{1}.__ior__({2})", "{1, 2}")]),
    operators::ixor(&[("{1, 2}.__ixor__({2})", "{1}")]),
    operators::isub(&[("{1, 2}.__isub__({2})", "{1}")]),
    operators::lt(&[("{1}.__lt__({1, 2})", "True")]),
    operators::le(&[("{1}.__le__({1})", "True")]),
    operators::gt(&[("{1}.__gt__({1})", "False")]),
    operators::ge(&[("{1}.__ge__({1})", "True")]),
];

/// The set for `set(...)` or `frozenset(...)`.
pub fn made(heap: &Heap, args: &Args<'_>, name: &str, frozen: bool) -> Outcome<Ref<Set>> {
    no_keywords(heap, &args.extra, name)?;
    count(heap, name, args.rest.len(), 0, 1)?;
    match args.rest.first() {
        None => Ok(Set::new(heap, frozen)),
        Some(Value::Set(other)) if frozen && other.frozen => Ok(other.clone()),
        Some(Value::Set(other)) => Ok(other.copy(heap, frozen)),
        Some(iterable) => {
            let set = Set::new(heap, frozen);
            add_all(heap, &set, iterable)?;
            Ok(set)
        }
    }
}

fn add_all(heap: &Heap, set: &Ref<Set>, items: &Value) -> Outcome<()> {
    iterate::for_each(heap, items, |item| {
        set.add(heap, item)?;
        Ok(true)
    })
}

/// Replaces the items of a set.
fn replace(heap: &Heap, set: &Ref<Set>, by: &Ref<Set>) -> Outcome {
    set.clear_all();
    for key in by.keys() {
        set.add(heap, key)?;
    }
    Ok(Value::None)
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let made = Value::Set(made(heap, &args, "set", false)?);
    match args.get(0) {
        Value::Class(class) => Ok(super::instance_of(heap, class, BuiltinType::Set, made)),
        _ => Ok(made),
    }
}

fn run_init(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let items = made(heap, &args, "set", false)?;
    let set = changeable(heap, &mut args, "__init__")?;
    replace(heap, &set, &items)
}

/// The receiver of a method that changes it.
fn changeable(heap: &Heap, args: &mut Args<'_>, method: &str) -> Outcome<Ref<Set>> {
    let set = receiver::set(heap, args, method)?;
    if set.frozen {
        return Err(heap.type_error(format!(
            "descriptor '{method}' for 'set' objects doesn't apply to a 'frozenset' object"
        )));
    }
    Ok(set)
}

/// The key to look for: a set stands for the frozenset of its items.
fn looked_for(heap: &Heap, key: &Value) -> Value {
    match key {
        Value::Set(set) if !set.frozen => Value::Set(set.copy(heap, true)),
        other => other.clone(),
    }
}

fn run_add(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = changeable(heap, &mut args, "add")?;
    set.add(heap, args.take(1))?;
    Ok(Value::None)
}

fn run_remove(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = changeable(heap, &mut args, "remove")?;
    if set.remove(heap, &looked_for(heap, args.get(1)))? {
        Ok(Value::None)
    } else {
        Err(heap.key_error(args.take(1)))
    }
}

fn run_discard(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = changeable(heap, &mut args, "discard")?;
    set.remove(heap, &looked_for(heap, args.get(1)))?;
    Ok(Value::None)
}

fn run_pop(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let popped = changeable(heap, &mut args, "pop")?.pop_first();
    popped.ok_or_else(|| heap.key_error(Value::str("pop from an empty set")))
}

fn run_clear(heap: &Heap, mut args: Args<'_>) -> Outcome {
    changeable(heap, &mut args, "clear")?.clear_all();
    Ok(Value::None)
}

pub fn run_copy(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = receiver::set(heap, &mut args, "copy")?;
    Ok(Value::Set(if set.frozen { set } else { set.copy(heap, false) }))
}

pub fn run_union(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = receiver::set(heap, &mut args, "union")?;
    let result = set.copy(heap, set.frozen);
    for other in args.rest.iter() {
        add_all(heap, &result, other)?;
    }
    Ok(Value::Set(result))
}

fn run_update(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = changeable(heap, &mut args, "update")?;
    for other in args.rest.iter() {
        // The set itself adds nothing, and would change while it is iterated.
        if !matches!(other, Value::Set(other) if other.same(&set)) {
            add_all(heap, &set, other)?;
        }
    }
    Ok(Value::None)
}

fn common(heap: &Heap, set: &Ref<Set>, others: &[Value]) -> Outcome<Ref<Set>> {
    let mut result = set.copy(heap, set.frozen);
    for other in others {
        let kept = Set::new(heap, set.frozen);
        match other {
            Value::Set(other) => {
                for key in result.keys() {
                    if other.contains(heap, &key)? {
                        kept.add(heap, key)?;
                    }
                }
            }
            other => iterate::for_each(heap, other, |key| {
                if result.contains(heap, &key)? {
                    kept.add(heap, key)?;
                }
                Ok(true)
            })?,
        }
        result = kept;
    }
    Ok(result)
}

pub fn run_intersection(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = receiver::set(heap, &mut args, "intersection")?;
    Ok(Value::Set(common(heap, &set, args.rest)?))
}

fn run_intersection_update(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = changeable(heap, &mut args, "intersection_update")?;
    let kept = common(heap, &set, args.rest)?;
    replace(heap, &set, &kept)
}

fn remove_all(heap: &Heap, set: &Ref<Set>, others: &[Value]) -> Outcome<()> {
    for other in others {
        match other {
            Value::Set(other) if other.same(set) => set.clear_all(),
            other => iterate::for_each(heap, other, |key| {
                set.remove(heap, &key)?;
                Ok(true)
            })?,
        }
    }
    Ok(())
}

pub fn run_difference(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = receiver::set(heap, &mut args, "difference")?;
    let result = set.copy(heap, set.frozen);
    remove_all(heap, &result, args.rest)?;
    Ok(Value::Set(result))
}

fn run_difference_update(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = changeable(heap, &mut args, "difference_update")?;
    remove_all(heap, &set, args.rest)?;
    Ok(Value::None)
}

/// The iterable as a set.
fn as_set(heap: &Heap, items: &Value) -> Outcome<Ref<Set>> {
    match items {
        Value::Set(set) => Ok(set.clone()),
        items => Set::from_items(heap, iterate::collect(heap, items)?, false),
    }
}

fn either(heap: &Heap, set: &Ref<Set>, other: &Value) -> Outcome<Ref<Set>> {
    let other = as_set(heap, other)?;
    let result = Set::new(heap, set.frozen);
    for (own, foreign) in [(set, &other), (&other, set)] {
        for key in own.keys() {
            if !foreign.contains(heap, &key)? {
                result.add(heap, key)?;
            }
        }
    }
    Ok(result)
}

pub fn run_symmetric_difference(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = receiver::set(heap, &mut args, "symmetric_difference")?;
    Ok(Value::Set(either(heap, &set, args.get(1))?))
}

fn run_symmetric_difference_update(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = changeable(heap, &mut args, "symmetric_difference_update")?;
    let kept = either(heap, &set, args.get(1))?;
    replace(heap, &set, &kept)
}

pub fn run_issubset(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = receiver::set(heap, &mut args, "issubset")?;
    let other = as_set(heap, args.get(1))?;
    Ok(Value::bool(is_subset(heap, &set, &other)?))
}

pub fn run_issuperset(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = receiver::set(heap, &mut args, "issuperset")?;
    let mut all = true;
    iterate::for_each(heap, args.get(1), |key| {
        all = set.contains(heap, &key)?;
        Ok(all)
    })?;
    Ok(Value::bool(all))
}

pub fn run_isdisjoint(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let set = receiver::set(heap, &mut args, "isdisjoint")?;
    let mut shared = false;
    iterate::for_each(heap, args.get(1), |key| {
        shared = set.contains(heap, &key)?;
        Ok(!shared)
    })?;
    Ok(Value::bool(!shared))
}
