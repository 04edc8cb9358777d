//! Awaitable objects of the runtime: sleeps, groups and time limits.
//!
//! Members of a group take turns up to their next wait; those that sleep, sleep at the same time,
//! on the host's clock. Driving one coroutine is in `awaiting`; what runs elsewhere is waited for
//! through the host.

use std::time::Duration;

use super::{awaiting, flow, state};
use crate::value::awaitable::{Awaitable, Wait};
use crate::value::generator::{Progress, Resume};
use crate::value::{ErrorKind, Generator, Heap, Outcome, Raised, Ref, Value};

/// Whether waiting for the value needs no time.
pub fn is_immediate(value: &Value) -> bool {
    flow::has_ended(value)
}

/// Waits for an awaitable object of the runtime; `None` if the value is none.
pub fn wait(heap: &Heap, value: &Value) -> Option<Outcome> {
    let Value::Native(native) = value else { return None };
    if flow::line_of(value).is_some() {
        return Some(flow::wait(heap, value));
    }
    let wait = native.with(|awaitable: &Awaitable| awaitable.wait.clone())?;
    Some(match wait {
        Wait::Sleep { seconds, result } => sleep(heap, seconds).map(|()| result),
        Wait::Gather { all, return_exceptions } => gather(heap, &all, return_exceptions),
        Wait::For { inner, seconds } => within(heap, &inner, seconds),
    })
}

fn sleep(heap: &Heap, seconds: f64) -> Outcome<()> {
    let time = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
    state::host(heap).sleep(heap, time)
}

/// One member of a group.
enum Member {
    Running(Ref<Generator>, Resume),
    /// Asleep until this time on the monotonic clock.
    Asleep(Ref<Generator>, Duration, Value),
    /// Waits for something that is no coroutine.
    Waiting(Option<Ref<Generator>>, Value),
    Done(Value),
}

/// Runs all members side by side: those that sleep, sleep at the same time.
fn gather(heap: &Heap, all: &[Value], return_exceptions: bool) -> Outcome {
    let host = state::host(heap);
    let mut members: Vec<Member> = all
        .iter()
        .map(|value| match value {
            Value::Generator(coroutine) => Member::Running(coroutine.clone(), Resume::Send(Value::None)),
            other => Member::Waiting(None, other.clone()),
        })
        .collect();
    loop {
        let mut moved = false;
        for member in &mut members {
            let (coroutine, with) = match std::mem::replace(member, Member::Done(Value::None)) {
                Member::Running(coroutine, with) => (coroutine, with),
                other => {
                    *member = other;
                    continue;
                }
            };
            moved = true;
            *member = match awaiting::step(heap, &coroutine, with) {
                Ok(Progress::Returned(value)) => Member::Done(value),
                Ok(Progress::Yielded(request)) => match asleep(heap, &request)? {
                    Some((until, result)) => Member::Asleep(coroutine, until, result),
                    None => Member::Waiting(Some(coroutine), request),
                },
                Err(raised) if return_exceptions => Member::Done(Value::Instance(heap.catch(raised, None))),
                Err(raised) => return Err(raised),
            };
        }
        if moved {
            continue;
        }
        // What is no sleep is waited for first: it runs elsewhere meanwhile, as do the clocks of the sleepers.
        if let Some(index) = members.iter().position(|m| matches!(m, Member::Waiting(..))) {
            let Member::Waiting(coroutine, request) =
                std::mem::replace(&mut members[index], Member::Done(Value::None))
            else {
                continue;
            };
            let answer = awaiting::drive(heap, &request);
            members[index] = match (coroutine, answer) {
                (Some(coroutine), Ok(value)) => Member::Running(coroutine, Resume::Send(value)),
                (Some(coroutine), Err(raised)) => {
                    Member::Running(coroutine, Resume::Throw(Value::Instance(heap.catch(raised, None))))
                }
                (None, Ok(value)) => Member::Done(value),
                (None, Err(raised)) if return_exceptions => {
                    Member::Done(Value::Instance(heap.catch(raised, None)))
                }
                (None, Err(raised)) => return Err(raised),
            };
            continue;
        }
        let Some(next) = members
            .iter()
            .filter_map(|m| if let Member::Asleep(_, until, _) = m { Some(*until) } else { None })
            .min()
        else {
            break;
        };
        let now = host.monotonic(heap)?;
        if next > now
            && let Err(raised) = host.sleep(heap, next - now)
        {
            return cancel_rest(heap, &members, raised);
        }
        let now = host.monotonic(heap)?.max(next);
        for member in &mut members {
            if let Member::Asleep(coroutine, until, result) = member
                && *until <= now
            {
                *member = Member::Running(coroutine.clone(), Resume::Send(std::mem::take(result)));
            }
        }
    }
    let results =
        members.into_iter().map(|m| if let Member::Done(value) = m { value } else { Value::None }).collect();
    Ok(Value::list(heap, results))
}

/// When a request that is a sleep ends, and what it gives.
fn asleep(heap: &Heap, request: &Value) -> Outcome<Option<(Duration, Value)>> {
    let Value::Native(native) = request else { return Ok(None) };
    match native.with(|awaitable: &Awaitable| awaitable.wait.clone()) {
        Some(Wait::Sleep { seconds, result }) => {
            let time = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
            let until = state::host(heap).monotonic(heap)?.checked_add(time).unwrap_or(Duration::MAX);
            Ok(Some((until, result)))
        }
        _ => Ok(None),
    }
}

/// Ends a coroutine: CancelledError is raised where it waits, and its `finally` blocks run to their end.
fn cancel(heap: &Heap, coroutine: &Ref<Generator>) {
    let error = heap.new_error(ErrorKind::CancelledError, Vec::new());
    let mut with = Resume::Throw(Value::Instance(error));
    loop {
        with = match awaiting::step(heap, coroutine, with) {
            Ok(Progress::Returned(_)) => return,
            Ok(Progress::Yielded(request)) => match awaiting::drive(heap, &request) {
                Ok(value) => Resume::Send(value),
                Err(raised) => Resume::Throw(Value::Instance(heap.catch(raised, None))),
            },
            // What it raises instead is nobody's business any more, as in Python.
            Err(raised) => return drop(heap.catch(raised, None)),
        };
    }
}

/// Ends those members of a group that have not ended: the group itself was stopped.
fn cancel_rest(heap: &Heap, members: &[Member], raised: Raised) -> Outcome {
    heap.keeping_raised(raised, || {
        for member in members {
            match member {
                Member::Running(coroutine, _)
                | Member::Asleep(coroutine, ..)
                | Member::Waiting(Some(coroutine), _) => cancel(heap, coroutine),
                Member::Waiting(None, _) | Member::Done(_) => {}
            }
        }
        Ok(())
    })
}

/// `asyncio.wait_for(x, seconds)`.
fn within(heap: &Heap, inner: &Value, seconds: Option<f64>) -> Outcome {
    let Some(seconds) = seconds else { return awaiting::drive(heap, inner) };
    let host = state::host(heap);
    let time = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
    let end = host.monotonic(heap)?.checked_add(time).unwrap_or(Duration::MAX);
    if let Some(line) = flow::line_of(inner) {
        return match flow::has_ended(inner) || host.line_ends_within(heap, line, time)? {
            true => flow::wait(heap, inner),
            false => Err(heap.error_with(ErrorKind::TimeoutError, Vec::new())),
        };
    }
    let Value::Generator(coroutine) = inner else {
        return host.request(heap, "wait_for", &mut [inner.clone(), Value::float(seconds)]);
    };
    let mut with = Resume::Send(Value::None);
    loop {
        let request = match awaiting::step(heap, coroutine, with)? {
            Progress::Returned(value) => return Ok(value),
            Progress::Yielded(request) => request,
        };
        with = match asleep(heap, &request)? {
            Some((until, result)) if until <= end => {
                let now = host.monotonic(heap)?;
                host.sleep(heap, until.saturating_sub(now))?;
                Resume::Send(result)
            }
            Some(_) => {
                let now = host.monotonic(heap)?;
                host.sleep(heap, end.saturating_sub(now))?;
                cancel(heap, coroutine);
                return Err(heap.error_with(ErrorKind::TimeoutError, Vec::new()));
            }
            None => match awaiting::drive(heap, &request) {
                Ok(value) => Resume::Send(value),
                Err(raised) => Resume::Throw(Value::Instance(heap.catch(raised, None))),
            },
        };
    }
}
