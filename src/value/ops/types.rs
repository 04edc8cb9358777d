//! Which class a value has, and what the builtin types are called.
//!
//! Owns the family tree of the builtin types, by name, module and base. Their method tables come
//! from above, through the heap's library; how a class is laid out is `class.rs`'s.

use crate::value::{
    BuiltinType, Class, Heap, Ref, Value, class::ClassKind, descriptor::DescriptorKind,
    generator::GeneratorKind, iter::Source, iter::View,
};

/// Name, module and base of a builtin type.
pub fn description(of: BuiltinType) -> (&'static str, &'static str, Option<BuiltinType>) {
    use BuiltinType as T;
    let name = match of {
        T::Object => return ("object", "builtins", None),
        T::Bool => return ("bool", "builtins", Some(T::Int)),
        T::EnumMeta => return ("EnumType", "enum", Some(T::Type)),
        T::Archetype => return ("Archetype", "jaclang.runtimelib.archetype", Some(T::Object)),
        T::NodeArchetype => return ("NodeArchetype", "jaclang.runtimelib.archetype", Some(T::Archetype)),
        T::EdgeArchetype => return ("EdgeArchetype", "jaclang.runtimelib.archetype", Some(T::Archetype)),
        T::WalkerArchetype => return ("WalkerArchetype", "jaclang.runtimelib.archetype", Some(T::Archetype)),
        T::Type => "type",
        T::NoneType => "NoneType",
        T::NotImplementedType => "NotImplementedType",
        T::Ellipsis => "ellipsis",
        T::Int => "int",
        T::Float => "float",
        T::Str => "str",
        T::Bytes => "bytes",
        T::ByteArray => "bytearray",
        T::List => "list",
        T::Tuple => "tuple",
        T::Dict => "dict",
        T::Set => "set",
        T::FrozenSet => "frozenset",
        T::Range => "range",
        T::Slice => "slice",
        T::Function => "function",
        T::BuiltinFunction => "builtin_function_or_method",
        T::Method => "method",
        T::Module => "module",
        T::Property => "property",
        T::StaticMethod => "staticmethod",
        T::ClassMethod => "classmethod",
        T::Super => "super",
        T::Generator => "generator",
        T::Coroutine => "coroutine",
        T::AsyncGenerator => "async_generator",
        T::Iterator => "iterator",
        T::DictKeys => "dict_keys",
        T::DictValues => "dict_values",
        T::DictItems => "dict_items",
        T::Cell => "cell",
        T::Exception => "BaseException",
        T::Native => "object",
    };
    (name, "builtins", Some(T::Object))
}

/// The builtin type that a value is an instance of; what an instance of the program is made of.
pub fn builtin_type(value: &Value) -> BuiltinType {
    use BuiltinType as T;
    match value {
        Value::Unbound | Value::None | Value::Links(_) | Value::Walk(_) => T::NoneType,
        Value::False | Value::True => T::Bool,
        Value::Ellipsis => T::Ellipsis,
        Value::NotImplemented => T::NotImplementedType,
        Value::Int(_) | Value::Big(_) => T::Int,
        Value::Float(_) => T::Float,
        Value::Builtin(_) => T::BuiltinFunction,
        Value::Str(_) => T::Str,
        Value::Bytes(_) => T::Bytes,
        Value::Range(_) => T::Range,
        Value::Slice(_) => T::Slice,
        Value::List(_) => T::List,
        Value::Tuple(_) => T::Tuple,
        Value::Dict(_) => T::Dict,
        Value::Set(set) if set.frozen => T::FrozenSet,
        Value::Set(_) => T::Set,
        Value::Cell(_) => T::Cell,
        Value::Function(_) => T::Function,
        Value::Bound(bound) if matches!(bound.function(), Value::Builtin(_)) => T::BuiltinFunction,
        Value::Bound(_) => T::Method,
        Value::Class(class) if class.kind == ClassKind::Enum => T::EnumMeta,
        Value::Class(_) => T::Type,
        Value::Instance(instance) => instance.class().builtin,
        Value::Module(_) => T::Module,
        Value::Iter(iter) => {
            match iter.peek(|s| if let Source::View { view, .. } = s { Some(*view) } else { None }) {
                Some(Some(View::Keys)) => T::DictKeys,
                Some(Some(View::Values)) => T::DictValues,
                Some(Some(View::Items)) => T::DictItems,
                _ => T::Iterator,
            }
        }
        Value::Generator(generator) => match generator.kind {
            GeneratorKind::Generator => T::Generator,
            GeneratorKind::Coroutine => T::Coroutine,
            GeneratorKind::AsyncGenerator => T::AsyncGenerator,
        },
        Value::Descriptor(descriptor) => match descriptor.kind {
            DescriptorKind::Property => T::Property,
            DescriptorKind::StaticMethod => T::StaticMethod,
            DescriptorKind::ClassMethod => T::ClassMethod,
            DescriptorKind::Super => T::Super,
        },
        Value::Native(_) => T::Native,
    }
}

/// `type(value)`.
#[inline]
pub fn class_of(heap: &Heap, value: &Value) -> Ref<Class> {
    match value {
        Value::Instance(instance) => instance.class().clone(),
        Value::Native(native) => {
            let (name, module) = native.read(|object| (object.type_name(), object.module_name()));
            heap.native_class(name, module)
        }
        _ => heap.type_class(builtin_type(value)).clone(),
    }
}

/// `type(value).__name__`.
pub fn type_name(value: &Value) -> String {
    match value {
        Value::Instance(instance) => instance.class().name.as_str().to_owned(),
        Value::Iter(iter) => iter.type_name().to_owned(),
        Value::Native(native) => native.read(|object| object.type_name()).to_owned(),
        _ => description(builtin_type(value)).0.to_owned(),
    }
}

/// Whether the value is an instance of the class or of one below it.
#[inline]
pub fn is_instance(heap: &Heap, value: &Value, class: &Ref<Class>) -> bool {
    match value {
        Value::Instance(instance) => instance.class().same(class) || instance.class().is_subclass_of(class),
        _ => class_of(heap, value).is_subclass_of(class),
    }
}
