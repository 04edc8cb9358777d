//! The variables of one module while a program is resolved: which names it has, and their numbers.
//!
//! It only grows: a prompt keeps it from line to line, so that a variable keeps its number.

use std::sync::Arc;

use super::scope::Map;
use crate::code::{GlobalId, Symbol, globals};

/// The variables of a module.
#[derive(Debug)]
pub(super) struct Globals {
    module: Arc<str>,
    list: Vec<(Symbol, GlobalId)>,
    index: Map<Symbol, (GlobalId, bool)>,
    /// It includes a module whose names are not known here.
    pub is_open: bool,
}

impl Globals {
    pub fn new(module: &Arc<str>) -> Globals {
        let mut globals =
            Globals { module: module.clone(), list: Vec::new(), index: Map::default(), is_open: false };
        for name in ["__name__", "__file__", "__doc__"] {
            globals.define(Symbol::new(name));
        }
        globals
    }

    /// The number of a variable that the module binds; a new one if it has none.
    pub fn define(&mut self, name: Symbol) -> GlobalId {
        let id = self.reserve(name);
        self.index.insert(name, (id, true));
        id
    }

    /// The number of a variable that may be bound later: it does not count as defined.
    pub fn reserve(&mut self, name: Symbol) -> GlobalId {
        if let Some((id, _)) = self.index.get(&name) {
            return *id;
        }
        let id = globals::add(&self.module, name);
        self.list.push((name, id));
        self.index.insert(name, (id, false));
        id
    }

    /// A variable that the module binds somewhere.
    pub fn get(&self, name: Symbol) -> Option<GlobalId> {
        self.index.get(&name).filter(|(_, is_defined)| *is_defined).map(|(id, _)| *id)
    }

    /// All variables in the order of their appearance.
    pub fn list(&self) -> &[(Symbol, GlobalId)] {
        &self.list
    }

    /// The names that the module binds, in order.
    pub fn defined(&self) -> impl Iterator<Item = Symbol> {
        self.list.iter().map(|(name, _)| *name).filter(|name| self.get(*name).is_some())
    }
}
