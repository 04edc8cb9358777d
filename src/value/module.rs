//! Modules as values: a Jac module is a view of its variables in the isolate's table, a native one
//! a dict of what it exports.
//!
//! An unbound variable is no attribute. Loading and running a module is `eval::import`'s.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::object::{Kind, Tracked};
use super::{Dict, Heap, Ref, Str, Value};
use crate::code::{GlobalId, Symbol};

/// A module.
pub struct Module {
    pub name: Rc<Str>,
    /// The variables of a Jac module by name; new ones may be added while a prompt is open.
    pub globals: RefCell<IndexMap<Symbol, GlobalId, FxBuildHasher>>,
    /// Attributes that are no variables: of a native module all, else what was set from outside.
    pub dict: RefCell<Option<Ref<Dict>>>,
    /// The dict that `globals()` gives. What a program puts under a name that its text binds nowhere is a
    /// variable, too.
    pub mirror: RefCell<Option<Ref<Dict>>>,
}

/// `sys.modules`: the modules of the isolate by their dotted names, in the order of their first import.
#[derive(Default)]
struct Loaded(RefCell<Option<Ref<Dict>>>);

/// The dict of all modules that have been imported so far; it grows with every import.
pub fn loaded(heap: &Heap) -> Ref<Dict> {
    heap.attached::<Loaded>().0.borrow_mut().get_or_insert_with(|| Dict::new(heap)).clone()
}

impl Tracked for Module {
    const KIND: Kind = Kind::Module;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        for dict in [&self.dict, &self.mirror] {
            if let Some(dict) = &*dict.borrow() {
                super::collect::visit_ref(dict, Value::Dict, visit);
            }
        }
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        for dict in [&self.dict, &self.mirror] {
            if let Some(dict) = dict.borrow_mut().take() {
                take(Value::Dict(dict));
            }
        }
    }
}

impl Module {
    pub fn new(heap: &Heap, name: &str) -> Ref<Module> {
        let module = Module {
            name: Rc::new(Str::new(name)),
            globals: RefCell::default(),
            dict: RefCell::default(),
            mirror: RefCell::default(),
        };
        let module = Ref::new(&heap.objects, module);
        loaded(heap).set_str(name, Value::Module(module.clone()));
        module
    }

    /// The attribute, if the module has it.
    pub fn get(&self, heap: &Heap, name: Symbol) -> Option<Value> {
        if let Some(&id) = self.globals.borrow().get(&name) {
            let value = heap.global(id);
            if !value.is_unbound() {
                return Some(value);
            }
            if heap.shares_graph()
                && let Ok(Some(value)) = heap.caller.missing_global(heap, id)
            {
                return Some(value);
            }
        }
        if let Some(value) = self.dict.borrow().as_ref().and_then(|dict| dict.get_str(name.name())) {
            return Some(value);
        }
        // A variable of the text that is unbound may still stand in the mirror.
        let mirror = self.mirror.borrow();
        let mirror = mirror.as_ref().filter(|_| !self.globals.borrow().contains_key(&name))?;
        mirror.get_str(name.name())
    }

    /// What `globals()` gives: the module's dict of variables, brought up to date.
    pub fn mirror(&self, heap: &Heap) -> Ref<Dict> {
        let mirror = self.mirror.borrow_mut().get_or_insert_with(|| Dict::new(heap)).clone();
        let names: Vec<Symbol> = self.globals.borrow().keys().copied().collect();
        for name in names {
            match self.get(heap, name) {
                Some(value) => mirror.set_str(name.name(), value),
                None => drop(mirror.remove_str(name.name())),
            }
        }
        if let Some(dict) = &*self.dict.borrow() {
            for (key, value) in dict.pairs() {
                if let Value::Str(name) = key {
                    mirror.set_str(name.as_str(), value);
                }
            }
        }
        mirror
    }

    /// Where the dict of a native module has an attribute.
    pub fn position(&self, name: Symbol) -> Option<usize> {
        if !self.globals.borrow().is_empty() {
            return None;
        }
        let dict = self.dict.borrow();
        let dict = dict.as_ref()?;
        let table = dict.table();
        (0..table.positions()).find(|&at| table.at(at).is_some_and(|entry| is_named(&entry.key, name)))
    }

    /// The attribute at a position, if it is still the one of that name.
    #[inline]
    pub fn entry(&self, position: usize, name: Symbol) -> Option<Value> {
        let dict = self.dict.borrow();
        let entry = dict.as_ref()?.table().at(position)?;
        is_named(&entry.key, name).then(|| entry.value.clone())
    }

    pub fn set(&self, heap: &Heap, name: Symbol, value: Value) {
        if let Some(&id) = self.globals.borrow().get(&name) {
            return heap.set_global(id, value);
        }
        self.dict_or_new(heap).set_str(name.name(), value);
    }

    pub fn dict_or_new(&self, heap: &Heap) -> Ref<Dict> {
        self.dict.borrow_mut().get_or_insert_with(|| Dict::new(heap)).clone()
    }

    /// Names and values of all attributes that are bound, variables first.
    pub fn entries(&self, heap: &Heap) -> Vec<(Symbol, Value)> {
        let mut all = Vec::new();
        for (name, id) in self.globals.borrow().iter() {
            let value = heap.global(*id);
            if !value.is_unbound() {
                all.push((*name, value));
            }
        }
        if let Some(dict) = &*self.dict.borrow() {
            for (key, value) in dict.pairs() {
                if let Value::Str(name) = key {
                    all.push((Symbol::new(name.as_str()), value));
                }
            }
        }
        all
    }
}

fn is_named(key: &Value, name: Symbol) -> bool {
    matches!(key, Value::Str(text) if text.as_str() == name.name())
}
