//! Assignment: targets, deletion, walrus.
//!
//! What is shared with other isolates is changed through the host, on the newest value. Variables by
//! themselves are in `variable`, augmented assignment is in `augment`; destroying nodes and edges is in
//! `graph_expr`.

use super::cache::{Cache, Place, plain_slot};
use super::compile::{Compiler, Eval, Exec, Flow, Store};
use super::operand::{self, Operand};
use super::{namespace, state, variable};
use crate::code::{Expr, Symbol, Target, TargetKind, Variable};
use crate::source::Span;
use crate::value::watch::is_watched;
use crate::value::{Frame, Held, Outcome, Value, ops};
use crate::{with_operand, with_wide};

/// `name := value`.
pub fn walrus(c: &mut Compiler, to: Variable, value: &'static Expr) -> Eval {
    let value = c.expr(value);
    let store = variable::store(c, to);
    Box::new(move |frame| {
        let value = value(frame)?;
        store(frame, value.clone())?;
        Ok(value)
    })
}

/// `a = b = value;`
pub fn assign(c: &mut Compiler, targets: &'static [Target], value: &'static Expr) -> Exec {
    if let [target] = targets {
        return assign_one(c, target, value);
    }
    let value = c.expr(value);
    let stores: Box<[Store]> = targets.iter().map(|t| store(c, t)).collect();
    Box::new(move |frame| {
        let value = value(frame)?;
        for store in &stores {
            store(frame, value.clone())?;
        }
        Ok(Flow::Next)
    })
}

fn assign_one(c: &mut Compiler, target: &'static Target, value: &'static Expr) -> Exec {
    match &target.kind {
        TargetKind::Variable(Variable::Local(slot)) => {
            let (slot, value) = (*slot, c.expr(value));
            Box::new(move |frame| {
                let value = value(frame)?;
                frame.set(slot, value);
                Ok(Flow::Next)
            })
        }
        TargetKind::Attribute { object, name } => {
            let value = c.expr(value);
            let object = operand::choose(c, object);
            with_operand!(object, object => assign_attribute(object, *name, value, target.span))
        }
        TargetKind::Subscript { object, index } if !namespace::is_module_dict(c, object) => {
            let value = c.expr(value);
            let (a, b) = (operand::choose_left(c, object, index), operand::choose_wide(c, index));
            with_operand!(a, a => with_wide!(b, b => assign_subscript(a, b, value, target.span)))
        }
        _ => {
            let value = c.expr(value);
            let store = store(c, target);
            Box::new(move |frame| {
                let value = value(frame)?;
                store(frame, value)?;
                Ok(Flow::Next)
            })
        }
    }
}

fn assign_attribute<A: Operand>(a: A, name: Symbol, value: Eval, span: Span) -> Exec {
    let node = (a, Cache::default(), name, span);
    Box::new(move |frame| {
        let value = Held::new(value(frame)?);
        let object = node.0.load(frame)?;
        if let Value::Instance(instance) = &*object
            && let Some(slot) = node.1.slot(instance.class().shape())
        {
            instance.set_slot(slot, value.release()).discard();
            return Ok(Flow::Next);
        }
        assign_attribute_slow(frame, &node, object, value)
    })
}

#[inline(never)]
fn assign_attribute_slow<'f, A: Operand>(
    frame: Frame<'f>,
    (a, cache, name, span): &(A, Cache, Symbol, Span),
    object: A::Out<'f>,
    value: Held,
) -> Outcome<Flow> {
    a.check(frame.heap, &object)?;
    set_attribute(frame, object.clone(), *name, value.release(), cache, *span)?;
    Ok(Flow::Next)
}

#[inline(never)]
fn set_attribute(
    frame: Frame<'_>,
    object: Value,
    name: Symbol,
    value: Value,
    cache: &Cache,
    span: Span,
) -> Outcome<()> {
    if let Value::Instance(instance) = &object
        && let Some(slot) = plain_slot(frame.heap, instance.class(), name, true)
    {
        cache.set(instance.class().shape(), Place::Slot(slot));
    }
    ops::attribute::set(frame.heap, &object, name, value).map_err(|raised| frame.heap.at(raised, span))
}

fn assign_subscript<A: Operand, B: Operand>(a: A, b: B, value: Eval, span: Span) -> Exec {
    let node = (a, b, span);
    Box::new(move |frame| {
        let value = Held::new(value(frame)?);
        let (object, index) = (node.0.load(frame)?, node.1.load(frame)?);
        if let (Value::List(list), Value::Int(n)) = (&*object, &*index)
            && (*n as u64) < list.len() as u64
            && !list.watch.is_set()
        {
            if let Some(old) = list.set(*n as usize, value.release()) {
                old.discard();
            }
            return Ok(Flow::Next);
        }
        assign_subscript_slow(frame, &node, object, index, value)
    })
}

#[inline(never)]
fn assign_subscript_slow<'f, A: Operand, B: Operand>(
    frame: Frame<'f>,
    (a, b, span): &(A, B, Span),
    object: A::Out<'f>,
    index: B::Out<'f>,
    value: Held,
) -> Outcome<Flow> {
    a.check(frame.heap, &object)?;
    b.check(frame.heap, &index)?;
    set_item(frame, &object, &index, value.release(), *span)?;
    Ok(Flow::Next)
}

#[inline(never)]
fn set_item(frame: Frame<'_>, object: &Value, index: &Value, value: Value, span: Span) -> Outcome<()> {
    let heap = frame.heap;
    let result = if heap.commits() && is_watched(object) {
        let mut set = || ops::item::set_item(heap, object, index, value.clone());
        state::host(heap).atomically(heap, object, &mut set)
    } else {
        ops::item::set_item(heap, object, index, value)
    };
    result.map_err(|raised| heap.at(raised, span))
}

/// Puts a value into a target.
pub fn store(c: &mut Compiler, target: &'static Target) -> Store {
    let span = target.span;
    match &target.kind {
        TargetKind::Variable(to) => variable::store(c, *to),
        TargetKind::Attribute { object, name } => {
            let (object, name, cache) = (c.expr(object), *name, Cache::default());
            Box::new(move |frame, value| {
                let object = object(frame)?;
                if let Value::Instance(instance) = &object
                    && let Some(slot) = cache.slot(instance.class().shape())
                {
                    instance.set_slot(slot, value).discard();
                    return Ok(());
                }
                set_attribute(frame, object, name, value, &cache, span)
            })
        }
        TargetKind::Subscript { object, index } => {
            let module = namespace::is_module_dict(c, object).then_some(&*c.function.module);
            let (object, index) = (c.expr(object), c.expr(index));
            if let Some(module) = module {
                return Box::new(move |frame, value| {
                    let (dict, name) = (object(frame)?, index(frame)?);
                    namespace::assign(frame.heap, module, &dict, &name, value)
                        .map_err(|raised| frame.heap.at(raised, span))
                });
            }
            Box::new(move |frame, value| {
                let object = object(frame)?;
                let index = index(frame)?;
                set_item(frame, &object, &index, value, span)
            })
        }
        // Only ever deleted, not assigned.
        TargetKind::Value(expr) => {
            let value = c.expr(expr);
            Box::new(move |frame, _| value(frame).map(Value::discard))
        }
        TargetKind::Sequence { targets, star } => {
            let stores: Box<[Store]> = targets.iter().map(|t| store(c, t)).collect();
            let star = *star;
            Box::new(move |frame, value| {
                if let (Value::Tuple(tuple), None) = (&value, star)
                    && tuple.len() == stores.len()
                {
                    for (store, item) in stores.iter().zip(tuple.items()) {
                        store(frame, item.clone())?;
                    }
                    return Ok(());
                }
                let items = match star {
                    None => ops::iterate::unpack(frame.heap, &value, stores.len()),
                    Some(at) => ops::iterate::unpack_starred(frame.heap, &value, at, stores.len() - at - 1),
                };
                let items = items.map_err(|raised| frame.heap.at(raised, span))?;
                for (store, item) in stores.iter().zip(items) {
                    store(frame, item)?;
                }
                Ok(())
            })
        }
    }
}

/// `del target;`: destroys nodes and edges, then unbinds.
pub fn delete(c: &mut Compiler, target: &'static Target) -> Exec {
    let span = target.span;
    match &target.kind {
        TargetKind::Variable(variable) => {
            let load = variable::load(c, *variable, span);
            let unbind = variable::unbind(c, *variable, true, span);
            Box::new(move |frame| {
                let value = load(frame)?;
                super::graph_expr::destroy(frame.heap, &value)
                    .map_err(|raised| frame.heap.at(raised, span))?;
                drop(value);
                unbind(frame)
            })
        }
        TargetKind::Attribute { object, name } => {
            let (object, name) = (c.expr(object), *name);
            Box::new(move |frame| {
                let object = object(frame)?;
                let heap = frame.heap;
                if let Some(value) = ops::attribute::get_optional(heap, &object, name)? {
                    super::graph_expr::destroy(heap, &value).map_err(|raised| heap.at(raised, span))?;
                }
                ops::attribute::delete(heap, &object, name).map_err(|raised| heap.at(raised, span))?;
                Ok(Flow::Next)
            })
        }
        TargetKind::Subscript { object, index } => {
            let (object, index) = (c.expr(object), c.expr(index));
            Box::new(move |frame| {
                let object = object(frame)?;
                let index = index(frame)?;
                let heap = frame.heap;
                if !matches!(index, Value::Slice(_)) {
                    let value =
                        ops::item::get_item(heap, &object, &index).map_err(|raised| heap.at(raised, span))?;
                    super::graph_expr::destroy(heap, &value).map_err(|raised| heap.at(raised, span))?;
                }
                let mut delete = || ops::item::delete_item(heap, &object, &index);
                let result = if heap.commits() && is_watched(&object) {
                    state::host(heap).atomically(heap, &object, &mut delete)
                } else {
                    delete()
                };
                result.map_err(|raised| heap.at(raised, span))?;
                Ok(Flow::Next)
            })
        }
        TargetKind::Value(expr) => {
            let value = c.expr(expr);
            Box::new(move |frame| {
                let heap = frame.heap;
                let value = value(frame)?;
                let items = match &value {
                    Value::List(list) => list.to_vec(),
                    _ => vec![value],
                };
                for item in &items {
                    super::graph_expr::destroy(heap, item).map_err(|raised| heap.at(raised, span))?;
                }
                Ok(Flow::Next)
            })
        }
        TargetKind::Sequence { targets, .. } => {
            let all: Box<[Exec]> = targets.iter().map(|t| delete(c, t)).collect();
            Box::new(move |frame| {
                for one in &all {
                    one(frame)?;
                }
                Ok(Flow::Next)
            })
        }
    }
}
