//! Templates of `sub` and `expand`: text with `\1`, `\g<name>` and escapes.
//!
//! A template is read once and filled for every match; a group that took no part is empty.

use super::program::Program;
use super::syntax::Fault;

/// A piece of a template.
pub enum Piece {
    Text(String),
    Group(usize),
}

/// What a template can be refused for: a fault, or a name that the pattern does not have.
pub enum Refused {
    Fault(Fault),
    Name(String),
}

struct Reader<'t> {
    chars: Vec<char>,
    at: usize,
    program: &'t Program,
    pieces: Vec<Piece>,
    text: String,
}

/// Reads a template.
pub fn parse(template: &str, program: &Program) -> Result<Vec<Piece>, Refused> {
    let mut reader =
        Reader { chars: template.chars().collect(), at: 0, program, pieces: Vec::new(), text: String::new() };
    while let Some(c) = reader.next() {
        if c == '\\' { reader.escape()? } else { reader.text.push(c) }
    }
    reader.flush();
    Ok(reader.pieces)
}

fn fault<T>(message: impl Into<String>, at: usize) -> Result<T, Refused> {
    Err(Refused::Fault(Fault { message: message.into(), at }))
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let found = self.chars.get(self.at).copied();
        self.at += usize::from(found.is_some());
        found
    }

    fn digit(&mut self, radix: u32) -> Option<u32> {
        let found = self.chars.get(self.at).and_then(|c| c.to_digit(radix));
        self.at += usize::from(found.is_some());
        found
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }

    fn group(&mut self, group: usize, at: usize) -> Result<(), Refused> {
        if group > self.program.groups() {
            return fault(format!("invalid group reference {group}"), at);
        }
        self.flush();
        self.pieces.push(Piece::Group(group));
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Refused> {
        let at = self.at - 1;
        match self.next() {
            None => fault("bad escape (end of pattern)", at),
            Some('g') => self.named(),
            Some('0') => {
                let mut value = self.digit(8).unwrap_or(0);
                if let Some(digit) = self.digit(8) {
                    value = value * 8 + digit;
                }
                self.text.push(char::from_u32(value).unwrap_or('\0'));
                Ok(())
            }
            Some(c @ '1'..='9') => self.numbered(c, at),
            Some(c) => {
                let plain = match c {
                    'a' => '\x07',
                    'b' => '\x08',
                    'f' => '\x0c',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'v' => '\x0b',
                    '\\' => '\\',
                    c if c.is_ascii_alphabetic() => return fault(format!("bad escape \\{c}"), at),
                    c => {
                        self.text.push('\\');
                        c
                    }
                };
                self.text.push(plain);
                Ok(())
            }
        }
    }

    fn numbered(&mut self, first: char, at: usize) -> Result<(), Refused> {
        let mut group = first.to_digit(10).unwrap_or(0);
        let begin = self.at;
        if let Some(second) = self.digit(10) {
            if first < '8'
                && second < 8
                && let Some(third) = self.digit(8)
            {
                let value = group * 64 + second * 8 + third;
                if value > 0o377 {
                    let text: String = self.chars[at..self.at].iter().collect();
                    return fault(format!("octal escape value {text} outside of range 0-0o377"), at);
                }
                self.text.push(char::from_u32(value).unwrap_or('\0'));
                return Ok(());
            }
            group = group * 10 + second;
        }
        self.group(group as usize, begin - 1)
    }

    fn named(&mut self) -> Result<(), Refused> {
        if self.chars.get(self.at) != Some(&'<') {
            return fault("missing <", self.at);
        }
        self.at += 1;
        let begin = self.at;
        let Some(length) = self.chars[begin..].iter().position(|c| *c == '>') else {
            let message =
                if begin == self.chars.len() { "missing group name" } else { "missing >, unterminated name" };
            return fault(message, begin);
        };
        let name: String = self.chars[begin..begin + length].iter().collect();
        self.at = begin + length + 1;
        if name.is_empty() {
            return fault("missing group name", begin);
        }
        if name.chars().all(|c| c.is_ascii_digit()) {
            return self.group(name.parse().unwrap_or(usize::MAX), begin);
        }
        let is_name = name
            .chars()
            .enumerate()
            .all(|(index, c)| c == '_' || c.is_alphabetic() || (index > 0 && c.is_alphanumeric()));
        if !is_name {
            let shown = crate::value::text::repr_str(&name);
            return fault(format!("bad character in group name {shown}"), begin);
        }
        match self.program.group_of(&name) {
            Some(group) => self.group(group, begin),
            None => Err(Refused::Name(name)),
        }
    }
}
