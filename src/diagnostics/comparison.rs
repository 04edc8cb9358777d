//! What a failed assertion compared, as plain data, and how it is shown: both sides, then where they differ.
//!
//! Who found the differences copies texts in here; values are unknown. Long texts are cut in the middle,
//! so that a failure stays on a screen.

use super::style::{Role, Style};

/// Characters of a side, or of a part of one, that are shown.
const LONGEST: usize = 400;
/// Bytes of two sides that stand in one line.
const SHORT: usize = 60;

/// What a condition that does not hold was made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comparison {
    /// `==`, `in`, …; `None` if a single value was asked for its truth.
    pub operator: Option<&'static str>,
    pub left: String,
    /// What the author of the program has to say about it.
    pub message: String,
    /// Only with an operator.
    pub right: String,
    pub differences: Vec<Difference>,
    /// Differences that are not in the list.
    pub omitted: usize,
}

/// One difference between the left and the right side.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// The same place has two values.
    Changed {
        path: String,
        left: String,
        right: String,
    },
    OnlyLeft {
        path: String,
        value: String,
    },
    OnlyRight {
        path: String,
        value: String,
    },
    /// Of two texts: the place and the line, with `-` if only the left has it, `+` if only the right.
    Line {
        path: String,
        sign: char,
        text: String,
    },
}

impl Comparison {
    /// The title of the report.
    pub(super) fn title(&self) -> String {
        let what = match self.operator {
            Some(operator) => format!("assertion `left {operator} right` failed"),
            None => "assertion failed".to_owned(),
        };
        if self.message.is_empty() { what } else { format!("{what}: {}", self.message) }
    }

    /// In one line: both sides, if they are short.
    pub fn summary(&self) -> String {
        match self.operator {
            Some(operator) if self.left.len() + self.right.len() <= SHORT => {
                let message = if self.message.is_empty() { "" } else { ": " };
                format!("{} {operator} {} failed{message}{}", self.left, self.right, self.message)
            }
            _ => self.title(),
        }
    }

    /// Both sides and their differences, each on lines of its own.
    pub(super) fn to_text(&self, style: Style) -> String {
        let head = |word: &str, role: Role| style.paint(role, word);
        if self.operator.is_none() {
            return format!("  {} {}\n", head("value:", Role::Error), shortened(&self.left, style));
        }
        let mut text = format!(
            "   {} {}\n  {} {}\n",
            head("left:", Role::Left),
            shortened(&self.left, style),
            head("right:", Role::Right),
            shortened(&self.right, style)
        );
        if !self.differences.is_empty() {
            text.push_str(&format!("  {}\n", head("they differ:", Role::Message)));
        }
        let mut path_before = None;
        for difference in &self.differences {
            if let Difference::Line { path, .. } = difference
                && path_before != Some(path)
            {
                text.push_str(&format!("    {}(- left, + right)\n", spaced(path)));
                path_before = Some(path);
            }
            text.push_str(&format!("    {}\n", difference.to_text(style)));
        }
        if self.omitted > 0 {
            let more = format!("{} {} more", style.ellipsis(), self.omitted);
            text.push_str(&format!("    {}\n", style.paint(Role::Dim, &more)));
        }
        text
    }
}

impl Difference {
    fn to_text(&self, style: Style) -> String {
        let (left, right) =
            (|text: &str| style.paint(Role::Left, text), |text: &str| style.paint(Role::Right, text));
        match self {
            Difference::Changed { path, left: a, right: b } => {
                format!(
                    "{}{} {}, {} {}",
                    spaced(path),
                    left("left"),
                    shortened(a, style),
                    right("right"),
                    shortened(b, style)
                )
            }
            Difference::OnlyLeft { path, value } => {
                format!("{}{} {}", spaced(path), left("only left"), shortened(value, style))
            }
            Difference::OnlyRight { path, value } => {
                format!("{}{} {}", spaced(path), right("only right"), shortened(value, style))
            }
            Difference::Line { sign, text, .. } => {
                let line = format!("{sign} {text}");
                match sign {
                    '-' => left(&line),
                    '+' => right(&line),
                    _ => line.trim_end().to_owned(),
                }
            }
        }
    }
}

/// A path and what separates it from what follows; nothing for the values themselves.
fn spaced(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("{path}: ") }
}

/// A text without its middle, if it is long.
fn shortened(text: &str, style: Style) -> String {
    let count = text.chars().count();
    if count <= LONGEST {
        return text.to_owned();
    }
    let start: String = text.chars().take(LONGEST * 2 / 3).collect();
    let end: String = text.chars().skip(count - LONGEST / 3).collect();
    format!("{start} {} {end}", style.ellipsis())
}
