//! Statements of code blocks.
//!
//! Misplaced `return`, `break` and `continue` are found here. Targets and implied walkers are in
//! `target`, items inside of blocks in `module`, expressions in `expr`.

use super::lower::Lowerer;
use super::scope::Place;
use crate::code::{
    Block, Case, Constant, Expr, ExprKind, Handler, Stmt, StmtKind, Symbol, Target, Variable, WithItem,
};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast;

impl<'a> Lowerer<'a, '_> {
    pub(super) fn block(&mut self, block: &'a ast::Block) -> Block {
        let mut stmts = Vec::with_capacity(block.stmts.len());
        self.stmts(block, &mut stmts);
        Block { stmts }
    }

    /// The statements of a block, put behind others.
    pub(super) fn stmts(&mut self, block: &'a ast::Block, out: &mut Vec<Stmt>) {
        for stmt in &block.stmts {
            self.stmt(stmt, out);
        }
    }

    fn otherwise(&mut self, block: &'a Option<ast::Block>) -> Option<Block> {
        block.as_ref().map(|block| self.block(block))
    }

    /// The body of a loop.
    fn looped(&mut self, body: &'a ast::Block) -> Block {
        let was_in_loop = std::mem::replace(&mut self.in_loop, true);
        let body = self.block(body);
        self.in_loop = was_in_loop;
        body
    }

    /// Any statement; some become several, some none.
    pub(super) fn stmt(&mut self, stmt: &'a ast::Stmt, out: &mut Vec<Stmt>) {
        let span = stmt.span;
        use ast::StmtKind as A;
        let kind = match &stmt.kind {
            A::Item(item) => return self.item(item, None, out),
            // What only declares has done so in the first pass.
            A::Empty
            | A::TypedContext { .. }
            | A::Global(_)
            | A::Nonlocal(_)
            | A::Annotate { value: None, .. } => {
                return;
            }
            A::Expr(value) => StmtKind::Expr(self.expr(value)),
            A::Assign { targets, value } => {
                let value = self.expr(value);
                self.assign(targets.iter(), value)
            }
            A::Annotate { target, value: Some(value), .. } => {
                let value = self.expr(value);
                self.assign(std::iter::once(target), value)
            }
            A::Augment { target, op, value } => self.augment(target, *op, value),
            A::Delete(targets) => match targets.iter().map(|target| self.deleted(target)).collect() {
                Ok(targets) => StmtKind::Delete(targets),
                Err(raises) => StmtKind::Expr(raises),
            },
            A::If { branches, otherwise } => StmtKind::If {
                branches: branches.iter().map(|(test, body)| (self.expr(test), self.block(body))).collect(),
                otherwise: self.otherwise(otherwise),
            },
            A::While { test, body, otherwise } => {
                self.check_busy_loop(test, body);
                StmtKind::While {
                    test: self.expr(test),
                    body: self.looped(body),
                    otherwise: self.otherwise(otherwise),
                }
            }
            A::ForIn { is_async, target, iterable, body, otherwise } => {
                self.for_in(*is_async, target, iterable, body, otherwise)
            }
            A::ForTo { init, test, step, body, otherwise, .. } => {
                self.for_to(init, test, step, body, otherwise)
            }
            A::Try { body, handlers, otherwise, finally } => StmtKind::Try {
                body: self.block(body),
                handlers: handlers.iter().map(|handler| self.handler(handler)).collect(),
                otherwise: self.otherwise(otherwise),
                finally: self.otherwise(finally),
            },
            A::Match { subject, cases } => StmtKind::Match {
                subject: self.expr(subject),
                cases: cases.iter().map(|case| self.case(case)).collect(),
            },
            A::With { is_async, items, body } => self.with(*is_async, items, body),
            A::Return(value) => self.return_(span, "return", value.as_ref()),
            A::Skip => self.return_(span, "skip", None),
            A::Raise { value, cause } => StmtKind::Raise {
                value: value.as_ref().map(|value| self.expr(value)),
                cause: cause.as_ref().map(|cause| self.expr(cause)),
            },
            A::Assert { test, message } => StmtKind::Assert {
                test: self.expr(test),
                message: message.as_ref().map(|message| self.expr(message)),
            },
            A::Check(test) => StmtKind::Check(self.checked(test)),
            A::Break | A::Continue if !self.in_loop => self.outside_loop(span, matches!(stmt.kind, A::Break)),
            A::Break => StmtKind::Break,
            A::Continue => StmtKind::Continue,
            A::Visit { index, target, otherwise } => StmtKind::Visit {
                walker: self.walker(span, "visit"),
                index: index.as_ref().map(|index| self.expr(index)),
                target: self.expr(target),
                otherwise: self.otherwise(otherwise),
            },
            A::Ignore(target) => {
                StmtKind::Ignore { walker: self.walker(span, "ignore"), target: self.expr(target) }
            }
            A::Disengage if !self.in_function() => self.return_(span, "disengage", None),
            A::Disengage => StmtKind::Disengage { walker: self.walker(span, "disengage") },
            A::Report(value) => {
                StmtKind::Report { walker: self.reporting_walker(span), value: self.expr(value) }
            }
            A::Error => {
                StmtKind::Expr(self.unsupported(span, "SyntaxError", "this statement could not be parsed"))
            }
        };
        out.push(Stmt { span, kind });
    }

    /// What `check` tests. `almostEqual(a, b)` means something there without being defined.
    fn checked(&mut self, test: &'a ast::Expr) -> Expr {
        if let ast::ExprKind::Call { callee, args } = &test.kind
            && let Some(name) = callee.as_name()
            && name.as_str() == "almostEqual"
        {
            let symbol = self.symbol(name.as_str());
            if self.place(symbol) == Place::Unknown {
                let callee = Expr { span: callee.span, kind: ExprKind::Load(Variable::Builtin(symbol)) };
                return self.called(test.span, callee, args);
            }
        }
        self.expr(test)
    }

    fn assign(&mut self, targets: impl Iterator<Item = &'a ast::Expr>, value: Expr) -> StmtKind {
        match targets.map(|target| self.target(target)).collect() {
            Ok(targets) => StmtKind::Assign { targets, value },
            Err(raises) => StmtKind::Expr(raises),
        }
    }

    fn augment(&mut self, target: &'a ast::Expr, op: ast::BinaryOp, value: &'a ast::Expr) -> StmtKind {
        if let ast::ExprKind::Tuple(_) | ast::ExprKind::List(_) = target.kind {
            // The parser has reported it.
            return StmtKind::Expr(self.unsupported(
                target.span,
                "SyntaxError",
                "illegal expression for augmented assignment",
            ));
        }
        let value = self.expr(value);
        match self.target(target) {
            Ok(target) => StmtKind::Augment { target, op, value },
            Err(raises) => StmtKind::Expr(raises),
        }
    }

    fn for_in(
        &mut self,
        is_async: bool,
        target: &'a ast::Expr,
        iterable: &'a ast::Expr,
        body: &'a ast::Block,
        otherwise: &'a Option<ast::Block>,
    ) -> StmtKind {
        let iterable = self.expr(iterable);
        match self.target(target) {
            Ok(target) => StmtKind::ForIn {
                is_async,
                target,
                iterable,
                body: self.looped(body),
                otherwise: self.otherwise(otherwise),
            },
            Err(raises) => StmtKind::Expr(raises),
        }
    }

    fn for_to(
        &mut self,
        init: &'a ast::Stmt,
        test: &'a ast::Expr,
        step: &'a ast::Stmt,
        body: &'a ast::Block,
        otherwise: &'a Option<ast::Block>,
    ) -> StmtKind {
        let init = self.single(init);
        let test = self.expr(test);
        let body = self.looped(body);
        let step = self.single(step);
        StmtKind::ForTo { init, test, step, body, otherwise: self.otherwise(otherwise) }
    }

    /// A statement where exactly one must stand.
    fn single(&mut self, stmt: &'a ast::Stmt) -> Box<Stmt> {
        let mut out = Vec::with_capacity(1);
        self.stmt(stmt, &mut out);
        let nothing = Expr { span: stmt.span, kind: ExprKind::Constant(Constant::None) };
        Box::new(out.pop().unwrap_or(Stmt { span: stmt.span, kind: StmtKind::Expr(nothing) }))
    }

    fn handler(&mut self, handler: &'a ast::Handler) -> Handler {
        let span = handler.span;
        if let Some(name) = handler.bare_name() {
            let symbol = self.symbol(name.as_str());
            if self.scopes.get(self.current).entry(symbol).is_some_and(|entry| entry.guessed) {
                let every = Expr {
                    span: name.span,
                    kind: ExprKind::Load(Variable::Builtin(Symbol::new("Exception"))),
                };
                let variable = Some(self.store(symbol));
                return Handler { span, type_: Some(every), variable, body: self.block(&handler.body) };
            }
        }
        let type_ = handler.type_.as_ref().map(|type_| self.expr(type_));
        let variable = handler.name.as_ref().map(|name| self.store_name(name));
        Handler { span, type_, variable, body: self.block(&handler.body) }
    }

    fn case(&mut self, case: &'a ast::Case) -> Case {
        Case {
            span: case.span,
            pattern: self.pattern(&case.pattern),
            guard: case.guard.as_ref().map(|guard| self.expr(guard)),
            body: self.block(&case.body),
        }
    }

    fn with(&mut self, is_async: bool, items: &'a [ast::WithItem], body: &'a ast::Block) -> StmtKind {
        let mut lowered = Vec::with_capacity(items.len());
        for item in items {
            let context = self.expr(&item.context);
            let target: Option<Result<Target, Expr>> = item.target.as_ref().map(|target| self.target(target));
            match target.transpose() {
                Ok(target) => lowered.push(WithItem { span: item.span, context, target }),
                Err(raises) => return StmtKind::Expr(raises),
            }
        }
        StmtKind::With { is_async, items: lowered, body: self.block(body) }
    }

    fn return_(&mut self, span: Span, word: &str, value: Option<&'a ast::Expr>) -> StmtKind {
        let value = value.map(|value| self.expr(value));
        if self.in_function() {
            return StmtKind::Return(value);
        }
        let report = Diagnostic::error("E0205", span, format!("`{word}` outside of a function"))
            .label("there is no function to leave")
            .help("remove it, or move the code into a `def`");
        StmtKind::Expr(self.misplaced(report, &format!("'{word}' outside function")))
    }

    fn outside_loop(&mut self, span: Span, is_break: bool) -> StmtKind {
        let (word, message) = if is_break {
            ("break", "'break' outside loop")
        } else {
            ("continue", "'continue' not properly in loop")
        };
        let report = Diagnostic::error("E0204", span, format!("`{word}` outside of a loop"))
            .label("there is no loop around it")
            .help("use `return` to leave a function, `disengage` to end a walker");
        StmtKind::Expr(self.misplaced(report, message))
    }
}
