//! The method resolution order: Python's C3 linearisation.
//!
//! Used for class statements, with their error text; `type(…)` has its own in
//! `builtins::linearization`, which stands above the evaluator.

use crate::value::{Class, Heap, Outcome, Ref};

/// The order after the class itself. Raises TypeError if the bases contradict each other.
pub fn linearize(heap: &Heap, _name: &str, bases: &[Ref<Class>]) -> Outcome<Vec<Ref<Class>>> {
    for (index, base) in bases.iter().enumerate() {
        if bases[..index].iter().any(|b| b.same(base)) {
            return Err(heap.type_error(format!("duplicate base class {}", base.name.as_str())));
        }
    }
    let mut lists: Vec<Vec<Ref<Class>>> = bases
        .iter()
        .map(|base| std::iter::once(base.clone()).chain(base.mro().iter().cloned()).collect())
        .collect();
    lists.push(bases.to_vec());
    let mut order = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return Ok(order);
        }
        let candidate = lists
            .iter()
            .filter_map(|list| list.first())
            .find(|head| !lists.iter().any(|list| list.iter().skip(1).any(|c| c.same(head))));
        let Some(next) = candidate.cloned() else {
            let names: Vec<&str> = bases.iter().map(|b| b.name.as_str()).collect();
            return Err(heap.type_error(format!(
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            )));
        };
        for list in &mut lists {
            if list.first().is_some_and(|head| head.same(&next)) {
                list.remove(0);
            }
        }
        order.push(next);
    }
}
