//! Statements as text.
//!
//! Simple statements get their `;` in one place, so that the heads of loops can print them without
//! it; compound ones are a head and blocks in braces. Items inside of blocks are `item.rs`'s.

use super::Printer;
use super::expr::binary;
use crate::syntax::ast::*;

impl Printer {
    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Item(item) => self.item(item),
            kind => self.line(|out| out.bare_stmt(kind)),
        }
    }

    fn bare_stmt(&mut self, kind: &StmtKind) {
        use StmtKind::*;
        match kind {
            If { .. }
            | While { .. }
            | ForIn { .. }
            | ForTo { .. }
            | Try { .. }
            | Match { .. }
            | With { .. }
            | TypedContext { .. } => self.compound(kind),
            Visit { index, target, otherwise } => {
                self.put("visit ");
                if let Some(index) = index {
                    self.put(":");
                    self.expr(index);
                    self.put(": ");
                }
                self.expr(target);
                match otherwise {
                    Some(block) => {
                        self.put(" else ");
                        self.block(block);
                    }
                    None => self.put(";"),
                }
            }
            _ => {
                self.simple(kind);
                self.put(";");
            }
        }
    }

    /// A statement without its `;`.
    pub(super) fn simple(&mut self, kind: &StmtKind) {
        use StmtKind::*;
        match kind {
            Expr(value) => self.expr(value),
            Assign { targets, value } => {
                for target in targets {
                    self.expr(target);
                    self.put(" = ");
                }
                self.expr(value);
            }
            Annotate { target, type_, value } => {
                self.expr(target);
                self.typed(Some(type_));
                self.optional(" = ", value.as_ref());
            }
            Augment { target, op, value } => {
                self.expr(target);
                self.put(" ");
                self.put(binary(*op));
                self.optional("= ", Some(value));
            }
            Delete(targets) => {
                self.put("del ");
                self.joined(targets, ", ", Printer::expr);
            }
            Global(names) => {
                self.put("global ");
                self.names(names, ", ");
            }
            Nonlocal(names) => {
                self.put("nonlocal ");
                self.names(names, ", ");
            }
            Return(value) => {
                self.put("return");
                self.optional(" ", value.as_ref());
            }
            Raise { value, cause } => {
                self.put("raise");
                self.optional(" ", value.as_ref());
                self.optional(" from ", cause.as_ref());
            }
            Assert { test, message } => {
                self.optional("assert ", Some(test));
                self.optional(", ", message.as_ref());
            }
            Check(value) => self.optional("check ", Some(value)),
            Ignore(value) => self.optional("ignore ", Some(value)),
            Report(value) => self.optional("report ", Some(value)),
            Break => self.put("break"),
            Continue => self.put("continue"),
            Disengage => self.put("disengage"),
            Skip => self.put("skip"),
            Error => self.put("<error>"),
            Empty => {}
            // Printed by those who have their bodies.
            Item(_)
            | Visit { .. }
            | If { .. }
            | While { .. }
            | ForIn { .. }
            | ForTo { .. }
            | Try { .. }
            | Match { .. }
            | With { .. }
            | TypedContext { .. } => {}
        }
    }

    fn part(&mut self, word: &str, block: Option<&Block>) {
        if let Some(block) = block {
            self.put(word);
            self.block(block);
        }
    }

    fn headed(&mut self, word: &str, test: &Expr, body: &Block) {
        self.put(word);
        self.expr(test);
        self.put(" ");
        self.block(body);
    }

    fn compound(&mut self, kind: &StmtKind) {
        let word_async = |is_async: bool| if is_async { "async " } else { "" };
        match kind {
            StmtKind::If { branches, otherwise } => {
                for (index, (test, body)) in branches.iter().enumerate() {
                    self.headed(if index == 0 { "if " } else { " elif " }, test, body);
                }
                self.part(" else ", otherwise.as_ref());
            }
            StmtKind::While { test, body, otherwise } => {
                self.headed("while ", test, body);
                self.part(" else ", otherwise.as_ref());
            }
            StmtKind::ForIn { is_async, target, iterable, body, otherwise } => {
                self.put(word_async(*is_async));
                self.optional("for ", Some(target));
                self.headed(" in ", iterable, body);
                self.part(" else ", otherwise.as_ref());
            }
            StmtKind::ForTo { is_async, init, test, step, body, otherwise } => {
                self.put(word_async(*is_async));
                self.put("for ");
                self.simple(&init.kind);
                self.optional(" to ", Some(test));
                self.put(" by ");
                self.simple(&step.kind);
                self.part(" ", Some(body));
                self.part(" else ", otherwise.as_ref());
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                self.part("try ", Some(body));
                for handler in handlers {
                    self.put(" except");
                    self.optional(" ", handler.type_.as_ref());
                    if let Some(name) = &handler.name {
                        self.put(" as ");
                        self.name(name);
                    }
                    self.part(" ", Some(&handler.body));
                }
                self.part(" else ", otherwise.as_ref());
                self.part(" finally ", finally.as_ref());
            }
            StmtKind::Match { subject, cases } => {
                self.put("match ");
                self.expr(subject);
                self.put(" ");
                self.braces(|out| cases.iter().for_each(|case| out.case(case)));
            }
            StmtKind::With { is_async, items, body } => {
                self.put(word_async(*is_async));
                self.put("with ");
                self.joined(items, ", ", |out, item| {
                    out.expr(&item.context);
                    out.optional(" as ", item.target.as_ref());
                });
                self.part(" ", Some(body));
            }
            StmtKind::TypedContext { type_, body } => self.headed("-> ", type_, body),
            _ => {}
        }
    }

    fn case(&mut self, case: &Case) {
        self.line(|out| {
            out.put("case ");
            out.pattern(&case.pattern);
            out.optional(" if ", case.guard.as_ref());
            out.put(":");
        });
        self.indent += 1;
        case.body.stmts.iter().for_each(|stmt| self.stmt(stmt));
        self.indent -= 1;
    }
}
