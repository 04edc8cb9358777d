//! Statements of code blocks, from assignment to `visit`.
//!
//! Everything that can also stand at module level or in an archetype (imports,
//! nested functions, archetypes, local `has`) is an [`Item`] inside
//! [`StmtKind::Item`]. Whether a statement makes sense where it stands (`break`
//! outside a loop, `visit` outside an ability) is the resolver's question.

use super::{BinaryOp, Block, Expr, Item, Name, Node, Pattern};
use crate::source::Span;

/// A statement. Build it with [`Stmt::new`], which measures its depth.
#[derive(Clone, Debug)]
pub struct Stmt {
    pub span: Span,
    pub kind: StmtKind,
    depth: u16,
}

impl Stmt {
    pub fn new(span: Span, kind: StmtKind) -> Stmt {
        let mut deepest = 0;
        super::walk::stmt_children(&kind, &mut |child: Node<'_>| deepest = child.depth().max(deepest));
        Stmt { span, kind, depth: deepest.saturating_add(1) }
    }

    /// How many levels of expressions, statements and items stand below and at this one.
    pub fn depth(&self) -> u16 {
        self.depth
    }
}

#[derive(Clone, Debug)]
pub enum StmtKind {
    Expr(Expr),
    /// A nested import, function, ability, archetype, enum, impl or `has`.
    Item(Box<Item>),

    /// `a = b = value`: one target or more, assigned left to right.
    Assign {
        targets: Vec<Expr>,
        value: Expr,
    },
    /// `target: type = value`; without a value it only declares.
    Annotate {
        target: Expr,
        type_: Expr,
        value: Option<Expr>,
    },
    /// `target op= value`.
    Augment {
        target: Expr,
        op: BinaryOp,
        value: Expr,
    },
    /// One target or more.
    Delete(Vec<Expr>),
    Global(Vec<Name>),
    Nonlocal(Vec<Name>),

    /// `if` and each `elif` (or `else if`) is a branch.
    If {
        branches: Vec<(Expr, Block)>,
        otherwise: Option<Block>,
    },
    While {
        test: Expr,
        body: Block,
        otherwise: Option<Block>,
    },
    ForIn {
        is_async: bool,
        target: Expr,
        iterable: Expr,
        body: Block,
        otherwise: Option<Block>,
    },
    /// `for init to test by step`: `init` is an assignment; the step also runs after `continue`.
    ForTo {
        is_async: bool,
        init: Box<Stmt>,
        test: Expr,
        step: Box<Stmt>,
        body: Block,
        otherwise: Option<Block>,
    },
    Try {
        body: Block,
        handlers: Vec<Handler>,
        otherwise: Option<Block>,
        finally: Option<Block>,
    },
    Match {
        subject: Expr,
        cases: Vec<Case>,
    },
    With {
        is_async: bool,
        items: Vec<WithItem>,
        body: Block,
    },

    Return(Option<Expr>),
    Raise {
        value: Option<Expr>,
        cause: Option<Expr>,
    },
    Assert {
        test: Expr,
        message: Option<Expr>,
    },
    /// `check` of a test.
    Check(Expr),
    Break,
    Continue,

    Visit {
        index: Option<Expr>,
        target: Expr,
        otherwise: Option<Block>,
    },
    Ignore(Expr),
    Disengage,
    Skip,
    Report(Expr),

    /// `-> type { … }`: never runs.
    TypedContext {
        type_: Expr,
        body: Block,
    },
    /// A lone `;`.
    Empty,
    /// What could not be parsed; a diagnostic says why.
    Error,
}

/// An `except` part.
#[derive(Clone, Debug)]
pub struct Handler {
    pub span: Span,
    /// Left out: `except { … }`, which takes everything.
    pub type_: Option<Expr>,
    pub name: Option<Name>,
    pub body: Block,
}

impl Handler {
    /// The `e` of `except e { … }`, which binds the exception to `e` if nothing defines that name.
    pub fn bare_name(&self) -> Option<&Name> {
        match (&self.type_, &self.name) {
            (Some(type_), None) => type_.as_name(),
            _ => None,
        }
    }
}

/// A `case` part; its statements reach to the next `case`.
#[derive(Clone, Debug)]
pub struct Case {
    pub span: Span,
    pub pattern: Pattern,
    pub guard: Option<Expr>,
    pub body: Block,
}

/// `context as target` of a `with`.
#[derive(Clone, Debug)]
pub struct WithItem {
    pub span: Span,
    pub context: Expr,
    pub target: Option<Expr>,
}
