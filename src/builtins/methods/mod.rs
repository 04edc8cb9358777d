//! The methods of the builtin types, a file per type. A table that is listed in [`ALL`] becomes the
//! class of its type when an isolate first touches it.
//!
//! Also owns what a `__new__` gives to a class that derives from a builtin type. Types that are
//! native objects are in `native`, types of modules with their modules.

pub mod bool;
pub mod bytes;
pub mod callable;
pub mod coroutine;
pub mod dict;
pub mod enumeration;
pub mod exception;
pub mod float;
pub mod frozenset;
pub mod generator;
pub mod int;
pub mod iterator;
pub mod list;
pub mod object;
pub mod property;
pub mod range;
pub mod set;
pub mod slice;
pub mod str;
pub mod tuple;
pub mod r#type;
pub mod view;

use crate::value::{BuiltinType, Class, Heap, Instance, NativeFunction, Ref, Value};

/// All tables.
pub static ALL: &[(BuiltinType, &[NativeFunction])] = &[
    (BuiltinType::Object, object::METHODS),
    (BuiltinType::Type, r#type::METHODS),
    (BuiltinType::EnumMeta, enumeration::METHODS),
    (BuiltinType::NoneType, object::NONE),
    (BuiltinType::Bool, bool::METHODS),
    (BuiltinType::Int, int::METHODS),
    (BuiltinType::Float, float::METHODS),
    (BuiltinType::Str, str::METHODS),
    (BuiltinType::Bytes, bytes::METHODS),
    (BuiltinType::List, list::METHODS),
    (BuiltinType::Tuple, tuple::METHODS),
    (BuiltinType::Dict, dict::METHODS),
    (BuiltinType::Set, set::METHODS),
    (BuiltinType::FrozenSet, frozenset::METHODS),
    (BuiltinType::Range, range::METHODS),
    (BuiltinType::Slice, slice::METHODS),
    (BuiltinType::Property, property::PROPERTY),
    (BuiltinType::StaticMethod, property::STATIC_METHOD),
    (BuiltinType::ClassMethod, property::CLASS_METHOD),
    (BuiltinType::Super, property::SUPER),
    (BuiltinType::Function, callable::METHODS),
    (BuiltinType::BuiltinFunction, callable::METHODS),
    (BuiltinType::Method, callable::METHODS),
    (BuiltinType::Generator, generator::METHODS),
    (BuiltinType::Coroutine, coroutine::METHODS),
    (BuiltinType::Iterator, iterator::METHODS),
    (BuiltinType::DictKeys, view::KEYS),
    (BuiltinType::DictValues, view::VALUES),
    (BuiltinType::DictItems, view::ITEMS),
    (BuiltinType::Exception, exception::METHODS),
];

/// The methods of a type.
pub fn of(of: BuiltinType) -> &'static [NativeFunction] {
    ALL.iter().find(|(known, _)| *known == of).map_or(&[], |(_, table)| table)
}

/// What a `__new__` gives: the value itself for the type, and for a class that derives from it an
/// instance with the value inside.
#[inline]
pub fn instance_of(heap: &Heap, class: &Ref<Class>, of: BuiltinType, value: Value) -> Value {
    if class.same(heap.type_class(of)) { value } else { wrapped(heap, class, value) }
}

/// An instance of a class that derives from a builtin type, with the value inside.
#[cold]
pub fn wrapped(heap: &Heap, class: &Ref<Class>, value: Value) -> Value {
    let instance = Instance::new(heap, class.clone());
    instance.edit_extra(|extra| extra.payload = value);
    Value::Instance(instance)
}
