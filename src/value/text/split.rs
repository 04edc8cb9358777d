//! Cutting strings: `split`, `rsplit`, `splitlines`, `partition`.
//!
//! The pieces borrow from the text. A limit is the number of cuts as the program
//! gave it; below zero there is none.

use super::repertoire::is_space;
use crate::value::number::Fault;

/// What stands before, at and after a separator.
pub type Partition<'a> = (&'a str, &'a str, &'a str);

fn cuts(limit: i64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

fn nonempty(separator: &str) -> Result<&str, Fault> {
    if separator.is_empty() { Err(Fault::value("empty separator")) } else { Ok(separator) }
}

/// `text.split(separator, limit)`.
pub fn split<'a>(text: &'a str, separator: &str, limit: i64) -> Result<Vec<&'a str>, Fault> {
    let separator = nonempty(separator)?;
    if let ([byte], true) = (separator.as_bytes(), limit < 0) {
        return Ok(split_at_byte(text, *byte));
    }
    let pieces = cuts(limit).saturating_add(1);
    Ok(text.splitn(pieces, separator).collect())
}

/// Cuts at every occurrence of an ASCII byte, the usual separator.
fn split_at_byte(text: &str, byte: u8) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for at in memchr::memchr_iter(byte, text.as_bytes()) {
        pieces.push(&text[from..at]);
        from = at + 1;
    }
    pieces.push(&text[from..]);
    pieces
}

/// `text.rsplit(separator, limit)`: cuts from the right, pieces from the left.
pub fn rsplit<'a>(text: &'a str, separator: &str, limit: i64) -> Result<Vec<&'a str>, Fault> {
    let pieces = cuts(limit).saturating_add(1);
    let mut result: Vec<&str> = text.rsplitn(pieces, nonempty(separator)?).collect();
    result.reverse();
    Ok(result)
}

/// `text.split(None, limit)`: by runs of white space, without empty pieces.
pub fn split_whitespace(text: &str, limit: i64) -> Vec<&str> {
    let mut left = cuts(limit);
    let mut pieces = Vec::new();
    let mut rest = text.trim_start_matches(is_space);
    while !rest.is_empty() {
        if left == 0 {
            // The last piece keeps the white space inside and after it.
            pieces.push(rest);
            break;
        }
        left -= 1;
        let (piece, after) = rest.split_at(rest.find(is_space).unwrap_or(rest.len()));
        pieces.push(piece);
        rest = after.trim_start_matches(is_space);
    }
    pieces
}

/// `text.rsplit(None, limit)`.
pub fn rsplit_whitespace(text: &str, limit: i64) -> Vec<&str> {
    let mut left = cuts(limit);
    let mut pieces = Vec::new();
    let mut rest = text.trim_end_matches(is_space);
    while !rest.is_empty() {
        if left == 0 {
            pieces.push(rest);
            break;
        }
        left -= 1;
        let start =
            rest.char_indices().rev().find(|(_, c)| is_space(*c)).map_or(0, |(at, c)| at + c.len_utf8());
        let (before, piece) = rest.split_at(start);
        pieces.push(piece);
        rest = before.trim_end_matches(is_space);
    }
    pieces.reverse();
    pieces
}

/// `text.splitlines(keep_ends)`: at every line boundary that Unicode knows.
pub fn split_lines(text: &str, keep_ends: bool) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some((at, c)) = rest.char_indices().find(|(_, c)| ends_line(*c)) else {
            lines.push(rest);
            break;
        };
        let (line, from_end) = rest.split_at(at);
        let end = if from_end.starts_with("\r\n") { 2 } else { c.len_utf8() };
        let (whole, after) = rest.split_at(at + end);
        lines.push(if keep_ends { whole } else { line });
        rest = after;
    }
    lines
}

fn ends_line(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// `text.partition(separator)`: all of it first if there is none.
pub fn partition<'a>(text: &'a str, separator: &str) -> Result<Partition<'a>, Fault> {
    Ok(match text.find(nonempty(separator)?) {
        Some(at) => cut(text, at, separator.len()),
        None => (text, "", ""),
    })
}

/// `text.rpartition(separator)`: all of it last if there is none.
pub fn rpartition<'a>(text: &'a str, separator: &str) -> Result<Partition<'a>, Fault> {
    Ok(match text.rfind(nonempty(separator)?) {
        Some(at) => cut(text, at, separator.len()),
        None => ("", "", text),
    })
}

fn cut(text: &str, at: usize, length: usize) -> Partition<'_> {
    let (before, rest) = text.split_at(at);
    let (separator, after) = rest.split_at(length);
    (before, separator, after)
}
