//! Awaiting: coroutines of `async def`, and everything else that can be waited for.
//!
//! A coroutine that waits gives the wait out as a request; whoever drives it from ordinary code lets the
//! host do the wait and sends the answer back in.

use super::frame;
use super::generator::raise_value;
use super::state;
use crate::value::generator::{GeneratorKind, Progress, Resume};
use crate::value::{Frame, Generator, Heap, Outcome, Ref, Value, names, ops};

/// Waits, in code that is no coroutine: the request of a coroutine is fulfilled here.
pub fn drive(heap: &Heap, awaited: &Value) -> Outcome {
    let Value::Generator(coroutine) = awaited else { return wait(heap, awaited) };
    if coroutine.kind != GeneratorKind::Coroutine {
        return Err(not_awaitable(heap, awaited));
    }
    let mut with = Resume::Send(Value::None);
    loop {
        match step(heap, coroutine, with)? {
            Progress::Returned(value) => return Ok(value),
            Progress::Yielded(request) => {
                with = match wait(heap, &request) {
                    Ok(answer) => Resume::Send(answer),
                    Err(raised) => Resume::Throw(Value::Instance(heap.catch(raised, None))),
                };
            }
        }
    }
}

/// One step of a coroutine; a finished one cannot be awaited again.
pub fn step(heap: &Heap, coroutine: &Ref<Generator>, with: Resume) -> Outcome<Progress> {
    match coroutine.resume(heap, with)? {
        Some(progress) => Ok(progress),
        None => Err(heap.runtime_error("cannot reuse already awaited coroutine")),
    }
}

/// `await` inside an `async def`: requests go out to whoever drives the coroutine.
pub fn await_inside(frame: Frame<'_>, slot: u16, awaited: &Value) -> Outcome {
    let heap = frame.heap;
    let Value::Generator(coroutine) = awaited else {
        if super::waiting::is_immediate(awaited) {
            return wait(heap, awaited);
        }
        return answer(heap, frame::suspend(frame, slot, awaited.clone()));
    };
    let mut with = Resume::Send(Value::None);
    loop {
        let request = match step(heap, coroutine, with)? {
            Progress::Returned(value) => return Ok(value),
            Progress::Yielded(request) => request,
        };
        with = match frame::suspend(frame, slot, request) {
            Some(resumed) => resumed,
            None => return Err(heap.runtime_error("await outside of a coroutine")),
        };
    }
}

fn answer(heap: &Heap, resumed: Option<Resume>) -> Outcome {
    match resumed {
        Some(Resume::Send(value)) => Ok(value),
        Some(Resume::Throw(error)) => Err(raise_value(heap, error)),
        None => Err(heap.runtime_error("await outside of a coroutine")),
    }
}

/// Waits for what is no coroutine of ours.
fn wait(heap: &Heap, awaited: &Value) -> Outcome {
    if let Some(result) = super::waiting::wait(heap, awaited) {
        return result;
    }
    match awaited {
        Value::Str(_) => state::host(heap).await_id(heap, awaited),
        Value::Instance(instance) if instance.class().is_async => state::host(heap).await_id(heap, awaited),
        Value::Instance(instance) if instance.class().lookup(names::AWAIT).is_some() => {
            let iterator =
                ops::attribute::call_method(heap, awaited, names::AWAIT, &mut [])?.unwrap_or(Value::None);
            loop {
                if ops::iterate::next(heap, &iterator)?.is_none() {
                    return Ok(match &iterator {
                        Value::Generator(g) => g.result.borrow_mut().take().unwrap_or(Value::None),
                        _ => Value::None,
                    });
                }
            }
        }
        Value::Generator(_) => drive(heap, awaited),
        _ => Err(not_awaitable(heap, awaited)),
    }
}

#[cold]
fn not_awaitable(heap: &Heap, value: &Value) -> crate::value::Raised {
    heap.type_error(format!("object {} can't be used in 'await' expression", ops::types::type_name(value)))
}
