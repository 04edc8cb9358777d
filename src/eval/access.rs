//! Reading attributes, subscripts and slices.
//!
//! Owns the short ways: a field through an inline cache, a small int as the index of a list or
//! tuple. Everything else is asked of `value::ops::attribute` and `value::ops::item`; writing is in
//! `assign`, calling a method in `call`.

use std::rc::Rc;

use super::cache::{Cache, Place, plain_slot};
use super::compile::{Compiler, Eval};
use super::operand::{self, Operand, Simple};
use crate::code::{Expr, ExprKind, Symbol, Variable};
use crate::source::Span;
use crate::value::{Frame, Outcome, Slice, Value, ops};
use crate::{with_operand, with_wide};

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
    let node = (a, Cache::default(), name, span);
    Box::new(move |frame| {
        let object = node.0.load(frame)?;
        if let Value::Instance(instance) = &*object
            && let Some(slot) = node.1.slot(instance.class().shape())
        {
            match instance.slot(slot) {
                Value::Unbound => {}
                value => return Ok(value.clone()),
            }
        }
        attribute_slow(frame, &node, object)
    })
}

#[inline(never)]
fn attribute_slow<'f, A: Operand>(
    frame: Frame<'f>,
    (a, cache, name, span): &(A, Cache, Symbol, Span),
    object: A::Out<'f>,
) -> Outcome {
    a.check(frame.heap, &object)?;
    if let Value::Instance(instance) = &*object
        && let Some(slot) = plain_slot(frame.heap, instance.class(), *name, false)
    {
        cache.set(instance.class().shape(), Place::Slot(slot));
    }
    // Held while it is asked: what it answers with may be code of the program.
    let object = object.clone();
    ops::attribute::get(frame.heap, &object, *name).map_err(|raised| frame.heap.at(raised, *span))
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
    let (a, b) = (operand::choose_left(c, object, index), operand::choose_wide(c, index));
    with_operand!(a, a => with_wide!(b, b => subscript_node(a, b, span)))
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
    let general = (c.expr(object), c.expr(index), span);
    Some(Box::new(move |frame| {
        if let Value::List(list) = frame.get(slot)
            && let Some(first) = first.int(frame).and_then(|n| usize::try_from(n).ok())
            && let Some(Value::List(inner)) = list.items().get(first)
            && let Some(second) = second.int(frame).and_then(|n| usize::try_from(n).ok())
            && let Some(value) = inner.items().get(second)
        {
            return Ok(value.clone());
        }
        nested_slow(frame, &general)
    }))
}

#[inline(never)]
fn nested_slow(frame: Frame<'_>, (object, index, span): &(Eval, Eval, Span)) -> Outcome {
    let object = object(frame)?;
    let index = index(frame)?;
    ops::item::get_item(frame.heap, &object, &index).map_err(|raised| frame.heap.at(raised, *span))
}

fn subscript_node<A: Operand, B: Operand>(a: A, b: B, span: Span) -> Eval {
    let node = (a, b, span);
    Box::new(move |frame| {
        let (object, index) = (node.0.load(frame)?, node.1.load(frame)?);
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
        subscript_slow(frame, &node, object, index)
    })
}

#[inline(never)]
fn subscript_slow<'f, A: Operand, B: Operand>(
    frame: Frame<'f>,
    (a, b, span): &(A, B, Span),
    object: A::Out<'f>,
    index: B::Out<'f>,
) -> Outcome {
    let heap = frame.heap;
    a.check(heap, &object)?;
    b.check(heap, &index)?;
    ops::item::get_item(heap, &object, &index).map_err(|raised| heap.at(raised, *span))
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
