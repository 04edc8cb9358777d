//! Cutting and joining: splits, partitions, lines, stripping, affixes, `join`.
//!
//! White space is C's: ASCII's, with the vertical tab, which Rust's own `trim_ascii` leaves out. The
//! parts are new bytes, never views. Where a separator stands is found in `search`.

use std::rc::Rc;

use super::search::{first_of, last_of};
use super::{bytes, own};
use crate::builtins::argument::{self, int_or, need_bytes, truth_or};
use crate::value::ops::iterate;
use crate::value::ops::types::type_name;
use crate::value::{Args, Bytes, Heap, Outcome, Value};

pub(super) fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

fn trim_start(octets: &[u8]) -> &[u8] {
    let start = octets.iter().position(|b| !is_space(*b)).unwrap_or(octets.len());
    &octets[start..]
}

fn trim_end(octets: &[u8]) -> &[u8] {
    let end = octets.iter().rposition(|b| !is_space(*b)).map_or(0, |at| at + 1);
    &octets[..end]
}

fn parts(heap: &Heap, parts: Vec<&[u8]>) -> Value {
    Value::list(heap, parts.into_iter().map(bytes).collect())
}

/// The parts between separators, at most `limit` cuts, from the left.
fn cut<'a>(mut rest: &'a [u8], by: &[u8], limit: usize) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(at) = first_of(rest, by)
    {
        found.push(&rest[..at]);
        rest = &rest[at + by.len()..];
    }
    found.push(rest);
    found
}

fn cut_right<'a>(mut rest: &'a [u8], by: &[u8], limit: usize) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(at) = last_of(rest, by)
    {
        found.push(&rest[at + by.len()..]);
        rest = &rest[..at];
    }
    found.push(rest);
    found.reverse();
    found
}

/// The words, at most `limit` cuts; the last one keeps what is inside it.
fn words(octets: &[u8], limit: usize) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut rest = trim_start(octets);
    while !rest.is_empty() {
        if found.len() == limit {
            found.push(trim_end(rest));
            break;
        }
        let end = rest.iter().position(|b| is_space(*b)).unwrap_or(rest.len());
        found.push(&rest[..end]);
        rest = trim_start(&rest[end..]);
    }
    found
}

fn words_right(octets: &[u8], limit: usize) -> Vec<&[u8]> {
    let mut found = Vec::new();
    let mut rest = trim_end(octets);
    while !rest.is_empty() {
        if found.len() == limit {
            found.push(trim_start(rest));
            break;
        }
        let start = rest.iter().rposition(|b| is_space(*b)).map_or(0, |at| at + 1);
        found.push(&rest[start..]);
        rest = trim_end(&rest[..start]);
    }
    found.reverse();
    found
}

fn split_by(heap: &Heap, args: &Args<'_>, from_right: bool) -> Outcome {
    let own = own(heap, args)?;
    let limit = usize::try_from(int_or(heap, args.get(2), -1)?).unwrap_or(usize::MAX);
    let found = match args.some(1) {
        None if from_right => words_right(own.as_slice(), limit),
        None => words(own.as_slice(), limit),
        Some(by) => {
            let by = need_bytes(heap, by)?;
            if by.is_empty() {
                return Err(heap.value_error("empty separator"));
            }
            return Ok(parts(
                heap,
                if from_right {
                    cut_right(own.as_slice(), by.as_slice(), limit)
                } else {
                    cut(own.as_slice(), by.as_slice(), limit)
                },
            ));
        }
    };
    Ok(parts(heap, found))
}

pub(super) fn run_split(heap: &Heap, args: Args<'_>) -> Outcome {
    split_by(heap, &args, false)
}

pub(super) fn run_rsplit(heap: &Heap, args: Args<'_>) -> Outcome {
    split_by(heap, &args, true)
}

pub(super) fn run_splitlines(heap: &Heap, args: Args<'_>) -> Outcome {
    let (own, keep) = (own(heap, &args)?, truth_or(heap, args.get(1), false)?);
    let (mut rest, mut found) = (own.as_slice(), Vec::new());
    while !rest.is_empty() {
        let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
        let mark = if rest[end..].starts_with(b"\r\n") { 2 } else { usize::from(end < rest.len()) };
        found.push(&rest[..if keep { end + mark } else { end }]);
        rest = &rest[end + mark..];
    }
    Ok(parts(heap, found))
}

pub(super) fn run_join(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    if !iterate::is_iterable(heap, args.get(1)) {
        return Err(heap.type_error("can only join an iterable"));
    }
    let mut out = Vec::new();
    for (index, item) in iterate::collect(heap, args.get(1))?.iter().enumerate() {
        let Some(octets) = argument::bytes(item) else {
            return Err(heap.type_error(format!(
                "sequence item {index}: expected a bytes-like object, {} found",
                type_name(item)
            )));
        };
        if index > 0 {
            out.extend_from_slice(own.as_slice());
        }
        out.extend_from_slice(octets.as_slice());
    }
    Ok(bytes(out))
}

fn parted(
    heap: &Heap,
    args: &Args<'_>,
    find: fn(&[u8], &[u8]) -> Option<usize>,
    from_right: bool,
) -> Outcome {
    let (own, by) = (own(heap, args)?, need_bytes(heap, args.get(1))?);
    if by.is_empty() {
        return Err(heap.value_error("empty separator"));
    }
    let whole = own.as_slice();
    let parts = match find(whole, by.as_slice()) {
        Some(at) => [&whole[..at], by.as_slice(), &whole[at + by.len()..]],
        None if from_right => [&[][..], &[], whole],
        None => [whole, &[], &[]],
    };
    Ok(Value::tuple(heap, parts.map(bytes)))
}

pub(super) fn run_partition(heap: &Heap, args: Args<'_>) -> Outcome {
    parted(heap, &args, first_of, false)
}

pub(super) fn run_rpartition(heap: &Heap, args: Args<'_>) -> Outcome {
    parted(heap, &args, last_of, true)
}

pub(super) fn stripped(heap: &Heap, args: Args<'_>, left: bool, right: bool) -> Outcome {
    let own = own(heap, &args)?;
    let set: Option<Rc<Bytes>> = match args.some(1) {
        None => None,
        Some(value) => Some(need_bytes(heap, value)?),
    };
    let goes = |octet: &u8| match &set {
        None => is_space(*octet),
        Some(set) => set.as_slice().contains(octet),
    };
    let whole = own.as_slice();
    let start = if left { whole.iter().position(|b| !goes(b)).unwrap_or(whole.len()) } else { 0 };
    let end =
        if right { whole.iter().rposition(|b| !goes(b)).map_or(start, |at| at + 1) } else { whole.len() };
    Ok(bytes(&whole[start..end.max(start)]))
}

pub(super) fn run_removeprefix(heap: &Heap, args: Args<'_>) -> Outcome {
    let (own, prefix) = (own(heap, &args)?, need_bytes(heap, args.get(1))?);
    Ok(bytes(own.as_slice().strip_prefix(prefix.as_slice()).unwrap_or(own.as_slice())))
}

pub(super) fn run_removesuffix(heap: &Heap, args: Args<'_>) -> Outcome {
    let (own, suffix) = (own(heap, &args)?, need_bytes(heap, args.get(1))?);
    Ok(bytes(own.as_slice().strip_suffix(suffix.as_slice()).unwrap_or(own.as_slice())))
}
