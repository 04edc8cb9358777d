//! Tables: `translate` and `maketrans`.
//!
//! A table is anything that can be asked for a character's number; a LookupError leaves the character
//! as it is, None removes it. Tables that `maketrans` makes are dicts with numbers as keys.

use super::own;
use crate::builtins::argument::{self, text_of};
use crate::value::ops::convert::payload;
use crate::value::ops::item;
use crate::value::{Args, Dict, ErrorKind, Heap, Outcome, Ref, Value};

pub(super) fn run_translate(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "translate")?;
    let mut out = String::with_capacity(whole.as_str().len());
    for c in whole.as_str().chars() {
        let code = Value::Int(i64::from(u32::from(c)));
        let found = match item::get_item(heap, args.get(1), &code) {
            Ok(found) => found,
            Err(raised) => {
                heap.catch_any(raised, &[ErrorKind::LookupError])?;
                out.push(c);
                continue;
            }
        };
        match payload(&found).unwrap_or(found) {
            Value::None => {}
            Value::Str(text) => out.push_str(text.as_str()),
            Value::Int(n) => match u32::try_from(n).ok().and_then(char::from_u32) {
                Some(c) => out.push(c),
                None => return Err(heap.value_error("character mapping must be in range(0x110000)")),
            },
            _ => return Err(heap.type_error("character mapping must return integer, None or str")),
        }
    }
    Ok(out.into())
}

fn code_of(c: char) -> Value {
    Value::Int(i64::from(u32::from(c)))
}

pub(super) fn run_maketrans(heap: &Heap, args: Args<'_>) -> Outcome {
    let table = Dict::new(heap);
    if !args.is_given(1) {
        let given = payload(args.get(0)).unwrap_or_else(|| args.get(0).clone());
        let Value::Dict(given) = given else {
            return Err(heap.type_error("if you give only one argument to maketrans it must be a dict"));
        };
        return translation_of(heap, &given, table);
    }
    let from = text_of(heap, args.get(0), "first maketrans argument").map_err(|raised| {
        argument::reworded(
            heap,
            raised,
            ErrorKind::TypeError,
            "first maketrans argument must be a string if there is a second argument",
        )
    })?;
    let to = text_of(heap, args.get(1), "maketrans() argument 2")?;
    if from.len() != to.len() {
        return Err(heap.value_error("the first two maketrans arguments must have equal length"));
    }
    for (a, b) in from.as_str().chars().zip(to.as_str().chars()) {
        drop(table.insert(heap, code_of(a), code_of(b))?);
    }
    if args.is_given(2) {
        for c in text_of(heap, args.get(2), "maketrans() argument 3")?.as_str().chars() {
            drop(table.insert(heap, code_of(c), Value::None)?);
        }
    }
    Ok(Value::Dict(table))
}

/// The table with characters turned into their numbers.
fn translation_of(heap: &Heap, given: &Ref<Dict>, table: Ref<Dict>) -> Outcome {
    for (key, value) in given.pairs() {
        let key = match (argument::text(&key), &key) {
            (Some(text), _) => match (text.len(), text.char_at(0)) {
                (1, Some(c)) => code_of(c),
                _ => return Err(heap.value_error("string keys in translate table must be of length 1")),
            },
            (None, Value::Int(_) | Value::True | Value::False) => key,
            _ => return Err(heap.type_error("keys in translate table must be strings or integers")),
        };
        drop(table.insert(heap, key, value)?);
    }
    Ok(Value::Dict(table))
}
