//! Connecting and disconnecting: `++>`, `+>:Edge:+>`, `del-->` and their kin.
//!
//! Makes the edge objects of a connection; putting them between nodes, and taking them away, is the
//! business of `graph`.

use super::compile::{Compiler, Eval};
use super::graph_expr::Test;
use crate::code::{Direction, EdgeSpec, Expr, Filter, Symbol};
use crate::graph;
use crate::source::Span;
use crate::value::{BuiltinType, Heap, Held, Instance, Outcome, Ref, Value, ops};

/// What makes the edges of a connection.
struct EdgeMaker {
    type_: Eval,
    fields: Box<[(Symbol, Eval)]>,
    span: Span,
}

/// `left ++> right` and its kin; gives the right operand's nodes (for `<++`: the left one's), or None if
/// nobody looks at them.
pub fn connect(
    c: &mut Compiler,
    (left, right): (&'static Expr, &'static Expr),
    direction: Direction,
    edge: Option<&'static EdgeSpec>,
    is_used: bool,
    span: Span,
) -> Eval {
    let (left, right) = (c.expr(left), c.expr(right));
    let maker = edge.map(|spec| EdgeMaker {
        type_: c.expr(&spec.type_),
        fields: spec.fields.iter().map(|(name, e)| (*name, c.expr(e))).collect(),
        span: spec.span,
    });
    Box::new(move |frame| {
        let heap = frame.heap;
        let (l, r) = if direction == Direction::In {
            let r = Held::new(right(frame)?);
            (Held::new(left(frame)?), r)
        } else {
            let l = Held::new(left(frame)?);
            (l, Held::new(right(frame)?))
        };
        let at = |raised| heap.at(raised, span);
        let several = match (graph::as_node(&l), graph::as_node(&r)) {
            (Some(_), Some(_)) => None,
            _ => Some((graph::nodes_of(heap, &l).map_err(at)?, graph::nodes_of(heap, &r).map_err(at)?)),
        };
        let (type_, fields) = match &maker {
            None => (None, Vec::new()),
            Some(maker) => {
                let type_ = Held::new((maker.type_)(frame)?);
                let mut fields = Vec::with_capacity(maker.fields.len());
                for (name, value) in &maker.fields {
                    fields.push((*name, value(frame)?));
                }
                (Some(type_), fields)
            }
        };
        let mut used = false;
        let make_span = maker.as_ref().map_or(span, |m| m.span);
        let mut make = || {
            make_edge(heap, type_.as_deref(), &fields, &mut used).map_err(|raised| heap.at(raised, make_span))
        };
        match (&several, graph::as_node(&l), graph::as_node(&r)) {
            (None, Some(l), Some(r)) => {
                let edge = make()?;
                graph::join_towards(heap, &edge, l, r, direction).map_err(at)?;
                drop(type_);
                graph::embed(heap, &edge);
            }
            (Some((l, r)), ..) => graph::connect(heap, l, r, direction, &mut make).map_err(at)?,
            (None, ..) => {}
        }
        if !is_used {
            return Ok(Value::None);
        }
        let result = if direction == Direction::In { l } else { r };
        Ok(match result.release() {
            single @ Value::Instance(_) => Value::list(heap, vec![single]),
            many => many,
        })
    })
}

/// An edge object: of the class, the instance itself (a fresh copy after its first use), or a generic one.
fn make_edge(
    heap: &Heap,
    type_: Option<&Value>,
    fields: &[(Symbol, Value)],
    used: &mut bool,
) -> Outcome<Ref<Instance>> {
    let edge = match type_ {
        None => super::construct::new_instance(heap, &graph::generic_edge_class(heap)),
        Some(class @ Value::Class(_)) => match heap.call(class, &mut [])? {
            Value::Instance(edge) => edge,
            other => return Err(not_an_edge(heap, &other)),
        },
        Some(Value::Instance(edge))
            if !std::mem::replace(used, true) && graph::end_of(edge, graph::SOURCE).is_none() =>
        {
            edge.clone()
        }
        Some(Value::Instance(edge)) => copy_edge(heap, edge),
        Some(other) => return Err(not_an_edge(heap, other)),
    };
    if edge.class().builtin != BuiltinType::EdgeArchetype {
        return Err(not_an_edge(heap, &Value::Instance(edge)));
    }
    for (name, value) in fields {
        if edge.class().slot(*name).is_none() && edge.class().lookup(*name).is_none() {
            return Err(heap.value_error(format!("Invalid attribute: {name}")));
        }
        ops::attribute::set(heap, &Value::Instance(edge.clone()), *name, value.clone())?;
    }
    Ok(edge)
}

/// An unconnected edge with the same fields.
fn copy_edge(heap: &Heap, edge: &Ref<Instance>) -> Ref<Instance> {
    let copy = super::construct::new_instance(heap, edge.class());
    for (slot, value) in edge.slots().iter().enumerate().skip(edge.class().hidden as usize) {
        copy.set_slot(slot as u16, value.clone());
    }
    copy
}

#[cold]
fn not_an_edge(heap: &Heap, value: &Value) -> crate::value::Raised {
    heap.type_error(format!("a connection needs an edge archetype, not '{}'", ops::types::type_name(value)))
}

/// `left del--> right`: whether anything was removed.
pub fn disconnect(
    c: &mut Compiler,
    left: &'static Expr,
    right: &'static Expr,
    direction: Direction,
    edge: Option<&'static Filter>,
    span: Span,
) -> Eval {
    let (left, right) = (c.expr(left), c.expr(right));
    let test = edge.map(|f| Test::compile(c, f));
    Box::new(move |frame| {
        let heap = frame.heap;
        let at = |raised| heap.at(raised, span);
        let l = left(frame)?;
        let r = right(frame)?;
        let (l, r) = (graph::nodes_of(heap, &l).map_err(at)?, graph::nodes_of(heap, &r).map_err(at)?);
        let wanted = match &test {
            Some(test) => test.wanted(frame)?,
            None => None,
        };
        let accept = |edge: &Ref<Instance>| match &test {
            Some(test) => test.accepts(frame, &wanted, &Value::Instance(edge.clone())),
            None => Ok(true),
        };
        graph::disconnect(heap, &l, &r, direction, accept).map(Value::bool).map_err(at)
    })
}
