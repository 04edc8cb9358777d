//! Statements: what each kind compiles to; loops, exceptions, matching and the graph have files of
//! their own.
//!
//! Only the plain ones (an expression, `if`, `return`) are made here. Which statements have none
//! inside, so that a commit may follow each of them, is known here too; committing is the host's.

use super::compile::{Compiler, Exec, Flow};
use super::{assign, augment, connection, exception, graph_expr, import, loops, matching};
use crate::code::{Block, Expr, ExprKind, Stmt, StmtKind};
use crate::value::Value;

/// Whether a statement has no statements inside.
pub fn is_simple(stmt: &Stmt) -> bool {
    use StmtKind as S;
    matches!(
        stmt.kind,
        S::Expr(_)
            | S::Assign { .. }
            | S::Augment { .. }
            | S::Delete(_)
            | S::Return(Some(_))
            | S::Raise { .. }
            | S::Assert { .. }
            | S::Check(_)
            | S::Ignore { .. }
            | S::Report { .. }
    )
}

/// Compiles a statement.
pub fn compile(c: &mut Compiler, stmt: &'static Stmt) -> Exec {
    let span = stmt.span;
    match &stmt.kind {
        StmtKind::Expr(expr) => {
            let value = match &expr.kind {
                ExprKind::Connect { left, right, direction, edge } => {
                    connection::connect(c, (left, right), *direction, edge.as_deref(), false, expr.span)
                }
                _ => c.expr(expr),
            };
            Box::new(move |frame| {
                value(frame)?.discard();
                Ok(Flow::Next)
            })
        }
        StmtKind::Assign { targets, value } => assign::assign(c, targets, value),
        StmtKind::Augment { target, op, value } => augment::compile(c, target, *op, value),
        StmtKind::Delete(targets) => {
            let all: Box<[Exec]> = targets.iter().map(|t| assign::delete(c, t)).collect();
            Box::new(move |frame| {
                for one in &all {
                    one(frame)?;
                }
                Ok(Flow::Next)
            })
        }
        StmtKind::If { branches, otherwise } => conditional(c, branches, otherwise.as_ref()),
        StmtKind::While { test, body, otherwise } => loops::while_loop(c, test, body, otherwise.as_ref()),
        StmtKind::ForIn { is_async, target, iterable, body, otherwise } => {
            loops::for_in(c, *is_async, target, iterable, body, otherwise.as_ref())
        }
        StmtKind::ForTo { init, test, step, body, otherwise } => {
            loops::for_to(c, init, test, step, body, otherwise.as_ref())
        }
        StmtKind::Try { body, handlers, otherwise, finally } => {
            exception::try_statement(c, body, handlers, otherwise.as_ref(), finally.as_ref())
        }
        StmtKind::Match { subject, cases } => matching::compile(c, subject, cases),
        StmtKind::With { is_async, items, body } => exception::with(c, *is_async, items, body),
        StmtKind::Return(None) => Box::new(|_| Ok(Flow::Return(Value::None))),
        StmtKind::Return(Some(value)) => {
            let value = c.expr(value);
            Box::new(move |frame| Ok(Flow::Return(value(frame)?)))
        }
        StmtKind::Raise { value, cause } => exception::raise(c, value.as_ref(), cause.as_ref(), span),
        StmtKind::Assert { test, message } => exception::assert(c, test, message.as_ref(), span),
        StmtKind::Check(test) => exception::check(c, test, span),
        StmtKind::Break => Box::new(|_| Ok(Flow::Break)),
        StmtKind::Continue => Box::new(|_| Ok(Flow::Continue)),
        StmtKind::Visit { walker, index, target, otherwise } => {
            graph_expr::visit(c, walker, index.as_ref(), target, otherwise.as_ref(), span)
        }
        StmtKind::Ignore { walker, target } => graph_expr::ignore(c, walker, target, span),
        StmtKind::Disengage { walker } => graph_expr::disengage(c, walker, span),
        StmtKind::Report { walker, value } => graph_expr::report(c, walker.as_ref(), value, span),
        StmtKind::Import { module, path, modules, variable, whole } => {
            import::import(c, module, path, modules, *variable, *whole, span)
        }
        StmtKind::ImportFrom { module, path, items } => import::import_from(c, module, path, items, span),
        StmtKind::Include { module, path, names } => import::include(c, module, path, names, span),
    }
}

/// `if … elif … else …`
fn conditional(
    c: &mut Compiler,
    branches: &'static [(Expr, Block)],
    otherwise: Option<&'static Block>,
) -> Exec {
    let Some(((test, block), rest)) = branches.split_first() else {
        return match otherwise {
            Some(block) => c.block(block),
            None => Box::new(|_| Ok(Flow::Next)),
        };
    };
    let test = c.condition(test);
    let block = c.block(block);
    if rest.is_empty() && otherwise.is_none() {
        return Box::new(move |frame| if test(frame)? { block(frame) } else { Ok(Flow::Next) });
    }
    let rest = conditional(c, rest, otherwise);
    Box::new(move |frame| if test(frame)? { block(frame) } else { rest(frame) })
}
