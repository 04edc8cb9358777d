//! `format(value, spec)` of the built-in scalar types.
//!
//! Which presentation types a type has, and which options they refuse. An int
//! takes the types of floats too, and is converted; a float takes none of ints.

use super::float::{Digits, Style, float_repr, is_zero};
use super::layout::{Parts, bounded, padded};
use super::spec::{Align, FormatSpec, Sign};
use crate::value::number::{Fault, FaultKind, IntegerRef, decimal, int_to_float, radix};

/// `format(text, spec)`.
pub fn format_str(text: &str, spec: &FormatSpec) -> Result<String, Fault> {
    if let Some(kind) = spec.kind.filter(|kind| *kind != 's') {
        return Err(spec.unknown_kind(kind));
    }
    let refused = |what: &str| Err(Fault::value(format!("{what} not allowed in string format specifier")));
    match spec.sign {
        Some(Sign::Space) => return refused("Space"),
        Some(Sign::Plus | Sign::Minus) => return refused("Sign"),
        None => {}
    }
    if spec.no_negative_zero {
        return refused("Negative zero coercion (z)");
    }
    if spec.alternate {
        return refused("Alternate form (#)");
    }
    if spec.align == Align::AfterSign {
        return refused("'=' alignment");
    }
    let end = spec.precision.and_then(|most| text.char_indices().nth(most)).map_or(text.len(), |(at, _)| at);
    padded(text.get(..end).unwrap_or(text), spec)
}

/// `format(b, spec)` of a bool: its name, or with any option the number.
pub fn format_bool(value: bool, spec: &FormatSpec) -> Result<String, Fault> {
    if spec.is_empty {
        return Ok(if value { "True" } else { "False" }.to_owned());
    }
    format_int(IntegerRef::Small(i64::from(value)), spec)
}

/// `format(n, spec)` of an int.
pub fn format_int(n: IntegerRef<'_>, spec: &FormatSpec) -> Result<String, Fault> {
    let base = match spec.kind {
        None | Some('d' | 'n') => 10,
        Some('b') => 2,
        Some('o') => 8,
        Some('x' | 'X') => 16,
        Some('c') => {
            refuse_for_int(spec)?;
            return format_character(n, spec);
        }
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => return format_float(int_to_float(n)?, spec),
        Some(kind) => return Err(spec.unknown_kind(kind)),
    };
    refuse_for_int(spec)?;
    let text = if base == 10 { decimal(n)? } else { radix(n, base) };
    let upper = spec.kind == Some('X');
    let text = if upper { text.to_ascii_uppercase() } else { text };
    let prefix = match (spec.alternate, base) {
        (true, 2) => "0b",
        (true, 8) => "0o",
        (true, 16) if upper => "0X",
        (true, 16) => "0x",
        _ => "",
    };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    Parts { negative: n.is_negative(), prefix, digits, rest: "" }.lay_out(spec)
}

fn refuse_for_int(spec: &FormatSpec) -> Result<(), Fault> {
    if spec.precision.is_some() {
        return Err(Fault::value("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(Fault::value("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    Ok(())
}

/// The type `c`: the character with that code.
fn format_character(n: IntegerRef<'_>, spec: &FormatSpec) -> Result<String, Fault> {
    let refused =
        |what: &str| Err(Fault::value(format!("{what} not allowed with integer format specifier 'c'")));
    if spec.sign.is_some() {
        return refused("Sign");
    }
    if spec.alternate {
        return refused("Alternate form (#)");
    }
    let code = n.to_i64().ok_or_else(|| Fault::overflow("Python int too large to convert to C long"))?;
    let text = character(code)?.to_string();
    Parts { negative: false, prefix: "", digits: "", rest: &text }.lay_out(spec)
}

/// The character of a code. Lone surrogates are no characters here.
pub(super) fn character(code: i64) -> Result<char, Fault> {
    let outside = || Fault::new(FaultKind::OverflowError, "%c arg not in range(0x110000)");
    match u32::try_from(code) {
        Ok(code @ 0xd800..=0xdfff) => Err(Fault::value(format!("surrogates not allowed: {code:#x}"))),
        Ok(code) => char::from_u32(code).ok_or_else(outside),
        Err(_) => Err(outside()),
    }
}

/// `format(x, spec)` of a float.
pub fn format_float(x: f64, spec: &FormatSpec) -> Result<String, Fault> {
    if spec.is_empty {
        return Ok(float_repr(x));
    }
    let (style, upper) = match spec.kind {
        None => (Style::Plain, false),
        Some('e') => (Style::Exponent, false),
        Some('E') => (Style::Exponent, true),
        Some('f' | '%') => (Style::Fixed, false),
        Some('F') => (Style::Fixed, true),
        Some('g' | 'n') => (Style::General, false),
        Some('G') => (Style::General, true),
        Some(kind) => return Err(spec.unknown_kind(kind)),
    };
    let precision = spec.precision.map(checked_precision).transpose()?;
    let percent = spec.kind == Some('%');
    let x = if percent { x * 100.0 } else { x };
    let mut text = Digits { style, precision, alternate: spec.alternate, upper }.write(x);
    let negative = x.is_sign_negative() && !x.is_nan() && !(spec.no_negative_zero && is_zero(&text));
    if percent {
        text.push('%');
    }
    let whole = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(whole);
    Parts { negative, prefix: "", digits, rest }.lay_out(spec)
}

/// A precision of floats is a C int to CPython.
fn checked_precision(precision: usize) -> Result<usize, Fault> {
    if precision > i32::MAX as usize {
        return Err(Fault::value("precision too big"));
    }
    bounded(precision)
}
