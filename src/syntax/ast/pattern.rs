//! The patterns of `case`. All of Python's, in one tree; which names a class pattern's positions
//! mean is found out when it runs.
//!
//! A pattern that could not be parsed has a kind of its own, so that the statement around it is
//! kept.

use super::{Expr, Name};
use crate::source::Span;

#[derive(Clone, Debug)]
pub struct Pattern {
    pub span: Span,
    pub kind: PatternKind,
}

#[derive(Clone, Debug)]
pub enum PatternKind {
    /// `_`
    Wildcard,
    Capture(Name),
    /// A number (with its sign), string, bytes or dotted name: compared with `==`.
    Value(Expr),
    /// `None`, `True` or `False`: compared by identity.
    Singleton(Expr),
    /// `[…]` or `(…)`; at most one element is a [`PatternKind::Star`].
    Sequence(Vec<Pattern>),
    /// `*rest` (or `*_`, with no name) of a sequence.
    Star(Option<Name>),
    /// Keys are values; `**rest` takes the others.
    Mapping {
        items: Vec<(Expr, Pattern)>,
        rest: Option<Name>,
    },
    Class {
        class: Expr,
        positional: Vec<Pattern>,
        keyword: Vec<(Name, Pattern)>,
    },
    /// Two or more.
    Or(Vec<Pattern>),
    As {
        pattern: Box<Pattern>,
        name: Name,
    },
    /// What could not be parsed; a diagnostic says why.
    Error,
}
