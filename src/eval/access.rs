//! Reading attributes, subscripts and slices.
//!
//! Owns the short ways: a field through an inline cache, a small int as the index of a list or
//! tuple. Everything else is asked of `value::ops::attribute` and `value::ops::item`; writing is in
//! `assign`, calling a method in `call`.

use std::rc::Rc;

use super::cache::{Cache, Place, plain_slot};
use super::compile::{Compiler, Eval};
use super::operand::{self, Operand};
use crate::code::{Constant, Expr, ExprKind, Symbol, Variable};
use crate::source::Span;
use crate::value::{Frame, Outcome, Slice, Value, ops};
use crate::with_operand;

/// `object.name`.
pub fn attribute(c: &mut Compiler, object: &'static Expr, name: Symbol, null_safe: bool, span: Span) -> Eval {
    if null_safe {
        let object = c.expr(object);
        return Box::new(move |frame| {
            let object = object(frame)?;
            if !ops::truth::truth(frame.heap, &object).map_err(|raised| frame.heap.at(raised, span))? {
                return Ok(Value::None);
            }
            ops::attribute::get(frame.heap, &object, name).map_err(|raised| frame.heap.at(raised, span))
        });
    }
    let object = operand::choose(c, object);
    with_operand!(object, object => attribute_node(object, name, span))
}

fn attribute_node<A: Operand>(a: A, name: Symbol, span: Span) -> Eval {
    let cache = Cache::default();
    Box::new(move |frame| {
        let object = a.load(frame)?;
        if let Value::Instance(instance) = &*object
            && let Some(slot) = cache.slot(instance.class().shape())
        {
            match instance.slot(slot) {
                Value::Unbound => {}
                value => return Ok(value.clone()),
            }
        }
        a.check(frame.heap, &object)?;
        attribute_slow(frame, object.clone(), name, &cache, span)
    })
}

#[inline(never)]
fn attribute_slow(frame: Frame<'_>, object: Value, name: Symbol, cache: &Cache, span: Span) -> Outcome {
    if let Value::Instance(instance) = &object
        && let Some(slot) = plain_slot(frame.heap, instance.class(), name, false)
    {
        cache.set(instance.class().shape(), Place::Slot(slot));
    }
    ops::attribute::get(frame.heap, &object, name).map_err(|raised| frame.heap.at(raised, span))
}

/// `object[index]`.
pub fn subscript(
    c: &mut Compiler,
    object: &'static Expr,
    index: &'static Expr,
    null_safe: bool,
    span: Span,
) -> Eval {
    if null_safe {
        let (object, index) = (c.expr(object), c.expr(index));
        return Box::new(move |frame| {
            let object = object(frame)?;
            if !ops::truth::truth(frame.heap, &object).map_err(|raised| frame.heap.at(raised, span))? {
                return Ok(Value::None);
            }
            let index = index(frame)?;
            ops::item::get_item(frame.heap, &object, &index).map_err(|raised| frame.heap.at(raised, span))
        });
    }
    if let Some(node) = nested_subscript(c, object, index, span) {
        return node;
    }
    let (a, b) = (operand::choose_left(c, object, index), operand::choose(c, index));
    with_operand!(a, a => with_operand!(b, b => subscript_node(a, b, span)))
}

/// An index that is a local or a number: reading it runs nothing.
#[derive(Clone, Copy)]
enum Simple {
    Local(u16),
    Int(i64),
}

impl Simple {
    fn of(expr: &Expr) -> Option<Simple> {
        match &expr.kind {
            ExprKind::Load(Variable::Local(slot)) => Some(Simple::Local(*slot)),
            ExprKind::Constant(Constant::Int(n)) => Some(Simple::Int(*n)),
            _ => None,
        }
    }

    #[inline(always)]
    fn place(self, frame: Frame<'_>) -> Option<usize> {
        match self {
            Simple::Int(n) => usize::try_from(n).ok(),
            Simple::Local(slot) => match frame.get(slot) {
                Value::Int(n) => usize::try_from(*n).ok(),
                _ => None,
            },
        }
    }
}

/// `a[i][j]` of locals: the inner list is looked into where it stands.
fn nested_subscript(
    c: &mut Compiler,
    object: &'static Expr,
    index: &'static Expr,
    span: Span,
) -> Option<Eval> {
    let ExprKind::Subscript { object: outer, index: first, null_safe: false } = &object.kind else {
        return None;
    };
    let ExprKind::Load(Variable::Local(slot)) = outer.kind else { return None };
    let (first, second) = (Simple::of(first)?, Simple::of(index)?);
    let (object, index) = (c.expr(object), c.expr(index));
    Some(Box::new(move |frame| {
        if let Value::List(list) = frame.get(slot)
            && let Some(first) = first.place(frame)
            && let Some(Value::List(inner)) = list.items().get(first)
            && let Some(second) = second.place(frame)
            && let Some(value) = inner.items().get(second)
        {
            return Ok(value.clone());
        }
        let object = object(frame)?;
        let index = index(frame)?;
        subscript_slow(frame, object, index, span)
    }))
}

fn subscript_node<A: Operand, B: Operand>(a: A, b: B, span: Span) -> Eval {
    Box::new(move |frame| {
        let (object, index) = (a.load(frame)?, b.load(frame)?);
        if let (Value::List(list), Value::Int(n)) = (&*object, &*index) {
            let items = list.items();
            let at = if *n < 0 { n + items.len() as i64 } else { *n };
            if let Some(value) = items.get(at as usize) {
                return Ok(value.clone());
            }
        } else if let (Value::Tuple(tuple), Value::Int(n)) = (&*object, &*index)
            && let Some(value) = tuple.items().get(*n as usize)
        {
            return Ok(value.clone());
        }
        a.check(frame.heap, &object)?;
        b.check(frame.heap, &index)?;
        subscript_slow(frame, object.clone(), index.clone(), span)
    })
}

#[inline(never)]
fn subscript_slow(frame: Frame<'_>, object: Value, index: Value, span: Span) -> Outcome {
    ops::item::get_item(frame.heap, &object, &index).map_err(|raised| frame.heap.at(raised, span))
}

/// `lower:upper:step` of an index.
pub fn slice(
    c: &mut Compiler,
    lower: Option<&'static Expr>,
    upper: Option<&'static Expr>,
    step: Option<&'static Expr>,
) -> Eval {
    let mut part = |expr: Option<&'static Expr>| -> Eval {
        match expr {
            Some(expr) => c.expr(expr),
            None => Box::new(|_| Ok(Value::None)),
        }
    };
    let (start, stop, step) = (part(lower), part(upper), part(step));
    Box::new(move |frame| {
        let (start, stop, step) = (start(frame)?, stop(frame)?, step(frame)?);
        Ok(Value::Slice(Rc::new(Slice { start, stop, step })))
    })
}
