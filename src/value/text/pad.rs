//! Strings widened: `center`, `ljust`, `rjust`, `zfill`, `expandtabs`.
//!
//! Widths are what the program gave, negative ones included.

use std::iter::repeat_n;

use super::layout::bounded;
use crate::value::number::Fault;

/// How many characters are missing to a width.
fn missing(text: &str, width: i64) -> Result<usize, Fault> {
    let Ok(width) = usize::try_from(width) else { return Ok(0) };
    let missing = width.saturating_sub(text.chars().count());
    bounded(missing)
}

fn padded(text: &str, left: usize, right: usize, fill: char) -> String {
    let mut out = String::with_capacity(text.len() + (left + right) * fill.len_utf8());
    out.extend(repeat_n(fill, left));
    out.push_str(text);
    out.extend(repeat_n(fill, right));
    out
}

/// `text.center(width, fill)`: the odd character goes left if the width is odd.
pub fn center(text: &str, width: i64, fill: char) -> Result<String, Fault> {
    let padding = missing(text, width)?;
    let left = padding / 2 + (padding & width as usize & 1);
    Ok(padded(text, left, padding - left, fill))
}

/// `text.ljust(width, fill)`.
pub fn left_justify(text: &str, width: i64, fill: char) -> Result<String, Fault> {
    Ok(padded(text, 0, missing(text, width)?, fill))
}

/// `text.rjust(width, fill)`.
pub fn right_justify(text: &str, width: i64, fill: char) -> Result<String, Fault> {
    Ok(padded(text, missing(text, width)?, 0, fill))
}

/// `text.zfill(width)`: zeros after a sign.
pub fn zero_fill(text: &str, width: i64) -> Result<String, Fault> {
    let zeros = missing(text, width)?;
    let sign = usize::from(zeros > 0 && text.starts_with(['+', '-']));
    let (sign, digits) = text.split_at(sign);
    Ok(sign.to_owned() + &padded(digits, zeros, 0, '0'))
}

/// `text.expandtabs(size)`: a size of 0 and less removes the tabs.
pub fn expand_tabs(text: &str, size: i64) -> Result<String, Fault> {
    let size = bounded(usize::try_from(size).unwrap_or(0))?;
    bounded(text.matches('\t').count().saturating_mul(size))?;
    let mut out = String::with_capacity(text.len());
    let mut column = 0usize;
    for c in text.chars() {
        match c {
            '\t' if size == 0 => {}
            '\t' => {
                let spaces = size - column % size;
                out.extend(repeat_n(' ', spaces));
                column += spaces;
            }
            '\n' | '\r' => {
                out.push(c);
                column = 0;
            }
            _ => {
                out.push(c);
                column += 1;
            }
        }
    }
    Ok(out)
}
