//! Looking for octets: `find` and its kin, `count`, `startswith`, `endswith`, `replace`.
//!
//! Owns what can be looked for (bytes, or one octet as an int) and which part of the whole the optional
//! bounds select; a match counts from the beginning of the whole. Nothing is cut off here: that is
//! `split`'s.

use super::{bytes, own};
use crate::builtins::argument::{self, bounds, int_or, need_bytes};
use crate::value::ops::types::type_name;
use crate::value::{Args, Heap, Outcome, Value};

/// What is looked for: bytes, or one octet as an int.
fn needle(heap: &Heap, value: &Value) -> Outcome<Vec<u8>> {
    if let Some(octets) = argument::bytes(value) {
        return Ok(octets.as_slice().to_vec());
    }
    match value {
        Value::Int(n) => {
            u8::try_from(*n).map(|b| vec![b]).map_err(|_| heap.value_error("byte must be in range(0, 256)"))
        }
        other => Err(heap.type_error(format!(
            "argument should be integer or bytes-like object, not '{}'",
            type_name(other)
        ))),
    }
}

/// The selected part, and where it begins; `None` if not even nothing can be found there.
fn selected<'a>(heap: &Heap, own: &'a [u8], args: &Args<'_>) -> Outcome<Option<(&'a [u8], usize)>> {
    let bounds = bounds(heap, args.get(2), args.get(3))?;
    Ok(bounds.within(own.len()).and_then(|(start, end)| own.get(start..end).map(|part| (part, start))))
}

pub(super) fn first_of(octets: &[u8], part: &[u8]) -> Option<usize> {
    match part {
        [] => Some(0),
        [only] => octets.iter().position(|b| b == only),
        _ => octets.windows(part.len()).position(|w| w == part),
    }
}

pub(super) fn last_of(octets: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() { Some(octets.len()) } else { octets.windows(part.len()).rposition(|w| w == part) }
}

fn sought(heap: &Heap, args: &Args<'_>, find: fn(&[u8], &[u8]) -> Option<usize>) -> Outcome<Option<usize>> {
    let (own, part) = (own(heap, args)?, needle(heap, args.get(1))?);
    Ok(selected(heap, own.as_slice(), args)?
        .and_then(|(octets, first)| find(octets, &part).map(|at| first + at)))
}

/// `find(sub, start, end)`.
pub fn run_find(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::Int(sought(heap, &args, first_of)?.map_or(-1, |at| at as i64)))
}

pub(super) fn run_rfind(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::Int(sought(heap, &args, last_of)?.map_or(-1, |at| at as i64)))
}

/// `index(sub, start, end)`.
pub fn run_index(heap: &Heap, args: Args<'_>) -> Outcome {
    sought(heap, &args, first_of)?
        .map(|at| Value::Int(at as i64))
        .ok_or_else(|| heap.value_error("subsection not found"))
}

pub(super) fn run_rindex(heap: &Heap, args: Args<'_>) -> Outcome {
    sought(heap, &args, last_of)?
        .map(|at| Value::Int(at as i64))
        .ok_or_else(|| heap.value_error("subsection not found"))
}

/// `count(sub, start, end)`.
pub fn run_count(heap: &Heap, args: Args<'_>) -> Outcome {
    let (own, part) = (own(heap, &args)?, needle(heap, args.get(1))?);
    let Some((mut octets, _)) = selected(heap, own.as_slice(), &args)? else { return Ok(Value::Int(0)) };
    if part.is_empty() {
        return Ok(Value::Int(octets.len() as i64 + 1));
    }
    let mut found = 0;
    while let Some(at) = first_of(octets, &part) {
        found += 1;
        octets = &octets[at + part.len()..];
    }
    Ok(Value::Int(found))
}

fn affixed(heap: &Heap, args: &Args<'_>, method: &str, test: fn(&[u8], &[u8]) -> bool) -> Outcome {
    let own = own(heap, args)?;
    let part = selected(heap, own.as_slice(), args)?.map(|(part, _)| part);
    if let Some(affix) = argument::bytes(args.get(1)) {
        return Ok(Value::bool(part.is_some_and(|part| test(part, affix.as_slice()))));
    }
    let Value::Tuple(several) = args.get(1) else {
        return Err(heap.type_error(format!(
            "{method} first arg must be bytes or a tuple of bytes, not {}",
            type_name(args.get(1))
        )));
    };
    for affix in several.items() {
        let affix = need_bytes(heap, affix)?;
        if part.is_some_and(|part| test(part, affix.as_slice())) {
            return Ok(Value::True);
        }
    }
    Ok(Value::False)
}

/// `startswith(prefix, start, end)`.
pub fn run_startswith(heap: &Heap, args: Args<'_>) -> Outcome {
    affixed(heap, &args, "startswith", |octets, prefix| octets.starts_with(prefix))
}

/// `endswith(suffix, start, end)`.
pub fn run_endswith(heap: &Heap, args: Args<'_>) -> Outcome {
    affixed(heap, &args, "endswith", |octets, suffix| octets.ends_with(suffix))
}

pub(super) fn run_replace(heap: &Heap, args: Args<'_>) -> Outcome {
    let (own, old, new) = (own(heap, &args)?, need_bytes(heap, args.get(1))?, need_bytes(heap, args.get(2))?);
    let mut left = usize::try_from(int_or(heap, args.get(3), -1)?).unwrap_or(usize::MAX);
    let (mut rest, mut out) = (own.as_slice(), Vec::with_capacity(own.len()));
    if old.is_empty() {
        for octet in rest {
            if left > 0 {
                out.extend_from_slice(new.as_slice());
                left -= 1;
            }
            out.push(*octet);
        }
        if left > 0 {
            out.extend_from_slice(new.as_slice());
        }
        return Ok(bytes(out));
    }
    while left > 0
        && let Some(at) = first_of(rest, old.as_slice())
    {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(new.as_slice());
        rest = &rest[at + old.len()..];
        left -= 1;
    }
    out.extend_from_slice(rest);
    Ok(bytes(out))
}
