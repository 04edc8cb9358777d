//! Finding, counting and replacing, by character positions.
//!
//! In ASCII a position is a byte offset; otherwise characters are counted once
//! per call, and only up to where they are needed.

use crate::value::number::Fault;

/// The part of a string that `start` and `end` select, as the program gave them:
/// negative ones count from the end, and both are clipped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    pub start: i64,
    pub end: i64,
}

impl Bounds {
    pub const ALL: Bounds = Bounds { start: 0, end: i64::MAX };

    /// Start and end in characters within a length; `None` if they cross, in
    /// which case not even an empty string is found.
    pub fn within(self, length: usize) -> Option<(usize, usize)> {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        let from_end = |at: i64| if at < 0 { at.saturating_add(length).max(0) } else { at };
        let (start, end) = (from_end(self.start), from_end(self.end).min(length));
        (start <= end).then_some((start as usize, end as usize))
    }

    /// The selected part, and the character position where it begins.
    pub fn select(self, text: &str) -> Option<(&str, usize)> {
        if self == Bounds::ALL {
            return Some((text, 0));
        }
        if text.is_ascii() {
            let (start, end) = self.within(text.len())?;
            return text.get(start..end).map(|part| (part, start));
        }
        let (start, end) = self.within(text.chars().count())?;
        let from = offset(text, start);
        let part = text.get(from..)?;
        part.get(..offset(part, end - start)).map(|part| (part, start))
    }
}

/// The byte offset of a character position, at most the length.
fn offset(text: &str, position: usize) -> usize {
    text.char_indices().nth(position).map_or(text.len(), |(at, _)| at)
}

/// The character position of a byte offset.
fn position(text: &str, offset: usize) -> usize {
    if text.is_ascii() { offset } else { text.get(..offset).map_or(0, |before| before.chars().count()) }
}

/// `text.find(needle, start, end)`: a character position.
pub fn find(text: &str, needle: &str, bounds: Bounds) -> Option<usize> {
    let (part, first) = bounds.select(text)?;
    part.find(needle).map(|at| first + position(part, at))
}

/// `text.rfind(needle, start, end)`: a character position.
pub fn rfind(text: &str, needle: &str, bounds: Bounds) -> Option<usize> {
    let (part, first) = bounds.select(text)?;
    part.rfind(needle).map(|at| first + position(part, at))
}

/// `text.count(needle, start, end)`: occurrences that do not overlap.
pub fn count(text: &str, needle: &str, bounds: Bounds) -> usize {
    match bounds.select(text) {
        Some((part, _)) if needle.is_empty() => part.chars().count() + 1,
        Some((part, _)) => part.matches(needle).count(),
        None => 0,
    }
}

/// `text.replace(old, new, limit)`; a limit below zero is none.
pub fn replace(text: &str, old: &str, new: &str, limit: i64) -> Result<String, Fault> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let found = if old.is_empty() { text.chars().count() + 1 } else { text.matches(old).take(most).count() };
    let grown = found.min(most).saturating_mul(new.len()).saturating_add(text.len());
    let mut out = String::new();
    out.try_reserve_exact(grown).map_err(|_| Fault::memory())?;
    let mut copied = 0;
    for (at, matched) in text.match_indices(old).take(most) {
        out.push_str(text.get(copied..at).unwrap_or(""));
        out.push_str(new);
        copied = at + matched.len();
    }
    out.push_str(text.get(copied..).unwrap_or(""));
    Ok(out)
}
