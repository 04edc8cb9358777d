//! Comparisons, `and`, `or`, and tests: conditions that give a truth without making a value of it.
//!
//! Owns the short ways for ints and floats and for `is None`; in a chain each operand is evaluated
//! once. What other values are to each other is decided in `value::ops::compare`.

use super::compile::{Compiler, Eval, Test};
use super::operand::{self, Operand};
use crate::code::{CompareOp, Constant, Expr, ExprKind, UnaryOp};
use crate::source::Span;
use crate::value::{Frame, Heap, Outcome, Value, ops};
use crate::{with_operand, with_wide};

/// One comparison's fast paths.
trait Comparison: Send + Sync + 'static {
    const OP: CompareOp;
    fn int(a: i64, b: i64) -> bool;
    fn float(a: f64, b: f64) -> bool;
}

macro_rules! comparison {
    ($($name:ident: $op:tt;)*) => {
        $(
            struct $name;
            impl Comparison for $name {
                const OP: CompareOp = CompareOp::$name;
                #[inline(always)]
                fn int(a: i64, b: i64) -> bool {
                    a $op b
                }
                #[inline(always)]
                fn float(a: f64, b: f64) -> bool {
                    a $op b
                }
            }
        )*
    };
}

comparison! { Lt: <; Le: <=; Gt: >; Ge: >=; Eq: ==; Ne: !=; }

macro_rules! by_comparison {
    ($op:expr, $type:ident => $body:expr, else $other:expr) => {
        match $op {
            CompareOp::Lt => {
                type $type = Lt;
                $body
            }
            CompareOp::Le => {
                type $type = Le;
                $body
            }
            CompareOp::Gt => {
                type $type = Gt;
                $body
            }
            CompareOp::Ge => {
                type $type = Ge;
                $body
            }
            CompareOp::Eq => {
                type $type = Eq;
                $body
            }
            CompareOp::Ne => {
                type $type = Ne;
                $body
            }
            _ => $other,
        }
    };
}

/// The known truth of two operands, or `None` for the general path.
#[inline(always)]
fn quick<Op: Comparison>(x: &Value, y: &Value) -> Option<bool> {
    match (x, y) {
        (Value::Int(m), Value::Int(n)) => Some(Op::int(*m, *n)),
        (Value::Float(m), Value::Float(n)) => Some(Op::float(m.get(), n.get())),
        _ => None,
    }
}

/// `first op a op b …` as a value.
pub fn compile(
    c: &mut Compiler,
    first: &'static Expr,
    rest: &'static [(CompareOp, Expr)],
    span: Span,
) -> Eval {
    let [(op, second)] = rest else { return chain(c, first, rest, span) };
    if matches!(op, CompareOp::Is | CompareOp::IsNot | CompareOp::In | CompareOp::NotIn) {
        let test = single_test(c, first, *op, second, span);
        return Box::new(move |frame| Ok(Value::bool(test(frame)?)));
    }
    let (a, b) = (operand::choose_left(c, first, second), operand::choose(c, second));
    by_comparison!(*op, Op => with_operand!(a, a => with_operand!(b, b => value_node::<Op, _, _>(a, b, span))), else c.expr(first))
}

fn value_node<Op: Comparison, A: Operand, B: Operand>(a: A, b: B, span: Span) -> Eval {
    let node = (a, b, span);
    Box::new(move |frame| {
        let (x, y) = (node.0.load(frame)?, node.1.load(frame)?);
        match quick::<Op>(&x, &y) {
            Some(known) => Ok(Value::bool(known)),
            None => value_slow::<Op, A, B>(frame, &node, x, y),
        }
    })
}

#[inline(never)]
fn value_slow<'f, Op: Comparison, A: Operand, B: Operand>(
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
fn general(heap: &Heap, op: CompareOp, x: &Value, y: &Value, span: Span) -> Outcome {
    ops::compare::compare(heap, op, x, y).map_err(|raised| heap.at(raised, span))
}

#[inline(never)]
fn general_test(heap: &Heap, op: CompareOp, x: &Value, y: &Value, span: Span) -> Outcome<bool> {
    if let (CompareOp::Eq | CompareOp::Ne, Some(equal)) = (op, ops::compare::quick_equal(x, y)) {
        return Ok(equal == (op == CompareOp::Eq));
    }
    let value = general(heap, op, x, y, span)?;
    ops::truth::truth(heap, &value).map_err(|raised| heap.at(raised, span))
}

fn test_node<Op: Comparison, A: Operand, B: Operand>(a: A, b: B, span: Span) -> Test {
    let node = (a, b, span);
    Box::new(move |frame| {
        let (x, y) = (node.0.load(frame)?, node.1.load(frame)?);
        match quick::<Op>(&x, &y) {
            Some(known) => Ok(known),
            None => test_slow::<Op, A, B>(frame, &node, x, y),
        }
    })
}

#[inline(never)]
fn test_slow<'f, Op: Comparison, A: Operand, B: Operand>(
    frame: Frame<'f>,
    (a, b, span): &(A, B, Span),
    x: A::Out<'f>,
    y: B::Out<'f>,
) -> Outcome<bool> {
    a.check(frame.heap, &x)?;
    b.check(frame.heap, &y)?;
    general_test(frame.heap, Op::OP, &x, &y, *span)
}

fn single_test(
    c: &mut Compiler,
    first: &'static Expr,
    op: CompareOp,
    second: &'static Expr,
    span: Span,
) -> Test {
    match op {
        CompareOp::Is | CompareOp::IsNot => {
            let wanted = op == CompareOp::Is;
            if let ExprKind::Constant(Constant::None) = second.kind {
                let a = operand::choose(c, first);
                return with_operand!(a, a => is_none(a, wanted));
            }
            let (a, b) = (c.expr(first), c.expr(second));
            Box::new(move |frame| {
                let x = a(frame)?;
                let y = b(frame)?;
                Ok(x.is(&y) == wanted)
            })
        }
        CompareOp::In | CompareOp::NotIn => {
            let (a, b) = (operand::choose_left(c, first, second), operand::choose(c, second));
            with_operand!(a, a => with_operand!(b, b => membership(a, b, op == CompareOp::In, span)))
        }
        _ => {
            let (a, b) = (operand::choose_wide_left(c, first, second), operand::choose_wide(c, second));
            by_comparison!(op, Op => with_wide!(a, a => with_wide!(b, b => test_node::<Op, _, _>(a, b, span))), else truth::<true>(c, first))
        }
    }
}

/// `a in b`, or not.
fn membership<A: Operand, B: Operand>(a: A, b: B, wanted: bool, span: Span) -> Test {
    Box::new(move |frame| {
        let heap = frame.heap;
        let (item, container) = (a.load(frame)?, b.load(frame)?);
        if item.is_unbound() || container.is_unbound() {
            a.check(heap, &item)?;
            b.check(heap, &container)?;
        }
        let inside = match &*container {
            Value::Dict(dict) => dict.find(heap, &item).map(|at| at.is_some()),
            other => ops::compare::contains(heap, other, &item),
        };
        Ok(inside.map_err(|raised| heap.at(raised, span))? == wanted)
    })
}

fn is_none<A: Operand>(a: A, wanted: bool) -> Test {
    Box::new(move |frame| {
        let x = a.load(frame)?;
        if x.is_unbound() {
            a.check(frame.heap, &x)?;
        }
        Ok(x.is_none() == wanted)
    })
}

/// `a < b < c`: each operand once, as far as the links hold.
fn chain(c: &mut Compiler, first: &'static Expr, rest: &'static [(CompareOp, Expr)], span: Span) -> Eval {
    let first = c.expr(first);
    let links: Box<[(CompareOp, Eval)]> = rest.iter().map(|(op, expr)| (*op, c.expr(expr))).collect();
    Box::new(move |frame| {
        let mut left = first(frame)?;
        let last = links.len() - 1;
        for (index, (op, right)) in links.iter().enumerate() {
            let right = right(frame)?;
            let result = match (op, &left, &right) {
                (CompareOp::Lt, Value::Int(m), Value::Int(n)) => Value::bool(m < n),
                (CompareOp::Le, Value::Int(m), Value::Int(n)) => Value::bool(m <= n),
                _ => ops::compare::compare(frame.heap, *op, &left, &right)
                    .map_err(|raised| frame.heap.at(raised, span))?,
            };
            if index == last
                || !ops::truth::truth(frame.heap, &result).map_err(|raised| frame.heap.at(raised, span))?
            {
                return Ok(result);
            }
            left = right;
        }
        Ok(Value::True)
    })
}

/// `a and b`: the first operand that is false, else the last.
pub fn and(c: &mut Compiler, all: &'static [Expr]) -> Eval {
    short_circuit(c, all, false)
}

/// `a or b`: the first operand that is true, else the last.
pub fn or(c: &mut Compiler, all: &'static [Expr]) -> Eval {
    short_circuit(c, all, true)
}

fn short_circuit(c: &mut Compiler, all: &'static [Expr], stop: bool) -> Eval {
    let spans: Box<[Span]> = all.iter().map(|e| e.span).collect();
    let mut parts: Vec<Eval> = all.iter().map(|e| c.expr(e)).collect();
    let Some(last) = parts.pop() else { return Box::new(|_| Ok(Value::None)) };
    let parts = parts.into_boxed_slice();
    Box::new(move |frame| {
        for (part, span) in parts.iter().zip(&spans) {
            let value = part(frame)?;
            if ops::truth::truth(frame.heap, &value).map_err(|raised| frame.heap.at(raised, *span))? == stop {
                return Ok(value);
            }
        }
        last(frame)
    })
}

/// An expression as a condition.
pub fn test(c: &mut Compiler, expr: &'static Expr) -> Test {
    match &expr.kind {
        ExprKind::Constant(Constant::True) => Box::new(|_| Ok(true)),
        ExprKind::Constant(Constant::False | Constant::None) => Box::new(|_| Ok(false)),
        ExprKind::Unary { op: UnaryOp::Not, operand } => match &operand.kind {
            ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Compare { .. } | ExprKind::Unary { .. } => {
                let inner = test(c, operand);
                Box::new(move |frame| Ok(!inner(frame)?))
            }
            _ => truth::<false>(c, operand),
        },
        ExprKind::And(all) => tests(c, all, false),
        ExprKind::Or(all) => tests(c, all, true),
        ExprKind::Compare { first, rest } => match &rest[..] {
            [(op, second)] => single_test(c, first, *op, second, expr.span),
            _ => truth::<true>(c, expr),
        },
        _ => truth::<true>(c, expr),
    }
}

fn tests(c: &mut Compiler, all: &'static [Expr], stop: bool) -> Test {
    let mut parts: Vec<Test> = all.iter().map(|e| test(c, e)).collect();
    if parts.len() == 2 {
        let (a, b) = (parts.remove(0), parts.remove(0));
        return Box::new(move |frame| if a(frame)? == stop { Ok(stop) } else { b(frame) });
    }
    if parts.len() == 3 {
        let (a, b, c) = (parts.remove(0), parts.remove(0), parts.remove(0));
        return Box::new(
            move |frame| if a(frame)? == stop || b(frame)? == stop { Ok(stop) } else { c(frame) },
        );
    }
    let parts = parts.into_boxed_slice();
    Box::new(move |frame| {
        for part in &parts {
            if part(frame)? == stop {
                return Ok(stop);
            }
        }
        Ok(!stop)
    })
}

/// Whether an expression's truth is `WANTED`.
fn truth<const WANTED: bool>(c: &mut Compiler, expr: &'static Expr) -> Test {
    let span = expr.span;
    if let ExprKind::Subscript { object, index, null_safe: false } = &expr.kind {
        let (a, b) = (operand::choose_left(c, object, index), operand::choose_wide(c, index));
        return with_operand!(a, a => with_wide!(b, b => item_truth::<WANTED, _, _>(a, b, span)));
    }
    let a = operand::choose(c, expr);
    with_operand!(a, a => truth_node::<WANTED, _>(a, span))
}

fn truth_node<const WANTED: bool, A: Operand>(a: A, span: Span) -> Test {
    let node = (a, span);
    Box::new(move |frame: Frame<'_>| {
        let value = node.0.load(frame)?;
        match &*value {
            Value::True => Ok(WANTED),
            Value::False | Value::None => Ok(!WANTED),
            Value::Int(n) => Ok((*n != 0) == WANTED),
            _ => truth_slow::<WANTED, A>(frame, &node, value),
        }
    })
}

#[inline(never)]
fn truth_slow<'f, const WANTED: bool, A: Operand>(
    frame: Frame<'f>,
    (a, span): &(A, Span),
    value: A::Out<'f>,
) -> Outcome<bool> {
    a.check(frame.heap, &value)?;
    let truth = ops::truth::truth(frame.heap, &value).map_err(|raised| frame.heap.at(raised, *span))?;
    Ok(truth == WANTED)
}

/// The truth of `object[index]`, looked at where it stands.
fn item_truth<const WANTED: bool, A: Operand, B: Operand>(a: A, b: B, span: Span) -> Test {
    let node = (a, b, span);
    Box::new(move |frame: Frame<'_>| {
        let (object, index) = (node.0.load(frame)?, node.1.load(frame)?);
        if let (Value::List(list), Value::Int(n)) = (&*object, &*index) {
            match list.items().get(*n as usize) {
                Some(Value::True) => return Ok(WANTED),
                Some(Value::False | Value::None) => return Ok(!WANTED),
                Some(Value::Int(n)) => return Ok((*n != 0) == WANTED),
                _ => {}
            }
        }
        item_truth_slow::<WANTED, A, B>(frame, &node, object, index)
    })
}

#[inline(never)]
fn item_truth_slow<'f, const WANTED: bool, A: Operand, B: Operand>(
    frame: Frame<'f>,
    (a, b, span): &(A, B, Span),
    object: A::Out<'f>,
    index: B::Out<'f>,
) -> Outcome<bool> {
    let heap = frame.heap;
    a.check(heap, &object)?;
    b.check(heap, &index)?;
    let value = ops::item::get_item(heap, &object, &index);
    let truth = value.and_then(|value| ops::truth::truth(heap, &value));
    Ok(truth.map_err(|raised| heap.at(raised, *span))? == WANTED)
}
