//! Functions between values and their text: `repr`, `ascii`, `format`, `chr`, `ord`.
//!
//! What a value shows is in `value::ops::show`, escapes are in `value::text`. Text is valid Unicode
//! here, so `chr` refuses surrogates.

use crate::builtins::argument;
use crate::value::ops::convert::to_index;
use crate::value::ops::show;
use crate::value::ops::types::type_name;
use crate::value::text;
use crate::value::{Args, Heap, NativeFunction, Outcome, Value};

pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "repr",
        "(object, /)",
        "The text of a value as a program would write it.",
        &[("repr('a')", "\"'a'\""), ("repr([1, None])", "'[1, None]'")],
        run_repr,
    ),
    NativeFunction::new(
        "ascii",
        "(object, /)",
        "Like `repr`, with everything outside of ASCII escaped.",
        &[("ascii('é')", "\"'\\\\xe9'\"")],
        run_ascii,
    ),
    NativeFunction::new(
        "format",
        "(value, format_spec='', /)",
        "The text of a value, laid out by a format.",
        &[("format(3.14159, '.2f')", "'3.14'"), ("format(255, '#x')", "'0xff'")],
        run_format,
    ),
    NativeFunction::new(
        "chr",
        "(i, /)",
        "The character with this Unicode number.",
        &[("chr(65)", "'A'"), ("chr(8364)", "'€'")],
        run_chr,
    ),
    NativeFunction::new(
        "ord",
        "(c, /)",
        "The Unicode number of a character.",
        &[("ord('A')", "65"), ("ord('€')", "8364")],
        run_ord,
    ),
];

fn run_repr(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(show::repr(heap, args.get(0))?.into())
}

fn run_ascii(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(text::escape_non_ascii(show::repr(heap, args.get(0))?).into())
}

fn run_format(heap: &Heap, args: Args<'_>) -> Outcome {
    let made = match args.get(1) {
        Value::Unbound => show::format(heap, args.get(0), "")?,
        spec => {
            show::format(heap, args.get(0), argument::text_of(heap, spec, "format() argument 2")?.as_str())?
        }
    };
    Ok(made.into())
}

fn run_chr(heap: &Heap, args: Args<'_>) -> Outcome {
    let code = match args.get(0) {
        Value::Int(n) => *n,
        other => match to_index(heap, other)? {
            Value::Int(n) => n,
            _ => return Err(heap.overflow_error("Python int too large to convert to C int")),
        },
    };
    if i32::try_from(code).is_err() {
        let way = if code < 0 { "less than minimum" } else { "greater than maximum" };
        return Err(heap.overflow_error(format!("signed integer is {way}")));
    }
    if !(0..0x11_0000).contains(&code) {
        return Err(heap.value_error("chr() arg not in range(0x110000)"));
    }
    match char::from_u32(code as u32) {
        Some(c) => Ok(heap.char_value(c)),
        // A half of a surrogate pair is no character, and text here is always valid Unicode.
        None => Err(heap.value_error("chr() arg is a surrogate, which is no character")),
    }
}

fn run_ord(heap: &Heap, args: Args<'_>) -> Outcome {
    if let Value::Str(text) = args.get(0)
        && text.len() == 1
        && let Some(c) = text.char_at(0)
    {
        return Ok(Value::Int(i64::from(u32::from(c))));
    }
    if let Some(text) = argument::text(args.get(0)) {
        return match (text.len(), text.char_at(0)) {
            (1, Some(c)) => Ok(Value::Int(i64::from(u32::from(c)))),
            (length, _) => {
                Err(heap
                    .type_error(format!("ord() expected a character, but string of length {length} found")))
            }
        };
    }
    match argument::bytes(args.get(0)) {
        Some(bytes) => match bytes.as_slice() {
            [byte] => Ok(Value::Int(i64::from(*byte))),
            more => Err(heap.type_error(format!(
                "ord() expected a character, but string of length {} found",
                more.len()
            ))),
        },
        None => Err(heap
            .type_error(format!("ord() expected string of length 1, but {} found", type_name(args.get(0))))),
    }
}
