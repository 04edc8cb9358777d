//! Freezing: values become records.
//!
//! Owns the walk over containers and instances, which is a loop and never recurses by the depth of the
//! data, and the sharing inside one record: what is reached twice is written once. Nodes, edges and
//! walkers cross by id, which the `Crossing` knows; functions and classes by name. It refuses to know
//! where a record goes.

use std::sync::Arc;

use num_bigint::BigInt;
use rustc_hash::FxHashMap;

use super::catalog::Catalog;
use crate::record::{
    CodeRecord, EnumRecord, Frozen, ListRecord, NativeRecord, ObjectRecord, Record, Reference,
};
use crate::value::errors::slots;
use crate::value::ops::attribute::full_class_name;
use crate::value::{
    BuiltinType, Class, ClassKind, Function, Heap, Instance, Native, Outcome, Ref, Value, names,
};

/// Why a value cannot leave its isolate: what it is.
#[derive(Clone, Debug)]
pub struct Stuck(pub String);

/// Who knows the ids of nodes, edges and walkers.
pub trait Crossing {
    /// The reference that stands for a node, an edge or a walker.
    fn reference(&self, heap: &Heap, instance: &Ref<Instance>) -> Record;
    /// The object of this isolate that a reference stands for.
    fn object(&self, heap: &Heap, reference: &Reference) -> Outcome;
    fn catalog(&self) -> &Catalog;
    /// A container has become part of a record, or came out of one.
    fn met(&self, _value: &Value) {}
}

/// Freezes one value.
pub fn freeze(heap: &Heap, crossing: &dyn Crossing, value: &Value) -> Result<Record, Stuck> {
    if let Some(record) = plain(value) {
        return Ok(record);
    }
    let mut freezer = Freezer::new(heap, crossing);
    freezer.scan(value);
    let root = freezer.build(value)?;
    Ok(Frozen::record(root, freezer.shared()))
}

/// A value without parts, as nearly all are.
pub fn plain(value: &Value) -> Option<Record> {
    Some(match value {
        Value::None => Record::None,
        Value::False => Record::Bool(false),
        Value::True => Record::Bool(true),
        Value::Int(n) => Record::Int(*n),
        Value::Float(x) => Record::Float(x.get()),
        Value::Str(text) => Record::str(text.as_str()),
        Value::Bytes(data) => Record::bytes(data.as_slice()),
        Value::Big(n) => Record::BigInt(Arc::new(BigInt::clone(n))),
        Value::Range(r) => Record::range(Record::Int(r.start), Record::Int(r.stop), Record::Int(r.step)),
        Value::Ellipsis => Record::native("builtin", Record::str("Ellipsis")),
        Value::NotImplemented => Record::native("builtin", Record::str("NotImplemented")),
        _ => return None,
    })
}

/// What is left to do, last first.
enum Work {
    Visit(Value),
    Build(Shape, usize),
    /// The record on top is entry `0` of the table of shared parts.
    Share(usize),
}

/// What is made of the last records.
enum Shape {
    List,
    Tuple,
    Set { frozen: bool },
    Dict,
    Slice,
    Object { class: Arc<str>, names: Vec<Arc<str>>, has_base: bool },
    Function { name: Arc<str>, code: u64 },
    Native(&'static str),
}

/// How often a part was met, and its place in the table once it has one.
#[derive(Default)]
struct Met {
    times: u32,
    place: Option<usize>,
}

/// Freezes several values into records that share one table.
pub struct Freezer<'a> {
    heap: &'a Heap,
    crossing: &'a dyn Crossing,
    met: FxHashMap<usize, Met>,
    shared: Vec<Record>,
}

impl<'a> Freezer<'a> {
    pub fn new(heap: &'a Heap, crossing: &'a dyn Crossing) -> Self {
        Freezer { heap, crossing, met: FxHashMap::default(), shared: Vec::new() }
    }

    /// The parts that were met more than once.
    pub fn shared(self) -> ListRecord {
        self.shared.into_iter().collect()
    }

    /// Counts how often each part is reached; before `build`, over all values of one record.
    pub fn scan(&mut self, value: &Value) {
        let mut rest = vec![value.clone()];
        while let Some(value) = rest.pop() {
            let Some(address) = address(&value) else { continue };
            let met = self.met.entry(address).or_default();
            met.times += 1;
            if met.times == 1 {
                each_part(&value, &mut |part| {
                    if address_of_interest(part) {
                        rest.push(part.clone());
                    }
                });
            }
        }
    }

    /// Builds the record of a value that was scanned.
    pub fn build(&mut self, value: &Value) -> Result<Record, Stuck> {
        let mut work = vec![Work::Visit(value.clone())];
        let mut done: Vec<Record> = Vec::new();
        while let Some(next) = work.pop() {
            match next {
                Work::Visit(value) => self.visit(value, &mut work, &mut done)?,
                Work::Build(shape, count) => {
                    let parts = done.split_off(done.len() - count);
                    done.push(built(shape, parts));
                }
                Work::Share(place) => {
                    let record = done.pop().unwrap_or_default();
                    self.shared[place] = record;
                    done.push(Record::Shared(place as u32));
                }
            }
        }
        Ok(done.pop().unwrap_or_default())
    }

    fn visit(&mut self, value: Value, work: &mut Vec<Work>, done: &mut Vec<Record>) -> Result<(), Stuck> {
        if let Some(record) = plain(&value) {
            done.push(record);
            return Ok(());
        }
        if let Some(met) = address(&value).and_then(|address| self.met.get_mut(&address))
            && met.times > 1
        {
            match met.place {
                Some(place) => {
                    done.push(Record::Shared(place as u32));
                    return Ok(());
                }
                None => {
                    let place = self.shared.len();
                    met.place = Some(place);
                    self.shared.push(Record::None);
                    work.push(Work::Share(place));
                }
            }
        }
        self.crossing.met(&value);
        let mut parts = |shape: Shape, parts: Vec<Value>| {
            work.push(Work::Build(shape, parts.len()));
            work.extend(parts.into_iter().rev().map(Work::Visit));
        };
        match &value {
            Value::List(list) => parts(Shape::List, list.to_vec()),
            Value::Tuple(tuple) => parts(Shape::Tuple, tuple.items().to_vec()),
            Value::Set(set) => parts(Shape::Set { frozen: set.frozen }, set.keys()),
            Value::Dict(dict) => {
                parts(Shape::Dict, dict.pairs().into_iter().flat_map(|(k, v)| [k, v]).collect())
            }
            Value::Slice(slice) => {
                parts(Shape::Slice, vec![slice.start.clone(), slice.stop.clone(), slice.step.clone()])
            }
            Value::Instance(instance) => return self.instance(instance, &mut parts, done),
            Value::Function(function) => {
                let (shape, captured) = self.function(function);
                parts(shape, captured);
            }
            Value::Class(class) => done.push(self.class(class)?),
            Value::Module(module) => done.push(Record::Module(Arc::from(module.name.as_str()))),
            Value::Builtin(function) => done.push(builtin(self.heap, &value, function.name)?),
            Value::Bound(bound) => match bound.function() {
                Value::Function(function) => parts(
                    Shape::Native("method"),
                    vec![bound.receiver().clone(), Value::str(function.name().as_str())],
                ),
                Value::Builtin(function) => {
                    parts(Shape::Native("method"), vec![bound.receiver().clone(), Value::str(function.name)])
                }
                _ => return Err(stuck(&value)),
            },
            Value::Native(native) => done.push(native_record(native).ok_or_else(|| stuck(&value))?),
            _ => return Err(stuck(&value)),
        }
        Ok(())
    }

    fn instance(
        &mut self,
        instance: &Ref<Instance>,
        parts: &mut dyn FnMut(Shape, Vec<Value>),
        done: &mut Vec<Record>,
    ) -> Result<(), Stuck> {
        let class = instance.class();
        match class.kind {
            ClassKind::Node | ClassKind::Edge | ClassKind::Walker => {
                done.push(self.crossing.reference(self.heap, instance));
                return Ok(());
            }
            ClassKind::Enum => {
                self.crossing.catalog().note_class(class);
                done.push(member(instance));
                return Ok(());
            }
            _ => {}
        }
        self.crossing.catalog().note_class(class);
        let is_error = class.builtin == BuiltinType::Exception;
        let mut names: Vec<Arc<str>> = Vec::new();
        let mut values = Vec::new();
        let base = if is_error { Some(instance.slot(slots::ARGS).clone()) } else { instance.payload() };
        let has_base = base.is_some();
        values.extend(base);
        for (name, slot) in class.slots() {
            let value = instance.slot(slot);
            if slot < class.hidden || matches!(value, Value::Unbound | Value::Links(_) | Value::Walk(_)) {
                continue;
            }
            names.push(Arc::from(name.name()));
            values.push(value.clone());
        }
        if let Some(dict) = instance.dict() {
            for (key, value) in dict.pairs() {
                if let Value::Str(key) = key {
                    names.push(Arc::from(key.as_str()));
                    values.push(value);
                }
            }
        }
        parts(Shape::Object { class: Arc::from(full_class_name(class)), names, has_base }, values);
        Ok(())
    }

    fn function(&mut self, function: &Ref<Function>) -> (Shape, Vec<Value>) {
        let (name, code) = self.crossing.catalog().note_function(function.code);
        let cells = function.captures().iter().map(|cell| match cell.get() {
            Value::Unbound => Value::NotImplemented,
            value => value,
        });
        let mut captured: Vec<Value> = cells.collect();
        captured.extend(function.defaults().iter().cloned());
        captured.extend(function.keyword_defaults().iter().map(|(_, value)| value.clone()));
        (Shape::Function { name: Arc::from(name), code }, captured)
    }

    fn class(&mut self, class: &Ref<Class>) -> Result<Record, Stuck> {
        self.crossing.catalog().note_class(class);
        if class.declaration.is_some_and(|declared| !declared.captures.is_empty()) {
            return Err(Stuck(format!("local class {}", class.qualname.as_str())));
        }
        let name: Arc<str> = match class.declaration {
            Some(_) => Arc::from(full_class_name(class)),
            None if class.module.as_str() == "builtins" => Arc::from(class.qualname.as_str()),
            None => Arc::from(format!("{}.{}", class.module.as_str(), class.qualname.as_str())),
        };
        Ok(Record::Class(Arc::new(CodeRecord {
            name,
            code: class.declaration.map(|declared| u64::from(declared.id)),
            captured: Vec::new(),
        })))
    }
}

fn stuck(value: &Value) -> Stuck {
    Stuck(crate::value::ops::types::type_name(value))
}

fn built(shape: Shape, parts: Vec<Record>) -> Record {
    match shape {
        Shape::List => Record::list(parts),
        Shape::Tuple => Record::tuple(parts),
        Shape::Set { frozen: false } => Record::set(parts),
        Shape::Set { frozen: true } => Record::frozen_set(parts),
        Shape::Dict => {
            let mut parts = parts.into_iter();
            let mut pairs = Vec::with_capacity(parts.len() / 2);
            while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
                pairs.push((key, value));
            }
            Record::dict(pairs)
        }
        Shape::Slice => {
            let mut parts = parts.into_iter();
            let mut next = || parts.next().unwrap_or_default();
            Record::slice(next(), next(), next())
        }
        Shape::Object { class, names, has_base } => {
            let mut parts = parts.into_iter();
            let base = if has_base { parts.next().unwrap_or_default() } else { Record::None };
            let fields = names.into_iter().zip(parts).collect();
            Record::Object(Arc::new(ObjectRecord { class, base, fields }))
        }
        Shape::Function { name, code } => {
            Record::Function(Arc::new(CodeRecord { name, code: Some(code), captured: parts }))
        }
        Shape::Native(kind) => {
            Record::Native(Arc::new(NativeRecord { kind: Arc::from(kind), data: Record::tuple(parts) }))
        }
    }
}

/// A member of an enum, by name.
fn member(instance: &Ref<Instance>) -> Record {
    let class = instance.class();
    let name = match class.slot(names::NAME_PRIVATE).map(|slot| instance.slot(slot)) {
        Some(Value::Str(name)) => Arc::from(name.as_str()),
        _ => Arc::from("?"),
    };
    Record::Enum(Arc::new(EnumRecord { class: Arc::from(full_class_name(class)), member: name }))
}

/// A function of the runtime: by the module that has it.
fn builtin(heap: &Heap, value: &Value, name: &str) -> Result<Record, Stuck> {
    if heap.library.builtin(heap, crate::code::Symbol::new(name)).is_some_and(|found| found.is(value)) {
        return Ok(Record::native("builtin", Record::str(name)));
    }
    match crate::modules::LIBRARY.home_of(value) {
        Some(module) => {
            Ok(Record::native("function", Record::tuple([Record::str(module), Record::str(name)])))
        }
        None => Err(Stuck(format!("builtin function {name}"))),
    }
}

fn native_record(native: &Ref<Native>) -> Option<Record> {
    let (kind, text) = native.read(|object| object.freeze())?;
    Some(Record::native(kind, Record::from(text.as_str())))
}

/// The address of something that can be shared or part of a circle.
fn address(value: &Value) -> Option<usize> {
    match value {
        Value::List(_) | Value::Tuple(_) | Value::Dict(_) | Value::Set(_) | Value::Function(_) => {}
        Value::Instance(instance)
            if !matches!(
                instance.class().kind,
                ClassKind::Node | ClassKind::Edge | ClassKind::Walker | ClassKind::Enum
            ) => {}
        Value::Bound(_) => {}
        _ => return None,
    }
    value.tracked_header().map(|at| at.as_ptr() as usize)
}

fn address_of_interest(value: &Value) -> bool {
    address(value).is_some()
}

/// The values directly inside a value that crosses by value.
pub fn each_part(value: &Value, visit: &mut dyn FnMut(&Value)) {
    match value {
        Value::List(list) => list.items().iter().for_each(visit),
        Value::Tuple(tuple) => tuple.items().iter().for_each(visit),
        Value::Set(set) => set.table().iter().for_each(|entry| visit(&entry.key)),
        Value::Dict(dict) => dict.table().iter().for_each(|entry| {
            visit(&entry.key);
            visit(&entry.value);
        }),
        Value::Instance(instance) => {
            let hidden = instance.class().hidden as usize;
            if instance.class().builtin == BuiltinType::Exception {
                visit(instance.slot(slots::ARGS));
            }
            instance.slots().iter().skip(hidden).for_each(&mut *visit);
            if let Some(dict) = instance.dict() {
                dict.table().iter().for_each(|entry| visit(&entry.value));
            }
            if let Some(payload) = instance.payload() {
                visit(&payload);
            }
        }
        Value::Function(function) => {
            function.captures().iter().for_each(|cell| visit(cell.peek()));
            function.defaults().iter().for_each(&mut *visit);
            function.keyword_defaults().iter().for_each(|(_, value)| visit(value));
        }
        Value::Bound(bound) => visit(bound.receiver()),
        _ => {}
    }
}
