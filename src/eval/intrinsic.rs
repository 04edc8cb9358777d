//! Builtin functions of one argument that the generated code answers itself for the usual types: no
//! callee is looked up and no window is set up.
//!
//! An answer is what the builtin of that name gives; `None` leaves the call to it, with its errors and
//! with everything that a program can define.

use std::rc::Rc;

use crate::code::Symbol;
use crate::value::{Heap, Str, Value};

/// Gives the result of the call, if the argument is of a usual type.
pub type Intrinsic = fn(&Heap, &Value) -> Option<Value>;

/// The short way of the builtin of this name.
pub fn of(name: Symbol) -> Option<Intrinsic> {
    Some(match name.name() {
        "len" => length,
        "str" => text,
        "int" => integer,
        "float" => float,
        "abs" => absolute,
        "ord" => code_point,
        "chr" => character,
        _ => return None,
    })
}

fn length(_: &Heap, value: &Value) -> Option<Value> {
    let length = match value {
        Value::List(list) => list.len(),
        Value::Str(text) => text.len(),
        Value::Dict(dict) => dict.len(),
        Value::Tuple(tuple) => tuple.len(),
        _ => return None,
    };
    Some(Value::Int(length as i64))
}

fn text(_: &Heap, value: &Value) -> Option<Value> {
    match value {
        Value::Int(n) => Some(Value::Str(Rc::new(Str::ascii(itoa::Buffer::new().format(*n))))),
        Value::Str(text) => Some(Value::Str(text.clone())),
        _ => None,
    }
}

fn integer(_: &Heap, value: &Value) -> Option<Value> {
    /// Below it every float's whole part is an `i64`.
    const LIMIT: f64 = (1i64 << 62) as f64;
    match value {
        Value::Int(n) => Some(Value::Int(*n)),
        Value::Float(x) if x.get().abs() < LIMIT => Some(Value::Int(x.get() as i64)),
        _ => None,
    }
}

fn float(_: &Heap, value: &Value) -> Option<Value> {
    match value {
        Value::Int(n) => Some(Value::float(*n as f64)),
        Value::Float(x) => Some(Value::Float(*x)),
        _ => None,
    }
}

fn absolute(_: &Heap, value: &Value) -> Option<Value> {
    match value {
        Value::Int(n) => n.checked_abs().map(Value::Int),
        Value::Float(x) => Some(Value::float(x.get().abs())),
        _ => None,
    }
}

fn code_point(_: &Heap, value: &Value) -> Option<Value> {
    match value {
        Value::Str(text) if text.len() == 1 => text.char_at(0).map(|c| Value::Int(i64::from(u32::from(c)))),
        _ => None,
    }
}

fn character(heap: &Heap, value: &Value) -> Option<Value> {
    match value {
        Value::Int(n @ 0..=255) => char::from_u32(*n as u32).map(|c| heap.char_value(c)),
        _ => None,
    }
}
