//! The root node and the two classes that every program has: `Root` and `GenericEdge`.
//!
//! Each isolate makes them when they are first asked for; one whose graph lives in a store puts its
//! own root in their place. The root is found by id from the beginning.

use std::cell::RefCell;

use super::flag;
use crate::value::class::ClassParts;
use crate::value::{BuiltinType, Class, ClassKind, Heap, Instance, Ref};

/// The root and the classes, made when they are first asked for.
#[derive(Default)]
struct Roots {
    root: RefCell<Option<Ref<Instance>>>,
    root_class: RefCell<Option<Ref<Class>>>,
    generic_edge: RefCell<Option<Ref<Class>>>,
}

fn make_class(heap: &Heap, name: &str, kind: ClassKind, base: BuiltinType, number: u32) -> Ref<Class> {
    let base = heap.type_class(base).clone();
    let parts = ClassParts { kind, ..ClassParts::under(base, name, "jaclang.runtimelib.archetype") };
    Class::new(heap, parts, Some(number))
}

/// The class of the root node.
pub fn root_class(heap: &Heap) -> Ref<Class> {
    let roots = heap.attached::<Roots>();
    let mut place = roots.root_class.borrow_mut();
    place
        .get_or_insert_with(|| make_class(heap, "Root", ClassKind::Node, BuiltinType::NodeArchetype, 9001))
        .clone()
}

/// The class of an edge that was made without one.
pub fn generic_edge_class(heap: &Heap) -> Ref<Class> {
    let roots = heap.attached::<Roots>();
    let mut place = roots.generic_edge.borrow_mut();
    place
        .get_or_insert_with(|| {
            make_class(heap, "GenericEdge", ClassKind::Edge, BuiltinType::EdgeArchetype, 9002)
        })
        .clone()
}

/// The root node.
pub fn root(heap: &Heap) -> Ref<Instance> {
    let roots = heap.attached::<Roots>();
    if let Some(root) = &*roots.root.borrow() {
        return root.clone();
    }
    let root = Instance::new(heap, root_class(heap));
    super::prepare(heap, &root);
    root.header().set(flag::PERSISTENT, true);
    *roots.root.borrow_mut() = Some(root.clone());
    root
}

/// Whether an object is the root node.
pub fn is_root(heap: &Heap, object: &Ref<Instance>) -> bool {
    heap.attached::<Roots>().root.borrow().as_ref().is_some_and(|root| root.same(object))
}

/// Replaces the root, as an isolate does whose graph lives in a store.
pub fn set_root(heap: &Heap, root: Ref<Instance>) {
    *heap.attached::<Roots>().root.borrow_mut() = Some(root);
}
