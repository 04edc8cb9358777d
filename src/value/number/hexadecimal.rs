//! Floats as hexadecimal text: `float.hex` and `float.fromhex`.
//!
//! Written exactly; read with one rounding, half to even.

use super::fault::Fault;
use super::float::compose;

/// The exponent of a literal is clamped here; far outside of what a float holds
/// even after the longest row of digits that memory has room for.
const FAR: i64 = 1 << 48;

/// `x.hex()`.
pub fn float_to_hex(x: f64) -> String {
    rustpython_literal::float::to_hex(x)
}

/// `float.fromhex(text)`.
pub fn float_from_hex(text: &str) -> Result<f64, Fault> {
    let invalid = || Fault::value("invalid hexadecimal floating-point string");
    let body = text.trim_matches(|c: char| c == ' ' || ('\t'..='\r').contains(&c));
    let (negative, body) = signed(body);
    let size = match special(body) {
        Some(size) => size,
        None => {
            let (mantissa, exponent, rest) = read(body).ok_or_else(invalid)?;
            let size = compose(mantissa, exponent)
                .ok_or_else(|| Fault::overflow("hexadecimal value too large to represent as a float"))?;
            if rest.is_empty() { size } else { return Err(invalid()) }
        }
    };
    Ok(if negative { -size } else { size })
}

/// Whether a minus sign leads, and what follows the sign.
fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn special(body: &str) -> Option<f64> {
    if body.eq_ignore_ascii_case("inf") || body.eq_ignore_ascii_case("infinity") {
        return Some(f64::INFINITY);
    }
    body.eq_ignore_ascii_case("nan").then_some(f64::NAN)
}

/// `[0x] digits [. digits] [p exponent]` as a mantissa, whose lowest bit stands
/// for all that did not fit, an exponent of two, and what follows the literal.
fn read(body: &str) -> Option<(u64, i64, &str)> {
    let body = body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")).unwrap_or(body);
    let (digits, (power, rest)) = match body.split_once(['p', 'P']) {
        Some((digits, power)) => (digits, exponent(power)?),
        None => (body, (0, "")),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut mantissa = 0u64;
    let mut dropped = 0i64;
    for c in whole.chars().chain(fraction.chars()) {
        let digit = u64::from(c.to_digit(16)?);
        if mantissa >> 60 == 0 {
            mantissa = mantissa << 4 | digit;
        } else {
            mantissa |= u64::from(digit != 0);
            dropped += 1;
        }
    }
    Some((mantissa, power + 4 * (dropped - fraction.len() as i64), rest))
}

/// A decimal exponent with an optional sign, clamped, and what follows its digits.
fn exponent(text: &str) -> Option<(i64, &str)> {
    let (negative, digits) = signed(text);
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = digits.strip_suffix(rest)?;
    if digits.is_empty() {
        return None;
    }
    let value = digits.bytes().fold(0i64, |value, b| (value * 10 + i64::from(b - b'0')).min(FAR));
    Some((if negative { -value } else { value }, rest))
}
