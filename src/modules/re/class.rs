//! Characters and sets of a pattern: escapes, categories such as `\w`, and `[…]`.
//!
//! Python's `\w` is a letter, a number or `_`, its `\s` what `str.isspace` says: neither is what the
//! engine means by them, so both are written out.

use super::syntax::{Fault, IGNORECASE, Parser};

type Result<T> = std::result::Result<T, Fault>;

/// A character as the engine reads it, outside of sets and inside.
pub fn escaped(c: char) -> String {
    if c.is_alphanumeric() || c == '_' || (c as u32 > 127 && !c.is_whitespace() && !c.is_control()) {
        c.to_string()
    } else {
        format!("\\x{{{:x}}}", c as u32)
    }
}

/// The inside of a set for `\d`, `\w`, `\s` and their opposites.
pub fn category(parser: &Parser, c: char) -> Option<&'static str> {
    Some(match (c, parser.is_ascii()) {
        ('d', true) => "0-9",
        ('D', true) => "^0-9",
        ('w', true) => "A-Za-z0-9_",
        ('W', true) => "^A-Za-z0-9_",
        ('s', true) => "\\t-\\r\\x20",
        ('S', true) => "^\\t-\\r\\x20",
        ('d', false) => "\\p{Nd}",
        ('D', false) => "^\\p{Nd}",
        ('w', false) => "\\p{L}\\p{N}_",
        ('W', false) => "^\\p{L}\\p{N}_",
        ('s', false) => "\\s\\x1c-\\x1f",
        ('S', false) => "^\\s\\x1c-\\x1f",
        _ => return None,
    })
}

/// The character that an escape stands for; `c` has been read, the backslash stands at `at`.
pub fn escape(parser: &mut Parser, c: char, at: usize, in_set: bool) -> Result<char> {
    match c {
        'a' => Ok('\x07'),
        'b' if in_set => Ok('\x08'),
        'f' => Ok('\x0c'),
        'n' => Ok('\n'),
        'r' => Ok('\r'),
        't' => Ok('\t'),
        'v' => Ok('\x0b'),
        'x' => hexadecimal(parser, at, 2),
        'u' if !parser.bytes => hexadecimal(parser, at, 4),
        'U' if !parser.bytes => hexadecimal(parser, at, 8),
        'N' if !parser.bytes => named(parser, at),
        '0'..='7' if in_set || c == '0' => octal(parser, c, at),
        c if c.is_ascii_alphanumeric() => Err(parser.fault(format!("bad escape \\{c}"), at)),
        c => Ok(c),
    }
}

fn hexadecimal(parser: &mut Parser, at: usize, count: usize) -> Result<char> {
    let begin = parser.at;
    while parser.at < begin + count && parser.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
        parser.at += 1;
    }
    let text = |parser: &Parser| parser.chars[at..parser.at].iter().collect::<String>();
    if parser.at < begin + count {
        return Err(parser.fault(format!("incomplete escape {}", text(parser)), at));
    }
    let digits: String = parser.chars[begin..parser.at].iter().collect();
    let found = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
    found.ok_or_else(|| parser.fault(format!("bad escape {}", text(parser)), at))
}

fn octal(parser: &mut Parser, first: char, at: usize) -> Result<char> {
    let mut value = first.to_digit(8).unwrap_or(0);
    for _ in 0..2 {
        let Some(digit) = parser.peek().and_then(|c| c.to_digit(8)) else { break };
        parser.at += 1;
        value = value * 8 + digit;
    }
    if value > 0o377 {
        let text: String = parser.chars[at..parser.at].iter().collect();
        return Err(parser.fault(format!("octal escape value {text} outside of range 0-0o377"), at));
    }
    Ok(char::from_u32(value).unwrap_or('\0'))
}

fn named(parser: &mut Parser, at: usize) -> Result<char> {
    if !parser.take('{') {
        return Err(parser.fault("missing {", parser.at));
    }
    let name = parser.name('}')?;
    match unicode_names2::character(&name) {
        Some(c) => Ok(c),
        None => Err(parser.fault(format!("undefined character name '{name}'"), at)),
    }
}

/// An item of a set.
enum Item {
    Char(char),
    Category(&'static str),
}

fn item(parser: &mut Parser) -> Result<Option<Item>> {
    let at = parser.at;
    Ok(match parser.next() {
        None => None,
        Some('\\') => {
            let Some(c) = parser.next() else {
                return Err(parser.fault("bad escape (end of pattern)", at));
            };
            Some(match category(parser, c) {
                Some(category) => Item::Category(category),
                None => Item::Char(escape(parser, c, at, true)?),
            })
        }
        Some(c) => Some(Item::Char(c)),
    })
}

/// `[…]`, from after its bracket, which stands at `at`.
pub fn set(parser: &mut Parser, at: usize) -> Result<String> {
    let unfinished = |parser: &Parser| parser.fault("unterminated character set", at);
    let mut text = if parser.take('^') { "[^".to_owned() } else { "[".to_owned() };
    let begin = parser.at;
    loop {
        if parser.peek() == Some(']') && parser.at > begin {
            parser.at += 1;
            text.push(']');
            return Ok(text);
        }
        let from = parser.at;
        let Some(low) = item(parser)? else { return Err(unfinished(parser)) };
        let is_range = parser.peek() == Some('-') && parser.chars.get(parser.at + 1) != Some(&']');
        if !is_range {
            add(parser, &low, &mut text);
            continue;
        }
        parser.at += 1;
        let Some(high) = item(parser)? else { return Err(unfinished(parser)) };
        match (low, high) {
            (Item::Char(low), Item::Char(high)) if low <= high => range(parser, low, high, &mut text),
            _ => {
                let shown: String = parser.chars[from..parser.at].iter().collect();
                return Err(parser.fault(format!("bad character range {shown}"), from));
            }
        }
    }
}

fn add(parser: &Parser, item: &Item, text: &mut String) {
    match item {
        Item::Category(category) if category.starts_with('^') => *text += &format!("[{category}]"),
        Item::Category(category) => *text += category,
        Item::Char(c) => range(parser, *c, *c, text),
    }
}

/// A range; with ASCII only, the other case of its letters is written beside it.
fn range(parser: &Parser, low: char, high: char, text: &mut String) {
    let write = |low: char, high: char, text: &mut String| {
        *text += &escaped(low);
        if low != high {
            text.push('-');
            *text += &escaped(high);
        }
    };
    write(low, high, text);
    if parser.has(IGNORECASE) && parser.is_ascii() {
        for (first, last) in [('a', 'z'), ('A', 'Z')] {
            let (low, high) = (low.max(first), high.min(last));
            if low <= high {
                let other = |c: char| char::from(c as u8 ^ 0x20);
                write(other(low), other(high), text);
            }
        }
    }
}
