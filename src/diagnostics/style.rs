//! How a report may look: colour, drawing characters, width.
//!
//! The choice itself (terminal or pipe, `NO_COLOR`, `--color`) is made once, by
//! whoever owns the stream, and handed in as a [`Style`]. This file knows the
//! colours of the roles that a piece of text can play, and nothing of streams.

use anstyle::{AnsiColor, Effects, Style as Ansi};

/// What a stream can show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Whether ANSI colours may be used.
    pub color: bool,
    /// Whether lines are drawn with Unicode characters, not with ASCII.
    pub unicode: bool,
    /// Columns at which prose is wrapped; `None` leaves lines as long as they are.
    pub width: Option<usize>,
    /// Whether reports end with a line that names `ambler explain`.
    pub hint: bool,
}

impl Style {
    /// For pipes, files and tests: no colour, ASCII, no wrapping.
    pub const PLAIN: Style = Style { color: false, unicode: false, width: None, hint: true };

    /// `text` in the colour of `role`, or as it is.
    pub(super) fn paint(self, role: Role, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let ansi = role.ansi();
        format!("{ansi}{text}{ansi:#}")
    }

    /// What stands for text that was left out.
    pub(super) fn ellipsis(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// What a piece of a report is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// `error[E0103]`, and carets under what failed.
    Error,
    /// `warning[E0210]`.
    Warning,
    /// The message itself.
    Message,
    /// `FILE:LINE:COL`.
    Place,
    /// What can be skipped: hints, folded lines.
    Dim,
    /// What belongs to the left side of a comparison.
    Left,
    /// What belongs to the right side of a comparison.
    Right,
}

impl Role {
    fn ansi(self) -> Ansi {
        match self {
            Role::Error => AnsiColor::Red.on_default().bold(),
            Role::Warning => AnsiColor::Yellow.on_default().bold(),
            Role::Message => Ansi::new().bold(),
            Role::Place => AnsiColor::Cyan.on_default(),
            Role::Dim => Ansi::new().effects(Effects::DIMMED),
            Role::Left => AnsiColor::Magenta.on_default(),
            Role::Right => AnsiColor::Green.on_default(),
        }
    }
}
