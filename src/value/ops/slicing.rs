//! Slices of sequences: reading, assigning, deleting.
//!
//! The three parts of a slice are looked at here, when it is used, and clamped to the sequence's
//! length; a step of zero is a ValueError. Single positions are in `item`.

use std::rc::Rc;

use super::convert::to_i64_clamped;
use crate::value::range::Indices;
use crate::value::{Bytes, Heap, Outcome, Range, Slice, Str, Tuple, Value};

/// The indexes that a slice means for a length. Raises TypeError and ValueError for bad parts.
pub fn indices(heap: &Heap, slice: &Slice, length: usize) -> Outcome<Indices> {
    let part = |value: &Value| -> Outcome<Option<i64>> {
        match value {
            Value::None | Value::Unbound => Ok(None),
            Value::Int(n) => Ok(Some(*n)),
            other => to_i64_clamped(heap, other).map(Some).map_err(|raised| {
                let _ = heap.peek_raised();
                match heap.catch_any(raised, &[crate::value::ErrorKind::TypeError]) {
                    Ok(_) => {
                        heap.type_error("slice indices must be integers or None or have an __index__ method")
                    }
                    Err(raised) => raised,
                }
            }),
        }
    };
    let step = part(&slice.step)?.unwrap_or(1);
    if step == 0 {
        return Err(heap.value_error("slice step cannot be zero"));
    }
    Ok(Indices::new(part(&slice.start)?, part(&slice.stop)?, step.max(-i64::MAX), length))
}

/// `sequence[slice]`; `None` if the value has no slices of its own.
pub fn get(heap: &Heap, sequence: &Value, slice: &Slice) -> Outcome<Option<Value>> {
    Ok(Some(match sequence {
        Value::List(list) => {
            let at = indices(heap, slice, list.len())?;
            Value::list(heap, pick(list.items(), at))
        }
        Value::Tuple(tuple) => {
            let at = indices(heap, slice, tuple.len())?;
            if at.count == tuple.len() && at.step == 1 {
                return Ok(Some(sequence.clone()));
            }
            Value::Tuple(Tuple::new(heap, pick(tuple.items(), at)))
        }
        Value::Str(text) => {
            let at = indices(heap, slice, text.len())?;
            if at.count == text.len() && at.step == 1 {
                return Ok(Some(sequence.clone()));
            }
            Value::Str(Rc::new(if at.step == 1 {
                text.substring(at.start as usize, at.start as usize + at.count)
            } else if text.is_ascii() {
                let bytes = text.as_str().as_bytes();
                Str::from_string(at.iter().filter_map(|i| bytes.get(i)).map(|&b| b as char).collect())
            } else {
                let chars: Vec<char> = text.as_str().chars().collect();
                Str::from_string(at.iter().filter_map(|i| chars.get(i)).collect())
            }))
        }
        Value::Bytes(bytes) => {
            let at = indices(heap, slice, bytes.len())?;
            let all = bytes.as_slice();
            Value::Bytes(Rc::new(Bytes::new(
                at.iter().filter_map(|i| all.get(i).copied()).collect::<Vec<u8>>(),
            )))
        }
        Value::Range(range) => {
            let at = indices(heap, slice, range.len())?;
            let step = range.step.saturating_mul(at.step);
            let start = range.start + range.step * at.start;
            let stop = range.start + range.step * at.stop;
            Value::Range(Rc::new(Range { start, stop, step }))
        }
        _ => return Ok(None),
    }))
}

fn pick(items: &[Value], at: Indices) -> Vec<Value> {
    if at.step == 1 {
        return items.get(at.start as usize..at.start as usize + at.count).unwrap_or_default().to_vec();
    }
    at.iter().filter_map(|i| items.get(i).cloned()).collect()
}

/// `list[slice] = value`.
pub fn set_list(
    heap: &Heap,
    list: &crate::value::Ref<crate::value::List>,
    slice: &Slice,
    value: &Value,
) -> Outcome<()> {
    if !super::iterate::is_iterable(heap, value) {
        let message = match &slice.step {
            Value::None | Value::Int(1) => "can only assign an iterable",
            _ => "must assign iterable to extended slice",
        };
        return Err(heap.type_error(message));
    }
    let items = super::iterate::collect(heap, value)?;
    let at = indices(heap, slice, list.len())?;
    if at.step == 1 {
        let start = at.start as usize;
        drop(list.edit(start, |own| own.splice(start..start + at.count, items).collect::<Vec<Value>>()));
        return Ok(());
    }
    if items.len() != at.count {
        return Err(heap.value_error(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            at.count
        )));
    }
    for (index, item) in at.iter().zip(items) {
        drop(list.set(index, item));
    }
    Ok(())
}

/// `del list[slice]`.
pub fn delete_list(heap: &Heap, list: &crate::value::Ref<crate::value::List>, slice: &Slice) -> Outcome<()> {
    let at = indices(heap, slice, list.len())?;
    if at.count == 0 {
        return Ok(());
    }
    let mut doomed: Vec<usize> = at.iter().collect();
    doomed.sort_unstable();
    let first = doomed.first().copied().unwrap_or(0);
    let removed: Vec<Value> = list.edit(first, |own| {
        if at.step == 1 {
            return own.drain(first..first + at.count).collect();
        }
        let (mut kept, mut removed, mut next) =
            (Vec::with_capacity(own.len()), Vec::new(), doomed.iter().copied().peekable());
        for (index, item) in own.drain(..).enumerate() {
            if next.peek() == Some(&index) {
                next.next();
                removed.push(item);
            } else {
                kept.push(item);
            }
        }
        *own = kept;
        removed
    });
    drop(removed);
    Ok(())
}
