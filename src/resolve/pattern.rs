//! Patterns of `case`.
//!
//! A name to bind becomes a variable; `true`, `false` and `null` are compared by identity unless
//! the program has variables of these names. Impossible patterns were refused by the parser.

use super::collect::is_literal;
use super::lower::Lowerer;
use crate::code::{ExprKind, Pattern, PatternKind};
use crate::syntax::ast;

impl<'a> Lowerer<'a, '_> {
    pub(super) fn pattern(&mut self, pattern: &'a ast::Pattern) -> Pattern {
        use ast::PatternKind as A;
        let kind = match &pattern.kind {
            A::Wildcard => PatternKind::Wildcard,
            A::Capture(name) if is_literal(name.as_str()) => self.literal(name),
            A::Capture(name) => PatternKind::Capture(self.store_name(name)),
            A::Value(value) => PatternKind::Value(self.expr(value)),
            A::Singleton(value) => PatternKind::Singleton(self.expr(value)),
            A::Sequence(elements) => PatternKind::Sequence {
                star: elements.iter().position(|element| matches!(element.kind, A::Star(_))),
                elements: self.patterns(elements),
            },
            A::Star(name) => PatternKind::Star(name.as_ref().map(|name| self.store_name(name))),
            A::Mapping { items, rest } => PatternKind::Mapping {
                items: items.iter().map(|(key, value)| (self.expr(key), self.pattern(value))).collect(),
                rest: rest.as_ref().map(|name| self.store_name(name)),
            },
            A::Class { class, positional, keyword } => PatternKind::Class {
                class: self.expr(class),
                positional: self.patterns(positional),
                keyword: keyword
                    .iter()
                    .map(|(name, value)| (self.symbol(name.as_str()), self.pattern(value)))
                    .collect(),
            },
            A::Or(alternatives) => PatternKind::Or(self.patterns(alternatives)),
            A::As { pattern, name } => {
                PatternKind::As { pattern: Box::new(self.pattern(pattern)), variable: self.store_name(name) }
            }
            A::Error => PatternKind::Value(self.unsupported(
                pattern.span,
                "SyntaxError",
                "this pattern could not be parsed",
            )),
        };
        Pattern { span: pattern.span, kind }
    }

    /// `true`, `false` and `null`; what the program calls so, if it does, is compared with.
    fn literal(&mut self, name: &ast::Name) -> PatternKind {
        let value = self.name(name);
        match value.kind {
            ExprKind::Constant(_) => PatternKind::Singleton(value),
            _ => PatternKind::Value(value),
        }
    }

    fn patterns(&mut self, patterns: &'a [ast::Pattern]) -> Vec<Pattern> {
        patterns.iter().map(|pattern| self.pattern(pattern)).collect()
    }
}
