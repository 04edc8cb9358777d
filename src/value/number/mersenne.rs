//! The Mersenne twister MT19937, bit for bit as CPython's `random.Random`.
//!
//! Seeding, the raw draws, and the state as plain data so that it can be stored
//! and sent. What is built on the draws is in `distribution.rs`.

use num_bigint::{BigUint, Sign};
use num_traits::{Signed, ToPrimitive};
use sha2::{Digest, Sha512};

use super::fault::Fault;
use super::integer::{Integer, IntegerRef};

const SIZE: usize = 624;
const OFFSET: usize = 397;
const MATRIX: u32 = 0x9908_b0df;
const UPPER: u32 = 0x8000_0000;
const LOWER: u32 = 0x7fff_ffff;

/// A generator.
#[derive(Clone, PartialEq, Debug)]
pub struct Mersenne {
    words: Box<[u32; SIZE]>,
    /// The next word to hand out; `SIZE` when all are used.
    index: usize,
    /// The second of a pair of normal deviates, kept for the next call.
    pub(super) gauss_next: Option<f64>,
}

/// A generator's state as data: what `random.getstate()` holds.
#[derive(Clone, PartialEq, Debug)]
pub struct State {
    /// 624 words.
    pub words: Vec<u32>,
    /// 0 to 624.
    pub index: u32,
    pub gauss_next: Option<f64>,
}

impl Mersenne {
    /// Seeded by an int: its absolute value counts.
    pub fn from_int(seed: IntegerRef<'_>) -> Mersenne {
        let digits = match seed {
            IntegerRef::Small(n) => BigUint::from(n.unsigned_abs()).to_u32_digits(),
            IntegerRef::Big(n) => n.magnitude().to_u32_digits(),
        };
        Mersenne::from_key(&digits)
    }

    /// Seeded by a string, as its UTF-8 bytes.
    pub fn from_text(seed: &str) -> Mersenne {
        Mersenne::from_bytes(seed.as_bytes())
    }

    /// Seeded by bytes, which SHA-512 extends (CPython's seeding version 2).
    pub fn from_bytes(seed: &[u8]) -> Mersenne {
        let mut bytes = seed.to_vec();
        bytes.extend_from_slice(&Sha512::digest(seed));
        Mersenne::from_key(&BigUint::from_bytes_be(&bytes).to_u32_digits())
    }

    /// Seeded by a hash (CPython seeds by `hash(x)` for a float), taken as unsigned.
    pub fn from_hash(hash: i64) -> Mersenne {
        Mersenne::from_key(&BigUint::from(hash as u64).to_u32_digits())
    }

    /// Seeded by 32-bit words, least significant first.
    pub fn from_key(key: &[u32]) -> Mersenne {
        let key = if key.is_empty() { &[0] } else { key };
        let mut words = linear(19_650_218);
        let mut at = 1;
        for step in 0..SIZE.max(key.len()) {
            let from = step % key.len();
            let mixed = words[at] ^ spread(words[at - 1]).wrapping_mul(1_664_525);
            words[at] = mixed.wrapping_add(key[from]).wrapping_add(from as u32);
            at = advance(&mut words, at);
        }
        for _ in 1..SIZE {
            let mixed = words[at] ^ spread(words[at - 1]).wrapping_mul(1_566_083_941);
            words[at] = mixed.wrapping_sub(at as u32);
            at = advance(&mut words, at);
        }
        words[0] = UPPER;
        Mersenne { words, index: SIZE, gauss_next: None }
    }

    /// The state, to be stored.
    pub fn state(&self) -> State {
        State { words: self.words.to_vec(), index: self.index as u32, gauss_next: self.gauss_next }
    }

    /// A generator that goes on where another one stood.
    pub fn from_state(state: &State) -> Result<Mersenne, Fault> {
        let words: [u32; SIZE] =
            state.words.as_slice().try_into().map_err(|_| Fault::value("state vector is the wrong size"))?;
        if state.index as usize > SIZE {
            return Err(Fault::value("invalid state"));
        }
        Ok(Mersenne { words: Box::new(words), index: state.index as usize, gauss_next: state.gauss_next })
    }

    /// 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        if self.index >= SIZE {
            self.refill();
        }
        let mut word = self.words[self.index];
        self.index += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    fn refill(&mut self) {
        let words = &mut self.words;
        for at in 0..SIZE {
            let mixed = (words[at] & UPPER) | (words[(at + 1) % SIZE] & LOWER);
            let twist = if mixed & 1 == 1 { MATRIX } else { 0 };
            words[at] = words[(at + OFFSET) % SIZE] ^ (mixed >> 1) ^ twist;
        }
        self.index = 0;
    }

    /// `random()`: a float of 53 random bits in [0, 1).
    pub fn random(&mut self) -> f64 {
        let upper = f64::from(self.next_u32() >> 5);
        let lower = f64::from(self.next_u32() >> 6);
        (upper * 67_108_864.0 + lower) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// `getrandbits(count)`.
    pub fn bits(&mut self, count: i64) -> Result<Integer, Fault> {
        let count = u64::try_from(count).map_err(|_| Fault::value("number of bits must be non-negative"))?;
        match count {
            0 => Ok(Integer::ZERO),
            1..=63 => Ok(Integer::from(self.bits_u64(count as u32))),
            _ => Ok(Integer::from(num_bigint::BigInt::from_biguint(Sign::Plus, self.big_bits(count)?))),
        }
    }

    /// At most 64 random bits.
    pub(super) fn bits_u64(&mut self, count: u32) -> u64 {
        match count {
            0 => 0,
            1..=32 => u64::from(self.next_u32() >> (32 - count)),
            _ => {
                let low = u64::from(self.next_u32());
                let high = self.next_u32() >> (64 - count.min(64));
                u64::from(high) << 32 | low
            }
        }
    }

    fn big_bits(&mut self, count: u64) -> Result<BigUint, Fault> {
        let size = usize::try_from(count.div_ceil(32)).map_err(|_| Fault::memory())?;
        let mut words = Vec::new();
        words.try_reserve_exact(size).map_err(|_| Fault::memory())?;
        for _ in 0..count / 32 {
            words.push(self.next_u32());
        }
        let rest = (count % 32) as u32;
        if rest > 0 {
            words.push(self.next_u32() >> (32 - rest));
        }
        Ok(BigUint::new(words))
    }

    /// A number in [0, limit); 0 for a limit of 0. Draws as often as CPython does.
    pub fn below(&mut self, limit: u64) -> u64 {
        if limit == 0 {
            return 0;
        }
        let count = 64 - limit.leading_zeros();
        loop {
            let drawn = self.bits_u64(count);
            if drawn < limit {
                return drawn;
            }
        }
    }

    /// A number in [0, limit) for limits of any size above 0.
    pub fn integer_below(&mut self, limit: IntegerRef<'_>) -> Result<Integer, Fault> {
        match limit {
            IntegerRef::Small(limit) => Ok(Integer::from(self.below(limit.max(0).unsigned_abs()))),
            IntegerRef::Big(limit) if limit.is_negative() => Ok(Integer::ZERO),
            IntegerRef::Big(limit) => match limit.to_u64() {
                Some(limit) => Ok(Integer::from(self.below(limit))),
                None => loop {
                    let drawn = self.big_bits(limit.bits())?;
                    if &drawn < limit.magnitude() {
                        return Ok(Integer::from(num_bigint::BigInt::from(drawn)));
                    }
                },
            },
        }
    }
}

/// The words that a single number fills the state with.
fn linear(seed: u32) -> Box<[u32; SIZE]> {
    let mut words = Box::new([seed; SIZE]);
    for at in 1..SIZE {
        words[at] = spread(words[at - 1]).wrapping_mul(1_812_433_253).wrapping_add(at as u32);
    }
    words
}

fn spread(word: u32) -> u32 {
    word ^ (word >> 30)
}

/// One step round the state; word 0 stands in for the last one at the turn.
fn advance(words: &mut [u32; SIZE], at: usize) -> usize {
    if at + 1 < SIZE {
        return at + 1;
    }
    words[0] = words[SIZE - 1];
    1
}
