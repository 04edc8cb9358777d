//! `template % arguments`: printf-style conversions.
//!
//! The template is read piece by piece, since CPython notices its errors only
//! when it gets there, after the earlier arguments were converted. Fetching the
//! arguments, by position or by key, and `str`, `repr` and `ascii` of objects are
//! the caller's; everything about characters is done here.

use std::iter::repeat_n;

use super::float::{Digits, Style};
use super::format::character;
use super::layout::bounded;
use crate::value::number::{Fault, IntegerRef, decimal, float_to_int, int_to_float, radix};

/// A template's pieces, in order.
#[derive(Clone, Debug)]
pub struct Percent<'a> {
    template: &'a str,
    has_mapping: bool,
    /// Byte offset of what has not been read.
    at: usize,
}

/// Plain text, or a conversion of an argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    Text(&'a str),
    Conversion(Conversion<'a>),
}

/// A width or a precision as the template gives it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    Absent,
    Fixed(usize),
    /// `*`: the next argument, which must be an int.
    Argument,
}

/// A conversion as the template gives it.
///
/// The caller looks up the key in the mapping if there is one, takes an argument
/// for each `*` (width first), then the value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conversion<'a> {
    pub key: Option<&'a str>,
    pub width: Size,
    pub precision: Size,
    /// The letter, valid or not; see [`Conversion::is_percent_sign`].
    pub kind: char,
    /// Nothing stands between the percent sign and the letter.
    bare: bool,
    flags: Flags,
    /// Index of the letter in characters, for the error about an unknown one.
    index: usize,
    /// What is wrong behind a `*`; raised once its argument is there.
    defect: Option<Fault>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Flags {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
}

/// A conversion whose width and precision are numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Field {
    flags: Flags,
    width: usize,
    precision: Option<usize>,
    kind: char,
}

/// The value to convert, as far as its type matters.
#[derive(Clone, Copy, Debug)]
pub enum Argument<'a> {
    Int(IntegerRef<'a>),
    Float(f64),
    Str(&'a str),
    /// Any other type, by its name.
    Other(&'a str),
}

impl<'a> Percent<'a> {
    /// The pieces of a template whose right side is a mapping, so that keys are allowed.
    pub fn new(template: &'a str) -> Percent<'a> {
        Percent { template, has_mapping: true, at: 0 }
    }

    /// The right side is no mapping: a key is an error as soon as one begins.
    pub fn without_mapping(self) -> Percent<'a> {
        Percent { has_mapping: false, ..self }
    }

    fn rest(&self) -> &'a str {
        self.template.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Result<char, Fault> {
        self.rest().chars().next().ok_or_else(|| Fault::value("incomplete format"))
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    /// Everything after the percent sign.
    fn conversion(&mut self) -> Result<Conversion<'a>, Fault> {
        let start = self.at;
        let key = if self.take('(') { Some(self.key()?) } else { None };
        let flags = self.flags();
        let width = self.size("width too big")?;
        let mut conversion = Conversion {
            key,
            width,
            precision: Size::Absent,
            kind: '\0',
            bare: false,
            flags,
            index: 0,
            defect: None,
        };
        if let Err(fault) = self.after_width(&mut conversion) {
            if conversion.width != Size::Argument && conversion.precision != Size::Argument {
                return Err(fault);
            }
            // CPython takes the argument of a `*` before it reads on.
            conversion.defect = Some(fault);
            self.at = self.template.len();
        }
        conversion.bare = self.template.get(start..).is_some_and(|rest| rest.starts_with('%'));
        Ok(conversion)
    }

    /// The precision, the modifier and the letter.
    fn after_width(&mut self, conversion: &mut Conversion<'a>) -> Result<(), Fault> {
        let too_big = "precision too big";
        if self.take('.') {
            conversion.precision = match self.size(too_big)? {
                Size::Absent => Size::Fixed(0),
                Size::Fixed(digits) if digits > i32::MAX as usize => return Err(Fault::value(too_big)),
                size => size,
            };
        }
        self.peek()?;
        // C's length modifiers mean nothing; one of them is skipped.
        let _ = self.take('h') || self.take('l') || self.take('L');
        conversion.kind = self.peek()?;
        conversion.index = self.template.get(..self.at).map_or(0, |before| before.chars().count());
        self.at += conversion.kind.len_utf8();
        Ok(())
    }

    /// What stands between parentheses, which nest.
    fn key(&mut self) -> Result<&'a str, Fault> {
        if !self.has_mapping {
            return Err(Percent::no_mapping());
        }
        let rest = self.rest();
        let mut depth = 1;
        for (at, byte) in rest.bytes().enumerate() {
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.at += at + 1;
                return Ok(rest.get(..at).unwrap_or(""));
            }
        }
        Err(Fault::value("incomplete format key"))
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        loop {
            let flag = match self.rest().bytes().next() {
                Some(b'-') => &mut flags.left,
                Some(b'+') => &mut flags.plus,
                Some(b' ') => &mut flags.space,
                Some(b'#') => &mut flags.alternate,
                Some(b'0') => &mut flags.zero,
                _ => return flags,
            };
            *flag = true;
            self.at += 1;
        }
    }

    fn size(&mut self, too_big: &str) -> Result<Size, Fault> {
        if self.take('*') {
            return Ok(Size::Argument);
        }
        let mut size = None;
        while let Some(digit @ b'0'..=b'9') = self.rest().bytes().next() {
            let next =
                size.unwrap_or(0i64).checked_mul(10).and_then(|n| n.checked_add(i64::from(digit - b'0')));
            size = Some(next.ok_or_else(|| Fault::value(too_big))?);
            self.at += 1;
        }
        Ok(size.map_or(Size::Absent, |n| Size::Fixed(n as usize)))
    }
}

impl<'a> Iterator for Percent<'a> {
    type Item = Result<Piece<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest();
        if rest.is_empty() {
            return None;
        }
        let text = rest.find('%').map_or(rest, |at| rest.get(..at).unwrap_or(""));
        if !text.is_empty() {
            self.at += text.len();
            return Some(Ok(Piece::Text(text)));
        }
        self.at += 1;
        let conversion = self.conversion();
        if conversion.is_err() {
            self.at = self.template.len();
        }
        Some(conversion.map(Piece::Conversion))
    }
}

impl Conversion<'_> {
    /// `%%`, which takes no argument. With anything in between, it is an unknown letter that takes one.
    pub fn is_percent_sign(&self) -> bool {
        self.kind == '%' && self.bare
    }

    /// The field, once the arguments for `*` are known: (width, precision).
    pub fn field(&self, stars: (Option<i64>, Option<i64>)) -> Result<Field, Fault> {
        if let Some(defect) = &self.defect {
            return Err(defect.clone());
        }
        let mut flags = self.flags;
        let width = match (self.width, stars.0) {
            (Size::Fixed(width), _) => width,
            (Size::Argument, Some(width)) => {
                flags.left = flags.left || width < 0;
                usize::try_from(width.unsigned_abs()).map_err(|_| Fault::memory())?
            }
            (Size::Absent, _) | (Size::Argument, None) => 0,
        };
        let precision = match (self.precision, stars.1) {
            (Size::Fixed(precision), _) => Some(precision),
            (Size::Argument, Some(precision)) if precision > i64::from(i32::MAX) => {
                return Err(Fault::overflow("Python int too large to convert to C int"));
            }
            (Size::Argument, Some(precision)) => Some(usize::try_from(precision).unwrap_or(0)),
            (Size::Absent, _) | (Size::Argument, None) => None,
        };
        Ok(Field { flags, width, precision, kind: self.kind })
    }

    /// The error for a letter that is no conversion; raised once its argument is there.
    pub fn unsupported(&self) -> Fault {
        let letter = match self.kind {
            '\x1f'..='~' => self.kind,
            _ => '?',
        };
        Fault::value(format!(
            "unsupported format character '{letter}' (0x{:x}) at index {}",
            self.kind as u32, self.index
        ))
    }

    /// Whether the letter wants the text that `str`, `repr` or `ascii` makes of the value.
    pub fn wants_text(&self) -> bool {
        matches!(self.kind, 's' | 'r' | 'a')
    }

    /// Whether the letter is any conversion at all.
    pub fn is_known(&self) -> bool {
        matches!(
            self.kind,
            's' | 'r' | 'a' | 'c' | 'd' | 'i' | 'u' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G'
        )
    }
}

/// What the caller says when the arguments and the conversions do not match.
impl Percent<'_> {
    pub fn too_few() -> Fault {
        Fault::type_error("not enough arguments for format string")
    }

    pub fn too_many() -> Fault {
        Fault::type_error("not all arguments converted during string formatting")
    }

    pub fn no_mapping() -> Fault {
        Fault::type_error("format requires a mapping")
    }

    pub fn star_wants_int() -> Fault {
        Fault::type_error("* wants int")
    }

    /// An int for `*` that needs more than 64 bits.
    pub fn star_too_large(for_precision: bool) -> Fault {
        let kind = if for_precision { "int" } else { "ssize_t" };
        Fault::overflow(format!("Python int too large to convert to C {kind}"))
    }
}

impl Field {
    /// `s`, `r` and `a`: the text that the caller made of the value.
    pub fn text(&self, text: &str) -> Result<String, Fault> {
        let end = self.precision.and_then(|most| text.char_indices().nth(most));
        let text = end.map_or(text, |(at, _)| text.get(..at).unwrap_or(text));
        self.lay_out("", "", text, false)
    }

    /// All other conversions.
    pub fn value(&self, argument: Argument<'_>) -> Result<String, Fault> {
        match self.kind {
            'c' => self.one_character(argument),
            'd' | 'i' | 'u' => match argument {
                Argument::Int(n) => self.int(n),
                Argument::Float(x) => self.int(float_to_int(x)?.as_ref()),
                Argument::Str(_) | Argument::Other(_) => Err(self.wrong_type(argument, "a real number")),
            },
            'o' | 'x' | 'X' => match argument {
                Argument::Int(n) => self.int(n),
                _ => Err(self.wrong_type(argument, "an integer")),
            },
            _ => match argument {
                Argument::Int(n) => self.float(int_to_float(n)?),
                Argument::Float(x) => self.float(x),
                Argument::Str(_) | Argument::Other(_) => {
                    Err(Fault::type_error(format!("must be real number, not {}", type_name(argument))))
                }
            },
        }
    }

    fn wrong_type(&self, argument: Argument<'_>, wanted: &str) -> Fault {
        let (kind, name) = (self.kind, type_name(argument));
        Fault::type_error(format!("%{kind} format: {wanted} is required, not {name}"))
    }

    fn one_character(&self, argument: Argument<'_>) -> Result<String, Fault> {
        let c = match argument {
            // A code beyond 64 bits is as much out of range as any other.
            Argument::Int(n) => character(n.to_i64().unwrap_or(-1))?,
            Argument::Str(text) => {
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) => c,
                    _ => return Err(Fault::type_error("%c requires int or char")),
                }
            }
            Argument::Float(_) | Argument::Other(_) => {
                return Err(Fault::type_error("%c requires int or char"));
            }
        };
        self.lay_out("", "", c.encode_utf8(&mut [0; 4]), false)
    }

    fn int(&self, n: IntegerRef<'_>) -> Result<String, Fault> {
        let (text, prefix) = match self.kind {
            'o' => (radix(n, 8), "0o"),
            'x' => (radix(n, 16), "0x"),
            'X' => (radix(n, 16).to_ascii_uppercase(), "0X"),
            _ => (decimal(n)?, ""),
        };
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let zeros = bounded(self.precision.unwrap_or(0))?.saturating_sub(digits.len());
        let digits = "0".repeat(zeros) + digits;
        let prefix = if self.flags.alternate { prefix } else { "" };
        self.lay_out(self.sign(n.is_negative()), prefix, &digits, true)
    }

    fn float(&self, x: f64) -> Result<String, Fault> {
        let style = match self.kind {
            'e' | 'E' => Style::Exponent,
            'f' | 'F' => Style::Fixed,
            _ => Style::General,
        };
        let precision = self.precision.map(bounded).transpose()?;
        let upper = self.kind.is_ascii_uppercase();
        let digits = Digits { style, precision, alternate: self.flags.alternate, upper }.write(x);
        let negative = x.is_sign_negative() && !x.is_nan();
        self.lay_out(self.sign(negative), "", &digits, true)
    }

    fn sign(&self, negative: bool) -> &'static str {
        match self.flags {
            _ if negative => "-",
            Flags { plus: true, .. } => "+",
            Flags { space: true, .. } => " ",
            _ => "",
        }
    }

    /// Zeros go between the prefix and the digits of numbers; spaces go outside.
    fn lay_out(&self, sign: &str, prefix: &str, body: &str, numeric: bool) -> Result<String, Fault> {
        let length = sign.len() + prefix.len() + body.chars().count();
        let padding = bounded(self.width)?.saturating_sub(length);
        let (left, zeros, right) = match self.flags {
            Flags { left: true, .. } => (0, 0, padding),
            Flags { zero: true, .. } if numeric => (0, padding, 0),
            _ => (padding, 0, 0),
        };
        let mut out = String::with_capacity(body.len() + sign.len() + prefix.len() + padding);
        out.extend(repeat_n(' ', left));
        out.push_str(sign);
        out.push_str(prefix);
        out.extend(repeat_n('0', zeros));
        out.push_str(body);
        out.extend(repeat_n(' ', right));
        Ok(out)
    }
}

fn type_name<'a>(argument: Argument<'a>) -> &'a str {
    match argument {
        Argument::Int(_) => "int",
        Argument::Float(_) => "float",
        Argument::Str(_) => "str",
        Argument::Other(name) => name,
    }
}
