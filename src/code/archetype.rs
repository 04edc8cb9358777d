//! Archetypes and enums: what a class statement makes.
//!
//! A declaration has one process-wide number, by which isolates and records know its class. Kept
//! apart: what the body runs (a function), and what is known before it runs: fields, abilities,
//! members. Making the class is the business of `eval::archetype`.

use std::sync::Arc;

use super::{Expr, Function, Symbol};
use crate::source::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchetypeKind {
    Obj,
    /// A plain class: no generated constructor; `has` with a value is a class attribute.
    Class,
    Node,
    Edge,
    Walker,
    Enum,
}

/// A class statement.
#[derive(Debug)]
pub struct Archetype {
    /// Process-wide number of the declaration.
    pub id: u32,
    pub kind: ArchetypeKind,
    /// `async walker`.
    pub is_async: bool,
    pub name: Arc<str>,
    pub qualname: Arc<str>,
    pub module: Arc<str>,
    pub doc: Option<Arc<str>>,
    pub span: Span,
    /// Evaluated outside of the class's scope, in order.
    pub bases: Vec<Expr>,
    /// Instance fields (`has`) in order of declaration. Not for `Class` and `Enum`.
    pub fields: Vec<Field>,
    /// The class body: a function without parameters whose body binds methods, `static has` fields, nested
    /// archetypes, enum members and the variables of `with entry` blocks to its slots. After it has run,
    /// every bound slot of `names` becomes a class attribute.
    pub scope: Function,
    /// The slots of `scope` that become class attributes, in order of their first binding.
    pub names: Vec<(Symbol, u16)>,
    /// Cells that the scope captures from around the class statement.
    pub captures: Vec<super::Source>,
    /// The slot of `scope` that holds the cell `__class__`, filled when the class exists (for `super`).
    pub class_cell: Option<u16>,
    /// Entry and exit abilities in order of declaration; each is also bound by the body under its name.
    pub abilities: Vec<Ability>,
    /// Attributes that methods assign on `self` and that are no fields: instances reserve slots for them.
    pub self_attributes: Vec<Symbol>,
    /// Enum members in order (names bound by the scope); for `Enum` only. A member without value has its
    /// slot bound to `...` by the scope (the runtime numbers it).
    pub members: Vec<Symbol>,
    /// Names of `Enum` members that were written without a value.
    pub auto_members: Vec<Symbol>,
}

#[derive(Debug)]
pub struct Field {
    pub name: Symbol,
    pub span: Span,
    pub default: FieldDefault,
}

#[derive(Debug)]
pub enum FieldDefault {
    /// The constructor must be given it.
    Required,
    /// A literal constant: also a class attribute.
    Constant(Expr),
    /// Evaluated anew for every construction: a `MakeFunction` without parameters, evaluated once in the scope.
    Thunk(Expr),
    /// `by postinit`: not in the constructor, absent until set.
    PostInit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Entry,
    Exit,
}

/// `can name with trigger moment`.
#[derive(Debug)]
pub struct Ability {
    pub name: Symbol,
    pub moment: Moment,
    /// `None`: untyped. Else a `MakeFunction` without parameters: evaluated at first use, in module scope.
    pub trigger: Option<Expr>,
    pub span: Span,
}
