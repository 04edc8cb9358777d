//! A walker's queue: what `visit` and `ignore` put into it.
//!
//! Owns where a place is inserted and that an ignored one is passed by. The journey itself, taking
//! places out and running abilities, is the business of `eval::spawn`.

use super::{TARGET, as_edge, as_node, end_of, walk_of};
use crate::value::links::Walk;
use crate::value::{Heap, Instance, Outcome, Ref, Value, ops};

/// What a value means as a place to go: a node, or an edge.
pub fn queue_target(value: &Value) -> Option<Value> {
    if as_node(value).is_some() || as_edge(value).is_some() { Some(value.clone()) } else { None }
}

/// Runs `put` for every node or edge of an operand: one, or those of a list.
fn each(heap: &Heap, target: &Value, mut put: impl FnMut(Value)) -> Outcome<()> {
    match target {
        Value::List(list) => {
            for item in list.to_vec() {
                one(heap, &item, &mut put)?;
            }
            Ok(())
        }
        _ => one(heap, target, &mut put),
    }
}

fn one(heap: &Heap, item: &Value, put: &mut impl FnMut(Value)) -> Outcome<()> {
    match item {
        Value::Instance(_) => {
            if let Some(place) = queue_target(item) {
                put(place);
            }
            Ok(())
        }
        _ => Err(heap
            .attribute_error(format!("'{}' object has no attribute '__jac__'", ops::types::type_name(item)))),
    }
}

/// `visit target;`: queues what the walker does not ignore; whether anything was queued. `index`: insert
/// there instead of at the end.
pub fn visit(heap: &Heap, walker: &Ref<Instance>, target: &Value, index: Option<i64>) -> Outcome<bool> {
    let walk = walk_in(heap, walker)?;
    let mut queued = 0;
    each(heap, target, |place| put(walk, place, index, &mut queued))?;
    Ok(queued > 0)
}

/// The same for nodes or edges that a reference has found.
pub fn visit_found(
    heap: &Heap,
    walker: &Ref<Instance>,
    found: Vec<Value>,
    index: Option<i64>,
) -> Outcome<bool> {
    let walk = walk_in(heap, walker)?;
    if index.is_none() && walk.ignores.borrow().is_empty() && walk.queued.borrow().is_none() {
        let is_some = !found.is_empty();
        walk.queue.borrow_mut().extend(found);
        return Ok(is_some);
    }
    let mut queued = 0;
    for place in found {
        put(walk, place, index, &mut queued);
    }
    Ok(queued > 0)
}

fn walk_in<'w>(heap: &Heap, walker: &'w Ref<Instance>) -> Outcome<&'w Walk> {
    match walk_of(walker) {
        Some(walk) => Ok(walk),
        None => Err(heap.type_error(format!("'{}' object is not a walker", walker.class().name.as_str()))),
    }
}

/// Queues a place, unless it is ignored. `queued` counts what this visit has queued.
fn put(walk: &Walk, place: Value, index: Option<i64>, queued: &mut i64) {
    let end = match as_edge(&place) {
        Some(edge) => end_of(edge, TARGET).map(Value::Instance).unwrap_or_else(|| place.clone()),
        None => place.clone(),
    };
    if walk.ignores.borrow().iter().any(|ignored| ignored.is(&end)) {
        return;
    }
    let mut queue = walk.queue.borrow_mut();
    let mut log = walk.queued.borrow_mut();
    match index {
        None => {
            if let Some(log) = &mut *log {
                log.push((queue.len(), place.clone()));
            }
            queue.push_back(place);
        }
        Some(index) => {
            // -1 is the end, and what one visit queues stays together.
            let length = queue.len() as i64;
            let at = if index < 0 {
                (length - *queued + 1 + index).max(0) + *queued
            } else {
                (index + *queued).min(length)
            };
            let at = at.clamp(0, length) as usize;
            if let Some(log) = &mut *log {
                log.push((at, place.clone()));
            }
            queue.insert(at, place);
        }
    }
    *queued += 1;
}

/// `ignore target;`: later visits pass it by.
pub fn ignore(heap: &Heap, walker: &Ref<Instance>, target: &Value) -> Outcome<()> {
    let walk = walk_in(heap, walker)?;
    each(heap, target, |place| {
        let end = match as_edge(&place) {
            Some(edge) => end_of(edge, TARGET).map(Value::Instance).unwrap_or(place),
            None => place,
        };
        let mut ignores = walk.ignores.borrow_mut();
        if !ignores.iter().any(|known| known.is(&end)) {
            ignores.push(end);
        }
    })
}

/// Forgets what a finished journey ignored.
pub fn clear_walk(walker: &Instance) {
    if let Some(walk) = walker.walk() {
        if walk.ignores.borrow().is_empty() {
            return;
        }
        let old = std::mem::take(&mut *walk.ignores.borrow_mut());
        drop(old);
    }
}
