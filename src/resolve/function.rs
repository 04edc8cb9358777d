//! Functions, abilities, lambdas and thunks: from a definition to `MakeFunction`.
//!
//! Also owns entering and leaving the scopes of functions and classes, and the limit of their
//! slots. Parameters are read in `parameters`; whether a body stands at the declaration or in an
//! `impl` is known to `impls` only.

use super::impls::{BodyView, FunctionView, SignatureView};
use super::lower::Lowerer;
use super::parameters::{self, ParamView};
use super::scope::{Key, ScopeId, address};
use crate::code::{
    ArchetypeKind, Arg, Block, Expr, ExprKind, Function, FunctionKind, MakeFunction, Param, ParamKind, Stmt,
    StmtKind, Symbol, Variable,
};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast;
use std::sync::Arc;

/// What a function is, besides its parameters and body.
pub(super) struct Outline {
    pub key: Key,
    pub name: Arc<str>,
    pub doc: Option<Arc<str>>,
    pub span: Span,
    pub is_async: bool,
    pub is_method: bool,
    pub is_static: bool,
}

impl Outline {
    pub fn plain(key: Key, name: &str, span: Span) -> Outline {
        Outline {
            key,
            name: name.into(),
            doc: None,
            span,
            is_async: false,
            is_method: false,
            is_static: false,
        }
    }
}

impl<'a> Lowerer<'a, '_> {
    /// A `def` or `can` with its decorators; the caller binds it.
    pub(super) fn definition(&mut self, view: &FunctionView<'a>, member_of: Option<ArchetypeKind>) -> Expr {
        let params = parameters::of_definition(view, member_of);
        let is_static = member_of.is_some() && parameters::is_static(view);
        let outline = Outline {
            key: Key::Definition(view.address),
            name: view.name.text.clone(),
            doc: view.doc.clone(),
            span: view.head,
            is_async: view.flags.is_async,
            is_method: member_of.is_some() && !is_static,
            is_static,
        };
        if let BodyView::Missing = view.body {
            self.diagnostics.push(missing_body(view));
        }
        // `static` stands for the outermost decorator; alone it is known from the function itself.
        let decorators: Vec<&'a ast::Expr> = view
            .decorators
            .iter()
            .copied()
            .filter(|decorator| !(is_static && parameters::is_named(decorator, "staticmethod")))
            .collect();
        let wraps = is_static && !decorators.is_empty();
        let body = view.body;
        let made = self.decorated(&decorators, view.head, |this| {
            this.function(outline, &params, |this| this.body(body))
        });
        if !wraps {
            return made;
        }
        let callee =
            Expr { span: view.head, kind: ExprKind::Load(Variable::Builtin(Symbol::new("staticmethod"))) };
        Expr {
            span: view.head,
            kind: ExprKind::Call { callee: Box::new(callee), args: vec![Arg::Positional(made)] },
        }
    }

    /// Decorators as calls, the last one innermost.
    pub(super) fn decorated(
        &mut self,
        decorators: &[&'a ast::Expr],
        span: Span,
        value: impl FnOnce(&mut Self) -> Expr,
    ) -> Expr {
        let callees: Vec<Expr> = decorators.iter().map(|decorator| self.expr(decorator)).collect();
        let value = value(self);
        callees.into_iter().rev().fold(value, |value, callee| {
            let span = if callee.span.is_none() { span } else { callee.span };
            Expr {
                span,
                kind: ExprKind::Call { callee: Box::new(callee), args: vec![Arg::Positional(value)] },
            }
        })
    }

    fn body(&mut self, body: BodyView<'a>) -> Block {
        match body {
            BodyView::Block(block) => self.block(block),
            BodyView::Missing | BodyView::Abstract => Block::default(),
            BodyView::By(expr) => {
                let value = self.by_llm(expr.span);
                Block { stmts: vec![Stmt { span: expr.span, kind: StmtKind::Expr(value) }] }
            }
        }
    }

    /// `by llm()`.
    pub(super) fn by_llm(&mut self, span: Span) -> Expr {
        self.diagnostics.push(
            Diagnostic::error("E0111", span, "`by llm()` is not supported")
                .label("the body would come from a language model")
                .help("write the body in Jac"),
        );
        self.unsupported(span, "NotImplementedError", "`by llm()` is not supported: write the body in Jac")
    }

    pub(super) fn lambda(&mut self, span: Span, lambda: &'a ast::Lambda) -> Expr {
        let params = parameters::of_list(&lambda.params);
        let outline = Outline::plain(Key::Lambda(address(lambda)), "<lambda>", span);
        self.function(outline, &params, |this| match &lambda.body {
            ast::LambdaBody::Expr(body) => {
                let value = this.expr(body);
                returning(value)
            }
            ast::LambdaBody::Block(body) => this.block(body),
        })
    }

    /// An expression that runs later, as a function without parameters.
    pub(super) fn thunk(&mut self, expr: &'a ast::Expr, name: &str) -> MakeFunction {
        let outline = Outline::plain(Key::Thunk(address(expr)), name, expr.span);
        self.made(outline, &[], |this| {
            let value = this.expr(expr);
            returning(value)
        })
    }

    /// A function from its parameters and body. One with impossible parameters is a SyntaxError.
    pub(super) fn function(
        &mut self,
        outline: Outline,
        params: &[ParamView<'a>],
        body: impl FnOnce(&mut Self) -> Block,
    ) -> Expr {
        let span = outline.span;
        let problems = parameters::check(params);
        let problem = problems.first().map(|problem| problem.message.clone());
        self.diagnostics.extend(problems);
        let made = self.made(outline, params, body);
        match problem {
            Some(message) => self.unsupported(span, "SyntaxError", message),
            None => Expr { span, kind: ExprKind::MakeFunction(Box::new(made)) },
        }
    }

    /// Makes the code of a function, which then lives for ever.
    pub(super) fn made(
        &mut self,
        outline: Outline,
        params: &[ParamView<'a>],
        body: impl FnOnce(&mut Self) -> Block,
    ) -> MakeFunction {
        let (defaults, keyword_defaults) = self.defaults(params);
        let scope = self.scopes.of(outline.key);
        let (around, was_in_loop) = self.enter(scope);
        let list = params
            .iter()
            .map(|param| Param {
                name: self.symbol(param.text),
                kind: param.kind,
                has_default: param.default.is_some(),
            })
            .collect();
        let body = body(self);
        self.leave(around, was_in_loop);
        let kind = match (outline.is_async, self.scopes.get(scope).has_yield) {
            (false, false) => FunctionKind::Plain,
            (false, true) => FunctionKind::Generator,
            (true, false) => FunctionKind::Async,
            (true, true) => FunctionKind::AsyncGenerator,
        };
        let function = self.finish(scope, outline, kind, list, body);
        MakeFunction {
            function: self.lasting(function),
            defaults,
            keyword_defaults,
            captures: self.sources(scope),
        }
    }

    /// Gives a function its place for the rest of the process.
    pub(super) fn lasting(&mut self, function: Function) -> &'static Function {
        let function: &'static Function = Box::leak(Box::new(function));
        self.functions.push(function);
        function
    }

    /// Turns to the inside of a function or class.
    pub(super) fn enter(&mut self, scope: ScopeId) -> (ScopeId, bool) {
        self.scopes.open(scope);
        (std::mem::replace(&mut self.current, scope), std::mem::take(&mut self.in_loop))
    }

    pub(super) fn leave(&mut self, around: ScopeId, was_in_loop: bool) {
        self.current = around;
        self.in_loop = was_in_loop;
    }

    /// The function of a scope whose body is complete.
    pub(super) fn finish(
        &mut self,
        scope: ScopeId,
        outline: Outline,
        kind: FunctionKind,
        params: Vec<Param>,
        body: Block,
    ) -> Function {
        let scope = self.scopes.get_mut(scope);
        let locals = std::mem::take(&mut scope.locals);
        let captures: Vec<Symbol> = scope.captures.iter().map(|(_, name)| *name).collect();
        let overflow = scope.overflow || u16::try_from(captures.len()).is_err();
        let qualname = scope.qualname.clone();
        let body = if overflow { self.too_many(outline.span) } else { body };
        Function {
            name: outline.name,
            qualname,
            module: self.unit.name.clone(),
            doc: outline.doc,
            kind,
            span: outline.span,
            params,
            locals,
            captures,
            body,
            is_method: outline.is_method,
            is_static: outline.is_static,
        }
    }

    fn too_many(&mut self, span: Span) -> Block {
        let report = Diagnostic::error("E0223", span, "too many local variables")
            .label("more than 60,000 in one function")
            .help("split the function, or use a dict");
        let value = self.misplaced(report, "too many local variables");
        Block { stmts: vec![Stmt { span, kind: StmtKind::Expr(value) }] }
    }

    fn defaults(&mut self, params: &[ParamView<'a>]) -> (Vec<Expr>, Vec<(Symbol, Expr)>) {
        let mut positional = Vec::new();
        let mut keyword = Vec::new();
        for param in params {
            let Some(default) = param.default else { continue };
            let value = self.expr(default);
            if param.kind == ParamKind::KeywordOnly {
                keyword.push((self.symbol(param.text), value));
            } else {
                positional.push(value);
            }
        }
        (positional, keyword)
    }
}

/// A body that gives a value.
pub(super) fn returning(value: Expr) -> Block {
    Block { stmts: vec![Stmt { span: value.span, kind: StmtKind::Return(Some(value)) }] }
}

fn missing_body(view: &FunctionView<'_>) -> Diagnostic {
    let what = match view.signature {
        SignatureView::Params(_) => "function",
        SignatureView::Event(_) => "ability",
    };
    Diagnostic::error("E0208", view.name.span, format!("{what} `{}` has no body", view.name.text))
        .label("it does nothing and gives `None`")
        .help(format!("write the body, or `impl {} {{ … }}` in this file or its `.impl.jac`", view.name.text))
}
