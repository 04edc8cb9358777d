//! Powers: of ints, modulo an int, and of floats.
//!
//! A negative exponent takes ints to floats; a negative base with a fraction as
//! exponent takes floats to the complex plane. Both are CPython's rules.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{One, Signed, Zero};

use super::conversion::int_to_float;
use super::fault::Fault;
use super::integer::{Integer, IntegerRef};

/// Powers that would need more bits than this are a `MemoryError` (8 GB).
const MOST_BITS: u64 = 1 << 36;

/// What a power can be.
#[derive(Clone, PartialEq, Debug)]
pub enum Power {
    Integer(Integer),
    Float(f64),
    /// Real and imaginary part; only for a negative base and a fraction.
    Complex(f64, f64),
}

/// `base ** exponent` of ints.
pub fn int_pow(base: IntegerRef<'_>, exponent: IntegerRef<'_>) -> Result<Power, Fault> {
    if exponent.is_negative() {
        return float_pow(int_to_float(base)?, int_to_float(exponent)?);
    }
    if let IntegerRef::Small(small @ (-1..=1)) = base {
        let result = match small {
            _ if exponent.is_zero() => 1,
            -1 if exponent.is_odd() => -1,
            0 => 0,
            _ => 1,
        };
        return Ok(Power::Integer(Integer::Small(result)));
    }
    let exponent = exponent.to_i64().and_then(|e| u32::try_from(e).ok()).ok_or_else(Fault::memory)?;
    if let IntegerRef::Small(small) = base
        && let Some(result) = small.checked_pow(exponent)
    {
        return Ok(Power::Integer(Integer::Small(result)));
    }
    let base = base.to_big();
    if base.bits().saturating_sub(1).saturating_mul(u64::from(exponent)) > MOST_BITS {
        return Err(Fault::memory());
    }
    Ok(Power::Integer(Integer::from(base.pow(exponent))))
}

/// `pow(base, exponent, modulus)`; the result has the sign of the modulus.
pub fn int_pow_mod(
    base: IntegerRef<'_>,
    exponent: IntegerRef<'_>,
    modulus: IntegerRef<'_>,
) -> Result<Integer, Fault> {
    if modulus.is_zero() {
        return Err(Fault::value("pow() 3rd argument cannot be 0"));
    }
    let modulus = modulus.to_big();
    let size = modulus.abs();
    if size.is_one() {
        return Ok(Integer::ZERO);
    }
    let mut base = base.to_big().mod_floor(&size);
    let mut exponent = exponent.to_big();
    if exponent.is_negative() {
        base =
            base.modinv(&size).ok_or_else(|| Fault::value("base is not invertible for the given modulus"))?;
        exponent = -exponent;
    }
    let result: BigInt = base.modpow(&exponent, &size);
    Ok(Integer::from(if modulus.is_negative() && !result.is_zero() { result - size } else { result }))
}

/// `base ** exponent` of floats.
pub fn float_pow(base: f64, exponent: f64) -> Result<Power, Fault> {
    if let Some(special) = special_power(base, exponent)? {
        return Ok(Power::Float(special));
    }
    if base < 0.0 && exponent.floor() != exponent {
        let length = (-base).powf(exponent);
        let phase = std::f64::consts::PI * exponent;
        let (re, im) = (length * phase.cos(), length * phase.sin());
        if !re.is_finite() || !im.is_finite() {
            return Err(Fault::overflow("complex exponentiation"));
        }
        return Ok(Power::Complex(re, im));
    }
    let size = base.abs();
    let result = if size == 1.0 { 1.0 } else { size.powf(exponent) };
    if result.is_infinite() {
        return Err(Fault::out_of_range());
    }
    Ok(Power::Float(if base < 0.0 && is_odd(exponent) { -result } else { result }))
}

/// The cases that IEEE 754 fixes and that are no errors of range, and 0 to a
/// negative power, which is one.
fn special_power(base: f64, exponent: f64) -> Result<Option<f64>, Fault> {
    if exponent == 0.0 || base == 1.0 {
        return Ok(Some(1.0));
    }
    if base.is_nan() || exponent.is_nan() {
        return Ok(Some(if base.is_nan() { base } else { exponent }));
    }
    if exponent.is_infinite() {
        let size = base.abs();
        return Ok(Some(if size == 1.0 {
            1.0
        } else if (exponent > 0.0) == (size > 1.0) {
            f64::INFINITY
        } else {
            0.0
        }));
    }
    if base.is_infinite() {
        let size: f64 = if exponent > 0.0 { f64::INFINITY } else { 0.0 };
        return Ok(Some(if is_odd(exponent) { size.copysign(base) } else { size }));
    }
    if base == 0.0 {
        if exponent < 0.0 {
            return Err(Fault::zero_division("0.0 cannot be raised to a negative power"));
        }
        return Ok(Some(if is_odd(exponent) { base } else { 0.0 }));
    }
    Ok(None)
}

fn is_odd(x: f64) -> bool {
    (x % 2.0).abs() == 1.0
}
