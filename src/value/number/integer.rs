//! The two shapes of an int, owned and borrowed, with addition and comparison.
//!
//! The shape is canonical: a big integer is always outside the range of `i64`,
//! so that equal numbers have equal shapes. Division, powers, bits and text are
//! in the files beside this one. Fast paths for two small operands belong to
//! the evaluator; what is here is right for every pair.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, ToPrimitive, Zero};

/// An int that is owned: the result of an operation.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Integer {
    Small(i64),
    /// Never within the range of `i64`; [`Integer::from`] keeps that.
    Big(BigInt),
}

/// An int that lives elsewhere: an operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntegerRef<'a> {
    Small(i64),
    Big(&'a BigInt),
}

impl Integer {
    pub const ZERO: Integer = Integer::Small(0);

    pub fn as_ref(&self) -> IntegerRef<'_> {
        match self {
            Integer::Small(n) => IntegerRef::Small(*n),
            Integer::Big(n) => IntegerRef::Big(n),
        }
    }

    pub fn into_big(self) -> BigInt {
        match self {
            Integer::Small(n) => BigInt::from(n),
            Integer::Big(n) => n,
        }
    }
}

impl From<BigInt> for Integer {
    fn from(n: BigInt) -> Integer {
        match n.to_i64() {
            Some(small) => Integer::Small(small),
            None => Integer::Big(n),
        }
    }
}

impl From<i64> for Integer {
    fn from(n: i64) -> Integer {
        Integer::Small(n)
    }
}

impl From<i128> for Integer {
    fn from(n: i128) -> Integer {
        match i64::try_from(n) {
            Ok(small) => Integer::Small(small),
            Err(_) => Integer::Big(BigInt::from(n)),
        }
    }
}

impl From<usize> for Integer {
    fn from(n: usize) -> Integer {
        Integer::from(n as i128)
    }
}

impl From<u64> for Integer {
    fn from(n: u64) -> Integer {
        Integer::from(i128::from(n))
    }
}

impl From<i64> for IntegerRef<'_> {
    fn from(n: i64) -> Self {
        IntegerRef::Small(n)
    }
}

impl<'a> From<&'a BigInt> for IntegerRef<'a> {
    fn from(n: &'a BigInt) -> Self {
        IntegerRef::Big(n)
    }
}

impl<'a> From<&'a Integer> for IntegerRef<'a> {
    fn from(n: &'a Integer) -> Self {
        n.as_ref()
    }
}

#[expect(
    clippy::should_implement_trait,
    reason = "an operand is a reference, its result is not: no operator looks like that"
)]
impl IntegerRef<'_> {
    pub fn to_owned(self) -> Integer {
        match self {
            IntegerRef::Small(n) => Integer::Small(n),
            IntegerRef::Big(n) => Integer::from(n.clone()),
        }
    }

    pub fn to_big(self) -> BigInt {
        match self {
            IntegerRef::Small(n) => BigInt::from(n),
            IntegerRef::Big(n) => n.clone(),
        }
    }

    /// The number as an index or a count, or `None` if it needs more than 64 bits.
    pub fn to_i64(self) -> Option<i64> {
        match self {
            IntegerRef::Small(n) => Some(n),
            IntegerRef::Big(n) => n.to_i64(),
        }
    }

    pub fn is_zero(self) -> bool {
        match self {
            IntegerRef::Small(n) => n == 0,
            IntegerRef::Big(n) => n.is_zero(),
        }
    }

    pub fn is_negative(self) -> bool {
        match self {
            IntegerRef::Small(n) => n < 0,
            IntegerRef::Big(n) => n.is_negative(),
        }
    }

    pub fn is_odd(self) -> bool {
        match self {
            IntegerRef::Small(n) => n & 1 == 1,
            IntegerRef::Big(n) => n.bit(0),
        }
    }

    pub fn add(self, other: IntegerRef<'_>) -> Integer {
        match (self, other) {
            (IntegerRef::Small(a), IntegerRef::Small(b)) => match a.checked_add(b) {
                Some(sum) => Integer::Small(sum),
                None => Integer::from(i128::from(a) + i128::from(b)),
            },
            (IntegerRef::Big(a), IntegerRef::Big(b)) => Integer::from(a + b),
            (IntegerRef::Big(a), IntegerRef::Small(b)) | (IntegerRef::Small(b), IntegerRef::Big(a)) => {
                Integer::from(a + b)
            }
        }
    }

    pub fn sub(self, other: IntegerRef<'_>) -> Integer {
        match (self, other) {
            (IntegerRef::Small(a), IntegerRef::Small(b)) => match a.checked_sub(b) {
                Some(difference) => Integer::Small(difference),
                None => Integer::from(i128::from(a) - i128::from(b)),
            },
            (IntegerRef::Big(a), IntegerRef::Big(b)) => Integer::from(a - b),
            (IntegerRef::Big(a), IntegerRef::Small(b)) => Integer::from(a - b),
            (IntegerRef::Small(a), IntegerRef::Big(b)) => Integer::from(a - b),
        }
    }

    pub fn mul(self, other: IntegerRef<'_>) -> Integer {
        match (self, other) {
            (IntegerRef::Small(a), IntegerRef::Small(b)) => match a.checked_mul(b) {
                Some(product) => Integer::Small(product),
                None => Integer::from(i128::from(a) * i128::from(b)),
            },
            (IntegerRef::Big(a), IntegerRef::Big(b)) => Integer::from(a * b),
            (IntegerRef::Big(a), IntegerRef::Small(b)) | (IntegerRef::Small(b), IntegerRef::Big(a)) => {
                Integer::from(a * b)
            }
        }
    }

    pub fn neg(self) -> Integer {
        match self {
            IntegerRef::Small(n) => match n.checked_neg() {
                Some(negated) => Integer::Small(negated),
                None => Integer::from(-i128::from(n)),
            },
            IntegerRef::Big(n) => Integer::from(-n),
        }
    }

    pub fn abs(self) -> Integer {
        if self.is_negative() { self.neg() } else { self.to_owned() }
    }

    /// Numeric order.
    pub fn compare(self, other: IntegerRef<'_>) -> Ordering {
        match (self, other) {
            (IntegerRef::Small(a), IntegerRef::Small(b)) => a.cmp(&b),
            (IntegerRef::Big(a), IntegerRef::Big(b)) => a.cmp(b),
            (IntegerRef::Big(a), IntegerRef::Small(_)) => side(a),
            (IntegerRef::Small(_), IntegerRef::Big(b)) => side(b).reverse(),
        }
    }
}

/// How a big integer lies to every small one.
fn side(big: &BigInt) -> Ordering {
    match big.sign() {
        Sign::Minus => Ordering::Less,
        Sign::NoSign | Sign::Plus => Ordering::Greater,
    }
}
