//! Assignment: targets, augmented assignment in place, deletion, walrus.
//!
//! An augmented target's object and index are evaluated once. What is shared with other isolates is
//! changed through the host, on the newest value. Variables by themselves are in `variable`;
//! destroying nodes and edges is in `graph_expr`.

use super::binary::{self, Arithmetic};
use super::cache::{Cache, Place, plain_slot};
use super::compile::{Compiler, Eval, Exec, Flow, Store};
use super::operand::{self, Any, Operand};
use super::{namespace, state, variable};
use crate::code::{BinaryOp, Expr, Symbol, Target, TargetKind, Variable};
use crate::source::Span;
use crate::value::watch::is_watched;
use crate::value::{Frame, Heap, Outcome, Str, Value, ops};
use crate::with_operand;

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
            let (a, b) = (operand::choose_left(c, object, index), operand::choose(c, index));
            with_operand!(a, a => with_operand!(b, b => assign_subscript(a, b, value, target.span)))
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
    let cache = Cache::default();
    Box::new(move |frame| {
        let value = value(frame)?;
        let object = a.load(frame)?;
        if let Value::Instance(instance) = &*object
            && let Some(slot) = cache.slot(instance.class().shape())
        {
            instance.set_slot(slot, value).discard();
            return Ok(Flow::Next);
        }
        a.check(frame.heap, &object)?;
        set_attribute(frame, object.clone(), name, value, &cache, span)?;
        Ok(Flow::Next)
    })
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
    Box::new(move |frame| {
        let value = value(frame)?;
        let (object, index) = (a.load(frame)?, b.load(frame)?);
        if let (Value::List(list), Value::Int(n)) = (&*object, &*index)
            && *n >= 0
            && (*n as usize) < list.len()
            && !(frame.heap.commits() && list.watch.is_set())
        {
            if let Some(old) = list.set(*n as usize, value) {
                old.discard();
            }
            return Ok(Flow::Next);
        }
        a.check(frame.heap, &object)?;
        b.check(frame.heap, &index)?;
        set_item(frame, object.clone(), index.clone(), value, span)?;
        Ok(Flow::Next)
    })
}

#[inline(never)]
fn set_item(frame: Frame<'_>, object: Value, index: Value, value: Value, span: Span) -> Outcome<()> {
    let heap = frame.heap;
    let result = if heap.commits() && is_watched(&object) {
        let mut set = || ops::item::set_item(heap, &object, &index, value.clone());
        state::host(heap).atomically(heap, &object, &mut set)
    } else {
        ops::item::set_item(heap, &object, &index, value)
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
                set_item(frame, object, index, value, span)
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

/// `target op= value;`
pub fn augment(c: &mut Compiler, target: &'static Target, op: BinaryOp, value: &'static Expr) -> Exec {
    let span = target.span.to(value.span);
    match &target.kind {
        TargetKind::Variable(Variable::Local(slot)) => {
            let (slot, name) = (*slot, c.local_name(*slot));
            let value = operand::choose(c, value);
            by_operator_exec(op, value, slot, name, span)
        }
        TargetKind::Attribute { object, name } => {
            let a = if operand::may_rebind(value) {
                Any::Computed(operand::Computed(c.expr(object)))
            } else {
                operand::choose(c, object)
            };
            let value = operand::choose(c, value);
            let name = *name;
            by_attribute_exec(op, a, value, name, span)
        }
        TargetKind::Subscript { object, index } => {
            let (object, index, value) = (c.expr(object), c.expr(index), c.expr(value));
            Box::new(move |frame| {
                let object = object(frame)?;
                let index = index(frame)?;
                let heap = frame.heap;
                let result = if heap.commits() && is_watched(&object) {
                    let more = value(frame)?;
                    let mut work = || {
                        let old = ops::item::get_item(heap, &object, &index)?;
                        let result = in_place(heap, op, &old, &more)?;
                        ops::item::set_item(heap, &object, &index, result)
                    };
                    state::host(heap).atomically(heap, &object, &mut work)
                } else {
                    augment_item(frame, op, &object, &index, &value)
                };
                result.map_err(|raised| heap.at(raised, span))?;
                Ok(Flow::Next)
            })
        }
        _ => {
            // A module variable, a cell: read, work, assign. A list changes in place all the same.
            let TargetKind::Variable(variable) = &target.kind else { return Box::new(|_| Ok(Flow::Next)) };
            let load = variable::load(c, *variable, target.span);
            let store = variable::store(c, *variable);
            let clear = variable::store(c, *variable);
            let value = c.expr(value);
            Box::new(move |frame| {
                let mut old = load(frame)?;
                let more = value(frame)?;
                if let (BinaryOp::Add, Value::Str(_), Value::Str(text)) = (op, &old, &more) {
                    // Let go of the variable's own reference, so that the text can grow in place.
                    clear(frame, Value::Unbound)?;
                    if let Value::Str(own) = &mut old
                        && !Str::append(own, text)
                    {
                        *own = std::rc::Rc::new(Str::concat(own, text));
                    }
                    store(frame, old)?;
                    return Ok(Flow::Next);
                }
                let result =
                    in_place(frame.heap, op, &old, &more).map_err(|raised| frame.heap.at(raised, span))?;
                drop(old);
                store(frame, result)?;
                Ok(Flow::Next)
            })
        }
    }
}

fn by_operator_exec(op: BinaryOp, value: Any, slot: u16, name: Symbol, span: Span) -> Exec {
    use binary::*;
    by_operator!(op, Op => with_operand!(value, value => augment_local::<Op, _>(slot, name, value, span)))
}

fn by_attribute_exec(op: BinaryOp, a: Any, value: Any, name: Symbol, span: Span) -> Exec {
    use binary::*;
    match op {
        BinaryOp::Add => {
            with_operand!(a, a => with_operand!(value, value => augment_attribute::<Add, _, _>(a, name, value, span)))
        }
        BinaryOp::Sub => {
            with_operand!(a, a => with_operand!(value, value => augment_attribute::<Sub, _, _>(a, name, value, span)))
        }
        _ => {
            by_operator!(op, Op => with_operand!(a, a => with_operand!(value, value => augment_attribute::<Op, _, _>(a, name, value, span))))
        }
    }
}

fn in_place(heap: &Heap, op: BinaryOp, old: &Value, more: &Value) -> Outcome {
    match (old, more) {
        (Value::Int(a), Value::Int(b)) => ops::arithmetic::int_int(heap, op, *a, *b),
        _ => ops::arithmetic::in_place(heap, op, old, more),
    }
}

/// Works on a value in its place: `None` if the general path must decide.
#[inline(always)]
fn quick<Op: Arithmetic>(place: &mut Value, more: &Value) -> bool {
    match (&mut *place, more) {
        (Value::Int(a), Value::Int(b)) => match Op::int(*a, *b) {
            Some(n) => {
                *a = n;
                true
            }
            None => false,
        },
        (Value::Float(a), Value::Float(b)) => match Op::float(a.get(), b.get()) {
            Some(x) => {
                *a = crate::value::Bits::new(x);
                true
            }
            None => false,
        },
        (Value::Str(a), Value::Str(b)) if Op::OP == BinaryOp::Add => Str::append(a, b),
        _ => false,
    }
}

fn augment_local<Op: Arithmetic, B: Operand>(slot: u16, name: Symbol, value: B, span: Span) -> Exec {
    Box::new(move |frame| {
        let more = value.load(frame)?;
        if frame.edit(slot, |place| quick::<Op>(place, &more)) {
            return Ok(Flow::Next);
        }
        value.check(frame.heap, &more)?;
        augment_local_slow(frame, Op::OP, slot, name, more.clone(), span)?;
        Ok(Flow::Next)
    })
}

#[inline(never)]
fn augment_local_slow(
    frame: Frame<'_>,
    op: BinaryOp,
    slot: u16,
    name: Symbol,
    more: Value,
    span: Span,
) -> Outcome<()> {
    let old = frame.get(slot).clone();
    if old.is_unbound() {
        return Err(variable::unbound_local(frame.heap, name, span));
    }
    let result = in_place(frame.heap, op, &old, &more).map_err(|raised| frame.heap.at(raised, span))?;
    frame.set(slot, result);
    Ok(())
}

fn augment_attribute<Op: Arithmetic, A: Operand, B: Operand>(
    a: A,
    name: Symbol,
    value: B,
    span: Span,
) -> Exec {
    let (read, write) = (Cache::default(), Cache::default());
    Box::new(move |frame| {
        // A step may be interrupted between the read and the write: the object is held meanwhile.
        let object = a.load(frame)?;
        if let Value::Instance(instance) = &*object
            && let Some(slot) = write.slot(instance.class().shape())
        {
            let more = value.load(frame)?;
            let (Value::Instance(instance), true) = (&*object, true) else { return Ok(Flow::Next) };
            if instance.edit_slot(slot, |place| quick::<Op>(place, &more)) {
                return Ok(Flow::Next);
            }
            value.check(frame.heap, &more)?;
            augment_attribute_slow(frame, Op::OP, object.clone(), name, more.clone(), (&read, &write), span)?;
            return Ok(Flow::Next);
        }
        a.check(frame.heap, &object)?;
        let held = object.clone();
        let more = value.load(frame)?;
        value.check(frame.heap, &more)?;
        augment_attribute_slow(frame, Op::OP, held, name, more.clone(), (&read, &write), span)?;
        Ok(Flow::Next)
    })
}

#[inline(never)]
fn augment_attribute_slow(
    frame: Frame<'_>,
    op: BinaryOp,
    object: Value,
    name: Symbol,
    more: Value,
    (_, write): (&Cache, &Cache),
    span: Span,
) -> Outcome<()> {
    let heap = frame.heap;
    if let Value::Instance(instance) = &object
        && let Some(slot) = plain_slot(heap, instance.class(), name, true)
        && plain_slot(heap, instance.class(), name, false) == Some(slot)
    {
        write.set(instance.class().shape(), Place::Slot(slot));
    }
    let work = || -> Outcome<()> {
        let old = ops::attribute::get(heap, &object, name)?;
        let result = in_place(heap, op, &old, &more)?;
        ops::attribute::set(heap, &object, name, result)
    };
    let result = if heap.commits() {
        state::host(heap).atomically(heap, &Value::None, &mut || work())
    } else {
        work()
    };
    result.map_err(|raised| heap.at(raised, span))
}

/// `object[index] op= value`, with the entry of a dict or list looked up once where no code runs in between.
fn augment_item(frame: Frame<'_>, op: BinaryOp, object: &Value, index: &Value, value: &Eval) -> Outcome<()> {
    let heap = frame.heap;
    match (object, index) {
        (Value::List(list), Value::Int(n)) => {
            let Some(at) = ops::item::position(*n, list.len()) else {
                return Err(heap.index_error("list index out of range"));
            };
            let old = list.get(at).unwrap_or_default();
            let more = value(frame)?;
            let result = in_place(heap, op, &old, &more)?;
            drop(old);
            return ops::item::set_item(heap, object, index, result);
        }
        (Value::Dict(dict), Value::Int(_) | Value::Str(_)) => {
            let Some(at) = dict.find(heap, index)? else { return Err(heap.key_error(index.clone())) };
            let old = dict.table().at(at).map(|e| e.value.clone()).unwrap_or_default();
            let more = value(frame)?;
            let result = in_place(heap, op, &old, &more)?;
            // The value's code may have changed the dict: the position is used only if the key still stands there.
            let same = dict
                .table()
                .at(at)
                .is_some_and(|e| e.key.is(index) || ops::compare::quick_equal(&e.key, index) == Some(true));
            return if same {
                dict.set_at(at, result);
                Ok(())
            } else {
                dict.insert(heap, index.clone(), result).map(drop)
            };
        }
        _ => {}
    }
    let old = ops::item::get_item(heap, object, index)?;
    let more = value(frame)?;
    let result = in_place(heap, op, &old, &more)?;
    ops::item::set_item(heap, object, index, result)
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
