//! `deque`: a sequence that grows and shrinks quickly at both ends, with an optional limit.
//!
//! No deque is borrowed while code of the program runs: what is compared or shown is a copy of its items.
//! A deque that is changed while one iterates over it is noticed by its number of changes.

use std::collections::VecDeque;

use crate::builtins::argument::int_or;
use crate::code::{BinaryOp, CompareOp, Symbol};
use crate::value::iter::NativeIter;
use crate::value::native::NativeObject;
use crate::value::ops::convert::to_i64;
use crate::value::ops::{compare, item, iterate, show};
use crate::value::{Args, Heap, Iter, Native, NativeFunction, Outcome, Ref, Value};

struct Deque {
    items: VecDeque<Value>,
    most: Option<usize>,
    changes: usize,
}

impl Deque {
    fn push(&mut self, value: Value, left: bool) -> Option<Value> {
        self.changes += 1;
        if left {
            self.items.push_front(value)
        } else {
            self.items.push_back(value)
        }
        if self.most.is_some_and(|most| self.items.len() > most) {
            return if left { self.items.pop_back() } else { self.items.pop_front() };
        }
        None
    }
}

impl NativeObject for Deque {
    fn type_name(&self) -> &'static str {
        "deque"
    }
    fn module_name(&self) -> &'static str {
        "collections"
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.items.iter().for_each(visit);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        self.items.drain(..).for_each(take);
    }
    fn is_hashable(&self) -> bool {
        false
    }
    fn truth(&self) -> bool {
        !self.items.is_empty()
    }
    fn repr(&self, heap: &Heap) -> Option<Outcome<String>> {
        let list = Value::list(heap, self.items.iter().cloned().collect());
        let most = self.most.map_or_else(String::new, |most| format!(", maxlen={most}"));
        let shown = heap.nested("deque").and_then(|_level| show::repr(heap, &list));
        Some(shown.map(|list| format!("deque({list}{most})")))
    }
    fn attribute(&self, _heap: &Heap, name: Symbol) -> Option<Outcome> {
        match name.name() {
            "maxlen" => Some(Ok(self.most.map_or(Value::None, |most| Value::Int(most as i64)))),
            _ => None,
        }
    }
    fn compare(&self, heap: &Heap, op: CompareOp, other: &Value) -> Option<Outcome> {
        let Value::Native(other) = other else { return None };
        let list = |items: &VecDeque<Value>| Value::list(heap, items.iter().cloned().collect());
        let other = other.with(|other: &Deque| list(&other.items))?;
        Some(compare::compare(heap, op, &list(&self.items), &other))
    }
    fn binary(&self, heap: &Heap, op: BinaryOp, other: &Value, reflected: bool) -> Option<Outcome> {
        match (op, other) {
            (BinaryOp::Add, Value::Native(other)) if !reflected => {
                let more = other.with(|other: &Deque| other.items.clone())?;
                let items = self.items.iter().cloned().chain(more).collect();
                Some(Ok(made(heap, items, self.most)))
            }
            (BinaryOp::Mul, Value::Int(times)) => {
                let times = usize::try_from(*times).unwrap_or(0);
                let items: Vec<Value> = self.items.iter().cloned().collect();
                Some(
                    crate::value::ops::convert::to_count(heap, &Value::Int(times as i64), 16 * items.len())
                        .map(|times| {
                            let repeated = std::iter::repeat_n(&items, times).flatten().cloned();
                            made(heap, repeated.collect(), self.most)
                        }),
                )
            }
            _ => None,
        }
    }
}

/// A deque of the last items that fit.
fn made(heap: &Heap, mut items: VecDeque<Value>, most: Option<usize>) -> Value {
    if let Some(most) = most
        && items.len() > most
    {
        items.drain(..items.len() - most);
    }
    Value::Native(Native::new(heap, Deque { items, most, changes: 0 }))
}

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, iterable=..., maxlen=None)",
        "A sequence that grows at both ends.",
        &[("collections.deque([1, 2, 3], 2)", "deque([2, 3], maxlen=2)")],
        run_new,
    ),
    NativeFunction::new("append", "(self, x, /)", "Adds an item on the right.", &[], |heap, mut args| {
        push(heap, &mut args, false)
    }),
    NativeFunction::new("appendleft", "(self, x, /)", "Adds an item on the left.", &[], |heap, mut args| {
        push(heap, &mut args, true)
    }),
    NativeFunction::new("extend", "(self, iterable, /)", "Adds items on the right.", &[], |heap, args| {
        extend(heap, &args, false)
    }),
    NativeFunction::new("extendleft", "(self, iterable, /)", "Adds items on the left.", &[], |heap, args| {
        extend(heap, &args, true)
    }),
    NativeFunction::new("pop", "(self, /)", "Removes the last item and gives it.", &[], |heap, args| {
        let found = edit(heap, &args, |deque| deque.items.pop_back())?;
        found.ok_or_else(|| heap.index_error("pop from an empty deque"))
    }),
    NativeFunction::new("popleft", "(self, /)", "Removes the first item and gives it.", &[], |heap, args| {
        let found = edit(heap, &args, |deque| deque.items.pop_front())?;
        found.ok_or_else(|| heap.index_error("pop from an empty deque"))
    }),
    NativeFunction::new("rotate", "(self, n=1, /)", "Moves the items to the right.", &[], |heap, args| {
        let steps = int_or(heap, args.get(1), 1)?;
        edit(heap, &args, |deque| {
            let length = deque.items.len();
            if length > 0 {
                deque.items.rotate_right(steps.rem_euclid(length as i64) as usize);
            }
        })?;
        Ok(Value::None)
    }),
    NativeFunction::new("reverse", "(self, /)", "Turns the order round.", &[], |heap, args| {
        edit(heap, &args, |deque| deque.items.make_contiguous().reverse())?;
        Ok(Value::None)
    }),
    NativeFunction::new("clear", "(self, /)", "Removes all items.", &[], |heap, args| {
        drop(edit(heap, &args, |deque| std::mem::take(&mut deque.items))?);
        Ok(Value::None)
    }),
    NativeFunction::new("copy", "(self, /)", "A copy.", &[], |heap, args| {
        let (items, most) = edit(heap, &args, |deque| (deque.items.clone(), deque.most))?;
        Ok(made(heap, items, most))
    }),
    NativeFunction::new("count", "(self, value, /)", "How many items equal a value.", &[], |heap, args| {
        let mut count = 0;
        for found in items(heap, args.get(0))? {
            count += i64::from(compare::same_or_equal(heap, &found, args.get(1))?);
        }
        Ok(Value::Int(count))
    }),
    NativeFunction::new("index", "(self, value, /)", "Where a value stands first.", &[], |heap, args| {
        match position(heap, &args)? {
            Some(at) => Ok(Value::Int(at as i64)),
            None => Err(heap.value_error(format!("{} is not in deque", show::repr(heap, args.get(1))?))),
        }
    }),
    NativeFunction::new("remove", "(self, value, /)", "Removes the first such item.", &[], |heap, args| {
        match position(heap, &args)? {
            Some(at) => {
                drop(edit(heap, &args, |deque| deque.items.remove(at))?);
                Ok(Value::None)
            }
            None => Err(heap.value_error(format!("{} is not in deque", show::repr(heap, args.get(1))?))),
        }
    }),
    NativeFunction::new("insert", "(self, index, value, /)", "Inserts an item.", &[], |heap, mut args| {
        let (index, value) = (to_i64(heap, args.get(1))?, args.take(2));
        let done = edit(heap, &args, |deque| {
            let length = deque.items.len() as i64;
            if deque.most.is_some_and(|most| deque.items.len() >= most) {
                return false;
            }
            let at = if index < 0 { (index + length).max(0) } else { index.min(length) };
            deque.items.insert(at as usize, value);
            true
        })?;
        if done { Ok(Value::None) } else { Err(heap.index_error("deque already at its maximum size")) }
    }),
    NativeFunction::new("__len__", "(self, /)", "How many items there are.", &[], |heap, args| {
        edit_quietly(heap, &args, |deque| Value::Int(deque.items.len() as i64))
    }),
    NativeFunction::new("__getitem__", "(self, index, /)", "An item.", &[], |heap, args| {
        let at = to_i64(heap, args.get(1))?;
        let found = edit_quietly(heap, &args, |deque| {
            item::position(at, deque.items.len()).and_then(|at| deque.items.get(at).cloned())
        })?;
        found.ok_or_else(|| heap.index_error("deque index out of range"))
    }),
    NativeFunction::new(
        "__setitem__",
        "(self, index, value, /)",
        "Replaces an item.",
        &[],
        |heap, mut args| {
            let (at, value) = (to_i64(heap, args.get(1))?, args.take(2));
            let old = edit_quietly(heap, &args, |deque| {
                let place = item::position(at, deque.items.len()).and_then(|at| deque.items.get_mut(at))?;
                Some(std::mem::replace(place, value))
            })?;
            match old {
                Some(_) => Ok(Value::None),
                None => Err(heap.index_error("deque index out of range")),
            }
        },
    ),
    NativeFunction::new("__delitem__", "(self, index, /)", "Removes an item.", &[], |heap, args| {
        let at = to_i64(heap, args.get(1))?;
        let old = edit(heap, &args, |deque| {
            item::position(at, deque.items.len()).and_then(|at| deque.items.remove(at))
        })?;
        match old {
            Some(_) => Ok(Value::None),
            None => Err(heap.index_error("deque index out of range")),
        }
    }),
    NativeFunction::new(
        "__contains__",
        "(self, value, /)",
        "Whether an item equals it.",
        &[],
        |heap, args| Ok(Value::bool(position(heap, &args)?.is_some())),
    ),
    NativeFunction::new("__iter__", "(self, /)", "The items.", &[], |heap, args| over(heap, &args, false)),
    NativeFunction::new("__reversed__", "(self, /)", "The items from the last on.", &[], |heap, args| {
        over(heap, &args, true)
    }),
];

fn native<'v>(heap: &Heap, value: &'v Value) -> Outcome<&'v Ref<Native>> {
    match value {
        Value::Native(native) if native.is::<Deque>() => Ok(native),
        _ => Err(heap.type_error("a deque is required")),
    }
}

/// Changes a deque. `change` must not run code of the program.
fn edit<R>(heap: &Heap, args: &Args<'_>, change: impl FnOnce(&mut Deque) -> R) -> Outcome<R> {
    edit_quietly(heap, args, |deque| {
        deque.changes += 1;
        change(deque)
    })
}

/// Works on a deque without changing its length.
fn edit_quietly<R>(heap: &Heap, args: &Args<'_>, change: impl FnOnce(&mut Deque) -> R) -> Outcome<R> {
    native(heap, args.get(0))?
        .edit(change)
        .ok_or_else(|| heap.runtime_error("deque mutated while it was read"))
}

fn items(heap: &Heap, value: &Value) -> Outcome<Vec<Value>> {
    let items = native(heap, value)?.with(|deque: &Deque| deque.items.iter().cloned().collect());
    Ok(items.unwrap_or_default())
}

fn position(heap: &Heap, args: &Args<'_>) -> Outcome<Option<usize>> {
    for (at, found) in items(heap, args.get(0))?.iter().enumerate() {
        if compare::same_or_equal(heap, found, args.get(1))? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let most = match args.some(2) {
        None => None,
        Some(most) => match usize::try_from(to_i64(heap, most)?) {
            Ok(most) => Some(most),
            Err(_) => return Err(heap.value_error("maxlen must be non-negative")),
        },
    };
    let items = if args.is_given(1) { iterate::collect(heap, args.get(1))? } else { Vec::new() };
    Ok(made(heap, items.into(), most))
}

fn push(heap: &Heap, args: &mut Args<'_>, left: bool) -> Outcome {
    let value = args.take(1);
    drop(edit(heap, args, |deque| deque.push(value, left))?);
    Ok(Value::None)
}

fn extend(heap: &Heap, args: &Args<'_>, left: bool) -> Outcome {
    for value in iterate::collect(heap, args.get(1))? {
        drop(edit(heap, args, |deque| deque.push(value, left))?);
    }
    Ok(Value::None)
}

/// Iterates over a deque.
struct Over {
    deque: Value,
    next: usize,
    changes: usize,
    reversed: bool,
}

fn over(heap: &Heap, args: &Args<'_>, reversed: bool) -> Outcome {
    let changes = edit_quietly(heap, args, |deque| deque.changes)?;
    Ok(Iter::native(heap, Over { deque: args.get(0).clone(), next: 0, changes, reversed }))
}

impl NativeIter for Over {
    fn name(&self) -> &'static str {
        if self.reversed { "_collections._deque_reverse_iterator" } else { "_collections._deque_iterator" }
    }
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        let Value::Native(native) = &self.deque else { return Ok(None) };
        let found = native.with(|deque: &Deque| {
            let length = deque.items.len();
            let at = if self.reversed { length.checked_sub(self.next + 1) } else { Some(self.next) };
            (deque.changes == self.changes, at.and_then(|at| deque.items.get(at).cloned()))
        });
        match found {
            Some((false, _)) => {
                self.deque = Value::None;
                Err(heap.runtime_error("deque mutated during iteration"))
            }
            Some((true, Some(item))) => {
                self.next += 1;
                Ok(Some(item))
            }
            _ => {
                self.deque = Value::None;
                Ok(None)
            }
        }
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.deque);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        take(std::mem::take(&mut self.deque));
    }
}
