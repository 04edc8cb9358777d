//! Functions of order: `min`, `max`, `sorted`.
//!
//! Of equals the first one wins, and a key is computed once per item. Comparing is in
//! `value::ops::compare`, sorting in `builtins::sorting`, which `list.sort` shares.

use crate::builtins::feed::Feed;
use crate::builtins::sorting;
use crate::code::CompareOp;
use crate::value::ops::{compare, iterate, truth};
use crate::value::{Args, Heap, NativeFunction, Outcome, Value};

pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "min",
        "(*args, key=None, default=...)",
        "The smallest of several values or of an iterable's items; the first one of equals.",
        &[("min(3, 1, 2)", "1"), ("min([], default=0)", "0"), ("min(['bb', 'a'], key=len)", "'a'")],
        run_min,
    ),
    NativeFunction::new(
        "max",
        "(*args, key=None, default=...)",
        "The largest of several values or of an iterable's items; the first one of equals.",
        &[("max([3, 1, 2])", "3"), ("max('bb', 'ccc', key=len)", "'ccc'")],
        run_max,
    ),
    NativeFunction::new(
        "sorted",
        "(iterable, /, *, key=None, reverse=False)",
        "A new list of an iterable's items in order; equal items stay in their order.",
        &[
            ("sorted([3, 1, 2])", "[1, 2, 3]"),
            ("sorted('bca', reverse=True)", "['c', 'b', 'a']"),
            ("sorted(['bb', 'a'], key=len)", "['a', 'bb']"),
        ],
        run_sorted,
    ),
];

/// Whether `a` beats `b`.
#[inline]
fn beats(heap: &Heap, op: CompareOp, a: &Value, b: &Value) -> Outcome<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Ok(if op == CompareOp::Lt { x < y } else { x > y }),
        (Value::Float(x), Value::Float(y)) => {
            Ok(if op == CompareOp::Lt { x.get() < y.get() } else { x.get() > y.get() })
        }
        _ => {
            let result = compare::compare(heap, op, a, b)?;
            truth::truth(heap, &result)
        }
    }
}

fn best(heap: &Heap, mut args: Args<'_>, name: &str, op: CompareOp) -> Outcome {
    let key = args.take(0);
    let plain = matches!(key, Value::Unbound | Value::None);
    if plain
        && let [a, b] = &mut *args.rest
        && args.slots.get(1).is_none_or(Value::is_unbound)
    {
        return Ok(std::mem::take(if beats(heap, op, b, a)? { b } else { a }));
    }
    if args.rest.is_empty() {
        return Err(heap.type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let several = args.rest.len() > 1;
    if several && args.is_given(1) {
        return Err(heap.type_error(format!(
            "Cannot specify a default for {name}() with multiple positional arguments"
        )));
    }
    let mut found: Option<(Value, Value)> = None;
    let mut look = |item: Value| -> Outcome<()> {
        let rank = if plain { Value::Unbound } else { heap.call(&key, &mut [item.clone()])? };
        let better = match &found {
            None => true,
            Some((best, _)) if plain => beats(heap, op, &item, best)?,
            Some((_, best)) => beats(heap, op, &rank, best)?,
        };
        if better {
            found = Some((item, rank));
        }
        Ok(())
    };
    if several {
        for item in args.rest.iter_mut() {
            look(std::mem::take(item))?;
        }
    } else if let Some(iterable) = args.rest.first() {
        let mut items = Feed::new(heap, iterable)?;
        while let Some(item) = items.next(heap)? {
            look(item)?;
        }
    }
    match found {
        Some((item, _)) => Ok(item),
        None if args.is_given(1) => Ok(args.take(1)),
        None => Err(heap.value_error(format!("{name}() iterable argument is empty"))),
    }
}

fn run_min(heap: &Heap, args: Args<'_>) -> Outcome {
    best(heap, args, "min", CompareOp::Lt)
}

fn run_max(heap: &Heap, args: Args<'_>) -> Outcome {
    best(heap, args, "max", CompareOp::Gt)
}

fn run_sorted(heap: &Heap, args: Args<'_>) -> Outcome {
    let items = iterate::collect(heap, args.get(0))?;
    let reverse = super::iteration::flag(heap, args.get(2))?;
    Ok(Value::list(heap, sorting::sorted(heap, items, args.get(1), reverse)?))
}
