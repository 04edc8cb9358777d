//! Ids: 128 bits, given when they are first asked for; the way back from an id to its object.
//!
//! An object whose id has been asked for is kept until the isolate ends or it is deleted.

use std::cell::RefCell;
use std::collections::HashMap;

use super::{as_edge, as_node, end_of, flag, root};
use crate::value::{Heap, Instance, Ref, Value};

#[derive(Default)]
struct Ids {
    known: RefCell<HashMap<u128, Ref<Instance>>>,
}

/// The object's id; a new one from `fresh` if nobody has asked before. The root's is 0.
pub fn id_of(heap: &Heap, instance: &Ref<Instance>, fresh: impl FnOnce(&Heap, &str) -> u128) -> u128 {
    if instance.same(&root(heap)) {
        return 0;
    }
    if let Some(id) = instance.with_extra(|extra| extra.id).filter(|id| *id != 0) {
        return id;
    }
    let id = fresh(heap, instance.class().name.as_str());
    set_id(heap, instance, id);
    id
}

/// Gives an object its id.
pub fn set_id(heap: &Heap, instance: &Ref<Instance>, id: u128) {
    instance.edit_extra(|extra| extra.id = id);
    heap.attached::<Ids>().known.borrow_mut().insert(id, instance.clone());
}

/// Forgets a deleted object.
pub fn forget_id(heap: &Heap, instance: &Ref<Instance>) {
    if let Some(id) = instance.with_extra(|extra| extra.id).filter(|id| *id != 0) {
        drop(heap.attached::<Ids>().known.borrow_mut().remove(&id));
    }
}

/// The object of an id that this isolate knows. `any`: also one that is not connected to the root.
pub fn lookup(heap: &Heap, id: u128, any: bool) -> Option<Ref<Instance>> {
    if id == 0 {
        return Some(root(heap));
    }
    let found = heap.attached::<Ids>().known.borrow().get(&id).cloned()?;
    let value = Value::Instance(found.clone());
    let findable = if as_node(&value).is_some() {
        found.header().has(flag::PERSISTENT)
    } else if as_edge(&value).is_some() {
        end_of(&found, super::SOURCE).is_some_and(|node| node.header().has(flag::PERSISTENT))
    } else {
        false
    };
    (any || findable).then_some(found)
}
