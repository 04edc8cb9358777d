//! The form of octets: case, padding to a width, tabs, and what kind all of them are.
//!
//! Letters, digits and case are ASCII's; an octet of 128 or more is none of them. What a width that
//! memory cannot hold raises is the business of `value::ops::convert`.

use super::{bytes, own};
use crate::builtins::argument::{self, int_or};
use crate::value::ops::convert::to_i64;
use crate::value::ops::types::type_name;
use crate::value::{Args, Bytes, Heap, Outcome, Value};

pub(super) fn changed(heap: &Heap, args: Args<'_>, change: fn(&[u8]) -> Vec<u8>) -> Outcome {
    Ok(bytes(change(own(heap, &args)?.as_slice())))
}

pub(super) fn swapped(octets: &[u8]) -> Vec<u8> {
    octets
        .iter()
        .map(|b| if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() })
        .collect()
}

pub(super) fn titled(octets: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let change = |octet: &u8| {
        let made = if inside { octet.to_ascii_lowercase() } else { octet.to_ascii_uppercase() };
        inside = octet.is_ascii_alphabetic();
        made
    };
    octets.iter().map(change).collect()
}

pub(super) fn capitalized(octets: &[u8]) -> Vec<u8> {
    let mut made = octets.to_ascii_lowercase();
    if let Some(first) = made.first_mut() {
        first.make_ascii_uppercase();
    }
    made
}

pub(super) fn padded(heap: &Heap, args: Args<'_>, method: &str, left: fn(usize, usize) -> usize) -> Outcome {
    let own = own(heap, &args)?;
    let width = to_i64(heap, args.get(1))?.max(0);
    let fill = match args.get(2) {
        Value::Unbound => b' ',
        value => match argument::bytes(value).as_deref().map(Bytes::as_slice) {
            Some([octet]) => *octet,
            _ => {
                return Err(heap.type_error(format!(
                    "{method}() argument 2 must be a byte string of length 1, not {}",
                    type_name(value)
                )));
            }
        },
    };
    let width = crate::value::ops::convert::to_count(heap, &Value::Int(width), 1)?;
    let missing = width.saturating_sub(own.len());
    let before = left(missing, width);
    let mut out = vec![fill; before];
    out.extend_from_slice(own.as_slice());
    out.resize(own.len() + missing, fill);
    Ok(bytes(out))
}

pub(super) fn run_zfill(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let width = crate::value::ops::convert::to_count(heap, args.get(1), 1)?;
    let missing = width.saturating_sub(own.len());
    let (sign, digits) = own
        .as_slice()
        .split_at(usize::from(own.as_slice().first().is_some_and(|b| matches!(b, b'+' | b'-'))));
    Ok(bytes([sign, &vec![b'0'; missing], digits].concat()))
}

pub(super) fn run_expandtabs(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let size = usize::try_from(int_or(heap, args.get(1), 8)?).unwrap_or(0);
    let (mut out, mut column) = (Vec::new(), 0);
    for &octet in own.as_slice() {
        match octet {
            b'\t' if size == 0 => {}
            b'\t' => {
                let spaces = size - column % size;
                out.resize(out.len() + spaces, b' ');
                column += spaces;
            }
            other => {
                out.push(other);
                column = if matches!(other, b'\n' | b'\r') { 0 } else { column + 1 };
            }
        }
    }
    Ok(bytes(out))
}

pub(super) fn test(heap: &Heap, args: Args<'_>, test: fn(u8) -> bool) -> Outcome {
    let own = own(heap, &args)?;
    Ok(Value::bool(!own.is_empty() && own.as_slice().iter().all(|b| test(*b))))
}

/// Some letter, and none of the wrong case.
pub(super) fn cased(heap: &Heap, args: Args<'_>, wrong: fn(u8) -> bool) -> Outcome {
    let own = own(heap, &args)?;
    let octets = own.as_slice();
    Ok(Value::bool(octets.iter().any(u8::is_ascii_alphabetic) && !octets.iter().any(|b| wrong(*b))))
}

pub(super) fn run_isascii(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::bool(own(heap, &args)?.as_slice().is_ascii()))
}
