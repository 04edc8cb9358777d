//! Ints as two's complement bit strings of unlimited length.
//!
//! Shifts, logical operators and counts of bits. Bytes are in `bytes.rs`.

use num_traits::Signed;

use super::fault::Fault;
use super::integer::{Integer, IntegerRef};

/// Shifts beyond this many bits are a `MemoryError` (8 GB).
const MOST_BITS: u64 = 1 << 36;

/// `a & b`.
pub fn bit_and(a: IntegerRef<'_>, b: IntegerRef<'_>) -> Integer {
    match (a, b) {
        (IntegerRef::Small(a), IntegerRef::Small(b)) => Integer::Small(a & b),
        (a, b) => Integer::from(a.to_big() & b.to_big()),
    }
}

/// `a | b`.
pub fn bit_or(a: IntegerRef<'_>, b: IntegerRef<'_>) -> Integer {
    match (a, b) {
        (IntegerRef::Small(a), IntegerRef::Small(b)) => Integer::Small(a | b),
        (a, b) => Integer::from(a.to_big() | b.to_big()),
    }
}

/// `a ^ b`.
pub fn bit_xor(a: IntegerRef<'_>, b: IntegerRef<'_>) -> Integer {
    match (a, b) {
        (IntegerRef::Small(a), IntegerRef::Small(b)) => Integer::Small(a ^ b),
        (a, b) => Integer::from(a.to_big() ^ b.to_big()),
    }
}

/// `~a`.
pub fn invert(a: IntegerRef<'_>) -> Integer {
    match a {
        IntegerRef::Small(a) => Integer::Small(!a),
        IntegerRef::Big(a) => Integer::from(!a),
    }
}

/// `a << count`.
pub fn shift_left(a: IntegerRef<'_>, count: IntegerRef<'_>) -> Result<Integer, Fault> {
    if count.is_negative() {
        return Err(Fault::value("negative shift count"));
    }
    if a.is_zero() {
        return Ok(Integer::ZERO);
    }
    let count = count.to_i64().map_or(u64::MAX, i64::unsigned_abs);
    if bit_length(a).saturating_add(count) > MOST_BITS {
        return Err(Fault::memory());
    }
    if let IntegerRef::Small(a) = a
        && count < 64
    {
        return Ok(Integer::from(i128::from(a) << count));
    }
    Ok(Integer::from(a.to_big() << count))
}

/// `a >> count`, rounded down.
pub fn shift_right(a: IntegerRef<'_>, count: IntegerRef<'_>) -> Result<Integer, Fault> {
    if count.is_negative() {
        return Err(Fault::value("negative shift count"));
    }
    let count = count.to_i64().map_or(u64::MAX, i64::unsigned_abs);
    Ok(match a {
        IntegerRef::Small(a) => Integer::Small(a >> count.min(63)),
        IntegerRef::Big(a) if count >= a.bits() => Integer::Small(if a.is_negative() { -1 } else { 0 }),
        IntegerRef::Big(a) => Integer::from(a >> count),
    })
}

/// `a.bit_length()`: bits of the magnitude.
pub fn bit_length(a: IntegerRef<'_>) -> u64 {
    match a {
        IntegerRef::Small(a) => u64::from(64 - a.unsigned_abs().leading_zeros()),
        IntegerRef::Big(a) => a.bits(),
    }
}

/// `a.bit_count()`: ones of the magnitude.
pub fn bit_count(a: IntegerRef<'_>) -> u64 {
    match a {
        IntegerRef::Small(a) => u64::from(a.unsigned_abs().count_ones()),
        IntegerRef::Big(a) => a.magnitude().count_ones(),
    }
}
