//! Bytes from sizes, iterables, text and hexadecimal notation, and back to notation and text.
//!
//! Owns what the sources of `bytes()` and `bytearray()` mean, in the order in which CPython tries them.
//! A size is reserved before it is filled: too large a one is an exception. Encodings are in
//! `builtins::codec`.

use super::split::is_space;
use super::{bytes, own};
use crate::builtins::argument::{self, int_or, need_bytes};
use crate::builtins::methods::str::{codec_of, errors_of};
use crate::builtins::{codec, methods};
use crate::value::ops::convert::{to_i64, to_index};
use crate::value::ops::iterate;
use crate::value::ops::types::type_name;
use crate::value::{Args, BuiltinType, Heap, Outcome, Value};

/// The octets of an iterable of ints.
pub fn from_iterable(heap: &Heap, value: &Value) -> Outcome<Vec<u8>> {
    let mut data = Vec::new();
    iterate::for_each(heap, value, |item| {
        let n = to_index(heap, &item)?;
        let octet = if let Value::Int(n) = n { u8::try_from(n).ok() } else { None };
        data.push(octet.ok_or_else(|| heap.value_error("bytes must be in range(0, 256)"))?);
        Ok(true)
    })?;
    Ok(data)
}

/// What `bytes(source, encoding, errors)` and its kin are made of.
pub fn from_arguments(
    heap: &Heap,
    name: &str,
    source: &Value,
    encoding: &Value,
    errors: &Value,
) -> Outcome<Vec<u8>> {
    if let Some(text) = argument::text(source) {
        if encoding.is_unbound() {
            return Err(heap.type_error("string argument without an encoding"));
        }
        return codec::encode(heap, &text, codec_of(heap, encoding, name)?, &errors_of(heap, errors, name)?);
    }
    if !encoding.is_unbound() || !errors.is_unbound() {
        let what = if encoding.is_unbound() { "errors" } else { "encoding" };
        return Err(heap.type_error(format!("{what} without a string argument")));
    }
    if let Some(octets) = argument::bytes(source) {
        return Ok(octets.as_slice().to_vec());
    }
    match source {
        Value::Unbound => Ok(Vec::new()),
        Value::Int(_) | Value::Big(_) | Value::True | Value::False => {
            let size =
                usize::try_from(to_i64(heap, source)?).map_err(|_| heap.value_error("negative count"))?;
            let mut data = Vec::new();
            data.try_reserve_exact(size).map_err(|_| heap.fault(crate::value::number::Fault::memory()))?;
            data.resize(size, 0);
            Ok(data)
        }
        Value::Instance(_) | Value::Native(_) => {
            match crate::value::ops::attribute::call_method(
                heap,
                source,
                crate::value::names::BYTES,
                &mut [],
            )? {
                Some(made) => Ok(need_bytes(heap, &made)?.as_slice().to_vec()),
                None => from_iterable(heap, source),
            }
        }
        source if iterate::is_iterable(heap, source) => from_iterable(heap, source),
        source => Err(heap.type_error(format!("cannot convert '{}' object to {name}", type_name(source)))),
    }
}

pub(super) fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let made = match args.get(1) {
        same @ Value::Bytes(_) if !args.is_given(2) && !args.is_given(3) => same.clone(),
        source => bytes(from_arguments(heap, "bytes", source, args.get(2), args.get(3))?),
    };
    match args.get(0) {
        Value::Class(class) => Ok(methods::instance_of(heap, class, BuiltinType::Bytes, made)),
        _ => Ok(made),
    }
}

pub(super) fn run_fromhex(heap: &Heap, args: Args<'_>) -> Outcome {
    let text = argument::text_of(heap, args.get(1), "fromhex() argument")?;
    let mut data = Vec::new();
    let mut chars = text.as_str().chars().enumerate().peekable();
    let wrong = |at: usize| {
        heap.value_error(format!("non-hexadecimal number found in fromhex() arg at position {at}"))
    };
    while let Some((at, high)) = chars.next() {
        if high.is_ascii() && is_space(high as u8) {
            continue;
        }
        let high = high.to_digit(16).ok_or_else(|| wrong(at))?;
        match chars.next() {
            Some((at, low)) => data.push((high * 16 + low.to_digit(16).ok_or_else(|| wrong(at))?) as u8),
            None => return Err(wrong(at + 1)),
        }
    }
    Ok(bytes(data))
}

/// `hex(sep, bytes_per_sep)`.
pub fn run_hex(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let digits: Vec<String> = own.as_slice().iter().map(|octet| format!("{octet:02x}")).collect();
    if !args.is_given(1) {
        return Ok(digits.concat().into());
    }
    let sep = match argument::text(args.get(1)) {
        Some(text) => text.as_str().to_owned(),
        None => argument::bytes(args.get(1))
            .map(|b| b.as_slice().iter().map(|&b| b as char).collect())
            .unwrap_or_default(),
    };
    if sep.chars().count() != 1 {
        return Err(heap.value_error("sep must be length 1."));
    }
    if !sep.is_ascii() {
        return Err(heap.value_error("sep must be ASCII."));
    }
    let group = int_or(heap, args.get(2), 1)?;
    let size = group.unsigned_abs() as usize;
    if size == 0 {
        return Ok(digits.concat().into());
    }
    // A positive group counts from the end, a negative one from the beginning.
    let first = if group > 0 { digits.len() % size } else { 0 };
    let (head, tail) = digits.split_at(first);
    let mut groups: Vec<String> = Vec::new();
    if !head.is_empty() {
        groups.push(head.concat());
    }
    groups.extend(tail.chunks(size).map(|chunk| chunk.concat()));
    Ok(groups.join(&sep).into())
}

/// `decode(encoding, errors)`.
pub fn run_decode(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let (codec, errors) = (codec_of(heap, args.get(1), "decode")?, errors_of(heap, args.get(2), "decode")?);
    Ok(codec::decode(heap, own.as_slice(), codec, &errors)?.into())
}
