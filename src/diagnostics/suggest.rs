//! Did-you-mean: the known name that a misspelt one most likely stands for.
//!
//! It compares spellings only and does not know what the names are names of;
//! the caller hands in the candidates that make sense at that place.

use strsim::osa_distance;

/// Longest name that is compared; a longer one was not mistyped by hand.
const LONGEST: usize = 64;

/// The candidate closest to `name`, if one is close enough to be meant.
///
/// A candidate that differs in case only wins; otherwise the fewest edits (a swap of two
/// neighbours counts as one), at most a third of the name's length, the first on a tie.
/// Names with two underscores in front are offered only for a name that starts with one.
///
/// ```
/// use ambler::diagnostics::suggest;
/// let names = ["print", "range", "len"];
/// assert_eq!(suggest("pritn", names.into_iter()), Some("print"));
/// assert_eq!(suggest("frobnicate", names.into_iter()), None);
/// ```
pub fn suggest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let limit = length.max(3) / 3;
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        if candidate == name || (candidate.starts_with("__") && !name.starts_with('_')) {
            continue;
        }
        let distance = match edits(name, length, candidate, limit) {
            Some(distance) => distance,
            None => continue,
        };
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Number of edits, zero if only case differs; `None` if too many.
fn edits(name: &str, length: usize, candidate: &str, limit: usize) -> Option<usize> {
    let other = candidate.chars().count();
    if other.abs_diff(length) > limit {
        return None;
    }
    if name.to_lowercase() == candidate.to_lowercase() {
        return Some(0);
    }
    let distance = osa_distance(name, candidate);
    // In a name of one or two letters an edit changes everything, unless it is a swap.
    let is_swap = length == 2 && other == 2 && name.chars().eq(candidate.chars().rev());
    (distance <= limit && (length > 2 || is_swap)).then_some(distance)
}
