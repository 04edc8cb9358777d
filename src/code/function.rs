//! Functions: parameters, slots and bodies. Also a module's body, an archetype's body and the thunk
//! of a field's default are functions.
//!
//! Parameter `i` lives in slot `i`, all other variables follow; a slot that inner functions share
//! holds a cell. Temporaries are the compiler's (`eval::compile`) and have no slots here.

use std::sync::Arc;

use super::{Block, Symbol};
use crate::source::Span;

/// What calling the function does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    Plain,
    /// It has a `yield`: calling gives a generator.
    Generator,
    /// `async def` without `yield`: calling gives a coroutine.
    Async,
    AsyncGenerator,
}

/// A function's code.
#[derive(Debug)]
pub struct Function {
    pub name: Arc<str>,
    /// As in Python: `A.f`, `f.<locals>.g`, `<lambda>`; a module's body is `<module>`.
    pub qualname: Arc<str>,
    /// The dotted name of the module (`__main__` for the main one).
    pub module: Arc<str>,
    pub doc: Option<Arc<str>>,
    pub kind: FunctionKind,
    /// The head of the definition.
    pub span: Span,
    /// In the order: positional-only, normal, star, keyword-only, double star. Parameter `i` lives in slot `i`.
    pub params: Vec<Param>,
    /// All slots; the parameters first. A slot whose `cell` is set holds a cell once the function runs.
    pub locals: Vec<Local>,
    /// Names of the captured cells, in the order of `MakeFunction::captures`.
    pub captures: Vec<Symbol>,
    pub body: Block,
    /// The function is a method, ability or thunk of an archetype whose instances it gets as first parameter.
    pub is_method: bool,
    /// A method that gets no `self` (`static def`).
    pub is_static: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    PositionalOnly,
    Normal,
    Star,
    KeywordOnly,
    DoubleStar,
}

#[derive(Clone, Debug)]
pub struct Param {
    pub name: Symbol,
    pub kind: ParamKind,
    pub has_default: bool,
}

/// A slot of the window.
#[derive(Clone, Debug)]
pub struct Local {
    pub name: Symbol,
    /// Some function defined inside shares the variable: the prologue puts a fresh cell into the slot
    /// (with the argument in it, for a parameter).
    pub cell: bool,
}
