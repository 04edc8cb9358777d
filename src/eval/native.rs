//! Calls of native functions: binding placed arguments by the declared signature, and the error
//! texts for a wrong number of them.
//!
//! A method that changes a container of the shared graph runs through the host, on the newest
//! value. What an argument must be is the native function's own business.

use super::state;
use crate::code::Symbol;
use crate::value::watch::is_watched;
use crate::value::{Args, Dict, Frame, Heap, NativeFunction, Outcome, Raised, Ref, Signature, Value};

/// Calls a native function with placed arguments.
#[inline]
pub fn call(
    frame: Frame<'_>,
    function: &'static NativeFunction,
    count: usize,
    keywords: &[Symbol],
) -> Outcome {
    let counts = function.counts;
    let heap = frame.heap;
    if heap.commits() && count > 0 && is_watched(frame.get(0)) {
        return call_atomically(frame, function, count, keywords);
    }
    if keywords.is_empty()
        && !counts.has_rest
        && !counts.has_extra
        && count >= counts.required as usize
        && count <= counts.positional as usize
    {
        let params = counts.params as usize;
        // Slots that were not given are unbound already: nothing is in use above the arguments.
        let result = heap.above(frame, params, || {
            (function.run)(heap, Args { slots: frame.slice(0, params), rest: &mut [], extra: None })
        });
        frame.clear(0, params as u16);
        return result;
    }
    call_general(frame, function, function.signature(), count, keywords)
}

/// A method of a container that stands in a field of the shared graph: it applies to the newest value.
#[inline(never)]
fn call_atomically(
    frame: Frame<'_>,
    function: &'static NativeFunction,
    count: usize,
    keywords: &[Symbol],
) -> Outcome {
    let heap = frame.heap;
    let total = count + keywords.len();
    let args: Vec<Value> = (0..total as u16).map(|slot| frame.take(slot)).collect();
    let container = args.first().cloned().unwrap_or(Value::None);
    let mut result = Value::None;
    let mut once = || {
        args.iter().enumerate().for_each(|(slot, value)| frame.set(slot as u16, value.clone()));
        result = call_general(frame, function, function.signature(), count, keywords)?;
        Ok(())
    };
    heap.above(frame, total, || state::host(heap).atomically(heap, &container, &mut once))?;
    Ok(result)
}

#[inline(never)]
fn call_general(
    frame: Frame<'_>,
    function: &'static NativeFunction,
    signature: &Signature,
    count: usize,
    keywords: &[Symbol],
) -> Outcome {
    let heap = frame.heap;
    let total = count + keywords.len();
    let result = heap.above(frame, total, || bind_and_run(frame, function, signature, count, keywords));
    frame.clear(0, total as u16);
    result
}

fn bind_and_run(
    frame: Frame<'_>,
    function: &'static NativeFunction,
    signature: &Signature,
    count: usize,
    keywords: &[Symbol],
) -> Outcome {
    let heap = frame.heap;
    let mut slots: Vec<Value> = Vec::with_capacity(signature.params.len());
    slots.resize_with(signature.params.len(), Value::default);
    let by_position = count.min(signature.positional);
    for (index, slot) in slots.iter_mut().enumerate().take(by_position) {
        *slot = frame.take(index as u16);
    }
    if count > signature.positional && !signature.has_rest {
        return Err(wrong_count(heap, function, signature, count, &slots));
    }
    let mut extra: Option<Ref<Dict>> = signature.has_extra.then(|| Dict::new(heap));
    for (index, name) in keywords.iter().enumerate() {
        let value = frame.take((count + index) as u16);
        match signature.params.iter().position(|p| p.name == *name && !p.positional_only) {
            Some(at) if slots[at].is_unbound() => slots[at] = value,
            Some(_) => {
                return Err(heap.type_error(format!(
                    "argument for {}() given by name ('{name}') and position ({})",
                    function.name,
                    index + 1
                )));
            }
            None => match &mut extra {
                Some(dict) => dict.set_str(name.name(), value),
                None if !signature.has_keywords => {
                    return Err(heap.type_error(format!(
                        "{}() takes no keyword arguments",
                        qualified(function, &slots)
                    )));
                }
                None => {
                    return Err(heap.type_error(format!(
                        "{}() got an unexpected keyword argument '{name}'",
                        function.name
                    )));
                }
            },
        }
    }
    let mut missing =
        signature.params.iter().zip(&slots).enumerate().filter(|(_, (p, v))| p.required && v.is_unbound());
    if let Some((index, (param, _))) = missing.next() {
        if signature.has_rest && index < signature.positional
            || keywords.is_empty()
            || !signature.has_keywords
        {
            return Err(wrong_count(heap, function, signature, count, &slots));
        }
        return Err(heap.type_error(format!(
            "{}() missing required argument '{}' (pos {})",
            function.name,
            param.name,
            index + 1
        )));
    }
    let rest = frame.slice(by_position as u16, count - by_position);
    (function.run)(heap, Args { slots: &mut slots, rest, extra: extra.filter(|dict| !dict.is_empty()) })
}

fn qualified(function: &NativeFunction, slots: &[Value]) -> String {
    match slots.first() {
        Some(receiver) if function.is_method() && !receiver.is_unbound() => {
            format!("{}.{}", crate::value::ops::types::type_name(receiver), function.name)
        }
        _ => function.name.to_owned(),
    }
}

/// A wrong number of positional arguments, worded as CPython words it for this kind of function.
#[cold]
fn wrong_count(
    heap: &Heap,
    function: &'static NativeFunction,
    signature: &Signature,
    count: usize,
    slots: &[Value],
) -> Raised {
    let skip = usize::from(function.is_method());
    let (count, most, least) = (
        count.saturating_sub(skip),
        signature.positional - skip.min(signature.positional),
        signature.required.saturating_sub(skip),
    );
    let name = qualified(function, slots);
    if skip == 1 && count == 0 && slots.first().is_none_or(Value::is_unbound) {
        return heap.type_error(format!("unbound method {}() needs an argument", function.name));
    }
    let positional_only = signature.params.iter().all(|p| p.positional_only);
    if most == least && !signature.has_rest && positional_only {
        return heap.type_error(match most {
            0 => format!("{name}() takes no arguments ({count} given)"),
            1 => format!("{name}() takes exactly one argument ({count} given)"),
            _ => format!("{} expected {most} arguments, got {count}", function.name),
        });
    }
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    if count < least {
        let at_least = if most == least && !signature.has_rest { "" } else { "at least " };
        if !positional_only && !signature.has_rest && most == signature.params.len() - skip {
            let missing = signature.params.get(skip + count).map_or("?", |p| p.name.name());
            return heap.type_error(format!(
                "{}() missing required argument '{missing}' (pos {})",
                function.name,
                count + 1
            ));
        }
        return heap.type_error(format!(
            "{} expected {at_least}{least} argument{}, got {count}",
            function.name,
            plural(least)
        ));
    }
    if signature.has_keywords && !positional_only && most < signature.params.len() - skip {
        let at_most = if most == least { "exactly" } else { "at most" };
        return heap.type_error(if most == 0 {
            format!("{name}() takes no positional arguments")
        } else {
            format!("{name}() takes {at_most} {most} positional argument{} ({count} given)", plural(most))
        });
    }
    if !positional_only {
        return heap
            .type_error(format!("{name}() takes at most {most} argument{} ({count} given)", plural(most)));
    }
    let at_most = if most == least { "" } else { "at most " };
    heap.type_error(format!(
        "{} expected {at_most}{most} argument{}, got {count}",
        function.name,
        plural(most)
    ))
}
