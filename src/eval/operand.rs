//! Operands: where an operator finds its values. Locals are read in place, constants are part of
//! the code, the rest is computed. The operator is compiled once per kind, which is a factor of 1.5
//! to 1.8.
//!
//! A local is not read in place if what is evaluated before its use can rebind it, and whether it
//! is bound is asked only when a fast path has failed.

use std::ops::Deref;

use super::compile::{Compiler, Eval};
use super::variable;
use crate::code::{BinaryOp, Constant, Expr, ExprKind, Symbol, Variable};
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

/// A local or a number: reading it runs nothing.
#[derive(Clone, Copy)]
pub enum Simple {
    Local(u16),
    Int(i64),
}

impl Simple {
    pub fn of(expr: &Expr) -> Option<Simple> {
        match &expr.kind {
            ExprKind::Load(Variable::Local(slot)) => Some(Simple::Local(*slot)),
            ExprKind::Constant(Constant::Int(n)) => Some(Simple::Int(*n)),
            _ => None,
        }
    }

    /// The small int that it is.
    #[inline(always)]
    pub fn int(self, frame: Frame<'_>) -> Option<i64> {
        match self {
            Simple::Int(n) => Some(n),
            Simple::Local(slot) => match frame.get(slot) {
                Value::Int(n) => Some(*n),
                _ => None,
            },
        }
    }
}

/// `i + 1`, `n - i`, `x * y` of locals and small ints: worked out where it is used, without a call. What is
/// neither two ints nor two floats, and what overflows, is computed as anywhere else.
pub struct Pair {
    left: u16,
    right: Simple,
    op: PairOp,
    general: Eval,
}

#[derive(Clone, Copy)]
enum PairOp {
    Add,
    Sub,
    Mul,
}

impl Pair {
    fn of(c: &mut Compiler, expr: &'static Expr) -> Option<Pair> {
        let ExprKind::Binary { op, left, right } = &expr.kind else { return None };
        let op = match op {
            BinaryOp::Add => PairOp::Add,
            BinaryOp::Sub => PairOp::Sub,
            BinaryOp::Mul => PairOp::Mul,
            _ => return None,
        };
        let Some(Simple::Local(left)) = Simple::of(left) else { return None };
        Some(Pair { left, right: Simple::of(right)?, op, general: c.expr(expr) })
    }

    #[inline(always)]
    fn quick(&self, frame: Frame<'_>) -> Option<Value> {
        match frame.get(self.left) {
            Value::Int(a) => {
                let b = self.right.int(frame)?;
                let n = match self.op {
                    PairOp::Add => a.checked_add(b)?,
                    PairOp::Sub => a.checked_sub(b)?,
                    PairOp::Mul => a.checked_mul(b)?,
                };
                Some(Value::Int(n))
            }
            Value::Float(a) => {
                let Simple::Local(right) = self.right else { return None };
                let Value::Float(b) = frame.get(right) else { return None };
                Some(Value::float(match self.op {
                    PairOp::Add => a.get() + b.get(),
                    PairOp::Sub => a.get() - b.get(),
                    PairOp::Mul => a.get() * b.get(),
                }))
            }
            _ => None,
        }
    }

    /// The value.
    #[inline(always)]
    pub fn value(&self, frame: Frame<'_>) -> Outcome {
        match self.quick(frame) {
            Some(value) => Ok(value),
            None => (self.general)(frame),
        }
    }
}

impl Operand for Pair {
    type Out<'f> = Held;
    #[inline(always)]
    fn load<'f>(&self, frame: Frame<'f>) -> Outcome<Held> {
        self.value(frame).map(Held::new)
    }
    fn check(&self, _heap: &Heap, _value: &Value) -> Outcome<()> {
        Ok(())
    }
}

/// An operand where pairs are worth a kind of their own.
pub enum Wide {
    Pair(Pair),
    Any(Any),
}

/// Chooses the kind of an operand.
pub fn choose_wide(c: &mut Compiler, expr: &'static Expr) -> Wide {
    match Pair::of(c, expr) {
        Some(pair) => Wide::Pair(pair),
        None => Wide::Any(choose(c, expr)),
    }
}

/// Chooses for the left one of two.
pub fn choose_wide_left(c: &mut Compiler, left: &'static Expr, right: &'static Expr) -> Wide {
    match Pair::of(c, left) {
        Some(pair) => Wide::Pair(pair),
        None => Wide::Any(choose_left(c, left, right)),
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

/// Evaluates the operand, whatever it is.
pub fn computed(c: &mut Compiler, expr: &'static Expr) -> Any {
    Any::Computed(Computed(c.expr(expr)))
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
            may_rebind(callee) || args.iter().any(|arg| may_rebind(arg.value()))
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

/// The same where pairs are worth a kind of their own.
#[macro_export]
macro_rules! with_wide {
    ($wide:expr, $x:ident => $body:expr) => {
        match $wide {
            $crate::eval::operand::Wide::Pair($x) => $body,
            $crate::eval::operand::Wide::Any(any) => $crate::with_operand!(any, $x => $body),
        }
    };
}
