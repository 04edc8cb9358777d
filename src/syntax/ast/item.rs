//! Items: what stands at module level or in the body of an archetype, and may also
//! be nested in a code block: imports, archetypes, enums, functions, abilities,
//! fields, impls, globals, entries and tests.
//!
//! Decorators, flags, access tags and docstrings are kept as they were written.
//! Which declaration an `impl` belongs to is the resolver's business.

use std::sync::Arc;

use super::{Block, Doc, Expr, Name, Node, Stmt};
use crate::source::Span;

/// An item. Build it with [`Item::new`], which measures its depth.
#[derive(Clone, Debug)]
pub struct Item {
    pub span: Span,
    pub doc: Option<Doc>,
    pub kind: ItemKind,
    depth: u16,
}

impl Item {
    pub fn new(span: Span, doc: Option<Doc>, kind: ItemKind) -> Item {
        let mut deepest = 0;
        super::walk::item_children(&kind, &mut |child: Node<'_>| deepest = child.depth().max(deepest));
        Item { span, doc, kind, depth: deepest.saturating_add(1) }
    }

    /// How many levels of expressions, statements and items stand below and at this one.
    pub fn depth(&self) -> u16 {
        self.depth
    }
}

#[derive(Clone, Debug)]
pub enum ItemKind {
    Import(Import),
    Archetype(Box<Archetype>),
    Enum(Box<Enum>),
    /// `def`.
    Function(Box<Function>),
    /// `can … with … entry`.
    Ability(Box<Ability>),
    Impl(Box<Impl>),
    /// Of an archetype; in a code block, annotated local variables.
    Has(Has),
    /// `glob a: int = 1, b = 2;`: each an assignment or an annotation.
    Glob {
        access: Option<Access>,
        assigns: Vec<Stmt>,
    },
    /// `with entry { … }`, `with entry:name { … }`. At a prompt also loose statements.
    Entry {
        name: Option<Name>,
        body: Block,
    },
    Test(Test),
    /// What could not be parsed; a diagnostic says why.
    Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Private,
    Public,
    Protected,
}

#[derive(Clone, Debug)]
pub enum Import {
    /// `import a.b as c, d;`
    Modules(Vec<ModuleImport>),
    /// `import from a.b { c as d, e }`
    From { module: ModulePath, names: Vec<ImportName> },
    /// `include a.b;`
    Include(ModuleImport),
}

/// `.a.b`: the dots in front, then the names. One of them may be missing.
#[derive(Clone, Debug)]
pub struct ModulePath {
    pub span: Span,
    /// 0 is absolute, 1 the importing file's own directory, each further one a level up.
    pub level: u32,
    pub names: Vec<Name>,
}

#[derive(Clone, Debug)]
pub struct ModuleImport {
    pub span: Span,
    pub module: ModulePath,
    pub alias: Option<Name>,
}

#[derive(Clone, Debug)]
pub struct ImportName {
    pub span: Span,
    pub name: Name,
    pub alias: Option<Name>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchetypeKind {
    Obj,
    Class,
    Node,
    Edge,
    Walker,
}

#[derive(Clone, Debug)]
pub struct Archetype {
    pub decorators: Vec<Expr>,
    pub is_async: bool,
    pub kind: ArchetypeKind,
    pub access: Option<Access>,
    pub name: Name,
    pub bases: Vec<Expr>,
    /// `None`: declared with `;`, an `impl` gives the body.
    pub members: Option<Vec<Item>>,
}

#[derive(Clone, Debug)]
pub struct Enum {
    pub decorators: Vec<Expr>,
    pub access: Option<Access>,
    pub name: Name,
    pub bases: Vec<Expr>,
    /// `None`: declared with `;`, an `impl` gives the body.
    pub body: Option<EnumBody>,
}

#[derive(Clone, Debug)]
pub struct EnumBody {
    pub span: Span,
    pub members: Vec<EnumMember>,
    /// `with entry` blocks (code of the class body), functions, nested items.
    pub items: Vec<Item>,
}

#[derive(Clone, Debug)]
pub struct EnumMember {
    pub span: Span,
    pub name: Name,
    pub type_: Option<Expr>,
    pub value: Option<Expr>,
}

/// The words before `def` and `can`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    pub is_async: bool,
    pub is_override: bool,
    pub is_static: bool,
}

#[derive(Clone, Debug)]
pub struct Function {
    pub decorators: Vec<Expr>,
    pub flags: Flags,
    pub access: Option<Access>,
    pub name: Name,
    pub signature: Signature,
    pub body: Body,
}

#[derive(Clone, Debug)]
pub struct Ability {
    pub decorators: Vec<Expr>,
    pub flags: Flags,
    pub access: Option<Access>,
    pub name: Name,
    pub event: Event,
    pub body: Body,
}

#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// `None`: no parentheses were written, which in a `class` means an implied `self`.
    pub params: Option<Vec<Param>>,
    pub return_type: Option<Expr>,
}

/// A parameter. The markers `/` and `*` are gone: they are in the kinds.
#[derive(Clone, Debug)]
pub struct Param {
    pub span: Span,
    pub kind: ParamKind,
    pub name: Name,
    pub type_: Option<Expr>,
    pub default: Option<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    PositionalOnly,
    Normal,
    /// `*args`
    Star,
    KeywordOnly,
    /// `**kwargs`
    DoubleStar,
}

/// `with trigger entry -> type`.
#[derive(Clone, Debug)]
pub struct Event {
    pub span: Span,
    pub trigger: Option<Expr>,
    pub moment: Moment,
    pub return_type: Option<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Entry,
    Exit,
}

#[derive(Clone, Debug)]
pub enum Body {
    Block(Block),
    /// `;`: an `impl` gives the body.
    Declared,
    /// `abs;`
    Abstract,
    /// `by llm();`: not supported; the resolver says so where it is reached.
    By(Expr),
}

#[derive(Clone, Debug)]
pub struct Impl {
    pub decorators: Vec<Expr>,
    /// `A.B.f`: at least one name.
    pub target: Vec<Name>,
    pub head: ImplHead,
    pub body: ImplBody,
}

#[derive(Clone, Debug)]
pub enum ImplHead {
    /// Nothing, parameters, or `-> type`. `impl A(B)` comes as a parameter without a
    /// type: only the declaration tells bases from parameters.
    Signature(Signature),
    Event(Event),
    /// What can only be bases: `impl A(m.B, C[int])`.
    Bases(Vec<Expr>),
}

#[derive(Clone, Debug)]
pub enum ImplBody {
    /// Of a function, or of an archetype: see [`Block::members`].
    Block(Block),
    Enum(EnumBody),
    By(Expr),
}

#[derive(Clone, Debug)]
pub struct Has {
    pub is_static: bool,
    pub access: Option<Access>,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub span: Span,
    pub name: Name,
    pub type_: Expr,
    pub default: Option<Expr>,
    /// `by postinit`: absent until the program sets it.
    pub by_postinit: bool,
}

#[derive(Clone, Debug)]
pub struct Test {
    pub name: Option<TestName>,
    pub body: Block,
}

/// `test sums { … }` or `test "sums of squares" { … }`.
#[derive(Clone, Debug)]
pub struct TestName {
    pub text: Arc<str>,
    pub span: Span,
}
