//! Functions over iterables: `len`, `iter`, `next`, `sum`, `any`, `all`.
//!
//! Owns how the end of an iterator becomes a StopIteration, and sums that stay unboxed while all
//! items are small ints or floats. The protocol of iteration is in `value::ops::iterate`; `map`,
//! `zip` and their kin are types, in `native::iterators`.

use crate::builtins::argument::truth_or;
use crate::builtins::feed::Feed;
use crate::code::BinaryOp;
use crate::value::generator::GeneratorKind;
use crate::value::iter::Source;
use crate::value::ops::attribute::call_method;
use crate::value::ops::types::type_name;
use crate::value::ops::{arithmetic, item, iterate, truth};
use crate::value::{Args, ErrorKind, Heap, Iter, NativeFunction, Outcome, Raised, Value, names};

pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "len",
        "(obj, /)",
        "How many items a container has.",
        &[("len([1, 2])", "2"), ("len('日本')", "2")],
        run_len,
    ),
    NativeFunction::new(
        "iter",
        "(object, sentinel=..., /)",
        "An iterator over an iterable; with a sentinel one that calls a function until it gives the sentinel.",
        &[("list(iter('ab'))", "['a', 'b']")],
        run_iter,
    ),
    NativeFunction::new(
        "next",
        "(iterator, default=..., /)",
        "The next item of an iterator; at its end the default, or StopIteration.",
        &[("next(iter([1, 2]))", "1"), ("next(iter([]), 0)", "0")],
        run_next,
    ),
    NativeFunction::new(
        "aiter",
        "(async_iterable, /)",
        "An asynchronous iterator over an asynchronous iterable.",
        &[],
        run_aiter,
    ),
    NativeFunction::new(
        "sum",
        "(iterable, /, start=0)",
        "The sum of all items and of `start`.",
        &[("sum([1, 2, 3])", "6"), ("sum([0.1] * 10)", "1.0")],
        run_sum,
    ),
    NativeFunction::new(
        "any",
        "(iterable, /)",
        "Whether some item is true.",
        &[("any([0, 3])", "True"), ("any([])", "False")],
        run_any,
    ),
    NativeFunction::new(
        "all",
        "(iterable, /)",
        "Whether every item is true.",
        &[("all([1, 0])", "False"), ("all([])", "True")],
        run_all,
    ),
];

fn run_len(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::Int(item::len(heap, args.get(0))? as i64))
}

fn run_iter(heap: &Heap, mut args: Args<'_>) -> Outcome {
    if !args.is_given(1) {
        return iterate::iter(heap, args.get(0));
    }
    if !super::class::is_callable(heap, args.get(0)) {
        return Err(heap.type_error("iter(v, w): v must be callable"));
    }
    let (function, sentinel) = (args.take(0), args.take(1));
    Ok(Value::Iter(Iter::new(heap, Source::Calls { function, sentinel })))
}

fn run_aiter(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let object = args.take(0);
    if matches!(&object, Value::Generator(generator) if generator.kind == GeneratorKind::AsyncGenerator) {
        return Ok(object);
    }
    match call_method(heap, &object, names::AITER, &mut [])? {
        Some(iterator) => Ok(iterator),
        None => Err(heap.type_error(format!("'{}' object is not an async iterable", type_name(&object)))),
    }
}

/// The StopIteration that tells that an iterator has ended, with a generator's result.
#[cold]
pub fn stopped(heap: &Heap, iterator: &Value) -> Raised {
    let result = match iterator {
        Value::Generator(generator) => generator.result.borrow_mut().take(),
        _ => None,
    };
    match result {
        None | Some(Value::None | Value::Unbound) => heap.error_with(ErrorKind::StopIteration, Vec::new()),
        Some(value) => heap.error_with(ErrorKind::StopIteration, vec![value]),
    }
}

/// `next(iterator)`: raises StopIteration at the end.
#[inline]
pub fn advance(heap: &Heap, iterator: &Value) -> Outcome {
    match iterator {
        Value::Iter(_) | Value::Generator(_) => match iterate::next(heap, iterator)? {
            Some(value) => Ok(value),
            None => Err(stopped(heap, iterator)),
        },
        _ => match call_method(heap, iterator, names::NEXT, &mut [])? {
            Some(value) => Ok(value),
            None => Err(heap.type_error(format!("'{}' object is not an iterator", type_name(iterator)))),
        },
    }
}

fn run_next(heap: &Heap, mut args: Args<'_>) -> Outcome {
    if !args.is_given(1) {
        return advance(heap, args.get(0));
    }
    match args.get(0) {
        iterator @ (Value::Iter(_) | Value::Generator(_)) => match iterate::next(heap, iterator)? {
            Some(value) => Ok(value),
            None => Ok(args.take(1)),
        },
        iterator => match advance(heap, iterator) {
            Ok(value) => Ok(value),
            Err(raised) => {
                heap.catch_any(raised, &[ErrorKind::StopIteration])?;
                Ok(args.take(1))
            }
        },
    }
}

/// A sum under way: as long as all items are small ints, or floats, it is kept unboxed.
enum Total {
    Int(i64),
    /// With the rounding errors so far (Neumaier), as CPython 3.12 adds floats.
    Float {
        sum: f64,
        lost: f64,
    },
    Value(Value),
}

impl Total {
    fn new(start: Value) -> Total {
        match start {
            Value::Unbound => Total::Int(0),
            Value::Int(n) => Total::Int(n),
            Value::Float(x) => Total::Float { sum: x.get(), lost: 0.0 },
            other => Total::Value(other),
        }
    }

    fn value(&self) -> Value {
        match self {
            Total::Int(n) => Value::Int(*n),
            // A compensation that is no number must not spoil an infinite sum.
            Total::Float { sum, lost } if *lost != 0.0 && lost.is_finite() => Value::float(sum + lost),
            Total::Float { sum, .. } => Value::float(*sum),
            Total::Value(value) => value.clone(),
        }
    }

    #[inline]
    fn add(&mut self, heap: &Heap, item: &Value) -> Outcome<()> {
        let small = match item {
            Value::Int(n) => Some(*n),
            Value::True => Some(1),
            Value::False => Some(0),
            _ => None,
        };
        match (&mut *self, small, item) {
            (Total::Int(total), Some(n), _) => {
                if let Some(sum) = total.checked_add(n) {
                    *total = sum;
                    return Ok(());
                }
            }
            (Total::Float { sum, .. }, Some(n), _) => {
                *sum += n as f64;
                return Ok(());
            }
            (Total::Float { sum, lost }, None, Value::Float(x)) => {
                let x = x.get();
                let total = *sum + x;
                *lost += if sum.abs() >= x.abs() { (*sum - total) + x } else { (x - total) + *sum };
                *sum = total;
                return Ok(());
            }
            _ => {}
        }
        let made = arithmetic::binary(heap, BinaryOp::Add, &self.value(), item)?;
        *self = match (&*self, made) {
            // Ints that have outgrown 64 bits, and containers, go on as values.
            (Total::Int(_), Value::Float(x)) => Total::Float { sum: x.get(), lost: 0.0 },
            (_, Value::Int(n)) => Total::Int(n),
            (_, made) => Total::Value(made),
        };
        Ok(())
    }
}

fn run_sum(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let start = args.take(1);
    let refused = match &start {
        Value::Str(_) => Some("sum() can't sum strings [use ''.join(seq) instead]"),
        Value::Bytes(_) => Some("sum() can't sum bytes [use b''.join(seq) instead]"),
        Value::Native(native) if native.is::<crate::builtins::native::bytearray::ByteArray>() => {
            Some("sum() can't sum bytearray [use b''.join(seq) instead]")
        }
        _ => None,
    };
    let mut items = Feed::new(heap, args.get(0))?;
    if let Some(message) = refused {
        return Err(heap.type_error(message));
    }
    // Lists of lists: grow one result instead of copying it for every item.
    if let Value::List(first) = &start {
        return sum_lists(heap, first.to_vec(), &mut items);
    }
    let mut total = Total::new(start);
    while let Some(item) = items.next(heap)? {
        total.add(heap, &item)?;
    }
    Ok(total.value())
}

fn sum_lists(heap: &Heap, mut whole: Vec<Value>, items: &mut Feed) -> Outcome {
    while let Some(item) = items.next(heap)? {
        match &item {
            Value::List(list) => whole.extend(list.to_vec()),
            other => {
                let mut total =
                    Total::Value(arithmetic::binary(heap, BinaryOp::Add, &Value::list(heap, whole), other)?);
                while let Some(item) = items.next(heap)? {
                    total.add(heap, &item)?;
                }
                return Ok(total.value());
            }
        }
    }
    Ok(Value::list(heap, whole))
}

fn run_any(heap: &Heap, args: Args<'_>) -> Outcome {
    let mut items = Feed::new(heap, args.get(0))?;
    while let Some(item) = items.next(heap)? {
        if truth::truth(heap, &item)? {
            return Ok(Value::True);
        }
    }
    Ok(Value::False)
}

fn run_all(heap: &Heap, args: Args<'_>) -> Outcome {
    let mut items = Feed::new(heap, args.get(0))?;
    while let Some(item) = items.next(heap)? {
        if !truth::truth(heap, &item)? {
            return Ok(Value::False);
        }
    }
    Ok(Value::True)
}

/// A flag such as `reverse=` or `strict=`.
pub fn flag(heap: &Heap, value: &Value) -> Outcome<bool> {
    truth_or(heap, value, false)
}
