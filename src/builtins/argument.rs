//! Reading arguments: text, numbers and bounds out of values, with the words that CPython finds
//! when they are something else.
//!
//! A value of a class that derives from a builtin type counts as what it holds. Receivers are read
//! in `receiver`; how placed arguments are bound to a signature is the business of `eval::native`.

use std::rc::Rc;

use crate::value::ops::convert::{payload, to_i64, to_i64_clamped};
use crate::value::ops::types::type_name;
use crate::value::text::Bounds;
use crate::value::{Bytes, Class, Dict, ErrorKind, Heap, Outcome, Raised, Ref, Str, Symbol, Value};

/// The text, if the value is a string or an instance of a class that derives from `str`.
#[inline(always)]
pub fn text(value: &Value) -> Option<Rc<Str>> {
    match value {
        Value::Str(text) => Some(text.clone()),
        Value::Instance(_) => match payload(value) {
            Some(Value::Str(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The text. Raises TypeError: `must be str, not int`.
#[inline]
pub fn need_text(heap: &Heap, value: &Value) -> Outcome<Rc<Str>> {
    text(value).ok_or_else(|| heap.type_error(format!("must be str, not {}", type_name(value))))
}

/// The text of a numbered or named argument. Raises TypeError: `replace() argument 2 must be str, not int`.
#[inline]
pub fn text_of(heap: &Heap, value: &Value, what: &str) -> Outcome<Rc<Str>> {
    text(value).ok_or_else(|| heap.type_error(format!("{what} must be str, not {}", type_name(value))))
}

/// An optional integer argument.
#[inline]
pub fn int_or(heap: &Heap, value: &Value, default: i64) -> Outcome<i64> {
    match value {
        Value::Int(n) => Ok(*n),
        Value::Unbound => Ok(default),
        other => to_i64(heap, other),
    }
}

/// An optional truth argument.
pub fn truth_or(heap: &Heap, value: &Value, default: bool) -> Outcome<bool> {
    match value {
        Value::Unbound => Ok(default),
        other => crate::value::ops::truth::truth(heap, other),
    }
}

/// Optional start and stop, as slices understand them.
pub fn bounds(heap: &Heap, start: &Value, stop: &Value) -> Outcome<Bounds> {
    let bound = |value: &Value, default: i64| match value {
        Value::Unbound | Value::None => Ok(default),
        Value::Int(n) => Ok(*n),
        other => to_i64_clamped(heap, other).map_err(|raised| {
            reworded(
                heap,
                raised,
                ErrorKind::TypeError,
                "slice indices must be integers or None or have an __index__ method",
            )
        }),
    };
    Ok(Bounds { start: bound(start, 0)?, end: bound(stop, i64::MAX)? })
}

/// Gives an exception of this kind another text.
#[cold]
pub fn reworded(heap: &Heap, raised: Raised, kind: ErrorKind, message: &str) -> Raised {
    match heap.catch_any(raised, &[kind]) {
        Ok(_) => heap.error(kind, message),
        Err(raised) => raised,
    }
}

/// The octets of a bytes-like value.
pub fn bytes(value: &Value) -> Option<Rc<Bytes>> {
    match value {
        Value::Bytes(bytes) => Some(bytes.clone()),
        Value::Native(native) => {
            native.with(|array: &super::native::bytearray::ByteArray| Rc::new(Bytes::new(array.data.clone())))
        }
        Value::Instance(_) => {
            payload(value).and_then(|inner| if let Value::Bytes(bytes) = inner { Some(bytes) } else { None })
        }
        _ => None,
    }
}

/// The octets. Raises TypeError: `a bytes-like object is required, not 'str'`.
pub fn need_bytes(heap: &Heap, value: &Value) -> Outcome<Rc<Bytes>> {
    bytes(value).ok_or_else(|| {
        heap.type_error(format!("a bytes-like object is required, not '{}'", type_name(value)))
    })
}

/// An attribute's name. Raises TypeError: `attribute name must be string, not 'int'`.
#[inline]
pub fn attribute_name(heap: &Heap, value: &Value) -> Outcome<Symbol> {
    match text(value) {
        Some(name) => Ok(Symbol::new(name.as_str())),
        None => Err(heap.type_error(format!("attribute name must be string, not '{}'", type_name(value)))),
    }
}

/// The class that a `__new__` is called with.
pub fn class(heap: &Heap, value: &Value, of: &str) -> Outcome<Ref<Class>> {
    match value {
        Value::Class(class) => Ok(class.clone()),
        Value::Unbound => Err(heap.type_error(format!("{of}.__new__(): not enough arguments"))),
        other => {
            Err(heap.type_error(format!("{of}.__new__(X): X is not a type object ({})", type_name(other))))
        }
    }
}

/// Refuses keyword arguments. Raises TypeError: `list() takes no keyword arguments`.
pub fn no_keywords(heap: &Heap, extra: &Option<Ref<Dict>>, name: &str) -> Outcome<()> {
    match extra {
        Some(dict) if !dict.is_empty() => {
            Err(heap.type_error(format!("{name}() takes no keyword arguments")))
        }
        _ => Ok(()),
    }
}

/// Checks a number of positional arguments. Raises TypeError: `list expected at most 1 argument, got 2`.
#[inline]
pub fn count(heap: &Heap, name: &str, given: usize, least: usize, most: usize) -> Outcome<()> {
    if given >= least && given <= most { Ok(()) } else { Err(wrong_count(heap, name, given, least, most)) }
}

#[cold]
fn wrong_count(heap: &Heap, name: &str, given: usize, least: usize, most: usize) -> Raised {
    let (limit, bound) = match (given < least, least == most) {
        (_, true) => ("", least),
        (true, false) => ("at least ", least),
        (false, false) => ("at most ", most),
    };
    let s = if bound == 1 { "" } else { "s" };
    heap.type_error(format!("{name} expected {limit}{bound} argument{s}, got {given}"))
}
