//! `repr` and `ascii` of strings and bytes.
//!
//! What is printable is Unicode 15.0's answer; objects other than strings and
//! bytes are shown by who knows them, and only made ASCII here.

use std::fmt::Write as _;

use rustpython_literal::escape::{AsciiEscape, UnicodeEscape};

use super::repertoire::is_later;

/// `repr(text)`.
pub fn repr_str(text: &str) -> String {
    if text.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'\'' && b != b'\\') {
        return format!("'{text}'");
    }
    let shown = UnicodeEscape::new_repr(text.as_ref()).str_repr().to_string();
    // None means that the length overflows, which takes a text of half the address space.
    let shown = shown.unwrap_or_default();
    if shown.contains(is_later) { escaped(&shown, is_later) } else { shown }
}

/// `ascii(text)`.
pub fn ascii(text: &str) -> String {
    escape_non_ascii(repr_str(text))
}

/// What `ascii(object)` makes of `repr(object)`.
pub fn escape_non_ascii(shown: String) -> String {
    if shown.is_ascii() { shown } else { escaped(&shown, |c| !c.is_ascii()) }
}

/// Replaces characters by escapes in what is a literal already.
fn escaped(shown: &str, which: impl Fn(char) -> bool) -> String {
    let mut result = String::with_capacity(shown.len());
    for c in shown.chars() {
        if !which(c) {
            result.push(c);
            continue;
        }
        let code = c as u32;
        // Writing to a string cannot fail.
        let _ = match code {
            0..=0xff => write!(result, "\\x{code:02x}"),
            0x100..=0xffff => write!(result, "\\u{code:04x}"),
            _ => write!(result, "\\U{code:08x}"),
        };
    }
    result
}

/// `repr(bytes)`, with the leading `b`.
pub fn repr_bytes(bytes: &[u8]) -> String {
    AsciiEscape::new_repr(bytes).bytes_repr().to_string().unwrap_or_default()
}
