//! Checks of a whole tree that parsed: what the grammar is too coarse to see.
//!
//! Where `*x` and named elements may stand, and what the patterns of a `match` bind. It
//! looks at shapes only; scopes, loops and classes are the resolver's.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ast::*;
use super::{MAX_ERRORS, codes};
use crate::diagnostics::Diagnostic;
use crate::source::Span;

/// Everything that is wrong with `module`.
pub fn check(module: &Module) -> Vec<Diagnostic> {
    let mut pass = Pass { errors: Vec::new() };
    for item in &module.items {
        pass.node(Node::Item(item));
    }
    pass.errors
}

struct Pass {
    errors: Vec<Diagnostic>,
}

impl Pass {
    fn error(&mut self, error: Diagnostic) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(error);
        }
    }

    fn node(&mut self, node: Node<'_>) {
        let takes_stars = match node {
            Node::Expr(expr) => {
                self.expr(expr);
                matches!(expr.kind, ExprKind::Tuple(_) | ExprKind::List(_) | ExprKind::Set(_))
            }
            Node::Stmt(stmt) => {
                if let StmtKind::Match { cases, .. } = &stmt.kind {
                    self.cases(cases);
                }
                false
            }
            Node::Item(_) | Node::Pattern(_) => false,
        };
        node.children(&mut |child| {
            if let Node::Expr(Expr { kind: ExprKind::Star(_), span, .. }) = child
                && !takes_stars
            {
                self.stray_star(*span);
            }
            self.node(child);
        });
    }

    fn stray_star(&mut self, span: Span) {
        let error = Diagnostic::error(codes::UNEXPECTED, span, "`*` cannot stand here")
            .label("nothing takes the values")
            .help("write `[*x]` or `(*x,)` to collect them");
        self.error(error);
    }

    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::ArgumentTuple(args) = &expr.kind {
            let named =
                args.iter().find(|arg| !matches!(arg.kind, ArgKind::Positional(_) | ArgKind::Star(_)));
            let error = Diagnostic::error(
                codes::ARGUMENT,
                named.map_or(expr.span, |arg| arg.span),
                "named value in a tuple",
            )
            .label("only a pipe takes it")
            .help("pass it on with `|>`, or write a dict");
            self.error(error);
        }
    }

    // Patterns.

    fn cases(&mut self, cases: &[Case]) {
        for case in cases {
            self.pattern(&case.pattern);
            self.bound_once(&case.pattern);
        }
        let Some((_, earlier)) = cases.split_last() else { return };
        if let Some(case) =
            earlier.iter().find(|case| case.guard.is_none() && matches_everything(&case.pattern))
        {
            self.unreachable(case.pattern.span);
        }
    }

    fn unreachable(&mut self, span: Span) {
        let error =
            Diagnostic::error(codes::PATTERN, span, "pattern matches everything, but is not the last")
                .label("what follows is never tried")
                .help("move it to the end, or compare with a dotted name");
        self.error(error);
    }

    fn pattern(&mut self, pattern: &Pattern) {
        if let PatternKind::Or(sides) = &pattern.kind {
            if let Some((_, earlier)) = sides.split_last()
                && let Some(side) = earlier.iter().find(|side| matches_everything(side))
            {
                self.unreachable(side.span);
            }
            let mut sets = sides.iter().map(names);
            let first = sets.next();
            if first.is_some_and(|first| sets.any(|other| other != first)) {
                let error =
                    Diagnostic::error(codes::PATTERN, pattern.span, "sides of `|` bind different names")
                        .label("which names are bound depends on the side");
                self.error(error);
            }
        }
        Node::Pattern(pattern).children(&mut |child| {
            if let Node::Pattern(child) = child {
                self.pattern(child);
            }
        });
    }

    fn bound_once(&mut self, pattern: &Pattern) {
        let mut seen = BTreeSet::new();
        each_name(pattern, &mut |name| {
            if !seen.insert(name.text.clone()) {
                let error = Diagnostic::error(
                    codes::PATTERN,
                    name.span,
                    format!("`{}` is bound twice in a pattern", name.text),
                )
                .label("already bound before")
                .help("give it another name, and compare in an `if`");
                self.error(error);
            }
        });
    }
}

fn matches_everything(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::Wildcard | PatternKind::Capture(_) => true,
        PatternKind::As { pattern, .. } => matches_everything(pattern),
        PatternKind::Or(sides) => sides.iter().any(matches_everything),
        _ => false,
    }
}

fn names(pattern: &Pattern) -> BTreeSet<Arc<str>> {
    let mut found = BTreeSet::new();
    each_name(pattern, &mut |name| {
        found.insert(name.text.clone());
    });
    found
}

/// Every name that a match would bind; of the sides of `|`, those of the first.
fn each_name(pattern: &Pattern, f: &mut dyn FnMut(&Name)) {
    match &pattern.kind {
        PatternKind::Capture(name) | PatternKind::Star(Some(name)) => f(name),
        PatternKind::As { name, pattern } => {
            each_name(pattern, f);
            f(name);
        }
        PatternKind::Or(sides) => sides.iter().take(1).for_each(|side| each_name(side, f)),
        PatternKind::Mapping { items, rest } => {
            items.iter().for_each(|(_, value)| each_name(value, f));
            rest.iter().for_each(f);
        }
        PatternKind::Class { positional, keyword, .. } => {
            positional
                .iter()
                .chain(keyword.iter().map(|(_, value)| value))
                .for_each(|value| each_name(value, f));
        }
        PatternKind::Sequence(items) => items.iter().for_each(|item| each_name(item, f)),
        PatternKind::Wildcard
        | PatternKind::Value(_)
        | PatternKind::Singleton(_)
        | PatternKind::Star(None)
        | PatternKind::Error => {}
    }
}
