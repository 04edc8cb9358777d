//! Imports: running modules once, binding their names, and module variables that come up at run
//! time.
//!
//! A module that is running already is given out as far as it is, so cycles end. Which module an
//! import means has been decided in `resolve`; native modules come out of the library.

use super::compile::{Compiler, Exec, Flow};
use super::state::{self, state};
use super::{compile, function, variable};
use crate::code::{self, ImportItem, ModuleRef, Symbol, Variable};
use crate::source::Span;
use crate::value::function::Code;
use crate::value::{Dict, ErrorKind, Heap, Module, Outcome, Ref, Value, names, ops};
use std::sync::Arc;

/// `import a.b.c as d;`
pub fn import(
    c: &mut Compiler,
    module: &'static ModuleRef,
    path: &'static [Arc<str>],
    modules: &'static [ModuleRef],
    variable: Variable,
    whole: bool,
    span: Span,
) -> Exec {
    let store = variable::store(c, variable);
    Box::new(move |frame| {
        let heap = frame.heap;
        let at = |raised| heap.at(raised, span);
        // Each module on the way is run, and becomes an attribute of the one before it.
        let mut first = Value::None;
        let mut parent: Option<Value> = None;
        let leaf = if modules.is_empty() {
            load(heap, module).map_err(at)?
        } else {
            let mut last = Value::None;
            for (index, part) in modules.iter().enumerate() {
                last = load(heap, part).map_err(at)?;
                if index == 0 {
                    first = last.clone();
                }
                if let (Some(parent), Some(name)) = (&parent, path.get(index))
                    && let Value::Module(parent) = parent
                    && parent.get(heap, Symbol::new(name)).is_none()
                {
                    parent.dict_or_new(heap).set_str(name, last.clone());
                }
                parent = Some(last.clone());
            }
            last
        };
        store(frame, if whole || first.is_none() { leaf } else { first })?;
        Ok(Flow::Next)
    })
}

/// `import from a.b { c as d }`
pub fn import_from(
    c: &mut Compiler,
    module: &'static ModuleRef,
    path: &'static Arc<str>,
    items: &'static [ImportItem],
    span: Span,
) -> Exec {
    let items: Box<[_]> = items.iter().map(|item| (item, variable::store(c, item.variable))).collect();
    Box::new(move |frame| {
        let heap = frame.heap;
        let from = load(heap, module).map_err(|raised| heap.at(raised, span))?;
        for (item, store) in &items {
            let found = ops::attribute::get_optional(heap, &from, item.name)
                .map_err(|raised| heap.at(raised, item.span))?;
            let value = match (found, &item.submodule) {
                (Some(value), _) => value,
                (None, Some(submodule)) => {
                    load(heap, submodule).map_err(|raised| heap.at(raised, item.span))?
                }
                (None, None) => {
                    let message = format!("cannot import name '{}' from '{path}'", item.name);
                    return Err(heap.at(heap.error(ErrorKind::ImportError, message), item.span));
                }
            };
            store(frame, value)?;
        }
        Ok(Flow::Next)
    })
}

/// `include a.b;`
pub fn include(
    c: &mut Compiler,
    module: &'static ModuleRef,
    _path: &'static Arc<str>,
    names: &'static [(Symbol, Variable)],
    span: Span,
) -> Exec {
    let stores: Box<[_]> = names.iter().map(|(name, to)| (*name, variable::store(c, *to))).collect();
    let own = &c.function.module;
    Box::new(move |frame| {
        let heap = frame.heap;
        let from = load(heap, module).map_err(|raised| heap.at(raised, span))?;
        let Value::Module(from) = &from else { return Ok(Flow::Next) };
        for (name, store) in &stores {
            if let Some(value) = from.get(heap, *name) {
                store(frame, value)?;
            }
        }
        if stores.is_empty() {
            for (name, value) in from.entries(heap) {
                if !name.name().starts_with('_') {
                    set_dynamic_global(heap, own, name, value);
                }
            }
        }
        Ok(Flow::Next)
    })
}

/// The module object, run if this is the first time that the isolate asks for it.
pub fn load(heap: &Heap, module: &ModuleRef) -> Outcome {
    match module {
        ModuleRef::Native(name) => match heap.library.module(heap, name) {
            Some(made) => made,
            None => Err(missing(heap, name)),
        },
        ModuleRef::Missing(name) => Err(missing(heap, name)),
        ModuleRef::Jac(index) => {
            let code = state(heap).program.borrow().modules.get(*index as usize).copied();
            match code {
                Some(code) => run_module(heap, code).map(Value::Module),
                None => Err(heap.error(ErrorKind::ImportError, "a module of the program is missing")),
            }
        }
    }
}

#[cold]
fn missing(heap: &Heap, name: &str) -> crate::value::Raised {
    heap.error(ErrorKind::ModuleNotFoundError, format!("No module named '{name}'"))
}

/// The module object of a Jac module, without running it.
pub fn module_object(heap: &Heap, code: &'static code::Module) -> (Ref<Module>, bool) {
    let modules = &state(heap).modules;
    if let Some((_, module)) = modules.borrow().iter().find(|(name, _)| **name == *code.name) {
        return (module.clone(), false);
    }
    let module = Module::new(heap, &code.name);
    module.globals.borrow_mut().extend(code.globals.iter().copied());
    modules.borrow_mut().push((code.name.as_ref().into(), module.clone()));
    let set = |name: Symbol, value: Value| module.set(heap, name, value);
    set(names::NAME, Value::str(&*code.name));
    set(names::DOC, code.doc.as_ref().map_or(Value::None, |doc| Value::str(&**doc)));
    if let Some(file) = &code.file {
        set(names::FILE, Value::str(file.to_string_lossy()));
    }
    (module, true)
}

/// Runs a Jac module once; a module that is running already is given out as it is.
pub fn run_module(heap: &Heap, code: &'static code::Module) -> Outcome<Ref<Module>> {
    let (module, new) = module_object(heap, code);
    if new && !state::host(heap).has_run(heap, &code.name) {
        run_body(heap, &code.body)?;
    }
    Ok(module)
}

/// Runs a module's body.
pub fn run_body(heap: &Heap, body: &'static code::Function) -> Outcome<()> {
    let commits = state(heap).program.borrow().shares_graph;
    let code = Code::new(body, if commits { compile::compile_committing } else { compile::compile });
    function::run(heap.top_frame(), code)?.discard();
    Ok(())
}

/// The module of a name, if it is running or has run.
fn running(heap: &Heap, module: &str) -> Option<Ref<Module>> {
    let modules = state(heap).modules.borrow();
    modules.iter().find(|(own, _)| **own == *module).map(|(_, module)| module.clone())
}

/// A variable that a module got while it ran.
pub fn dynamic_global(heap: &Heap, module: &str, name: Symbol) -> Option<Value> {
    running(heap, module)?.get(heap, name)
}

/// What `globals()` gives in a module.
pub fn variables(heap: &Heap, module: &str) -> Option<Ref<Dict>> {
    Some(running(heap, module)?.mirror(heap))
}

/// Whether the text of a module binds a name at module level.
pub fn is_variable(heap: &Heap, module: &str, name: Symbol) -> bool {
    running(heap, module).is_some_and(|module| module.globals.borrow().contains_key(&name))
}

/// Gives a module a variable that its text does not mention.
pub fn set_dynamic_global(heap: &Heap, module: &str, name: Symbol, value: Value) {
    if let Some(module) = running(heap, module) {
        module.set(heap, name, value);
    }
}

/// The outside world, for modules that only need that.
pub fn host(heap: &Heap) -> &dyn super::Host {
    state::host(heap)
}
