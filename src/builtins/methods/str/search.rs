//! Looking for text: `find` and its kin, `count`, `startswith`, `endswith`, `replace`.
//!
//! Positions count characters, not octets; the optional bounds are a slice's. How a part is found is in
//! `value::text`; cutting at it is `split`'s.

use super::own;
use crate::builtins::argument::{self, bounds, int_or, need_text, text_of};
use crate::value::ops::types::type_name;
use crate::value::text::{self, Bounds};
use crate::value::{Args, Heap, Outcome, Value};

fn sought(
    heap: &Heap,
    mut args: Args<'_>,
    method: &str,
    find: fn(&str, &str, Bounds) -> Option<usize>,
) -> Outcome<Option<usize>> {
    let whole = own(heap, &mut args, method)?;
    let part = need_text(heap, args.get(1))?;
    Ok(find(whole.as_str(), part.as_str(), bounds(heap, args.get(2), args.get(3))?))
}

fn position(found: Option<usize>) -> Value {
    Value::Int(found.map_or(-1, |at| at as i64))
}

pub(super) fn run_find(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(position(sought(heap, args, "find", text::find)?))
}

pub(super) fn run_rfind(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(position(sought(heap, args, "rfind", text::rfind)?))
}

pub(super) fn run_index(heap: &Heap, args: Args<'_>) -> Outcome {
    sought(heap, args, "index", text::find)?
        .map(|at| Value::Int(at as i64))
        .ok_or_else(|| heap.value_error("substring not found"))
}

pub(super) fn run_rindex(heap: &Heap, args: Args<'_>) -> Outcome {
    sought(heap, args, "rindex", text::rfind)?
        .map(|at| Value::Int(at as i64))
        .ok_or_else(|| heap.value_error("substring not found"))
}

pub(super) fn run_count(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "count")?;
    let part = need_text(heap, args.get(1))?;
    Ok(Value::Int(text::count(whole.as_str(), part.as_str(), bounds(heap, args.get(2), args.get(3))?) as i64))
}

fn affixed(heap: &Heap, mut args: Args<'_>, method: &str, test: fn(&str, &str) -> bool) -> Outcome {
    let whole = own(heap, &mut args, method)?;
    let selected = bounds(heap, args.get(2), args.get(3))?.select(whole.as_str()).map(|(part, _)| part);
    let matches = |affix: &str| selected.is_some_and(|part| test(part, affix));
    if let Some(affix) = argument::text(args.get(1)) {
        return Ok(Value::bool(matches(affix.as_str())));
    }
    let Value::Tuple(several) = args.get(1) else {
        return Err(heap.type_error(format!(
            "{method} first arg must be str or a tuple of str, not {}",
            type_name(args.get(1))
        )));
    };
    for affix in several.items() {
        match argument::text(affix) {
            Some(affix) if matches(affix.as_str()) => return Ok(Value::True),
            Some(_) => {}
            None => {
                return Err(heap.type_error(format!(
                    "tuple for {method} must only contain str, not {}",
                    type_name(affix)
                )));
            }
        }
    }
    Ok(Value::False)
}

pub(super) fn run_startswith(heap: &Heap, args: Args<'_>) -> Outcome {
    affixed(heap, args, "startswith", |text, prefix| text.starts_with(prefix))
}

pub(super) fn run_endswith(heap: &Heap, args: Args<'_>) -> Outcome {
    affixed(heap, args, "endswith", |text, suffix| text.ends_with(suffix))
}

pub(super) fn run_replace(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "replace")?;
    let old = text_of(heap, args.get(1), "replace() argument 1")?;
    let new = text_of(heap, args.get(2), "replace() argument 2")?;
    let limit = int_or(heap, args.get(3), -1)?;
    Ok(text::replace(whole.as_str(), old.as_str(), new.as_str(), limit)
        .map_err(|fault| heap.fault(fault))?
        .into())
}
