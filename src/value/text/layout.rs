//! Putting a number or a text into its width: sign, prefix, groups, padding.
//!
//! Lengths are checked before anything is built, so that a width of terabytes is
//! a `MemoryError` and not the end of the process.

use std::iter::repeat_n;

use super::spec::{Align, FormatSpec, Sign};
use crate::value::number::Fault;

/// No result of formatting is wider (1 G characters).
pub(super) const WIDEST: usize = 1 << 30;

/// The parts of a number's text, in their order.
pub(super) struct Parts<'a> {
    pub negative: bool,
    /// `0x` and the like.
    pub prefix: &'a str,
    /// The digits before the point, which are grouped.
    pub digits: &'a str,
    /// The point and all that follows.
    pub rest: &'a str,
}

impl Parts<'_> {
    /// The number in its width.
    pub fn lay_out(&self, spec: &FormatSpec) -> Result<String, Fault> {
        let sign = match (self.negative, spec.sign) {
            (true, _) => "-",
            (false, Some(Sign::Plus)) => "+",
            (false, Some(Sign::Space)) => " ",
            (false, Some(Sign::Minus) | None) => "",
        };
        let width = bounded(spec.width)?;
        let fixed = sign.len() + self.prefix.len() + self.rest.chars().count();
        let zeros = spec.fill == '0' && spec.align == Align::AfterSign;
        let least = if zeros { width.saturating_sub(fixed) } else { 0 };
        let digits = grouped(self.digits, least, group(spec));
        let padding = width.saturating_sub(fixed + digits.len());
        let (left, inner, right) = match spec.align {
            Align::Left => (0, 0, padding),
            Align::Right => (padding, 0, 0),
            Align::Center => (padding / 2, 0, padding - padding / 2),
            Align::AfterSign => (0, padding, 0),
        };
        let mut out = String::with_capacity(fixed + digits.len() + padding * spec.fill.len_utf8());
        out.extend(repeat_n(spec.fill, left));
        out.push_str(sign);
        out.push_str(self.prefix);
        out.extend(repeat_n(spec.fill, inner));
        out.push_str(&digits);
        out.push_str(self.rest);
        out.extend(repeat_n(spec.fill, right));
        Ok(out)
    }
}

/// The separator and the size of groups; none is a group without end.
fn group(spec: &FormatSpec) -> Option<(char, usize)> {
    let size = if matches!(spec.kind, Some('b' | 'o' | 'x' | 'X')) { 4 } else { 3 };
    spec.grouping.map(|grouping| (grouping.separator(), size))
}

/// Digits in groups, with zeros before them up to a least width. A separator is
/// never first, which can make the result one wider than asked.
fn grouped(digits: &str, least: usize, group: Option<(char, usize)>) -> String {
    if digits.is_empty() {
        return String::new();
    }
    let Some((separator, size)) = group else {
        let mut out = String::new();
        out.extend(repeat_n('0', least.saturating_sub(digits.len())));
        return out + digits;
    };
    // From the right: digits first, then zeros, until both are used up.
    let mut reversed = Vec::with_capacity(least.max(digits.len() * 4 / 3 + 1));
    let mut left = digits.bytes().rev();
    let mut in_group = 0;
    loop {
        let next = match left.next() {
            Some(digit) => digit,
            None if reversed.len() < least => b'0',
            None => break,
        };
        if in_group == size {
            reversed.push(separator as u8);
            in_group = 0;
        }
        reversed.push(next);
        in_group += 1;
    }
    reversed.iter().rev().map(|b| char::from(*b)).collect()
}

/// A text in its width.
pub(super) fn padded(text: &str, spec: &FormatSpec) -> Result<String, Fault> {
    let padding = bounded(spec.width)?.saturating_sub(text.chars().count());
    let left = match spec.align {
        Align::Left | Align::AfterSign => 0,
        Align::Right => padding,
        Align::Center => padding / 2,
    };
    let mut out = String::with_capacity(text.len() + padding * spec.fill.len_utf8());
    out.extend(repeat_n(spec.fill, left));
    out.push_str(text);
    out.extend(repeat_n(spec.fill, padding - left));
    Ok(out)
}

/// A width or a precision that fits into memory.
pub(super) fn bounded(size: usize) -> Result<usize, Fault> {
    if size > WIDEST { Err(Fault::memory()) } else { Ok(size) }
}
