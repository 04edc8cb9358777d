//! What numbers and strings mean: the text of a literal to its value.
//!
//! Python's rules, with leading zeros allowed in integers. Pure functions over text: a
//! fault is an offset in the text and a message, and the caller knows the place.

use num_bigint::BigInt;

/// What is wrong with a literal.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte offset in the text that was decoded.
    pub at: usize,
    /// Length in bytes.
    pub length: usize,
    pub message: &'static str,
}

impl Fault {
    fn new(at: usize, length: usize, message: &'static str) -> Fault {
        Fault { at, length, message }
    }
}

/// The value of an integer literal.
#[derive(Debug, PartialEq, Eq)]
pub enum Integer {
    Small(i64),
    Big(BigInt),
}

/// Decodes `12`, `1_000`, `007`, `0xff`, `0b1`, `0o7`.
///
/// # Errors
/// Misplaced underscores, digits that the prefix does not allow, no digits at all.
pub fn integer(text: &str) -> Result<Integer, Fault> {
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (text.get(2..).unwrap_or(""), 16),
        [b'0', b'b' | b'B', ..] => (text.get(2..).unwrap_or(""), 2),
        [b'0', b'o' | b'O', ..] => (text.get(2..).unwrap_or(""), 8),
        _ => (text, 10),
    };
    // Python allows one underscore right after a prefix.
    let digits = if radix == 10 { digits } else { digits.strip_prefix('_').unwrap_or(digits) };
    check_underscores(digits).map_err(|message| Fault::new(0, text.len(), message))?;
    let clean: String = digits.chars().filter(|c| *c != '_').collect();
    if clean.is_empty() {
        return Err(Fault::new(0, text.len(), "digits are missing"));
    }
    if let Some(at) = clean.find(|c: char| !c.is_digit(radix)) {
        return Err(Fault::new(at.min(text.len()), 1, "a digit that the prefix does not allow"));
    }
    if let Ok(small) = i64::from_str_radix(&clean, radix) {
        return Ok(Integer::Small(small));
    }
    match BigInt::parse_bytes(clean.as_bytes(), radix) {
        Some(big) => Ok(Integer::Big(big)),
        None => Err(Fault::new(0, text.len(), "not a number")),
    }
}

/// Decodes `1.5`, `.5`, `1e-3`, `1_000.5`.
///
/// # Errors
/// Misplaced underscores.
pub fn float(text: &str) -> Result<f64, Fault> {
    let parts = text.split(|c: char| !c.is_ascii_digit() && c != '_').filter(|part| !part.is_empty());
    for part in parts {
        check_underscores(part).map_err(|message| Fault::new(0, text.len(), message))?;
    }
    let clean: String = text.chars().filter(|c| *c != '_').collect();
    clean.parse().map_err(|_| Fault::new(0, text.len(), "not a number"))
}

fn check_underscores(digits: &str) -> Result<(), &'static str> {
    if digits.starts_with('_') || digits.ends_with('_') || digits.contains("__") {
        return Err("single underscores may stand between digits only");
    }
    Ok(())
}

/// A string token taken apart.
pub struct Quoted<'t> {
    pub is_bytes: bool,
    pub is_raw: bool,
    pub body: &'t str,
    /// Offset of the body in the token.
    pub body_at: usize,
}

/// Takes prefix and quotes off a string token. A quote that is missing at the end has
/// been reported by the lexer.
pub fn unquote(token: &str) -> Quoted<'_> {
    let prefix_length = token.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (prefix, rest) = token.split_at(prefix_length);
    let quote = match rest.get(..3) {
        Some(triple @ ("\"\"\"" | "'''")) => triple,
        _ => rest.get(..1).unwrap_or(""),
    };
    let inner = rest.get(quote.len()..).unwrap_or("");
    let body = if quote.is_empty() { inner } else { inner.strip_suffix(quote).unwrap_or(inner) };
    Quoted {
        is_bytes: prefix.contains(['b', 'B']),
        is_raw: prefix.contains(['r', 'R']),
        body,
        body_at: prefix_length + quote.len(),
    }
}

/// Decodes the body of a string, or a piece of an f-string's text (`doubled`: `{{` and
/// `}}` stand for single braces).
///
/// # Errors
/// Incomplete escapes, characters that do not exist.
pub fn text(body: &str, is_raw: bool, doubled: bool) -> Result<String, Fault> {
    if !doubled && (is_raw || !body.contains('\\')) {
        return Ok(body.to_owned());
    }
    let mut out = String::with_capacity(body.len());
    let mut chars = Cursor { text: body, at: 0 };
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if doubled && chars.peek() == Some(c) => {
                chars.next();
                out.push(c);
            }
            '\\' if !is_raw => escape(&mut chars, &mut out)?,
            _ => out.push(c),
        }
    }
    Ok(out)
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// The number in up to `most` digits of `radix`, and how many there were.
    fn digits(&mut self, most: usize, radix: u32) -> (u32, usize) {
        let (mut value, mut count) = (0, 0);
        while count < most
            && let Some(digit) = self.peek().and_then(|c| c.to_digit(radix))
        {
            value = value * radix + digit;
            count += 1;
            self.at += 1;
        }
        (value, count)
    }
}

/// Reads what follows a backslash.
fn escape(chars: &mut Cursor<'_>, out: &mut String) -> Result<(), Fault> {
    let start = chars.at - 1;
    let Some(c) = chars.next() else {
        out.push('\\');
        return Ok(());
    };
    let simple = match c {
        '\n' => return Ok(()),
        '\\' | '\'' | '"' => c,
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '0'..='7' => {
            chars.at -= 1;
            let (value, _) = chars.digits(3, 8);
            char::from_u32(value).unwrap_or('\u{fffd}')
        }
        'x' => hexadecimal(chars, start, 2, "`\\x` needs two hexadecimal digits")?,
        'u' => hexadecimal(chars, start, 4, "`\\u` needs four hexadecimal digits")?,
        'U' => hexadecimal(chars, start, 8, "`\\U` needs eight hexadecimal digits")?,
        'N' => named(chars, start)?,
        _ => {
            // Python keeps the backslash of an escape that it does not know.
            out.push('\\');
            c
        }
    };
    out.push(simple);
    Ok(())
}

fn hexadecimal(
    chars: &mut Cursor<'_>,
    start: usize,
    count: usize,
    message: &'static str,
) -> Result<char, Fault> {
    // Eight digits fit: a larger value than any character's cannot wrap around.
    let (value, found) = chars.digits(count, 16);
    if found < count {
        return Err(Fault::new(start, chars.at - start, message));
    }
    char::from_u32(value).ok_or(Fault::new(start, chars.at - start, "no character has this number"))
}

fn named(chars: &mut Cursor<'_>, start: usize) -> Result<char, Fault> {
    let rest = chars.text.get(chars.at..).unwrap_or("");
    let name = rest.strip_prefix('{').and_then(|inner| inner.split_once('}')).map(|(name, _)| name);
    let Some(name) = name else {
        return Err(Fault::new(start, 2, "`\\N` needs a name in braces"));
    };
    chars.at += name.len() + 2;
    unicode_names2::character(name).ok_or(Fault::new(start, chars.at - start, "no character has this name"))
}

/// Decodes the body of a bytes literal.
///
/// # Errors
/// Characters beyond ASCII, incomplete escapes.
pub fn bytes(body: &str, is_raw: bool) -> Result<Vec<u8>, Fault> {
    if let Some((at, c)) = body.char_indices().find(|(_, c)| !c.is_ascii()) {
        return Err(Fault::new(at, c.len_utf8(), "bytes hold ASCII characters only"));
    }
    let mut out = Vec::with_capacity(body.len());
    let mut chars = Cursor { text: body, at: 0 };
    while let Some(c) = chars.next() {
        let start = chars.at - 1;
        let next = chars.peek();
        match (c, next) {
            ('\\', Some('0'..='7')) if !is_raw => {
                let (value, _) = chars.digits(3, 8);
                out.push((value & 0xff) as u8);
            }
            ('\\', Some('x')) if !is_raw => {
                chars.next();
                let (value, found) = chars.digits(2, 16);
                if found < 2 {
                    return Err(Fault::new(start, chars.at - start, "`\\x` needs two hexadecimal digits"));
                }
                out.push((value & 0xff) as u8);
            }
            // `\u`, `\U` and `\N` mean nothing in bytes: the backslash stays.
            ('\\', Some('u' | 'U' | 'N')) | (_, None) => out.push(c as u8),
            ('\\', Some(_)) if !is_raw => {
                let mut decoded = String::new();
                escape(&mut chars, &mut decoded)?;
                out.extend(decoded.bytes());
            }
            _ => out.push(c as u8),
        }
    }
    Ok(out)
}
