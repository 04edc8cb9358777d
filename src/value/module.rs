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
}

impl Tracked for Module {
    const KIND: Kind = Kind::Module;
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        if let Some(dict) = &*self.dict.borrow() {
            super::collect::visit_ref(dict, Value::Dict, visit);
        }
    }
    fn clear(&self, take: &mut dyn FnMut(Value)) {
        if let Some(dict) = self.dict.borrow_mut().take() {
            take(Value::Dict(dict));
        }
    }
}

impl Module {
    pub fn new(heap: &Heap, name: &str) -> Ref<Module> {
        let module =
            Module { name: Rc::new(Str::new(name)), globals: RefCell::default(), dict: RefCell::default() };
        Ref::new(&heap.objects, module)
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
        self.dict.borrow().as_ref().and_then(|dict| dict.get_str(name.name()))
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
