//! Operands: where an operator finds its values. Locals are read in place, constants are part of
//! the code, the rest is computed. The operator is compiled once per kind, which is a factor of 1.5
//! to 1.8.
//!
//! A local is not read in place if what is evaluated before its use can rebind it, and whether it
//! is bound is asked only when a fast path has failed.

use std::ops::Deref;

use super::compile::{Compiler, Eval};
use super::variable;
use crate::code::{Constant, Expr, ExprKind, Symbol, Variable};
use crate::source::Span;
use crate::value::{Frame, Heap, Held, Outcome, Value};

/// A source of a value.
pub trait Operand: Send + Sync + 'static {
    type Out<'f>: Deref<Target = Value>;
    /// The value, in place if it has a place.
    fn load<'f>(&self, frame: Frame<'f>) -> Outcome<Self::Out<'f>>;
    /// Raises if the value is that of an unbound variable.
    fn check(&self, heap: &Heap, value: &Value) -> Outcome<()>;
}

/// A local variable.
pub struct Local {
    pub slot: u16,
    pub name: Symbol,
    pub span: Span,
}

impl Operand for Local {
    type Out<'f> = &'f Value;
    #[inline(always)]
    fn load<'f>(&self, frame: Frame<'f>) -> Outcome<&'f Value> {
        Ok(frame.get(self.slot))
    }
    fn check(&self, heap: &Heap, value: &Value) -> Outcome<()> {
        if value.is_unbound() { Err(variable::unbound_local(heap, self.name, self.span)) } else { Ok(()) }
    }
}

/// A small integer in the code.
pub struct ConstInt(pub i64);

impl Operand for ConstInt {
    type Out<'f> = Held;
    #[inline(always)]
    fn load<'f>(&self, _frame: Frame<'f>) -> Outcome<Held> {
        Ok(Held::new(Value::Int(self.0)))
    }
    fn check(&self, _heap: &Heap, _value: &Value) -> Outcome<()> {
        Ok(())
    }
}

/// Anything else.
pub struct Computed(pub Eval);

impl Operand for Computed {
    type Out<'f> = Held;
    #[inline(always)]
    fn load<'f>(&self, frame: Frame<'f>) -> Outcome<Held> {
        (self.0)(frame).map(Held::new)
    }
    fn check(&self, _heap: &Heap, _value: &Value) -> Outcome<()> {
        Ok(())
    }
}

/// An operand whose kind is known when the code is generated.
pub enum Any {
    Local(Local),
    Int(ConstInt),
    Computed(Computed),
}

/// Chooses the kind of an operand.
pub fn choose(c: &mut Compiler, expr: &'static Expr) -> Any {
    match &expr.kind {
        ExprKind::Load(Variable::Local(slot)) => {
            Any::Local(Local { slot: *slot, name: c.local_name(*slot), span: expr.span })
        }
        ExprKind::Constant(Constant::Int(n)) => Any::Int(ConstInt(*n)),
        _ => Any::Computed(Computed(c.expr(expr))),
    }
}

/// Chooses for the left one of two: not in place if evaluating `right` can rebind it.
pub fn choose_left(c: &mut Compiler, left: &'static Expr, right: &'static Expr) -> Any {
    match &left.kind {
        ExprKind::Load(Variable::Local(_)) if !may_rebind(right) => choose(c, left),
        ExprKind::Constant(Constant::Int(_)) => choose(c, left),
        _ => Any::Computed(Computed(c.expr(left))),
    }
}

/// Whether evaluating an expression can assign a local variable of the function around it.
pub fn may_rebind(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Constant(_)
        | ExprKind::Load(_)
        | ExprKind::MakeFunction(_)
        | ExprKind::Super { .. }
        | ExprKind::Root
        | ExprKind::RootClass => false,
        ExprKind::Unary { operand, .. } => may_rebind(operand),
        ExprKind::Binary { left, right, .. } => may_rebind(left) || may_rebind(right),
        ExprKind::Attribute { object, .. } => may_rebind(object),
        ExprKind::Subscript { object, index, .. } => may_rebind(object) || may_rebind(index),
        ExprKind::Compare { first, rest } => may_rebind(first) || rest.iter().any(|(_, e)| may_rebind(e)),
        ExprKind::And(all) | ExprKind::Or(all) | ExprKind::List(all) | ExprKind::Tuple(all) => {
            all.iter().any(may_rebind)
        }
        ExprKind::Call { callee, args } => {
            may_rebind(callee)
                || args.iter().any(|arg| match arg {
                    crate::code::Arg::Positional(e)
                    | crate::code::Arg::Star(e)
                    | crate::code::Arg::Keyword(_, e)
                    | crate::code::Arg::DoubleStar(e) => may_rebind(e),
                })
        }
        _ => true,
    }
}

/// Compiles an expression once per kind of one operand.
#[macro_export]
macro_rules! with_operand {
    ($any:expr, $x:ident => $body:expr) => {
        match $any {
            $crate::eval::operand::Any::Local($x) => $body,
            $crate::eval::operand::Any::Int($x) => $body,
            $crate::eval::operand::Any::Computed($x) => $body,
        }
    };
}
