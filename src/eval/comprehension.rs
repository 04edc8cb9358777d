//! Comprehensions, in line in the function around them, and generator expressions.
//!
//! A comprehension's variables are slots of that function: renewed before it runs, unbound after
//! it, also when it raises. A generator expression is a generator function; its first iterable is
//! asked for an iterator at once. Looping is in `loops`.

use super::compile::{Compiler, Eval, Store, Test};
use super::{assign, function, loops};
use crate::code::{Clause, ComprehensionKind, Expr, MakeFunction, Variable};
use crate::source::Span;
use crate::value::{Dict, Frame, List, Outcome, Ref, Set, Value, ops};

struct Part {
    target: Store,
    iterable: Eval,
    conditions: Box<[Test]>,
    span: Span,
}

/// Where the elements go.
enum Sink {
    List(Ref<List>),
    Set(Ref<Set>),
    Dict(Ref<Dict>),
}

/// `[element for … if …]` and its kin.
pub fn compile(
    c: &mut Compiler,
    kind: ComprehensionKind,
    element: &'static Expr,
    value: Option<&'static Expr>,
    clauses: &'static [Clause],
    fresh: &'static [Variable],
) -> Eval {
    let parts: Box<[Part]> = clauses
        .iter()
        .map(|clause| Part {
            iterable: c.expr(&clause.iterable),
            target: assign::store(c, &clause.target),
            conditions: clause.conditions.iter().map(|e| c.test(e)).collect(),
            span: clause.iterable.span,
        })
        .collect();
    let span = element.span;
    let element = c.expr(element);
    let value = value.map(|v| c.expr(v));
    Box::new(move |frame| {
        renew(frame, fresh);
        let heap = frame.heap;
        let sink = match kind {
            ComprehensionKind::List => Sink::List(List::new(heap, Vec::new())),
            ComprehensionKind::Set => Sink::Set(Set::new(heap, false)),
            ComprehensionKind::Dict => Sink::Dict(Dict::new(heap)),
        };
        let mut put = |frame: Frame<'_>| -> Outcome<()> {
            let item = element(frame)?;
            match &sink {
                Sink::List(list) => list.push(item),
                Sink::Set(set) => {
                    set.add(frame.heap, item).map_err(|raised| frame.heap.at(raised, span))?;
                }
                Sink::Dict(dict) => {
                    let value = match &value {
                        Some(value) => value(frame)?,
                        None => Value::None,
                    };
                    drop(dict.insert(frame.heap, item, value).map_err(|raised| frame.heap.at(raised, span))?);
                }
            }
            Ok(())
        };
        let result = run(&parts, frame, &mut put);
        clear(frame, fresh);
        result?;
        Ok(match sink {
            Sink::List(list) => Value::List(list),
            Sink::Set(set) => Value::Set(set),
            Sink::Dict(dict) => Value::Dict(dict),
        })
    })
}

/// The comprehension's own variables: unbound, or a new cell.
fn renew(frame: Frame<'_>, fresh: &[Variable]) {
    for variable in fresh {
        match variable {
            Variable::Local(slot) => frame.set(*slot, Value::Unbound),
            Variable::Cell(slot) => {
                frame.set(*slot, Value::Cell(crate::value::CellBox::new(frame.heap, Value::Unbound)))
            }
            _ => {}
        }
    }
}

fn clear(frame: Frame<'_>, fresh: &[Variable]) {
    for variable in fresh {
        if let Variable::Local(slot) | Variable::Cell(slot) = variable {
            frame.set(*slot, Value::Unbound);
        }
    }
}

fn run(parts: &[Part], frame: Frame<'_>, put: &mut dyn FnMut(Frame<'_>) -> Outcome<()>) -> Outcome<()> {
    let Some((part, rest)) = parts.split_first() else { return put(frame) };
    let iterable = (part.iterable)(frame)?;
    loops::each(frame, &iterable, part.span, |item| {
        frame.heap.poll()?;
        (part.target)(frame, item)?;
        for condition in &part.conditions {
            if !condition(frame)? {
                return Ok(true);
            }
        }
        if rest.is_empty() {
            put(frame)?
        } else {
            run(rest, frame, put)?
        }
        Ok(true)
    })
}

/// `(element for …)`: a generator function, called with the iterator of the first iterable.
pub fn generator(c: &mut Compiler, make: &'static MakeFunction, iterable: &'static Expr) -> Eval {
    let span = iterable.span;
    let base = c.base();
    c.reserve(2);
    let function = function::make(c, make);
    let iterable = c.expr(iterable);
    Box::new(move |frame| {
        let iterable = iterable(frame)?;
        let iterator =
            ops::iterate::iter(frame.heap, &iterable).map_err(|raised| frame.heap.at(raised, span))?;
        let function = function(frame)?;
        frame.set(base, iterator);
        super::call::call_placed(frame.callee(base), &function, 1, &[])
    })
}
