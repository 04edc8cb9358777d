//! `x.__jac__`: the anchor of an object, with what the object-spatial model knows of it.
//!
//! An object has one anchor, made when it is first asked for and kept with the instance. It holds a
//! walker's schedule and the object's permission; ids, edges and walks are asked of `graph` each time.
//! Its `repr` leaves a node's edges out, so that it ends in every graph.

use std::cell::OnceCell;

use super::{graph_expr, permission, state};
use crate::code::Symbol;
use crate::graph;
use crate::value::links::set_apart;
use crate::value::native::NativeObject;
use crate::value::{Heap, Instance, Native, Outcome, Ref, Value, ops};

/// An anchor.
pub struct Anchor {
    owner: Value,
    /// A walker's schedule, once asked for.
    schedule: OnceCell<Value>,
    /// The object's permission, once asked for.
    access: OnceCell<Value>,
}

impl Anchor {
    /// The walker's schedule, if somebody has asked for it.
    pub fn known_schedule(&self) -> Option<Value> {
        self.schedule.get().cloned()
    }
}

/// The anchor of an instance.
pub fn of(heap: &Heap, instance: &Ref<Instance>) -> Value {
    if let Some(anchor) = instance.with_extra(|extra| extra.anchor.clone()).filter(|a| !a.is_unbound()) {
        return anchor;
    }
    let anchor = Value::Native(Native::new(
        heap,
        Anchor {
            owner: Value::Instance(instance.clone()),
            schedule: OnceCell::new(),
            access: OnceCell::new(),
        },
    ));
    instance.edit_extra(|extra| extra.anchor = anchor.clone());
    anchor
}

impl NativeObject for Anchor {
    fn type_name(&self) -> &'static str {
        match &self.owner {
            owner if graph::as_walker(owner).is_some() => "WalkerAnchor",
            owner if graph::as_node(owner).is_some() => "NodeAnchor",
            Value::Instance(owner) if is_joined(owner) => "EdgeAnchor",
            _ => "Anchor",
        }
    }
    fn module_name(&self) -> &'static str {
        "jaclang.runtimelib.archetype"
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.owner);
        self.schedule.get().into_iter().chain(self.access.get()).for_each(visit);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        take(std::mem::take(&mut self.owner));
        self.schedule.take().into_iter().chain(self.access.take()).for_each(take);
    }
    fn repr(&self, heap: &Heap) -> Option<Outcome<String>> {
        match &self.owner {
            Value::Instance(owner) => Some(self.describe(heap, owner)),
            _ => None,
        }
    }
    fn attribute(&self, heap: &Heap, name: Symbol) -> Option<Outcome> {
        let Value::Instance(owner) = &self.owner else { return None };
        let ends = |slot| Some(Ok(graph::end_of(owner, slot).map_or(Value::None, |node| of(heap, &node))));
        match name.name() {
            "archetype" => Some(Ok(self.owner.clone())),
            "id" => Some(id(heap, owner)),
            "root" => Some(if is_persistent(owner) && !graph::is_root(heap, owner) {
                uuid_of(heap, 0)
            } else {
                Ok(Value::None)
            }),
            "access" => Some(match self.access.get() {
                Some(access) => Ok(access.clone()),
                None => permission::closed(heap).map(|made| self.access.get_or_init(|| made).clone()),
            }),
            "persistent" => Some(Ok(Value::bool(is_persistent(owner)))),
            "hash" => Some(Ok(Value::Int(0))),
            "edges" => graph::links(owner).map(|links| {
                heap.caller.before_links_read(heap, owner)?;
                let own: Vec<Ref<Instance>> = links.borrow().iter().map(|l| l.edge().clone()).collect();
                own.iter().for_each(|edge| set_apart(heap, edge));
                let edges = own.iter().map(|edge| of(heap, edge)).collect();
                Ok(Value::list(heap, edges))
            }),
            "source" if is_joined(owner) => ends(graph::SOURCE),
            "target" if is_joined(owner) => ends(graph::TARGET),
            "is_undirected" if is_joined(owner) => {
                Some(Ok(Value::bool(owner.with_extra(|extra| extra.undirected).unwrap_or(false))))
            }
            "path" if graph::walk_of(owner).is_some() => Some(Ok(Value::list(heap, Vec::new()))),
            "next" => {
                graph::walk_of(owner).map(|w| Ok(Value::list(heap, anchors(heap, w.queue.borrow().iter()))))
            }
            "ignores" => {
                graph::walk_of(owner).map(|w| Ok(Value::list(heap, anchors(heap, w.ignores.borrow().iter()))))
            }
            "disengaged" => graph::walk_of(owner).map(|w| Ok(Value::bool(w.disengaged.get()))),
            "schedule" if owner.class().is_async => Some(match self.schedule.get() {
                Some(schedule) => Ok(schedule.clone()),
                None => state::host(heap)
                    .schedule(heap, owner)
                    .map(|made| self.schedule.get_or_init(|| made).clone()),
            }),
            _ => None,
        }
    }
}

/// The anchors of places.
fn anchors<'a>(heap: &Heap, places: impl Iterator<Item = &'a Value>) -> Vec<Value> {
    let anchor = |place: &Value| match place {
        Value::Instance(place) => of(heap, place),
        other => other.clone(),
    };
    places.map(anchor).collect()
}

impl Anchor {
    /// The fields; a node's edges are left out, so that it ends.
    fn describe(&self, heap: &Heap, owner: &Ref<Instance>) -> Outcome<String> {
        let field = |name: &str| match self.attribute(heap, Symbol::new(name)) {
            Some(value) => ops::show::to_string(heap, &value?),
            None => Ok(String::new()),
        };
        let mut shown = format!("{}(archetype={}", self.type_name(), ops::show::repr(heap, &self.owner)?);
        let edges = graph::links(owner).map(|links| links.borrow().len());
        for name in ["id", "root", "access", "persistent", "hash"] {
            shown += &format!(", {name}={}", field(name)?);
        }
        match edges {
            Some(0) => shown += ", edges=[]",
            Some(_) => shown += ", edges=[...]",
            None => {}
        }
        if is_joined(owner) {
            for name in ["source", "target", "is_undirected"] {
                shown += &format!(", {name}={}", field(name)?);
            }
        }
        shown.push(')');
        Ok(shown)
    }
}

/// Whether the object is an edge that connects something.
fn is_joined(owner: &Ref<Instance>) -> bool {
    graph::as_edge(&Value::Instance(owner.clone())).is_some() && graph::end_of(owner, graph::SOURCE).is_some()
}

/// Whether the object is found by its id: a node that is connected with the root, or an edge of one.
fn is_persistent(owner: &Ref<Instance>) -> bool {
    let is_found = |node: &Ref<Instance>| node.header().has(graph::flag::PERSISTENT);
    is_found(owner)
        || (is_joined(owner) && graph::end_of(owner, graph::SOURCE).is_some_and(|node| is_found(&node)))
}

/// A UUID; an async walker's id has a form of its own.
fn id(heap: &Heap, owner: &Ref<Instance>) -> Outcome {
    let text = graph_expr::jid(heap, &Value::Instance(owner.clone()))?;
    match &text {
        Value::Str(digits) if !owner.class().is_async => match u128::from_str_radix(digits.as_str(), 16) {
            Ok(bits) => uuid_of(heap, bits),
            Err(_) => Ok(text),
        },
        _ => Ok(text),
    }
}

fn uuid_of(heap: &Heap, bits: u128) -> Outcome {
    let digits = Value::str(format!("{bits:032x}"));
    match permission::library_value(heap, "uuid", "UUID")? {
        Some(class) => heap.call(&class, &mut [digits]),
        None => Ok(digits),
    }
}
