//! Variables: reading, assigning and unbinding locals, cells, captured cells and module variables.
//!
//! An unbound module variable is what other isolates bound, what the module got while it ran, or a
//! builtin, in this order; else a NameError. Where a name's value is was decided in `resolve`: here
//! are no look-ups on the hot path.

use super::compile::{Compiler, Eval, Store};
use crate::code::{GlobalId, Symbol, Variable, globals};
use crate::source::Span;
use crate::value::{ErrorKind, Frame, Heap, Outcome, Raised, Value};

#[cold]
#[inline(never)]
pub fn unbound_local(heap: &Heap, name: Symbol, span: Span) -> Raised {
    let raised = heap.error(
        ErrorKind::UnboundLocalError,
        format!("cannot access local variable '{name}' where it is not associated with a value"),
    );
    heap.at(raised, span)
}

#[cold]
#[inline(never)]
fn unbound_free(heap: &Heap, name: Symbol, span: Span) -> Raised {
    let raised = heap.error(
        ErrorKind::NameError,
        format!(
            "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
        ),
    );
    heap.at(raised, span)
}

#[cold]
#[inline(never)]
pub fn not_defined(heap: &Heap, name: Symbol, span: Span) -> Raised {
    let raised = heap.error(ErrorKind::NameError, format!("name '{name}' is not defined"));
    heap.at(raised, span)
}

/// A module variable that is unbound: a builtin of the name, or what the module got while it ran.
#[cold]
#[inline(never)]
fn global_fallback(heap: &Heap, id: GlobalId, span: Span) -> Outcome {
    if heap.shares_graph()
        && let Some(value) =
            super::state::host(heap).missing_global(heap, id).map_err(|r| heap.at(r, span))?
    {
        return Ok(value);
    }
    let Some(global) = globals::get(id) else { return Err(not_defined(heap, Symbol::new("?"), span)) };
    unknown(heap, &global.module, global.name, span)
}

/// A name that nothing in the program's text binds.
pub fn unknown(heap: &Heap, module: &str, name: Symbol, span: Span) -> Outcome {
    if let Some(value) = super::import::dynamic_global(heap, module, name) {
        return Ok(value);
    }
    match heap.builtin(name) {
        Some(value) => Ok(value),
        None => Err(not_defined(heap, name, span)),
    }
}

/// The captured cell of a running function, by its place.
#[inline(always)]
pub fn captured<'f>(frame: Frame<'f>, slot: u16, index: u16) -> &'f Value {
    match frame.get(slot) {
        Value::Function(function) => match function.captures().get(index as usize) {
            Some(cell) => cell.peek(),
            None => Value::unbound(),
        },
        _ => Value::unbound(),
    }
}

/// Reads a variable.
pub fn load(c: &mut Compiler, from: Variable, span: Span) -> Eval {
    match from {
        Variable::Local(slot) => {
            let name = c.local_name(slot);
            Box::new(move |frame| match frame.get(slot) {
                Value::Unbound => Err(unbound_local(frame.heap, name, span)),
                value => Ok(value.clone()),
            })
        }
        Variable::Cell(slot) => {
            let name = c.local_name(slot);
            Box::new(move |frame| match frame.get(slot) {
                Value::Cell(cell) => match cell.peek() {
                    Value::Unbound => Err(unbound_local(frame.heap, name, span)),
                    value => Ok(value.clone()),
                },
                _ => Err(unbound_local(frame.heap, name, span)),
            })
        }
        Variable::Captured(index) => {
            let name = c.function.captures.get(index as usize).copied().unwrap_or_else(|| Symbol::new("?"));
            let slot = c.captures_slot;
            Box::new(move |frame| match captured(frame, slot, index) {
                Value::Unbound => Err(unbound_free(frame.heap, name, span)),
                value => Ok(value.clone()),
            })
        }
        Variable::Global(id) => Box::new(move |frame| match frame.heap.global_in_place(id) {
            Value::Unbound => global_fallback(frame.heap, id, span),
            value => Ok(value.clone()),
        }),
        Variable::Builtin(name) => Box::new(move |frame| load_builtin(frame, name, span)),
        Variable::Unknown(name) => {
            let module = &c.function.module;
            Box::new(move |frame| unknown(frame.heap, module, name, span))
        }
    }
}

/// A builtin's value.
#[inline(always)]
pub fn load_builtin(frame: Frame<'_>, name: Symbol, span: Span) -> Outcome {
    match frame.heap.builtin_in_place(name) {
        Some(value) => Ok(value.clone()),
        None => Err(not_defined(frame.heap, name, span)),
    }
}

/// Assigns a variable.
pub fn store(c: &mut Compiler, to: Variable) -> Store {
    match to {
        Variable::Local(slot) => Box::new(move |frame, value| {
            frame.set(slot, value);
            Ok(())
        }),
        Variable::Cell(slot) => Box::new(move |frame, value| {
            set_cell(frame, slot, value);
            Ok(())
        }),
        Variable::Captured(index) => {
            let slot = c.captures_slot;
            Box::new(move |frame, value| {
                if let Value::Function(function) = frame.get(slot)
                    && let Some(cell) = function.captures().get(index as usize)
                {
                    cell.set(value).discard();
                }
                Ok(())
            })
        }
        Variable::Global(id) => Box::new(move |frame, value| {
            frame.heap.set_global(id, value);
            Ok(())
        }),
        Variable::Builtin(name) | Variable::Unknown(name) => {
            let module = &c.function.module;
            Box::new(move |frame, value| {
                super::import::set_dynamic_global(frame.heap, module, name, value);
                Ok(())
            })
        }
    }
}

/// Assigns the variable in a cell slot; makes the cell if the slot has none yet.
pub fn set_cell(frame: Frame<'_>, slot: u16, value: Value) {
    if let Value::Cell(cell) = frame.get(slot) {
        cell.set(value).discard();
        return;
    }
    frame.set(slot, Value::Cell(crate::value::CellBox::new(frame.heap, value)));
}

/// Unbinds a variable. Raises if it was unbound already and `strict`.
pub fn unbind(c: &mut Compiler, what: Variable, strict: bool, span: Span) -> super::compile::Exec {
    use super::compile::Flow;
    match what {
        Variable::Local(slot) => {
            let name = c.local_name(slot);
            Box::new(move |frame| match frame.take(slot) {
                Value::Unbound if strict => Err(unbound_local(frame.heap, name, span)),
                old => {
                    old.discard();
                    Ok(Flow::Next)
                }
            })
        }
        Variable::Cell(_) | Variable::Captured(_) => {
            let set = store(c, what);
            Box::new(move |frame| {
                set(frame, Value::Unbound)?;
                Ok(Flow::Next)
            })
        }
        Variable::Global(id) => Box::new(move |frame| {
            if strict && frame.heap.global_in_place(id).is_unbound() {
                let name = globals::get(id).map_or_else(|| Symbol::new("?"), |g| g.name);
                return Err(not_defined(frame.heap, name, span));
            }
            frame.heap.set_global(id, Value::Unbound);
            Ok(Flow::Next)
        }),
        Variable::Builtin(name) | Variable::Unknown(name) => {
            Box::new(move |frame| Err(not_defined(frame.heap, name, span)))
        }
    }
}
