//! `list`: construction and its methods.
//!
//! Lookups go by index and look at the length anew each time, since comparing items may run Jac code
//! that changes the list. While a list is sorted it is empty for everybody else, as in CPython.

use crate::builtins::argument::{count, no_keywords, truth_or};
use crate::builtins::{operators, receiver, sorting};
use crate::value::ops::compare::same_or_equal;
use crate::value::ops::convert::{to_i64, to_i64_clamped};
use crate::value::ops::{iterate, show};
use crate::value::{Args, BuiltinType, ErrorKind, Heap, List, NativeFunction, Outcome, Ref, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "A new list of an iterable's items.",
        &[("list('ab')", "['a', 'b']"), ("list()", "[]")],
        run_new,
    ),
    NativeFunction::new(
        "__init__",
        "(self, *args, **kwargs)",
        "Replaces the items by those of an iterable.",
        &[("[].__init__([1])", "None")],
        run_init,
    ),
    NativeFunction::new(
        "append",
        "(self, object, /)",
        "Adds an item at the end.",
        &[("[1].append(2)", "None")],
        run_append,
    ),
    NativeFunction::new(
        "extend",
        "(self, iterable, /)",
        "Adds an iterable's items at the end.",
        &[("[1].extend([2, 3])", "None")],
        run_extend,
    ),
    NativeFunction::new(
        "insert",
        "(self, index, object, /)",
        "Puts an item before a position.",
        &[("[1].insert(0, 2)", "None")],
        run_insert,
    ),
    NativeFunction::new(
        "remove",
        "(self, value, /)",
        "Removes the first item that equals the value.",
        &[("[1, 2].remove(1)", "None")],
        run_remove,
    ),
    NativeFunction::new(
        "pop",
        "(self, index=-1, /)",
        "Removes an item, the last one if no position is given, and gives it back.",
        &[("[1, 2].pop()", "2"), ("[1, 2].pop(0)", "1")],
        run_pop,
    ),
    NativeFunction::new("clear", "(self, /)", "Removes all items.", &[("[1].clear()", "None")], run_clear),
    NativeFunction::new(
        "index",
        "(self, value, start=0, stop=9223372036854775807, /)",
        "The position of the first item that equals the value.",
        &[("['a', 'b'].index('b')", "1")],
        run_index,
    ),
    NativeFunction::new(
        "count",
        "(self, value, /)",
        "How many items equal the value.",
        &[("[1, 2, 1].count(1)", "2")],
        run_count,
    ),
    NativeFunction::new(
        "sort",
        "(self, /, *, key=None, reverse=False)",
        "Puts the items in order; equal ones stay in their order.",
        &[("[2, 1].sort()", "None")],
        run_sort,
    ),
    NativeFunction::new(
        "reverse",
        "(self, /)",
        "Turns the order round.",
        &[("[1, 2].reverse()", "None")],
        run_reverse,
    ),
    NativeFunction::new(
        "copy",
        "(self, /)",
        "A new list of the same items.",
        &[("[1, 2].copy()", "[1, 2]")],
        run_copy,
    ),
    operators::len(&[("[1, 2].__len__()", "2")]),
    operators::iter(&[("list([1].__iter__())", "[1]")]),
    operators::reversed(&[("list([1, 2].__reversed__())", "[2, 1]")]),
    operators::contains(&[("[1].__contains__(1)", "True")]),
    operators::getitem(&[("[1, 2].__getitem__(-1)", "2")]),
    operators::setitem(&[("[1].__setitem__(0, 2)", "None")]),
    operators::delitem(&[("[1].__delitem__(0)", "None")]),
    operators::add(&[("[1].__add__([2])", "[1, 2]")]),
    operators::mul(&[("[1].__mul__(2)", "[1, 1]")]),
    operators::rmul(&[("[1].__rmul__(2)", "[1, 1]")]),
    operators::iadd(&[("[1].__iadd__('a')", "[1, 'a']")]),
    operators::imul(&[("[1].__imul__(2)", "[1, 1]")]),
    operators::lt(&[("[1].__lt__([2])", "True")]),
    operators::le(&[("[1].__le__([1])", "True")]),
    operators::gt(&[("[1].__gt__([2])", "False")]),
    operators::ge(&[("[1].__ge__([0, 5])", "True")]),
];

/// The items for a new list.
fn items_of(heap: &Heap, args: &Args<'_>) -> Outcome<Vec<Value>> {
    no_keywords(heap, &args.extra, "list")?;
    count(heap, "list", args.rest.len(), 0, 1)?;
    match args.rest.first() {
        Some(iterable) => iterate::collect(heap, iterable),
        None => Ok(Vec::new()),
    }
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let made = Value::list(heap, items_of(heap, &args)?);
    match args.get(0) {
        Value::Class(class) => Ok(super::instance_of(heap, class, BuiltinType::List, made)),
        _ => Ok(made),
    }
}

fn run_init(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let items = items_of(heap, &args)?;
    let list = receiver::list(heap, &mut args, "__init__")?;
    drop(list.edit(0, |own| std::mem::replace(own, items)));
    Ok(Value::None)
}

fn run_append(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let list = receiver::list(heap, &mut args, "append")?;
    list.push(args.take(1));
    Ok(Value::None)
}

fn run_extend(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let list = receiver::list(heap, &mut args, "extend")?;
    match args.get(1) {
        iterable @ (Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_)) => {
            let items = iterate::collect(heap, iterable)?;
            list.edit(list.len(), |own| own.extend(items));
        }
        // What came before an exception stays.
        iterable => iterate::for_each(heap, iterable, |item| {
            list.push(item);
            Ok(true)
        })?,
    }
    Ok(Value::None)
}

fn run_insert(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let list = receiver::list(heap, &mut args, "insert")?;
    let index = to_i64(heap, args.get(1))?;
    let value = args.take(2);
    let at = position(index, list.len());
    list.edit(at, |own| own.insert(at, value));
    Ok(Value::None)
}

/// A bound as slices understand it.
fn position(index: i64, length: usize) -> usize {
    let at = if index < 0 { index.saturating_add(length as i64).max(0) } else { index };
    (at as u64).min(length as u64) as usize
}

/// The position of the first item from `start` to `stop` that equals the value.
fn find(heap: &Heap, list: &Ref<List>, value: &Value, start: usize, stop: usize) -> Outcome<Option<usize>> {
    let mut index = start;
    while index < stop
        && let Some(item) = list.get(index)
    {
        if same_or_equal(heap, &item, value)? {
            return Ok(Some(index));
        }
        index += 1;
    }
    Ok(None)
}

fn run_remove(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let list = receiver::list(heap, &mut args, "remove")?;
    let Some(at) = find(heap, &list, args.get(1), 0, usize::MAX)? else {
        return Err(heap.value_error("list.remove(x): x not in list"));
    };
    // Comparing may have made the list shorter.
    drop(list.edit(at, |own| if at < own.len() { own.remove(at) } else { Value::None }));
    Ok(Value::None)
}

fn run_pop(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let list = receiver::list(heap, &mut args, "pop")?;
    let index = match args.get(1) {
        Value::Unbound => -1,
        index => to_i64(heap, index)?,
    };
    if list.is_empty() {
        return Err(heap.index_error("pop from empty list"));
    }
    let length = list.len();
    match crate::value::ops::item::position(index, length) {
        Some(at) if at + 1 == length => Ok(list.pop().unwrap_or(Value::None)),
        Some(at) => Ok(list.edit(at, |own| own.remove(at))),
        None => Err(heap.index_error("pop index out of range")),
    }
}

fn run_clear(heap: &Heap, mut args: Args<'_>) -> Outcome {
    drop(receiver::list(heap, &mut args, "clear")?.take());
    Ok(Value::None)
}

/// The optional bounds of `index`, for lists and tuples.
pub fn index_bounds(heap: &Heap, args: &Args<'_>, length: usize) -> Outcome<(usize, usize)> {
    let bound = |value: &Value, default: usize| match value {
        Value::Unbound => Ok(default),
        Value::Int(n) => Ok(position(*n, length)),
        other => match to_i64_clamped(heap, other) {
            Ok(n) => Ok(position(n, length)),
            Err(raised) => {
                let message = "slice indices must be integers or have an __index__ method";
                Err(crate::builtins::argument::reworded(heap, raised, ErrorKind::TypeError, message))
            }
        },
    };
    Ok((bound(args.get(2), 0)?, bound(args.get(3), usize::MAX)?))
}

fn run_index(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let list = receiver::list(heap, &mut args, "index")?;
    let (start, stop) = index_bounds(heap, &args, list.len())?;
    match find(heap, &list, args.get(1), start, stop)? {
        Some(at) => Ok(Value::Int(at as i64)),
        None => {
            let shown = show::repr(heap, args.get(1))?;
            Err(heap.value_error(format!("{shown} is not in list")))
        }
    }
}

fn run_count(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let list = receiver::list(heap, &mut args, "count")?;
    let (mut total, mut index) = (0, 0);
    while let Some(item) = list.get(index) {
        total += i64::from(same_or_equal(heap, &item, args.get(1))?);
        index += 1;
    }
    Ok(Value::Int(total))
}

fn run_sort(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let list = receiver::list(heap, &mut args, "sort")?;
    let reverse = truth_or(heap, args.get(2), false)?;
    let (items, raised) = match sorting::sort(heap, list.take(), args.get(1), reverse) {
        Ok(items) => (items, None),
        Err((raised, items)) => (items, Some(raised)),
    };
    let meanwhile = list.edit(0, |own| std::mem::replace(own, items));
    match raised {
        Some(raised) => Err(raised),
        None if !meanwhile.is_empty() => Err(heap.value_error("list modified during sort")),
        None => Ok(Value::None),
    }
}

fn run_reverse(heap: &Heap, mut args: Args<'_>) -> Outcome {
    receiver::list(heap, &mut args, "reverse")?.edit(0, |own| own.reverse());
    Ok(Value::None)
}

fn run_copy(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let list = receiver::list(heap, &mut args, "copy")?;
    Ok(Value::list(heap, list.to_vec()))
}
