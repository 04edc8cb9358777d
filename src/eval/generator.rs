//! Generators, `async def` and awaiting. A generator function runs on a coroutine of its own, so a
//! `yield` may stand anywhere; so does an `async def`, whose waits come out as requests for whoever
//! drives it.

use std::cell::Cell;
use std::rc::Rc;

use super::compile::{Compiler, Eval};
use super::frame::{self, Body, Top};
use super::function;
use crate::code::{Expr, FunctionKind, MakeFunction};
use crate::source::Span;
use crate::value::errors::slots;
use crate::value::function::Code;
use crate::value::generator::{GeneratorKind, Progress, Resumable, Resume, STACK};
use crate::value::{ErrorKind, Frame, Function, Generator, Heap, Outcome, Raised, Ref, Value, names, ops};

/// A generator's body: before its first resume only the arguments, then a coroutine.
enum Stage {
    Ready { function: Ref<Function>, args: Vec<Value> },
    Running(Body),
}

struct GeneratorBody {
    stage: Option<Stage>,
    top: Top,
}

impl Resumable for GeneratorBody {
    fn resume(&mut self, heap: &Heap, with: Resume) -> Outcome<Progress> {
        let body = match self.stage.take() {
            Some(Stage::Running(body)) => body,
            Some(Stage::Ready { function, args }) => {
                match &with {
                    Resume::Throw(error) => return Err(raise_value(heap, error.clone())),
                    Resume::Send(Value::None | Value::Unbound) => {}
                    Resume::Send(_) => {
                        self.stage = Some(Stage::Ready { function, args });
                        return Err(heap.type_error("can't send non-None value to a just-started generator"));
                    }
                }
                let body = start(heap, function, args, self.top.clone())?;
                heap.objects.weigh(STACK);
                body
            }
            None => return Ok(Progress::Returned(Value::None)),
        };
        let result = frame::resume(heap, &body, with);
        match &result {
            Ok(Progress::Yielded(_)) => self.stage = Some(Stage::Running(body)),
            _ => heap.objects.lighten(STACK),
        }
        result
    }

    /// Values that only the native stack of a suspended body holds (the iterator of a loop) are missed.
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        match &self.stage {
            Some(Stage::Ready { function, args }) => {
                crate::value::collect::visit_ref(function, Value::Function, visit);
                args.iter().for_each(visit);
            }
            Some(Stage::Running(body)) => frame::trace(body, &self.top, visit),
            None => {}
        }
    }

    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        if let Some(Stage::Ready { function, args }) =
            self.stage.take_if(|it| matches!(it, Stage::Ready { .. }))
        {
            take(Value::Function(function));
            args.into_iter().for_each(take);
        }
    }
}

impl Drop for GeneratorBody {
    fn drop(&mut self) {
        if let Some(Stage::Running(body)) = self.stage.take()
            && std::thread::panicking()
        {
            std::mem::forget(body);
        }
    }
}

fn start(heap: &Heap, function: Ref<Function>, args: Vec<Value>, top: Top) -> Outcome<Body> {
    frame::body(heap, top, move |frame, _first, gate| {
        let code = function.code;
        for (slot, value) in args.into_iter().enumerate() {
            frame.put(slot as u16, value);
        }
        if let Some(slot) = code.captures_slot {
            // The window alone holds it: there the collector sees it.
            frame.put(slot, Value::Function(function));
        }
        gate(frame, code.locals);
        let result = function::run(frame, code);
        frame.set(code.locals, Value::Unbound);
        match result {
            Err(raised) if code.info.kind != FunctionKind::Async => {
                Err(no_stop_iteration(frame.heap, raised))
            }
            result => result,
        }
    })
}

/// A StopIteration that leaves a generator becomes a RuntimeError.
fn no_stop_iteration(heap: &Heap, raised: Raised) -> Raised {
    match heap.peek_raised() {
        Some(error) if heap.is_error(&error, ErrorKind::StopIteration) => {
            let cause = heap.catch(raised, None);
            let error =
                heap.new_error(ErrorKind::RuntimeError, vec![Value::str("generator raised StopIteration")]);
            error.set_slot(slots::CAUSE, Value::Instance(cause.clone()));
            error.set_slot(slots::CONTEXT, Value::Instance(cause));
            error.set_slot(slots::SUPPRESS_CONTEXT, Value::True);
            heap.raise(error)
        }
        _ => raised,
    }
}

/// Calling a generator function or an `async def`: the arguments stand in the window.
pub fn create(frame: Frame<'_>, function: &Ref<Function>) -> Outcome {
    let code: &'static Code = function.code;
    let args = (0..code.info.params.len() as u16).map(|slot| frame.take(slot)).collect();
    frame.clear(0, code.locals);
    let kind = match code.info.kind {
        FunctionKind::Async => GeneratorKind::Coroutine,
        FunctionKind::AsyncGenerator => GeneratorKind::AsyncGenerator,
        _ => GeneratorKind::Generator,
    };
    let body = GeneratorBody {
        stage: Some(Stage::Ready { function: function.clone(), args }),
        top: Rc::new(Cell::new(std::ptr::null_mut())),
    };
    Ok(Value::Generator(Generator::new(frame.heap, kind, function.qualname(), Box::new(body))))
}

/// What a generator is resumed with becomes the value of its `yield`.
fn arrived(heap: &Heap, resumed: Option<Resume>, span: Span) -> Outcome {
    match resumed {
        Some(Resume::Send(value)) => Ok(value),
        Some(Resume::Throw(error)) => Err(heap.at(raise_value(heap, error), span)),
        None => Err(heap.at(heap.error(ErrorKind::SyntaxError, "'yield' outside function"), span)),
    }
}

/// Raises an exception value.
pub fn raise_value(heap: &Heap, error: Value) -> Raised {
    match super::exception::exception_object(heap, error) {
        Ok(error) => heap.raise(error),
        Err(raised) => raised,
    }
}

/// `yield value`.
pub fn yield_value(c: &mut Compiler, value: Option<&'static Expr>, span: Span) -> Eval {
    let value = value.map(|v| c.expr(v));
    let slot = c.port_slot;
    Box::new(move |frame| {
        let value = match &value {
            Some(value) => value(frame)?,
            None => Value::None,
        };
        arrived(frame.heap, frame::suspend(frame, slot, value), span)
    })
}

/// `yield from iterable`: passes on what is sent and thrown; gives the inner generator's result.
pub fn yield_from(c: &mut Compiler, value: &'static Expr, span: Span) -> Eval {
    let value = c.expr(value);
    let slot = c.port_slot;
    Box::new(move |frame| {
        let heap = frame.heap;
        let at = |raised| heap.at(raised, span);
        let iterable = value(frame)?;
        let iterator = ops::iterate::iter(heap, &iterable).map_err(at)?;
        let mut with = Resume::Send(Value::None);
        loop {
            let item = match delegate(heap, &iterator, with).map_err(at)? {
                Progress::Yielded(item) => item,
                Progress::Returned(result) => return Ok(result),
            };
            with = match frame::suspend(frame, slot, item) {
                Some(resumed) => resumed,
                None => return Err(at(heap.error(ErrorKind::SyntaxError, "'yield' outside function"))),
            };
        }
    })
}

/// One step of the inner iterator of a `yield from`.
fn delegate(heap: &Heap, iterator: &Value, with: Resume) -> Outcome<Progress> {
    if let Value::Generator(generator) = iterator {
        return Ok(generator.resume(heap, with)?.unwrap_or(Progress::Returned(Value::None)));
    }
    match with {
        Resume::Send(Value::None) => match ops::iterate::next(heap, iterator)? {
            Some(item) => Ok(Progress::Yielded(item)),
            None => Ok(Progress::Returned(Value::None)),
        },
        Resume::Send(value) => {
            match ops::attribute::call_method(heap, iterator, crate::code::Symbol::new("send"), &mut [value])?
            {
                Some(item) => Ok(Progress::Yielded(item)),
                None => Err(heap.attribute_error(format!(
                    "'{}' object has no attribute 'send'",
                    ops::types::type_name(iterator)
                ))),
            }
        }
        Resume::Throw(error) => Err(raise_value(heap, error)),
    }
}

/// `await value` and `wait value`.
pub fn await_value(c: &mut Compiler, value: &'static Expr, span: Span) -> Eval {
    let value = c.expr(value);
    let slot = c.port_slot;
    if matches!(c.function.kind, FunctionKind::Async | FunctionKind::AsyncGenerator) {
        return Box::new(move |frame| {
            let value = value(frame)?;
            super::awaiting::await_inside(frame, slot, &value).map_err(|raised| frame.heap.at(raised, span))
        });
    }
    Box::new(move |frame| {
        let value = value(frame)?;
        wait_for(frame.heap, &value).map_err(|raised| frame.heap.at(raised, span))
    })
}

/// Waits for an awaitable, from code that is not itself a coroutine.
pub fn wait_for(heap: &Heap, value: &Value) -> Outcome {
    super::awaiting::drive(heap, value)
}

/// All items of an async iterable, as a list.
pub fn async_items(heap: &Heap, value: &Value) -> Outcome {
    if let Value::Generator(generator) = value {
        let mut items = Vec::new();
        while let Some(Progress::Yielded(item)) = generator.resume(heap, Resume::Send(Value::None))? {
            items.push(item);
        }
        return Ok(Value::list(heap, items));
    }
    let Some(iterator) = ops::attribute::call_method(heap, value, names::AITER, &mut [])? else {
        return Ok(value.clone());
    };
    let mut items = Vec::new();
    loop {
        let Some(next) = ops::attribute::call_method(heap, &iterator, names::ANEXT, &mut [])? else { break };
        match wait_for(heap, &next) {
            Ok(item) => items.push(item),
            Err(raised) => {
                heap.catch_any(raised, &[ErrorKind::StopAsyncIteration])?;
                break;
            }
        }
    }
    Ok(Value::list(heap, items))
}

/// `flow expression`: starts it, gives a future.
pub fn flow(c: &mut Compiler, make: &'static MakeFunction, span: Span) -> Eval {
    let code = c.code(make.function);
    let captures = &make.captures;
    let captures_slot = c.captures_slot;
    Box::new(move |frame| {
        let cells = function::take_cells(frame, captures, captures_slot);
        let function = Function::new(frame.heap, code, cells, Vec::new(), Vec::new());
        super::flow::start(frame.heap, function).map_err(|raised| frame.heap.at(raised, span))
    })
}

/// Closes generators that were dropped half-way: their `finally` blocks run.
pub fn close_orphans(heap: &Heap) -> Outcome<()> {
    loop {
        let Some(mut body) = heap.orphans.pop() else { return Ok(()) };
        let exit = Value::Instance(heap.new_error(ErrorKind::GeneratorExit, Vec::new()));
        if let Err(raised) = body.resume(heap, Resume::Throw(exit)) {
            // As in Python, what a dropped generator raises is ignored.
            heap.catch_any(raised, &[ErrorKind::BaseException])?;
        }
    }
}
