//! Between ints and floats, without losing a bit unnoticed.
//!
//! An int becomes the nearest float or an `OverflowError`; a float becomes the
//! int it truncates to; and the two compare by their exact values.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint};
use num_traits::{Signed, ToPrimitive};

use super::fault::Fault;
use super::float::{compose, decompose};
use super::integer::{Integer, IntegerRef};

const TWO_63: f64 = 9_223_372_036_854_775_808.0;

/// `float(n)`: rounded half to even.
pub fn int_to_float(n: IntegerRef<'_>) -> Result<f64, Fault> {
    match n {
        IntegerRef::Small(n) => Ok(n as f64),
        IntegerRef::Big(n) => match magnitude_to_float(n.magnitude()) {
            Some(value) => Ok(if n.is_negative() { -value } else { value }),
            None => Err(Fault::overflow("int too large to convert to float")),
        },
    }
}

/// The nearest float, from the upper 64 bits and a mark for the rest.
fn magnitude_to_float(n: &BigUint) -> Option<f64> {
    let bits = n.bits();
    if bits > 1024 {
        return None;
    }
    let shift = bits.saturating_sub(64);
    let upper = (n >> shift).to_u64()?;
    let sticky = n.trailing_zeros().is_some_and(|zeros| zeros < shift);
    compose(upper | u64::from(sticky), shift as i64)
}

/// `int(x)`: truncated towards zero.
pub fn float_to_int(x: f64) -> Result<Integer, Fault> {
    if x.is_nan() {
        return Err(Fault::value("cannot convert float NaN to integer"));
    }
    if x.is_infinite() {
        return Err(Fault::overflow("cannot convert float infinity to integer"));
    }
    Ok(truncated(x))
}

/// The whole part of a finite float.
pub(super) fn truncated(x: f64) -> Integer {
    if (-TWO_63..TWO_63).contains(&x) {
        return Integer::Small(x as i64);
    }
    let (mantissa, exponent) = decompose(x);
    let magnitude = BigInt::from(mantissa) << exponent.unsigned_abs();
    Integer::from(if x < 0.0 { -magnitude } else { magnitude })
}

/// The exact order of an int and a float; `None` for NaN.
pub fn compare_int_float(n: IntegerRef<'_>, x: f64) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    if let IntegerRef::Small(n) = n {
        if n.unsigned_abs() <= 1 << 53 {
            return (n as f64).partial_cmp(&x);
        }
        if x >= TWO_63 {
            return Some(Ordering::Less);
        }
        if x < -TWO_63 {
            return Some(Ordering::Greater);
        }
    }
    let whole = truncated(x);
    let order = n.compare(whole.as_ref());
    Some(order.then_with(|| 0.0.partial_cmp(&x.fract()).unwrap_or(Ordering::Equal)))
}

/// `n == x`, exactly.
pub fn int_equals_float(n: IntegerRef<'_>, x: f64) -> bool {
    compare_int_float(n, x) == Some(Ordering::Equal)
}

/// `x.is_integer()`.
pub fn is_integer(x: f64) -> bool {
    x.is_finite() && x.trunc() == x
}

/// `x.as_integer_ratio()`: numerator and positive denominator in lowest terms.
pub fn as_integer_ratio(x: f64) -> Result<(Integer, Integer), Fault> {
    if x.is_nan() {
        return Err(Fault::value("cannot convert NaN to integer ratio"));
    }
    if x.is_infinite() {
        return Err(Fault::overflow("cannot convert Infinity to integer ratio"));
    }
    let (mantissa, exponent) = decompose(x);
    if mantissa == 0 {
        return Ok((Integer::ZERO, Integer::Small(1)));
    }
    let zeros = mantissa.trailing_zeros();
    let odd = BigInt::from(mantissa >> zeros);
    let exponent = exponent + i64::from(zeros);
    let signed = if x < 0.0 { -odd } else { odd };
    let power = exponent.unsigned_abs();
    Ok(if exponent >= 0 {
        (Integer::from(signed << power), Integer::Small(1))
    } else {
        (Integer::from(signed), Integer::from(BigInt::from(1) << power))
    })
}
