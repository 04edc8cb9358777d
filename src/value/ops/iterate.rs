//! Iteration: `iter`, `next`, collecting and unpacking.
//!
//! A StopIteration of the program ends an iteration here and goes no further. What each builtin
//! iterator does is in `iter.rs`, resuming a generator in `generator.rs`.

use super::types::type_name;
use crate::value::generator::{GeneratorKind, Progress, Resume};
use crate::value::iter::{Source, over_range};
use crate::value::{ErrorKind, Heap, Iter, Outcome, Value, names};

/// Whether `iter` of the value would work.
pub fn is_iterable(heap: &Heap, value: &Value) -> bool {
    match value {
        Value::Instance(instance) => {
            let class = instance.class();
            class.lookup(names::ITER).is_some()
                || class.lookup(names::GETITEM).is_some()
                || instance.payload().is_some_and(|inner| is_iterable(heap, &inner))
        }
        Value::Str(_)
        | Value::Bytes(_)
        | Value::Range(_)
        | Value::List(_)
        | Value::Tuple(_)
        | Value::Dict(_)
        | Value::Set(_)
        | Value::Iter(_) => true,
        Value::Generator(generator) => generator.kind == GeneratorKind::Generator,
        Value::Class(class) => class.kind == crate::value::ClassKind::Enum,
        Value::Native(_) => super::types::class_of(heap, value).lookup(names::ITER).is_some(),
        _ => false,
    }
}

/// `iter(value)`. Raises TypeError: `'x' object is not iterable`.
pub fn iter(heap: &Heap, value: &Value) -> Outcome {
    let source = match value {
        Value::List(list) => Source::List { list: list.clone(), next: 0 },
        Value::Range(range) => return Ok(over_range(heap, range)),
        Value::Tuple(tuple) => Source::Tuple { tuple: tuple.clone(), next: 0 },
        Value::Str(text) => Source::Str { text: text.clone(), byte: 0 },
        Value::Bytes(bytes) => Source::Bytes { bytes: bytes.clone(), next: 0 },
        Value::Dict(dict) => Source::Dict {
            dict: dict.clone(),
            next: 0,
            size: dict.len(),
            view: crate::value::iter::View::Keys,
        },
        Value::Set(set) => Source::Set { set: set.clone(), next: 0, size: set.len() },
        Value::Iter(iter) => match iter.view() {
            Some((dict, view)) => {
                let size = dict.len();
                Source::Dict { dict, next: 0, size, view }
            }
            None => return Ok(value.clone()),
        },
        Value::Generator(generator) if generator.kind == GeneratorKind::Generator => return Ok(value.clone()),
        Value::Class(class) if class.kind == crate::value::ClassKind::Enum => {
            Source::Ready(class.members().to_vec().into_iter())
        }
        Value::Instance(instance) => {
            if let Some(iterator) = super::attribute::call_method(heap, value, names::ITER, &mut [])? {
                if let Value::Instance(made) = &iterator
                    && made.class().lookup(names::NEXT).is_none()
                {
                    return Err(heap.type_error(format!(
                        "iter() returned non-iterator of type '{}'",
                        type_name(&iterator)
                    )));
                }
                return Ok(iterator);
            }
            if let Some(inner) = instance.payload() {
                return iter(heap, &inner);
            }
            if instance.class().lookup(names::GETITEM).is_some() {
                Source::Items { object: value.clone(), next: 0 }
            } else {
                return Err(not_iterable(heap, value));
            }
        }
        Value::Native(_) => match super::attribute::call_method(heap, value, names::ITER, &mut [])? {
            Some(iterator) => return Ok(iterator),
            None => return Err(not_iterable(heap, value)),
        },
        _ => return Err(not_iterable(heap, value)),
    };
    Ok(Value::Iter(Iter::new(heap, source)))
}

#[cold]
fn not_iterable(heap: &Heap, value: &Value) -> crate::value::Raised {
    heap.type_error(format!("'{}' object is not iterable", type_name(value)))
}

/// The next item of an iterator, or `None` at its end.
pub fn next(heap: &Heap, iterator: &Value) -> Outcome<Option<Value>> {
    match iterator {
        Value::Iter(iter) => iter.next(heap),
        Value::Generator(generator) => match generator.resume(heap, Resume::Send(Value::None))? {
            Some(Progress::Yielded(value)) => Ok(Some(value)),
            Some(Progress::Returned(value)) => {
                // `yield from` and `next()` ask for it.
                *generator.result.borrow_mut() = Some(value);
                Ok(None)
            }
            None => Ok(None),
        },
        Value::Instance(_) | Value::Native(_) => {
            match super::attribute::call_method(heap, iterator, names::NEXT, &mut []) {
                Ok(Some(value)) => Ok(Some(value)),
                Ok(None) => {
                    Err(heap.type_error(format!("'{}' object is not an iterator", type_name(iterator))))
                }
                Err(raised) => {
                    heap.catch_any(raised, &[ErrorKind::StopIteration])?;
                    Ok(None)
                }
            }
        }
        _ => Err(heap.type_error(format!("'{}' object is not an iterator", type_name(iterator)))),
    }
}

/// All items of an iterable.
pub fn collect(heap: &Heap, value: &Value) -> Outcome<Vec<Value>> {
    match value {
        Value::List(list) => return Ok(list.to_vec()),
        Value::Tuple(tuple) => return Ok(tuple.items().to_vec()),
        Value::Set(set) => return Ok(set.keys()),
        Value::Dict(dict) => return Ok(dict.table().iter().map(|e| e.key.clone()).collect()),
        _ => {}
    }
    let iterator = iter(heap, value)?;
    let mut items = Vec::new();
    if let Value::Range(range) = value {
        items
            .try_reserve_exact(range.len())
            .map_err(|_| heap.error_with(ErrorKind::MemoryError, Vec::new()))?;
    }
    while let Some(item) = next(heap, &iterator)? {
        items.push(item);
    }
    Ok(items)
}

/// Runs `visit` for every item; `visit` may run Jac code and may stop with `Ok(false)`.
pub fn for_each(heap: &Heap, value: &Value, mut visit: impl FnMut(Value) -> Outcome<bool>) -> Outcome<()> {
    if let Value::List(list) = value {
        let mut index = 0;
        while let Some(item) = list.get(index) {
            if !visit(item)? {
                return Ok(());
            }
            index += 1;
        }
        return Ok(());
    }
    let iterator = iter(heap, value)?;
    while let Some(item) = next(heap, &iterator)? {
        if !visit(item)? {
            break;
        }
    }
    Ok(())
}

/// Exactly `count` items, for an unpacking assignment. Raises ValueError as Python words it.
pub fn unpack(heap: &Heap, value: &Value, count: usize) -> Outcome<Vec<Value>> {
    match value {
        Value::Tuple(tuple) if tuple.len() == count => return Ok(tuple.items().to_vec()),
        Value::List(list) if list.len() == count => return Ok(list.to_vec()),
        Value::Tuple(tuple) if tuple.len() > count => return Err(too_many(heap, count)),
        _ => {}
    }
    if !is_iterable(heap, value) {
        return Err(heap.type_error(format!("cannot unpack non-iterable {} object", type_name(value))));
    }
    let iterator = iter(heap, value)?;
    let mut items = Vec::with_capacity(count);
    while items.len() < count {
        match next(heap, &iterator)? {
            Some(item) => items.push(item),
            None => {
                return Err(heap.value_error(format!(
                    "not enough values to unpack (expected {count}, got {})",
                    items.len()
                )));
            }
        }
    }
    if next(heap, &iterator)?.is_some() {
        return Err(too_many(heap, count));
    }
    Ok(items)
}

#[cold]
fn too_many(heap: &Heap, count: usize) -> crate::value::Raised {
    heap.value_error(format!("too many values to unpack (expected {count})"))
}

/// Items for `a, *b, c`: at least `before + after`; the middle ones in a list.
pub fn unpack_starred(heap: &Heap, value: &Value, before: usize, after: usize) -> Outcome<Vec<Value>> {
    if !is_iterable(heap, value) {
        return Err(heap.type_error(format!("cannot unpack non-iterable {} object", type_name(value))));
    }
    let mut items = collect(heap, value)?;
    if items.len() < before + after {
        return Err(heap.value_error(format!(
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            items.len()
        )));
    }
    let tail = items.split_off(items.len() - after);
    let middle = items.split_off(before);
    items.push(Value::list(heap, middle));
    items.extend(tail);
    Ok(items)
}
