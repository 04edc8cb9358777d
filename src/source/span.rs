//! A span: the half-open range of bytes that something in a program covers.
//!
//! Offsets are global (see [`super::add`]), which makes a span meaningful
//! without its file. It does not know text: [`super::file_of`] finds the file,
//! and [`super::SourceFile::slice`] gives the characters.

/// A half-open range `start..end` of global byte offsets.
///
/// ```
/// use ambler::source::Span;
/// let (a, b) = (Span::new(4, 6), Span::new(9, 12));
/// assert_eq!(a.to(b), Span::new(4, 12));
/// assert!(Span::NONE.is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte; equal to `start` for a mere position.
    pub end: u32,
}

impl Span {
    /// The span of something that stands nowhere: made by the runtime, not written by anyone.
    pub const NONE: Span = Span { start: 0, end: 0 };

    /// The span `start..end`; a reversed pair gives the empty span at `start`.
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start, end: if end < start { start } else { end } }
    }

    /// The empty span at one position.
    pub const fn at(start: u32) -> Span {
        Span { start, end: start }
    }

    /// The smallest span that covers both; [`Span::NONE`] counts as nothing.
    pub fn to(self, other: Span) -> Span {
        if self.is_none() {
            return other;
        }
        if other.is_none() {
            return self;
        }
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span right after this one.
    pub const fn after(self) -> Span {
        Span { start: self.end, end: self.end }
    }

    /// Length in bytes.
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it covers no byte (a position, or nowhere).
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether it stands nowhere. No file contains offset 0, so this is exact.
    pub const fn is_none(self) -> bool {
        self.start == 0 && self.end == 0
    }

    /// Whether the byte at `offset` is inside.
    pub const fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }
}
