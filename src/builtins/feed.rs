//! Where a builtin iterator (`zip`, `map`, `enumerate`, …) and a loop over an argument take their
//! items from: lists, tuples and ranges directly, everything else through its iterator.
//!
//! A list is read at its present length each time; once it has ended it gives nothing more, even if
//! it grows. Loops of the program are the evaluator's: they go through `value::ops::iterate`.

use crate::value::collect::visit_ref;
use crate::value::ops::iterate;
use crate::value::{Heap, List, Outcome, Ref, Tuple, Value};

/// A source of items.
pub enum Feed {
    List {
        list: Ref<List>,
        next: usize,
    },
    Tuple {
        tuple: Ref<Tuple>,
        next: usize,
    },
    Range {
        next: i64,
        step: i64,
        left: usize,
    },
    Iterator(Value),
    /// Exhausted: a list that grows afterwards gives nothing more.
    Done,
}

impl Feed {
    /// Begins with an iterable. Raises TypeError: `'x' object is not iterable`.
    #[inline]
    pub fn new(heap: &Heap, iterable: &Value) -> Outcome<Feed> {
        Ok(match iterable {
            Value::List(list) => Feed::List { list: list.clone(), next: 0 },
            Value::Tuple(tuple) => Feed::Tuple { tuple: tuple.clone(), next: 0 },
            Value::Range(range) => Feed::Range { next: range.start, step: range.step, left: range.len() },
            other => Feed::Iterator(iterate::iter(heap, other)?),
        })
    }

    /// The next item, or `None` at the end.
    #[inline]
    pub fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        let found = match self {
            Feed::List { list, next } => {
                let found = list.get(*next);
                *next += 1;
                found
            }
            Feed::Tuple { tuple, next } => {
                let found = tuple.items().get(*next).cloned();
                *next += 1;
                found
            }
            Feed::Range { next, step, left } => {
                if *left > 0 {
                    let value = *next;
                    *left -= 1;
                    *next = next.wrapping_add(*step);
                    return Ok(Some(Value::Int(value)));
                }
                None
            }
            Feed::Iterator(iterator) => iterate::next(heap, iterator)?,
            Feed::Done => return Ok(None),
        };
        if found.is_none() {
            *self = Feed::Done;
        }
        Ok(found)
    }

    pub fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        match self {
            Feed::List { list, .. } => visit_ref(list, Value::List, visit),
            Feed::Tuple { tuple, .. } => visit_ref(tuple, Value::Tuple, visit),
            Feed::Iterator(iterator) => visit(iterator),
            Feed::Range { .. } | Feed::Done => {}
        }
    }

    pub fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        match std::mem::replace(self, Feed::Done) {
            Feed::List { list, .. } => take(Value::List(list)),
            Feed::Tuple { tuple, .. } => take(Value::Tuple(tuple)),
            Feed::Iterator(iterator) => take(iterator),
            Feed::Range { .. } | Feed::Done => {}
        }
    }
}
