//! Ids: what names a node, an edge or a walker everywhere and for ever.
//!
//! Owns the two ways in which an id comes to be, fresh or derived, and its text as 32 hex
//! digits. Fresh ids are UUIDs of version 7, so that they sort by time; a derived one is
//! of version 8: the time part of its parent, then a hash of where in which visit it was
//! made, so that a step that is run again makes the same ids. It refuses to read a clock
//! or a source of random bits, except in `fresh`.

use std::fmt;

use uuid::{Builder, Uuid};

/// 128 bits that name one thing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Id(pub u128);

/// Where in the life of a walker something was created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin<'a> {
    pub walker: Id,
    /// Visits are counted over all lives of the walker.
    pub visit: u64,
    /// The how manyth creation of the step.
    pub ordinal: u64,
    pub class: &'a str,
    /// How often the journal had been cut when the next start in it was noted.
    pub cut: u64,
}

impl Id {
    /// The id of the root node: 32 zeros.
    pub const ROOT: Id = Id(0);

    /// A new id from the clock and the random bits of this machine.
    pub fn fresh() -> Self {
        Id(Uuid::now_v7().as_u128())
    }

    /// A new id from a given clock and given random bits, for runs that can be repeated.
    pub fn fresh_from(unix_ms: u64, random: u128) -> Self {
        let [bits @ .., _, _, _, _, _, _] = random.to_be_bytes();
        Id(Builder::from_unix_timestamp_millis(unix_ms, &bits).into_uuid().as_u128())
    }

    /// The id of what a walker created there; equal origins give equal ids.
    pub fn derived(origin: &Origin<'_>) -> Self {
        let parent = Uuid::from_u128(origin.walker.0);
        let mut name = Vec::with_capacity(24 + origin.class.len());
        name.extend(origin.visit.to_le_bytes());
        name.extend(origin.ordinal.to_le_bytes());
        name.extend(origin.cut.to_le_bytes());
        name.extend(origin.class.as_bytes());
        let hash = Uuid::new_v5(&parent, &name).as_u128();
        let mixed = origin.walker.0 >> 80 << 80 | hash & (u128::MAX >> 48);
        Id(Builder::from_custom_bytes(mixed.to_be_bytes()).into_uuid().as_u128())
    }

    /// What Python's `UUID(text)` accepts: 32 hex digits, with dashes where you like, in
    /// braces, after `urn:uuid:`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace("urn:", "").replace("uuid:", "");
        let mut digits = text.trim_matches(['{', '}']).bytes().filter(|&byte| byte != b'-');
        let mut value = 0u128;
        for _ in 0..32 {
            let digit = char::from(digits.next()?).to_digit(16)?;
            value = value << 4 | u128::from(digit);
        }
        digits.next().is_none().then_some(Id(value))
    }

    /// The form with dashes: 8-4-4-4-12.
    pub fn dashed(self) -> String {
        Uuid::from_u128(self.0).hyphenated().to_string()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
