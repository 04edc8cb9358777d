//! Arithmetic: two ints or two floats in line, everything else in `value::ops`.
//!
//! An unbound local takes no fast path, so it is looked for on the slow one only. Constants are
//! folded if the result is a small int. Comparisons are in `compare`, `op=` in `assign`.

use super::compile::{Compiler, Eval};
use super::operand::{self, Operand};
use crate::code::{BinaryOp, Constant, Expr, ExprKind, UnaryOp};
use crate::source::Span;
use crate::value::{Frame, Heap, Outcome, Value, ops};
use crate::with_wide;

/// One operator's fast paths; `None` means that the general path decides.
pub trait Arithmetic: Send + Sync + 'static {
    const OP: BinaryOp;
    fn int(a: i64, b: i64) -> Option<i64>;
    fn float(a: f64, b: f64) -> Option<f64>;
}

macro_rules! arithmetic {
    ($($name:ident: $op:ident, $int:expr, $float:expr;)*) => {
        $(
            pub struct $name;
            impl Arithmetic for $name {
                const OP: BinaryOp = BinaryOp::$op;
                #[inline(always)]
                fn int(a: i64, b: i64) -> Option<i64> {
                    let f: fn(i64, i64) -> Option<i64> = $int;
                    f(a, b)
                }
                #[inline(always)]
                fn float(a: f64, b: f64) -> Option<f64> {
                    let f: fn(f64, f64) -> Option<f64> = $float;
                    f(a, b)
                }
            }
        )*
    };
}

arithmetic! {
    Add: Add, |a, b| a.checked_add(b), |a, b| Some(a + b);
    Sub: Sub, |a, b| a.checked_sub(b), |a, b| Some(a - b);
    Mul: Mul, |a, b| a.checked_mul(b), |a, b| Some(a * b);
    Div: Div, |_, _| None, |a, b| if b == 0.0 { None } else { Some(a / b) };
    FloorDiv: FloorDiv, |a, b| if b > 0 { Some(a.div_euclid(b)) } else { None }, |_, _| None;
    Mod: Mod, |a, b| if b > 0 { Some(if a >= 0 { ((a as u64) % (b as u64)) as i64 } else { a.rem_euclid(b) }) } else { None }, |_, _| None;
    And: BitAnd, |a, b| Some(a & b), |_, _| None;
    Or: BitOr, |a, b| Some(a | b), |_, _| None;
    Xor: BitXor, |a, b| Some(a ^ b), |_, _| None;
    Shl: Shl, |a, b| if (0..32).contains(&b) && a.unsigned_abs() < 1 << 30 { Some(a << b) } else { None }, |_, _| None;
    Shr: Shr, |a, b| if (0..64).contains(&b) { Some(a >> b) } else { None }, |_, _| None;
    Pow: Pow, |_, _| None, |_, _| None;
    MatMul: MatMul, |_, _| None, |_, _| None;
}

/// Calls `$make::<Op>` for an operator.
macro_rules! by_operator {
    ($op:expr, $type:ident => $body:expr) => {
        match $op {
            BinaryOp::Add => {
                type $type = Add;
                $body
            }
            BinaryOp::Sub => {
                type $type = Sub;
                $body
            }
            BinaryOp::Mul => {
                type $type = Mul;
                $body
            }
            BinaryOp::Div => {
                type $type = Div;
                $body
            }
            BinaryOp::FloorDiv => {
                type $type = FloorDiv;
                $body
            }
            BinaryOp::Mod => {
                type $type = Mod;
                $body
            }
            BinaryOp::BitAnd => {
                type $type = And;
                $body
            }
            BinaryOp::BitOr => {
                type $type = Or;
                $body
            }
            BinaryOp::BitXor => {
                type $type = Xor;
                $body
            }
            BinaryOp::Shl => {
                type $type = Shl;
                $body
            }
            BinaryOp::Shr => {
                type $type = Shr;
                $body
            }
            BinaryOp::Pow => {
                type $type = Pow;
                $body
            }
            BinaryOp::MatMul => {
                type $type = MatMul;
                $body
            }
        }
    };
}
pub(super) use by_operator;

/// `left op right`.
pub fn compile(
    c: &mut Compiler,
    op: BinaryOp,
    left: &'static Expr,
    right: &'static Expr,
    span: Span,
) -> Eval {
    if let Some(folded) = fold(op, left, right) {
        return folded;
    }
    let (a, b) = (operand::choose_wide_left(c, left, right), operand::choose_wide(c, right));
    by_operator!(op, Op => with_wide!(a, a => with_wide!(b, b => node::<Op, _, _>(a, b, span))))
}

/// `2 * 3`: of small ints, when the code is made.
fn fold(op: BinaryOp, left: &Expr, right: &Expr) -> Option<Eval> {
    let (ExprKind::Constant(Constant::Int(a)), ExprKind::Constant(Constant::Int(b))) =
        (&left.kind, &right.kind)
    else {
        return None;
    };
    let n = match op {
        BinaryOp::Add => a.checked_add(*b)?,
        BinaryOp::Sub => a.checked_sub(*b)?,
        BinaryOp::Mul => a.checked_mul(*b)?,
        _ => return None,
    };
    Some(Box::new(move |_| Ok(Value::Int(n))))
}

fn node<Op: Arithmetic, A: Operand, B: Operand>(a: A, b: B, span: Span) -> Eval {
    let node = (a, b, span);
    Box::new(move |frame| {
        let (x, y) = (node.0.load(frame)?, node.1.load(frame)?);
        match (&*x, &*y) {
            (Value::Int(m), Value::Int(n)) => {
                if let Some(n) = Op::int(*m, *n) {
                    return Ok(Value::Int(n));
                }
            }
            (Value::Float(m), Value::Float(n)) => {
                if let Some(n) = Op::float(m.get(), n.get()) {
                    return Ok(Value::float(n));
                }
            }
            (Value::Int(m), Value::Float(n)) => {
                if let Some(n) = Op::float(*m as f64, n.get()) {
                    return Ok(Value::float(n));
                }
            }
            (Value::Float(m), Value::Int(n)) => {
                if let Some(n) = Op::float(m.get(), *n as f64) {
                    return Ok(Value::float(n));
                }
            }
            _ => {}
        }
        slow::<Op, A, B>(frame, &node, x, y)
    })
}

/// The general path. It takes the operands over, so that nothing is left to do behind it: with operands in
/// place the node's own code needs no frame on the native stack.
#[inline(never)]
fn slow<'f, Op: Arithmetic, A: Operand, B: Operand>(
    frame: Frame<'f>,
    (a, b, span): &(A, B, Span),
    x: A::Out<'f>,
    y: B::Out<'f>,
) -> Outcome {
    a.check(frame.heap, &x)?;
    b.check(frame.heap, &y)?;
    general(frame.heap, Op::OP, &x, &y, *span)
}

#[inline(never)]
fn general(heap: &Heap, op: BinaryOp, x: &Value, y: &Value, span: Span) -> Outcome {
    ops::arithmetic::binary(heap, op, x, y).map_err(|raised| heap.at(raised, span))
}

/// `-x`, `+x`, `~x`, `not x`.
pub fn unary(c: &mut Compiler, op: UnaryOp, operand: &'static Expr, span: Span) -> Eval {
    if op == UnaryOp::Not {
        let test = c.test(operand);
        return Box::new(move |frame| Ok(Value::bool(!test(frame)?)));
    }
    if let (UnaryOp::Minus, ExprKind::Constant(Constant::Int(n))) = (op, &operand.kind)
        && let Some(n) = n.checked_neg()
    {
        return Box::new(move |_| Ok(Value::Int(n)));
    }
    if let (UnaryOp::Minus, ExprKind::Constant(Constant::Float(x))) = (op, &operand.kind) {
        let x = -*x;
        return Box::new(move |_| Ok(Value::float(x)));
    }
    let value = c.expr(operand);
    Box::new(move |frame| {
        let value = value(frame)?;
        match (op, &value) {
            (UnaryOp::Minus, Value::Int(n)) if *n != i64::MIN => Ok(Value::Int(-n)),
            (UnaryOp::Minus, Value::Float(x)) => Ok(Value::float(-x.get())),
            _ => ops::arithmetic::unary(frame.heap, op, &value).map_err(|raised| frame.heap.at(raised, span)),
        }
    })
}
