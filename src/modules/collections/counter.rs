//! `Counter`: how often items occur; a missing one counts zero.
//!
//! Counts are whatever the program puts in; they are added and compared as its values are.

use super::dict_of;
use crate::builtins::argument;
use crate::builtins::methods::wrapped;
use crate::builtins::sorting;
use crate::code::{BinaryOp, CompareOp};
use crate::value::ops::convert::{payload, to_i64};
use crate::value::ops::{arithmetic, compare, iterate, show};
use crate::value::{Args, Dict, Heap, Iter, NativeFunction, Outcome, Ref, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, iterable=None, /, **kwargs)",
        "Counts the items of an iterable, or takes over the counts of a mapping.",
        &[("collections.Counter('aab')['a']", "2"), ("collections.Counter('ab')['x']", "0")],
        run_new,
    ),
    NativeFunction::new("__missing__", "(instance, key, /)", "Nothing counts zero.", &[], |_, _| {
        Ok(Value::Int(0))
    }),
    NativeFunction::new("__repr__", "(instance, /)", "The counts, the highest first.", &[], run_repr),
    NativeFunction::new(
        "most_common",
        "(instance, n=None)",
        "Pairs of item and count, the highest first.",
        &[("collections.Counter('abb').most_common(1)", "[('b', 2)]")],
        |heap, args| {
            let mut all = most_common(heap, &dict_of(heap, args.get(0))?)?;
            if let Some(most) = args.some(1) {
                all.truncate(to_i64(heap, most)?.max(0) as usize);
            }
            Ok(Value::list(heap, all))
        },
    ),
    NativeFunction::new(
        "elements",
        "(instance, /)",
        "Each item as often as it counts.",
        &[("list(collections.Counter('aab').elements())", "['a', 'a', 'b']")],
        |heap, args| {
            let mut all = Vec::new();
            for (key, count) in dict_of(heap, args.get(0))?.pairs() {
                all.extend((0..to_i64(heap, &count)?).map(|_| key.clone()));
            }
            Ok(Iter::ready(heap, all))
        },
    ),
    NativeFunction::new(
        "total",
        "(instance, /)",
        "The sum of the counts.",
        &[("collections.Counter('aab').total()", "3")],
        |heap, args| {
            let counts = dict_of(heap, args.get(0))?.pairs();
            counts
                .iter()
                .try_fold(Value::Int(0), |sum, (_, n)| arithmetic::binary(heap, BinaryOp::Add, &sum, n))
        },
    ),
    NativeFunction::new(
        "update",
        "(instance, iterable=None, /, **kwargs)",
        "Adds counts.",
        &[],
        |heap, args| add(heap, &dict_of(heap, args.get(0))?, &args, BinaryOp::Add).map(|()| Value::None),
    ),
    NativeFunction::new(
        "subtract",
        "(instance, iterable=None, /, **kwargs)",
        "Takes counts away.",
        &[],
        |heap, args| add(heap, &dict_of(heap, args.get(0))?, &args, BinaryOp::Sub).map(|()| Value::None),
    ),
    NativeFunction::new("copy", "(instance, /)", "A copy.", &[], |heap, args| {
        let copy = dict_of(heap, args.get(0))?.copy(heap);
        Ok(like(heap, args.get(0), copy))
    }),
    NativeFunction::new(
        "__add__",
        "(instance, other, /)",
        "The sums that are positive.",
        &[],
        |heap, args| combine(heap, &args, |heap, a, b| arithmetic::binary(heap, BinaryOp::Add, a, b)),
    ),
    NativeFunction::new(
        "__sub__",
        "(instance, other, /)",
        "Differences that are positive.",
        &[],
        |heap, args| combine(heap, &args, |heap, a, b| arithmetic::binary(heap, BinaryOp::Sub, a, b)),
    ),
    NativeFunction::new("__or__", "(instance, other, /)", "The higher counts.", &[], |heap, args| {
        combine(heap, &args, |heap, a, b| Ok(if compare::less(heap, a, b)? { b.clone() } else { a.clone() }))
    }),
    NativeFunction::new("__and__", "(instance, other, /)", "The lower counts.", &[], |heap, args| {
        combine(heap, &args, |heap, a, b| Ok(if compare::less(heap, b, a)? { b.clone() } else { a.clone() }))
    }),
    NativeFunction::new("__pos__", "(instance, /)", "The counts that are positive.", &[], |heap, args| {
        let counts = Dict::new(heap);
        for (key, count) in dict_of(heap, args.get(0))?.pairs() {
            if compare::less(heap, &Value::Int(0), &count)? {
                counts.insert(heap, key, count)?;
            }
        }
        Ok(like(heap, args.get(0), counts))
    }),
    NativeFunction::new("__delitem__", "(instance, key, /)", "Forgets an item.", &[], |heap, args| {
        dict_of(heap, args.get(0))?.remove(heap, args.get(1)).map(|_| Value::None)
    }),
];

fn like(heap: &Heap, receiver: &Value, counts: Ref<Dict>) -> Value {
    match receiver {
        Value::Instance(instance) => wrapped(heap, instance.class(), Value::Dict(counts)),
        _ => Value::Dict(counts),
    }
}

fn run_new(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let class = argument::class(heap, &args.take(0), "dict")?;
    let counts = Dict::new(heap);
    add(heap, &counts, &args, BinaryOp::Add)?;
    Ok(wrapped(heap, &class, Value::Dict(counts)))
}

/// Adds or takes away what an iterable, a mapping and named arguments count.
fn add(heap: &Heap, counts: &Ref<Dict>, args: &Args<'_>, op: BinaryOp) -> Outcome<()> {
    let one = |key: Value, count: &Value| -> Outcome<()> {
        let old = counts.get(heap, &key)?.unwrap_or(Value::Int(0));
        counts.insert(heap, key, arithmetic::binary(heap, op, &old, count)?)?;
        Ok(())
    };
    if let Some(from) = args.some(1) {
        match (from, payload(from)) {
            (Value::Dict(other), _) => other.pairs().into_iter().try_for_each(|(k, n)| one(k, &n))?,
            (_, Some(Value::Dict(other))) => other.pairs().into_iter().try_for_each(|(k, n)| one(k, &n))?,
            _ => iterate::for_each(heap, from, |key| one(key, &Value::Int(1)).map(|()| true))?,
        }
    }
    let named = args.extra.as_ref().map_or_else(Vec::new, |extra| extra.pairs());
    named.into_iter().try_for_each(|(key, count)| one(key, &count))
}

fn most_common(heap: &Heap, counts: &Ref<Dict>) -> Outcome<Vec<Value>> {
    let pairs = counts.pairs().into_iter().map(|(key, count)| Value::tuple(heap, [key, count])).collect();
    sorting::sorted(heap, pairs, &Value::Builtin(&COUNT), true)
}

/// By what pairs of an item and its count are put in order.
static COUNT: NativeFunction =
    NativeFunction::new("count", "(pair, /)", "A pair's count.", &[], |_, args| {
        Ok(match args.get(0) {
            Value::Tuple(pair) => pair.items().get(1).cloned().unwrap_or(Value::None),
            _ => Value::None,
        })
    });

fn run_repr(heap: &Heap, args: Args<'_>) -> Outcome {
    let counts = dict_of(heap, args.get(0))?;
    if counts.is_empty() {
        return Ok(Value::str("Counter()"));
    }
    let sorted = Dict::new(heap);
    for pair in most_common(heap, &counts)? {
        if let Value::Tuple(pair) = pair
            && let [key, count] = pair.items()
        {
            sorted.insert(heap, key.clone(), count.clone())?;
        }
    }
    Ok(format!("Counter({})", show::repr(heap, &Value::Dict(sorted))?).into())
}

/// A counter of what a rule makes of two counts, where that is positive.
fn combine(heap: &Heap, args: &Args<'_>, rule: impl Fn(&Heap, &Value, &Value) -> Outcome) -> Outcome {
    let own = dict_of(heap, args.get(0))?;
    let Some(Value::Dict(other)) = payload(args.get(1)) else { return Ok(Value::NotImplemented) };
    let zero = Value::Int(0);
    let made = Dict::new(heap);
    let both = own.pairs().into_iter().chain(other.pairs());
    for (key, _) in both {
        let (a, b) = (own.get(heap, &key)?, other.get(heap, &key)?);
        let count = rule(heap, a.as_ref().unwrap_or(&zero), b.as_ref().unwrap_or(&zero))?;
        if matches!(compare::compare(heap, CompareOp::Gt, &count, &zero)?, Value::True) {
            made.insert(heap, key, count)?;
        }
    }
    Ok(like(heap, args.get(0), made))
}
