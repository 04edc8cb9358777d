//! Reading numbers from text: `int(text, base)` and `float(text)`.
//!
//! Digits of every script count, underscores may stand between digits, and white
//! space may stand around. Literals of the language itself are the lexer's.

use std::borrow::Cow;

use num_bigint::{BigInt, BigUint, Sign};

use super::repertoire::{decimal_value, is_space};
use super::repr::{repr_bytes, repr_str};
use crate::value::number::{Fault, Integer, MAX_STR_DIGITS, digits_limit};

/// At most this many characters of a literal are shown in an error.
const SHOWN: usize = 200;

/// `int(text, base)`: a base of 2 to 36, or 0 to take it from a prefix.
pub fn parse_int(text: &str, base: i64) -> Result<Integer, Fault> {
    parse_int_within(text, base, MAX_STR_DIGITS)
}

/// `int(text, base)` under another limit of digits than the usual one.
pub fn parse_int_within(text: &str, base: i64, limit: usize) -> Result<Integer, Fault> {
    let base = valid_base(base)?;
    read_int(plain(text).as_bytes(), base, limit)?.ok_or_else(|| invalid_int(base, &repr_str(text)))
}

/// `int(bytes, base)`.
pub fn parse_int_bytes(bytes: &[u8], base: i64) -> Result<Integer, Fault> {
    let base = valid_base(base)?;
    read_int(bytes, base, MAX_STR_DIGITS)?.ok_or_else(|| invalid_int(base, &repr_bytes(bytes)))
}

fn valid_base(base: i64) -> Result<u32, Fault> {
    match u32::try_from(base) {
        Ok(base @ (0 | 2..=36)) => Ok(base),
        _ => Err(Fault::value("int() base must be >= 2 and <= 36, or 0")),
    }
}

fn invalid_int(base: u32, shown: &str) -> Fault {
    let shown: String = shown.chars().take(SHOWN).collect();
    Fault::value(format!("invalid literal for int() with base {base}: {shown}"))
}

/// The text with spaces and digits of all scripts as ASCII.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let ascii = |c: char| match decimal_value(c) {
        _ if c.is_ascii() => c,
        Some(value) => char::from_digit(value, 10).unwrap_or('?'),
        None if is_space(c) => ' ',
        None => '?',
    };
    Cow::Owned(text.chars().map(ascii).collect())
}

/// Without white space at both ends: C's, which lacks the separators 0x1c to 0x1f.
fn trimmed(mut text: &[u8]) -> &[u8] {
    let space = |b: u8| matches!(b, b'\t'..=b'\r' | b' ');
    while let [first, rest @ ..] = text
        && space(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && space(*last)
    {
        text = rest;
    }
    text
}

/// A leading sign, and what follows it.
fn signed(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

/// `None` if this is no number.
fn read_int(text: &[u8], base: u32, limit: usize) -> Result<Option<Integer>, Fault> {
    let (negative, body) = signed(trimmed(text));
    let (prefix, rest) = match body {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        _ => (0, body),
    };
    let prefixed = prefix != 0 && (base == 0 || base == prefix);
    // One underscore may follow a prefix.
    let digits = match (prefixed, rest) {
        (true, [b'_', rest @ ..]) => rest,
        (true, rest) => rest,
        (false, _) => body,
    };
    let radix = match base {
        0 if prefixed => prefix,
        0 => 10,
        base => base,
    };
    let Some(values) = digit_values(digits, radix) else { return Ok(None) };
    if !radix.is_power_of_two() {
        digits_limit(values.len(), limit)?;
    }
    let old_octal = base == 0 && !prefixed && values.first() == Some(&0);
    if old_octal && values.iter().any(|value| *value != 0) {
        return Ok(None);
    }
    Ok(Some(assembled(&values, radix, negative)))
}

/// The values of digits with single underscores between them.
fn digit_values(digits: &[u8], radix: u32) -> Option<Vec<u8>> {
    let mut values = Vec::with_capacity(digits.len());
    let mut after_digit = false;
    for byte in digits {
        if *byte == b'_' && after_digit {
            after_digit = false;
            continue;
        }
        values.push(char::from(*byte).to_digit(radix)? as u8);
        after_digit = true;
    }
    after_digit.then_some(values)
}

fn assembled(values: &[u8], radix: u32, negative: bool) -> Integer {
    let small = values.iter().try_fold(0i64, |sum, value| {
        let sum = sum.checked_mul(i64::from(radix))?;
        if negative { sum.checked_sub(i64::from(*value)) } else { sum.checked_add(i64::from(*value)) }
    });
    match small {
        Some(small) => Integer::Small(small),
        None => {
            let magnitude = BigUint::from_radix_be(values, radix).unwrap_or_default();
            let sign = if negative { Sign::Minus } else { Sign::Plus };
            Integer::from(BigInt::from_biguint(sign, magnitude))
        }
    }
}

/// `float(text)`.
pub fn parse_float(text: &str) -> Result<f64, Fault> {
    read_float(plain(text).as_bytes()).ok_or_else(|| invalid_float(&repr_str(text)))
}

/// `float(bytes)`.
pub fn parse_float_bytes(bytes: &[u8]) -> Result<f64, Fault> {
    read_float(bytes).ok_or_else(|| invalid_float(&repr_bytes(bytes)))
}

fn invalid_float(shown: &str) -> Fault {
    Fault::value(format!("could not convert string to float: {shown}"))
}

fn read_float(text: &[u8]) -> Option<f64> {
    let text = trimmed(text);
    let (negative, body) = signed(text);
    let size = match body.to_ascii_lowercase().as_slice() {
        b"inf" | b"infinity" => f64::INFINITY,
        b"nan" => f64::NAN,
        _ => decimal_float(body)?,
    };
    Some(if negative { -size } else { size })
}

/// `digits [. digits] [e [sign] digits]` with underscores between digits.
fn decimal_float(body: &[u8]) -> Option<f64> {
    let mut literal = String::with_capacity(body.len());
    let mut before = 0u8;
    for (at, byte) in body.iter().enumerate() {
        match byte {
            b'_' => {
                let after = body.get(at + 1).copied().unwrap_or(0);
                if !before.is_ascii_digit() || !after.is_ascii_digit() {
                    return None;
                }
            }
            // Rust reads the rest as CPython does, but knows other words for the special values.
            b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-' => literal.push(char::from(*byte)),
            _ => return None,
        }
        before = *byte;
    }
    if literal.starts_with(['+', '-']) { None } else { literal.parse().ok() }
}
