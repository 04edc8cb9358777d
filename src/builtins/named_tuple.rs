//! Tuples with named fields: classes that derive from `tuple` and have a property for each field
//! (`collections.namedtuple`, `time.struct_time`).
//!
//! The names stand in the class as `_fields`. Which fields there are is the maker's business.

use std::rc::Rc;

use crate::value::class::{self, AttributeMap, ClassParts};
use crate::value::descriptor::DescriptorKind;
use crate::value::native::NativeObject;
use crate::value::ops::convert::payload;
use crate::value::ops::{iterate, show};
use crate::value::{
    Args, BuiltinType, Class, Descriptor, Dict, Heap, Native, NativeFunction, Outcome, Ref, Str, Symbol,
    Value, names,
};

/// What a class is made from.
pub struct Spec<'s> {
    pub name: &'s str,
    pub module: &'s str,
    pub fields: &'s [String],
    /// Of the last fields.
    pub defaults: &'s [Value],
    /// How it is called: `NEW`, or a maker of its own.
    pub new: &'static NativeFunction,
}

/// A new class.
pub fn class(heap: &Heap, spec: &Spec<'_>) -> Ref<Class> {
    let mut own = AttributeMap::default();
    let texts: Vec<Value> = spec.fields.iter().map(Value::str).collect();
    let fields = Value::tuple(heap, texts);
    let defaults = Dict::new(heap);
    let first = spec.fields.len() - spec.defaults.len().min(spec.fields.len());
    for (field, value) in spec.fields[first..].iter().zip(spec.defaults) {
        defaults.set_str(field, value.clone());
    }
    own.insert(Symbol::new(FIELDS), fields.clone());
    own.insert(Symbol::new(DEFAULTS), Value::Dict(defaults));
    own.insert(Symbol::new("__match_args__"), fields);
    own.insert(names::NEW, Value::Builtin(spec.new));
    own.extend(class::methods(METHODS));
    for (index, field) in spec.fields.iter().enumerate() {
        let getter = Value::Native(Native::new(heap, Getter { index }));
        let parts = vec![getter, Value::None, Value::None, Value::None];
        let property = Descriptor::new(heap, DescriptorKind::Property, parts);
        own.insert(Symbol::new(field), Value::Descriptor(property));
    }
    let base = heap.type_class(BuiltinType::Tuple).clone();
    let parts = ClassParts { own, ..ClassParts::under(base, spec.name, spec.module) };
    Class::new(heap, parts, None)
}

/// A tuple of a class, with a value for each field.
pub fn make(heap: &Heap, class: &Ref<Class>, values: Vec<Value>) -> Value {
    super::methods::wrapped(heap, class, Value::tuple(heap, values))
}

const FIELDS: &str = "_fields";
const DEFAULTS: &str = "_field_defaults";

/// Reads a field of the tuple that it is called with.
struct Getter {
    index: usize,
}

impl NativeObject for Getter {
    fn type_name(&self) -> &'static str {
        "_tuplegetter"
    }
    fn module_name(&self) -> &'static str {
        "_collections"
    }
}

/// The methods of the objects that read fields.
pub static GETTER: &[NativeFunction] =
    &[NativeFunction::new("__call__", "(self, instance, /)", "The field of a tuple.", &[], run_get)];

fn run_get(heap: &Heap, args: Args<'_>) -> Outcome {
    let index = match args.get(0) {
        Value::Native(native) => native.with(|getter: &Getter| getter.index),
        _ => None,
    };
    match (payload(args.get(1)), index) {
        (Some(Value::Tuple(tuple)), Some(index)) => {
            Ok(tuple.items().get(index).cloned().unwrap_or(Value::None))
        }
        _ => Err(heap.type_error("a tuple with named fields is required")),
    }
}

/// A class is called with values for its fields.
pub static NEW: NativeFunction = NativeFunction::new(
    "__new__",
    "(cls, /, *values, **fields)",
    "A tuple with a value for each field.",
    &[],
    run_new,
);

static METHODS: &[NativeFunction] = &[
    NativeFunction::new("__repr__", "(instance, /)", "The fields with their values.", &[], run_repr),
    NativeFunction::new("_asdict", "(instance, /)", "The fields as a dict.", &[], run_asdict),
    NativeFunction::new(
        "_replace",
        "(instance, /, **fields)",
        "A tuple with other values for some fields.",
        &[],
        run_replace,
    ),
    NativeFunction::new("_make", "(cls, iterable, /)", "A tuple of the items of an iterable.", &[], run_make),
];

fn field_names(class: &Ref<Class>) -> Vec<Rc<Str>> {
    match class.lookup(Symbol::new(FIELDS)) {
        Some(Value::Tuple(fields)) => fields
            .items()
            .iter()
            .filter_map(|field| if let Value::Str(text) = field { Some(text.clone()) } else { None })
            .collect(),
        _ => Vec::new(),
    }
}

/// The class and the values of a receiver.
fn parts(heap: &Heap, receiver: &Value) -> Outcome<(Ref<Class>, Vec<Value>)> {
    match (receiver, payload(receiver)) {
        (Value::Instance(instance), Some(Value::Tuple(tuple))) => {
            Ok((instance.class().clone(), tuple.items().to_vec()))
        }
        _ => Err(heap.type_error("a tuple with named fields is required")),
    }
}

fn run_new(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let class = super::argument::class(heap, &args.take(0), "tuple")?;
    let fields = field_names(&class);
    let name = class.name.clone();
    let given = args.rest.len();
    if given > fields.len() {
        let (takes, s) = (fields.len() + 1, if fields.is_empty() { "" } else { "s" });
        return Err(heap.type_error(format!(
            "{}.__new__() takes {takes} positional argument{s} but {} were given",
            name.as_str(),
            given + 1
        )));
    }
    let mut values: Vec<Value> = args.rest.iter_mut().map(std::mem::take).collect();
    values.resize_with(fields.len(), Value::default);
    for (key, value) in args.extra.iter().flat_map(|extra| extra.pairs()) {
        let Value::Str(key) = key else { continue };
        let problem = match fields.iter().position(|field| field.as_str() == key.as_str()) {
            Some(at) if values[at].is_unbound() => {
                values[at] = value;
                continue;
            }
            Some(_) => "got multiple values for argument",
            None => "got an unexpected keyword argument",
        };
        return Err(heap.type_error(format!("{}.__new__() {problem} '{}'", name.as_str(), key.as_str())));
    }
    let defaults = match class.lookup(Symbol::new(DEFAULTS)) {
        Some(Value::Dict(defaults)) => defaults.clone(),
        _ => Dict::new(heap),
    };
    let mut missing: Vec<String> = Vec::new();
    for (field, value) in fields.iter().zip(&mut values) {
        if value.is_unbound() {
            match defaults.get_str(field.as_str()) {
                Some(default) => *value = default,
                None => missing.push(format!("'{}'", field.as_str())),
            }
        }
    }
    if missing.is_empty() {
        return Ok(make(heap, &class, values));
    }
    let list = match &missing[..] {
        [first, second] => format!("{first} and {second}"),
        [rest @ .., last] if !rest.is_empty() => format!("{}, and {last}", rest.join(", ")),
        _ => missing.concat(),
    };
    let s = if missing.len() == 1 { "" } else { "s" };
    Err(heap.type_error(format!(
        "{}.__new__() missing {} required positional argument{s}: {list}",
        name.as_str(),
        missing.len()
    )))
}

fn run_repr(heap: &Heap, args: Args<'_>) -> Outcome {
    let (class, values) = parts(heap, args.get(0))?;
    let mut text = if class.module.as_str() == "time" { "time.".to_owned() } else { String::new() };
    text += class.name.as_str();
    text.push('(');
    for (index, (field, value)) in field_names(&class).iter().zip(&values).enumerate() {
        if index > 0 {
            text += ", ";
        }
        text += field.as_str();
        text.push('=');
        text += &show::repr(heap, value)?;
    }
    text.push(')');
    Ok(text.into())
}

fn run_asdict(heap: &Heap, args: Args<'_>) -> Outcome {
    let (class, values) = parts(heap, args.get(0))?;
    let dict = Dict::new(heap);
    for (field, value) in field_names(&class).iter().zip(values) {
        dict.set_str(field.as_str(), value);
    }
    Ok(Value::Dict(dict))
}

fn run_replace(heap: &Heap, args: Args<'_>) -> Outcome {
    let (class, mut values) = parts(heap, args.get(0))?;
    let fields = field_names(&class);
    let mut unknown = Vec::new();
    for (key, value) in args.extra.iter().flat_map(|extra| extra.pairs()) {
        let at =
            fields.iter().position(|field| matches!(&key, Value::Str(k) if k.as_str() == field.as_str()));
        match at {
            Some(at) => values[at] = value,
            None => unknown.push(key),
        }
    }
    if !unknown.is_empty() {
        let shown = show::repr(heap, &Value::list(heap, unknown))?;
        return Err(heap.value_error(format!("Got unexpected field names: {shown}")));
    }
    Ok(make(heap, &class, values))
}

fn run_make(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let class = super::argument::class(heap, &args.take(0), "tuple")?;
    let values = iterate::collect(heap, args.get(1))?;
    let expected = field_names(&class).len();
    if values.len() != expected {
        return Err(heap.type_error(format!("Expected {expected} arguments, got {}", values.len())));
    }
    Ok(make(heap, &class, values))
}
