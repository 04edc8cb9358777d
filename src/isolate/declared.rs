//! Records that are older than the declaration of their class: an archetype has got fields since they were
//! stored, or lost some.
//!
//! A field that is new gets its default when it is first read; one that is gone is kept, as an attribute
//! that the class does not declare, and that is said once. Refuses to know how a record became old.

use std::sync::Arc;

use super::border::Border;
use crate::store::{Slot, Version};
use crate::value::class::FieldDefault;
use crate::value::{Class, Heap, Instance, Outcome, Ref, Value};

impl Border {
    /// The version of a node or edge with its fields where the class of this program has them.
    pub(super) fn arranged(&self, class: &Ref<Class>, slot: Slot, version: Arc<Version>) -> Arc<Version> {
        let shape = self.shape(class);
        if version.layout() == shape.layout {
            return version;
        }
        let stored = &self.shared.store.classes().get(version.layout()).fields;
        if stored.starts_with(&shape.names) {
            return version;
        }
        let gone: Vec<&str> =
            stored.iter().filter(|name| !shape.names.contains(name)).map(|name| &**name).collect();
        if !gone.is_empty() {
            self.shared.note(&format!(
                "note: stored `{}` has `{}`, which the program does not declare: it is kept aside",
                class.name.as_str(),
                gone.join("`, `")
            ));
        }
        self.shared.store.arrange(slot, &shape.names).unwrap_or(version)
    }

    /// What stands in a field that was declared after the record was stored: its default, if it has one.
    pub(super) fn new_field(&self, heap: &Heap, index: u32, position: u16) -> Outcome {
        let object = self.with(index, |mirror| mirror.object.clone());
        match default_of(heap, &object, position)? {
            Some(value) if value.is_immediate() => Ok(value),
            Some(value) => {
                // It may be changed in place: from now on it is the node's own.
                self.with(index, |mirror| mirror.fields[usize::from(position)].written = true);
                Ok(value)
            }
            None => Ok(Value::Unbound),
        }
    }

    /// Gives a walker of an earlier process the fields that its class has got since.
    pub(super) fn fill_new_fields(&self, heap: &Heap, walker: &Ref<Instance>) -> Outcome<()> {
        let hidden = walker.class().hidden;
        for position in 0..walker.class().fields().len() as u16 {
            if walker.slot(hidden + position).is_unbound()
                && let Some(value) = default_of(heap, walker, position)?
            {
                walker.set_slot(hidden + position, value).discard();
            }
        }
        Ok(())
    }
}

fn default_of(heap: &Heap, object: &Ref<Instance>, position: u16) -> Outcome<Option<Value>> {
    let class = object.class().clone();
    match class.fields().get(usize::from(position)).map(|field| &field.default) {
        Some(FieldDefault::Value(value)) => Ok(Some(value.clone())),
        Some(FieldDefault::Thunk(thunk)) => heap.call(thunk, &mut []).map(Some),
        Some(FieldDefault::Required | FieldDefault::PostInit) | None => Ok(None),
    }
}
