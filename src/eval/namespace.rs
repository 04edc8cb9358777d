//! The variables in sight as a dict: `globals()`, `locals()`, `vars()` and `dir()` without an argument.
//!
//! Which function is running is known where the call is compiled, so a frame is never searched for at
//! run time. In a function `locals()` is a snapshot; at module level it is what `globals()` gives: one
//! dict per module, brought up to date at each call. An assignment `globals()[name] = value` reaches the
//! variable; through another reference to the dict only names reach it that the text binds nowhere.

use super::compile::{Compiler, Eval};
use super::{import, variable};
use crate::code::{Expr, ExprKind, Symbol, Variable};
use crate::value::{Dict, Frame, Heap, Outcome, Ref, Value, ops};

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Globals,
    Locals,
    Names,
}

/// The name of a module's body.
const MODULE_BODY: &str = "<module>";

fn asked(callee: &Expr) -> Option<Asked> {
    let ExprKind::Load(Variable::Builtin(name)) = &callee.kind else { return None };
    match name.name() {
        "globals" => Some(Asked::Globals),
        "locals" | "vars" => Some(Asked::Locals),
        "dir" => Some(Asked::Names),
        _ => None,
    }
}

/// A call without arguments, if it asks for the variables in sight.
pub fn compile(c: &Compiler, callee: &'static Expr) -> Option<Eval> {
    let asked = asked(callee)?;
    let info = c.function;
    let at_module_level = &*info.qualname == MODULE_BODY;
    if asked == Asked::Globals || at_module_level {
        let module = &*info.module;
        return Some(Box::new(move |frame| match import::variables(frame.heap, module) {
            Some(dict) if asked == Asked::Names => names(frame.heap, &dict),
            Some(dict) => Ok(Value::Dict(dict)),
            None => Ok(Value::Dict(Dict::new(frame.heap))),
        }));
    }
    let slot = c.captures_slot;
    Some(Box::new(move |frame| {
        let dict = locals(frame, info, slot);
        if asked == Asked::Names { names(frame.heap, &dict) } else { Ok(Value::Dict(dict)) }
    }))
}

/// Whether an expression is `globals()`, or `locals()` at module level: items that are assigned there are
/// variables of the module.
pub fn is_module_dict(c: &Compiler, object: &Expr) -> bool {
    let ExprKind::Call { callee, args } = &object.kind else { return false };
    match asked(callee) {
        Some(Asked::Globals) => args.is_empty(),
        Some(Asked::Locals) => args.is_empty() && &*c.function.qualname == MODULE_BODY,
        _ => false,
    }
}

/// `globals()[name] = value`
pub fn assign(heap: &Heap, module: &str, dict: &Value, name: &Value, value: Value) -> Outcome<()> {
    ops::item::set_item(heap, dict, name, value.clone())?;
    if let Value::Str(name) = name
        && import::is_variable(heap, module, Symbol::new(name.as_str()))
    {
        import::set_dynamic_global(heap, module, Symbol::new(name.as_str()), value);
    }
    Ok(())
}

fn names(heap: &Heap, dict: &Ref<Dict>) -> Outcome {
    let mut names: Vec<Value> = dict.pairs().into_iter().map(|(name, _)| name).collect();
    names.sort_by(|a, b| match (a, b) {
        (Value::Str(a), Value::Str(b)) => a.as_str().cmp(b.as_str()),
        _ => std::cmp::Ordering::Equal,
    });
    Ok(Value::list(heap, names))
}

/// The bound variables of the running function, captured ones last.
fn locals(frame: Frame<'_>, info: &crate::code::Function, captures_slot: u16) -> Ref<Dict> {
    let dict = Dict::new(frame.heap);
    let add = |name: Symbol, value: &Value| {
        let value = match value {
            Value::Cell(cell) => cell.peek().clone(),
            value => value.clone(),
        };
        if !value.is_unbound() {
            dict.set_str(name.name(), value);
        }
    };
    for (slot, local) in info.locals.iter().enumerate() {
        add(local.name, frame.get(slot as u16));
    }
    for (index, name) in info.captures.iter().enumerate() {
        add(*name, variable::captured(frame, captures_slot, index as u16));
    }
    dict
}
