//! Between the passes: decides for every name in every scope which variable, builtin or field it means,
//! and which variables become cells.
//!
//! By now the variables of all modules are known. It reads what [`super::collect`] noted and looks at
//! no syntax; what it decides is final, and the second pass only reads it.

use super::globals::Globals;
use super::known::Known;
use super::scope::{Place, ScopeId, ScopeKind, Scopes, Search};
use crate::code::symbol::names;
use crate::code::{Names, Symbol};
use crate::diagnostics::Diagnostic;

/// What the names of a module are looked up in.
pub(super) struct Analysis<'w> {
    pub globals: &'w mut Globals,
    pub known: &'w Known,
    pub names: &'w dyn Names,
    /// The module's place among the program's modules.
    pub unit: u32,
    /// At a prompt, a name that nothing defines gets a variable: a later line may define it.
    pub reserves: bool,
}

impl Analysis<'_> {
    /// Decides all names of a module.
    pub fn run(&mut self, scopes: &mut Scopes) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        self.shapes(scopes, &mut diagnostics);
        for id in scopes.ids() {
            self.guesses(scopes, id);
        }
        for id in scopes.ids() {
            // Places of fields add mentions of `self` while we go.
            let mut index = 0;
            while let Some(name) = scopes.get(id).order.get(index).copied() {
                self.decide(scopes, id, name, &mut diagnostics);
                index += 1;
            }
        }
        diagnostics
    }

    /// Fields of archetypes with those of their bases, and bases that contradict each other.
    fn shapes(&self, scopes: &mut Scopes, diagnostics: &mut Vec<Diagnostic>) {
        for id in scopes.ids() {
            let qualname = scopes.get(id).qualname.clone();
            let ScopeKind::Class(shape) = &mut scopes.get_mut(id).kind else { continue };
            shape.all_fields = self.known.all_fields(self.unit, &qualname, shape);
            if !self.known.has_order(self.unit, &qualname, shape) {
                let name = qualname.rsplit('.').next().unwrap_or(&qualname);
                diagnostics.push(
                    Diagnostic::error(
                        "E0214",
                        shape.span,
                        format!("the bases of `{name}` cannot be ordered"),
                    )
                    .label("two of them ask for opposite orders")
                    .help("name the more specific base first"),
                );
            }
        }
    }

    /// `except e { … }` binds `e` if no variable and no builtin has that name.
    fn guesses(&mut self, scopes: &mut Scopes, id: ScopeId) {
        let scope = scopes.get(id);
        let is_guess = |name: &&Symbol| {
            scope.entry(**name).is_some_and(|entry| entry.guess && !entry.bound && entry.global.is_none())
        };
        let guesses: Vec<Symbol> = scope.order.iter().filter(is_guess).copied().collect();
        for name in guesses {
            let is_defined = match scopes.search_defined(id, name) {
                Search::Slot(..) => true,
                Search::Module => {
                    self.globals.get(name).is_some()
                        || self.names.is_builtin(name.name())
                        || literal(name).is_some()
                }
            };
            if is_defined {
                continue;
            }
            let scope = scopes.get_mut(id);
            scope.bind(name);
            scope.entry_mut(name).guessed = true;
        }
    }

    fn decide(&mut self, scopes: &mut Scopes, id: ScopeId, name: Symbol, diagnostics: &mut Vec<Diagnostic>) {
        let Some(entry) = scopes.get(id).entry(name).cloned() else { return };
        if entry.place.is_some() {
            return;
        }
        let place = if let Some(span) = entry.nonlocal {
            match scopes.search_around(id, name) {
                Search::Slot(owner, name) => self.slot(scopes, id, owner, name),
                Search::Module => {
                    diagnostics.push(
                        Diagnostic::error("E0212", span, format!("no variable `{name}` for this `nonlocal`"))
                            .label("no function around it binds that name")
                            .help("assign it in a function around this one, or use `global`"),
                    );
                    Place::Unknown
                }
            }
        } else {
            self.look(scopes, id, scopes.search(id, name), name)
        };
        let outer = (entry.early && entry.is_own())
            .then(|| self.look(scopes, id, scopes.search_around(id, name), name));
        let entry = scopes.get_mut(id).entry_mut(name);
        entry.place = Some(place);
        entry.outer = outer.filter(|outer| *outer != Place::Unknown);
    }

    fn slot(&self, scopes: &mut Scopes, from: ScopeId, owner: ScopeId, name: Symbol) -> Place {
        scopes.capture(from, owner, name);
        Place::Slot(owner, name)
    }

    fn look(&mut self, scopes: &mut Scopes, from: ScopeId, found: Search, name: Symbol) -> Place {
        if let Search::Slot(owner, name) = found {
            return self.slot(scopes, from, owner, name);
        }
        if scopes.get(Scopes::MODULE).entry(name).is_some_and(|entry| entry.guessed) {
            return Place::Global(self.globals.reserve(name));
        }
        if let Some(id) = self.globals.get(name) {
            return Place::Global(id);
        }
        if let Some(literal) = literal(name) {
            return literal;
        }
        if name.name() == "Root" {
            return Place::RootClass;
        }
        if self.names.is_builtin(name.name()) {
            return Place::Builtin;
        }
        if self.is_field(scopes, from, name) {
            // The ability's `self` has to be at hand.
            scopes.get_mut(from).mention(names::SELF);
            return Place::Field;
        }
        if self.reserves {
            return Place::Global(self.globals.reserve(name));
        }
        Place::Unknown
    }

    /// Whether the name stands in an ability and is a field of its archetype.
    fn is_field(&self, scopes: &Scopes, from: ScopeId, name: Symbol) -> bool {
        name != names::SELF
            && scopes.ability_around(from).is_some()
            && scopes.class_around(from).is_some_and(|(_, shape)| shape.all_fields.contains(&name))
    }
}

/// The literals that a program may redefine.
fn literal(name: Symbol) -> Option<Place> {
    match name.name() {
        "true" => Some(Place::True),
        "false" => Some(Place::False),
        "null" => Some(Place::None),
        _ => None,
    }
}
