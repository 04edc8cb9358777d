//! Python's regular expressions, translated into those of `fancy-regex`: the same alternatives, groups
//! by number, flags spelled out where they apply.
//!
//! Faults are found here, with CPython's words and positions; what comes out is valid. A pattern is
//! translated in two ways: the plain one is faster, and right for a text without a final newline (if the
//! pattern has `$`) and of ASCII (if it has `\b`). Nothing here knows values; matching is `program`'s.

use super::class;

pub const IGNORECASE: u32 = 2;
pub const LOCALE: u32 = 4;
pub const MULTILINE: u32 = 8;
pub const DOTALL: u32 = 16;
pub const UNICODE: u32 = 32;
pub const VERBOSE: u32 = 64;
pub const DEBUG: u32 = 128;
pub const ASCII: u32 = 256;

/// Most repetitions that can be asked for.
const MOST: usize = 4_294_967_295;

/// Beyond that, CPython raises OverflowError instead of its own error.
pub const TOO_LARGE: &str = "the repetition number is too large";

/// What is wrong with a pattern or a template, and at which character.
#[derive(Debug)]
pub struct Fault {
    pub message: String,
    pub at: usize,
}

/// A translated pattern.
#[derive(Debug)]
pub struct Translation {
    pub text: String,
    pub flags: u32,
    /// For each group the group around it; group 0 is the whole match.
    pub parents: Vec<usize>,
    pub names: Vec<(String, usize)>,
    pub has_end: bool,
    pub has_boundary: bool,
}

type Result<T> = std::result::Result<T, Fault>;

/// The least and the most characters that a part matches.
#[derive(Clone, Copy, PartialEq)]
struct Width(usize, usize);

const NOTHING: Width = Width(0, 0);
const ONE: Width = Width(1, 1);

impl Width {
    fn then(self, next: Width) -> Width {
        Width(self.0.saturating_add(next.0), self.1.saturating_add(next.1))
    }
    fn or(self, other: Width) -> Width {
        Width(self.0.min(other.0), self.1.max(other.1))
    }
}

/// What a part of a sequence is, as far as a repetition after it cares.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    Anchor,
    Repeat,
    /// Looks ahead or behind: the engine does not repeat it.
    Look,
}

struct Part {
    text: String,
    width: Width,
    kind: Kind,
}

impl Part {
    fn plain(text: impl Into<String>, width: Width) -> Part {
        Part { text: text.into(), width, kind: Kind::Plain }
    }
    fn anchor(text: &str) -> Part {
        Part { text: text.to_owned(), width: NOTHING, kind: Kind::Anchor }
    }
}

/// Reading a pattern.
pub(super) struct Parser {
    pub chars: Vec<char>,
    pub at: usize,
    pub flags: u32,
    pub bytes: bool,
    exact: bool,
    parents: Vec<usize>,
    open: Vec<usize>,
    widths: Vec<Option<Width>>,
    names: Vec<(String, usize)>,
    /// Groups that exist when a look-behind begins: later ones cannot be meant inside.
    behind: Option<usize>,
    /// Conditions name groups that may come later.
    conditions: Vec<(usize, usize)>,
    has_end: bool,
    has_boundary: bool,
}

/// Translates a pattern. `bytes`: it is for octets, each of which stands as the character of its number.
pub fn translate(pattern: &str, flags: u32, bytes: bool, exact: bool) -> Result<Translation> {
    let chars: Vec<char> = pattern.chars().collect();
    if flags & LOCALE != 0 && !bytes {
        return Err(Fault {
            message: "cannot use LOCALE flag with a str pattern".to_owned(),
            at: usize::MAX,
        });
    }
    let mut flags = flags;
    loop {
        let mut parser = Parser {
            chars: chars.clone(),
            at: 0,
            flags,
            bytes,
            exact,
            parents: vec![0],
            open: vec![0],
            widths: vec![None],
            names: Vec::new(),
            behind: None,
            conditions: Vec::new(),
            has_end: false,
            has_boundary: false,
        };
        let body = parser.alternatives(0)?;
        if parser.at < parser.chars.len() {
            return Err(parser.fault("unbalanced parenthesis", parser.at));
        }
        // A pattern that asks for VERBOSE inside is read again, verbosely.
        if parser.flags & VERBOSE != 0 && flags & VERBOSE == 0 {
            flags = parser.flags;
            continue;
        }
        for (group, at) in &parser.conditions {
            if *group >= parser.parents.len() {
                return Err(parser.fault(format!("invalid group reference {group}"), *at));
            }
        }
        let mut flags = parser.flags;
        if !bytes && flags & ASCII == 0 {
            flags |= UNICODE;
        }
        let text = if parser.folds() { format!("(?i:{})", body.text) } else { body.text };
        return Ok(Translation {
            text,
            flags,
            parents: parser.parents,
            names: parser.names,
            has_end: parser.has_end,
            has_boundary: parser.has_boundary,
        });
    }
}

impl Parser {
    pub fn fault(&self, message: impl Into<String>, at: usize) -> Fault {
        Fault { message: message.into(), at }
    }

    pub fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// Only ASCII letters, digits and blanks count as such.
    pub fn is_ascii(&self) -> bool {
        self.bytes || self.has(ASCII)
    }

    /// Whether case is left to the engine; with ASCII both cases are spelled out.
    fn folds(&self) -> bool {
        self.has(IGNORECASE) && !self.is_ascii()
    }

    pub fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub fn next(&mut self) -> Option<char> {
        let found = self.peek();
        self.at += usize::from(found.is_some());
        found
    }

    pub fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn alternatives(&mut self, depth: usize) -> Result<Part> {
        if depth > 150 {
            return Err(self.fault("pattern is nested too deeply", self.at));
        }
        let mut whole = self.sequence(depth)?;
        while self.take('|') {
            let next = self.sequence(depth)?;
            whole.text.push('|');
            whole.text += &next.text;
            whole.width = whole.width.or(next.width);
        }
        Ok(whole)
    }

    fn sequence(&mut self, depth: usize) -> Result<Part> {
        let mut text = String::new();
        let mut width = NOTHING;
        let mut last: Option<Part> = None;
        while let Some(c) = self.peek() {
            if matches!(c, '|' | ')') {
                break;
            }
            let at = self.at;
            self.at += 1;
            if self.has(VERBOSE) && self.skip_blank(c) {
                continue;
            }
            if let Some((least, most)) = self.repetition(c, at)? {
                last = Some(self.repeat(last, least, most, at)?);
                continue;
            }
            let Some(part) = self.part(c, at, depth)? else { continue };
            if let Some(done) = last.replace(part) {
                text += &done.text;
                width = width.then(done.width);
            }
        }
        if let Some(done) = last {
            text += &done.text;
            width = width.then(done.width);
        }
        Ok(Part::plain(text, width))
    }

    fn skip_blank(&mut self, c: char) -> bool {
        match c {
            ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c' => true,
            '#' => {
                while self.next().is_some_and(|c| c != '\n') {}
                true
            }
            _ => false,
        }
    }

    /// The bounds of a repetition that begins with `c`, which has been read.
    fn repetition(&mut self, c: char, at: usize) -> Result<Option<(usize, usize)>> {
        match c {
            '*' => Ok(Some((0, usize::MAX))),
            '+' => Ok(Some((1, usize::MAX))),
            '?' => Ok(Some((0, 1))),
            '{' => {
                if self.peek() == Some('}') {
                    return Ok(None);
                }
                let begin = self.at;
                let least = self.digits();
                let most = if self.take(',') { self.digits() } else { least.clone() };
                if !self.take('}') {
                    self.at = begin;
                    return Ok(None);
                }
                let number = |text: &str, default: usize| match text {
                    "" => Some(default),
                    text => text.parse().ok().filter(|n| *n < MOST),
                };
                let (Some(least), Some(most)) = (number(&least, 0), number(&most, usize::MAX)) else {
                    return Err(self.fault(TOO_LARGE, usize::MAX));
                };
                if most < least {
                    return Err(self.fault("min repeat greater than max repeat", at + 1));
                }
                Ok(Some((least, most)))
            }
            _ => Ok(None),
        }
    }

    fn digits(&mut self) -> String {
        let begin = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        self.chars[begin..self.at].iter().collect()
    }

    fn repeat(&mut self, part: Option<Part>, least: usize, most: usize, at: usize) -> Result<Part> {
        let Some(part) = part.filter(|part| part.kind != Kind::Anchor) else {
            return Err(self.fault("nothing to repeat", at));
        };
        if part.kind == Kind::Repeat {
            return Err(self.fault("multiple repeat", at));
        }
        let how = match (least, most) {
            (0, usize::MAX) => "*".to_owned(),
            (1, usize::MAX) => "+".to_owned(),
            (0, 1) => "?".to_owned(),
            (_, usize::MAX) => format!("{{{least},}}"),
            _ => format!("{{{least},{most}}}"),
        };
        let body = part.text;
        let text = if self.take('?') {
            format!("{body}{how}?")
        } else if self.take('+') {
            format!("(?>{body}{how})")
        } else {
            format!("{body}{how}")
        };
        let text = match part.kind {
            Kind::Look if least > 0 => body,
            Kind::Look => format!("(?:{body}|)"),
            _ => text,
        };
        let width = Width(part.width.0.saturating_mul(least), part.width.1.saturating_mul(most));
        Ok(Part { text, width, kind: Kind::Repeat })
    }

    /// Anything but a repetition; `None` for what matches nothing and stands for nothing.
    fn part(&mut self, c: char, at: usize, depth: usize) -> Result<Option<Part>> {
        Ok(Some(match c {
            '.' => Part::plain(if self.has(DOTALL) { "(?s:.)" } else { "[^\\n]" }, ONE),
            '^' => Part::anchor(if self.has(MULTILINE) { "(?m:^)" } else { "\\A" }),
            '$' if self.has(MULTILINE) => Part::anchor("(?m:$)"),
            '$' => {
                self.has_end = true;
                Part::anchor(if self.exact { "(?=\\n?\\z)" } else { "\\z" })
            }
            '[' => Part::plain(class::set(self, at)?, ONE),
            '(' => return self.group(at, depth),
            '\\' => self.escape(at)?,
            c => Part::plain(self.literal(c), ONE),
        }))
    }

    /// A character that stands for itself.
    pub fn literal(&self, c: char) -> String {
        if self.has(IGNORECASE) && self.is_ascii() && c.is_ascii_alphabetic() {
            return format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase());
        }
        class::escaped(c)
    }

    fn escape(&mut self, at: usize) -> Result<Part> {
        let Some(c) = self.next() else { return Err(self.fault("bad escape (end of pattern)", at)) };
        Ok(match c {
            'A' => Part::anchor("\\A"),
            'Z' => Part::anchor("\\z"),
            'b' | 'B' => {
                self.has_boundary = true;
                self.boundary(c)
            }
            '1'..='9' => return self.backreference(c, at),
            _ => match class::category(self, c) {
                Some(category) => Part::plain(format!("[{category}]"), ONE),
                None => {
                    let c = class::escape(self, c, at, false)?;
                    Part::plain(self.literal(c), ONE)
                }
            },
        })
    }

    fn boundary(&self, c: char) -> Part {
        if !self.exact {
            return Part::anchor(if c == 'b' { "\\b" } else { "\\B" });
        }
        let word = if self.is_ascii() { "[A-Za-z0-9_]" } else { "[\\p{L}\\p{N}_]" };
        Part::anchor(&if c == 'b' {
            format!("(?:(?<={word})(?!{word})|(?<!{word})(?={word}))")
        } else {
            // In a text without characters there is no place that is none.
            format!("(?:(?<={word})(?={word})|(?<!{word})(?!{word})(?:(?<=(?s:.))|(?=(?s:.))))")
        })
    }

    /// `\1`, or a character by its octal number.
    fn backreference(&mut self, first: char, at: usize) -> Result<Part> {
        let mut number = first.to_digit(10).unwrap_or(0) as usize;
        if let Some(second) = self.peek().filter(char::is_ascii_digit) {
            self.at += 1;
            let octal = |c: char| c.to_digit(8);
            if let (Some(a), Some(b)) = (octal(first), octal(second))
                && let Some(c) = self.peek().and_then(octal)
            {
                self.at += 1;
                let value = a * 64 + b * 8 + c;
                if value > 0o377 {
                    let text: String = self.chars[at..self.at].iter().collect();
                    return Err(self.fault(format!("octal escape value {text} outside of range 0-0o377"), at));
                }
                let c = char::from_u32(value).unwrap_or('\0');
                return Ok(Part::plain(self.literal(c), ONE));
            }
            number = number * 10 + second.to_digit(10).unwrap_or(0) as usize;
        }
        self.reference(number, at + 1)
    }

    /// What an earlier group matched.
    fn reference(&mut self, group: usize, at: usize) -> Result<Part> {
        if group >= self.parents.len() {
            return Err(self.fault(format!("invalid group reference {group}"), at));
        }
        let Some(width) = self.widths[group] else {
            return Err(self.fault("cannot refer to an open group", at - 1));
        };
        self.check_behind(group)?;
        Ok(Part::plain(format!("(?:\\{group})"), width))
    }

    fn check_behind(&self, group: usize) -> Result<()> {
        if self.behind.is_some_and(|known| group >= known) {
            return Err(
                self.fault("cannot refer to group defined in the same lookbehind subpattern", self.at)
            );
        }
        Ok(())
    }

    fn group(&mut self, at: usize, depth: usize) -> Result<Option<Part>> {
        if !self.take('?') {
            return self.capturing(None, at, depth).map(Some);
        }
        let Some(c) = self.next() else { return Err(self.fault("unexpected end of pattern", self.at)) };
        match c {
            'P' if self.take('<') => {
                let begin = self.at;
                let name = self.name('>')?;
                self.check_name(&name, begin)?;
                self.capturing(Some((name, begin)), at, depth).map(Some)
            }
            'P' if self.take('=') => {
                let begin = self.at;
                let name = self.name(')')?;
                self.check_name(&name, begin)?;
                let Some(group) = self.group_of(&name) else {
                    return Err(self.fault(format!("unknown group name '{name}'"), begin));
                };
                self.reference(group, begin).map(Some)
            }
            'P' => match self.next() {
                Some(c) => Err(self.fault(format!("unknown extension ?P{c}"), at + 1)),
                None => Err(self.fault("unexpected end of pattern", self.at)),
            },
            ':' => self.inside("(?:", at, depth).map(Some),
            '>' => self.inside("(?>", at, depth).map(Some),
            '#' => loop {
                match self.next() {
                    Some(')') => return Ok(None),
                    Some(_) => {}
                    None => return Err(self.fault("missing ), unterminated comment", at)),
                }
            },
            '=' => self.look("(?=", at, depth).map(Some),
            '!' => self.look("(?!", at, depth).map(Some),
            '<' => match self.next() {
                Some('=') => self.look("(?<=", at, depth).map(Some),
                Some('!') => self.look("(?<!", at, depth).map(Some),
                Some(c) => Err(self.fault(format!("unknown extension ?<{c}"), at + 1)),
                None => Err(self.fault("unexpected end of pattern", self.at)),
            },
            '(' => self.conditional(at, depth).map(Some),
            c if c == '-' || c.is_ascii_alphabetic() && "aiLmsux".contains(c) => {
                self.flag_group(c, at, depth)
            }
            c => Err(self.fault(format!("unknown extension ?{c}"), at + 1)),
        }
    }

    fn close(&mut self, at: usize) -> Result<()> {
        if self.take(')') { Ok(()) } else { Err(self.fault("missing ), unterminated subpattern", at)) }
    }

    fn inside(&mut self, open: &str, at: usize, depth: usize) -> Result<Part> {
        let body = self.alternatives(depth + 1)?;
        self.close(at)?;
        Ok(Part::plain(format!("{open}{})", body.text), body.width))
    }

    fn capturing(&mut self, name: Option<(String, usize)>, at: usize, depth: usize) -> Result<Part> {
        let group = self.parents.len();
        self.parents.push(self.open.last().copied().unwrap_or(0));
        self.widths.push(None);
        if let Some((name, begin)) = name {
            if let Some(old) = self.group_of(&name) {
                let message =
                    format!("redefinition of group name '{name}' as group {group}; was group {old}");
                return Err(self.fault(message, begin));
            }
            self.names.push((name, group));
        }
        self.open.push(group);
        let part = self.inside("(", at, depth)?;
        self.open.pop();
        self.widths[group] = Some(part.width);
        Ok(part)
    }

    fn look(&mut self, open: &str, at: usize, depth: usize) -> Result<Part> {
        let behind = open.contains('<');
        let before = self.behind;
        if behind && before.is_none() {
            self.behind = Some(self.parents.len());
        }
        let part = self.inside(open, at, depth)?;
        self.behind = before;
        if behind && part.width.0 != part.width.1 {
            return Err(self.fault("look-behind requires fixed-width pattern", usize::MAX));
        }
        Ok(Part { text: part.text, width: NOTHING, kind: Kind::Look })
    }

    fn conditional(&mut self, at: usize, depth: usize) -> Result<Part> {
        let begin = self.at;
        let name = self.name(')')?;
        let group = if !name.is_empty() && name.chars().all(|c| c.is_ascii_digit()) {
            let group: usize = name.parse().unwrap_or(usize::MAX);
            if group == 0 {
                return Err(self.fault("bad group number", begin));
            }
            self.conditions.push((group, begin));
            group
        } else {
            self.check_name(&name, begin)?;
            match self.group_of(&name) {
                Some(group) => group,
                None => return Err(self.fault(format!("unknown group name '{name}'"), begin)),
            }
        };
        self.check_behind(group)?;
        let yes = self.sequence(depth + 1)?;
        let no = if self.take('|') { self.sequence(depth + 1)? } else { Part::plain("", NOTHING) };
        if self.peek() == Some('|') {
            return Err(self.fault("conditional backref with more than two branches", self.at));
        }
        self.close(at)?;
        let text = format!("(?:(?({group})(?:{})|(?:{})))", yes.text, no.text);
        Ok(Part::plain(text, yes.width.or(no.width)))
    }

    /// `(?i)` or `(?i-s:…)`.
    fn flag_group(&mut self, first: char, at: usize, depth: usize) -> Result<Option<Part>> {
        let (mut add, mut remove) = (0, 0);
        let mut c = Some(first);
        while let Some(letter) = c.filter(|c| !matches!(c, ')' | ':' | '-')) {
            add |= self.flag(letter, "unknown flag")?;
            c = self.next();
            if c.is_none() {
                return Err(self.fault("missing -, : or )", self.at));
            }
        }
        if add & ASCII != 0 && add & UNICODE != 0 {
            return Err(self.fault("bad inline flags: flags 'a', 'u' and 'L' are incompatible", self.at));
        }
        if c == Some(')') {
            if at != 0 {
                return Err(self.fault("global flags not at the start of the expression", at));
            }
            self.flags |= add;
            return Ok(None);
        }
        if c == Some('-') {
            c = self.next();
            if c.is_none() {
                return Err(self.fault("missing flag", self.at));
            }
            if c == Some(':') {
                return Err(self.fault("missing flag", self.at - 1));
            }
            while let Some(letter) = c.filter(|c| *c != ':') {
                if !letter.is_alphabetic() {
                    return Err(self.fault("missing :", self.at - 1));
                }
                remove |= self.flag(letter, "unknown flag")?;
                c = self.next();
                if c.is_none() {
                    return Err(self.fault("missing :", self.at));
                }
            }
        }
        if remove & (ASCII | UNICODE | LOCALE) != 0 {
            let message = "bad inline flags: cannot turn off flags 'a', 'u' and 'L'";
            return Err(self.fault(message, self.at));
        }
        if add & remove != 0 {
            return Err(self.fault("bad inline flags: flag turned on and off", self.at - 1));
        }
        let before = (self.flags, self.folds());
        if add & UNICODE != 0 {
            self.flags &= !ASCII;
        }
        self.flags = (self.flags | add) & !remove;
        let open = match (before.1, self.folds()) {
            (false, true) => "(?i:",
            (true, false) => "(?-i:",
            _ => "(?:",
        };
        let body = self.alternatives(depth + 1)?;
        self.flags = before.0;
        self.close(at)?;
        Ok(Some(Part::plain(format!("{open}{})", body.text), body.width)))
    }

    fn flag(&self, letter: char, unknown: &str) -> Result<u32> {
        Ok(match letter {
            'i' => IGNORECASE,
            'm' => MULTILINE,
            's' => DOTALL,
            'x' => VERBOSE,
            'a' => ASCII,
            'u' if self.bytes => {
                let message = "bad inline flags: cannot use 'u' flag with a bytes pattern";
                return Err(self.fault(message, self.at));
            }
            'u' => UNICODE,
            'L' if !self.bytes => {
                let message = "bad inline flags: cannot use 'L' flag with a str pattern";
                return Err(self.fault(message, self.at));
            }
            'L' => LOCALE,
            letter if letter.is_alphabetic() => return Err(self.fault(unknown, self.at - 1)),
            _ => return Err(self.fault("missing -, : or )", self.at - 1)),
        })
    }

    /// Reads up to a closing character.
    pub fn name(&mut self, close: char) -> Result<String> {
        let begin = self.at;
        while let Some(c) = self.next() {
            if c == close {
                if self.at - 1 == begin {
                    return Err(self.fault("missing group name", begin));
                }
                return Ok(self.chars[begin..self.at - 1].iter().collect());
            }
        }
        if begin == self.chars.len() {
            return Err(self.fault("missing group name", begin));
        }
        Err(self.fault(format!("missing {close}, unterminated name"), begin))
    }

    fn check_name(&self, name: &str, at: usize) -> Result<()> {
        let mut chars = name.chars();
        let begins = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
        if begins && chars.all(|c| c == '_' || c.is_alphanumeric()) {
            return Ok(());
        }
        let shown = crate::value::text::repr_str(name);
        Err(self.fault(format!("bad character in group name {shown}"), at))
    }

    fn group_of(&self, name: &str) -> Option<usize> {
        self.names.iter().find(|(own, _)| own == name).map(|(_, group)| *group)
    }
}
