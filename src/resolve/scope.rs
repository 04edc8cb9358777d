//! Scopes: which names each function, class, comprehension and module binds and mentions, and which
//! variable a mention means, by Python's rules.
//!
//! Filled by [`super::collect`], completed by [`super::analysis`], read while code is made. A scope
//! whose variables need a window of their own is a *frame*; a comprehension's variables are slots of
//! the frame around it. Nothing here knows the syntax tree or what values are.

use std::collections::HashMap;
use std::sync::Arc;

use crate::code::{ArchetypeKind, GlobalId, Local, Symbol};
use crate::source::Span;

pub(super) type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Variables of one frame. The evaluator numbers what it keeps beside them with 16 bits too.
const MAX_LOCALS: u16 = 60_000;

/// The number of a scope among those of its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ScopeId(u32);

/// What a scope belongs to.
#[derive(Debug)]
pub(super) enum ScopeKind {
    Module,
    Function(Role),
    Class(Shape),
    /// A list, set or dict comprehension: runs in line.
    Comprehension,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// `def`, or a test.
    Function,
    Ability,
    Lambda,
    /// A generator expression.
    Generator,
    /// A field's default, an ability's trigger, what stands after `flow`.
    Thunk,
}

/// What is known of an archetype before the program runs.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// Its name, where it is declared.
    pub span: Span,
    pub kind: ArchetypeKind,
    pub is_async: bool,
    /// Its own fields, also the static ones.
    pub fields: Vec<Symbol>,
    /// Bases that are written as dotted names, and how many others there are.
    pub bases: Vec<Vec<Arc<str>>>,
    pub computed_bases: usize,
    /// `fields` and those of all bases that are known; filled by the analysis.
    pub all_fields: Vec<Symbol>,
}

/// What a scope knows of one name.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    pub bound: bool,
    pub is_param: bool,
    /// Where `global` or `nonlocal` declares it.
    pub global: Option<Span>,
    pub nonlocal: Option<Span>,
    /// The `e` of `except e { … }`: binds only if nothing else defines the name.
    pub guess: bool,
    /// Bound by a guess.
    pub guessed: bool,
    /// In a class body: read before its first binding, which means the variable around the class.
    pub early: bool,
    /// Shared with a function defined inside.
    pub cell: bool,
    pub slot: Option<u16>,
    pub place: Option<Place>,
    /// For `early`: what the name means until it is bound.
    pub outer: Option<Place>,
    /// While code is made: a binding has been passed.
    pub passed: bool,
}

impl Entry {
    /// Whether the scope's own variable is meant.
    pub fn is_own(&self) -> bool {
        self.bound && self.global.is_none() && self.nonlocal.is_none()
    }
}

/// What a name means in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The variable of this scope.
    Slot(ScopeId, Symbol),
    Global(GlobalId),
    Builtin,
    True,
    False,
    None,
    /// The class `Root`.
    RootClass,
    /// A field of the archetype around: `self.name`.
    Field,
    Unknown,
}

#[derive(Debug)]
pub(super) struct Scope {
    pub kind: ScopeKind,
    pub parent: Option<ScopeId>,
    /// The scope whose window holds its variables: itself, unless it is a comprehension.
    pub frame: ScopeId,
    pub qualname: Arc<str>,
    /// The class whose private names (`__x`) are mangled here.
    pub private: Option<Arc<str>>,
    /// `here` of a node's ability, which is the parameter `visitor`.
    pub alias: Option<(Symbol, Symbol)>,
    pub first_param: Option<Symbol>,
    pub has_yield: bool,
    /// Names in the order of their first binding.
    pub bound: Vec<Symbol>,
    /// All names in the order of their first mention.
    pub order: Vec<Symbol>,
    entries: Map<Symbol, Entry>,
    /// Of a frame: the variables it captures.
    pub captures: Vec<(ScopeId, Symbol)>,
    /// Of a frame: its slots.
    pub locals: Vec<Local>,
    /// Of a frame: slots of comprehensions that have ended.
    spare: Vec<u16>,
    /// Of a frame: more slots than a window can have.
    pub overflow: bool,
}

impl Scope {
    /// The name that is meant: `here` may be `visitor`.
    pub fn canonical(&self, name: Symbol) -> Symbol {
        match self.alias {
            Some((from, to)) if from == name => to,
            _ => name,
        }
    }

    pub fn entry(&self, name: Symbol) -> Option<&Entry> {
        self.entries.get(&self.canonical(name))
    }

    pub fn entry_mut(&mut self, name: Symbol) -> &mut Entry {
        let name = self.canonical(name);
        let order = &mut self.order;
        self.entries.entry(name).or_insert_with(|| {
            order.push(name);
            Entry::default()
        })
    }

    pub fn bind(&mut self, name: Symbol) {
        let name = self.canonical(name);
        let entry = self.entry_mut(name);
        if !entry.bound {
            entry.bound = true;
            self.bound.push(name);
        }
    }

    pub fn mention(&mut self, name: Symbol) {
        let in_class = matches!(self.kind, ScopeKind::Class(_));
        let entry = self.entry_mut(name);
        if in_class && !entry.bound {
            entry.early = true;
        }
    }

    /// Takes a slot; a frame that has too many reuses the first and is marked.
    fn take(&mut self, local: Local) -> u16 {
        match u16::try_from(self.locals.len()) {
            Ok(slot) if slot < MAX_LOCALS => {
                self.locals.push(local);
                slot
            }
            _ => {
                self.overflow = true;
                0
            }
        }
    }
}

/// A node of the tree that has a scope, by its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Definition(usize),
    Lambda(usize),
    Clauses(usize),
    Thunk(usize),
    Test(usize),
}

/// The address of a node; the tree does not move while it is resolved.
pub(super) fn address<T>(node: &T) -> usize {
    std::ptr::from_ref(node).addr()
}

/// Where a search for a name ended.
pub(super) enum Search {
    Slot(ScopeId, Symbol),
    Module,
}

/// All scopes of a module.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    list: Vec<Scope>,
    index: Map<Key, ScopeId>,
}

impl Scopes {
    pub const MODULE: ScopeId = ScopeId(0);

    pub fn add(
        &mut self,
        kind: ScopeKind,
        parent: Option<ScopeId>,
        key: Option<Key>,
        qualname: Arc<str>,
    ) -> ScopeId {
        let id = ScopeId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        let around = parent.map(|parent| self.get(parent));
        let frame = match (&kind, around) {
            (ScopeKind::Comprehension, Some(around)) => around.frame,
            _ => id,
        };
        let private = around.and_then(|around| around.private.clone());
        self.list.push(Scope {
            kind,
            parent,
            frame,
            qualname,
            private,
            alias: None,
            first_param: None,
            has_yield: false,
            bound: Vec::new(),
            order: Vec::new(),
            entries: Map::default(),
            captures: Vec::new(),
            locals: Vec::new(),
            spare: Vec::new(),
            overflow: false,
        });
        if let Some(key) = key {
            self.index.insert(key, id);
        }
        id
    }

    pub fn get(&self, id: ScopeId) -> &Scope {
        &self.list[id.0 as usize]
    }

    pub fn get_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.list[id.0 as usize]
    }

    pub fn ids(&self) -> impl Iterator<Item = ScopeId> + use<> {
        (0..self.list.len() as u32).map(ScopeId)
    }

    /// The scope of a node.
    pub fn of(&self, key: Key) -> ScopeId {
        *self.index.get(&key).expect("every node with a scope was collected before code is made from it")
    }

    /// The scope and those around it, innermost first.
    pub fn chain(&self, from: ScopeId) -> impl Iterator<Item = (ScopeId, &Scope)> {
        let mut next = Some(from);
        std::iter::from_fn(move || {
            let id = next?;
            let scope = self.get(id);
            next = scope.parent;
            Some((id, scope))
        })
    }

    /// The nearest class around a scope, or the scope itself.
    pub fn class_around(&self, from: ScopeId) -> Option<(ScopeId, &Shape)> {
        self.chain(from).find_map(|(id, scope)| match &scope.kind {
            ScopeKind::Class(shape) => Some((id, shape)),
            _ => None,
        })
    }

    /// The ability that a scope stands in, if no class stands between.
    pub fn ability_around(&self, from: ScopeId) -> Option<ScopeId> {
        let (id, scope) = self.chain(from).find(|(_, scope)| {
            matches!(scope.kind, ScopeKind::Class(_) | ScopeKind::Function(Role::Ability))
        })?;
        matches!(scope.kind, ScopeKind::Function(_)).then_some(id)
    }

    /// The function whose first parameter `super` speaks of.
    pub fn receiver(&self, from: ScopeId) -> Option<Symbol> {
        let functions = self
            .chain(from)
            .take_while(|(_, scope)| !matches!(scope.kind, ScopeKind::Class(_) | ScopeKind::Module));
        functions.filter_map(|(_, scope)| scope.first_param).next()
    }

    /// Which variable `name` means in `from`.
    pub fn search(&self, from: ScopeId, name: Symbol) -> Search {
        self.search_in(self.chain(from), Some(from), name, false)
    }

    /// Which variable `name` means in the scopes around `from`.
    pub fn search_around(&self, from: ScopeId, name: Symbol) -> Search {
        self.search_in(self.chain(from).skip(1), None, name, false)
    }

    /// As `search`, for the `e` of `except e`: variables that are bound in this way only do not count.
    pub fn search_defined(&self, from: ScopeId, name: Symbol) -> Search {
        self.search_in(self.chain(from), Some(from), name, true)
    }

    fn search_in<'s>(
        &self,
        chain: impl Iterator<Item = (ScopeId, &'s Scope)>,
        visible_class: Option<ScopeId>,
        name: Symbol,
        skip_guessed: bool,
    ) -> Search {
        let is_class_cell = name == crate::code::symbol::names::CLASS;
        for (id, scope) in chain {
            match &scope.kind {
                ScopeKind::Module => break,
                ScopeKind::Class(_) if Some(id) != visible_class => {
                    if is_class_cell {
                        return Search::Slot(id, name);
                    }
                    continue;
                }
                _ => {}
            }
            let name = scope.canonical(name);
            let Some(entry) = scope.entries.get(&name) else { continue };
            if entry.global.is_some() {
                break;
            }
            if entry.is_own() && !(skip_guessed && entry.guessed) {
                return Search::Slot(id, name);
            }
        }
        Search::Module
    }

    /// Notes that `from` uses the variable `name` of `owner`: if it is another frame's, it becomes a cell
    /// that all frames between hand on.
    pub fn capture(&mut self, from: ScopeId, owner: ScopeId, name: Symbol) {
        let home = self.get(owner).frame;
        let mut frame = self.get(from).frame;
        if frame != home {
            self.get_mut(owner).entry_mut(name).cell = true;
        }
        while frame != home {
            let scope = self.get_mut(frame);
            if !scope.captures.contains(&(owner, name)) {
                scope.captures.push((owner, name));
            }
            match scope.parent {
                Some(parent) => frame = self.get(parent).frame,
                None => break,
            }
        }
    }

    /// Gives the bound names of a scope their slots: of its frame, reusing those of ended comprehensions
    /// that had the same name.
    pub fn open(&mut self, id: ScopeId) {
        let frame = self.get(id).frame;
        for index in 0..self.get(id).bound.len() {
            let name = self.get(id).bound[index];
            let Some(entry) = self.get(id).entry(name).filter(|entry| entry.is_own() && entry.slot.is_none())
            else {
                continue;
            };
            let local = Local { name, cell: entry.cell };
            let window = self.get_mut(frame);
            let same = |slot: &u16| {
                window
                    .locals
                    .get(*slot as usize)
                    .is_some_and(|old| old.name == name && old.cell == local.cell)
            };
            let slot = match window.spare.iter().position(same) {
                Some(at) => window.spare.swap_remove(at),
                None => window.take(local),
            };
            self.get_mut(id).entry_mut(name).slot = Some(slot);
        }
    }

    /// Gives the slots of a comprehension back.
    pub fn close(&mut self, id: ScopeId) {
        let scope = self.get(id);
        let slots: Vec<u16> = scope.bound.iter().filter_map(|name| scope.entry(*name)?.slot).collect();
        let frame = scope.frame;
        self.get_mut(frame).spare.extend(slots);
    }

    /// The slot of the cell `__class__`, if something inside the class asks for it.
    pub fn class_cell(&mut self, class: ScopeId) -> Option<u16> {
        let name = crate::code::symbol::names::CLASS;
        let entry = self.get(class).entry(name).filter(|entry| entry.cell)?;
        if let Some(slot) = entry.slot {
            return Some(slot);
        }
        let slot = self.get_mut(class).take(Local { name, cell: true });
        self.get_mut(class).entry_mut(name).slot = Some(slot);
        Some(slot)
    }
}
