//! What is known of the program's archetypes across modules: their fields and bases.
//!
//! It answers which fields an archetype has, inherited ones included, as far as that can be seen
//! without running anything. A base that is computed, or comes from the runtime, adds nothing.

use std::collections::VecDeque;
use std::sync::Arc;

use super::scope::{Map, ScopeKind, Scopes, Shape};
use crate::code::Symbol;

/// Most bases of an archetype that are followed, those of its bases included.
const DEEPEST: usize = 256;
/// Most modules and aliases through which a base is followed.
const MOST_QUESTIONS: usize = 256;

/// A name that an import binds.
#[derive(Clone, Debug)]
pub(super) enum Imported {
    /// A module of the program.
    Module(u32),
    /// A name of it.
    Name(u32, Arc<str>),
}

/// An archetype: its module and its qualified name.
type Key = (u32, Arc<str>);

/// The archetypes of all modules.
#[derive(Debug, Default)]
pub(super) struct Known {
    shapes: Map<Key, Shape>,
    imports: Map<(u32, Arc<str>), Imported>,
    includes: Map<u32, Vec<u32>>,
}

impl Known {
    /// Adds the archetypes of a module.
    pub fn add(&mut self, unit: u32, scopes: &Scopes) {
        for id in scopes.ids() {
            let scope = scopes.get(id);
            if let ScopeKind::Class(shape) = &scope.kind {
                self.shapes.insert((unit, scope.qualname.clone()), shape.clone());
            }
        }
    }

    pub fn import(&mut self, unit: u32, alias: &Arc<str>, imported: Imported) {
        self.imports.insert((unit, alias.clone()), imported);
    }

    pub fn include(&mut self, unit: u32, included: u32) {
        let list = self.includes.entry(unit).or_default();
        if !list.contains(&included) {
            list.push(included);
        }
    }

    /// The modules that a module includes.
    pub fn included(&self, unit: u32) -> &[u32] {
        self.includes.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// The fields of an archetype and of its bases.
    pub fn all_fields(&self, unit: u32, qualname: &str, shape: &Shape) -> Vec<Symbol> {
        let mut fields = Vec::new();
        let mut seen = vec![(unit, Arc::from(qualname))];
        self.gather(unit, qualname, shape, &mut fields, &mut seen);
        fields
    }

    fn gather(
        &self,
        unit: u32,
        qualname: &str,
        shape: &Shape,
        fields: &mut Vec<Symbol>,
        seen: &mut Vec<Key>,
    ) {
        for field in &shape.fields {
            if !fields.contains(field) {
                fields.push(*field);
            }
        }
        for base in &shape.bases {
            let Some(found) = self.base(unit, qualname, base) else { continue };
            if seen.len() >= DEEPEST || seen.contains(&found) {
                continue;
            }
            seen.push(found.clone());
            if let Some(shape) = self.shapes.get(&found) {
                self.gather(found.0, &found.1, shape, fields, seen);
            }
        }
    }

    /// Whether Python finds an order of all bases (C3) in which every base's own order is kept. A base of
    /// which nothing is known fits anywhere.
    pub fn has_order(&self, unit: u32, qualname: &str, shape: &Shape) -> bool {
        shape.bases.len() < 2
            || shape.computed_bases > 0
            || self.order(unit, qualname, shape, &mut Map::default()).is_some()
    }

    /// `done` are the orders that are known; one that is being looked for counts as having no bases.
    fn order(
        &self,
        unit: u32,
        qualname: &str,
        shape: &Shape,
        done: &mut Map<Key, Option<Vec<Key>>>,
    ) -> Option<Vec<Key>> {
        let own: Key = (unit, Arc::from(qualname));
        if let Some(order) = done.get(&own) {
            return order.clone();
        }
        done.insert(own.clone(), Some(vec![own.clone()]));
        let order = self.new_order(&own, shape, done);
        done.insert(own, order.clone());
        order
    }

    fn new_order(&self, own: &Key, shape: &Shape, done: &mut Map<Key, Option<Vec<Key>>>) -> Option<Vec<Key>> {
        let (unit, qualname) = (own.0, &own.1);
        let mut lists: Vec<VecDeque<Key>> = Vec::new();
        let mut bases = VecDeque::new();
        for path in &shape.bases {
            let base = self.base(unit, qualname, path).filter(|base| base != own);
            let key = base.unwrap_or_else(|| (u32::MAX, Arc::from(format!("{unit}:{}", path.join(".")))));
            let list = match self.shapes.get(&key) {
                Some(shape) if shape.computed_bases == 0 && done.len() < DEEPEST => {
                    self.order(key.0, &key.1, shape, done)?
                }
                _ => vec![key.clone()],
            };
            lists.push(list.into());
            bases.push_back(key);
        }
        lists.push(bases);
        let mut order = vec![own.clone()];
        order.extend(merged(lists)?);
        Some(order)
    }

    /// The archetype that a base's dotted name means in the scope of `qualname`.
    fn base(&self, unit: u32, qualname: &str, path: &[Arc<str>]) -> Option<Key> {
        let dotted = path.join(".");
        let mut container = qualname;
        while let Some((outer, _)) = container.rsplit_once('.') {
            let key = (unit, Arc::from(format!("{outer}.{dotted}")));
            if self.shapes.contains_key(&key) {
                return Some(key);
            }
            container = outer;
        }
        self.of_module(unit, path, &mut Vec::new())
    }

    /// The archetype of a dotted name at module level. `seen` are the questions that led here.
    fn of_module(&self, unit: u32, path: &[Arc<str>], seen: &mut Vec<Key>) -> Option<Key> {
        let key: Key = (unit, Arc::from(path.join(".")));
        if seen.contains(&key) || seen.len() > MOST_QUESTIONS {
            return None;
        }
        if self.shapes.contains_key(&key) {
            return Some(key);
        }
        seen.push(key);
        let (first, rest) = path.split_first()?;
        match self.imports.get(&(unit, first.clone())) {
            Some(Imported::Module(other)) => return self.of_module(*other, rest, seen),
            Some(Imported::Name(other, name)) => {
                let path: Vec<Arc<str>> = std::iter::once(name.clone()).chain(rest.iter().cloned()).collect();
                return self.of_module(*other, &path, seen);
            }
            None => {}
        }
        self.included(unit).iter().find_map(|other| self.of_module(*other, path, seen))
    }
}

/// The merge of C3: always the first head that no other list has further back.
fn merged(mut lists: Vec<VecDeque<Key>>) -> Option<Vec<Key>> {
    let mut order = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return Some(order);
        }
        let is_free = |key: &&Key| !lists.iter().any(|list| list.iter().skip(1).any(|other| other == *key));
        let next = lists.iter().filter_map(VecDeque::front).find(is_free)?.clone();
        for list in &mut lists {
            if list.front() == Some(&next) {
                list.pop_front();
            }
        }
        order.push(next);
    }
}
