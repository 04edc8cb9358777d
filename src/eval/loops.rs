//! Loops: `while`, `for … in`, `for … to … by`. Every back-edge looks at the isolate's poll flag.
//!
//! A list is read by index, so that it may change meanwhile; a `range(…)` in the loop's head is
//! counted without being made. Where items go is `assign`'s, the protocol of iterators
//! `value::ops::iterate`'s.

use super::assign;
use super::compile::{Compiler, Eval, Exec, Flow, Store};
use crate::code::{Arg, Block, Constant, Expr, ExprKind, Stmt, Target, TargetKind, Variable};
use crate::source::Span;
use crate::value::{Frame, Outcome, Value, ops};

/// `while test { … } else { … }`
pub fn while_loop(
    c: &mut Compiler,
    test: &'static Expr,
    body: &'static Block,
    otherwise: Option<&'static Block>,
) -> Exec {
    let span = test.span;
    let test = c.condition(test);
    let body = c.block(body);
    let otherwise = otherwise.map(|block| c.block(block));
    Box::new(move |frame| {
        while test(frame)? {
            frame.heap.poll().map_err(|raised| frame.heap.at(raised, span))?;
            let flow = body(frame)?;
            if !flow.goes_on() {
                return Ok(flow.out_of_loop());
            }
        }
        finish(frame, &otherwise)
    })
}

fn finish(frame: Frame<'_>, otherwise: &Option<Exec>) -> Outcome<Flow> {
    match otherwise {
        Some(block) => block(frame),
        None => Ok(Flow::Next),
    }
}

/// `for init to test by step { … } else { … }`: the step also runs after `continue`.
pub fn for_to(
    c: &mut Compiler,
    init: &'static Stmt,
    test: &'static Expr,
    step: &'static Stmt,
    body: &'static Block,
    otherwise: Option<&'static Block>,
) -> Exec {
    let span = test.span;
    let (init, test, step, body) = (c.stmt(init), c.condition(test), c.stmt(step), c.block(body));
    let otherwise = otherwise.map(|block| c.block(block));
    Box::new(move |frame| {
        init(frame)?;
        while test(frame)? {
            frame.heap.poll().map_err(|raised| frame.heap.at(raised, span))?;
            let flow = body(frame)?;
            if !flow.goes_on() {
                return Ok(flow.out_of_loop());
            }
            step(frame)?;
        }
        finish(frame, &otherwise)
    })
}

/// `for target in iterable { … } else { … }`
pub fn for_in(
    c: &mut Compiler,
    is_async: bool,
    target: &'static Target,
    iterable: &'static Expr,
    body: &'static Block,
    otherwise: Option<&'static Block>,
) -> Exec {
    let span = iterable.span;
    if let (Some((start, stop, step)), TargetKind::Variable(Variable::Local(slot)), false) =
        (range_parts(c, iterable), &target.kind, is_async)
    {
        let general = c.expr(iterable);
        let body = c.block(body);
        let otherwise = otherwise.map(|block| c.block(block));
        return counted(*slot, (start, stop, step), general, body, otherwise, span);
    }
    let iterable = c.expr(iterable);
    let store = assign::store(c, target);
    let body = c.block(body);
    let otherwise = otherwise.map(|block| c.block(block));
    Box::new(move |frame| {
        let value = iterable(frame)?;
        let value = if is_async {
            super::generator::async_items(frame.heap, &value).map_err(|raised| frame.heap.at(raised, span))?
        } else {
            value
        };
        match run(frame, value, &store, &body, span)? {
            Flow::Next => finish(frame, &otherwise),
            Flow::Break => Ok(Flow::Next),
            flow => Ok(flow),
        }
    })
}

/// `range(…)` written in the loop's head: start, stop and step.
fn range_parts(c: &mut Compiler, iterable: &'static Expr) -> Option<(Eval, Eval, i64)> {
    let ExprKind::Call { callee, args } = &iterable.kind else { return None };
    let ExprKind::Load(Variable::Builtin(name)) = callee.kind else { return None };
    if name.name() != "range" {
        return None;
    }
    let zero: fn() -> Eval = || Box::new(|_| Ok(Value::Int(0)));
    match &args[..] {
        [Arg::Positional(stop)] => Some((zero(), c.expr(stop), 1)),
        [Arg::Positional(start), Arg::Positional(stop)] => Some((c.expr(start), c.expr(stop), 1)),
        [Arg::Positional(start), Arg::Positional(stop), Arg::Positional(step)] => {
            let step = match &step.kind {
                ExprKind::Constant(Constant::Int(n)) if *n != 0 => *n,
                ExprKind::Unary { op: crate::code::UnaryOp::Minus, operand } => match operand.kind {
                    ExprKind::Constant(Constant::Int(n)) if n != 0 => -n,
                    _ => return None,
                },
                _ => return None,
            };
            Some((c.expr(start), c.expr(stop), step))
        }
        _ => None,
    }
}

/// A loop over `range(…)` that counts without making a range.
fn counted(
    slot: u16,
    (start, stop, step): (Eval, Eval, i64),
    general: Eval,
    body: Exec,
    otherwise: Option<Exec>,
    span: Span,
) -> Exec {
    Box::new(move |frame| {
        let (from, to) = (start(frame)?, stop(frame)?);
        let (Value::Int(from), Value::Int(to)) = (&from, &to) else {
            // Not plain ints: let `range` itself say what it thinks of them.
            let value = general(frame)?;
            let store: Store = Box::new(move |frame, value| {
                frame.set(slot, value);
                Ok(())
            });
            return match run(frame, value, &store, &body, span)? {
                Flow::Next => finish(frame, &otherwise),
                Flow::Break => Ok(Flow::Next),
                flow => Ok(flow),
            };
        };
        let (mut at, to) = (*from, *to);
        while if step > 0 { at < to } else { at > to } {
            frame.set(slot, Value::Int(at));
            frame.heap.poll().map_err(|raised| frame.heap.at(raised, span))?;
            let flow = body(frame)?;
            if !flow.goes_on() {
                return Ok(flow.out_of_loop());
            }
            match at.checked_add(step) {
                Some(next) => at = next,
                None => break,
            }
        }
        finish(frame, &otherwise)
    })
}

/// Runs the body for every item. `Break` tells that the loop was left.
fn run(frame: Frame<'_>, iterable: Value, store: &Store, body: &Exec, span: Span) -> Outcome<Flow> {
    let mut end = Flow::Next;
    each(frame, &iterable, span, |item| {
        store(frame, item)?;
        frame.heap.poll().map_err(|raised| frame.heap.at(raised, span))?;
        Ok(match body(frame)? {
            Flow::Next | Flow::Continue => true,
            flow => {
                end = flow;
                false
            }
        })
    })?;
    Ok(end)
}

/// Calls `visit` for every item of an iterable, until it gives false.
#[inline(always)]
pub fn each(
    frame: Frame<'_>,
    iterable: &Value,
    span: Span,
    mut visit: impl FnMut(Value) -> Outcome<bool>,
) -> Outcome<()> {
    match iterable {
        Value::List(list) => {
            let mut index = 0;
            while let Some(item) = list.get(index) {
                if !visit(item)? {
                    return Ok(());
                }
                index += 1;
            }
            Ok(())
        }
        Value::Tuple(tuple) => {
            for item in tuple.items() {
                if !visit(item.clone())? {
                    return Ok(());
                }
            }
            Ok(())
        }
        Value::Range(range) => {
            let mut at = range.start;
            for _ in 0..range.len() {
                if !visit(Value::Int(at))? {
                    return Ok(());
                }
                at = at.wrapping_add(range.step);
            }
            Ok(())
        }
        _ => {
            let heap = frame.heap;
            let iterator = ops::iterate::iter(heap, iterable).map_err(|raised| heap.at(raised, span))?;
            while let Some(item) =
                ops::iterate::next(heap, &iterator).map_err(|raised| heap.at(raised, span))?
            {
                if !visit(item)? {
                    return Ok(());
                }
            }
            Ok(())
        }
    }
}
