//! Augmented assignment, `target op= value`: numbers and texts are worked on in their place.
//!
//! A target's object and index are evaluated once. What is shared with other isolates is changed through
//! the host, on the newest value. What an operator does is in `binary` and `value::ops`.

use super::binary::{self, Arithmetic};
use super::cache::{Cache, Place, plain_slot};
use super::compile::{Compiler, Eval, Exec, Flow};
use super::literal::{self, Literal};
use super::operand::{self, Any, Operand, Wide};
use super::{state, variable};
use crate::code::{BinaryOp, Constant, Expr, ExprKind, Symbol, Target, TargetKind, Variable};
use crate::source::Span;
use crate::value::watch::is_watched;
use crate::value::{Frame, Heap, Held, Outcome, Str, Value, ops};
use crate::{with_operand, with_wide};

/// `target op= value;`
pub fn compile(c: &mut Compiler, target: &'static Target, op: BinaryOp, value: &'static Expr) -> Exec {
    let span = target.span.to(value.span);
    match &target.kind {
        TargetKind::Variable(Variable::Local(slot)) => {
            let (slot, name) = (*slot, c.local_name(*slot));
            if let (BinaryOp::Add, ExprKind::Constant(text @ Constant::Str(_))) = (op, &value.kind) {
                return append_text(slot, name, text, span);
            }
            let value = operand::choose_wide(c, value);
            by_operator_exec(op, value, slot, name, span)
        }
        TargetKind::Attribute { object, name } => {
            let a = if operand::may_rebind(value) {
                Any::Computed(operand::Computed(c.expr(object)))
            } else {
                operand::choose(c, object)
            };
            let value = operand::choose_wide(c, value);
            let name = *name;
            by_attribute_exec(op, a, value, name, span)
        }
        TargetKind::Subscript { object, index } => {
            let (a, b) = if operand::may_rebind(value) {
                (operand::computed(c, object), operand::computed(c, index))
            } else {
                (operand::choose_left(c, object, index), operand::choose(c, index))
            };
            let value = c.expr(value);
            with_operand!(a, a => with_operand!(b, b => augment_subscript(a, b, op, value, span)))
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

fn by_operator_exec(op: BinaryOp, value: Wide, slot: u16, name: Symbol, span: Span) -> Exec {
    use binary::*;
    by_operator!(op, Op => with_wide!(value, value => augment_local::<Op, _>(slot, name, value, span)))
}

fn by_attribute_exec(op: BinaryOp, a: Any, value: Wide, name: Symbol, span: Span) -> Exec {
    use binary::*;
    by_operator!(op, Op => with_operand!(a, a => with_wide!(value, value => augment_attribute::<Op, _, _>(a, name, value, span))))
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
    let node = (slot, value, name, span);
    Box::new(move |frame| {
        let more = node.1.load(frame)?;
        if frame.edit(node.0, |place| quick::<Op>(place, &more)) {
            return Ok(Flow::Next);
        }
        augment_local_slow::<Op, B>(frame, &node, more)
    })
}

/// `name += "text"`: the text is read where it stands.
fn append_text(slot: u16, name: Symbol, text: &'static Constant, span: Span) -> Exec {
    let text = Literal::new(text);
    let general = (slot, operand::Computed(literal::constant(text.constant())), name, span);
    Box::new(move |frame| {
        let more = text.get(frame.heap);
        if frame.edit(slot, |place| quick::<binary::Add>(place, more)) {
            return Ok(Flow::Next);
        }
        let more = general.1.load(frame)?;
        augment_local_slow::<binary::Add, _>(frame, &general, more)
    })
}

#[inline(never)]
fn augment_local_slow<'f, Op: Arithmetic, B: Operand>(
    frame: Frame<'f>,
    (slot, value, name, span): &(u16, B, Symbol, Span),
    more: B::Out<'f>,
) -> Outcome<Flow> {
    let heap = frame.heap;
    value.check(heap, &more)?;
    let old = frame.get(*slot).clone();
    if old.is_unbound() {
        return Err(variable::unbound_local(heap, *name, *span));
    }
    let result = in_place(heap, Op::OP, &old, &more).map_err(|raised| heap.at(raised, *span))?;
    frame.set(*slot, result);
    Ok(Flow::Next)
}

/// What an augmented assignment to an attribute consists of.
struct Field<A, B> {
    object: A,
    name: Symbol,
    value: B,
    cache: Cache,
    span: Span,
}

fn augment_attribute<Op: Arithmetic, A: Operand, B: Operand>(
    object: A,
    name: Symbol,
    value: B,
    span: Span,
) -> Exec {
    let field = Field { object, name, value, cache: Cache::default(), span };
    Box::new(move |frame| {
        let object = field.object.load(frame)?;
        if object.is_unbound() {
            field.object.check(frame.heap, &object)?;
        }
        let more = field.value.load(frame)?;
        if let Value::Instance(instance) = &*object
            && let Some(slot) = field.cache.slot(instance.class().shape())
            && instance.edit_slot(slot, |place| quick::<Op>(place, &more))
        {
            return Ok(Flow::Next);
        }
        augment_attribute_slow::<Op, A, B>(frame, &field, object, more)
    })
}

#[inline(never)]
fn augment_attribute_slow<'f, Op: Arithmetic, A: Operand, B: Operand>(
    frame: Frame<'f>,
    field: &Field<A, B>,
    object: A::Out<'f>,
    more: B::Out<'f>,
) -> Outcome<Flow> {
    field.value.check(frame.heap, &more)?;
    // A step may be interrupted between the read and the write: the object is held meanwhile.
    change_attribute(frame.heap, Op::OP, object.clone(), field.name, more.clone(), &field.cache)
        .map_err(|raised| frame.heap.at(raised, field.span))?;
    Ok(Flow::Next)
}

fn change_attribute(
    heap: &Heap,
    op: BinaryOp,
    object: Value,
    name: Symbol,
    more: Value,
    cache: &Cache,
) -> Outcome<()> {
    if let Value::Instance(instance) = &object
        && let Some(slot) = plain_slot(heap, instance.class(), name, true)
        && plain_slot(heap, instance.class(), name, false) == Some(slot)
    {
        cache.set(instance.class().shape(), Place::Slot(slot));
    }
    let work = || -> Outcome<()> {
        let old = ops::attribute::get(heap, &object, name)?;
        let result = in_place(heap, op, &old, &more)?;
        ops::attribute::set(heap, &object, name, result)
    };
    if heap.commits() { state::host(heap).atomically(heap, &Value::None, &mut || work()) } else { work() }
}

fn augment_subscript<A: Operand, B: Operand>(a: A, b: B, op: BinaryOp, value: Eval, span: Span) -> Exec {
    Box::new(move |frame| {
        let heap = frame.heap;
        let (object, index) = (a.load(frame)?, b.load(frame)?);
        if object.is_unbound() || index.is_unbound() {
            a.check(heap, &object)?;
            b.check(heap, &index)?;
        }
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
        match result {
            Ok(()) => Ok(Flow::Next),
            Err(raised) => Err(heap.at(raised, span)),
        }
    })
}

/// `object[index] op= value`, with the entry of a dict or list looked up once where no code runs in between.
fn augment_item(frame: Frame<'_>, op: BinaryOp, object: &Value, index: &Value, value: &Eval) -> Outcome<()> {
    let heap = frame.heap;
    match (object, index) {
        (Value::List(list), Value::Int(n)) => {
            let Some(at) = ops::item::position(*n, list.len()) else {
                return Err(heap.index_error("list index out of range"));
            };
            let old = Held::new(list.get(at).unwrap_or_default());
            let more = Held::new(value(frame)?);
            let result = in_place(heap, op, &old, &more)?;
            drop(old);
            return ops::item::set_item(heap, object, index, result);
        }
        (Value::Dict(dict), Value::Int(_) | Value::Str(_)) => {
            let Some(at) = dict.find(heap, index)? else { return Err(heap.key_error(index.clone())) };
            let changes = dict.table().changes();
            let old = Held::new(dict.table().at(at).map(|e| e.value.clone()).unwrap_or_default());
            let more = Held::new(value(frame)?);
            let result = in_place(heap, op, &old, &more)?;
            // The value's code may have changed the dict: the position is used only if nothing has moved.
            let before = if dict.table().changes() == changes {
                dict.set_at(at, result)
            } else {
                dict.insert(heap, index.clone(), result)?
            };
            before.unwrap_or_default().discard();
            return Ok(());
        }
        _ => {}
    }
    let old = ops::item::get_item(heap, object, index)?;
    let more = value(frame)?;
    let result = in_place(heap, op, &old, &more)?;
    ops::item::set_item(heap, object, index, result)
}
