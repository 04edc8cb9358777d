//! Ints as bytes: `int.to_bytes` and `int.from_bytes`.
//!
//! Two's complement if signed, of a length that the program gives; a number that
//! does not fit is an `OverflowError`.

use num_bigint::{BigInt, Sign};

use super::fault::Fault;
use super::integer::{Integer, IntegerRef};

/// Which end of the bytes is the most significant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ByteOrder {
    Big,
    Little,
}

impl ByteOrder {
    /// From the argument `byteorder`.
    pub fn parse(text: &str) -> Result<ByteOrder, Fault> {
        match text {
            "big" => Ok(ByteOrder::Big),
            "little" => Ok(ByteOrder::Little),
            _ => Err(Fault::value("byteorder must be either 'little' or 'big'")),
        }
    }
}

/// `n.to_bytes(length, order, signed=signed)`.
pub fn to_bytes(n: IntegerRef<'_>, length: i64, order: ByteOrder, signed: bool) -> Result<Vec<u8>, Fault> {
    let length = usize::try_from(length).map_err(|_| Fault::value("length argument must be non-negative"))?;
    if n.is_negative() && !signed {
        return Err(Fault::overflow("can't convert negative int to unsigned"));
    }
    let (mut bytes, fill) = if n.is_zero() {
        (Vec::new(), 0)
    } else if signed {
        (n.to_big().to_signed_bytes_le(), if n.is_negative() { 0xff } else { 0 })
    } else {
        (n.to_big().to_bytes_le().1, 0)
    };
    // CPython lets 0 and -1 shrink to no bytes at all.
    if length == 0 && signed && bytes == [0xff] {
        bytes.clear();
    }
    if bytes.len() > length {
        return Err(Fault::overflow("int too big to convert"));
    }
    bytes.try_reserve_exact(length - bytes.len()).map_err(|_| Fault::memory())?;
    bytes.resize(length, fill);
    if order == ByteOrder::Big {
        bytes.reverse();
    }
    Ok(bytes)
}

/// `int.from_bytes(bytes, order, signed=signed)`.
pub fn from_bytes(bytes: &[u8], order: ByteOrder, signed: bool) -> Integer {
    Integer::from(match (order, signed) {
        (ByteOrder::Big, true) => BigInt::from_signed_bytes_be(bytes),
        (ByteOrder::Little, true) => BigInt::from_signed_bytes_le(bytes),
        (ByteOrder::Big, false) => BigInt::from_bytes_be(Sign::Plus, bytes),
        (ByteOrder::Little, false) => BigInt::from_bytes_le(Sign::Plus, bytes),
    })
}
