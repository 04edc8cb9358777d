//! Changes of case: full mappings, with the final sigma.
//!
//! ICU maps; what it knows beyond Unicode 15.0 is undone: characters of later
//! versions stand for themselves and separate words, and a mapping that leads to
//! one is taken back.

use rustpython_unicode::case;

use super::repertoire::is_later;

const FRICATIVE: char = '\u{295}';

/// `str.lower`.
pub fn lower(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { mapped(text, str::to_lowercase) }
}

/// `str.upper`.
pub fn upper(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_uppercase() } else { mapped(text, str::to_uppercase) }
}

/// `str.casefold`.
pub fn casefold(text: &str) -> String {
    if text.is_ascii() { text.to_ascii_lowercase() } else { mapped(text, case::casefold_str) }
}

/// `str.title`.
pub fn title(text: &str) -> String {
    // The pharyngeal fricative was a letter with case in Unicode 15: what follows it is inside a word.
    let mut pieces = text.split(FRICATIVE);
    let mut result = pieces.next().map_or(String::new(), |piece| mapped(piece, case::title_str));
    for piece in pieces {
        let inside = piece.find(|c| is_later(c) || !case::is_cased(c)).unwrap_or(piece.len());
        let (inside, outside) = piece.split_at(inside);
        result.push(FRICATIVE);
        result.push_str(&lower(inside));
        result.push_str(&mapped(outside, case::title_str));
    }
    result
}

/// `str.swapcase`.
pub fn swapcase(text: &str) -> String {
    mapped(text, case::swapcase_str)
}

/// `str.capitalize`: the first character in title case, the others in lower case.
pub fn capitalize(text: &str) -> String {
    match text.chars().next() {
        Some(first) if is_later(first) => lower(text),
        Some(_) => match text.find(is_later) {
            None => settled(case::capitalize_str(text)),
            Some(at) => settled(case::capitalize_str(&text[..at])) + &lower(&text[at..]),
        },
        None => String::new(),
    }
}

/// Maps what is between the characters of later versions.
fn mapped(text: &str, map: impl Fn(&str) -> String) -> String {
    if !text.contains(is_later) {
        return settled(map(text));
    }
    let mut result = String::with_capacity(text.len());
    for piece in text.split_inclusive(is_later) {
        let known = piece.trim_end_matches(is_later);
        result.push_str(&settled(map(known)));
        result.push_str(&piece[known.len()..]);
    }
    result
}

/// Takes back every mapping to a character of a later version.
fn settled(text: String) -> String {
    match text.contains(is_later) {
        false => text,
        true => text.chars().map(|c| if is_later(c) { counterpart(c) } else { c }).collect(),
    }
}

fn counterpart(c: char) -> char {
    match case::simple_lowercase(c) {
        same if same == c => case::simple_uppercase(c),
        lower => lower,
    }
}
