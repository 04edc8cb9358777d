//! The runtime's own iterators: over sequences, tables and ranges, and those that builtins and
//! library functions make. All are one tracked type, so that a loop asks for the next item without
//! a lookup.
//!
//! Views of dicts are of this type too. Iterating over anything else is in `ops::iterate`.

use std::cell::RefCell;
use std::rc::Rc;

use super::object::{Kind, Tracked};
use super::{Bytes, Dict, Heap, List, Outcome, Range, Ref, Set, Str, Tuple, Value};

/// An iterator of a builtin or library function.
pub trait NativeIter {
    /// The type's name, for `repr`: `map`, `zip`, `enumerate`.
    fn name(&self) -> &'static str;
    /// The next item, or `None` at the end.
    fn next(&mut self, heap: &Heap) -> Outcome<Option<Value>>;
    fn trace(&self, _visit: &mut dyn FnMut(&Value)) {}
    fn clear(&mut self, _take: &mut dyn FnMut(Value)) {}
}

/// What part of a dict's entries is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum View {
    Keys,
    Values,
    Items,
}

/// Where an iterator stands.
pub enum Source {
    Empty,
    Range {
        next: i64,
        step: i64,
        left: usize,
    },
    List {
        list: Ref<List>,
        next: usize,
    },
    ListReversed {
        list: Ref<List>,
        left: usize,
    },
    Tuple {
        tuple: Ref<Tuple>,
        next: usize,
    },
    Str {
        text: Rc<Str>,
        byte: usize,
    },
    Bytes {
        bytes: Rc<Bytes>,
        next: usize,
    },
    /// `size` tells that the dict has changed meanwhile.
    Dict {
        dict: Ref<Dict>,
        next: usize,
        size: usize,
        view: View,
    },
    Set {
        set: Ref<Set>,
        next: usize,
        size: usize,
    },
    /// Values that are ready.
    Ready(std::vec::IntoIter<Value>),
    /// Anything with `__getitem__` and integers from 0 on.
    Items {
        object: Value,
        next: i64,
    },
    /// `iter(function, sentinel)`.
    Calls {
        function: Value,
        sentinel: Value,
    },
    Native(Box<dyn NativeIter>),
    /// `dict.keys()` and its kin: no iterator but a view of a dict (`iter()` of it makes one).
    View {
        dict: Ref<Dict>,
        view: View,
    },
}

/// An iterator, or a view of a dict.
pub struct Iter {
    source: RefCell<Source>,
}

impl Tracked for Iter {
    const KIND: Kind = Kind::Iter;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        use super::collect::visit_ref;
        let Ok(source) = self.source.try_borrow() else { return };
        match &*source {
            Source::List { list, .. } | Source::ListReversed { list, .. } => {
                visit_ref(list, Value::List, visit)
            }
            Source::Tuple { tuple, .. } => visit_ref(tuple, Value::Tuple, visit),
            Source::Dict { dict, .. } | Source::View { dict, .. } => visit_ref(dict, Value::Dict, visit),
            Source::Set { set, .. } => visit_ref(set, Value::Set, visit),
            Source::Ready(items) => items.as_slice().iter().for_each(visit),
            Source::Items { object, .. } => visit(object),
            Source::Calls { function, sentinel } => {
                visit(function);
                visit(sentinel);
            }
            Source::Native(native) => native.trace(visit),
            Source::Empty | Source::Range { .. } | Source::Str { .. } | Source::Bytes { .. } => {}
        }
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        let Ok(mut source) = self.source.try_borrow_mut() else { return };
        match std::mem::replace(&mut *source, Source::Empty) {
            Source::List { list, .. } | Source::ListReversed { list, .. } => take(Value::List(list)),
            Source::Tuple { tuple, .. } => take(Value::Tuple(tuple)),
            Source::Dict { dict, .. } | Source::View { dict, .. } => take(Value::Dict(dict)),
            Source::Set { set, .. } => take(Value::Set(set)),
            Source::Ready(items) => items.for_each(take),
            Source::Items { object, .. } => take(object),
            Source::Calls { function, sentinel } => {
                take(function);
                take(sentinel);
            }
            Source::Native(mut native) => native.clear(take),
            Source::Empty | Source::Range { .. } | Source::Str { .. } | Source::Bytes { .. } => {}
        }
    }
}

impl Iter {
    pub fn new(heap: &Heap, source: Source) -> Ref<Iter> {
        Ref::new(&heap.objects, Iter { source: RefCell::new(source) })
    }

    /// An iterator over values that are ready.
    pub fn ready(heap: &Heap, items: Vec<Value>) -> Value {
        Value::Iter(Iter::new(heap, Source::Ready(items.into_iter())))
    }

    /// An iterator of a builtin function.
    pub fn native(heap: &Heap, native: impl NativeIter + 'static) -> Value {
        Value::Iter(Iter::new(heap, Source::Native(Box::new(native))))
    }

    /// The dict and the part of it, if this is a view.
    pub fn view(&self) -> Option<(Ref<Dict>, View)> {
        match &*self.source.borrow() {
            Source::View { dict, view } => Some((dict.clone(), *view)),
            _ => None,
        }
    }

    /// Looks at where it stands. `read` must not run Jac code.
    pub fn peek<T>(&self, read: impl FnOnce(&Source) -> T) -> Option<T> {
        self.source.try_borrow().ok().map(|source| read(&source))
    }

    /// The type's name as Python shows it.
    pub fn type_name(&self) -> &'static str {
        match self.source.try_borrow().as_deref() {
            Ok(Source::Range { .. }) => "range_iterator",
            Ok(Source::List { .. }) => "list_iterator",
            Ok(Source::ListReversed { .. }) => "list_reverseiterator",
            Ok(Source::Tuple { .. }) => "tuple_iterator",
            Ok(Source::Str { .. }) => "str_iterator",
            Ok(Source::Bytes { .. }) => "bytes_iterator",
            Ok(Source::Dict { view: View::Keys, .. }) => "dict_keyiterator",
            Ok(Source::Dict { view: View::Values, .. }) => "dict_valueiterator",
            Ok(Source::Dict { view: View::Items, .. }) => "dict_itemiterator",
            Ok(Source::Set { .. }) => "set_iterator",
            Ok(Source::View { view: View::Keys, .. }) => "dict_keys",
            Ok(Source::View { view: View::Values, .. }) => "dict_values",
            Ok(Source::View { view: View::Items, .. }) => "dict_items",
            Ok(Source::Calls { .. }) => "callable_iterator",
            Ok(Source::Native(native)) => native.name(),
            _ => "iterator",
        }
    }

    /// The next item, or `None` at the end.
    pub fn next(&self, heap: &Heap) -> Outcome<Option<Value>> {
        let Ok(mut source) = self.source.try_borrow_mut() else {
            return Err(heap.value_error("iterator already executing"));
        };
        match &mut *source {
            Source::Range { next, step, left } => {
                if *left == 0 {
                    return Ok(None);
                }
                let value = *next;
                *left -= 1;
                *next = next.wrapping_add(*step);
                Ok(Some(Value::Int(value)))
            }
            Source::List { list, next } => match list.get(*next) {
                Some(value) => {
                    *next += 1;
                    Ok(Some(value))
                }
                None => {
                    *source = Source::Empty;
                    Ok(None)
                }
            },
            Source::Ready(items) => Ok(items.next()),
            _ => step(heap, &mut source),
        }
    }
}

/// The next item of the less frequent sources.
fn step(heap: &Heap, source: &mut Source) -> Outcome<Option<Value>> {
    if matches!(source, Source::Native(_) | Source::Calls { .. }) && heap.native_stack_low() {
        return Err(heap.recursion_error());
    }
    match source {
        Source::ListReversed { list, left } => {
            if *left == 0 {
                return Ok(None);
            }
            *left -= 1;
            Ok(list.get(*left))
        }
        Source::Tuple { tuple, next } => {
            *next += 1;
            Ok(tuple.items().get(*next - 1).cloned())
        }
        Source::Str { text, byte } => {
            Ok(text.as_str().get(*byte..).and_then(|rest| rest.chars().next()).map(|c| {
                *byte += c.len_utf8();
                heap.char_value(c)
            }))
        }
        Source::Bytes { bytes, next } => {
            *next += 1;
            Ok(bytes.as_slice().get(*next - 1).map(|&b| Value::Int(i64::from(b))))
        }
        Source::Dict { dict, next, size, view } => {
            if dict.len() != *size {
                *source = Source::Empty;
                return Err(heap.runtime_error("dictionary changed size during iteration"));
            }
            let Some((at, key, value)) = dict.next_entry(*next) else { return Ok(None) };
            *next = at + 1;
            Ok(Some(match view {
                View::Keys => key,
                View::Values => value,
                View::Items => Value::tuple(heap, [key, value]),
            }))
        }
        Source::Set { set, next, size } => {
            if set.len() != *size {
                *source = Source::Empty;
                return Err(heap.runtime_error("Set changed size during iteration"));
            }
            let Some((at, key)) = set.next_key(*next) else { return Ok(None) };
            *next = at + 1;
            Ok(Some(key))
        }
        Source::Items { object, next } => {
            let index = *next;
            *next += 1;
            match super::ops::item::get_item(heap, object, &Value::Int(index)) {
                Ok(value) => Ok(Some(value)),
                Err(raised) => {
                    *source = Source::Empty;
                    heap.catch_any(raised, &[super::ErrorKind::IndexError, super::ErrorKind::StopIteration])?;
                    Ok(None)
                }
            }
        }
        Source::Calls { function, sentinel } => {
            let value = heap.call(function, &mut [])?;
            if super::ops::compare::equal(heap, &value, sentinel)? {
                *source = Source::Empty;
                return Ok(None);
            }
            Ok(Some(value))
        }
        Source::Native(native) => native.next(heap),
        Source::View { view, .. } => {
            let name = match view {
                View::Keys => "dict_keys",
                View::Values => "dict_values",
                View::Items => "dict_items",
            };
            Err(heap.type_error(format!("'{name}' object is not an iterator")))
        }
        Source::Empty | Source::Range { .. } | Source::List { .. } | Source::Ready(_) => Ok(None),
    }
}

/// A range's own iterator.
pub fn over_range(heap: &Heap, range: &Range) -> Value {
    Value::Iter(Iter::new(heap, Source::Range { next: range.start, step: range.step, left: range.len() }))
}
