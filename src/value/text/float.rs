//! The digits of floats: `repr`, and the styles e, f and g.
//!
//! Shared by the format mini-language and by `%`. Signs, padding and grouping
//! are not known here: what is written is the magnitude.

use rustpython_literal::float as literal;
use rustpython_literal::format::Case;

/// `repr(x)`: the shortest digits that read back as the same float.
pub fn float_repr(x: f64) -> String {
    literal::to_string(x)
}

/// The styles of writing a float.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    /// `e`: one digit before the point, an exponent.
    Exponent,
    /// `f`: no exponent.
    Fixed,
    /// `g`: significant digits, trailing zeros removed.
    General,
    /// As `repr` does, or `General` under a precision, but always recognisable as a float.
    Plain,
}

/// How the magnitude of a float is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Digits {
    pub style: Style,
    pub precision: Option<usize>,
    /// `#`: keep the point, and in `General` the zeros.
    pub alternate: bool,
    pub upper: bool,
}

impl Digits {
    /// The digits of `|x|`; `inf` and `nan` for what has none.
    pub fn write(self, x: f64) -> String {
        let size = x.abs();
        let case = if self.upper { Case::Upper } else { Case::Lower };
        let precision = self.precision.unwrap_or(6);
        match self.style {
            Style::Exponent => literal::format_exponent(precision, size, case, self.alternate),
            Style::Fixed => literal::format_fixed(precision, size, case, self.alternate),
            Style::General => literal::format_general(precision.max(1), size, case, self.alternate, false),
            Style::Plain if !size.is_finite() => literal::to_string(size),
            Style::Plain => self.plain(size),
        }
    }

    fn plain(self, size: f64) -> String {
        let mut text = match self.precision {
            None => literal::to_string(size),
            Some(precision) => {
                literal::format_general(precision.max(1), size, Case::Lower, self.alternate, true)
            }
        };
        if text.contains('.') {
            return text;
        }
        match text.find('e') {
            Some(at) if self.alternate => text.insert(at, '.'),
            Some(_) => {}
            None => text.push_str(".0"),
        }
        text
    }
}

/// Whether digits say zero: what the option `z` asks about a negative number.
pub(super) fn is_zero(digits: &str) -> bool {
    digits.bytes().take_while(|b| !matches!(b, b'e' | b'E')).all(|b| matches!(b, b'0' | b'.'))
}
