//! Exceptions: `raise`, `try`, `assert`, `check` and `with`.
//!
//! A caught exception is the one being handled for as long as its handler runs, and the one before
//! it again afterwards, however the handler ends; raised again it keeps its trace. How an error
//! travels is known to `value::errors`.

use super::assign;
use super::compile::{Compiler, Eval, Exec, Flow, Store};
use super::state::state;
use super::{explain, variable};
use crate::code::{self, Block, Expr, Handler, WithItem};
use crate::source::Span;
use crate::value::errors::slots;
use crate::value::{BuiltinType, ErrorKind, Frame, Heap, Instance, Outcome, Raised, Ref, Value, names, ops};

/// `raise value from cause;`
pub fn raise(
    c: &mut Compiler,
    value: Option<&'static Expr>,
    cause: Option<&'static Expr>,
    span: Span,
) -> Exec {
    let Some(value) = value else {
        return Box::new(move |frame| match frame.heap.handled() {
            Value::Instance(error) => {
                let raised = frame.heap.raise(error);
                Err(frame.heap.at(raised, span))
            }
            _ => Err(frame.heap.at(frame.heap.runtime_error("No active exception to reraise"), span)),
        });
    };
    let value = c.expr(value);
    let cause = cause.map(|cause| c.expr(cause));
    Box::new(move |frame| {
        let heap = frame.heap;
        let error = exception_object(heap, value(frame)?).map_err(|raised| heap.at(raised, span))?;
        if let Some(cause) = &cause {
            let cause = match cause(frame)? {
                Value::None => Value::None,
                other => match exception_object(heap, other) {
                    Ok(cause) => Value::Instance(cause),
                    Err(raised) => {
                        heap.catch_any(raised, &[ErrorKind::TypeError])?;
                        return Err(
                            heap.at(heap.type_error("exception causes must derive from BaseException"), span)
                        );
                    }
                },
            };
            error.set_slot(slots::CAUSE, cause);
            error.set_slot(slots::SUPPRESS_CONTEXT, Value::True);
        }
        let raised = heap.raise(error);
        Err(heap.at(raised, span))
    })
}

/// An exception instance from what was raised: an instance, or a class that is called.
pub fn exception_object(heap: &Heap, value: Value) -> Outcome<Ref<Instance>> {
    let value = match value {
        Value::Class(class) if class.builtin == BuiltinType::Exception => {
            heap.call(&Value::Class(class), &mut [])?
        }
        other => other,
    };
    match value {
        Value::Instance(error) if error.class().builtin == BuiltinType::Exception => Ok(error),
        _ => Err(heap.type_error("exceptions must derive from BaseException")),
    }
}

struct CompiledHandler {
    type_: Option<Eval>,
    type_span: Span,
    store: Option<Store>,
    forget: Option<Exec>,
    body: Exec,
}

/// `try { … } except … { … } else { … } finally { … }`
pub fn try_statement(
    c: &mut Compiler,
    body: &'static Block,
    handlers: &'static [Handler],
    otherwise: Option<&'static Block>,
    finally: Option<&'static Block>,
) -> Exec {
    let guarded = if handlers.is_empty() {
        let body = c.block(body);
        let otherwise = otherwise.map(|block| c.block(block));
        with_else(body, otherwise)
    } else {
        with_handlers(c, body, handlers, otherwise)
    };
    let Some(finally) = finally else { return guarded };
    let finally = c.block(finally);
    let function = c.function;
    Box::new(move |frame| {
        let heap = frame.heap;
        match guarded(frame) {
            Ok(flow) => match finally(frame)? {
                Flow::Next => Ok(flow),
                other => Ok(other),
            },
            Err(raised) => {
                let error = heap.catch(raised, Some(function));
                let before = heap.set_handled(Value::Instance(error.clone()));
                let result = finally(frame);
                heap.set_handled(before);
                match result? {
                    Flow::Next => Err(raise_again(heap, error)),
                    other => Ok(other),
                }
            }
        }
    })
}

/// Lets a caught exception go on: its trace continues without a second entry for this function.
fn raise_again(heap: &Heap, error: Ref<Instance>) -> Raised {
    heap.resume_raise(error)
}

fn with_else(body: Exec, otherwise: Option<Exec>) -> Exec {
    match otherwise {
        None => body,
        Some(otherwise) => Box::new(move |frame| match body(frame)? {
            Flow::Next => otherwise(frame),
            flow => Ok(flow),
        }),
    }
}

fn with_handlers(
    c: &mut Compiler,
    body: &'static Block,
    handlers: &'static [Handler],
    otherwise: Option<&'static Block>,
) -> Exec {
    let body = c.block(body);
    let handlers: Box<[CompiledHandler]> = handlers
        .iter()
        .map(|handler| CompiledHandler {
            type_: handler.type_.as_ref().map(|e| c.expr(e)),
            type_span: handler.type_.as_ref().map_or(handler.span, |e| e.span),
            store: handler.variable.map(|v| variable::store(c, v)),
            forget: handler.variable.map(|v| variable::unbind(c, v, false, handler.span)),
            body: c.block(&handler.body),
        })
        .collect();
    let otherwise = otherwise.map(|block| c.block(block));
    let function = c.function;
    Box::new(move |frame| match body(frame) {
        Ok(Flow::Next) => match &otherwise {
            Some(otherwise) => otherwise(frame),
            None => Ok(Flow::Next),
        },
        Ok(flow) => Ok(flow),
        Err(raised) => handle(frame, raised, &handlers, function),
    })
}

#[inline(never)]
fn handle(
    frame: Frame<'_>,
    raised: Raised,
    handlers: &[CompiledHandler],
    function: &'static code::Function,
) -> Outcome<Flow> {
    let heap = frame.heap;
    let error = heap.catch(raised, Some(function));
    let before = heap.set_handled(Value::Instance(error.clone()));
    let result = choose(frame, &error, handlers);
    heap.set_handled(before);
    match result? {
        Some(flow) => Ok(flow),
        None => Err(heap.resume_raise(error)),
    }
}

/// Runs the first handler that takes the exception; `None` if there is none.
fn choose(frame: Frame<'_>, error: &Ref<Instance>, handlers: &[CompiledHandler]) -> Outcome<Option<Flow>> {
    let heap = frame.heap;
    for handler in handlers {
        if let Some(type_) = &handler.type_ {
            let wanted = type_(frame)?;
            if !matches(heap, error, &wanted).map_err(|raised| heap.at(raised, handler.type_span))? {
                continue;
            }
        }
        if let Some(store) = &handler.store {
            store(frame, Value::Instance(error.clone()))?;
        }
        let result = (handler.body)(frame);
        if let Some(forget) = &handler.forget {
            forget(frame)?;
        }
        return result.map(Some);
    }
    Ok(None)
}

/// Whether an exception is of what stands after `except`: a class, or a tuple of classes.
pub fn matches(heap: &Heap, error: &Ref<Instance>, wanted: &Value) -> Outcome<bool> {
    match wanted {
        Value::Class(class) if class.builtin == BuiltinType::Exception => {
            Ok(error.class().is_subclass_of(class))
        }
        Value::Tuple(all) => {
            for one in all.items() {
                if matches(heap, error, one)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Err(heap.type_error("catching classes that do not inherit from BaseException is not allowed")),
    }
}

/// `assert test, message;`
pub fn assert(c: &mut Compiler, test: &'static Expr, message: Option<&'static Expr>, span: Span) -> Exec {
    let probe = explain::probe(c, test);
    let test = c.test(test);
    let message = message.map(|m| c.expr(m));
    Box::new(move |frame| {
        let heap = frame.heap;
        let failed = if state(heap).explains {
            match probe(frame)? {
                None => return Ok(Flow::Next),
                failed => failed,
            }
        } else {
            if test(frame)? {
                return Ok(Flow::Next);
            }
            None
        };
        let args = match &message {
            Some(message) => vec![message(frame)?],
            None => Vec::new(),
        };
        let comparison = match failed {
            Some(failed) => {
                let text = args.first().map(|message| ops::show::to_string(heap, message)).transpose()?;
                Some(explain::compare(heap, &failed, text.unwrap_or_default())?)
            }
            None => None,
        };
        let raised = heap.error_with(ErrorKind::AssertionError, args);
        explain::note(heap, comparison);
        Err(heap.at(raised, span))
    })
}

/// `check test;`: an assertion that says what was compared.
pub fn check(c: &mut Compiler, test: &'static Expr, span: Span) -> Exec {
    let probe = explain::probe(c, test);
    Box::new(move |frame| {
        let heap = frame.heap;
        let Some(failed) = probe(frame)? else { return Ok(Flow::Next) };
        let comparison = match state(heap).explains {
            true => Some(explain::compare(heap, &failed, String::new())?),
            false => None,
        };
        let raised = heap.error(ErrorKind::AssertionError, failed.message(heap)?);
        explain::note(heap, comparison);
        Err(heap.at(raised, span))
    })
}

struct Context {
    value: Eval,
    store: Option<Store>,
    span: Span,
}

/// `with a as b, c { … }`
pub fn with(c: &mut Compiler, is_async: bool, items: &'static [WithItem], body: &'static Block) -> Exec {
    let contexts: Box<[Context]> = items
        .iter()
        .map(|item| Context {
            value: c.expr(&item.context),
            store: item.target.as_ref().map(|t| assign::store(c, t)),
            span: item.context.span,
        })
        .collect();
    let body = c.block(body);
    let function = c.function;
    Box::new(move |frame| enter(frame, is_async, &contexts, &body, function))
}

fn enter(
    frame: Frame<'_>,
    is_async: bool,
    contexts: &[Context],
    body: &Exec,
    function: &'static code::Function,
) -> Outcome<Flow> {
    let Some((context, rest)) = contexts.split_first() else { return body(frame) };
    let heap = frame.heap;
    let manager = (context.value)(frame)?;
    let at = |raised| heap.at(raised, context.span);
    let (enter_name, exit_name, what) = if is_async {
        (names::AENTER, names::AEXIT, "asynchronous context manager")
    } else {
        (names::ENTER, names::EXIT, "context manager")
    };
    let class = ops::types::class_of(heap, &manager);
    if class.lookup(enter_name).is_none() || class.lookup(exit_name).is_none() {
        let missing = if class.lookup(enter_name).is_none() { "" } else { " (missed __exit__ method)" };
        return Err(at(heap.type_error(format!(
            "'{}' object does not support the {what} protocol{missing}",
            ops::types::type_name(&manager)
        ))));
    }
    let awaited = |value: Value| if is_async { super::generator::wait_for(heap, &value) } else { Ok(value) };
    let entered =
        ops::attribute::call_method(heap, &manager, enter_name, &mut []).map_err(at)?.unwrap_or(Value::None);
    let entered = awaited(entered).map_err(at)?;
    let run = || -> Outcome<Flow> {
        if let Some(store) = &context.store {
            store(frame, entered)?;
        }
        enter(frame, is_async, rest, body, function)
    };
    match run() {
        Ok(flow) => {
            let result = ops::attribute::call_method(
                heap,
                &manager,
                exit_name,
                &mut [Value::None, Value::None, Value::None],
            )
            .map_err(at)?;
            awaited(result.unwrap_or(Value::None)).map_err(at)?;
            Ok(flow)
        }
        Err(raised) => {
            let error = heap.catch(raised, Some(function));
            let before = heap.set_handled(Value::Instance(error.clone()));
            let type_ = Value::Class(error.class().clone());
            let traceback = error.slot(slots::TRACEBACK).clone();
            let result = ops::attribute::call_method(
                heap,
                &manager,
                exit_name,
                &mut [type_, Value::Instance(error.clone()), traceback],
            )
            .and_then(|value| awaited(value.unwrap_or(Value::None)))
            .and_then(|value| ops::truth::truth(heap, &value));
            heap.set_handled(before);
            if result.map_err(at)? { Ok(Flow::Next) } else { Err(heap.resume_raise(error)) }
        }
    }
}
