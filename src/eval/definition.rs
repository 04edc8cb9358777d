//! Definitions of a module that are made in an isolate which has not run the module: a walker of an
//! earlier run meets a function, class, constant or import that the program has got since.
//!
//! Owns which statements of a module are definitions, and running one by itself. It refuses to decide when
//! that may be done.

use super::compile::{Compiler, Exec};
use crate::code::{Expr, ExprKind, GlobalId, Module, Stmt, StmtKind, TargetKind, Variable};
use crate::value::{Heap, Outcome};

/// A statement that defines a variable of a module.
pub struct Definition {
    run: Exec,
    window: usize,
}

impl Definition {
    /// The statement of the module that defines the variable, if there is one that does nothing else.
    pub fn of(module: &'static Module, id: GlobalId) -> Option<Definition> {
        let stmt = module.body.body.stmts.iter().find(|stmt| defines(stmt, id))?;
        let (mut c, _) = Compiler::for_scope(&module.body, true);
        let run = c.stmt(stmt);
        Some(Definition { run, window: c.window() as usize })
    }

    /// Gives the variable its value.
    pub fn run(&self, heap: &Heap) -> Outcome<()> {
        let frame = heap.top_frame();
        heap.ensure_slots(frame, self.window)?;
        heap.above(frame, self.window, || (self.run)(frame).map(drop))?;
        frame.clear(0, self.window as u16);
        Ok(())
    }
}

fn defines(stmt: &Stmt, id: GlobalId) -> bool {
    let is_it = |variable: &Variable| matches!(variable, Variable::Global(known) if *known == id);
    match &stmt.kind {
        StmtKind::Assign { targets, value } => {
            let is_definition = matches!(value.kind, ExprKind::MakeFunction(_) | ExprKind::MakeClass(_))
                || is_constant(value);
            let is_target =
                |kind: &TargetKind| matches!(kind, TargetKind::Variable(variable) if is_it(variable));
            is_definition && targets.iter().any(|target| is_target(&target.kind))
        }
        StmtKind::Import { variable, .. } => is_it(variable),
        StmtKind::ImportFrom { items, .. } => items.iter().any(|item| is_it(&item.variable)),
        _ => false,
    }
}

fn is_constant(value: &Expr) -> bool {
    matches!(value.kind, ExprKind::Constant(_))
}
