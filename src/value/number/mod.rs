//! Arithmetic with Python's rules on Rust primitives.
//!
//! Integers are a pair of shapes (`i64`, or a big integer outside that range),
//! floats are `f64`. Every function gives CPython 3.12's result, and CPython's
//! error text where CPython raises. Nothing here knows the language's `Value`:
//! the caller unpacks operands, and turns a [`Fault`] into its exception.

mod bits;
mod bytes;
mod conversion;
mod decimal;
mod distribution;
mod division;
mod fault;
mod float;
mod gamma;
mod hash;
mod hexadecimal;
mod integer;
mod mersenne;
mod power;
mod rounding;
mod theory;

pub use bits::{bit_and, bit_count, bit_length, bit_or, bit_xor, invert, shift_left, shift_right};
pub use bytes::{ByteOrder, from_bytes, to_bytes};
pub use conversion::{
    as_integer_ratio, compare_int_float, float_to_int, int_equals_float, int_to_float, is_integer,
};
pub use decimal::{MAX_STR_DIGITS, decimal, decimal_within, digits_limit, radix};
pub use division::{divmod, floor_div, modulo, true_div};
pub use fault::{Fault, FaultKind};
pub use float::{float_div, float_divmod, float_floor_div, float_mod};
pub use gamma::{gamma, log_gamma};
pub use hash::{hash_float, hash_int, hash_ratio};
pub use hexadecimal::{float_from_hex, float_to_hex};
pub use integer::{Integer, IntegerRef};
pub use mersenne::{Mersenne, State};
pub use power::{Power, float_pow, int_pow, int_pow_mod};
pub use rounding::{round_float, round_float_to_int, round_int};
pub use theory::{comb, factorial, gcd, isqrt, lcm, perm};
