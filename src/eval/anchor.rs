//! `x.__jac__`: the anchor of an object, with what the object-spatial model knows of it.
//!
//! An object has one anchor, made when it is first asked for and kept with the instance. Besides a
//! walker's schedule it holds no state: ids, edges and walks are asked of `graph` each time.

use std::cell::OnceCell;

use super::graph_expr;
use super::state;
use crate::code::Symbol;
use crate::graph;
use crate::value::links::set_apart;
use crate::value::native::NativeObject;
use crate::value::{Heap, Instance, Native, Outcome, Ref, Value};

/// An anchor.
pub struct Anchor {
    owner: Value,
    /// A walker's schedule, once asked for.
    schedule: OnceCell<Value>,
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
        Anchor { owner: Value::Instance(instance.clone()), schedule: OnceCell::new() },
    ));
    instance.edit_extra(|extra| extra.anchor = anchor.clone());
    anchor
}

impl NativeObject for Anchor {
    fn type_name(&self) -> &'static str {
        match &self.owner {
            owner if graph::as_walker(owner).is_some() => "WalkerAnchor",
            owner if graph::as_edge(owner).is_some() => "EdgeAnchor",
            owner if graph::as_node(owner).is_some() => "NodeAnchor",
            _ => "ObjectAnchor",
        }
    }
    fn module_name(&self) -> &'static str {
        "jaclang.runtimelib.archetype"
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.owner);
        self.schedule.get().into_iter().for_each(visit);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        take(std::mem::take(&mut self.owner));
        self.schedule.take().into_iter().for_each(take);
    }
    fn attribute(&self, heap: &Heap, name: Symbol) -> Option<Outcome> {
        let Value::Instance(owner) = &self.owner else { return None };
        let ends = |slot| Some(Ok(graph::end_of(owner, slot).map_or(Value::None, Value::Instance)));
        match name.name() {
            "archetype" => Some(Ok(self.owner.clone())),
            "id" => Some(graph_expr::jid(heap, &self.owner)),
            "root" => Some(Ok(Value::None)),
            "persistent" => Some(Ok(Value::bool(owner.header().has(graph::flag::PERSISTENT)))),
            "edges" => graph::links(owner).map(|links| {
                heap.caller.before_links_read(heap, owner)?;
                let own: Vec<Ref<Instance>> = links.borrow().iter().map(|l| l.edge().clone()).collect();
                own.iter().for_each(|edge| set_apart(heap, edge));
                let edges = own.iter().map(|edge| of(heap, edge)).collect();
                Ok(Value::list(heap, edges))
            }),
            "source" if graph::as_edge(&self.owner).is_some() => ends(graph::SOURCE),
            "target" if graph::as_edge(&self.owner).is_some() => ends(graph::TARGET),
            "path" if graph::walk_of(owner).is_some() => Some(Ok(Value::list(heap, Vec::new()))),
            "next" => graph::walk_of(owner)
                .map(|w| Ok(Value::list(heap, w.queue.borrow().iter().cloned().collect()))),
            "ignores" => graph::walk_of(owner).map(|w| Ok(Value::list(heap, w.ignores.borrow().clone()))),
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
