//! The catalog: how the classes and functions of a program are found again by what a record says.
//!
//! Owns the way from a qualified name to a declaration, and from a function's number to its code, for
//! all isolates of a run. It is filled when something is frozen, so whatever can come out of a record of
//! this run is known. It refuses to keep values: each isolate makes its classes itself, on first touch.

use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::{Archetype, GlobalId, globals};
use crate::eval::{Program, archetype};
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
    functions: DashMap<u64, &'static Code>,
    makers: Mutex<FxHashMap<u32, &'static archetype::Maker>>,
}

/// The classes that one isolate has found by name.
#[derive(Default)]
struct Found(std::cell::RefCell<FxHashMap<Arc<str>, Ref<Class>>>);

impl Catalog {
    pub fn new(program: Program) -> Catalog {
        let mut seen = FxHashSet::default();
        let all = program.modules.iter().flat_map(|module| module.mentioned.iter().copied());
        let mentioned = all.filter(|id| seen.insert(*id)).filter_map(|id| {
            let global = globals::get(id)?;
            Some(Variable { id, name: Arc::from(format!("{}.{}", global.module, global.name)) })
        });
        Catalog {
            mentioned: mentioned.collect(),
            program,
            classes: DashMap::new(),
            functions: DashMap::new(),
            makers: Mutex::default(),
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

    /// Remembers a function's code; gives its number.
    pub fn note_function(&self, code: &'static Code) -> u64 {
        let number = std::ptr::from_ref(code) as u64;
        self.functions.insert(number, code);
        number
    }

    pub fn function(&self, number: u64) -> Option<&'static Code> {
        self.functions.get(&number).map(|code| *code)
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

    /// The class of this name, if one was noted.
    pub fn declared(&self, heap: &Heap, name: &str) -> Outcome<Option<Ref<Class>>> {
        let known = self.classes.get(name).map(|entry| entry.key().clone());
        known.map(|name| self.class(heap, &name)).transpose()
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
        let code = self.function(record.code?).filter(|code| code.info.captures.is_empty())?;
        let module = self.program.modules.iter().find(|module| module.name == code.info.module)?;
        let name = Symbol::find(&code.info.qualname)?;
        let (_, id) = module.globals.iter().find(|(known, _)| *known == name)?;
        match heap.global(*id) {
            Value::Function(function) if std::ptr::eq(function.code, code) => Some(Value::Function(function)),
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
            _ => Err(heap.type_error(format!("the program has no class `{name}` any more"))),
        }
    }
}
