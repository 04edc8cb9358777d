//! Tables: `translate` and `maketrans`.
//!
//! A table is 256 octets, the replacement of each; octets to be removed are taken out before it is
//! looked at. The tables of text are dicts: those are `str`'s own.

use std::rc::Rc;

use super::{bytes, own};
use crate::builtins::argument::need_bytes;
use crate::value::{Args, Bytes, Heap, Outcome, Value};

pub(super) fn run_translate(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let table = match args.get(1) {
        Value::None => None,
        value => Some(need_bytes(heap, value)?),
    };
    if table.as_ref().is_some_and(|table| table.len() != 256) {
        return Err(heap.value_error("translation table must be 256 characters long"));
    }
    let doomed = match args.get(2) {
        Value::Unbound => Rc::new(Bytes::new([])),
        value => need_bytes(heap, value)?,
    };
    let kept = own.as_slice().iter().filter(|b| !doomed.as_slice().contains(b));
    let map = |octet: &u8| {
        table.as_ref().and_then(|t| t.as_slice().get(*octet as usize).copied()).unwrap_or(*octet)
    };
    Ok(bytes(kept.map(map).collect::<Vec<u8>>()))
}

pub(super) fn run_maketrans(heap: &Heap, args: Args<'_>) -> Outcome {
    let (from, to) = (need_bytes(heap, args.get(0))?, need_bytes(heap, args.get(1))?);
    if from.len() != to.len() {
        return Err(heap.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (a, b) in from.as_slice().iter().zip(to.as_slice()) {
        table[*a as usize] = *b;
    }
    Ok(bytes(table))
}
