//! Resolved statements.
//!
//! Definitions are assignments here, decorators calls; `visit`, `report` and their kin name the
//! variable that holds the walker. A target says where a value goes, never how: that is
//! `eval::assign`'s and `eval::variable`'s.

use std::sync::Arc;

use super::{BinaryOp, Expr, ModuleRef, Pattern, Symbol, Variable};
use crate::source::Span;

/// Statements in order.
#[derive(Debug, Default)]
pub struct Block {
    pub stmts: Vec<Stmt>,
}

#[derive(Debug)]
pub struct Stmt {
    pub span: Span,
    pub kind: StmtKind,
}

/// What can be assigned to.
#[derive(Debug)]
pub struct Target {
    pub span: Span,
    pub kind: TargetKind,
}

#[derive(Debug)]
pub enum TargetKind {
    Variable(Variable),
    Attribute {
        object: Box<Expr>,
        name: Symbol,
    },
    /// The index may be a slice.
    Subscript {
        object: Box<Expr>,
        index: Box<Expr>,
    },
    /// `a, *b, c`: `star` is the position of the starred one.
    Sequence {
        targets: Vec<Target>,
        star: Option<usize>,
    },
    /// Of `Delete` only: nodes or edges (`del [-->];`) that are destroyed; there is no name to unbind.
    Value(Box<Expr>),
}

#[derive(Debug)]
pub enum StmtKind {
    Expr(Expr),
    /// Also definitions of functions and classes (with their decorators applied as calls).
    Assign {
        targets: Vec<Target>,
        value: Expr,
    },
    /// The target is a variable, attribute or subscript.
    Augment {
        target: Target,
        op: BinaryOp,
        value: Expr,
    },
    /// Destroys the value (nodes, edges), then unbinds.
    Delete(Vec<Target>),

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
        target: Target,
        iterable: Expr,
        body: Block,
        otherwise: Option<Block>,
    },
    ForTo {
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
    /// `check` of a test: like assert, but says what was compared.
    Check(Expr),
    Break,
    Continue,

    /// `walker`: `self` in a walker's body, else the `visitor` parameter.
    Visit {
        walker: Expr,
        index: Option<Expr>,
        target: Expr,
        otherwise: Option<Block>,
    },
    Ignore {
        walker: Expr,
        target: Expr,
    },
    /// Marks the walker and returns from the function.
    Disengage {
        walker: Expr,
    },
    /// `walker`: as for visit where there is one.
    Report {
        walker: Option<Expr>,
        value: Expr,
    },

    /// `import a.b.c;` binds `variable` to the first module (`whole` false) or, with `as`, to the last.
    Import {
        module: ModuleRef,
        path: Vec<Arc<str>>,
        modules: Vec<ModuleRef>,
        variable: Variable,
        whole: bool,
    },
    ImportFrom {
        module: ModuleRef,
        path: Arc<str>,
        items: Vec<ImportItem>,
    },
    /// Copies the names of a module into variables of this one. For a native module the names are not known
    /// here (`names` is empty) and become variables while the program runs.
    Include {
        module: ModuleRef,
        path: Arc<str>,
        names: Vec<(Symbol, Variable)>,
    },
}

/// `name as variable` of an import. `submodule`: what to bind if the module has no such attribute.
#[derive(Debug)]
pub struct ImportItem {
    pub span: Span,
    pub name: Symbol,
    pub variable: Variable,
    pub submodule: Option<ModuleRef>,
}

/// An `except` part. Without `type_` it takes everything that derives from `BaseException`.
#[derive(Debug)]
pub struct Handler {
    pub span: Span,
    pub type_: Option<Expr>,
    /// Unbound again when the handler ends.
    pub variable: Option<Variable>,
    pub body: Block,
}

#[derive(Debug)]
pub struct Case {
    pub span: Span,
    pub pattern: Pattern,
    pub guard: Option<Expr>,
    pub body: Block,
}

#[derive(Debug)]
pub struct WithItem {
    pub span: Span,
    pub context: Expr,
    pub target: Option<Target>,
}
