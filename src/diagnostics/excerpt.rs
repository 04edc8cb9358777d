//! The few lines of a file that a report shows, made safe to print.
//!
//! An excerpt is a copy: lines too long for a screen are cut around what is
//! marked, and characters that would act on a terminal (escapes, controls,
//! direction overrides) are replaced, while marks keep pointing at the same
//! text. It knows files and spans, not how lines and marks are drawn.

use crate::source::{SourceFile, Span};
use std::ops::Range;

/// Longest line that is shown whole, in characters.
const WHOLE: usize = 160;
/// Characters shown in front of a mark in a line that is cut.
const BEFORE: usize = 48;
/// Characters shown of a line that is cut.
const SHOWN: usize = 120;
/// A span over more lines than this is marked on its first line only.
const TALLEST: u32 = 8;

/// Consecutive lines of one file with marks in them.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The lines, each ended by a line break.
    pub text: String,
    /// Number of the first one.
    pub first_line: u32,
    /// Number of lines.
    pub lines: u32,
    /// Byte ranges in `text`, one for each span that was asked for, in that order.
    pub marks: Vec<Range<usize>>,
}

/// First and last line that `span` is shown on.
pub(super) fn lines_of(file: &SourceFile, span: Span) -> (u32, u32) {
    let (first, _) = file.line_col(span.start);
    let (last, column) = file.line_col(span.end.max(span.start));
    // A span that ends with a line break ends on that line, not on the next.
    let last = if last > first && column == 1 { last - 1 } else { last };
    (first, if last - first >= TALLEST { first } else { last })
}

impl Excerpt {
    /// Copies the lines `first..=last` of `file`, marking `spans`, which must lie in them.
    pub fn new(file: &SourceFile, first: u32, last: u32, spans: &[Span], ellipsis: &str) -> Excerpt {
        let mut excerpt = Excerpt {
            text: String::new(),
            first_line: first,
            lines: last - first + 1,
            marks: vec![0..0; spans.len()],
        };
        let extents: Vec<(u32, u32)> = spans.iter().map(|&span| lines_of(file, span)).collect();
        for number in first..=last {
            let line = file.line_text(number);
            let parts: Vec<Option<Range<usize>>> = spans
                .iter()
                .zip(&extents)
                .map(|(&span, &extent)| part_on(file, number, span, extent))
                .collect();
            let shown = Shown::new(line, parts.iter().flatten().cloned(), ellipsis);
            for ((mark, part), &(top, bottom)) in excerpt.marks.iter_mut().zip(parts).zip(&extents) {
                let Some(part) = part else { continue };
                let part = shown.place(part);
                if number == top {
                    mark.start = excerpt.text.len() + part.start;
                }
                if number == bottom {
                    mark.end = excerpt.text.len() + part.end;
                }
            }
            excerpt.text.push_str(&shown.text);
            excerpt.text.push('\n');
        }
        excerpt
    }
}

/// The bytes of line `number` that `span`, shown on the lines `top..=bottom`, covers.
fn part_on(file: &SourceFile, number: u32, span: Span, (top, bottom): (u32, u32)) -> Option<Range<usize>> {
    if number < top || bottom < number {
        return None;
    }
    let (length, line_start) = (file.line_text(number).len(), file.line_start(number));
    let on_line = |offset: u32| file.local(offset).saturating_sub(line_start).min(length);
    let start = if number == top { on_line(span.start) } else { 0 };
    let end = if number == bottom { on_line(span.end) } else { length };
    Some(start..end.max(start))
}

/// One line as it is shown.
#[derive(Debug)]
pub(super) struct Shown {
    /// The line, cut and made harmless.
    pub text: String,
    /// For each character shown: its byte offset in the line and in `text`; then the ends of both.
    map: Vec<(usize, usize)>,
}

impl Shown {
    /// Cuts `line` so that what is marked stays in sight.
    pub fn new(line: &str, marks: impl Iterator<Item = Range<usize>>, ellipsis: &str) -> Shown {
        let length = line.chars().count();
        let mut window = 0..length;
        if length > WHOLE {
            let first = marks.map(|mark| mark.start).min().unwrap_or(0);
            let column = line.char_indices().take_while(|&(at, _)| at < first).count();
            let start = column.saturating_sub(BEFORE).min(length.saturating_sub(SHOWN));
            window = start..(start + SHOWN).min(length);
        }
        let mut shown = Shown { text: String::new(), map: Vec::with_capacity(window.len() + 1) };
        if window.start > 0 {
            shown.text.push_str(ellipsis);
        }
        let mut end = 0;
        for (at, character) in line.char_indices().skip(window.start).take(window.len()) {
            shown.map.push((at, shown.text.len()));
            shown.text.push(harmless(character));
            end = at + character.len_utf8();
        }
        shown.map.push((end, shown.text.len()));
        if window.end < length {
            shown.text.push_str(ellipsis);
        }
        shown
    }

    /// Where a byte range of the line lies in the text that is shown.
    pub fn place(&self, part: Range<usize>) -> Range<usize> {
        let find = |at: usize| {
            let index = self.map.partition_point(|&(from, _)| from < at);
            self.map.get(index).or(self.map.last()).map_or(0, |&(_, to)| to)
        };
        let start = find(part.start);
        start..find(part.end).max(start)
    }
}

/// The character itself, or a replacement if it would move the cursor, start an escape
/// sequence or change the direction of the text.
fn harmless(character: char) -> char {
    match character {
        '\t' => '\t',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' => {
            char::REPLACEMENT_CHARACTER
        }
        _ if character.is_control() => char::REPLACEMENT_CHARACTER,
        _ => character,
    }
}
