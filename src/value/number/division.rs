//! Division of ints: floored, with remainder, and true.
//!
//! The quotient is floored and the remainder has the divisor's sign. True
//! division rounds the exact quotient once, however large the operands are.

use num_bigint::BigUint;
use num_integer::Integer as _;
use num_traits::{ToPrimitive, Zero};

use super::fault::Fault;
use super::float::compose;
use super::integer::{Integer, IntegerRef};

const BY_ZERO: &str = "integer division or modulo by zero";

/// `a // b`.
pub fn floor_div(a: IntegerRef<'_>, b: IntegerRef<'_>) -> Result<Integer, Fault> {
    if b.is_zero() {
        return Err(Fault::zero_division(BY_ZERO));
    }
    Ok(match (a, b) {
        (IntegerRef::Small(a), IntegerRef::Small(b)) => {
            small(num_integer::Integer::div_floor(&i128::from(a), &i128::from(b)))
        }
        (a, b) => Integer::from(a.to_big().div_floor(&b.to_big())),
    })
}

/// `a % b`.
pub fn modulo(a: IntegerRef<'_>, b: IntegerRef<'_>) -> Result<Integer, Fault> {
    if b.is_zero() {
        return Err(Fault::zero_division("integer modulo by zero"));
    }
    Ok(match (a, b) {
        (IntegerRef::Small(a), IntegerRef::Small(b)) => small(i128::from(a).mod_floor(&i128::from(b))),
        (a, b) => Integer::from(a.to_big().mod_floor(&b.to_big())),
    })
}

/// `divmod(a, b)`.
pub fn divmod(a: IntegerRef<'_>, b: IntegerRef<'_>) -> Result<(Integer, Integer), Fault> {
    if b.is_zero() {
        return Err(Fault::zero_division(BY_ZERO));
    }
    Ok(match (a, b) {
        (IntegerRef::Small(a), IntegerRef::Small(b)) => {
            let (quotient, remainder) = i128::from(a).div_mod_floor(&i128::from(b));
            (small(quotient), small(remainder))
        }
        (a, b) => {
            let (quotient, remainder) = a.to_big().div_mod_floor(&b.to_big());
            (Integer::from(quotient), Integer::from(remainder))
        }
    })
}

/// The widened arithmetic exists for one case only: the least int by -1.
fn small(n: i128) -> Integer {
    Integer::from(n)
}

/// `a / b`: the float nearest to the exact quotient.
pub fn true_div(a: IntegerRef<'_>, b: IntegerRef<'_>) -> Result<f64, Fault> {
    const EXACT: u64 = 1 << 53;
    if b.is_zero() {
        return Err(Fault::zero_division("division by zero"));
    }
    if let (IntegerRef::Small(a), IntegerRef::Small(b)) = (a, b)
        && a.unsigned_abs() <= EXACT
        && b.unsigned_abs() <= EXACT
    {
        return Ok(a as f64 / b as f64);
    }
    let negative = a.is_negative() != b.is_negative();
    if a.is_zero() {
        return Ok(if negative { -0.0 } else { 0.0 });
    }
    match quotient(a.to_big().magnitude(), b.to_big().magnitude()) {
        Some(value) => Ok(if negative { -value } else { value }),
        None => Err(Fault::overflow("integer division result too large for a float")),
    }
}

/// The nearest float to a quotient of positive numbers, or `None` if it is too large.
fn quotient(a: &BigUint, b: &BigUint) -> Option<f64> {
    // A quotient of 61 or 62 bits: enough to round once, after the remainder
    // has left its mark in the lowest bit.
    let shift = 61 - (a.bits() as i64 - b.bits() as i64);
    if shift > 1300 {
        return Some(0.0);
    }
    let (whole, rest) =
        if shift >= 0 { (a << shift as u64).div_rem(b) } else { a.div_rem(&(b << shift.unsigned_abs())) };
    let bits = whole.to_u64()?;
    compose(bits | u64::from(!rest.is_zero()), -shift)
}
