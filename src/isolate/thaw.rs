//! Thawing: records become values of an isolate.
//!
//! Owns the way back from plain data, a loop like freezing, with the sharing and the circles inside one
//! record as they were. Containers that exist already can be brought up to date in place, so that who
//! holds one goes on seeing it. It refuses to know why somebody asks.

use std::rc::Rc;
use std::sync::Arc;

use num_bigint::BigInt;
use rustc_hash::{FxHashMap, FxHashSet};

use super::freeze::Crossing;
use crate::modules;
use crate::record::{CodeRecord, Frozen, ListRecord, NativeRecord, ObjectRecord, Record};
use crate::value::errors::slots;
use crate::value::{
    BuiltinType, CellBox, Dict, Function, Heap, Instance, List, Outcome, Range, Ref, Set, Slice, Symbol,
    Value, ops,
};

/// Nesting down to which containers are brought up to date in place.
const DEEPEST_REUSE: usize = 32;

/// Thaws one record.
pub fn thaw(heap: &Heap, crossing: &dyn Crossing, record: &Record) -> Outcome {
    if let Some(value) = plain(heap, record) {
        return Ok(value);
    }
    Thawer::new(heap, crossing, None).thaw(record)
}

/// Thaws a record whose shared parts stand in a table outside of it.
pub fn thaw_shared(
    heap: &Heap,
    crossing: &dyn Crossing,
    record: &Record,
    shared: &ListRecord,
    made: &mut Made,
) -> Outcome {
    if let Some(value) = plain(heap, record) {
        return Ok(value);
    }
    let mut thawer = Thawer::new(heap, crossing, Some(shared));
    std::mem::swap(&mut thawer.made, made);
    let result = thawer.thaw(record);
    std::mem::swap(&mut thawer.made, made);
    result
}

/// The shared parts that have been made, by their place.
pub type Made = FxHashMap<u32, Value>;

fn plain(heap: &Heap, record: &Record) -> Option<Value> {
    Some(match record {
        Record::None => Value::None,
        Record::Bool(b) => Value::bool(*b),
        Record::Int(n) => Value::Int(*n),
        Record::BigInt(n) => Value::Big(Rc::new(BigInt::clone(n))),
        Record::Float(x) => Value::float(*x),
        Record::Str(text) => Value::str(&**text),
        Record::Bytes(data) => Value::Bytes(Rc::new(crate::value::Bytes::new(&**data))),
        Record::Range(parts) => {
            let number = |record: &Record| if let Record::Int(n) = record { *n } else { 0 };
            let [start, stop, step] = &**parts;
            let range = Range { start: number(start), stop: number(stop), step: number(step) };
            Value::Range(Rc::new(range))
        }
        Record::List(items) if items.is_empty() => Value::list(heap, Vec::new()),
        _ => return None,
    })
}

/// What is left to do, last first.
enum Work {
    Visit(Record),
    /// The last values become the contents of this one.
    Fill(Value, Fill, usize),
    /// The value on top is a shared part.
    Share(u32),
}

enum Fill {
    List,
    Tuple,
    Set { frozen: bool },
    Dict,
    Slice,
    Object(Arc<ObjectRecord>),
    Function,
    Method,
}

struct Thawer<'a> {
    heap: &'a Heap,
    crossing: &'a dyn Crossing,
    shared: Option<&'a ListRecord>,
    made: Made,
    /// Shared parts that are being made: a tuple among them cannot be found before it exists.
    making: FxHashSet<u32>,
}

impl<'a> Thawer<'a> {
    fn new(heap: &'a Heap, crossing: &'a dyn Crossing, shared: Option<&'a ListRecord>) -> Self {
        Thawer { heap, crossing, shared, made: Made::default(), making: FxHashSet::default() }
    }

    fn thaw(&mut self, record: &Record) -> Outcome {
        if let Record::Frozen(frozen) = record {
            let frozen: &Frozen = frozen;
            return Thawer::new(self.heap, self.crossing, Some(&frozen.shared)).thaw(&frozen.root);
        }
        let mut work = vec![Work::Visit(record.clone())];
        let mut done: Vec<Value> = Vec::new();
        while let Some(next) = work.pop() {
            match next {
                Work::Visit(record) => self.visit(record, &mut work, &mut done)?,
                Work::Fill(value, fill, count) => {
                    let parts = done.split_off(done.len() - count);
                    let value = self.fill(value, fill, parts)?;
                    self.crossing.met(&value);
                    done.push(value);
                }
                Work::Share(place) => {
                    if let Some(value) = done.last() {
                        self.made.entry(place).or_insert_with(|| value.clone());
                    }
                }
            }
        }
        Ok(done.pop().unwrap_or(Value::None))
    }

    fn visit(&mut self, record: Record, work: &mut Vec<Work>, done: &mut Vec<Value>) -> Outcome<()> {
        let heap = self.heap;
        if let Some(value) = plain(heap, &record) {
            self.crossing.met(&value);
            done.push(value);
            return Ok(());
        }
        let mut parts = |value: Value, fill: Fill, parts: Vec<Record>| {
            work.push(Work::Fill(value, fill, parts.len()));
            work.extend(parts.into_iter().rev().map(Work::Visit));
        };
        match &record {
            Record::Shared(place) => return self.share(*place, work, done),
            Record::List(items) => {
                parts(Value::list(heap, Vec::new()), Fill::List, items.iter().cloned().collect())
            }
            Record::Tuple(items) => parts(Value::None, Fill::Tuple, items.iter().cloned().collect()),
            Record::Dict(pairs) => {
                let all = pairs.iter().flat_map(|(k, v)| [k.clone(), v.clone()]).collect();
                parts(Value::Dict(Dict::new(heap)), Fill::Dict, all);
            }
            Record::Set(items) => parts(
                Value::Set(Set::new(heap, false)),
                Fill::Set { frozen: false },
                items.iter().cloned().collect(),
            ),
            Record::FrozenSet(items) => {
                parts(Value::None, Fill::Set { frozen: true }, items.iter().cloned().collect())
            }
            Record::Slice(object) => match &object.base {
                Record::Tuple(items) => parts(Value::None, Fill::Slice, items.iter().cloned().collect()),
                _ => done.push(Value::None),
            },
            Record::Node(reference) | Record::Edge(reference) | Record::Walker(reference) => {
                done.push(self.crossing.object(heap, reference)?);
            }
            Record::Object(object) => {
                let class = self.crossing.catalog().class(heap, &object.class)?;
                let instance = Value::Instance(Instance::new(heap, class));
                let mut all = vec![object.base.clone()];
                all.extend(object.fields.iter().map(|(_, value)| value.clone()));
                parts(instance, Fill::Object(object.clone()), all);
            }
            Record::Enum(member) => {
                let class = self.crossing.catalog().class(heap, &member.class)?;
                done.push(match class.lookup(Symbol::new(&member.member)) {
                    Some(value) => value.clone(),
                    None => {
                        return Err(heap.value_error(format!(
                            "the enum `{}` has no member `{}` any more",
                            member.class, member.member
                        )));
                    }
                });
            }
            Record::Function(code) => {
                if let Some(function) = self.crossing.catalog().bound_function(heap, code) {
                    done.push(function);
                    return Ok(());
                }
                let function = self.function(code)?;
                parts(Value::Function(function), Fill::Function, code.captured.to_vec());
            }
            Record::Class(code) => done.push(Value::Class(self.crossing.catalog().class(heap, &code.name)?)),
            Record::Module(name) => done.push(self.module(name)?),
            Record::Native(native) if &*native.kind == "method" => match &native.data {
                Record::Tuple(items) => parts(Value::None, Fill::Method, items.iter().cloned().collect()),
                _ => done.push(Value::None),
            },
            Record::Native(native) => done.push(self.native(native)?),
            Record::Frozen(_) => done.push(self.thaw(&record)?),
            _ => done.push(Value::None),
        }
        Ok(())
    }

    /// A shared part: as it was made, or made now. A container exists before its contents do, so that a
    /// circle finds it.
    fn share(&mut self, place: u32, work: &mut Vec<Work>, done: &mut Vec<Value>) -> Outcome<()> {
        if let Some(value) = self.made.get(&place) {
            done.push(value.clone());
            return Ok(());
        }
        let Some(record) = self.shared.and_then(|shared| shared.get(place as usize)).cloned() else {
            done.push(Value::None);
            return Ok(());
        };
        if !self.making.insert(place) {
            return Err(self.heap.type_error("a tuple that contains itself cannot leave its run"));
        }
        work.push(Work::Share(place));
        let before = work.len();
        self.visit(record, work, done)?;
        let container = work[before..].iter().find_map(|next| match next {
            Work::Fill(value, ..) if !value.is_none() => Some(value.clone()),
            _ => None,
        });
        if let Some(container) = container {
            self.made.insert(place, container);
        }
        Ok(())
    }

    fn fill(&mut self, value: Value, fill: Fill, parts: Vec<Value>) -> Outcome {
        let heap = self.heap;
        match (fill, &value) {
            (Fill::List, Value::List(list)) => list.edit(0, |items| *items = parts),
            (Fill::Tuple, _) => return Ok(Value::tuple(heap, parts)),
            (Fill::Set { frozen: true }, _) => return Ok(Value::Set(Set::from_items(heap, parts, true)?)),
            (Fill::Set { .. }, Value::Set(set)) => {
                for item in parts {
                    set.add(heap, item)?;
                }
            }
            (Fill::Dict, Value::Dict(dict)) => {
                let mut parts = parts.into_iter();
                while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
                    dict.insert(heap, key, value)?;
                }
            }
            (Fill::Slice, _) => {
                let mut parts = parts.into_iter();
                let mut next = || parts.next().unwrap_or(Value::None);
                let slice = Slice { start: next(), stop: next(), step: next() };
                return Ok(Value::Slice(Rc::new(slice)));
            }
            (Fill::Object(object), Value::Instance(instance)) => self.fill_object(instance, &object, parts),
            (Fill::Function, Value::Function(function)) => {
                for (cell, value) in function.captures().iter().zip(parts) {
                    cell.set(if matches!(value, Value::NotImplemented) { Value::Unbound } else { value })
                        .discard();
                }
            }
            (Fill::Method, _) => {
                let mut parts = parts.into_iter();
                let (receiver, name) = (parts.next(), parts.next());
                let (Some(receiver), Some(Value::Str(name))) = (receiver, name) else {
                    return Ok(Value::None);
                };
                return ops::attribute::get(heap, &receiver, Symbol::new(name.as_str()));
            }
            _ => {}
        }
        Ok(value)
    }

    fn fill_object(&self, instance: &Ref<Instance>, object: &ObjectRecord, parts: Vec<Value>) {
        let heap = self.heap;
        let class = instance.class().clone();
        let mut parts = parts.into_iter();
        let base = parts.next().unwrap_or(Value::None);
        if class.builtin == BuiltinType::Exception {
            instance.set_slot(slots::ARGS, base).discard();
        } else if !base.is_none() {
            instance.edit_extra(|extra| extra.payload = base);
        }
        for ((name, _), value) in object.fields.iter().zip(parts) {
            match class.slot(Symbol::new(name)) {
                Some(slot) if slot >= class.hidden => instance.set_slot(slot, value).discard(),
                _ => instance.dict_or_new(heap).set_str(name, value),
            }
        }
    }

    /// A function with empty cells. Its defaults are thawed at once: they cannot lead back to it.
    fn function(&self, record: &CodeRecord) -> Outcome<Ref<Function>> {
        let heap = self.heap;
        let Some(code) = self.crossing.catalog().function(record) else {
            return Err(heap.type_error(format!("the program has no function `{}` any more", record.name)));
        };
        let cells: Vec<Ref<CellBox>> =
            code.info.captures.iter().map(|_| CellBox::new(heap, Value::Unbound)).collect();
        let keyword_only: Vec<Symbol> = code
            .info
            .params
            .iter()
            .filter(|param| param.kind == crate::code::ParamKind::KeywordOnly && param.has_default)
            .map(|param| param.name)
            .collect();
        let rest = record.captured.get(cells.len()..).unwrap_or_default();
        let split = rest.len().saturating_sub(keyword_only.len());
        let (defaults, named) = rest.split_at(split);
        let mut values = Vec::with_capacity(defaults.len());
        for record in defaults {
            values.push(self.apart(record)?);
        }
        let mut keywords = Vec::with_capacity(named.len());
        for (name, record) in keyword_only.into_iter().zip(named) {
            keywords.push((name, self.apart(record)?));
        }
        Ok(Function::new(heap, code, cells.into(), values, keywords))
    }

    fn apart(&self, record: &Record) -> Outcome {
        let mut thawer = Thawer::new(self.heap, self.crossing, self.shared);
        thawer.made = self.made.clone();
        thawer.thaw(record)
    }

    fn module(&self, name: &str) -> Outcome {
        let heap = self.heap;
        if let Some(code) =
            self.crossing.catalog().program.modules.iter().find(|module| *module.name == *name)
        {
            let (module, is_new) = crate::eval::import::module_object(heap, code);
            if is_new {
                // What was imported as a part of a package is found in it.
                for inner in &self.crossing.catalog().program.modules {
                    if let Some(short) = inner.name.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'))
                        && !short.contains('.')
                    {
                        module.dict_or_new(heap).set_str(short, self.module(&inner.name)?);
                    }
                }
            }
            return Ok(Value::Module(module));
        }
        match heap.library.module(heap, name) {
            Some(made) => made,
            None => Err(heap.type_error(format!("there is no module `{name}` any more"))),
        }
    }

    fn native(&self, native: &NativeRecord) -> Outcome {
        let heap = self.heap;
        let gone = || heap.type_error(format!("a `{}` cannot be made from what was stored", native.kind));
        match (&*native.kind, &native.data) {
            ("builtin", Record::Str(name)) => heap.library.builtin(heap, Symbol::new(name)).ok_or_else(gone),
            ("function", Record::Tuple(parts)) => match (parts.get(0), parts.get(1)) {
                (Some(Record::Str(module)), Some(Record::Str(name))) => {
                    let module = heap.library.module(heap, module).ok_or_else(gone)??;
                    ops::attribute::get(heap, &module, Symbol::new(name))
                }
                _ => Err(gone()),
            },
            (kind, Record::Str(text)) => modules::thaw(heap, kind, text).ok_or_else(gone)?,
            _ => Err(gone()),
        }
    }
}

/// Brings what stands in a field up to date: containers at the same place keep their identity, so that
/// who holds one sees the newest contents. Gives the value for the field.
pub fn refresh(heap: &Heap, crossing: &dyn Crossing, old: &Value, record: &Record) -> Outcome {
    refresh_at(heap, crossing, old, record, 0)
}

fn refresh_at(heap: &Heap, crossing: &dyn Crossing, old: &Value, record: &Record, depth: usize) -> Outcome {
    if depth >= DEEPEST_REUSE {
        return thaw(heap, crossing, record);
    }
    match (old, record) {
        (Value::List(list), Record::List(items)) => {
            let before = list.to_vec();
            let mut after = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                after.push(match before.get(index) {
                    Some(old) => refresh_at(heap, crossing, old, item, depth + 1)?,
                    None => thaw(heap, crossing, item)?,
                });
            }
            refill(list, after);
        }
        (Value::Dict(dict), Record::Dict(pairs)) => {
            let mut after = Vec::with_capacity(pairs.len());
            for (key, value) in pairs.iter() {
                let key = thaw(heap, crossing, key)?;
                let value = match dict.get(heap, &key)? {
                    Some(old) => refresh_at(heap, crossing, &old, value, depth + 1)?,
                    None => thaw(heap, crossing, value)?,
                };
                after.push((key, value));
            }
            dict.clear_all();
            for (key, value) in after {
                dict.insert(heap, key, value)?;
            }
        }
        (Value::Set(set), Record::Set(items)) if !set.frozen => {
            set.clear_all();
            for item in items.iter() {
                set.add(heap, thaw(heap, crossing, item)?)?;
            }
        }
        _ => return thaw(heap, crossing, record),
    }
    crossing.met(old);
    Ok(old.clone())
}

fn refill(list: &Ref<List>, items: Vec<Value>) {
    drop(list.edit(0, |own| std::mem::replace(own, items)));
}
