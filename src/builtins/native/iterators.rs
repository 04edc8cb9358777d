//! The iterators that are builtin types: `enumerate`, `filter`, `map`, `reversed`, `zip`.
//!
//! Each is a value that keeps its sources alive and shows them to the cycle collector. Where the
//! sources' items come from is `builtins::feed`'s; generators and dict views are not made here.

use crate::builtins::argument::{count, no_keywords, truth_or};
use crate::builtins::feed::Feed;
use crate::builtins::functions::iteration::stopped;
use crate::builtins::receiver;
use crate::value::iter::{NativeIter, Source, View, over_range};
use crate::value::ops::attribute::call_method;
use crate::value::ops::convert::{payload, to_i64};
use crate::value::ops::types::type_name;
use crate::value::ops::{item, iterate, truth};
use crate::value::{Args, Heap, Iter, NativeFunction, Outcome, Range, Value, names};

const fn itself() -> NativeFunction {
    NativeFunction::new("__iter__", "(self, /)", "The iterator itself.", &[], run_itself)
}

const fn advance() -> NativeFunction {
    NativeFunction::new("__next__", "(self, /)", "The next item; StopIteration at the end.", &[], run_advance)
}

fn run_itself(_heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(args.take(0))
}

/// `iterator.__next__()`, for all builtin iterators.
pub fn run_advance(heap: &Heap, mut args: Args<'_>) -> Outcome {
    match receiver::iterator(heap, &mut args, "__next__")?.next(heap)? {
        Some(value) => Ok(value),
        None => Err(stopped(heap, &Value::None)),
    }
}

pub static ENUMERATE: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, iterable, start=0)",
        "Pairs of a running number and an item.",
        &[("list(enumerate('ab', 1))", "[(1, 'a'), (2, 'b')]")],
        new_enumerate,
    ),
    itself(),
    advance(),
];

struct Enumerate {
    items: Feed,
    next: i64,
}

impl NativeIter for Enumerate {
    fn name(&self) -> &'static str {
        "enumerate"
    }
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        let Some(item) = self.items.next(heap)? else { return Ok(None) };
        let number = self.next;
        self.next = number.wrapping_add(1);
        Ok(Some(Value::tuple(heap, [Value::Int(number), item])))
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.items.trace(visit);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        self.items.clear(take);
    }
}

fn new_enumerate(heap: &Heap, args: Args<'_>) -> Outcome {
    let next = match args.get(2) {
        Value::Unbound => 0,
        Value::Int(n) => *n,
        other => to_i64(heap, other)?,
    };
    Ok(Iter::native(heap, Enumerate { items: Feed::new(heap, args.get(1))?, next }))
}

pub static FILTER: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "The items for which a function gives something true; with None the true items.",
        &[("list(filter(None, [0, 1, '']))", "[1]")],
        new_filter,
    ),
    itself(),
    advance(),
];

struct Filter {
    test: Value,
    items: Feed,
}

impl NativeIter for Filter {
    fn name(&self) -> &'static str {
        "filter"
    }
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        while let Some(item) = self.items.next(heap)? {
            let passed = match &self.test {
                Value::None => truth::truth(heap, &item)?,
                test => {
                    let answer = heap.call(test, &mut [item.clone()])?;
                    truth::truth(heap, &answer)?
                }
            };
            if passed {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.test);
        self.items.trace(visit);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        take(std::mem::take(&mut self.test));
        self.items.clear(take);
    }
}

fn new_filter(heap: &Heap, args: Args<'_>) -> Outcome {
    no_keywords(heap, &args.extra, "filter")?;
    count(heap, "filter", args.rest.len(), 2, 2)?;
    match args.rest {
        [test, iterable] => {
            Ok(Iter::native(heap, Filter { test: std::mem::take(test), items: Feed::new(heap, iterable)? }))
        }
        _ => Ok(Value::None),
    }
}

pub static MAP: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "A function's results for the items of one or several iterables.",
        &[("list(map(len, ['a', 'bb']))", "[1, 2]")],
        new_map,
    ),
    itself(),
    advance(),
];

struct Map {
    function: Value,
    items: Vec<Feed>,
}

impl NativeIter for Map {
    fn name(&self) -> &'static str {
        "map"
    }
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        if let [single] = &mut self.items[..] {
            let Some(item) = single.next(heap)? else { return Ok(None) };
            return heap.call(&self.function, &mut [item]).map(Some);
        }
        let mut arguments = Vec::with_capacity(self.items.len());
        for feed in &mut self.items {
            match feed.next(heap)? {
                Some(item) => arguments.push(item),
                None => return Ok(None),
            }
        }
        heap.call(&self.function, &mut arguments).map(Some)
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.function);
        self.items.iter().for_each(|feed| feed.trace(visit));
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        take(std::mem::take(&mut self.function));
        self.items.iter_mut().for_each(|feed| feed.clear(take));
    }
}

fn feeds(heap: &Heap, iterables: &[Value]) -> Outcome<Vec<Feed>> {
    iterables.iter().map(|iterable| Feed::new(heap, iterable)).collect()
}

fn new_map(heap: &Heap, args: Args<'_>) -> Outcome {
    no_keywords(heap, &args.extra, "map")?;
    match args.rest {
        [function, iterables @ ..] if !iterables.is_empty() => {
            let items = feeds(heap, iterables)?;
            Ok(Iter::native(heap, Map { function: std::mem::take(function), items }))
        }
        _ => Err(heap.type_error("map() must have at least two arguments.")),
    }
}

pub static ZIP: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *iterables, strict=False)",
        "Tuples of the items that stand at the same place; with `strict` all iterables must be equally long.",
        &[("list(zip([1, 2], 'ab'))", "[(1, 'a'), (2, 'b')]")],
        new_zip,
    ),
    itself(),
    advance(),
];

struct Zip {
    items: Vec<Feed>,
    strict: bool,
}

impl Zip {
    /// One iterable has ended: with `strict` it must be the first, and the others must have ended too.
    #[cold]
    fn ended(&mut self, heap: &Heap, at: usize) -> Outcome<Option<Value>> {
        if !self.strict {
            return Ok(None);
        }
        let before =
            |count: usize| if count == 1 { "argument 1".to_owned() } else { format!("arguments 1-{count}") };
        if at > 0 {
            return Err(heap.value_error(format!(
                "zip() argument {} is shorter than {}",
                at + 1,
                before(at)
            )));
        }
        for index in 1..self.items.len() {
            if self.items[index].next(heap)?.is_some() {
                return Err(heap.value_error(format!(
                    "zip() argument {} is longer than {}",
                    index + 1,
                    before(index)
                )));
            }
        }
        Ok(None)
    }
}

impl NativeIter for Zip {
    fn name(&self) -> &'static str {
        "zip"
    }
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        if self.items.is_empty() {
            return Ok(None);
        }
        let mut row = Vec::with_capacity(self.items.len());
        for index in 0..self.items.len() {
            match self.items[index].next(heap)? {
                Some(item) => row.push(item),
                None => return self.ended(heap, index),
            }
        }
        Ok(Some(Value::tuple(heap, row)))
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.items.iter().for_each(|feed| feed.trace(visit));
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        self.items.iter_mut().for_each(|feed| feed.clear(take));
    }
}

fn new_zip(heap: &Heap, args: Args<'_>) -> Outcome {
    let strict = truth_or(heap, args.get(1), false)?;
    let items = feeds(heap, args.rest)?;
    Ok(Iter::native(heap, Zip { items, strict }))
}

pub static REVERSED: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "The items of a sequence from the last to the first.",
        &[("list(reversed([1, 2]))", "[2, 1]"), ("''.join(reversed('abc'))", "'cba'")],
        new_reversed,
    ),
    itself(),
    advance(),
];

/// A sequence backwards, by index.
struct Reversed {
    sequence: Value,
    left: usize,
    name: &'static str,
}

impl NativeIter for Reversed {
    fn name(&self) -> &'static str {
        self.name
    }
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        item::get_item(heap, &self.sequence, &Value::Int(self.left as i64)).map(Some)
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.sequence);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        take(std::mem::take(&mut self.sequence));
        self.left = 0;
    }
}

/// Values that are ready, under the name of the iterator that they come from.
struct Ready {
    items: std::vec::IntoIter<Value>,
    name: &'static str,
}

impl NativeIter for Ready {
    fn name(&self) -> &'static str {
        self.name
    }
    fn next(&mut self, _heap: &Heap) -> Outcome<Option<Value>> {
        Ok(self.items.next())
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        self.items.as_slice().iter().for_each(visit);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        std::mem::take(&mut self.items).for_each(take);
    }
}

/// `reversed(sequence)`. Raises TypeError: `'set' object is not reversible`.
pub fn reversed(heap: &Heap, sequence: &Value) -> Outcome {
    match sequence {
        Value::List(list) => {
            Ok(Value::Iter(Iter::new(heap, Source::ListReversed { list: list.clone(), left: list.len() })))
        }
        Value::Range(range) => Ok(match range.len() {
            0 => over_range(heap, range),
            length => {
                let last = range.start + range.step * (length as i64 - 1);
                let stop = range.start.saturating_sub(range.step);
                over_range(heap, &Range { start: last, stop, step: -range.step })
            }
        }),
        Value::Str(text) if !text.is_ascii() => {
            let items: Vec<Value> = text.as_str().chars().rev().map(|c| heap.char_value(c)).collect();
            Ok(Iter::native(heap, Ready { items: items.into_iter(), name: "reversed" }))
        }
        Value::Tuple(_) | Value::Str(_) | Value::Bytes(_) => {
            let left = item::len(heap, sequence)?;
            Ok(Iter::native(heap, Reversed { sequence: sequence.clone(), left, name: "reversed" }))
        }
        Value::Dict(_) => backwards(heap, sequence, View::Keys),
        Value::Iter(iter) if iter.view().is_some() => {
            let view = iter.view().map_or(View::Keys, |(_, view)| view);
            backwards(heap, sequence, view)
        }
        Value::Class(class) if class.kind == crate::value::ClassKind::Enum => {
            Ok(Iter::ready(heap, class.members().iter().rev().cloned().collect()))
        }
        Value::Instance(_) | Value::Native(_) => reversed_object(heap, sequence),
        _ => Err(not_reversible(heap, sequence)),
    }
}

fn backwards(heap: &Heap, dict: &Value, view: View) -> Outcome {
    let mut items = iterate::collect(heap, dict)?;
    items.reverse();
    let name = match view {
        View::Keys => "dict_reversekeyiterator",
        View::Values => "dict_reversevalueiterator",
        View::Items => "dict_reverseitemiterator",
    };
    Ok(Iter::native(heap, Ready { items: items.into_iter(), name }))
}

fn reversed_object(heap: &Heap, object: &Value) -> Outcome {
    if let Some(result) = call_method(heap, object, names::REVERSED, &mut [])? {
        return match result {
            Value::None => Err(not_reversible(heap, object)),
            iterator => Ok(iterator),
        };
    }
    let class = crate::value::ops::types::class_of(heap, object);
    if class.lookup(names::GETITEM).is_some() && class.lookup(names::LEN).is_some() {
        let left = item::len(heap, object)?;
        return Ok(Iter::native(heap, Reversed { sequence: object.clone(), left, name: "reversed" }));
    }
    match payload(object) {
        Some(inner) => reversed(heap, &inner),
        None => Err(not_reversible(heap, object)),
    }
}

#[cold]
fn not_reversible(heap: &Heap, value: &Value) -> crate::value::Raised {
    heap.type_error(format!("'{}' object is not reversible", type_name(value)))
}

fn new_reversed(heap: &Heap, args: Args<'_>) -> Outcome {
    no_keywords(heap, &args.extra, "reversed")?;
    count(heap, "reversed", args.rest.len(), 1, 1)?;
    match args.rest.first() {
        Some(sequence) => reversed(heap, sequence),
        None => Ok(Value::None),
    }
}
