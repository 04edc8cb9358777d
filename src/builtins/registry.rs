//! The registry: everything that a program can use without defining it, found by name.
//!
//! Builtin functions, types and methods are declared in this folder; native modules hand in a table of
//! [`ModuleEntry`] when the registry is made (`modules::LIBRARY`), so nothing here names one of them.
//! One declaration serves calls, name resolution, help, completion and tests.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::{functions, methods, native};
use crate::code::Names;
use crate::value::call::Library;
use crate::value::{BuiltinType, Dict, ErrorKind, Heap, Module, NativeFunction, Outcome, Ref, Symbol, Value};

/// A native module: what `import` of its dotted name gives.
pub struct ModuleEntry {
    /// The dotted name: `math`, `os.path`.
    pub name: &'static str,
    pub doc: &'static str,
    pub functions: &'static [NativeFunction],
    /// Adds what is no function: constants, classes, submodules, aliases. Runs once per isolate.
    pub values: fn(&Heap, &Ref<Dict>) -> Outcome<()>,
    /// The types of the module's objects and their methods: `(type name, methods)`.
    pub native_types: &'static [(&'static str, &'static [NativeFunction])],
}

/// For `ModuleEntry::values` of a module that has functions only.
pub fn no_values(_heap: &Heap, _module: &Ref<Dict>) -> Outcome<()> {
    Ok(())
}

/// Builtins, and the native modules that were handed in.
pub struct Registry {
    modules: &'static [&'static ModuleEntry],
}

/// The native modules that an isolate has made.
#[derive(Default)]
struct Made(RefCell<Vec<(&'static str, Ref<Module>)>>);

/// What a builtin name stands for.
#[derive(Clone, Copy)]
enum Meaning {
    Function(&'static NativeFunction),
    Type(BuiltinType),
    /// A native type and its module.
    NativeType(&'static str, &'static str),
    Error(ErrorKind),
    NotImplemented,
    Ellipsis,
    /// The class of the root node.
    Root,
}

/// Types that have a name which a program can use.
const TYPES: &[(&str, BuiltinType)] = &[
    ("object", BuiltinType::Object),
    ("type", BuiltinType::Type),
    ("bool", BuiltinType::Bool),
    ("int", BuiltinType::Int),
    ("float", BuiltinType::Float),
    ("str", BuiltinType::Str),
    ("bytes", BuiltinType::Bytes),
    ("list", BuiltinType::List),
    ("tuple", BuiltinType::Tuple),
    ("dict", BuiltinType::Dict),
    ("set", BuiltinType::Set),
    ("frozenset", BuiltinType::FrozenSet),
    ("range", BuiltinType::Range),
    ("slice", BuiltinType::Slice),
    ("property", BuiltinType::Property),
    ("staticmethod", BuiltinType::StaticMethod),
    ("classmethod", BuiltinType::ClassMethod),
    ("super", BuiltinType::Super),
];

/// Exceptions under a second name.
const ERROR_ALIASES: &[(&str, ErrorKind)] =
    &[("EnvironmentError", ErrorKind::OSError), ("IOError", ErrorKind::OSError)];

/// Exceptions that belong to a module.
const MODULE_ERRORS: &[ErrorKind] = &[ErrorKind::CancelledError, ErrorKind::JSONDecodeError];

/// All builtin names with their meaning, in the order in which help lists them.
fn all_names() -> impl Iterator<Item = (&'static str, Meaning)> {
    let functions =
        functions::GROUPS.iter().flat_map(|group| group.iter()).map(|f| (f.name, Meaning::Function(f)));
    let types = TYPES.iter().map(|&(name, of)| (name, Meaning::Type(of)));
    let natives =
        native::CONSTRUCTIBLE.iter().map(|&(name, module)| (name, Meaning::NativeType(name, module)));
    let errors = ErrorKind::ALL
        .iter()
        .filter(|kind| !MODULE_ERRORS.contains(kind))
        .map(|&kind| (kind.name(), Meaning::Error(kind)));
    let aliases = ERROR_ALIASES.iter().map(|&(name, kind)| (name, Meaning::Error(kind)));
    let constants = [
        ("NotImplemented", Meaning::NotImplemented),
        ("Ellipsis", Meaning::Ellipsis),
        ("Root", Meaning::Root),
    ];
    functions.chain(types).chain(natives).chain(errors).chain(aliases).chain(constants)
}

fn meaning(name: &str) -> Option<Meaning> {
    static KNOWN: OnceLock<HashMap<&'static str, Meaning>> = OnceLock::new();
    KNOWN.get_or_init(|| all_names().collect()).get(name).copied()
}

/// A native module that the isolate has made already.
pub fn made(heap: &Heap, name: &str) -> Option<Ref<Module>> {
    heap.attached::<Made>()
        .0
        .borrow()
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, module)| module.clone())
}

impl Registry {
    pub const fn new(modules: &'static [&'static ModuleEntry]) -> Registry {
        Registry { modules }
    }

    /// The native module of a dotted name.
    pub fn entry(&self, dotted: &str) -> Option<&'static ModuleEntry> {
        self.modules.iter().copied().find(|entry| entry.name == dotted)
    }

    pub fn modules(&self) -> &'static [&'static ModuleEntry] {
        self.modules
    }

    /// The function that a builtin name stands for, if it is one.
    pub fn function(&self, name: &str) -> Option<&'static NativeFunction> {
        match meaning(name) {
            Some(Meaning::Function(function)) => Some(function),
            _ => None,
        }
    }

    /// Every native function with what it belongs to (empty for a builtin function): for help and tests.
    pub fn functions(&self) -> Vec<(String, &'static NativeFunction)> {
        let builtins = functions::GROUPS.iter().flat_map(|group| group.iter()).map(|f| (String::new(), f));
        let of_types = methods::ALL.iter().flat_map(|(of, table)| {
            let (name, ..) = crate::value::ops::types::description(*of);
            table.iter().map(move |f| (name.to_owned(), f))
        });
        let of_natives =
            native::TYPES.iter().flat_map(|(name, table)| table.iter().map(|f| ((*name).to_owned(), f)));
        let of_modules = self.modules.iter().flat_map(|entry| {
            let functions = entry.functions.iter().map(|f| (entry.name.to_owned(), f));
            let types = entry.native_types.iter();
            functions.chain(types.flat_map(move |(name, table)| {
                table.iter().map(move |f| (format!("{}.{name}", entry.name), f))
            }))
        });
        builtins.chain(of_types).chain(of_natives).chain(of_modules).collect()
    }

    /// Makes a native module, once per isolate.
    fn make(&self, heap: &Heap, entry: &'static ModuleEntry) -> Outcome {
        if let Some(module) = made(heap, entry.name) {
            return Ok(Value::Module(module));
        }
        let module = Module::new(heap, entry.name);
        heap.attached::<Made>().0.borrow_mut().push((entry.name, module.clone()));
        let dict = module.dict_or_new(heap);
        dict.set_str("__name__", Value::str(entry.name));
        dict.set_str("__doc__", Value::str(entry.doc));
        for function in entry.functions {
            dict.set_str(function.name, Value::Builtin(function));
        }
        (entry.values)(heap, &dict)?;
        Ok(Value::Module(module))
    }
}

impl Registry {
    /// The native module that has a function.
    pub fn home_of(&self, function: &Value) -> Option<&'static str> {
        let Value::Builtin(function) = function else { return None };
        let has = |entry: &&&'static ModuleEntry| entry.functions.iter().any(|f| std::ptr::eq(f, *function));
        self.modules.iter().find(has).map(|entry| entry.name)
    }
}

impl Library for Registry {
    fn methods(&self, of: BuiltinType) -> &'static [NativeFunction] {
        methods::of(of)
    }

    fn native_methods(&self, type_name: &str) -> &'static [NativeFunction] {
        let own = native::TYPES.iter();
        let of_modules = self.modules.iter().flat_map(|entry| entry.native_types.iter());
        own.chain(of_modules).find(|(name, _)| *name == type_name).map_or(&[], |(_, table)| table)
    }

    fn builtin(&self, heap: &Heap, name: Symbol) -> Option<Value> {
        Some(match meaning(name.name())? {
            Meaning::Function(function) => Value::Builtin(function),
            Meaning::Type(of) => Value::Class(heap.type_class(of).clone()),
            Meaning::NativeType(name, module) => Value::Class(heap.native_class(name, module)),
            Meaning::Error(kind) => Value::Class(heap.error_class(kind).clone()),
            Meaning::NotImplemented => Value::NotImplemented,
            Meaning::Ellipsis => Value::Ellipsis,
            Meaning::Root => Value::Class(crate::graph::root_class(heap)),
        })
    }

    fn module(&self, heap: &Heap, dotted: &str) -> Option<Outcome> {
        self.entry(dotted).map(|entry| self.make(heap, entry))
    }
}

impl Names for Registry {
    fn is_builtin(&self, name: &str) -> bool {
        meaning(name).is_some()
    }

    fn builtins(&self) -> Vec<&'static str> {
        all_names().map(|(name, _)| name).collect()
    }

    fn is_native_module(&self, dotted: &str) -> bool {
        self.entry(dotted).is_some()
    }

    fn native_modules(&self) -> Vec<&'static str> {
        self.modules.iter().map(|entry| entry.name).collect()
    }
}
