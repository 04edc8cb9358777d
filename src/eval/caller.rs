//! What the floors below ask of the evaluator: calling any callable, safe points, and the
//! attributes that the object-spatial model gives to objects.
//!
//! The one implementation of `value::call::Caller`; it only sends each question to the file that
//! knows.

use super::call::call_values;
use super::construct::GENERATED_INIT;
use super::{archetype, enumeration, generator, spawn, state};
use crate::code::{GlobalId, Symbol};
use crate::value::call::Caller;
use crate::value::heap::signal;
use crate::value::{Bound, Class, ClassKind, Heap, Instance, Native, Outcome, Ref, Value, collect, names};

/// The evaluator, as the values see it.
pub struct Evaluator;

/// The one evaluator: it has no state of its own.
pub static EVALUATOR: Evaluator = Evaluator;

impl Caller for Evaluator {
    fn call(
        &self,
        heap: &Heap,
        callee: &Value,
        args: &mut [Value],
        keywords: &mut [(Symbol, Value)],
    ) -> Outcome {
        call_values(heap.top_frame(), callee, args, keywords)
    }

    fn safe_point(&self, heap: &Heap) -> Outcome<()> {
        let flags = heap.signals.flag.load(std::sync::atomic::Ordering::Relaxed);
        if flags & signal::COLLECT != 0 {
            heap.signals.clear(signal::COLLECT);
            collect::collect(heap);
        }
        if flags & signal::ORPHANS != 0 {
            heap.signals.clear(signal::ORPHANS);
            generator::close_orphans(heap)?;
        }
        if flags & !(signal::COLLECT | signal::ORPHANS) != 0 {
            state::host(heap).safe_point(heap, flags)?;
        }
        Ok(())
    }

    fn special_attribute(&self, heap: &Heap, object: &Value, name: Symbol) -> Outcome<Option<Value>> {
        match object {
            Value::Instance(instance) => {
                if instance.class().kind == ClassKind::Enum {
                    return Ok(enumeration::attribute(instance, name));
                }
                match name {
                    names::REPORTS => {
                        if heap.shares_graph()
                            && let Some(reports) = state::host(heap).reports(heap, instance)?
                        {
                            return Ok(Some(reports));
                        }
                        Ok(spawn::reports(heap, instance))
                    }
                    names::JAC if instance.class().kind != ClassKind::Class => {
                        Ok(Some(super::anchor::of(heap, instance)))
                    }
                    names::INIT if archetype::has_generated_init(instance.class()) => {
                        let init = self.inherited_constructor(heap, instance.class(), names::INIT);
                        Ok(init.map(|init| Value::Bound(Bound::new(heap, object.clone(), init))))
                    }
                    _ => Ok(None),
                }
            }
            Value::Class(class) if name == names::INIT => Ok(self.inherited_constructor(heap, class, name)),
            _ => Ok(None),
        }
    }

    fn inherited_constructor(&self, heap: &Heap, class: &Ref<Class>, name: Symbol) -> Option<Value> {
        let generated = name == names::INIT
            && archetype::has_generated_init(class)
            && archetype::own_init(class).is_none();
        generated.then(|| {
            Value::Bound(Bound::new(heap, Value::Class(class.clone()), Value::Builtin(&GENERATED_INIT)))
        })
    }

    fn set_native_attribute(
        &self,
        heap: &Heap,
        native: &Ref<Native>,
        name: Symbol,
        value: &Value,
    ) -> Outcome<bool> {
        state::host(heap).set_native_attribute(heap, native, name, value)
    }

    fn before_write(&self, heap: &Heap, instance: &Ref<Instance>, slot: u16) -> Outcome<()> {
        if heap.shares_graph() { state::host(heap).before_write(heap, instance, slot) } else { Ok(()) }
    }

    fn before_read(&self, heap: &Heap, instance: &Ref<Instance>, slot: u16) -> Outcome<Option<Value>> {
        state::host(heap).before_read(heap, instance, slot)
    }

    fn missing_global(&self, heap: &Heap, id: GlobalId) -> Outcome<Option<Value>> {
        state::host(heap).missing_global(heap, id)
    }

    fn joined(&self, heap: &Heap, edge: &Ref<Instance>) -> Outcome<()> {
        if heap.shares_graph() { state::host(heap).joined(heap, edge) } else { Ok(()) }
    }

    fn before_links_read(&self, heap: &Heap, node: &Ref<Instance>) -> Outcome<()> {
        if heap.shares_graph() { state::host(heap).before_links_read(heap, node) } else { Ok(()) }
    }

    fn before_link(&self, heap: &Heap, node: &Ref<Instance>) -> Outcome<()> {
        if heap.shares_graph() { state::host(heap).before_link(heap, node) } else { Ok(()) }
    }

    fn gone(&self, heap: &Heap, instance: &Ref<Instance>) -> Outcome<()> {
        if heap.shares_graph() { state::host(heap).gone(heap, instance) } else { Ok(()) }
    }
}
