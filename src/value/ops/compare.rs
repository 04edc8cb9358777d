//! Comparison: `== != < <= > >=`, `in`, and the order that sorting uses.
//!
//! Containers ask for identity before equality, and are not borrowed while items are compared,
//! which may run Jac code. Sorting itself is in `builtins::sorting`, hashes that must agree with
//! equality in `hash`.

use std::cmp::Ordering;

use super::types::type_name;
use crate::code::{CompareOp, Symbol};
use crate::value::class::special;
use crate::value::iter::View;
use crate::value::number::{self, IntegerRef};
use crate::value::{Heap, Iter, Outcome, Ref, Set, Value, names};

/// An int in either shape; bools count.
pub fn integer(value: &Value) -> Option<IntegerRef<'_>> {
    match value {
        Value::Int(n) => Some(IntegerRef::Small(*n)),
        Value::Big(n) => Some(IntegerRef::Big(n)),
        Value::True => Some(IntegerRef::Small(1)),
        Value::False => Some(IntegerRef::Small(0)),
        _ => None,
    }
}

/// Order of two numbers; `None` if one is no number or not a number (NaN).
fn numbers(a: &Value, b: &Value) -> Option<Option<Ordering>> {
    if let (Value::Float(x), Value::Float(y)) = (a, b) {
        return Some(x.get().partial_cmp(&y.get()));
    }
    match (integer(a), integer(b)) {
        (Some(x), Some(y)) => Some(Some(x.compare(y))),
        (Some(x), None) => match b {
            Value::Float(y) => Some(number::compare_int_float(x, y.get())),
            _ => None,
        },
        (None, Some(y)) => match a {
            Value::Float(x) => Some(number::compare_int_float(y, x.get()).map(Ordering::reverse)),
            _ => None,
        },
        (None, None) => None,
    }
}

/// Whether two values are equal, if that can be told at once: without Jac code and without a walk
/// through containers.
#[inline]
pub fn quick_equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Some(x == y),
        (Value::Str(x), Value::Str(y)) => Some(std::rc::Rc::ptr_eq(x, y) || x.as_str() == y.as_str()),
        (Value::Float(x), Value::Float(y)) => Some(x.get() == y.get()),
        (Value::Bytes(x), Value::Bytes(y)) => Some(x.as_slice() == y.as_slice()),
        (Value::Range(x), Value::Range(y)) => {
            let same = x.len() == y.len()
                && (x.is_empty() || (x.start == y.start && (x.len() == 1 || x.step == y.step)));
            Some(same)
        }
        (Value::Instance(x), Value::Instance(y)) => {
            let plain = |i: &Ref<crate::value::Instance>| {
                !i.class().has_special(special::EQ) && i.payload().is_none()
            };
            if plain(x) && plain(y) { Some(x.same(y)) } else { None }
        }
        (Value::Instance(_), _) | (_, Value::Instance(_)) => None,
        (Value::Native(_), _) | (_, Value::Native(_)) => None,
        (Value::List(_), Value::List(_))
        | (Value::Tuple(_), Value::Tuple(_))
        | (Value::Dict(_), Value::Dict(_))
        | (Value::Set(_), Value::Set(_))
        | (Value::Slice(_), Value::Slice(_))
        | (Value::Bound(_), Value::Bound(_))
        | (Value::Iter(_), _)
        | (_, Value::Iter(_)) => None,
        _ => match numbers(a, b) {
            Some(order) => Some(order == Some(Ordering::Equal)),
            None => Some(a.is(b)),
        },
    }
}

/// `a == b` as a truth.
#[inline]
pub fn equal(heap: &Heap, a: &Value, b: &Value) -> Outcome<bool> {
    match quick_equal(a, b) {
        Some(known) => Ok(known),
        None => equal_deep(heap, a, b),
    }
}

/// Identity or equality: what containers ask.
#[inline]
pub fn same_or_equal(heap: &Heap, a: &Value, b: &Value) -> Outcome<bool> {
    if a.is(b) { Ok(true) } else { equal(heap, a, b) }
}

fn equal_deep(heap: &Heap, a: &Value, b: &Value) -> Outcome<bool> {
    let result = compare(heap, CompareOp::Eq, a, b)?;
    super::truth::truth(heap, &result)
}

fn equal_sequences(
    heap: &Heap,
    length: usize,
    other: usize,
    at: impl Fn(usize) -> Option<(Value, Value)>,
) -> Outcome<bool> {
    if length != other {
        return Ok(false);
    }
    let _guard = heap.nested("comparison")?;
    for index in 0..length {
        let Some((x, y)) = at(index) else { break };
        if !same_or_equal(heap, &x, &y)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Equality of two builtin containers of the same type; `None` if they are something else.
fn equal_containers(heap: &Heap, a: &Value, b: &Value) -> Outcome<Option<bool>> {
    Ok(Some(match (a, b) {
        (Value::List(x), Value::List(y)) => {
            if x.same(y) {
                return Ok(Some(true));
            }
            equal_sequences(heap, x.len(), y.len(), |i| Some((x.get(i)?, y.get(i)?)))?
        }
        (Value::Tuple(x), Value::Tuple(y)) => equal_sequences(heap, x.len(), y.len(), |i| {
            Some((x.items().get(i)?.clone(), y.items().get(i)?.clone()))
        })?,
        (Value::Dict(x), Value::Dict(y)) => {
            if x.len() != y.len() {
                return Ok(Some(false));
            }
            let _guard = heap.nested("comparison")?;
            let mut at = 0;
            while let Some((position, key, value)) = x.next_entry(at) {
                at = position + 1;
                match y.get(heap, &key)? {
                    Some(other) if same_or_equal(heap, &value, &other)? => {}
                    _ => return Ok(Some(false)),
                }
            }
            true
        }
        (Value::Set(x), Value::Set(y)) => {
            let _guard = heap.nested("comparison")?;
            x.len() == y.len() && is_subset(heap, x, y)?
        }
        (Value::Slice(x), Value::Slice(y)) => {
            let _guard = heap.nested("comparison")?;
            same_or_equal(heap, &x.start, &y.start)?
                && same_or_equal(heap, &x.stop, &y.stop)?
                && same_or_equal(heap, &x.step, &y.step)?
        }
        (Value::Bound(x), Value::Bound(y)) => {
            x.receiver().is(y.receiver()) && equal(heap, x.function(), y.function())?
        }
        (Value::Iter(x), _) if x.view().is_some() => return equal_views(heap, x, b),
        (_, Value::Iter(y)) if y.view().is_some() => return equal_views(heap, y, a),
        _ => return Ok(None),
    }))
}

/// A key or item view against a set or another view.
fn equal_views(heap: &Heap, view: &Ref<Iter>, other: &Value) -> Outcome<Option<bool>> {
    match as_set(heap, &Value::Iter(view.clone()))?.zip(as_set(heap, other)?) {
        Some((x, y)) => Ok(Some(x.len() == y.len() && is_subset(heap, &x, &y)?)),
        None => Ok(None),
    }
}

/// A set, or a key or item view as one; `None` for anything else.
pub fn as_set(heap: &Heap, value: &Value) -> Outcome<Option<Ref<Set>>> {
    match value {
        Value::Set(set) => Ok(Some(set.clone())),
        Value::Iter(iter) => match iter.view() {
            Some((_, View::Values)) | None => Ok(None),
            Some(_) => Ok(Some(Set::from_items(heap, super::iterate::collect(heap, value)?, false)?)),
        },
        Value::Instance(instance) => match instance.payload() {
            Some(payload @ Value::Set(_)) => as_set(heap, &payload),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// Whether every key of `a` is in `b`.
pub fn is_subset(heap: &Heap, a: &Ref<Set>, b: &Ref<Set>) -> Outcome<bool> {
    if a.len() > b.len() {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((position, key)) = a.next_key(at) {
        at = position + 1;
        if !b.contains(heap, &key)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn holds(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
        CompareOp::Ne => order.is_ne(),
        _ => order.is_eq(),
    }
}

/// `a op b` for any comparison operator; the result is a value, since user classes may give any.
pub fn compare(heap: &Heap, op: CompareOp, a: &Value, b: &Value) -> Outcome {
    match op {
        CompareOp::Is => return Ok(Value::bool(a.is(b))),
        CompareOp::IsNot => return Ok(Value::bool(!a.is(b))),
        CompareOp::In => return Ok(Value::bool(contains(heap, b, a)?)),
        CompareOp::NotIn => return Ok(Value::bool(!contains(heap, b, a)?)),
        _ => {}
    }
    if let Some(order) = numbers(a, b) {
        return Ok(Value::bool(match order {
            Some(order) => holds(op, order),
            None => op == CompareOp::Ne,
        }));
    }
    if matches!(a, Value::Instance(_) | Value::Native(_))
        || matches!(b, Value::Instance(_) | Value::Native(_))
    {
        return compare_objects(heap, op, a, b);
    }
    match builtin_compare(heap, op, a, b)? {
        Some(known) => Ok(Value::bool(known)),
        None => unordered(heap, op, a, b),
    }
}

/// Comparison of two builtin values; `None` if Python has no such comparison.
fn builtin_compare(heap: &Heap, op: CompareOp, a: &Value, b: &Value) -> Outcome<Option<bool>> {
    if matches!(op, CompareOp::Eq | CompareOp::Ne) {
        let equal = match quick_equal(a, b) {
            Some(known) => known,
            None => match equal_containers(heap, a, b)? {
                Some(known) => known,
                None => a.is(b),
            },
        };
        return Ok(Some(equal == (op == CompareOp::Eq)));
    }
    match (a, b) {
        (Value::Str(x), Value::Str(y)) => Ok(Some(holds(op, x.as_str().cmp(y.as_str())))),
        (Value::Bytes(x), Value::Bytes(y)) => Ok(Some(holds(op, x.as_slice().cmp(y.as_slice())))),
        (Value::List(x), Value::List(y)) => {
            order_sequences(heap, op, (x.len(), y.len()), |i| Some((x.get(i)?, y.get(i)?))).map(Some)
        }
        (Value::Tuple(x), Value::Tuple(y)) => {
            let at = |i: usize| Some((x.items().get(i)?.clone(), y.items().get(i)?.clone()));
            order_sequences(heap, op, (x.len(), y.len()), at).map(Some)
        }
        _ => match as_set(heap, a)?.zip(as_set(heap, b)?) {
            Some((x, y)) => Ok(Some(match op {
                CompareOp::Le => is_subset(heap, &x, &y)?,
                CompareOp::Lt => x.len() < y.len() && is_subset(heap, &x, &y)?,
                CompareOp::Ge => is_subset(heap, &y, &x)?,
                _ => y.len() < x.len() && is_subset(heap, &y, &x)?,
            })),
            None => Ok(None),
        },
    }
}

/// Lexicographic order: the first difference decides.
fn order_sequences(
    heap: &Heap,
    op: CompareOp,
    lengths: (usize, usize),
    at: impl Fn(usize) -> Option<(Value, Value)>,
) -> Outcome<bool> {
    let _guard = heap.nested("comparison")?;
    for index in 0..lengths.0.min(lengths.1) {
        let Some((x, y)) = at(index) else { break };
        if !same_or_equal(heap, &x, &y)? {
            let result = compare(heap, op, &x, &y)?;
            return super::truth::truth(heap, &result);
        }
    }
    Ok(holds(op, lengths.0.cmp(&lengths.1)))
}

fn method_names(op: CompareOp) -> (Symbol, Symbol) {
    match op {
        CompareOp::Eq => (names::EQ, names::EQ),
        CompareOp::Ne => (names::NE, names::NE),
        CompareOp::Lt => (names::LT, names::GT),
        CompareOp::Gt => (names::GT, names::LT),
        CompareOp::Le => (names::LE, names::GE),
        _ => (names::GE, names::LE),
    }
}

/// Comparison where one side is an object of the program or of a native module.
fn compare_objects(heap: &Heap, op: CompareOp, a: &Value, b: &Value) -> Outcome {
    let (name, reflected) = method_names(op);
    let b_first = match (a, b) {
        (Value::Instance(x), Value::Instance(y)) => {
            !x.class().same(y.class()) && y.class().is_subclass_of(x.class())
        }
        _ => false,
    };
    let tries: [(&Value, Symbol, &Value, bool); 2] = if b_first {
        [(b, reflected, a, true), (a, name, b, false)]
    } else {
        [(a, name, b, false), (b, reflected, a, true)]
    };
    for (receiver, method, other, is_reflected) in tries {
        if let Some(result) = try_compare(heap, op, receiver, method, other, is_reflected)? {
            return Ok(result);
        }
    }
    unordered(heap, op, a, b)
}

fn try_compare(
    heap: &Heap,
    op: CompareOp,
    receiver: &Value,
    method: Symbol,
    other: &Value,
    reflected: bool,
) -> Outcome<Option<Value>> {
    match receiver {
        Value::Native(native) => {
            let op = if reflected { reflect(op) } else { op };
            native.read(|object| object.compare(heap, op, other)).transpose()
        }
        Value::Instance(instance) => {
            let result = super::attribute::call_method(heap, receiver, method, &mut [other.clone()])?;
            match result {
                Some(Value::NotImplemented) => return Ok(None),
                Some(result) => return Ok(Some(result)),
                None => {}
            }
            if op == CompareOp::Ne
                && let Some(result) =
                    super::attribute::call_method(heap, receiver, names::EQ, &mut [other.clone()])?
                && !matches!(result, Value::NotImplemented)
            {
                return Ok(Some(Value::bool(!super::truth::truth(heap, &result)?)));
            }
            let Some(payload) = instance.payload() else { return Ok(None) };
            let other = match other {
                Value::Instance(o) => o.payload().unwrap_or_else(|| other.clone()),
                _ => other.clone(),
            };
            if let Some(order) = numbers(&payload, &other) {
                let op = if reflected { reflect(op) } else { op };
                return Ok(Some(Value::bool(order.map_or(op == CompareOp::Ne, |o| holds(op, o)))));
            }
            let op = if reflected { reflect(op) } else { op };
            if matches!(op, CompareOp::Eq | CompareOp::Ne)
                && std::mem::discriminant(&payload) != std::mem::discriminant(&other)
            {
                return Ok(None);
            }
            Ok(builtin_compare(heap, op, &payload, &other)?.map(Value::bool))
        }
        _ => Ok(None),
    }
}

fn reflect(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Ge => CompareOp::Le,
        other => other,
    }
}

/// What is left when no side knows: identity, or a TypeError.
fn unordered(heap: &Heap, op: CompareOp, a: &Value, b: &Value) -> Outcome {
    let sign = match op {
        CompareOp::Eq => return Ok(Value::bool(a.is(b))),
        CompareOp::Ne => return Ok(Value::bool(!a.is(b))),
        CompareOp::Lt => "<",
        CompareOp::Gt => ">",
        CompareOp::Le => "<=",
        _ => ">=",
    };
    Err(heap.type_error(format!(
        "'{sign}' not supported between instances of '{}' and '{}'",
        type_name(a),
        type_name(b)
    )))
}

/// `a < b` as a truth: what sorting asks.
#[inline]
pub fn less(heap: &Heap, a: &Value, b: &Value) -> Outcome<bool> {
    match (a, b) {
        (Value::Int(x), Value::Int(y)) => Ok(x < y),
        (Value::Float(x), Value::Float(y)) => Ok(x.get() < y.get()),
        (Value::Str(x), Value::Str(y)) => Ok(x.as_str() < y.as_str()),
        _ => {
            let result = compare(heap, CompareOp::Lt, a, b)?;
            super::truth::truth(heap, &result)
        }
    }
}

/// `item in container`.
pub fn contains(heap: &Heap, container: &Value, item: &Value) -> Outcome<bool> {
    match container {
        Value::Dict(dict) => Ok(dict.find(heap, item)?.is_some()),
        Value::Set(set) => match item {
            // A set may be looked for in a set: as a frozenset, which it equals.
            Value::Set(inner) if !inner.frozen => set.contains(heap, &Value::Set(inner.copy(heap, true))),
            _ => set.contains(heap, item),
        },
        Value::List(list) => {
            let mut index = 0;
            while let Some(value) = list.get(index) {
                if same_or_equal(heap, &value, item)? {
                    return Ok(true);
                }
                index += 1;
            }
            Ok(false)
        }
        Value::Tuple(tuple) => {
            for value in tuple.items() {
                if same_or_equal(heap, value, item)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Value::Str(text) => match item {
            Value::Str(part) => Ok(text.as_str().contains(part.as_str())),
            _ => match super::convert::payload(item) {
                Some(Value::Str(part)) => Ok(text.as_str().contains(part.as_str())),
                _ => Err(heap.type_error(format!(
                    "'in <string>' requires string as left operand, not {}",
                    type_name(item)
                ))),
            },
        },
        Value::Range(range) => match integer(item) {
            Some(n) => Ok(n.to_i64().is_some_and(|n| range.contains(n))),
            None => match item {
                Value::Float(x) if x.get().fract() == 0.0 && x.get().abs() < 9e18 => {
                    Ok(range.contains(x.get() as i64))
                }
                _ => Ok(false),
            },
        },
        Value::Bytes(bytes) => match item {
            Value::Bytes(part) => {
                let part = part.as_slice();
                Ok(part.is_empty() || bytes.as_slice().windows(part.len()).any(|w| w == part))
            }
            Value::Int(n) => match u8::try_from(*n) {
                Ok(byte) => Ok(bytes.as_slice().contains(&byte)),
                Err(_) => Err(heap.value_error("byte must be in range(0, 256)")),
            },
            _ => Err(heap.type_error(format!("a bytes-like object is required, not '{}'", type_name(item)))),
        },
        Value::Instance(instance) => {
            if let Some(result) =
                super::attribute::call_method(heap, container, names::CONTAINS, &mut [item.clone()])?
            {
                return super::truth::truth(heap, &result);
            }
            if let (Some(payload), None) = (instance.payload(), instance.class().lookup(names::ITER)) {
                return contains(heap, &payload, item);
            }
            contains_by_iteration(heap, container, item)
        }
        Value::Iter(iter) => match iter.view() {
            Some((dict, View::Keys)) => Ok(dict.find(heap, item)?.is_some()),
            _ => contains_by_iteration(heap, container, item),
        },
        _ => contains_by_iteration(heap, container, item),
    }
}

fn contains_by_iteration(heap: &Heap, container: &Value, item: &Value) -> Outcome<bool> {
    if !super::iterate::is_iterable(heap, container) {
        return Err(heap.type_error(format!("argument of type '{}' is not iterable", type_name(container))));
    }
    let iterator = super::iterate::iter(heap, container)?;
    while let Some(value) = super::iterate::next(heap, &iterator)? {
        if same_or_equal(heap, &value, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
