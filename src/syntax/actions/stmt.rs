//! Statements, and what may stand left of an `=`.
//!
//! Owns which expressions are targets of assignment, `del` and loops: a wrong one is reported and
//! stays in the tree. Whether `return` or `visit` stands in the right place is found out in
//! `resolve`.

use super::{Build, Element, list};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::*;
use crate::syntax::codes;

impl Build<'_> {
    pub fn item_stmt(&self, item: Item) -> Stmt {
        let Span { start, end } = item.span;
        self.stmt(start, StmtKind::Item(Box::new(item)), end)
    }

    pub fn python_stmt(&self, l: u32, r: u32) -> Stmt {
        self.no_python(Span::new(l, r));
        self.stmt(l, StmtKind::Error, r)
    }

    // Assignment.

    pub fn assign(&self, targets: Vec<Expr>, value: Expr) -> StmtKind {
        for target in &targets {
            self.check_target(target);
        }
        StmtKind::Assign { targets, value }
    }

    pub fn annotate(&self, target: Expr, type_: Expr, value: Option<Expr>) -> StmtKind {
        self.check_single_target(&target, "a type stands after one target only");
        StmtKind::Annotate { target, type_, value }
    }

    pub fn augment(&self, target: Expr, op: BinaryOp, value: Expr) -> StmtKind {
        self.check_single_target(&target, "only one target can be changed so");
        StmtKind::Augment { target, op, value }
    }

    /// Reports what cannot be assigned to.
    pub(super) fn check_target(&self, target: &Expr) {
        match &target.kind {
            ExprKind::Star(_) => {
                let error =
                    Diagnostic::error(codes::TARGET, target.span, "`*` target outside of a tuple or list")
                        .label("nothing else takes values")
                        .help("write `*x, = …` to take all of them");
                self.error(error);
            }
            _ => self.check_inner_target(target),
        }
    }

    fn check_inner_target(&self, target: &Expr) {
        match &target.kind {
            ExprKind::Star(inner) => self.check_inner_target(inner),
            ExprKind::Tuple(elements) | ExprKind::List(elements) => {
                let mut stars = elements.iter().filter(|element| matches!(element.kind, ExprKind::Star(_)));
                if let (Some(_), Some(second)) = (stars.next(), stars.next()) {
                    let error = Diagnostic::error(codes::TARGET, second.span, "second `*` among the targets")
                        .label("only one can take what is left");
                    self.error(error);
                }
                elements.iter().for_each(|element| self.check_inner_target(element));
            }
            _ => self.check_place(target),
        }
    }

    fn check_single_target(&self, target: &Expr, label: &str) {
        match target.kind {
            ExprKind::Tuple(_) | ExprKind::List(_) | ExprKind::Star(_) => {
                let error =
                    Diagnostic::error(codes::TARGET, target.span, "several targets cannot stand here")
                        .label(label);
                self.error(error);
            }
            _ => self.check_place(target),
        }
    }

    /// A name, an attribute, an item or a slice.
    fn check_place(&self, target: &Expr) {
        let what = match &target.kind {
            ExprKind::Name(_) | ExprKind::Error => return,
            ExprKind::Attribute { null_safe: false, .. } | ExprKind::Subscript { null_safe: false, .. } => {
                return;
            }
            ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => "a null-safe access",
            ExprKind::Root => "`root`",
            ExprKind::Super => "`super`",
            ExprKind::None | ExprKind::True | ExprKind::False | ExprKind::Ellipsis => "a constant",
            ExprKind::Int(_) | ExprKind::BigInt(_) | ExprKind::Float(_) => "a number",
            ExprKind::Str(_) | ExprKind::Bytes(_) | ExprKind::FString(_) => "a string",
            ExprKind::Call { .. } => "the result of a call",
            ExprKind::Compare { .. } => "a comparison",
            ExprKind::EdgeRef(_) | ExprKind::Filter { .. } => "a list of nodes",
            ExprKind::Dict(_) | ExprKind::Set(_) => "a dict or a set",
            _ => "the result of an expression",
        };
        let error = Diagnostic::error(codes::TARGET, target.span, format!("cannot assign to {what}"))
            .label("not a place that keeps a value")
            .help("assign to a name, an attribute or an item; `==` compares");
        self.error(error);
    }

    pub fn targets(&self, l: u32, items: Vec<Expr>, last: Option<Expr>, r: u32) -> Expr {
        self.expr(l, ExprKind::Tuple(list(items, last)), r)
    }

    /// `del a, b;`, `del (a, b);`, `del [a, b];`: each target by itself.
    pub fn delete(&self, target: Expr) -> StmtKind {
        let mut flat = Vec::new();
        flatten(target, &mut flat);
        for target in &flat {
            // A list of nodes has no name to unbind, but they can all be destroyed.
            if !matches!(target.kind, ExprKind::EdgeRef(_) | ExprKind::Filter { .. } | ExprKind::Reference(_))
            {
                self.check_deleted(target);
            }
        }
        StmtKind::Delete(flat)
    }

    fn check_deleted(&self, target: &Expr) {
        match &target.kind {
            ExprKind::Name(_) | ExprKind::Error => {}
            ExprKind::Attribute { null_safe: false, .. } | ExprKind::Subscript { null_safe: false, .. } => {}
            _ => {
                let error = Diagnostic::error(codes::TARGET, target.span, "cannot delete this")
                    .label("not a name, attribute, item or edge reference");
                self.error(error);
            }
        }
    }

    // Simple statements.

    pub fn raise(&self, value: Option<Expr>, cause: Option<Expr>) -> StmtKind {
        StmtKind::Raise { value, cause }
    }

    pub fn assertion(&self, test: Expr, message: Option<Expr>) -> StmtKind {
        StmtKind::Assert { test, message }
    }

    pub fn visit(&self, index: Option<Expr>, target: Expr, otherwise: Option<Block>) -> StmtKind {
        StmtKind::Visit { index, target, otherwise }
    }

    // Compound statements.

    pub fn condition(
        &self,
        test: Expr,
        body: Block,
        more: Vec<(Expr, Block)>,
        otherwise: Option<Block>,
    ) -> StmtKind {
        let mut branches = vec![(test, body)];
        branches.extend(more);
        StmtKind::If { branches, otherwise }
    }

    pub fn while_loop(&self, test: Expr, body: Block, otherwise: Option<Block>) -> StmtKind {
        StmtKind::While { test, body, otherwise }
    }

    pub fn for_in(
        &self,
        is_async: bool,
        target: Expr,
        iterable: Expr,
        body: Block,
        otherwise: Option<Block>,
    ) -> StmtKind {
        self.check_target(&target);
        StmtKind::ForIn { is_async, target, iterable, body, otherwise }
    }

    pub fn for_to(
        &self,
        is_async: bool,
        init: Stmt,
        test: Expr,
        step: Stmt,
        body: Block,
        otherwise: Option<Block>,
    ) -> StmtKind {
        StmtKind::ForTo { is_async, init: Box::new(init), test, step: Box::new(step), body, otherwise }
    }

    pub fn for_assign(&self, l: u32, target: Expr, type_: Option<Expr>, value: Expr, r: u32) -> Stmt {
        let kind = match type_ {
            Some(type_) => self.annotate(target, type_, Some(value)),
            None => self.assign(vec![target], value),
        };
        self.stmt(l, kind, r)
    }

    pub fn for_augment(&self, l: u32, target: Expr, op: BinaryOp, value: Expr, r: u32) -> Stmt {
        let kind = self.augment(target, op, value);
        self.stmt(l, kind, r)
    }

    pub fn try_stmt(
        &self,
        body: Block,
        handlers: Vec<Handler>,
        otherwise: Option<Block>,
        finally: Option<Block>,
    ) -> StmtKind {
        let incomplete = |span, message: &str, label: &str| {
            self.error(Diagnostic::error(codes::STATEMENT, span, message).label(label));
        };
        if handlers.is_empty() && finally.is_none() {
            incomplete(body.span, "`try` without `except` or `finally`", "nothing handles its errors");
        } else if let (true, Some(block)) = (handlers.is_empty(), &otherwise) {
            incomplete(block.span, "`else` of a `try` without `except`", "it runs if no `except` did");
        }
        if let Some((_, earlier)) = handlers.split_last()
            && let Some(handler) = earlier.iter().find(|handler| handler.type_.is_none())
        {
            incomplete(
                handler.span,
                "`except` for everything is not the last",
                "those after it can never run",
            );
        }
        StmtKind::Try { body, handlers, otherwise, finally }
    }

    pub fn handler(&self, l: u32, type_: Option<Expr>, name: Option<Name>, body: Block, r: u32) -> Handler {
        Handler { span: Span::new(l, r), type_, name, body }
    }

    pub fn match_stmt(&self, subject: Expr, cases: Vec<Case>) -> StmtKind {
        if cases.is_empty() {
            let error = Diagnostic::error(codes::STATEMENT, subject.span, "`match` without a `case`")
                .label("nothing to compare it with");
            self.error(error);
        }
        StmtKind::Match { subject, cases }
    }

    pub fn case(
        &self,
        l: u32,
        pattern: Pattern,
        guard: Option<Expr>,
        elements: Vec<Element>,
        r: u32,
    ) -> Case {
        let stmts = self.stmts(elements);
        let span = match (stmts.first(), stmts.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::at(r),
        };
        Case { span: Span::new(l, r), pattern, guard, body: Block { stmts, span } }
    }

    pub fn with_stmt(&self, is_async: bool, items: Vec<WithItem>, body: Block) -> StmtKind {
        StmtKind::With { is_async, items, body }
    }

    pub fn with_item(&self, l: u32, context: Expr, target: Option<Expr>, r: u32) -> WithItem {
        if let Some(target) = &target {
            self.check_target(target);
        }
        WithItem { span: Span::new(l, r), context, target }
    }

    pub fn typed_context(&self, type_: Expr, body: Block) -> StmtKind {
        StmtKind::TypedContext { type_, body }
    }
}

fn flatten(target: Expr, flat: &mut Vec<Expr>) {
    let Expr { span, kind, .. } = target;
    match kind {
        ExprKind::Tuple(elements) | ExprKind::List(elements) if !elements.is_empty() => {
            elements.into_iter().for_each(|element| flatten(element, flat));
        }
        kind => flat.push(Expr::new(span, kind)),
    }
}
