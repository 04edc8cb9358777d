//! Length and subscripts: `len(x)`, `x[i]`, `x[i] = v`, `del x[i]`.
//!
//! Owns negative positions and each type's words for a bad index. Slices are handed to `slicing`;
//! objects of the program are asked through their special methods.

use super::types::type_name;
use crate::value::{ErrorKind, Heap, Outcome, Raised, Value, names};

/// `len(value)`.
pub fn len(heap: &Heap, value: &Value) -> Outcome<usize> {
    Ok(match value {
        Value::List(x) => x.len(),
        Value::Str(x) => x.len(),
        Value::Dict(x) => x.len(),
        Value::Tuple(x) => x.len(),
        Value::Set(x) => x.len(),
        Value::Bytes(x) => x.len(),
        Value::Range(x) => x.len(),
        Value::Iter(iter) if iter.view().is_some() => iter.view().map_or(0, |(dict, _)| dict.len()),
        Value::Class(class) if class.kind == crate::value::ClassKind::Enum => class.members().len(),
        Value::Instance(_) | Value::Native(_) => {
            if let Some(result) = super::attribute::call_method(heap, value, names::LEN, &mut [])? {
                let n = match &result {
                    Value::Int(n) => *n,
                    Value::True => 1,
                    Value::False => 0,
                    other => {
                        return Err(heap.type_error(format!(
                            "'{}' object cannot be interpreted as an integer",
                            type_name(other)
                        )));
                    }
                };
                return usize::try_from(n).map_err(|_| heap.value_error("__len__() should return >= 0"));
            }
            if let Some(inner) = super::convert::payload(value) {
                return len(heap, &inner);
            }
            return Err(no_len(heap, value));
        }
        _ => return Err(no_len(heap, value)),
    })
}

#[cold]
fn no_len(heap: &Heap, value: &Value) -> Raised {
    heap.type_error(format!("object of type '{}' has no len()", type_name(value)))
}

/// Position `index` of a sequence of some length, negative ones counted from the end.
#[inline(always)]
pub fn position(index: i64, length: usize) -> Option<usize> {
    let at = if index < 0 { index + length as i64 } else { index };
    if at >= 0 && (at as usize) < length { Some(at as usize) } else { None }
}

fn is_int(value: &Value) -> bool {
    match value {
        Value::Int(_) | Value::Big(_) | Value::True | Value::False => true,
        Value::Instance(i) => {
            i.class().lookup(names::INDEX).is_some() || matches!(i.payload(), Some(Value::Int(_)))
        }
        _ => false,
    }
}

/// A sequence's position from an index value. Raises IndexError and TypeError with the type's words.
fn sequence_index(heap: &Heap, what: &str, length: usize, index: &Value, doing: &str) -> Outcome<usize> {
    if !is_int(index) {
        return Err(heap.type_error(match what {
            "string" => format!("string indices must be integers, not '{}'", type_name(index)),
            _ => format!("{what} indices must be integers or slices, not {}", type_name(index)),
        }));
    }
    let n = match super::convert::to_index(heap, index)? {
        Value::Int(n) => n,
        _ => return Err(heap.index_error("cannot fit 'int' into an index-sized integer")),
    };
    match position(n, length) {
        Some(at) => Ok(at),
        None => Err(heap.index_error(match what {
            "range" => "range object index out of range".to_owned(),
            "byte" => "index out of range".to_owned(),
            _ => format!("{what} {doing}index out of range"),
        })),
    }
}

/// `object[index]`.
pub fn get_item(heap: &Heap, object: &Value, index: &Value) -> Outcome {
    match (object, index) {
        (Value::List(list), Value::Int(n)) => match position(*n, list.len()).and_then(|at| list.get(at)) {
            Some(value) => Ok(value),
            None => Err(heap.index_error("list index out of range")),
        },
        (Value::Dict(dict), _) => match dict.get(heap, index)? {
            Some(value) => Ok(value),
            None => Err(heap.key_error(index.clone())),
        },
        (Value::Tuple(tuple), Value::Int(n)) => {
            match position(*n, tuple.len()).and_then(|at| tuple.items().get(at)) {
                Some(value) => Ok(value.clone()),
                None => Err(heap.index_error("tuple index out of range")),
            }
        }
        (Value::Str(text), Value::Int(n)) => match position(*n, text.len()).and_then(|at| text.char_at(at)) {
            Some(c) => Ok(heap.char_value(c)),
            None => Err(heap.index_error("string index out of range")),
        },
        (_, Value::Slice(slice)) => {
            if let Some(value) = super::slicing::get(heap, object, slice)? {
                return Ok(value);
            }
            get_item_other(heap, object, index)
        }
        _ => get_item_other(heap, object, index),
    }
}

fn get_item_other(heap: &Heap, object: &Value, index: &Value) -> Outcome {
    match object {
        Value::List(list) => {
            let at = sequence_index(heap, "list", list.len(), index, "")?;
            list.get(at).ok_or_else(|| heap.index_error("list index out of range"))
        }
        Value::Tuple(tuple) => {
            let at = sequence_index(heap, "tuple", tuple.len(), index, "")?;
            tuple.items().get(at).cloned().ok_or_else(|| heap.index_error("tuple index out of range"))
        }
        Value::Str(text) => {
            let at = sequence_index(heap, "string", text.len(), index, "")?;
            text.char_at(at)
                .map(|c| heap.char_value(c))
                .ok_or_else(|| heap.index_error("string index out of range"))
        }
        Value::Bytes(bytes) => {
            let at = sequence_index(heap, "byte", bytes.len(), index, "")?;
            bytes
                .as_slice()
                .get(at)
                .map(|&b| Value::Int(i64::from(b)))
                .ok_or_else(|| heap.index_error("index out of range"))
        }
        Value::Range(range) => {
            let at = sequence_index(heap, "range", range.len(), index, "")?;
            range.get(at).map(Value::Int).ok_or_else(|| heap.index_error("range object index out of range"))
        }
        Value::Class(class) => {
            if class.kind == crate::value::ClassKind::Enum && !class.members().is_empty() {
                return match index {
                    Value::Str(name) => {
                        enum_member(heap, class, name.as_str()).ok_or_else(|| heap.key_error(index.clone()))
                    }
                    _ => Err(heap.key_error(index.clone())),
                };
            }
            if let Some(function) = class.lookup(names::CLASS_GETITEM).cloned() {
                let bound = super::attribute::bind(heap, &function, None, class)?;
                return heap.call(&bound, &mut [index.clone()]);
            }
            // `list[int]`, `A[T]`: a generic alias behaves as its class.
            Ok(object.clone())
        }
        Value::Instance(_) | Value::Native(_) => {
            let payload = super::convert::payload(object);
            // A dict's own way asks for `__missing__`, which is found on the instance only.
            let is_dict = matches!(payload, Some(Value::Dict(_)))
                && super::types::class_of(heap, object)
                    .lookup(names::GETITEM)
                    .is_some_and(|method| matches!(method, Value::Builtin(_)));
            if !is_dict
                && let Some(result) =
                    super::attribute::call_method(heap, object, names::GETITEM, &mut [index.clone()])?
            {
                return Ok(result);
            }
            match payload {
                Some(Value::Dict(dict)) => match dict.get(heap, index)? {
                    Some(value) => Ok(value),
                    None => match super::attribute::call_method(
                        heap,
                        object,
                        names::MISSING,
                        &mut [index.clone()],
                    )? {
                        Some(value) => Ok(value),
                        None => Err(heap.key_error(index.clone())),
                    },
                },
                Some(inner) => get_item(heap, &inner, index),
                None => Err(not_subscriptable(heap, object)),
            }
        }
        _ => Err(not_subscriptable(heap, object)),
    }
}

/// A member of an enum by name.
pub fn enum_member(_heap: &Heap, class: &crate::value::Class, name: &str) -> Option<Value> {
    let symbol = crate::value::Symbol::find(name)?;
    match class.own().get(&symbol) {
        Some(value @ Value::Instance(_)) => Some(value.clone()),
        _ => None,
    }
}

#[cold]
fn not_subscriptable(heap: &Heap, object: &Value) -> Raised {
    heap.type_error(format!("'{}' object is not subscriptable", type_name(object)))
}

/// `object[index] = value`.
pub fn set_item(heap: &Heap, object: &Value, index: &Value, value: Value) -> Outcome<()> {
    match (object, index) {
        (Value::List(list), Value::Int(n)) => match position(*n, list.len()) {
            Some(at) => {
                drop(list.set(at, value));
                Ok(())
            }
            None => Err(heap.index_error("list assignment index out of range")),
        },
        (Value::Dict(dict), _) => {
            drop(dict.insert(heap, index.clone(), value)?);
            Ok(())
        }
        (Value::List(list), Value::Slice(slice)) => super::slicing::set_list(heap, list, slice, &value),
        (Value::List(list), _) => {
            let at = sequence_index(heap, "list", list.len(), index, "assignment ")?;
            drop(list.set(at, value));
            Ok(())
        }
        (Value::Instance(_) | Value::Native(_), _) => {
            if super::attribute::call_method(
                heap,
                object,
                names::SETITEM,
                &mut [index.clone(), value.clone()],
            )?
            .is_some()
            {
                return Ok(());
            }
            match super::convert::payload(object) {
                Some(inner) => set_item(heap, &inner, index, value),
                None => Err(no_assignment(heap, object)),
            }
        }
        _ => Err(no_assignment(heap, object)),
    }
}

#[cold]
fn no_assignment(heap: &Heap, object: &Value) -> Raised {
    heap.type_error(format!("'{}' object does not support item assignment", type_name(object)))
}

/// `del object[index]`.
pub fn delete_item(heap: &Heap, object: &Value, index: &Value) -> Outcome<()> {
    match (object, index) {
        (Value::List(list), Value::Slice(slice)) => super::slicing::delete_list(heap, list, slice),
        (Value::List(list), _) => {
            let at = sequence_index(heap, "list", list.len(), index, "assignment ")?;
            drop(list.edit(at, |own| own.remove(at)));
            Ok(())
        }
        (Value::Dict(dict), _) => match dict.remove(heap, index)? {
            Some(_) => Ok(()),
            None => Err(heap.error_with(ErrorKind::KeyError, vec![index.clone()])),
        },
        (Value::Instance(_) | Value::Native(_), _) => {
            if super::attribute::call_method(heap, object, names::DELITEM, &mut [index.clone()])?.is_some() {
                return Ok(());
            }
            match super::convert::payload(object) {
                Some(inner) => delete_item(heap, &inner, index),
                None => Err(no_deletion(heap, object)),
            }
        }
        _ => Err(no_deletion(heap, object)),
    }
}

#[cold]
fn no_deletion(heap: &Heap, object: &Value) -> Raised {
    heap.type_error(format!("'{}' object doesn't support item deletion", type_name(object)))
}
