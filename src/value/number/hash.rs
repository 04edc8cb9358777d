//! Hashes of numbers: equal numbers of different types hash alike.
//!
//! CPython's scheme on 64-bit machines: reduction modulo the Mersenne prime
//! 2^61 - 1, the sign kept, and -1 replaced by -2. A bool hashes as the int.

use num_bigint::BigUint;
use num_integer::Integer as _;
use num_traits::{Signed, ToPrimitive, Zero};

use super::float::decompose;
use super::integer::IntegerRef;

/// The prime 2^61 - 1.
const MODULUS: u64 = (1 << 61) - 1;
const HASH_BITS: i64 = 61;
const INFINITY: i64 = 314_159;

/// `hash(n)`.
pub fn hash_int(n: IntegerRef<'_>) -> i64 {
    match n {
        IntegerRef::Small(n) => signed(n.unsigned_abs() % MODULUS, n < 0),
        IntegerRef::Big(n) => signed(reduce(n.magnitude()), n.is_negative()),
    }
}

/// `hash(x)`; `None` for NaN, which hashes by the identity of its object.
pub fn hash_float(x: f64) -> Option<i64> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { INFINITY } else { -INFINITY });
    }
    let (mantissa, exponent) = decompose(x);
    // 2^61 is 1 modulo the prime, so a power of two is a rotation.
    let turn = exponent.rem_euclid(HASH_BITS) as u32;
    let wide = (u128::from(mantissa % MODULUS) << turn) % u128::from(MODULUS);
    Some(signed(wide as u64, x < 0.0))
}

/// The hash of the rational number `numerator / denominator` (fractions, decimals).
pub fn hash_ratio(numerator: IntegerRef<'_>, denominator: IntegerRef<'_>) -> i64 {
    let below = reduce(denominator.to_big().magnitude());
    if below == 0 {
        return if numerator.is_negative() { -INFINITY } else { INFINITY };
    }
    let above = reduce(numerator.to_big().magnitude());
    signed(multiply(above, inverse(below)), numerator.is_negative())
}

fn signed(residue: u64, negative: bool) -> i64 {
    let hash = residue as i64;
    match if negative { -hash } else { hash } {
        -1 => -2,
        hash => hash,
    }
}

fn reduce(n: &BigUint) -> u64 {
    if n.is_zero() {
        return 0;
    }
    n.mod_floor(&BigUint::from(MODULUS)).to_u64().unwrap_or(0)
}

fn multiply(a: u64, b: u64) -> u64 {
    ((u128::from(a) * u128::from(b)) % u128::from(MODULUS)) as u64
}

/// The inverse modulo the prime, by Fermat's theorem.
fn inverse(n: u64) -> u64 {
    let mut result = 1;
    let mut square = n;
    let mut exponent = MODULUS - 2;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, square);
        }
        square = multiply(square, square);
        exponent >>= 1;
    }
    result
}
