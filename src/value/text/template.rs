//! The template of `str.format`: literals and fields, names and their accessors.
//!
//! A template is read segment by segment, because CPython formats a field before
//! it looks at what follows. The caller finds the value of a field, applies the
//! conversion, and formats the specification, whose fields nest once, as a
//! template of its own with the same `Numbering`.

use super::spec::{leading_digit, shown, too_many_digits};
use crate::value::number::{Fault, FaultKind};

/// How deep specifications nest: fields in the template, and fields in their specifications.
const DEPTH: u32 = 2;

/// A template's segments, in order.
#[derive(Clone, Debug)]
pub struct Template<'a> {
    rest: &'a str,
}

/// Text, a field, or both (the text stands first).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment<'a> {
    pub literal: &'a str,
    pub field: Option<Field<'a>>,
}

/// A replacement field as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field<'a> {
    pub name: &'a str,
    /// The character after `!`; [`Field::check_conversion`] says whether there is such a one.
    pub conversion: Option<char>,
    pub spec: &'a str,
    /// Whether the specification has fields of its own, or doubled braces.
    pub spec_is_template: bool,
}

impl<'a> Template<'a> {
    /// A template at a depth: 0 for what the program wrote, 1 for a specification in it.
    pub fn new(text: &'a str, depth: u32) -> Result<Template<'a>, Fault> {
        if depth >= DEPTH {
            return Err(Fault::value("Max string recursion exceeded"));
        }
        Ok(Template { rest: text })
    }

    fn segment(&mut self) -> Result<Segment<'a>, Fault> {
        let text = self.rest;
        let Some(at) = text.find(['{', '}']) else {
            self.rest = "";
            return Ok(Segment { literal: text, field: None });
        };
        let (literal, after) = (text.get(..at).unwrap_or(""), text.get(at + 1..).unwrap_or(""));
        let open = text.as_bytes().get(at) == Some(&b'{');
        let next = after.as_bytes().first().copied();
        if !open && next != Some(b'}') {
            return Err(Fault::value("Single '}' encountered in format string"));
        }
        if open && next.is_none() {
            return Err(Fault::value("Single '{' encountered in format string"));
        }
        if next == Some(if open { b'{' } else { b'}' }) {
            // A doubled brace: one of them belongs to the literal.
            self.rest = after.get(1..).unwrap_or("");
            return Ok(Segment { literal: text.get(..at + 1).unwrap_or(literal), field: None });
        }
        let (field, rest) = field(after)?;
        self.rest = rest;
        Ok(Segment { literal, field: Some(field) })
    }
}

impl<'a> Iterator for Template<'a> {
    type Item = Result<Segment<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let segment = self.segment();
        if segment.is_err() {
            self.rest = "";
        }
        Some(segment)
    }
}

/// A field after its opening brace, and what follows its closing one.
fn field(text: &str) -> Result<(Field<'_>, &str), Fault> {
    let (at, stop) = name_end(text)?;
    let name = text.get(..at).unwrap_or("");
    let after = text.get(at + 1..).unwrap_or("");
    let (conversion, after) = match stop {
        b'}' => {
            let field = Field { name, conversion: None, spec: "", spec_is_template: false };
            return Ok((field, after));
        }
        b'!' => {
            let (conversion, rest, ends) = conversion(after)?;
            if ends {
                let field = Field { name, conversion: Some(conversion), spec: "", spec_is_template: false };
                return Ok((field, rest));
            }
            (Some(conversion), rest)
        }
        _ => (None, after),
    };
    let (spec, rest) = specification(after)?;
    let spec_is_template = spec.contains('{');
    Ok((Field { name, conversion, spec, spec_is_template }, rest))
}

/// Where the name ends, and with which of `}`, `!` and `:`; brackets hide them.
fn name_end(text: &str) -> Result<(usize, u8), Fault> {
    let mut in_brackets = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => in_brackets = true,
            b']' => in_brackets = false,
            _ if in_brackets => {}
            b'{' => return Err(Fault::value("unexpected '{' in field name")),
            b'}' | b'!' | b':' => return Ok((at, byte)),
            _ => {}
        }
    }
    Err(Fault::value("expected '}' before end of string"))
}

/// The character after `!`, what follows, and whether the field ends there.
fn conversion(text: &str) -> Result<(char, &str, bool), Fault> {
    let mut chars = text.chars();
    let Some(conversion) = chars.next() else {
        return Err(Fault::value("end of string while looking for conversion specifier"));
    };
    let after = chars.as_str();
    match chars.next() {
        Some(':') => Ok((conversion, chars.as_str(), false)),
        Some('}') => Ok((conversion, chars.as_str(), true)),
        Some(_) => Err(Fault::value("expected ':' after conversion specifier")),
        None => Ok((conversion, after, false)),
    }
}

/// A specification with balanced braces, and what follows the closing one.
fn specification(text: &str) -> Result<(&str, &str), Fault> {
    let mut depth = 1;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok((text.get(..at).unwrap_or(""), text.get(at + 1..).unwrap_or("")));
        }
    }
    Err(Fault::value("unmatched '{' in format spec"))
}

impl<'a> Field<'a> {
    /// The error for a conversion other than `r`, `s` and `a`; CPython raises it
    /// after it has found the value.
    pub fn check_conversion(&self) -> Result<(), Fault> {
        match self.conversion {
            None | Some('r' | 's' | 'a') => Ok(()),
            Some(c) => Err(Fault::value(format!("Unknown conversion specifier {}", shown(c)))),
        }
    }

    /// The name in parts.
    pub fn parse_name(&self) -> Result<FieldName<'a>, Fault> {
        FieldName::parse(self.name)
    }
}

/// Which argument a field begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key<'a> {
    /// `{}`: the next positional argument.
    Next,
    /// `{3}`
    Index(usize),
    /// `{name}`
    Name(&'a str),
}

/// A step from a value to one of its parts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Accessor<'a> {
    /// `.name`
    Attribute(&'a str),
    /// `[3]`
    Index(usize),
    /// `[text]`
    Item(&'a str),
}

/// A field's name: an argument, and steps from it which are read one by one.
#[derive(Clone, Debug)]
pub struct FieldName<'a> {
    pub key: Key<'a>,
    steps: &'a str,
}

impl<'a> FieldName<'a> {
    pub fn parse(name: &'a str) -> Result<FieldName<'a>, Fault> {
        let at = name.find(['.', '[']).unwrap_or(name.len());
        let (first, steps) = name.split_at(at);
        let key = match index(first)? {
            Some(index) => Key::Index(index),
            None if first.is_empty() => Key::Next,
            None => Key::Name(first),
        };
        Ok(FieldName { key, steps })
    }
}

impl<'a> Iterator for FieldName<'a> {
    type Item = Result<Accessor<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.steps.is_empty() {
            return None;
        }
        let accessor = step(self.steps);
        self.steps = accessor.as_ref().map_or("", |(_, rest)| rest);
        Some(accessor.map(|(accessor, _)| accessor))
    }
}

/// The first accessor, and what follows it.
fn step(text: &str) -> Result<(Accessor<'_>, &str), Fault> {
    let (accessor, rest) = if let Some(after) = text.strip_prefix('.') {
        let at = after.find(['.', '[']).unwrap_or(after.len());
        let (name, rest) = after.split_at(at);
        (Accessor::Attribute(name), rest)
    } else if let Some(after) = text.strip_prefix('[') {
        let Some((item, rest)) = after.split_once(']') else {
            return Err(Fault::value("Missing ']' in format string"));
        };
        let accessor = match index(item)? {
            Some(index) => Accessor::Index(index),
            None => Accessor::Item(item),
        };
        (accessor, rest)
    } else {
        return Err(Fault::value("Only '.' or '[' may follow ']' in format field specifier"));
    };
    match accessor {
        Accessor::Attribute("") | Accessor::Item("") => Err(Fault::value("Empty attribute in format string")),
        accessor => Ok((accessor, rest)),
    }
}

/// The text as an index, if it is nothing but digits.
fn index(text: &str) -> Result<Option<usize>, Fault> {
    let mut rest = text;
    let mut number = 0i64;
    while let Some((digit, after)) = leading_digit(rest) {
        let next = number.checked_mul(10).and_then(|n| n.checked_add(i64::from(digit)));
        number = next.ok_or_else(too_many_digits)?;
        rest = after;
    }
    Ok((rest.is_empty() && !text.is_empty()).then_some(number as usize))
}

/// Whether the fields so far were numbered, and the next number. One per call of
/// `format`, shared with the specifications in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Numbering {
    /// No positional field yet.
    #[default]
    Open,
    /// `{}`, and the next one is this.
    Automatic(usize),
    /// `{0}`
    Manual,
}

impl Numbering {
    /// The positional argument that a key means; `None` for a name.
    pub fn resolve(&mut self, key: Key<'_>) -> Result<Option<usize>, Fault> {
        match (key, *self) {
            (Key::Name(_), _) => Ok(None),
            (Key::Next, Numbering::Manual) => Err(Fault::value(
                "cannot switch from manual field specification to automatic field numbering",
            )),
            (Key::Next, Numbering::Open) => {
                *self = Numbering::Automatic(1);
                Ok(Some(0))
            }
            (Key::Next, Numbering::Automatic(next)) => {
                *self = Numbering::Automatic(next + 1);
                Ok(Some(next))
            }
            (Key::Index(_), Numbering::Automatic(_)) => Err(Fault::value(
                "cannot switch from automatic field numbering to manual field specification",
            )),
            (Key::Index(index), Numbering::Open | Numbering::Manual) => {
                *self = Numbering::Manual;
                Ok(Some(index))
            }
        }
    }

    /// A positional argument that is not there.
    pub fn out_of_range(index: usize) -> Fault {
        let message = format!("Replacement index {index} out of range for positional args tuple");
        Fault::new(FaultKind::IndexError, message)
    }

    /// A positional field in `format_map`, which has no positional arguments.
    pub fn no_positions() -> Fault {
        Fault::value("Format string contains positional fields")
    }
}
