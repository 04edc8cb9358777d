//! Tables and times for people: aligned columns that fit the terminal, ages instead of dates.
//!
//! Owns widths, colours of words and what is cut off. It refuses to know what the words mean.

use crate::diagnostics::Style;
use anstyle::{AnsiColor, Effects};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What stands between columns.
const GAP: usize = 2;
/// A last column is not made narrower than this.
const NARROW: usize = 8;

/// A cell, and how it is painted.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub text: String,
    pub paint: Paint,
    /// Whether it ends, not begins, where its column does.
    pub is_right: bool,
}

/// How a word looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    Good,
    Bad,
    Busy,
    Dim,
}

impl Cell {
    pub(super) fn plain(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), paint: Paint::Plain, is_right: false }
    }

    pub(super) fn number(number: u64) -> Cell {
        Cell { is_right: true, ..Cell::plain(grouped(number)) }
    }

    pub(super) fn painted(text: impl Into<String>, paint: Paint) -> Cell {
        Cell { paint, ..Cell::plain(text) }
    }
}

/// Text in a colour, where there are colours.
pub(super) fn painted(style: Style, text: &str, paint: Paint) -> String {
    let ansi = match paint {
        _ if !style.color || text.is_empty() => return text.to_owned(),
        Paint::Plain => return text.to_owned(),
        Paint::Good => AnsiColor::Green.on_default(),
        Paint::Bad => AnsiColor::Red.on_default().bold(),
        Paint::Busy => AnsiColor::Cyan.on_default(),
        Paint::Dim => anstyle::Style::new().effects(Effects::DIMMED),
    };
    format!("{ansi}{text}{ansi:#}")
}

/// Rows with aligned columns; the last column is cut where the terminal ends.
pub(super) fn table(rows: &[Vec<Cell>], style: Style) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; columns];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.text.width());
        }
    }
    if let (Some(all), Some((last, before))) = (style.width, widths.split_last_mut()) {
        let used: usize = before.iter().map(|width| width + GAP).sum();
        *last = (*last).min(all.saturating_sub(used).max(NARROW));
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        let mut owed = 0;
        for (cell, width) in row.iter().zip(&widths) {
            let cut = cut(&cell.text, *width, style);
            let rest = width.saturating_sub(cut.width());
            let (before, after) = if cell.is_right { (rest, 0) } else { (0, rest) };
            if !cut.is_empty() {
                line.push_str(&" ".repeat(owed + before));
                line.push_str(&painted(style, &cut, cell.paint));
                owed = after + GAP;
            } else {
                owed += width + GAP;
            }
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The beginning of a text that fits; line breaks are spaces.
pub(super) fn cut(text: &str, width: usize, style: Style) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.width() <= width {
        return text;
    }
    let sign = if style.unicode { "…" } else { "..." };
    let mut left = width.saturating_sub(sign.width());
    let fits = |c: &char| {
        let own = c.width().unwrap_or(0);
        let fits = own <= left;
        left = left.saturating_sub(own);
        fits
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    kept.push_str(sign);
    kept
}

/// How long ago (or when) a moment is, in µs since 1970.
pub(super) fn age(moment_us: i64, now_us: i64) -> String {
    let seconds = now_us.saturating_sub(moment_us) / 1_000_000;
    let length = match seconds.unsigned_abs() {
        0 => return "just now".to_owned(),
        s @ ..60 => format!("{s} s"),
        s @ ..3_600 => format!("{} min", s / 60),
        s @ ..86_400 => format!("{} h", s / 3_600),
        s if s / 86_400 == 1 => "1 day".to_owned(),
        s => format!("{} days", s / 86_400),
    };
    if seconds < 0 { format!("in {length}") } else { format!("{length} ago") }
}

/// 1,234,567
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 walker`, `2 walkers`, `no walkers`.
pub(super) fn counted(number: u64, noun: &str) -> String {
    match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", grouped(number)),
    }
}
