//! `copy`: `copy` and `deepcopy` of containers and instances.
//!
//! What cannot change is its own copy; so are classes, functions and modules. A deep copy remembers what
//! it has copied by identity, so that shared parts stay shared and cycles end.

use crate::builtins::ModuleEntry;
use crate::builtins::no_values;
use crate::code::Symbol;
use crate::eval::new_instance;
use crate::value::errors::slots;
use crate::value::ops::{attribute, iterate};
use crate::value::{BuiltinType, ClassKind, Dict, Heap, Instance, NativeFunction, Outcome, Ref, Set, Value};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "copy",
    doc: "Copies of values.",
    functions: FUNCTIONS,
    values: no_values,
    native_types: &[],
};

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "copy",
        "(x)",
        "A copy that shares the parts.",
        &[("copy.copy([1, 2])", "[1, 2]")],
        |heap, args| Copy { memo: None }.value(heap, args.get(0)),
    ),
    NativeFunction::new(
        "deepcopy",
        "(x, memo=None)",
        "A copy of the value and of all its parts.",
        &[("copy.deepcopy([[1], {2}])", "[[1], {2}]")],
        |heap, args| {
            let memo = match args.get(1) {
                Value::Dict(memo) => memo.clone(),
                _ => Dict::new(heap),
            };
            Copy { memo: Some(memo) }.value(heap, args.get(0))
        },
    ),
];

/// Copying. With a memo (identities to copies, and what was copied so that it stays alive) it is deep.
struct Copy {
    memo: Option<Ref<Dict>>,
}

impl Copy {
    fn value(&self, heap: &Heap, original: &Value) -> Outcome {
        if !matches!(
            original,
            Value::List(_)
                | Value::Tuple(_)
                | Value::Dict(_)
                | Value::Set(_)
                | Value::Instance(_)
                | Value::Native(_)
        ) {
            return Ok(original.clone());
        }
        let _level = heap.nested("deepcopy")?;
        if let Some(memo) = &self.memo
            && let Some(known) = memo.get(heap, &Value::Int(original.identity()))?
        {
            return Ok(known);
        }
        match original {
            Value::List(list) => {
                let copy = Value::list(heap, Vec::new());
                self.note(heap, original, &copy)?;
                for item in list.to_vec() {
                    let item = self.part(heap, &item)?;
                    if let Value::List(copy) = &copy {
                        copy.push(item);
                    }
                }
                Ok(copy)
            }
            Value::Dict(dict) => {
                let copy = Dict::new(heap);
                self.note(heap, original, &Value::Dict(copy.clone()))?;
                self.entries(heap, dict, &copy)?;
                Ok(Value::Dict(copy))
            }
            Value::Set(set) => {
                let keys =
                    set.keys().iter().map(|key| self.part(heap, key)).collect::<Outcome<Vec<Value>>>()?;
                let copy = Set::new(heap, set.frozen);
                for key in keys {
                    copy.add(heap, key)?;
                }
                Ok(Value::Set(copy))
            }
            Value::Tuple(tuple) if self.memo.is_some() => {
                let items = tuple
                    .items()
                    .iter()
                    .map(|item| self.part(heap, item))
                    .collect::<Outcome<Vec<Value>>>()?;
                // A tuple of things that are their own copies is its own copy, too.
                let same = items.iter().zip(tuple.items()).all(|(copy, item)| copy.is(item));
                let copy = if same { original.clone() } else { Value::tuple(heap, items) };
                self.note(heap, original, &copy)?;
                Ok(copy)
            }
            Value::Instance(instance) => self.instance(heap, original, instance),
            Value::Native(_) => self.native(heap, original),
            other => Ok(other.clone()),
        }
    }

    fn part(&self, heap: &Heap, part: &Value) -> Outcome {
        if self.memo.is_some() { self.value(heap, part) } else { Ok(part.clone()) }
    }

    fn note(&self, heap: &Heap, original: &Value, copy: &Value) -> Outcome<()> {
        let Some(memo) = &self.memo else { return Ok(()) };
        memo.insert(heap, Value::Int(original.identity()), copy.clone())?;
        // The original must live as long as its identity stands for it.
        let key = Value::Int(Value::Dict(memo.clone()).identity());
        match memo.get(heap, &key)? {
            Some(Value::List(kept)) => kept.push(original.clone()),
            _ => drop(memo.insert(heap, key, Value::list(heap, vec![original.clone()]))?),
        }
        Ok(())
    }

    fn entries(&self, heap: &Heap, from: &Ref<Dict>, to: &Ref<Dict>) -> Outcome<()> {
        for (key, value) in from.pairs() {
            let (key, value) = (self.part(heap, &key)?, self.part(heap, &value)?);
            to.insert(heap, key, value)?;
        }
        Ok(())
    }

    fn instance(&self, heap: &Heap, original: &Value, instance: &Ref<Instance>) -> Outcome {
        let (method, mut args) = match &self.memo {
            Some(memo) => ("__deepcopy__", vec![Value::Dict(memo.clone())]),
            None => ("__copy__", Vec::new()),
        };
        if let Some(copy) = attribute::call_method(heap, original, Symbol::new(method), &mut args)? {
            self.note(heap, original, &copy)?;
            return Ok(copy);
        }
        let class = instance.class();
        if class.kind == ClassKind::Enum {
            return Ok(original.clone());
        }
        let copy = new_instance(heap, class);
        self.note(heap, original, &Value::Instance(copy.clone()))?;
        if class.builtin == BuiltinType::Exception {
            let args = self.part(heap, instance.slot(slots::ARGS))?;
            copy.set_slot(slots::ARGS, args).discard();
        }
        let written: Vec<u16> =
            class.slots().map(|(_, slot)| slot).filter(|slot| *slot >= class.hidden).collect();
        for slot in written {
            let value = attribute::current(heap, instance, slot)?;
            if !value.is_unbound() {
                copy.set_slot(slot, self.part(heap, &value)?).discard();
            }
        }
        if let Some(dict) = instance.dict() {
            self.entries(heap, &dict, &copy.dict_or_new(heap))?;
        }
        if let Some(payload) = instance.payload() {
            let payload = Copy { memo: self.memo.clone() }.value(heap, &payload)?;
            copy.edit_extra(|extra| extra.payload = payload);
        }
        Ok(Value::Instance(copy))
    }

    /// A native object: one that can be copied and filled again, else itself.
    fn native(&self, heap: &Heap, original: &Value) -> Outcome {
        let name = crate::value::ops::types::type_name(original);
        if name != "deque" && name != "bytearray" {
            return Ok(original.clone());
        }
        let Some(copy) = attribute::call_method(heap, original, Symbol::new("copy"), &mut [])? else {
            return Ok(original.clone());
        };
        self.note(heap, original, &copy)?;
        if self.memo.is_some() && name == "deque" {
            for (index, item) in iterate::collect(heap, original)?.iter().enumerate() {
                let part = self.part(heap, item)?;
                crate::value::ops::item::set_item(heap, &copy, &Value::Int(index as i64), part)?;
            }
        }
        Ok(copy)
    }
}
