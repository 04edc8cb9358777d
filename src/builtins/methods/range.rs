//! `range`: construction and methods.
//!
//! Bounds keep 64 bits; what `len`, items and slices of it are is in `value::range` and `value::ops`.

use std::rc::Rc;

use crate::builtins::argument::{count, no_keywords};
use crate::builtins::{operators, receiver};
use crate::value::ops::compare::{integer, same_or_equal};
use crate::value::ops::convert::to_index;
use crate::value::ops::show;
use crate::value::{Args, Heap, NativeFunction, Outcome, Range, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "The integers from a start up to a stop, in steps.",
        &[("list(range(3))", "[0, 1, 2]"), ("list(range(5, 0, -2))", "[5, 3, 1]")],
        run_new,
    ),
    NativeFunction::new(
        "index",
        "(self, value, /)",
        "The position of a number.",
        &[("range(0, 10, 2).index(4)", "2")],
        run_index,
    ),
    NativeFunction::new(
        "count",
        "(self, value, /)",
        "How often a number is in it.",
        &[("range(3).count(1)", "1")],
        run_count,
    ),
    operators::len(&[("range(3).__len__()", "3")]),
    operators::iter(&[("list(range(2).__iter__())", "[0, 1]")]),
    operators::reversed(&[("list(range(3).__reversed__())", "[2, 1, 0]")]),
    operators::contains(&[("range(3).__contains__(1)", "True")]),
    operators::getitem(&[("range(3).__getitem__(1)", "1")]),
    operators::bool(&[("range(0).__bool__()", "False")]),
];

/// A bound. Ranges keep 64 bits.
fn bound(heap: &Heap, value: &Value) -> Outcome<i64> {
    match value {
        Value::Int(n) => Ok(*n),
        other => match to_index(heap, other)? {
            Value::Int(n) => Ok(n),
            _ => Err(heap.overflow_error("range() bounds must fit 64 bits")),
        },
    }
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let range = match &*args.rest {
        [Value::Int(stop)] => Range { start: 0, stop: *stop, step: 1 },
        [stop] => Range { start: 0, stop: bound(heap, stop)?, step: 1 },
        [start, stop] => Range { start: bound(heap, start)?, stop: bound(heap, stop)?, step: 1 },
        [start, stop, step] => {
            Range { start: bound(heap, start)?, stop: bound(heap, stop)?, step: bound(heap, step)? }
        }
        other => {
            no_keywords(heap, &args.extra, "range")?;
            count(heap, "range", other.len(), 1, 3)?;
            return Ok(Value::None);
        }
    };
    no_keywords(heap, &args.extra, "range")?;
    if range.step == 0 {
        return Err(heap.value_error("range() arg 3 must not be zero"));
    }
    Ok(Value::Range(Rc::new(range)))
}

/// The position of a value in the range.
fn find(heap: &Heap, range: &Range, value: &Value) -> Outcome<Option<usize>> {
    let number = match (integer(value), value) {
        (Some(n), _) => n.to_i64(),
        (None, Value::Float(x)) if x.get().fract() == 0.0 && x.get().abs() < 9e18 => Some(x.get() as i64),
        (None, Value::Instance(_) | Value::Native(_)) => {
            for at in 0..range.len() {
                if let Some(n) = range.get(at)
                    && same_or_equal(heap, &Value::Int(n), value)?
                {
                    return Ok(Some(at));
                }
            }
            return Ok(None);
        }
        _ => None,
    };
    Ok(number.filter(|n| range.contains(*n)).map(|n| {
        let steps = (i128::from(n) - i128::from(range.start)) / i128::from(range.step);
        steps as usize
    }))
}

fn run_index(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let range = receiver::range(heap, &mut args, "index")?;
    match find(heap, &range, args.get(1))? {
        Some(at) => Ok(Value::Int(at as i64)),
        None if integer(args.get(1)).is_some() => {
            Err(heap.value_error(format!("{} is not in range", show::repr(heap, args.get(1))?)))
        }
        None => Err(heap.value_error("sequence.index(x): x not in sequence")),
    }
}

fn run_count(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let range = receiver::range(heap, &mut args, "count")?;
    Ok(Value::Int(i64::from(find(heap, &range, args.get(1))?.is_some())))
}
