//! Float division with Python's sign rules, and composing a float from parts.
//!
//! The remainder takes the sign of the divisor and the quotient is floored, as
//! CPython does it on top of C's `fmod`. `compose` is the one place that rounds
//! an exact binary number to a float; conversions and true division share it.

use super::fault::Fault;

/// `a / b`.
pub fn float_div(a: f64, b: f64) -> Result<f64, Fault> {
    if b == 0.0 {
        return Err(Fault::zero_division("float division by zero"));
    }
    Ok(a / b)
}

/// `a // b`.
pub fn float_floor_div(a: f64, b: f64) -> Result<f64, Fault> {
    if b == 0.0 {
        return Err(Fault::zero_division("float floor division by zero"));
    }
    Ok(floored(a, b).0)
}

/// `a % b`.
pub fn float_mod(a: f64, b: f64) -> Result<f64, Fault> {
    if b == 0.0 {
        return Err(Fault::zero_division("float modulo"));
    }
    Ok(floored(a, b).1)
}

/// `divmod(a, b)`.
pub fn float_divmod(a: f64, b: f64) -> Result<(f64, f64), Fault> {
    if b == 0.0 {
        return Err(Fault::zero_division("float divmod()"));
    }
    Ok(floored(a, b))
}

/// Floored quotient and remainder of a division by something that is not zero.
fn floored(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder == 0.0 {
        remainder = 0.0_f64.copysign(b);
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0_f64.copysign(a / b), remainder);
    }
    let mut floor = quotient.floor();
    if quotient - floor > 0.5 {
        floor += 1.0;
    }
    (floor, remainder)
}

/// `mantissa * 2^exponent`, rounded once, half to even, subnormals included.
///
/// A caller that dropped bits below the mantissa sets its lowest bit, and has at
/// least 55 bits above it. `None` when the result is too large for a float.
pub(super) fn compose(mantissa: u64, exponent: i64) -> Option<f64> {
    if mantissa == 0 {
        return Some(0.0);
    }
    let top = exponent + i64::from(64 - mantissa.leading_zeros());
    if top > 1024 {
        return None;
    }
    let lowest = (top - 53).max(-1074);
    let drop = lowest - exponent;
    let value = if drop <= 0 {
        scale(mantissa as f64, exponent)
    } else if drop > 64 {
        0.0
    } else {
        scale(round_off(mantissa, drop as u32) as f64, lowest)
    };
    value.is_finite().then_some(value)
}

/// `mantissa / 2^drop` rounded half to even; `drop` is 1 to 64.
fn round_off(mantissa: u64, drop: u32) -> u64 {
    let wide = u128::from(mantissa);
    let kept = wide >> drop;
    let rest = wide & ((1u128 << drop) - 1);
    let half = 1u128 << (drop - 1);
    let up = rest > half || (rest == half && kept & 1 == 1);
    (kept + u128::from(up)) as u64
}

/// `value * 2^exponent` in steps that stay within range; exact when the result
/// has room for the bits of `value`.
pub(super) fn scale(value: f64, exponent: i64) -> f64 {
    let mut value = value;
    let mut left = exponent;
    while left > 1000 && value.is_finite() {
        value *= power_of_two(1000);
        left -= 1000;
    }
    while left < -1000 && value != 0.0 {
        value *= power_of_two(-1000);
        left += 1000;
    }
    value * power_of_two(left.clamp(-1000, 1000))
}

/// `2^exponent` for exponents of normal floats.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// A finite float's magnitude as `mantissa * 2^exponent`, the mantissa below 2^53.
pub(super) fn decompose(value: f64) -> (u64, i64) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52) & 0x7ff {
        0 => (fraction, -1074),
        biased => (fraction | 1 << 52, biased as i64 - 1075),
    }
}
