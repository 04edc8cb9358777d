//! Ints as digits, in base 10 and in other bases.
//!
//! CPython refuses to convert an int of more than 4300 decimal digits, since the
//! conversion takes quadratic time; powers of two as bases are free. Reading
//! digits is `text::numeral`'s duty, which shares the limit.

use num_bigint::BigInt;
use num_traits::Signed;

use super::fault::Fault;
use super::integer::IntegerRef;

/// The limit of decimal digits that a conversion accepts, unless it is set otherwise.
pub const MAX_STR_DIGITS: usize = 4300;

/// `str(n)` under the default limit.
pub fn decimal(n: IntegerRef<'_>) -> Result<String, Fault> {
    decimal_within(n, MAX_STR_DIGITS)
}

/// `str(n)` under a limit of digits; 0 is no limit.
pub fn decimal_within(n: IntegerRef<'_>, limit: usize) -> Result<String, Fault> {
    match n {
        IntegerRef::Small(n) => Ok(n.to_string()),
        IntegerRef::Big(n) => {
            // A digit is worth at least 3.32 bits: what is certainly too long is not converted.
            let floor = (n.bits().saturating_sub(1) as f64 * std::f64::consts::LOG10_2) as usize;
            if limit != 0 && floor > limit {
                return Err(too_long(limit));
            }
            let text = n.to_string();
            let digits = text.len() - usize::from(n.is_negative());
            if limit != 0 && digits > limit { Err(too_long(limit)) } else { Ok(text) }
        }
    }
}

fn too_long(limit: usize) -> Fault {
    Fault::value(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    ))
}

/// Refuses a literal of more digits than the limit (0 is none).
pub fn digits_limit(digits: usize, limit: usize) -> Result<(), Fault> {
    if limit == 0 || digits <= limit {
        return Ok(());
    }
    Err(Fault::value(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
         use sys.set_int_max_str_digits() to increase the limit"
    )))
}

/// The digits of `n` in a base of 2 to 36, lower case, with a minus sign and no prefix.
pub fn radix(n: IntegerRef<'_>, base: u32) -> String {
    let base = base.clamp(2, 36);
    match n {
        IntegerRef::Small(n) => match base {
            2 => signed(n, format!("{:b}", n.unsigned_abs())),
            8 => signed(n, format!("{:o}", n.unsigned_abs())),
            16 => signed(n, format!("{:x}", n.unsigned_abs())),
            _ => BigInt::from(n).to_str_radix(base),
        },
        IntegerRef::Big(n) => n.to_str_radix(base),
    }
}

fn signed(n: i64, digits: String) -> String {
    if n < 0 { format!("-{digits}") } else { digits }
}
