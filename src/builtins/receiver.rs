//! The value that a method works on: slot 0, taken out of the arguments.
//!
//! A method gets the builtin value itself, or, when it was looked up on the type (`list.append(x, 1)`),
//! an instance of a derived class, which holds the builtin value inside. Anything else is CPython's
//! TypeError about a descriptor that does not apply.

use std::rc::Rc;

use crate::value::ops::convert::payload;
use crate::value::ops::types::type_name;
use crate::value::{
    Args, Bytes, Descriptor, Dict, Generator, Heap, Instance, Iter, List, Outcome, Raised, Range, Ref, Set,
    Slice, Str, Tuple, Value,
};

#[cold]
fn wrong(heap: &Heap, of: &str, method: &str, found: &Value) -> Raised {
    if found.is_unbound() {
        return heap.type_error(format!("unbound method {of}.{method}() needs an argument"));
    }
    heap.type_error(format!(
        "descriptor '{method}' for '{of}' objects doesn't apply to a '{}' object",
        type_name(found)
    ))
}

macro_rules! receivers {
    ($($(#[$doc:meta])* $name:ident: $variant:ident($type:ty) = $of:literal;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name(heap: &Heap, args: &mut Args<'_>, method: &str) -> Outcome<$type> {
            match args.take(0) {
                Value::$variant(found) => Ok(found),
                other => match payload(&other) {
                    Some(Value::$variant(found)) => Ok(found),
                    _ => Err(wrong(heap, $of, method, &other)),
                },
            }
        }
    )*};
}

receivers! {
    list: List(Ref<List>) = "list";
    tuple: Tuple(Ref<Tuple>) = "tuple";
    dict: Dict(Ref<Dict>) = "dict";
    text: Str(Rc<Str>) = "str";
    bytes: Bytes(Rc<Bytes>) = "bytes";
    range: Range(Rc<Range>) = "range";
    slice: Slice(Rc<Slice>) = "slice";
    generator: Generator(Ref<Generator>) = "generator";
    iterator: Iter(Ref<Iter>) = "iterator";
    descriptor: Descriptor(Ref<Descriptor>) = "property";
}

/// A `set` or a `frozenset`.
#[inline(always)]
pub fn set(heap: &Heap, args: &mut Args<'_>, method: &str) -> Outcome<Ref<Set>> {
    match args.take(0) {
        Value::Set(found) => Ok(found),
        other => match payload(&other) {
            Some(Value::Set(found)) => Ok(found),
            _ => Err(wrong(heap, "set", method, &other)),
        },
    }
}

/// An `int`, as a value; bools count.
#[inline]
pub fn int(heap: &Heap, args: &mut Args<'_>, method: &str) -> Outcome {
    match args.take(0) {
        found @ (Value::Int(_) | Value::Big(_)) => Ok(found),
        Value::True => Ok(Value::Int(1)),
        Value::False => Ok(Value::Int(0)),
        other => match payload(&other) {
            Some(found @ (Value::Int(_) | Value::Big(_))) => Ok(found),
            _ => Err(wrong(heap, "int", method, &other)),
        },
    }
}

/// A `float`.
#[inline]
pub fn float(heap: &Heap, args: &mut Args<'_>, method: &str) -> Outcome<f64> {
    match args.take(0) {
        Value::Float(found) => Ok(found.get()),
        other => match payload(&other) {
            Some(Value::Float(found)) => Ok(found.get()),
            _ => Err(wrong(heap, "float", method, &other)),
        },
    }
}

/// An exception.
pub fn exception(heap: &Heap, args: &mut Args<'_>, method: &str) -> Outcome<Ref<Instance>> {
    match args.take(0) {
        Value::Instance(found) if found.class().builtin == crate::value::BuiltinType::Exception => Ok(found),
        other => Err(wrong(heap, "BaseException", method, &other)),
    }
}
