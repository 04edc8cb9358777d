//! Number theory: roots, divisors, and counts of choices, as `math` names them.
//!
//! All of it exact and on ints of any size. Arguments that are no ints are the
//! caller's to refuse.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer as _;
use num_traits::{One, Signed};

use super::fault::Fault;
use super::integer::{Integer, IntegerRef};

/// `math.isqrt(n)`: the floor of the square root.
pub fn isqrt(n: IntegerRef<'_>) -> Result<Integer, Fault> {
    if n.is_negative() {
        return Err(Fault::value("isqrt() argument must be nonnegative"));
    }
    Ok(match n {
        IntegerRef::Small(n) => Integer::Small(n.isqrt()),
        IntegerRef::Big(n) => Integer::from(n.sqrt()),
    })
}

/// `math.gcd(a, b)`.
pub fn gcd(a: IntegerRef<'_>, b: IntegerRef<'_>) -> Integer {
    match (a, b) {
        (IntegerRef::Small(a), IntegerRef::Small(b)) => {
            Integer::from(a.unsigned_abs().gcd(&b.unsigned_abs()))
        }
        (a, b) => Integer::from(a.to_big().gcd(&b.to_big())),
    }
}

/// `math.lcm(a, b)`.
pub fn lcm(a: IntegerRef<'_>, b: IntegerRef<'_>) -> Integer {
    if a.is_zero() || b.is_zero() {
        return Integer::ZERO;
    }
    Integer::from(a.to_big().lcm(&b.to_big()).abs())
}

/// `math.factorial(n)`.
pub fn factorial(n: IntegerRef<'_>) -> Result<Integer, Fault> {
    if n.is_negative() {
        return Err(Fault::value("factorial() not defined for negative values"));
    }
    let n = n
        .to_i64()
        .ok_or_else(|| Fault::overflow(format!("factorial() argument should not exceed {}", i64::MAX)))?;
    Ok(Integer::from(BigInt::from(product(1, n.unsigned_abs()))))
}

/// `math.perm(n, k)`: ordered choices.
pub fn perm(n: IntegerRef<'_>, k: IntegerRef<'_>) -> Result<Integer, Fault> {
    let (n, k) = choices(n, k)?;
    if k > n {
        return Ok(Integer::ZERO);
    }
    Ok(Integer::from(falling(&n, small(&k)?)))
}

/// `math.comb(n, k)`: unordered choices.
pub fn comb(n: IntegerRef<'_>, k: IntegerRef<'_>) -> Result<Integer, Fault> {
    let (n, k) = choices(n, k)?;
    if k > n {
        return Ok(Integer::ZERO);
    }
    let k = small(&k.clone().min(&n - &k))?;
    Ok(Integer::from(falling(&n, k) / BigInt::from(product(1, k))))
}

fn choices(n: IntegerRef<'_>, k: IntegerRef<'_>) -> Result<(BigInt, BigInt), Fault> {
    if n.is_negative() {
        return Err(Fault::value("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(Fault::value("k must be a non-negative integer"));
    }
    Ok((n.to_big(), k.to_big()))
}

fn small(k: &BigInt) -> Result<u64, Fault> {
    u64::try_from(k).map_err(|_| Fault::overflow(format!("min(n - k, k) must not exceed {}", u64::MAX)))
}

/// `n * (n - 1) * …`, `count` factors, multiplied in halves so that the sizes stay even.
fn falling(n: &BigInt, count: u64) -> BigInt {
    if count == 0 {
        return BigInt::one();
    }
    if count <= 16 {
        return (0..count).fold(BigInt::one(), |all, i| all * (n - i));
    }
    let half = count / 2;
    falling(n, half) * falling(&(n - half), count - half)
}

/// `low * (low + 1) * … * high`, in halves.
fn product(low: u64, high: u64) -> BigUint {
    if low > high {
        return BigUint::one();
    }
    if high - low < 16 {
        return (low..=high).fold(BigUint::one(), |all, n| all * n);
    }
    let middle = low + (high - low) / 2;
    product(low, middle) * product(middle + 1, high)
}
