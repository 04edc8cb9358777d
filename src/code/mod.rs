//! The resolved program: data only, shared by all isolates and threads.
//!
//! What `resolve` makes of a syntax tree and `eval` turns into closures. Every name has become a
//! [`Variable`], every sugar its plain form: pipes are calls, `impl` bodies stand in their
//! declarations, decorated definitions are assignments, a node's `here` and `visitor` are one slot.
//! Nothing here is ever freed: code outlives every isolate, so a call holds no count on its function.

mod archetype;
mod expr;
mod function;
mod module;
mod names;
mod pattern;
mod stmt;
pub mod symbol;

pub use self::archetype::{Ability, Archetype, ArchetypeKind, Field, FieldDefault, Moment};
pub use self::expr::{
    Arg, BinaryOp, Clause, CompareOp, ComprehensionKind, Condition, Constant, DictItem, Direction, EdgeSpec,
    Expr, ExprKind, FPart, Filter, Hop, HopTarget, MakeFunction, Source, UnaryOp,
};
pub use self::function::{Function, FunctionKind, Local, Param, ParamKind};
pub use self::module::{Global, GlobalId, Module, ModuleRef, Test, globals};
pub use self::names::Names;
pub use self::pattern::{Pattern, PatternKind};
pub use self::stmt::{Block, Case, Handler, ImportItem, Stmt, StmtKind, Target, TargetKind, WithItem};
pub use self::symbol::Symbol;

/// Where a name's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variable {
    /// A slot of the running function's window.
    Local(u16),
    /// A slot that holds a cell: the function's own variable, shared with functions defined in it.
    Cell(u16),
    /// One of the cells that the running function was made with.
    Captured(u16),
    /// A variable of a module. If it is unbound and a builtin has its name, the builtin is meant.
    Global(GlobalId),
    /// A builtin that no module variable hides.
    Builtin(Symbol),
    /// A name that nothing defines: a NameError when it is reached (unless the module got a variable
    /// of that name while it ran).
    Unknown(Symbol),
}
