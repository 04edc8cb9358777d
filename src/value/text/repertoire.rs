//! The characters of Unicode 15.0, the version that CPython 3.12 knows.
//!
//! The tables of properties come from ICU, whose version is a later one; what
//! that one added or changed is undone here, so that a character which is
//! unassigned to CPython is not printable, alphabetic or cased to us either.
//! A test compares every code point with a table made by CPython.

use rustpython_unicode::{case, classify, identifier};

/// Ranges, both ends included, that were unassigned in Unicode 15.0. Only those
/// are listed that a later version assigns; gaps that are free in both may be
/// swallowed.
const LATER: &[(u32, u32)] = &[
    (0x558, 0x558),
    (0x58b, 0x58c),
    (0x5c8, 0x5c9),
    (0x88f, 0x88f),
    (0x897, 0x897),
    (0xb53, 0xb54),
    (0xc5c, 0xc5c),
    (0xcdc, 0xcdc),
    (0x1acf, 0x1af0),
    (0x1b4e, 0x1b4f),
    (0x1b7f, 0x1b7f),
    (0x1c89, 0x1c8a),
    (0x208f, 0x208f),
    (0x209d, 0x209f),
    (0x20c1, 0x20c4),
    (0x2427, 0x2429),
    (0x2b96, 0x2b96),
    (0x2e60, 0x2e63),
    (0x2ffc, 0x2fff),
    (0x31e4, 0x31ef),
    (0xa7cb, 0xa7cf),
    (0xa7d2, 0xa7d2),
    (0xa7d4, 0xa7d4),
    (0xa7da, 0xa7f1),
    (0xab6c, 0xab6d),
    (0xfbc3, 0xfbd2),
    (0xfd90, 0xfd91),
    (0xfdc8, 0xfdce),
    (0x105c0, 0x105f3),
    (0x107bb, 0x107bf),
    (0x10940, 0x10959),
    (0x10d40, 0x10d8f),
    (0x10ec2, 0x10efc),
    (0x11380, 0x113e2),
    (0x116d0, 0x116e3),
    (0x11b0a, 0x11bf9),
    (0x11db0, 0x11df1),
    (0x11f5a, 0x11f5a),
    (0x1246f, 0x1246f),
    (0x12475, 0x1247f),
    (0x12550, 0x12686),
    (0x13460, 0x143fa),
    (0x16100, 0x16139),
    (0x16d40, 0x16d79),
    (0x16ea0, 0x16ed3),
    (0x16ff2, 0x16ff6),
    (0x187f8, 0x187ff),
    (0x18cd6, 0x18cff),
    (0x18d09, 0x191d2),
    (0x1b123, 0x1b128),
    (0x1b168, 0x1b168),
    (0x1cc00, 0x1cefd),
    (0x1d127, 0x1d128),
    (0x1d1eb, 0x1d1ff),
    (0x1d250, 0x1d281),
    (0x1d6a6, 0x1d6a6),
    (0x1db00, 0x1db1c),
    (0x1df1f, 0x1df24),
    (0x1df2b, 0x1dfff),
    (0x1e5d0, 0x1e6ff),
    (0x1f1ae, 0x1f1ae),
    (0x1f6d8, 0x1f6d9),
    (0x1f777, 0x1f77a),
    (0x1f7da, 0x1f7db),
    (0x1f7f1, 0x1f7ff),
    (0x1f8b2, 0x1f8d8),
    (0x1fa54, 0x1fa57),
    (0x1fa89, 0x1fa8f),
    (0x1fabe, 0x1fabe),
    (0x1fac6, 0x1facd),
    (0x1fadc, 0x1fadf),
    (0x1fae9, 0x1faef),
    (0x1faf9, 0x1fafa),
    (0x1fbcb, 0x1fbef),
    (0x1fbfa, 0x1fbfa),
    (0x2b73a, 0x2b73f),
    (0x2b81e, 0x2b81e),
    (0x2cea2, 0x2cead),
    (0x2ebf0, 0x2ee5d),
    (0x323b0, 0x3fc3f),
];

/// Han and cuneiform signs that became numeric after Unicode 15.0.
const LATER_NUMERIC: &[u32] = &[
    0x4e24, 0x4eac, 0x4fe9, 0x5006, 0x62d0, 0x6d1e, 0x7695, 0x79ed, 0x920e, 0x94a9, 0x12038, 0x12039,
    0x12079, 0x12226, 0x1222b, 0x1230b, 0x1230d, 0x12399,
];

/// Whether a later version than Unicode 15.0 assigned this character.
pub(super) fn is_later(c: char) -> bool {
    let code = c as u32;
    if code < LATER[0].0 {
        return false;
    }
    let after = LATER.partition_point(|(first, _)| *first <= code);
    after.checked_sub(1).and_then(|at| LATER.get(at)).is_some_and(|(_, last)| code <= *last)
}

/// `str.isspace` of one character: what `split` and `strip` take as whitespace.
pub fn is_space(c: char) -> bool {
    match c {
        '\0'..='\x7f' => matches!(c, '\t'..='\r' | '\x1c'..=' '),
        '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' => true,
        '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => true,
        _ => false,
    }
}

/// `str.isalpha` of one character.
pub fn is_alpha(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { classify::is_alpha(c) && !is_later(c) }
}

/// `str.isdecimal` of one character.
pub fn is_decimal(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { classify::is_decimal(c) && !is_later(c) }
}

/// `str.isdigit` of one character.
pub fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { classify::is_digit(c) && !is_later(c) }
}

/// `str.isnumeric` of one character.
pub fn is_numeric(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit();
    }
    classify::is_numeric(c) && !is_later(c) && LATER_NUMERIC.binary_search(&(c as u32)).is_err()
}

/// `str.isalnum` of one character.
pub fn is_alnum(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { is_alpha(c) || is_numeric(c) }
}

/// Whether `repr` shows the character as it is.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() { matches!(c, ' '..='~') } else { classify::is_repr_printable(c) && !is_later(c) }
}

/// Whether a name may start with the character.
pub fn is_identifier_start(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic() || c == '_';
    }
    identifier::is_xid_start(c) && !is_later(c)
}

/// Whether a name may go on with the character.
pub fn is_identifier_part(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    // The joiners and the katakana dots are parts of names since Unicode 15.1.
    identifier::is_xid_continue(c)
        && !matches!(c, '\u{200c}' | '\u{200d}' | '\u{30fb}' | '\u{ff65}')
        && !is_later(c)
}

/// Whether the character is a lower-case letter.
pub fn is_lower(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_lowercase();
    }
    // The pharyngeal fricative lost its case in Unicode 16.
    (case::is_lowercase(c) && !is_later(c)) || c == '\u{295}'
}

/// Whether the character is an upper-case letter.
pub fn is_upper(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_uppercase() } else { case::is_uppercase(c) && !is_later(c) }
}

/// Whether the character is a title-case letter, such as `ǅ`.
pub fn is_title(c: char) -> bool {
    !c.is_ascii() && case::is_titlecase(c) && !is_later(c)
}

/// The value of a decimal digit of any script.
pub fn decimal_value(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    if !is_decimal(c) {
        return None;
    }
    rustpython_unicode::Ucd::new(true).decimal(c.into()).and_then(|value| u32::try_from(value).ok())
}
