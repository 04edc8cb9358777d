//! Walkers that run elsewhere, as objects of this isolate: one object per walker. Until the walker has
//! ended its fields are read where it is; afterwards it is an ordinary object with the final fields.
//!
//! Refuses to know who runs walkers and when.

use std::sync::Arc;

use super::border::{Border, field_name};
use super::shared::Live;
use super::thaw::{self, Made};
use crate::graph::{self, flag};
use crate::record::{Id, ListRecord, Record, Reference};
use crate::store::{Fields, Found, Status, WalkerRecord, WalkerSlot};
use crate::value::{ErrorKind, Heap, Instance, Outcome, Raised, Ref, Symbol, Value};

/// What is seen of a walker that runs elsewhere.
pub(super) enum Look {
    Ended(Arc<WalkerRecord>),
    Running(Arc<WalkerRecord>, Arc<Live>),
}

impl Border {
    /// Where a walker of this id is stored.
    pub(super) fn walker_slot(&self, id: u128) -> Option<WalkerSlot> {
        match self.shared.store.find(Id(id)) {
            Some(Found::Walker(slot)) => Some(slot),
            _ => None,
        }
    }

    /// Looks at a walker. The view moves: what is read later is at least as new.
    pub(super) fn look_at(&self, slot: WalkerSlot) -> Option<Look> {
        let (_, record) = self.shared.store.walker(slot)?;
        self.move_view();
        if record.status.has_ended() {
            return Some(Look::Ended(record));
        }
        let committed = |record: &WalkerRecord| Live {
            fields: record.fields.clone(),
            shared: record.shared.clone(),
            reports: record.reports.clone(),
            http_status: record.http_status,
            custom: record.custom.clone(),
            progress: record.progress,
        };
        let live = match self.shared.tasks().look(slot) {
            Some(live) => live,
            None => Arc::new(committed(&record)),
        };
        // It may have ended meanwhile.
        let (_, record) = self.shared.store.walker(slot)?;
        Some(if record.status.has_ended() { Look::Ended(record) } else { Look::Running(record, live) })
    }

    /// The object for a reference to a walker.
    pub(super) fn walker_object(&self, heap: &Heap, reference: &Reference) -> Outcome {
        if let Some(known) = self.views.borrow().get(&reference.id.0) {
            return Ok(Value::Instance(known.clone()));
        }
        let class = self.shared.catalog.class(heap, &reference.name)?;
        let object = Instance::new(heap, class);
        graph::prepare(heap, &object);
        object.edit_extra(|extra| extra.id = reference.id.0);
        if object.class().is_async {
            self.make_view(&object, reference.id.0);
        }
        Ok(Value::Instance(object))
    }

    /// The object for an id of an async walker; `None` if there is none.
    pub(super) fn walker_by_id(&self, heap: &Heap, id: u128) -> Outcome<Option<Ref<Instance>>> {
        if let Some(known) = self.views.borrow().get(&id) {
            return Ok(Some(known.clone()));
        }
        let Some((_, record)) = self.walker_slot(id).and_then(|slot| self.shared.store.walker(slot)) else {
            return Ok(None);
        };
        match self.walker_object(heap, &record.reference())? {
            Value::Instance(object) => Ok(Some(object)),
            _ => Ok(None),
        }
    }

    /// From now on the object's fields are read where the walker runs.
    pub(super) fn make_view(&self, object: &Ref<Instance>, id: u128) {
        object.edit_extra(|extra| extra.id = id);
        let class = object.class();
        for slot in class.hidden..class.slot_count {
            object.set_slot(slot, Value::Unbound).discard();
        }
        if let Some(walk) = graph::walk_of(object) {
            walk.reports.borrow_mut().clear();
            walk.queue.borrow_mut().clear();
        }
        object.header().set(flag::VIEW, true);
        let mut views = self.views.borrow_mut();
        if views.len() >= self.views_kept.get() {
            // Objects that nobody else refers to are made anew when somebody asks again.
            views.retain(|_, view| view.count() > 1);
            self.views_kept.set(views.len() * 2 + 1024);
        }
        views.insert(id, object.clone());
    }

    /// A field of a walker that runs elsewhere; `None` once the object itself holds it.
    pub(super) fn view_field(
        &self,
        heap: &Heap,
        object: &Ref<Instance>,
        slot: u16,
    ) -> Outcome<Option<Value>> {
        let id = object.with_extra(|extra| extra.id).unwrap_or(0);
        let Some(walker) = self.walker_slot(id) else { return Ok(None) };
        match self.look_at(walker) {
            Some(Look::Ended(record)) => {
                self.fill_view(heap, object, walker, &record)?;
                Ok(None)
            }
            Some(Look::Running(_, live)) => {
                let name = field_name(object.class(), slot);
                let Some(field) = live.fields.named(name.name()) else { return Ok(None) };
                self.copy_of(heap, field, &live.shared).map(Some)
            }
            None => Ok(None),
        }
    }

    /// A value of its own, which tells nobody of its changes.
    fn copy_of(&self, heap: &Heap, record: &Record, shared: &ListRecord) -> Outcome {
        self.meet(0, || thaw::thaw_shared(heap, self, record, shared, &mut Made::default()))
    }

    /// The walker has ended: its object becomes an ordinary one with the final fields.
    pub(super) fn fill_view(
        &self,
        heap: &Heap,
        object: &Ref<Instance>,
        walker: WalkerSlot,
        record: &WalkerRecord,
    ) -> Outcome<()> {
        if !object.header().has(flag::VIEW) {
            return Ok(());
        }
        object.header().set(flag::VIEW, false);
        self.shared.tasks().seen(walker);
        self.meet(0, || self.fill(heap, object, &record.fields, &record.shared))?;
        if let Some(walk) = graph::walk_of(object) {
            *walk.reports.borrow_mut() = self.thaw_reports(heap, &record.reports)?;
        }
        Ok(())
    }

    /// What a walker has reported, as values of this isolate.
    pub(super) fn thaw_reports(&self, heap: &Heap, reports: &ListRecord) -> Outcome<Vec<Value>> {
        self.meet(0, || reports.iter().map(|report| thaw::thaw(heap, self, report)).collect())
    }

    /// Gives an object the fields of a record.
    pub(super) fn fill(
        &self,
        heap: &Heap,
        object: &Ref<Instance>,
        fields: &Fields,
        shared: &ListRecord,
    ) -> Outcome<()> {
        let mut made = Made::default();
        let class = object.class().clone();
        for (name, record) in fields.iter() {
            let value = thaw::thaw_shared(heap, self, record, shared, &mut made)?;
            match class.slot(Symbol::new(name)) {
                Some(slot) if slot >= class.hidden => object.set_slot(slot, value).discard(),
                _ => object.dict_or_new(heap).set_str(name, value),
            }
        }
        Ok(())
    }

    /// What a walker that runs elsewhere has reported so far.
    pub(super) fn view_reports(&self, heap: &Heap, object: &Ref<Instance>) -> Outcome<Option<Value>> {
        if !object.header().has(flag::VIEW) {
            return Ok(None);
        }
        let id = object.with_extra(|extra| extra.id).unwrap_or(0);
        let Some(walker) = self.walker_slot(id) else { return Ok(None) };
        match self.look_at(walker) {
            Some(Look::Ended(record)) => {
                self.fill_view(heap, object, walker, &record)?;
                Ok(None)
            }
            Some(Look::Running(_, live)) => {
                Ok(Some(Value::list(heap, self.thaw_reports(heap, &live.reports)?)))
            }
            None => Ok(None),
        }
    }

    /// What `await` gives for a walker that has ended: its object, or its exception.
    pub(super) fn result_of(&self, heap: &Heap, walker: WalkerSlot) -> Outcome {
        let Some((_, record)) = self.shared.store.walker(walker) else { return Ok(Value::None) };
        self.shared.tasks().seen(walker);
        match record.status {
            Status::Failed => Err(self.failure(heap, &record)),
            Status::Cancelled => Err(heap.error_with(ErrorKind::CancelledError, Vec::new())),
            _ => {
                let object = self.walker_object(heap, &record.reference())?;
                if let Value::Instance(instance) = &object {
                    self.fill_view(heap, instance, walker, &record)?;
                }
                Ok(object)
            }
        }
    }

    /// Raises the exception that ended a walker.
    fn failure(&self, heap: &Heap, record: &WalkerRecord) -> Raised {
        match self.meet(0, || thaw::thaw(heap, self, &record.exception)) {
            Ok(Value::Instance(error)) if heap.is_error(&error, ErrorKind::BaseException) => {
                heap.raise(error)
            }
            Ok(_) => heap.runtime_error(record.error.as_deref().unwrap_or("the walker failed")),
            Err(raised) => raised,
        }
    }

    /// Writing to a walker that runs elsewhere is refused.
    pub(super) fn refuse_write(&self, heap: &Heap, object: &Ref<Instance>, slot: u16) -> Outcome<()> {
        if !object.header().has(flag::VIEW) {
            return Ok(());
        }
        // One that has ended is an ordinary object.
        self.view_field(heap, object, slot)?;
        if !object.header().has(flag::VIEW) {
            return Ok(());
        }
        let class = object.class();
        let name = if slot == u16::MAX { Symbol::new("?") } else { field_name(class, slot) };
        Err(heap.attribute_error(format!(
            "cannot set `{name}`: the async walker `{}` is running elsewhere, and this object shows its fields as they are now; it can be changed when the walker has ended",
            class.name.as_str()
        )))
    }
}
