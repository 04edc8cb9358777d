//! `enum`: bases for enum classes, and `auto`. The classes are empty enums; whatever derives from one
//! becomes an enum whose members the evaluator makes. `IntEnum` and `StrEnum` members are ints and
//! strings as well, by the layout of their class.

use std::cell::RefCell;
use std::rc::Rc;

use crate::builtins::ModuleEntry;
use crate::value::class::{AttributeMap, ClassParts};
use crate::value::native::NativeObject;
use crate::value::{
    Args, BuiltinType, Class, ClassKind, Dict, Heap, Native, NativeFunction, Outcome, Ref, Str, Value, names,
};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "enum",
    doc: "Bases for enum classes, and automatic member values.",
    functions: FUNCTIONS,
    values,
    native_types: &[("auto", AUTO)],
};

static FUNCTIONS: &[NativeFunction] = &[NativeFunction::new(
    "unique",
    "(enumeration)",
    "Checks that no two names of an enum class stand for the same member; gives the class.",
    &[],
    run_unique,
)];

static AUTO: &[NativeFunction] = &[NativeFunction::new(
    "__new__",
    "(cls, value=None)",
    "A member value that the enum class chooses.",
    &[],
    run_auto,
)];

/// `auto()`: the evaluator knows it by the name of its type.
struct Auto;

impl NativeObject for Auto {
    fn type_name(&self) -> &'static str {
        "auto"
    }
    fn module_name(&self) -> &'static str {
        "enum"
    }
    fn repr(&self, _heap: &Heap) -> Option<Outcome<String>> {
        Some(Ok("auto(<object object>)".to_owned()))
    }
}

/// The classes that the isolate has made.
#[derive(Default)]
struct Classes(RefCell<Vec<(&'static str, Ref<Class>)>>);

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    for name in ["Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"] {
        module.set_str(name, Value::Class(class(heap, name)));
    }
    module.set_str("auto", Value::Class(heap.native_class("auto", "enum")));
    module.set_str("EnumType", Value::Class(heap.type_class(BuiltinType::EnumMeta).clone()));
    module.set_str("EnumMeta", Value::Class(heap.type_class(BuiltinType::EnumMeta).clone()));
    Ok(())
}

/// An enum class of this module.
pub fn class(heap: &Heap, name: &'static str) -> Ref<Class> {
    let made = heap.attached::<Classes>();
    if let Some((_, class)) = made.0.borrow().iter().find(|(known, _)| *known == name) {
        return class.clone();
    }
    let class = make(heap, name);
    made.0.borrow_mut().push((name, class.clone()));
    class
}

fn make(heap: &Heap, name: &'static str) -> Ref<Class> {
    let (builtin, above) = match name {
        "IntEnum" => (BuiltinType::Int, Some("Enum")),
        "IntFlag" => (BuiltinType::Int, Some("Flag")),
        "StrEnum" => (BuiltinType::Str, Some("Enum")),
        "Flag" => (BuiltinType::Object, Some("Enum")),
        _ => (BuiltinType::Object, None),
    };
    let object = heap.type_class(BuiltinType::Object).clone();
    let mut bases = Vec::new();
    let mut mro = Vec::new();
    if builtin != BuiltinType::Object {
        let data = heap.type_class(builtin).clone();
        bases.push(data.clone());
        mro.push(data);
    }
    match above {
        Some(above) => {
            let above = class(heap, above);
            bases.push(above.clone());
            mro.push(above.clone());
            mro.extend(above.mro().iter().cloned());
        }
        None => {
            bases.push(object.clone());
            mro.push(object);
        }
    }
    let text = Rc::new(Str::new(name));
    let parts = ClassParts {
        qualname: text.clone(),
        name: text,
        module: Rc::new(Str::new("enum")),
        kind: ClassKind::Enum,
        builtin,
        is_async: false,
        declaration: None,
        bases,
        mro,
        own: AttributeMap::default(),
        hidden: Vec::new(),
        fields: Vec::new(),
        extra_slots: vec![names::VALUE_PRIVATE, names::NAME_PRIVATE],
        abilities: Vec::new(),
    };
    Class::new(heap, parts, None)
}

fn run_auto(heap: &Heap, mut args: Args<'_>) -> Outcome {
    // A value that was given stays as it is.
    if args.is_given(1) {
        return Ok(args.take(1));
    }
    Ok(Value::Native(Native::new(heap, Auto)))
}

fn run_unique(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let found = args.take(0);
    let Value::Class(class) = &found else {
        return Err(heap.type_error("unique() argument must be an enum class"));
    };
    let mut aliases = Vec::new();
    for (name, value) in class.own().iter() {
        if let Value::Instance(member) = value
            && member.class().same(class)
            && let Some(slot) = class.slot(names::NAME_PRIVATE)
            && let Value::Str(own) = member.slot(slot)
            && own.as_str() != name.name()
        {
            aliases.push(format!("{name} -> {}", own.as_str()));
        }
    }
    if aliases.is_empty() {
        return Ok(found.clone());
    }
    let shown = crate::value::ops::show::class_repr(class);
    Err(heap.value_error(format!("duplicate values found in {shown}: {}", aliases.join(", "))))
}
