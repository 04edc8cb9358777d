//! The form of text: case, padding to a width, tabs, and what kind all characters are.
//!
//! Only arguments are read here: one character to fill with, a width. Unicode's tables and the limits of
//! what fits in memory are the business of `value::text`.

use super::own;
use crate::builtins::argument::{self, int_or};
use crate::value::ops::convert::to_i64;
use crate::value::ops::types::type_name;
use crate::value::text;
use crate::value::{Args, Heap, Outcome, Value};

fn changed(heap: &Heap, mut args: Args<'_>, method: &str, change: fn(&str) -> String) -> Outcome {
    Ok(change(own(heap, &mut args, method)?.as_str()).into())
}

pub(super) fn run_lower(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "lower", text::lower)
}

pub(super) fn run_upper(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "upper", text::upper)
}

pub(super) fn run_casefold(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "casefold", text::casefold)
}

pub(super) fn run_capitalize(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "capitalize", text::capitalize)
}

pub(super) fn run_title(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "title", text::title)
}

pub(super) fn run_swapcase(heap: &Heap, args: Args<'_>) -> Outcome {
    changed(heap, args, "swapcase", text::swapcase)
}

fn padded(
    heap: &Heap,
    mut args: Args<'_>,
    method: &str,
    pad: fn(&str, i64, char) -> Result<String, crate::value::number::Fault>,
) -> Outcome {
    let whole = own(heap, &mut args, method)?;
    let width = to_i64(heap, args.get(1))?;
    let fill = match args.get(2) {
        Value::Unbound => ' ',
        value => {
            let text = argument::text(value).ok_or_else(|| {
                heap.type_error(format!(
                    "The fill character must be a unicode character, not {}",
                    type_name(value)
                ))
            })?;
            match (text.len(), text.char_at(0)) {
                (1, Some(c)) => c,
                _ => return Err(heap.type_error("The fill character must be exactly one character long")),
            }
        }
    };
    Ok(pad(whole.as_str(), width, fill).map_err(|fault| heap.fault(fault))?.into())
}

pub(super) fn run_center(heap: &Heap, args: Args<'_>) -> Outcome {
    padded(heap, args, "center", text::center)
}

pub(super) fn run_ljust(heap: &Heap, args: Args<'_>) -> Outcome {
    padded(heap, args, "ljust", text::left_justify)
}

pub(super) fn run_rjust(heap: &Heap, args: Args<'_>) -> Outcome {
    padded(heap, args, "rjust", text::right_justify)
}

pub(super) fn run_zfill(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "zfill")?;
    Ok(text::zero_fill(whole.as_str(), to_i64(heap, args.get(1))?).map_err(|fault| heap.fault(fault))?.into())
}

pub(super) fn run_expandtabs(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let whole = own(heap, &mut args, "expandtabs")?;
    Ok(text::expand_tabs(whole.as_str(), int_or(heap, args.get(1), 8)?)
        .map_err(|fault| heap.fault(fault))?
        .into())
}

pub(super) fn test(heap: &Heap, mut args: Args<'_>, method: &str, test: fn(&str) -> bool) -> Outcome {
    Ok(Value::bool(test(own(heap, &mut args, method)?.as_str())))
}
