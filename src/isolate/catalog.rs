//! The catalog: how the classes and functions of a program are found again by what a record says.
//!
//! Owns the way from a qualified name to a declaration and to a function's code, for all isolates of a
//! run. What one name is given to several times is told apart by the order in the program's text, so that
//! a record means the same in a later run. It refuses to keep values: each isolate makes its classes
//! itself, on first touch.

use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::{Archetype, Function, GlobalId, Module, globals};
use crate::eval::definition::Definition;
use crate::eval::{Program, archetype, compile};
use crate::record::CodeRecord;
use crate::value::function::Code;
use crate::value::ops::attribute::full_class_name;
use crate::value::{Class, ErrorKind, Heap, Outcome, Ref, Symbol, Value, ops};

/// A module variable, with its name behind that of its module.
pub struct Variable {
    pub id: GlobalId,
    pub name: Arc<str>,
}

/// Declarations and code by what records say of them.
pub struct Catalog {
    pub program: Program,
    /// The variables that some function of the program mentions, each once.
    pub mentioned: Vec<Variable>,
    classes: DashMap<Arc<str>, &'static Archetype>,
    /// By name, in the order of the program's text.
    functions: FxHashMap<String, Vec<&'static Function>>,
    /// Code that has been made ready, by the address of its function.
    codes: DashMap<usize, &'static Code>,
    makers: Mutex<FxHashMap<u32, &'static archetype::Maker>>,
    definitions: Mutex<FxHashMap<u32, Option<&'static Definition>>>,
}

/// The classes that one isolate has found by name.
#[derive(Default)]
struct Found(std::cell::RefCell<FxHashMap<Arc<str>, Ref<Class>>>);

fn function_name(function: &Function) -> String {
    format!("{}.{}", function.module, function.qualname)
}

impl Catalog {
    pub fn new(program: Program) -> Catalog {
        let mut seen = FxHashSet::default();
        let all = program.modules.iter().flat_map(|module| module.mentioned.iter().copied());
        let mentioned = all.filter(|id| seen.insert(*id)).filter_map(|id| {
            let global = globals::get(id)?;
            Some(Variable { id, name: Arc::from(format!("{}.{}", global.module, global.name)) })
        });
        let classes = DashMap::new();
        let mut functions: FxHashMap<String, Vec<&'static Function>> = FxHashMap::default();
        for module in &program.modules {
            for archetype in &module.archetypes {
                classes.insert(Arc::from(format!("{}.{}", archetype.module, archetype.qualname)), *archetype);
            }
            for function in &module.functions {
                functions.entry(function_name(function)).or_default().push(function);
            }
        }
        Catalog {
            mentioned: mentioned.collect(),
            program,
            classes,
            functions,
            codes: DashMap::new(),
            makers: Mutex::default(),
            definitions: Mutex::default(),
        }
    }

    /// Remembers a class of the program, with its bases.
    pub fn note_class(&self, class: &Ref<Class>) {
        let Some(declaration) = class.declaration else { return };
        let name: Arc<str> = Arc::from(full_class_name(class));
        if self.classes.insert(name, declaration).is_none() {
            class.bases().iter().for_each(|base| self.note_class(base));
        }
    }

    /// What a record says of a function: its name, and its place among those of this name.
    pub fn note_function(&self, code: &'static Code) -> (String, u64) {
        let name = function_name(code.info);
        let same = |known: &&'static Function| std::ptr::eq(*known, code.info);
        let place = self.functions.get(&name).and_then(|all| all.iter().position(same)).unwrap_or(0);
        self.codes.entry(std::ptr::from_ref(code.info) as usize).or_insert(code);
        (name, place as u64)
    }

    /// The code of a function that a record names.
    pub fn function(&self, record: &CodeRecord) -> Option<&'static Code> {
        let info = *self.functions.get(&*record.name)?.get(usize::try_from(record.code?).ok()?)?;
        let code = self.codes.entry(std::ptr::from_ref(info) as usize);
        Some(*code.or_insert_with(|| compile::code_of(info)))
    }

    /// The class of a qualified name, as this isolate has it; made if the isolate has not touched it.
    pub fn class(&self, heap: &Heap, name: &Arc<str>) -> Outcome<Ref<Class>> {
        let found = heap.attached::<Found>();
        if let Some(class) = found.0.borrow().get(name) {
            return Ok(class.clone());
        }
        let class = match self.bound(heap, name) {
            Some(class) => class,
            None => self.make(heap, name)?,
        };
        found.0.borrow_mut().insert(name.clone(), class.clone());
        Ok(class)
    }

    /// Whether the program declares a class of this name.
    pub fn declares(&self, name: &str) -> bool {
        self.classes.contains_key(name)
    }

    /// The class of this name, if one was noted.
    pub fn declared(&self, heap: &Heap, name: &str) -> Outcome<Option<Ref<Class>>> {
        let known = self.classes.get(name).map(|entry| entry.key().clone());
        known.map(|name| self.class(heap, &name)).transpose()
    }

    /// Runs the definition of a module variable, if it has one that does nothing else.
    pub fn define(&self, heap: &Heap, id: GlobalId) -> Outcome<Option<Value>> {
        let definition = {
            let mut known = self.definitions.lock().unwrap_or_else(PoisonError::into_inner);
            *known.entry(id.0).or_insert_with(|| {
                let of = |module: &&'static Module| module.globals.iter().any(|(_, known)| *known == id);
                let module = self.program.modules.iter().find(|module| of(module))?;
                Some(Box::leak(Box::new(Definition::of(module, id)?)))
            })
        };
        let Some(definition) = definition else { return Ok(None) };
        definition.run(heap)?;
        Ok(Some(heap.global(id)).filter(|value| !value.is_unbound()))
    }

    /// The class that a variable of its module stands for already.
    fn bound(&self, heap: &Heap, name: &str) -> Option<Ref<Class>> {
        for module in &self.program.modules {
            let Some(path) = name.strip_prefix(&*module.name).and_then(|rest| rest.strip_prefix('.')) else {
                continue;
            };
            let mut parts = path.split('.');
            let first = Symbol::find(parts.next()?)?;
            let Some((_, id)) = module.globals.iter().find(|(known, _)| *known == first) else { continue };
            let mut value = heap.global(*id);
            for part in parts {
                let Value::Class(class) = &value else { return None };
                value = class.own().get(&Symbol::find(part)?)?.clone();
            }
            if let Value::Class(class) = value
                && full_class_name(&class) == name
            {
                return Some(class);
            }
        }
        None
    }

    /// The function that a variable of its module stands for already.
    pub fn bound_function(&self, heap: &Heap, record: &CodeRecord) -> Option<Value> {
        let code = self.function(record).filter(|code| code.info.captures.is_empty())?;
        let module = self.program.modules.iter().find(|module| module.name == code.info.module)?;
        let name = Symbol::find(&code.info.qualname)?;
        let (_, id) = module.globals.iter().find(|(known, _)| *known == name)?;
        match heap.global(*id) {
            Value::Function(function) if std::ptr::eq(function.code.info, code.info) => {
                Some(Value::Function(function))
            }
            _ => None,
        }
    }

    fn make(&self, heap: &Heap, name: &Arc<str>) -> Outcome<Ref<Class>> {
        if let Some(declaration) = self.classes.get(name).map(|declaration| *declaration) {
            let maker = {
                let mut makers = self.makers.lock().unwrap_or_else(PoisonError::into_inner);
                *makers
                    .entry(declaration.id)
                    .or_insert_with(|| Box::leak(Box::new(archetype::Maker::new(declaration))))
            };
            return maker.make(heap);
        }
        match &**name {
            "jaclang.runtimelib.archetype.Root" => return Ok(crate::graph::root_class(heap)),
            "jaclang.runtimelib.archetype.GenericEdge" => return Ok(crate::graph::generic_edge_class(heap)),
            _ => {}
        }
        // A class inside of a class comes to life with it.
        if let Some((outer, inner)) = name.rsplit_once('.')
            && (self.classes.contains_key(outer) || outer.contains('.'))
            && let Some(inner) = Symbol::find(inner)
            && let Ok(outer) =
                self.class(heap, &Arc::from(outer)).map_err(|raised| drop(heap.catch(raised, None)))
            && let Some(Value::Class(class)) = outer.own().get(&inner)
        {
            return Ok(class.clone());
        }
        if let Some((module, class)) = name.rsplit_once('.')
            && let Some(module) = heap.library.module(heap, module)
            && let Some(Value::Class(class)) =
                ops::attribute::get_optional(heap, &module?, Symbol::new(class))?
        {
            return Ok(class);
        }
        let short = name.rsplit('.').next().unwrap_or(name);
        if let Some(kind) = ErrorKind::ALL.iter().find(|kind| kind.name() == short) {
            return Ok(heap.error_class(*kind).clone());
        }
        match heap.library.builtin(heap, Symbol::new(short)) {
            Some(Value::Class(class)) => Ok(class),
            _ => Err(heap.type_error(format!(
                "the program declares no `{name}`: what is stored of it can be read when it does again"
            ))),
        }
    }
}
