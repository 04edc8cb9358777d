//! The second pass: what it keeps while it makes code, and how a name in a scope becomes a variable.
//!
//! Everything about names that the other files of this pass need is here; statements, expressions,
//! functions and archetypes each have a file of their own, as further methods of [`Lowerer`].

use std::collections::HashSet;
use std::sync::Arc;

use super::collect::mangled;
use super::globals::Globals;
use super::impls::Impls;
use super::load::Unit;
use super::scope::{Place, Role, ScopeId, ScopeKind, Scopes};
use crate::code::symbol::names;
use crate::code::{
    Archetype, Constant, Expr, ExprKind, Function, GlobalId, Names, Source, Symbol, Test, Variable,
};
use crate::diagnostics::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast;

/// What the second pass may ask about the whole program.
pub(super) struct World<'w> {
    pub names: &'w dyn Names,
    pub units: &'w [Unit],
    /// By module.
    pub globals: &'w [Globals],
}

/// Makes the code of one module.
pub(super) struct Lowerer<'a, 'w> {
    pub world: World<'w>,
    pub unit: &'w Unit,
    pub globals: &'w Globals,
    pub scopes: Scopes,
    pub impls: Impls<'a>,
    pub current: ScopeId,
    /// Inside of a loop of the current function.
    pub in_loop: bool,
    pub diagnostics: Vec<Diagnostic>,
    pub tests: Vec<Test>,
    pub unnamed_tests: u32,
    pub declares_async_walker: bool,
    /// All functions and archetypes of the module, wherever they are declared, the inner ones first.
    pub functions: Vec<&'static Function>,
    pub archetypes: Vec<&'static Archetype>,
    /// Attributes that the methods of the archetypes around assign on `self`.
    pub self_attributes: Vec<Vec<Symbol>>,
    mentioned: Vec<GlobalId>,
    mentioned_set: HashSet<GlobalId>,
    /// Undefined names that have been reported, with their function.
    reported: HashSet<(ScopeId, Symbol)>,
}

impl<'a, 'w> Lowerer<'a, 'w> {
    pub fn new(
        world: World<'w>,
        unit: &'w Unit,
        globals: &'w Globals,
        scopes: Scopes,
        impls: Impls<'a>,
    ) -> Self {
        Lowerer {
            world,
            unit,
            globals,
            scopes,
            impls,
            current: Scopes::MODULE,
            in_loop: false,
            diagnostics: Vec::new(),
            tests: Vec::new(),
            unnamed_tests: 0,
            declares_async_walker: false,
            functions: Vec::new(),
            archetypes: Vec::new(),
            self_attributes: Vec::new(),
            mentioned: Vec::new(),
            mentioned_set: HashSet::new(),
            reported: HashSet::new(),
        }
    }

    /// Variables of modules that functions mention.
    pub fn take_mentioned(&mut self) -> Vec<GlobalId> {
        std::mem::take(&mut self.mentioned)
    }

    pub fn symbol(&self, text: &str) -> Symbol {
        mangled(text, self.scopes.get(self.current).private.as_deref())
    }

    /// The scope whose window is in use.
    pub fn frame(&self) -> ScopeId {
        self.scopes.get(self.current).frame
    }

    /// Whether `return` and `yield` have a function to speak of.
    pub fn in_function(&self) -> bool {
        matches!(
            self.scopes.get(self.frame()).kind,
            ScopeKind::Function(Role::Function | Role::Ability | Role::Lambda)
        )
    }

    /// What a name means in the current scope.
    pub fn place(&self, name: Symbol) -> Place {
        let scope = self.scopes.get(self.current);
        let Some(entry) = scope.entry(name) else { return Place::Unknown };
        match (entry.early && !entry.passed, entry.outer) {
            (true, Some(outer)) => outer,
            _ => entry.place.unwrap_or(Place::Unknown),
        }
    }

    /// The variable at a place, if there is one.
    pub fn variable(&mut self, place: Place) -> Option<Variable> {
        match place {
            Place::Slot(owner, name) => self.slot(owner, name),
            Place::Global(id) => {
                if matches!(self.scopes.get(self.frame()).kind, ScopeKind::Function(_))
                    && self.mentioned_set.insert(id)
                {
                    self.mentioned.push(id);
                }
                Some(Variable::Global(id))
            }
            _ => None,
        }
    }

    fn slot(&self, owner: ScopeId, name: Symbol) -> Option<Variable> {
        let frame = self.frame();
        if self.scopes.get(owner).frame != frame {
            return self.captured(frame, owner, name).map(Variable::Captured);
        }
        let entry = self.scopes.get(owner).entry(name)?;
        let slot = entry.slot?;
        Some(if entry.cell { Variable::Cell(slot) } else { Variable::Local(slot) })
    }

    fn captured(&self, frame: ScopeId, owner: ScopeId, name: Symbol) -> Option<u16> {
        let captures = &self.scopes.get(frame).captures;
        u16::try_from(captures.iter().position(|capture| *capture == (owner, name))?).ok()
    }

    /// Where the cells that a function or class captures are, seen from the current scope.
    pub fn sources(&self, inner: ScopeId) -> Vec<Source> {
        let frame = self.frame();
        let source = |&(owner, name): &(ScopeId, Symbol)| {
            if self.scopes.get(owner).frame == frame {
                Source::Cell(self.scopes.get(owner).entry(name).and_then(|entry| entry.slot).unwrap_or(0))
            } else {
                Source::Captured(self.captured(frame, owner, name).unwrap_or(0))
            }
        };
        self.scopes.get(inner).captures.iter().map(source).collect()
    }

    /// Reads a name of the program.
    pub fn name(&mut self, name: &ast::Name) -> Expr {
        let symbol = self.symbol(name.as_str());
        self.load(symbol, name.span)
    }

    /// Reads a variable, builtin, field or redefinable literal.
    pub fn load(&mut self, name: Symbol, span: Span) -> Expr {
        let place = self.place(name);
        let kind = match place {
            Place::Slot(..) | Place::Global(_) => {
                ExprKind::Load(self.variable(place).unwrap_or(Variable::Unknown(name)))
            }
            Place::Builtin => ExprKind::Load(Variable::Builtin(name)),
            Place::True => ExprKind::Constant(Constant::True),
            Place::False => ExprKind::Constant(Constant::False),
            Place::None => ExprKind::Constant(Constant::None),
            Place::RootClass => ExprKind::RootClass,
            Place::Field => {
                ExprKind::Attribute { object: Box::new(self.load(names::SELF, span)), name, null_safe: false }
            }
            Place::Unknown => {
                self.undefined(name, span);
                ExprKind::Load(Variable::Unknown(name))
            }
        };
        Expr { span, kind }
    }

    /// The variable that an assignment to a name means.
    pub fn store(&mut self, name: Symbol) -> Variable {
        let id = self.current;
        let in_class = matches!(self.scopes.get(id).kind, ScopeKind::Class(_));
        if in_class {
            self.scopes.get_mut(id).entry_mut(name).passed = true;
        }
        let place = self.place(name);
        self.variable(place).unwrap_or(Variable::Unknown(name))
    }

    pub fn store_name(&mut self, name: &ast::Name) -> Variable {
        let symbol = self.symbol(name.as_str());
        self.store(symbol)
    }

    /// Reports a name that nothing defines, once per function.
    fn undefined(&mut self, name: Symbol, span: Span) {
        let frame = self.frame();
        if self.globals.is_open || !self.reported.insert((frame, name)) {
            return;
        }
        let report = Diagnostic::error("E0201", span, format!("`{name}` is not defined"))
            .label("nothing here has this name");
        let text = name.name();
        let is_field =
            self.scopes.class_around(self.current).is_some_and(|(_, shape)| shape.all_fields.contains(&name));
        let help = if is_field {
            format!("it is a field: write `self.{text}`")
        } else if let Some(meant) = self.meant(text) {
            format!("did you mean `{meant}`?")
        } else {
            "define it, or import it".to_owned()
        };
        self.diagnostics.push(report.help(help));
    }

    /// The visible name that is most like `text`.
    fn meant(&self, text: &str) -> Option<&'static str> {
        let mut candidates: Vec<&'static str> = Vec::new();
        for (id, scope) in self.scopes.chain(self.current) {
            if !matches!(scope.kind, ScopeKind::Class(_)) || id == self.current {
                candidates.extend(scope.bound.iter().map(|name| name.name()));
            }
        }
        candidates.extend(self.globals.defined().map(Symbol::name));
        candidates.extend(self.world.names.builtins());
        suggest(text, candidates.into_iter())
    }

    /// Code that raises when it is reached.
    pub fn unsupported(&self, span: Span, exception: &'static str, message: impl Into<Arc<str>>) -> Expr {
        Expr { span, kind: ExprKind::Unsupported { exception, message: message.into() } }
    }

    /// A construct that does not belong where it stands: reported, and a SyntaxError with Python's words
    /// when it is reached.
    pub fn misplaced(&mut self, report: Diagnostic, message: &str) -> Expr {
        let span = report.span;
        self.diagnostics.push(report);
        self.unsupported(span, "SyntaxError", message)
    }
}
