//! The ends of a string: stripping characters, prefixes and suffixes.
//!
//! Nothing is copied: what comes back is a part of the text that went in.

use super::repertoire::is_space;

/// Which end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Left,
    Right,
    Both,
}

impl Side {
    fn trim(self, text: &str, which: impl Fn(char) -> bool) -> &str {
        let text = if self == Side::Right { text } else { text.trim_start_matches(&which) };
        if self == Side::Left { text } else { text.trim_end_matches(&which) }
    }
}

/// `strip()`, `lstrip()`, `rstrip()`: white space.
pub fn strip(text: &str, side: Side) -> &str {
    side.trim(text, is_space)
}

/// `strip(chars)`, `lstrip(chars)`, `rstrip(chars)`: any of a set of characters.
pub fn strip_chars<'a>(text: &'a str, chars: &str, side: Side) -> &'a str {
    let mut single = chars.chars();
    match (single.next(), single.next()) {
        (None, _) => text,
        (Some(only), None) => side.trim(text, |c| c == only),
        _ if chars.is_ascii() => {
            let set = chars.bytes().fold(0u128, |set, b| set | 1 << b);
            side.trim(text, |c| c.is_ascii() && set >> (c as u32) & 1 == 1)
        }
        _ => side.trim(text, |c| chars.contains(c)),
    }
}

/// `removeprefix`.
pub fn remove_prefix<'a>(text: &'a str, prefix: &str) -> &'a str {
    text.strip_prefix(prefix).unwrap_or(text)
}

/// `removesuffix`.
pub fn remove_suffix<'a>(text: &'a str, suffix: &str) -> &'a str {
    text.strip_suffix(suffix).unwrap_or(text)
}
