//! `bytes`: construction and methods. Those that only read work on a `bytearray`, too.
//!
//! White space is C's: ASCII's, with the vertical tab, which Rust's own `trim_ascii` leaves out.

use std::rc::Rc;

use super::str::{codec_of, errors_of};
use crate::builtins::argument::{self, bounds, int_or, need_bytes, truth_or};
use crate::builtins::{codec, operators};
use crate::value::ops::convert::{to_i64, to_index};
use crate::value::ops::iterate;
use crate::value::ops::types::type_name;
use crate::value::{Args, BuiltinType, Bytes, Heap, NativeFunction, Outcome, Value};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, source=b'', encoding=..., errors=...)",
        "Bytes from a size, an iterable of ints, bytes or a text.",
        &[
            ("bytes([65, 66])", "b'AB'"),
            ("bytes('é', 'utf-8')", "b'\\xc3\\xa9'"),
            ("bytes(2)", "b'\\x00\\x00'"),
        ],
        run_new,
    ),
    NativeFunction::new(
        "fromhex",
        "(cls, string, /)",
        "The bytes that hexadecimal notation stands for.",
        &[("bytes.fromhex('01 ff')", "b'\\x01\\xff'")],
        run_fromhex,
    ),
    NativeFunction::new(
        "hex",
        "(self, sep=..., bytes_per_sep=1)",
        "The octets in hexadecimal notation.",
        &[("b'ab'.hex()", "'6162'"), ("b'ab'.hex(':')", "'61:62'")],
        run_hex,
    ),
    NativeFunction::new(
        "decode",
        "(self, encoding='utf-8', errors='strict')",
        "The text that the octets encode.",
        &[("b'ab'.decode()", "'ab'")],
        run_decode,
    ),
    NativeFunction::new(
        "find",
        "(self, sub, start=..., end=..., /)",
        "Where some octets stand first, or -1.",
        &[("b'abc'.find(b'c')", "2")],
        run_find,
    ),
    NativeFunction::new(
        "rfind",
        "(self, sub, start=..., end=..., /)",
        "Where some octets stand last, or -1.",
        &[("b'aba'.rfind(b'a')", "2")],
        run_rfind,
    ),
    NativeFunction::new(
        "index",
        "(self, sub, start=..., end=..., /)",
        "Where some octets stand first; ValueError if nowhere.",
        &[("b'abc'.index(b'c')", "2")],
        run_index,
    ),
    NativeFunction::new(
        "rindex",
        "(self, sub, start=..., end=..., /)",
        "Where some octets stand last; ValueError if nowhere.",
        &[("b'aba'.rindex(b'a')", "2")],
        run_rindex,
    ),
    NativeFunction::new(
        "count",
        "(self, sub, start=..., end=..., /)",
        "How often some octets stand there, without overlaps.",
        &[("b'aa'.count(b'a')", "2")],
        run_count,
    ),
    NativeFunction::new(
        "startswith",
        "(self, prefix, start=..., end=..., /)",
        "Whether it begins with some octets, or with one of several.",
        &[("b'abc'.startswith(b'a')", "True")],
        run_startswith,
    ),
    NativeFunction::new(
        "endswith",
        "(self, suffix, start=..., end=..., /)",
        "Whether it ends with some octets, or with one of several.",
        &[("b'abc'.endswith(b'c')", "True")],
        run_endswith,
    ),
    NativeFunction::new(
        "removeprefix",
        "(self, prefix, /)",
        "Without a beginning, if it has it.",
        &[("b'abc'.removeprefix(b'a')", "b'bc'")],
        run_removeprefix,
    ),
    NativeFunction::new(
        "removesuffix",
        "(self, suffix, /)",
        "Without an ending, if it has it.",
        &[("b'abc'.removesuffix(b'c')", "b'ab'")],
        run_removesuffix,
    ),
    NativeFunction::new(
        "replace",
        "(self, old, new, count=-1, /)",
        "With some octets replaced, everywhere or so often.",
        &[("b'aa'.replace(b'a', b'b')", "b'bb'")],
        run_replace,
    ),
    NativeFunction::new(
        "split",
        "(self, sep=None, maxsplit=-1)",
        "The parts between separators; without one, the words.",
        &[("b'a,b'.split(b',')", "[b'a', b'b']")],
        run_split,
    ),
    NativeFunction::new(
        "rsplit",
        "(self, sep=None, maxsplit=-1)",
        "Like `split`, counted from the end.",
        &[("b'a,b,c'.rsplit(b',', 1)", "[b'a,b', b'c']")],
        run_rsplit,
    ),
    NativeFunction::new(
        "splitlines",
        "(self, keepends=False)",
        "The lines.",
        &[("b'a\\nb'.splitlines()", "[b'a', b'b']")],
        run_splitlines,
    ),
    NativeFunction::new(
        "join",
        "(self, iterable_of_bytes, /)",
        "The bytes of an iterable, with this one between them.",
        &[("b','.join([b'a', b'b'])", "b'a,b'")],
        run_join,
    ),
    NativeFunction::new(
        "partition",
        "(self, sep, /)",
        "What is before the first separator, the separator, and what is after it.",
        &[("b'a-b'.partition(b'-')", "(b'a', b'-', b'b')")],
        run_partition,
    ),
    NativeFunction::new(
        "rpartition",
        "(self, sep, /)",
        "What is before the last separator, the separator, and what is after it.",
        &[("b'a-b'.rpartition(b'-')", "(b'a', b'-', b'b')")],
        run_rpartition,
    ),
    NativeFunction::new(
        "strip",
        "(self, bytes=None, /)",
        "Without white space, or some octets, at both ends.",
        &[("b' a '.strip()", "b'a'")],
        |heap, args| stripped(heap, args, true, true),
    ),
    NativeFunction::new(
        "lstrip",
        "(self, bytes=None, /)",
        "Without white space, or some octets, at the beginning.",
        &[("b' a '.lstrip()", "b'a '")],
        |heap, args| stripped(heap, args, true, false),
    ),
    NativeFunction::new(
        "rstrip",
        "(self, bytes=None, /)",
        "Without white space, or some octets, at the end.",
        &[("b' a '.rstrip()", "b' a'")],
        |heap, args| stripped(heap, args, false, true),
    ),
    NativeFunction::new(
        "lower",
        "(self, /)",
        "With ASCII letters in lower case.",
        &[("b'AB'.lower()", "b'ab'")],
        |heap, args| changed(heap, args, |octets| octets.to_ascii_lowercase()),
    ),
    NativeFunction::new(
        "upper",
        "(self, /)",
        "With ASCII letters in upper case.",
        &[("b'ab'.upper()", "b'AB'")],
        |heap, args| changed(heap, args, |octets| octets.to_ascii_uppercase()),
    ),
    NativeFunction::new(
        "swapcase",
        "(self, /)",
        "With upper and lower case exchanged.",
        &[("b'aB'.swapcase()", "b'Ab'")],
        |heap, args| changed(heap, args, swapped),
    ),
    NativeFunction::new(
        "title",
        "(self, /)",
        "With every word capitalized.",
        &[("b'a bc'.title()", "b'A Bc'")],
        |heap, args| changed(heap, args, titled),
    ),
    NativeFunction::new(
        "capitalize",
        "(self, /)",
        "With the first letter in upper case and the others in lower case.",
        &[("b'aB'.capitalize()", "b'Ab'")],
        |heap, args| changed(heap, args, capitalized),
    ),
    NativeFunction::new(
        "center",
        "(self, width, fillchar=b' ', /)",
        "In the middle of a width.",
        &[("b'a'.center(3)", "b' a '")],
        |heap, args| padded(heap, args, "center", |missing, width| missing / 2 + (missing & width & 1)),
    ),
    NativeFunction::new(
        "ljust",
        "(self, width, fillchar=b' ', /)",
        "At the left of a width.",
        &[("b'a'.ljust(3, b'-')", "b'a--'")],
        |heap, args| padded(heap, args, "ljust", |_, _| 0),
    ),
    NativeFunction::new(
        "rjust",
        "(self, width, fillchar=b' ', /)",
        "At the right of a width.",
        &[("b'a'.rjust(3, b'-')", "b'--a'")],
        |heap, args| padded(heap, args, "rjust", |missing, _| missing),
    ),
    NativeFunction::new(
        "zfill",
        "(self, width, /)",
        "With zeros in front, after a sign.",
        &[("b'-5'.zfill(4)", "b'-005'")],
        run_zfill,
    ),
    NativeFunction::new(
        "expandtabs",
        "(self, tabsize=8)",
        "With tabs replaced by spaces.",
        &[("b'a\\tb'.expandtabs(4)", "b'a   b'")],
        run_expandtabs,
    ),
    NativeFunction::new(
        "translate",
        "(self, table, /, delete=b'')",
        "With octets replaced by a table of 256, and some removed.",
        &[("b'abc'.translate(None, b'b')", "b'ac'")],
        run_translate,
    ),
    NativeFunction::new(
        "maketrans",
        "(frm, to, /)",
        "A table for `translate`.",
        &[("b'ab'.translate(bytes.maketrans(b'a', b'x'))", "b'xb'")],
        run_maketrans,
    ),
    NativeFunction::new(
        "isalpha",
        "(self, /)",
        "Whether there are octets and all are ASCII letters.",
        &[("b'ab'.isalpha()", "True")],
        |heap, args| test(heap, args, |b| b.is_ascii_alphabetic()),
    ),
    NativeFunction::new(
        "isalnum",
        "(self, /)",
        "Whether there are octets and all are ASCII letters or digits.",
        &[("b'a1'.isalnum()", "True")],
        |heap, args| test(heap, args, |b| b.is_ascii_alphanumeric()),
    ),
    NativeFunction::new(
        "isdigit",
        "(self, /)",
        "Whether there are octets and all are ASCII digits.",
        &[("b'12'.isdigit()", "True")],
        |heap, args| test(heap, args, |b| b.is_ascii_digit()),
    ),
    NativeFunction::new(
        "isspace",
        "(self, /)",
        "Whether there are octets and all are white space.",
        &[("b' '.isspace()", "True")],
        |heap, args| test(heap, args, is_space),
    ),
    NativeFunction::new(
        "islower",
        "(self, /)",
        "Whether there are letters and all are in lower case.",
        &[("b'ab'.islower()", "True")],
        |heap, args| cased(heap, args, |b| b.is_ascii_uppercase()),
    ),
    NativeFunction::new(
        "isupper",
        "(self, /)",
        "Whether there are letters and all are in upper case.",
        &[("b'AB'.isupper()", "True")],
        |heap, args| cased(heap, args, |b| b.is_ascii_lowercase()),
    ),
    NativeFunction::new(
        "isascii",
        "(self, /)",
        "Whether all octets are below 128.",
        &[("b'ab'.isascii()", "True")],
        run_isascii,
    ),
    operators::len(&[("b'ab'.__len__()", "2")]),
    operators::iter(&[("list(b'ab'.__iter__())", "[97, 98]")]),
    operators::contains(&[("b'ab'.__contains__(97)", "True")]),
    operators::getitem(&[("b'ab'.__getitem__(0)", "97")]),
    operators::add(&[("b'a'.__add__(b'b')", "b'ab'")]),
    operators::mul(&[("b'a'.__mul__(2)", "b'aa'")]),
    operators::rmul(&[("b'a'.__rmul__(2)", "b'aa'")]),
    operators::lt(&[("b'a'.__lt__(b'b')", "True")]),
    operators::le(&[("b'a'.__le__(b'a')", "True")]),
    operators::gt(&[("b'a'.__gt__(b'b')", "False")]),
    operators::ge(&[("b'a'.__ge__('a')", "NotImplemented")]),
];

fn bytes(data: impl Into<Box<[u8]>>) -> Value {
    Value::Bytes(Rc::new(Bytes::new(data)))
}

fn own(heap: &Heap, args: &Args<'_>) -> Outcome<Rc<Bytes>> {
    need_bytes(heap, args.get(0))
}

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

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let made = match args.get(1) {
        same @ Value::Bytes(_) if !args.is_given(2) && !args.is_given(3) => same.clone(),
        source => bytes(from_arguments(heap, "bytes", source, args.get(2), args.get(3))?),
    };
    match args.get(0) {
        Value::Class(class) => Ok(super::instance_of(heap, class, BuiltinType::Bytes, made)),
        _ => Ok(made),
    }
}

fn run_fromhex(heap: &Heap, args: Args<'_>) -> Outcome {
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

fn first_of(octets: &[u8], part: &[u8]) -> Option<usize> {
    match part {
        [] => Some(0),
        [only] => octets.iter().position(|b| b == only),
        _ => octets.windows(part.len()).position(|w| w == part),
    }
}

fn last_of(octets: &[u8], part: &[u8]) -> Option<usize> {
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

fn run_rfind(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::Int(sought(heap, &args, last_of)?.map_or(-1, |at| at as i64)))
}

/// `index(sub, start, end)`.
pub fn run_index(heap: &Heap, args: Args<'_>) -> Outcome {
    sought(heap, &args, first_of)?
        .map(|at| Value::Int(at as i64))
        .ok_or_else(|| heap.value_error("subsection not found"))
}

fn run_rindex(heap: &Heap, args: Args<'_>) -> Outcome {
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

fn run_removeprefix(heap: &Heap, args: Args<'_>) -> Outcome {
    let (own, prefix) = (own(heap, &args)?, need_bytes(heap, args.get(1))?);
    Ok(bytes(own.as_slice().strip_prefix(prefix.as_slice()).unwrap_or(own.as_slice())))
}

fn run_removesuffix(heap: &Heap, args: Args<'_>) -> Outcome {
    let (own, suffix) = (own(heap, &args)?, need_bytes(heap, args.get(1))?);
    Ok(bytes(own.as_slice().strip_suffix(suffix.as_slice()).unwrap_or(own.as_slice())))
}

fn run_replace(heap: &Heap, args: Args<'_>) -> Outcome {
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

fn is_space(octet: u8) -> bool {
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

fn run_split(heap: &Heap, args: Args<'_>) -> Outcome {
    split_by(heap, &args, false)
}

fn run_rsplit(heap: &Heap, args: Args<'_>) -> Outcome {
    split_by(heap, &args, true)
}

fn run_splitlines(heap: &Heap, args: Args<'_>) -> Outcome {
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

fn run_join(heap: &Heap, args: Args<'_>) -> Outcome {
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

fn run_partition(heap: &Heap, args: Args<'_>) -> Outcome {
    parted(heap, &args, first_of, false)
}

fn run_rpartition(heap: &Heap, args: Args<'_>) -> Outcome {
    parted(heap, &args, last_of, true)
}

fn stripped(heap: &Heap, args: Args<'_>, left: bool, right: bool) -> Outcome {
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

fn changed(heap: &Heap, args: Args<'_>, change: fn(&[u8]) -> Vec<u8>) -> Outcome {
    Ok(bytes(change(own(heap, &args)?.as_slice())))
}

fn swapped(octets: &[u8]) -> Vec<u8> {
    octets
        .iter()
        .map(|b| if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() })
        .collect()
}

fn titled(octets: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let change = |octet: &u8| {
        let made = if inside { octet.to_ascii_lowercase() } else { octet.to_ascii_uppercase() };
        inside = octet.is_ascii_alphabetic();
        made
    };
    octets.iter().map(change).collect()
}

fn capitalized(octets: &[u8]) -> Vec<u8> {
    let mut made = octets.to_ascii_lowercase();
    if let Some(first) = made.first_mut() {
        first.make_ascii_uppercase();
    }
    made
}

fn padded(heap: &Heap, args: Args<'_>, method: &str, left: fn(usize, usize) -> usize) -> Outcome {
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

fn run_zfill(heap: &Heap, args: Args<'_>) -> Outcome {
    let own = own(heap, &args)?;
    let width = crate::value::ops::convert::to_count(heap, args.get(1), 1)?;
    let missing = width.saturating_sub(own.len());
    let (sign, digits) = own
        .as_slice()
        .split_at(usize::from(own.as_slice().first().is_some_and(|b| matches!(b, b'+' | b'-'))));
    Ok(bytes([sign, &vec![b'0'; missing], digits].concat()))
}

fn run_expandtabs(heap: &Heap, args: Args<'_>) -> Outcome {
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

fn run_translate(heap: &Heap, args: Args<'_>) -> Outcome {
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

fn run_maketrans(heap: &Heap, args: Args<'_>) -> Outcome {
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

fn test(heap: &Heap, args: Args<'_>, test: fn(u8) -> bool) -> Outcome {
    let own = own(heap, &args)?;
    Ok(Value::bool(!own.is_empty() && own.as_slice().iter().all(|b| test(*b))))
}

/// Some letter, and none of the wrong case.
fn cased(heap: &Heap, args: Args<'_>, wrong: fn(u8) -> bool) -> Outcome {
    let own = own(heap, &args)?;
    let octets = own.as_slice();
    Ok(Value::bool(octets.iter().any(u8::is_ascii_alphabetic) && !octets.iter().any(|b| wrong(*b))))
}

fn run_isascii(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::bool(own(heap, &args)?.as_slice().is_ascii()))
}
