//! Stable sorting, for `sorted` and `list.sort`.
//!
//! Keys that are all ints, strings, floats, or tuples of those, are compared without asking anybody.
//! Everything else goes through `<`, which may run Jac code and may raise, so the merge sort below
//! stops at the first exception and never relies on an order being consistent.

use std::cmp::Ordering;

use crate::value::ops::compare::less;
use crate::value::{Heap, Outcome, Raised, Value};

/// The items in order. `key` may be None or unbound.
pub fn sorted(heap: &Heap, items: Vec<Value>, key: &Value, reverse: bool) -> Outcome<Vec<Value>> {
    sort(heap, items, key, reverse).map_err(|(raised, _)| raised)
}

/// The items in order; if a comparison raises, the items come back as they were.
pub fn sort(
    heap: &Heap,
    mut items: Vec<Value>,
    key: &Value,
    reverse: bool,
) -> Result<Vec<Value>, (Raised, Vec<Value>)> {
    if matches!(key, Value::Unbound | Value::None) {
        if sort_plain(&mut items, reverse) {
            return Ok(items);
        }
        let order = match order_of(heap, &items, reverse) {
            Ok(order) => order,
            Err(raised) => return Err((raised, items)),
        };
        return Ok(permuted(items, &order));
    }
    let mut keys = Vec::with_capacity(items.len());
    for item in &items {
        match heap.call(key, &mut [item.clone()]) {
            Ok(made) => keys.push(made),
            Err(raised) => return Err((raised, items)),
        }
    }
    match order_of(heap, &keys, reverse) {
        Ok(order) => Ok(permuted(items, &order)),
        Err(raised) => Err((raised, items)),
    }
}

fn permuted(mut items: Vec<Value>, order: &[u32]) -> Vec<Value> {
    order.iter().map(|&index| std::mem::take(&mut items[index as usize])).collect()
}

/// What all keys have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plain {
    Int,
    Str,
    /// Floats that are numbers, and ints that a float holds exactly.
    Float,
    /// Tuples whose items are plain, column by column.
    Tuple,
    No,
}

fn plain_kind(value: &Value) -> Plain {
    match value {
        Value::Int(_) => Plain::Int,
        Value::Str(_) => Plain::Str,
        Value::Float(x) if !x.get().is_nan() => Plain::Float,
        Value::Tuple(_) => Plain::Tuple,
        _ => Plain::No,
    }
}

const EXACT: i64 = 1 << 53;

fn common(a: Plain, value: &Value) -> Plain {
    match (a, plain_kind(value), value) {
        (a, b, _) if a == b => a,
        (Plain::Float, Plain::Int, Value::Int(n)) if (-EXACT..=EXACT).contains(n) => Plain::Float,
        _ => Plain::No,
    }
}

/// What the keys have in common, looking into tuples one level deep.
fn survey(keys: &[Value]) -> Plain {
    let Some(first) = keys.first() else { return Plain::No };
    let kind = keys.iter().fold(plain_kind(first), common);
    if kind != Plain::Tuple {
        return kind;
    }
    let mut columns: Vec<Plain> = Vec::new();
    for key in keys {
        let Value::Tuple(tuple) = key else { return Plain::No };
        for (at, item) in tuple.items().iter().enumerate() {
            let found = match columns.get(at) {
                Some(known) => common(*known, item),
                None => plain_kind(item),
            };
            if matches!(found, Plain::No | Plain::Tuple) {
                return Plain::No;
            }
            match columns.get_mut(at) {
                Some(column) => *column = found,
                None => columns.push(found),
            }
        }
    }
    Plain::Tuple
}

fn as_float(value: &Value) -> f64 {
    match value {
        Value::Float(x) => x.get(),
        Value::Int(n) => *n as f64,
        _ => 0.0,
    }
}

/// The order of two plain keys of the same column.
fn compare_plain(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => x.cmp(y),
        (Value::Str(x), Value::Str(y)) => x.as_str().cmp(y.as_str()),
        (Value::Tuple(x), Value::Tuple(y)) => {
            let pairs = x.items().iter().zip(y.items());
            let different = pairs.map(|(a, b)| compare_plain(a, b)).find(|order| order.is_ne());
            different.unwrap_or_else(|| x.len().cmp(&y.len()))
        }
        _ => as_float(a).partial_cmp(&as_float(b)).unwrap_or(Ordering::Equal),
    }
}

/// Sorts values that are plain, in place; false if they are not.
fn sort_plain(items: &mut [Value], reverse: bool) -> bool {
    match survey(items) {
        Plain::No => return items.len() < 2,
        // Equal ints cannot be told apart, so the faster sort may be used.
        Plain::Int if reverse => items.sort_unstable_by(|a, b| compare_plain(b, a)),
        Plain::Int => items.sort_unstable_by(compare_plain),
        _ if reverse => items.sort_by(|a, b| compare_plain(b, a)),
        _ => items.sort_by(compare_plain),
    }
    true
}

/// The positions of the keys in order.
fn order_of(heap: &Heap, keys: &[Value], reverse: bool) -> Outcome<Vec<u32>> {
    let mut order: Vec<u32> = (0..keys.len() as u32).collect();
    let at = |index: &u32| &keys[*index as usize];
    if survey(keys) != Plain::No {
        if reverse {
            order.sort_by(|a, b| compare_plain(at(b), at(a)));
        } else {
            order.sort_by(|a, b| compare_plain(at(a), at(b)));
        }
        return Ok(order);
    }
    if reverse {
        // Sorted backwards and turned round, equal keys keep their order.
        order.reverse();
    }
    merge_sort(heap, keys, &mut order)?;
    if reverse {
        order.reverse();
    }
    Ok(order)
}

/// Runs shorter than this are filled up by insertion.
const SHORT_RUN: usize = 16;

/// A stable natural merge sort by `<` alone.
fn merge_sort(heap: &Heap, keys: &[Value], order: &mut Vec<u32>) -> Outcome<()> {
    let is_less = |a: u32, b: u32| less(heap, &keys[a as usize], &keys[b as usize]);
    let mut runs: Vec<usize> = vec![0];
    let mut start = 0;
    while start < order.len() {
        let end = natural_run(&is_less, &mut order[start..])?;
        let wanted = SHORT_RUN.min(order.len() - start).max(end);
        insert_into_run(&is_less, &mut order[start..start + wanted], end)?;
        start += wanted;
        runs.push(start);
    }
    let mut merged: Vec<u32> = Vec::with_capacity(order.len());
    while runs.len() > 2 {
        let mut next = vec![0];
        merged.clear();
        for pair in runs.windows(3).step_by(2) {
            merge(&is_less, &order[pair[0]..pair[1]], &order[pair[1]..pair[2]], &mut merged)?;
            next.push(merged.len());
        }
        let rest = merged.len();
        if rest < order.len() {
            merged.extend_from_slice(&order[rest..]);
            next.push(merged.len());
        }
        std::mem::swap(order, &mut merged);
        runs = next;
    }
    Ok(())
}

/// The length of the run at the beginning; a strictly falling one is turned round.
fn natural_run(is_less: &impl Fn(u32, u32) -> Outcome<bool>, order: &mut [u32]) -> Outcome<usize> {
    if order.len() < 2 {
        return Ok(order.len());
    }
    let falling = is_less(order[1], order[0])?;
    let mut end = 2;
    while end < order.len() && is_less(order[end], order[end - 1])? == falling {
        end += 1;
    }
    if falling {
        order[..end].reverse();
    }
    Ok(end)
}

/// Inserts the items from `sorted` on into the run before them, by halving.
fn insert_into_run(
    is_less: &impl Fn(u32, u32) -> Outcome<bool>,
    run: &mut [u32],
    sorted: usize,
) -> Outcome<()> {
    for index in sorted..run.len() {
        let item = run[index];
        let (mut low, mut high) = (0, index);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_less(item, run[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        run.copy_within(low..index, low + 1);
        run[low] = item;
    }
    Ok(())
}

fn merge(
    is_less: &impl Fn(u32, u32) -> Outcome<bool>,
    left: &[u32],
    right: &[u32],
    out: &mut Vec<u32>,
) -> Outcome<()> {
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if is_less(right[j], left[i])? {
            out.push(right[j]);
            j += 1;
        } else {
            out.push(left[i]);
            i += 1;
        }
    }
    out.extend_from_slice(&left[i..]);
    out.extend_from_slice(&right[j..]);
    Ok(())
}
