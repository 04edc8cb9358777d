//! Modules and their variables. A module variable is a process-wide number: each isolate keeps the
//! values in one table of its own.
//!
//! Imports are decided before the program runs: [`ModuleRef`] says what each one means, also if
//! nothing was found. Running a module once per isolate is the business of `eval::import`.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use super::{Archetype, Function, Symbol};
use crate::source::Span;

/// The number of a module variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GlobalId(pub u32);

/// What is known of a module variable.
#[derive(Clone, Debug)]
pub struct Global {
    pub module: Arc<str>,
    pub name: Symbol,
}

/// The process-wide table of module variables; it only grows.
pub mod globals {
    use super::{Arc, Global, GlobalId, PoisonError, RwLock, Symbol};

    static TABLE: RwLock<Vec<Global>> = RwLock::new(Vec::new());

    /// A new variable.
    pub fn add(module: &Arc<str>, name: Symbol) -> GlobalId {
        let mut table = TABLE.write().unwrap_or_else(PoisonError::into_inner);
        table.push(Global { module: module.clone(), name });
        GlobalId(table.len() as u32 - 1)
    }

    pub fn get(id: GlobalId) -> Option<Global> {
        TABLE.read().unwrap_or_else(PoisonError::into_inner).get(id.0 as usize).cloned()
    }

    /// How many there are.
    pub fn count() -> usize {
        TABLE.read().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// A resolved Jac module.
#[derive(Debug)]
pub struct Module {
    /// Dotted name; `__main__` for the main module.
    pub name: Arc<str>,
    pub file: Option<PathBuf>,
    pub doc: Option<Arc<str>>,
    /// A directory with `__init__.jac` (or without): its submodules are looked up as attributes.
    pub is_package: bool,
    /// The module's variables: `__name__`, `__file__`, `__doc__` first, then in order of appearance.
    pub globals: Vec<(Symbol, GlobalId)>,
    /// Runs the module: annex bodies, then the elements in order. Has slots of its own for temporaries.
    pub body: Function,
    pub tests: Vec<Test>,
    /// Variables (of any module) that functions, methods and abilities of this module mention.
    pub mentioned: Vec<GlobalId>,
    pub declares_async_walker: bool,
    /// All functions and archetypes of the module, wherever they are declared, the inner ones first: how a
    /// record of an earlier run finds what it names.
    pub functions: Vec<&'static Function>,
    pub archetypes: Vec<&'static Archetype>,
}

/// A `test` block.
#[derive(Debug)]
pub struct Test {
    /// `test_foo`, the text of a string name, or `test__jac_gen_N`.
    pub name: Arc<str>,
    pub span: Span,
    /// Without parameters; its code is a module-level function.
    pub function: &'static Function,
}

/// What an import means; decided before the program runs.
#[derive(Clone, Debug)]
pub enum ModuleRef {
    /// A Jac module, by its place among the program's modules.
    Jac(u32),
    /// A module of the runtime, by its dotted name.
    Native(Arc<str>),
    /// Nothing was found: an ImportError when it is reached.
    Missing(Arc<str>),
}
