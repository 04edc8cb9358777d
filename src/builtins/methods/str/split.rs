//! Cutting and joining: splits, partitions, lines, stripping, affixes, `join`.
//!
//! Where nothing is cut off, the value is the very text it was called on. `join` reads a list in place
//! only if all its items are strings: anything else may run code of the program. Where to cut is decided
//! in `value::text`.

use std::rc::Rc;

use super::own;
use crate::builtins::argument::{self, int_or, need_text, text_of, truth_or};
use crate::value::ops::iterate;
use crate::value::ops::types::type_name;
use crate::value::text::{self, Side};
use crate::value::{Args, Heap, Outcome, Str, Value};

fn strings<'a>(heap: &Heap, parts: impl IntoIterator<Item = &'a str>) -> Outcome {
    Ok(Value::list(heap, parts.into_iter().map(Value::str).collect()))
}

/// Parts of a text as values.
fn parts_of(heap: &Heap, whole: &Str, parts: Vec<&str>) -> Outcome {
    if !whole.is_ascii() {
        return strings(heap, parts);
    }
    Ok(Value::list(heap, parts.into_iter().map(|part| Value::Str(Rc::new(Str::ascii(part)))).collect()))
}

pub(super) fn run_join(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let between = own(heap, &mut args, "join")?;
    let iterable = args.take(1);
    let collected: Vec<Value>;
    let items: &[Value] = match &iterable {
        // Joining strings runs no code of the program, so the items can be read in place.
        Value::List(list) if list.items().iter().all(|item| matches!(item, Value::Str(_))) => list.items(),
        Value::Tuple(tuple) => tuple.items(),
        other => {
            if !iterate::is_iterable(heap, other) {
                return Err(heap.type_error("can only join an iterable"));
            }
            collected = iterate::collect(heap, other)?;
            &collected
        }
    };
    if let [only @ Value::Str(_)] = items {
        return Ok(only.clone());
    }
    let mut length = between.as_str().len() * items.len().saturating_sub(1);
    for item in items {
        if let Value::Str(text) = item {
            length += text.as_str().len();
        }
    }
    let mut out = String::with_capacity(length);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_str(between.as_str());
        }
        match item {
            Value::Str(text) => out.push_str(text.as_str()),
            other => match argument::text(other) {
                Some(text) => out.push_str(text.as_str()),
                None => {
                    return Err(heap.type_error(format!(
                        "sequence item {index}: expected str instance, {} found",
                        type_name(other)
                    )));
                }
            },
        }
    }
    Ok(out.into())
}

/// `sep` of a split: None for words.
fn separator(heap: &Heap, value: &Value) -> Outcome<Option<Rc<Str>>> {
    match value {
        Value::Unbound | Value::None => Ok(None),
        value => match argument::text(value) {
            Some(text) => Ok(Some(text)),
            None => Err(heap.type_error(format!("must be str or None, not {}", type_name(value)))),
        },
    }
}

pub(super) fn run_split(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "split")?;
    let limit = int_or(heap, args.get(2), -1)?;
    match separator(heap, args.get(1))? {
        None => parts_of(heap, &whole, text::split_whitespace(whole.as_str(), limit)),
        Some(by) => {
            let parts = text::split(whole.as_str(), by.as_str(), limit).map_err(|fault| heap.fault(fault))?;
            parts_of(heap, &whole, parts)
        }
    }
}

pub(super) fn run_rsplit(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "rsplit")?;
    let limit = int_or(heap, args.get(2), -1)?;
    match separator(heap, args.get(1))? {
        None => strings(heap, text::rsplit_whitespace(whole.as_str(), limit)),
        Some(by) => strings(
            heap,
            text::rsplit(whole.as_str(), by.as_str(), limit).map_err(|fault| heap.fault(fault))?,
        ),
    }
}

pub(super) fn run_splitlines(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "splitlines")?;
    strings(heap, text::split_lines(whole.as_str(), truth_or(heap, args.get(1), false)?))
}

pub(super) fn run_partition(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let (whole, by) = (own(heap, &mut args, "partition")?, need_text(heap, args.get(1))?);
    let (before, by, after) =
        text::partition(whole.as_str(), by.as_str()).map_err(|fault| heap.fault(fault))?;
    Ok(Value::tuple(heap, [before, by, after].map(Value::str)))
}

pub(super) fn run_rpartition(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let (whole, by) = (own(heap, &mut args, "rpartition")?, need_text(heap, args.get(1))?);
    let (before, by, after) =
        text::rpartition(whole.as_str(), by.as_str()).map_err(|fault| heap.fault(fault))?;
    Ok(Value::tuple(heap, [before, by, after].map(Value::str)))
}

fn stripped(heap: &Heap, mut args: Args<'_>, method: &str, side: Side) -> Outcome {
    let whole = own(heap, &mut args, method)?;
    let kept = match args.get(1) {
        Value::Unbound | Value::None => text::strip(whole.as_str(), side),
        chars => match argument::text(chars) {
            Some(chars) => text::strip_chars(whole.as_str(), chars.as_str(), side),
            None => {
                return Err(heap.type_error(format!("{method} arg must be None or str")));
            }
        },
    };
    Ok(part_of(&whole, kept))
}

/// A part of a text as a value; the text itself if nothing is missing.
fn part_of(whole: &Rc<Str>, part: &str) -> Value {
    if part.len() == whole.as_str().len() { Value::Str(whole.clone()) } else { Value::str(part) }
}

pub(super) fn run_strip(heap: &Heap, args: Args<'_>) -> Outcome {
    stripped(heap, args, "strip", Side::Both)
}

pub(super) fn run_lstrip(heap: &Heap, args: Args<'_>) -> Outcome {
    stripped(heap, args, "lstrip", Side::Left)
}

pub(super) fn run_rstrip(heap: &Heap, args: Args<'_>) -> Outcome {
    stripped(heap, args, "rstrip", Side::Right)
}

pub(super) fn run_removeprefix(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "removeprefix")?;
    let prefix = text_of(heap, args.get(1), "removeprefix() argument")?;
    Ok(part_of(&whole, text::remove_prefix(whole.as_str(), prefix.as_str())))
}

pub(super) fn run_removesuffix(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "removesuffix")?;
    let suffix = text_of(heap, args.get(1), "removesuffix() argument")?;
    Ok(part_of(&whole, text::remove_suffix(whole.as_str(), suffix.as_str())))
}
