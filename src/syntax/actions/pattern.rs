//! Patterns, and the rules that make one impossible.
//!
//! A name is bound once, the sides of `|` bind the same names, and what matches
//! everything stands last: the checks that need a whole pattern are in `validate.rs`.

use super::{Build, list, pushed};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::*;
use crate::syntax::codes;

impl Build<'_> {
    fn pattern(&self, l: u32, kind: PatternKind, r: u32) -> Pattern {
        Pattern { span: Span::new(l, r), kind }
    }

    fn pattern_error(&self, span: Span, message: &str, label: &str) {
        self.error(Diagnostic::error(codes::PATTERN, span, message).label(label));
    }

    pub fn value_pattern(&self, value: Expr) -> Pattern {
        if matches!(value.kind, ExprKind::FString(_)) {
            self.pattern_error(value.span, "f-string with a value in a pattern", "not known before it runs");
        }
        Pattern { span: value.span, kind: PatternKind::Value(value) }
    }

    pub fn singleton(&self, l: u32, kind: ExprKind, r: u32) -> Pattern {
        self.pattern(l, PatternKind::Singleton(self.expr(l, kind, r)), r)
    }

    /// `_`, a name that is bound, or a dotted value.
    pub fn name_pattern(&self, mut names: Vec<Name>) -> Pattern {
        if names.len() > 1 {
            return self.value_pattern(self.dotted(names));
        }
        let Some(name) = names.pop() else { return Pattern { span: Span::NONE, kind: PatternKind::Error } };
        let span = name.span;
        let kind = if name.as_str() == "_" { PatternKind::Wildcard } else { PatternKind::Capture(name) };
        Pattern { span, kind }
    }

    pub fn as_pattern(&self, pattern: Pattern, name: Name) -> Pattern {
        let span = pattern.span.to(name.span);
        if name.as_str() == "_" {
            self.pattern_error(name.span, "`_` cannot be bound with `as`", "it keeps nothing");
        }
        Pattern { span, kind: PatternKind::As { pattern: Box::new(pattern), name } }
    }

    pub fn or_pattern(&self, items: Vec<Pattern>, last: Pattern) -> Pattern {
        let span = items.first().map_or(last.span, |first| first.span.to(last.span));
        Pattern { span, kind: PatternKind::Or(pushed(items, last)) }
    }

    pub fn star_pattern(&self, l: u32, name: Name) -> Pattern {
        let end = name.span.end;
        let name = (name.as_str() != "_").then_some(name);
        self.pattern(l, PatternKind::Star(name), end)
    }

    pub fn sequence(&self, l: u32, items: Vec<Pattern>, r: u32) -> Pattern {
        let mut stars = items.iter().filter(|item| matches!(item.kind, PatternKind::Star(_)));
        if let (Some(_), Some(second)) = (stars.next(), stars.next()) {
            self.pattern_error(second.span, "second `*` in a pattern", "only one can take what is left");
        }
        self.pattern(l, PatternKind::Sequence(items), r)
    }

    pub fn open_sequence(&self, l: u32, items: Vec<Pattern>, last: Option<Pattern>, r: u32) -> Pattern {
        self.sequence(l, list(items, last), r)
    }

    /// `(p)` is a group, `(p,)` and `(p, q)` are sequences.
    pub fn paren_pattern(&self, l: u32, (mut items, has_comma): (Vec<Pattern>, bool), r: u32) -> Pattern {
        match items.pop() {
            Some(only) if items.is_empty() && !has_comma && !matches!(only.kind, PatternKind::Star(_)) => {
                self.pattern(l, only.kind, r)
            }
            last => self.sequence(l, list(items, last), r),
        }
    }

    pub fn mapping(&self, l: u32, raw: Vec<(Option<Expr>, Pattern)>, r: u32) -> Pattern {
        let mut items = Vec::with_capacity(raw.len());
        let mut rest: Option<(Span, Option<Name>)> = None;
        for (key, pattern) in raw {
            if let Some((span, _)) = rest {
                self.pattern_error(span, "`**` is not the last in a pattern", "it takes what is left");
            }
            match (key, pattern.kind) {
                (Some(key), kind) => items.push((key, Pattern { span: pattern.span, kind })),
                (None, PatternKind::Star(name)) => {
                    if name.is_none() {
                        self.pattern_error(
                            pattern.span,
                            "`**_` in a pattern",
                            "other keys are allowed anyway",
                        );
                    }
                    rest = Some((pattern.span, name));
                }
                (None, _) => {}
            }
        }
        self.pattern(l, PatternKind::Mapping { items, rest: rest.and_then(|(_, name)| name) }, r)
    }

    pub fn class_pattern(&self, class: Vec<Name>, args: Vec<(Option<Name>, Pattern)>, r: u32) -> Pattern {
        let class = self.dotted(class);
        let (mut positional, mut keyword): (Vec<Pattern>, Vec<(Name, Pattern)>) = (Vec::new(), Vec::new());
        for (name, pattern) in args {
            match name {
                Some(name) => {
                    if keyword.iter().any(|(other, _)| other.text == name.text) {
                        self.pattern_error(
                            name.span,
                            "field named twice in a pattern",
                            "already named before",
                        );
                    }
                    keyword.push((name, pattern));
                }
                None if !keyword.is_empty() => {
                    self.pattern_error(pattern.span, "positional pattern after a named one", "has no name");
                }
                None => positional.push(pattern),
            }
        }
        let start = class.span.start;
        self.pattern(start, PatternKind::Class { class, positional, keyword }, r)
    }
}
