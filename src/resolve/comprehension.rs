//! Comprehensions, which run in line, and generator expressions, which are functions.
//!
//! The first iterable belongs to the scope around, as in Python; the variables of an inline one are
//! slots of the frame around it, listed so that they can be renewed. Scopes were made in `collect`.

use super::function::Outline;
use super::lower::Lowerer;
use super::scope::{Key, address};
use crate::code::{
    Block, Clause, ComprehensionKind, Expr, ExprKind, FunctionKind, MakeFunction, Param, ParamKind, Stmt,
    StmtKind, Symbol, Variable,
};
use crate::source::Span;
use crate::syntax::ast;

impl<'a> Lowerer<'a, '_> {
    pub(super) fn comprehension(
        &mut self,
        span: Span,
        kind: ast::ComprehensionKind,
        element: &'a ast::Expr,
        clauses: &'a [ast::Clause],
    ) -> Expr {
        match kind {
            ast::ComprehensionKind::List => {
                self.inline(span, ComprehensionKind::List, element, None, clauses)
            }
            ast::ComprehensionKind::Set => self.inline(span, ComprehensionKind::Set, element, None, clauses),
            ast::ComprehensionKind::Generator => self.generator(span, element, clauses),
        }
    }

    pub(super) fn dict_comprehension(
        &mut self,
        span: Span,
        key: &'a ast::Expr,
        value: &'a ast::Expr,
        clauses: &'a [ast::Clause],
    ) -> Expr {
        self.inline(span, ComprehensionKind::Dict, key, Some(value), clauses)
    }

    fn inline(
        &mut self,
        span: Span,
        kind: ComprehensionKind,
        element: &'a ast::Expr,
        value: Option<&'a ast::Expr>,
        clauses: &'a [ast::Clause],
    ) -> Expr {
        let Some(first) = clauses.first() else {
            return self.unsupported(span, "SyntaxError", "a comprehension without `for`");
        };
        // The first iterable is evaluated in the scope around.
        let iterable = self.expr(&first.iterable);
        let scope = self.scopes.of(Key::Clauses(address(first)));
        self.scopes.open(scope);
        let around = std::mem::replace(&mut self.current, scope);
        let lowered = self.clauses(iterable, clauses);
        let element = self.boxed(element);
        let value = value.map(|value| self.boxed(value));
        let bound = self.scopes.get(scope).bound.clone();
        let fresh: Vec<Variable> = bound.into_iter().map(|name| self.store(name)).collect();
        self.current = around;
        self.scopes.close(scope);
        match lowered {
            Ok(clauses) => {
                Expr { span, kind: ExprKind::Comprehension { kind, element, value, clauses, fresh } }
            }
            Err(raises) => raises,
        }
    }

    fn clauses(&mut self, first: Expr, clauses: &'a [ast::Clause]) -> Result<Vec<Clause>, Expr> {
        let mut lowered = Vec::with_capacity(clauses.len());
        let mut first = Some(first);
        for clause in clauses {
            let iterable = match first.take() {
                Some(first) => first,
                None => self.expr(&clause.iterable),
            };
            let target = self.target(&clause.target)?;
            let conditions = self.exprs(&clause.conditions);
            lowered.push(Clause {
                span: clause.span,
                is_async: clause.is_async,
                target,
                iterable,
                conditions,
            });
        }
        Ok(lowered)
    }

    /// A generator function whose parameter is the iterator of the first iterable.
    fn generator(&mut self, span: Span, element: &'a ast::Expr, clauses: &'a [ast::Clause]) -> Expr {
        let Some(first) = clauses.first() else {
            return self.unsupported(span, "SyntaxError", "a comprehension without `for`");
        };
        let iterable = self.boxed(&first.iterable);
        let outline = Outline::plain(Key::Clauses(address(first)), "<genexpr>", span);
        let scope = self.scopes.of(outline.key);
        let (around, was_in_loop) = self.enter(scope);
        let name = Symbol::new(".0");
        let params = vec![Param { name, kind: ParamKind::Normal, has_default: false }];
        let source = self.load(name, first.iterable.span);
        let body = match self.loops(source, element, clauses) {
            Ok(stmt) => Block { stmts: vec![stmt] },
            Err(raises) => Block { stmts: vec![Stmt { span, kind: StmtKind::Expr(raises) }] },
        };
        self.leave(around, was_in_loop);
        let kind = if clauses.iter().any(|clause| clause.is_async) {
            FunctionKind::AsyncGenerator
        } else {
            FunctionKind::Generator
        };
        let function = self.finish(scope, outline, kind, params, body);
        let function = MakeFunction {
            function: self.lasting(function),
            defaults: Vec::new(),
            keyword_defaults: Vec::new(),
            captures: self.sources(scope),
        };
        Expr { span, kind: ExprKind::Generator { function: Box::new(function), iterable } }
    }

    /// The clauses as loops in each other, around a `yield` of the element.
    fn loops(
        &mut self,
        first: Expr,
        element: &'a ast::Expr,
        clauses: &'a [ast::Clause],
    ) -> Result<Stmt, Expr> {
        let mut heads = Vec::with_capacity(clauses.len());
        for clause in self.clauses(first, clauses)? {
            heads.push(clause);
        }
        let value = self.boxed(element);
        let span = value.span;
        let mut inner =
            Stmt { span, kind: StmtKind::Expr(Expr { span, kind: ExprKind::Yield(Some(value)) }) };
        for clause in heads.into_iter().rev() {
            for condition in clause.conditions.into_iter().rev() {
                let span = condition.span;
                inner = Stmt {
                    span,
                    kind: StmtKind::If {
                        branches: vec![(condition, Block { stmts: vec![inner] })],
                        otherwise: None,
                    },
                };
            }
            inner = Stmt {
                span: clause.span,
                kind: StmtKind::ForIn {
                    is_async: clause.is_async,
                    target: clause.target,
                    iterable: clause.iterable,
                    body: Block { stmts: vec![inner] },
                    otherwise: None,
                },
            };
        }
        Ok(inner)
    }
}
