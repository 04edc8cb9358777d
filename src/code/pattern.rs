//! Resolved patterns of `case`.
//!
//! Names to bind have become variables, constants and classes expressions; a sequence knows where
//! its star stands. What matches what is decided in `eval::matching`.

use super::{Expr, Symbol, Variable};
use crate::source::Span;

#[derive(Debug)]
pub struct Pattern {
    pub span: Span,
    pub kind: PatternKind,
}

#[derive(Debug)]
pub enum PatternKind {
    Wildcard,
    Capture(Variable),
    /// Compared with `==`.
    Value(Expr),
    /// `None`, `True`, `False`: compared by identity.
    Singleton(Expr),
    /// `star` is the position of the starred element, if there is one (its pattern is then a `Star`).
    Sequence {
        elements: Vec<Pattern>,
        star: Option<usize>,
    },
    /// `*rest`, or `*_`.
    Star(Option<Variable>),
    Mapping {
        items: Vec<(Expr, Pattern)>,
        rest: Option<Variable>,
    },
    Class {
        class: Expr,
        positional: Vec<Pattern>,
        keyword: Vec<(Symbol, Pattern)>,
    },
    Or(Vec<Pattern>),
    As {
        pattern: Box<Pattern>,
        variable: Variable,
    },
}
