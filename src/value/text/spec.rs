//! The format mini-language: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
//!
//! Parsed once, apart from any value; but CPython's defaults and error texts
//! depend on the type of the value, so that the parser is told its subject.

use super::repertoire::decimal_value;
use crate::value::number::Fault;

/// The type of the value that is going to be formatted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    Str,
    Int,
    Bool,
    Float,
}

impl Subject {
    pub const fn type_name(self) -> &'static str {
        match self {
            Subject::Str => "str",
            Subject::Int => "int",
            Subject::Bool => "bool",
            Subject::Float => "float",
        }
    }
}

/// Where the padding goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: between the sign and the digits.
    AfterSign,
}

/// What stands before a number that is not negative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    /// Nothing.
    Minus,
    /// `+`
    Plus,
    /// A space.
    Space,
}

/// The separator between groups of digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grouping {
    Comma,
    Underscore,
}

impl Grouping {
    pub const fn separator(self) -> char {
        match self {
            Grouping::Comma => ',',
            Grouping::Underscore => '_',
        }
    }
}

/// A format specification, parsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormatSpec {
    pub subject: Subject,
    /// Nothing was specified: the value is written as `str` does.
    pub is_empty: bool,
    pub fill: char,
    pub align: Align,
    /// `None` unless a sign was given.
    pub sign: Option<Sign>,
    /// `z`: a negative zero loses its sign.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    pub width: usize,
    pub grouping: Option<Grouping>,
    pub precision: Option<usize>,
    /// The presentation type, if one was given.
    pub kind: Option<char>,
}

impl FormatSpec {
    /// Parses a specification for a value of the subject's type.
    pub fn parse(text: &str, subject: Subject) -> Result<FormatSpec, Fault> {
        let mut scan = Scan { rest: text };
        let (fill, align) = scan.fill_and_align();
        let sign = scan.sign();
        let no_negative_zero = scan.take('z');
        let alternate = scan.take('#');
        let zeros = fill.is_none() && scan.take('0');
        let natural = if subject == Subject::Str { Align::Left } else { Align::Right };
        let width = scan.number()?.unwrap_or(0);
        let grouping = scan.grouping()?;
        let precision = match scan.take('.') {
            true => Some(scan.number()?.ok_or_else(|| Fault::value("Format specifier missing precision"))?),
            false => None,
        };
        let mut last = scan.rest.chars();
        let kind = last.next();
        if last.next().is_some() {
            let name = subject.type_name();
            return Err(Fault::value(format!(
                "Invalid format specifier '{text}' for object of type '{name}'"
            )));
        }
        if let Some(grouping) = grouping {
            let natural = (subject == Subject::Str).then_some('s');
            check_grouping(grouping, kind.or(natural))?;
        }
        Ok(FormatSpec {
            subject,
            is_empty: text.is_empty(),
            fill: fill.unwrap_or(if zeros { '0' } else { ' ' }),
            align: align.unwrap_or(if zeros && natural == Align::Right { Align::AfterSign } else { natural }),
            sign,
            no_negative_zero,
            alternate,
            width,
            grouping,
            precision,
            kind,
        })
    }

    /// The error for a presentation type that the subject does not have.
    pub(super) fn unknown_kind(&self, kind: char) -> Fault {
        let name = self.subject.type_name();
        Fault::value(format!("Unknown format code '{}' for object of type '{name}'", shown(kind)))
    }
}

/// Commas go with decimal numbers only, underscores with other bases too.
fn check_grouping(grouping: Grouping, kind: Option<char>) -> Result<(), Fault> {
    match (kind, grouping) {
        (None | Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F'), _) => Ok(()),
        (Some('b' | 'o' | 'x' | 'X'), Grouping::Underscore) => Ok(()),
        (Some(kind), _) => {
            Err(Fault::value(format!("Cannot specify '{}' with '{}'.", grouping.separator(), shown(kind))))
        }
    }
}

/// A character as CPython shows it in the errors about formats.
pub(super) fn shown(c: char) -> String {
    match c {
        '!'..='\x7f' => c.to_string(),
        _ => format!("\\x{:x}", c as u32),
    }
}

/// What is left of a specification.
struct Scan<'a> {
    rest: &'a str,
}

impl Scan<'_> {
    fn take(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn fill_and_align(&mut self) -> (Option<char>, Option<Align>) {
        let mut chars = self.rest.chars();
        let first = chars.next();
        let after_first = chars.as_str();
        if let Some(align) = chars.next().and_then(alignment) {
            self.rest = chars.as_str();
            return (first, Some(align));
        }
        match first.and_then(alignment) {
            Some(align) => {
                self.rest = after_first;
                (None, Some(align))
            }
            None => (None, None),
        }
    }

    fn sign(&mut self) -> Option<Sign> {
        if self.take('+') {
            Some(Sign::Plus)
        } else if self.take('-') {
            Some(Sign::Minus)
        } else if self.take(' ') {
            Some(Sign::Space)
        } else {
            None
        }
    }

    /// Decimal digits, of any script; `None` if there are none.
    fn number(&mut self) -> Result<Option<usize>, Fault> {
        let mut number = None;
        while let Some((digit, rest)) = leading_digit(self.rest) {
            let next = number.unwrap_or(0i64).checked_mul(10).and_then(|n| n.checked_add(i64::from(digit)));
            number = Some(next.ok_or_else(too_many_digits)?);
            self.rest = rest;
        }
        Ok(number.map(|n| n as usize))
    }

    fn grouping(&mut self) -> Result<Option<Grouping>, Fault> {
        let both = || Fault::value("Cannot specify both ',' and '_'.");
        let mut grouping = self.take(',').then_some(Grouping::Comma);
        if self.take('_') {
            if grouping.is_some() {
                return Err(both());
            }
            grouping = Some(Grouping::Underscore);
        }
        if grouping == Some(Grouping::Underscore) && self.rest.starts_with(',') {
            return Err(both());
        }
        Ok(grouping)
    }
}

/// The first character as a decimal digit, and what follows it.
pub(super) fn leading_digit(text: &str) -> Option<(u32, &str)> {
    let mut chars = text.chars();
    let digit = chars.next().and_then(decimal_value)?;
    Some((digit, chars.as_str()))
}

pub(super) fn too_many_digits() -> Fault {
    Fault::value("Too many decimal digits in format string")
}

fn alignment(c: char) -> Option<Align> {
    match c {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        '=' => Some(Align::AfterSign),
        _ => None,
    }
}
