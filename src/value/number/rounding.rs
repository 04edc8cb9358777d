//! `round`: half to even, of floats and ints, to a number of decimal places.
//!
//! A float is rounded by its exact decimal value, as CPython does it, and not by
//! multiplying and dividing, which rounds twice.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::Signed;

use super::conversion::{float_to_int, int_to_float, truncated};
use super::fault::Fault;
use super::integer::{Integer, IntegerRef};

/// Beyond this many places a float has no digits left to round.
const MOST_PLACES: i64 = 323;
/// Rounding to this power of ten and above gives zero.
const LEAST_PLACES: i64 = -308;

/// `round(x)`: the nearest int.
pub fn round_float_to_int(x: f64) -> Result<Integer, Fault> {
    float_to_int(x.round_ties_even())
}

/// `round(x, places)`.
pub fn round_float(x: f64, places: IntegerRef<'_>) -> Result<f64, Fault> {
    if !x.is_finite() {
        return Ok(x);
    }
    let places = match places.to_i64() {
        Some(places) => places,
        None if places.is_negative() => i64::MIN,
        None => i64::MAX,
    };
    if places > MOST_PLACES {
        return Ok(x);
    }
    if places < LEAST_PLACES {
        return Ok(0.0 * x);
    }
    let rounded = if places >= 0 {
        let text = format!("{x:.width$}", width = places as usize);
        text.parse().unwrap_or(x)
    } else {
        round_whole(x, places.unsigned_abs() as u32)?
    };
    if rounded.is_infinite() { Err(too_large()) } else { Ok(rounded) }
}

fn too_large() -> Fault {
    Fault::overflow("rounded value too large to represent")
}

/// Rounds a finite float to a multiple of a power of ten above one.
fn round_whole(x: f64, power: u32) -> Result<f64, Fault> {
    let unit = BigInt::from(10).pow(power);
    let whole = truncated(x.abs()).into_big();
    let (quotient, rest) = whole.div_rem(&unit);
    let up = rounds_up(&quotient, rest, &unit, x.fract() != 0.0);
    let size = Integer::from((quotient + u8::from(up)) * unit);
    Ok(int_to_float(size.as_ref()).map_err(|_| too_large())?.copysign(x))
}

/// `round(n, places)` of an int: only negative places change it.
pub fn round_int(n: IntegerRef<'_>, places: IntegerRef<'_>) -> Integer {
    if !places.is_negative() {
        return n.to_owned();
    }
    let n = n.to_big();
    // 10^power is more than twice as large as n: the result is 0, and 10^power need not exist.
    let most = n.bits() / 3 + 2;
    let power = match places.to_i64().map(i64::unsigned_abs) {
        Some(power) if power <= most => power as u32,
        _ => return Integer::ZERO,
    };
    let unit = BigInt::from(10).pow(power);
    let (quotient, rest) = n.abs().div_rem(&unit);
    let up = rounds_up(&quotient, rest, &unit, false);
    let size = (quotient + u8::from(up)) * unit;
    Integer::from(if n.is_negative() { -size } else { size })
}

/// Whether `quotient * unit + rest` is nearer to the next multiple of the unit;
/// `more` says that the rest stands for a little more than itself.
fn rounds_up(quotient: &BigInt, rest: BigInt, unit: &BigInt, more: bool) -> bool {
    match (rest << 1u32).cmp(unit) {
        Ordering::Less => false,
        Ordering::Equal => more || quotient.is_odd(),
        Ordering::Greater => true,
    }
}
