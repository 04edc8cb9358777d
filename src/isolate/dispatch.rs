//! Spawning async walkers: what is fixed at the spawn, frozen into a record.
//!
//! Owns `__specs__`, the fields and globals that cross, and what becomes of the spawner's object. It
//! refuses to commit: main does so at once, a step with its own commit.

use std::sync::Arc;
use std::time::Duration;

use super::border::Border;
use super::freeze::{Freezer, Stuck};
use super::schedule::Schedule;
use crate::graph::flag;
use crate::record::{Id, Record};
use crate::store::{Base, Dispatch, Fields, Time, WalkerRecord, WalkerSlot};
use crate::value::ops::attribute::full_class_name;
use crate::value::{Class, ErrorKind, Heap, Instance, Native, Outcome, Ref, Symbol, Value};

/// A walker that is ready to be stored.
pub(super) struct Prepared {
    pub slot: WalkerSlot,
    pub base: Base,
    pub record: WalkerRecord,
}

/// What `__specs__` may say.
struct Specs {
    timeout: Option<Duration>,
    retries: u32,
    backoff: Duration,
    priority: u8,
    concurrency: Option<u32>,
}

fn specs(heap: &Heap, class: &Class) -> Outcome<Specs> {
    let mut specs =
        Specs { timeout: None, retries: 0, backoff: Duration::from_secs(1), priority: 4, concurrency: None };
    let Some(Value::Class(declared)) = class.lookup(Symbol::new("__specs__")) else { return Ok(specs) };
    let wrong = |name: &str, what: &str| {
        heap.value_error(format!("`{name}` in `__specs__` of `{}` must be {what}", class.name.as_str()))
    };
    let number = |name: &str| match declared.lookup(Symbol::new(name)) {
        None | Some(Value::None) => Ok(None),
        Some(Value::Int(n)) if *n >= 0 => Ok(Some(*n as f64)),
        Some(Value::Float(x)) if x.get() >= 0.0 && x.get().is_finite() => Ok(Some(x.get())),
        Some(_) => Err(wrong(name, "a number that is not negative")),
    };
    let seconds = |name: &str| -> Outcome<Option<Duration>> {
        Ok(number(name)?.map(|x| Duration::try_from_secs_f64(x).unwrap_or(Duration::MAX)))
    };
    specs.timeout = seconds("timeout")?;
    specs.retries = number("retries")?.unwrap_or(0.0) as u32;
    if let Some(backoff) = seconds("backoff")? {
        specs.backoff = backoff;
    }
    if let Some(priority) = number("priority")? {
        if priority > 9.0 {
            return Err(wrong("priority", "from 0 to 9"));
        }
        specs.priority = priority as u8;
    }
    specs.concurrency = match number("concurrency")? {
        Some(count) if count < 1.0 => return Err(wrong("concurrency", "1 or more")),
        count => count.map(|count| count as u32),
    };
    Ok(specs)
}

impl Border {
    /// The record of a walker that is being spawned. Raises TypeError for a field that cannot cross,
    /// RuntimeError for a walker that has not ended.
    pub(super) fn prepare(
        &self,
        heap: &Heap,
        walker: &Ref<Instance>,
        places: &[Ref<Instance>],
        globals: Record,
        due_us: Option<i64>,
        parent: Option<Id>,
    ) -> Outcome<Prepared> {
        let class = walker.class().clone();
        let before = self.earlier_life(heap, walker)?;
        let specs = specs(heap, &class)?;
        self.shared.catalog.note_class(&class);
        let (fields, shared) = self.freeze_walker(heap, walker)?;
        let ids: Vec<Id> = places.iter().map(|place| self.id_of(heap, place)).collect();
        let now = self.shared.tasks().now_us();
        let node_id = ids.first().copied().unwrap_or(Id::ROOT);
        let mut dispatch = Dispatch::new(full_class_name(&class), node_id, due_us.unwrap_or(now));
        dispatch.parent_id = parent;
        dispatch.globals = globals;
        dispatch.timeout_ms = specs.timeout.map(|time| time.as_millis() as u64);
        dispatch.retries = specs.retries;
        dispatch.backoff_ms = specs.backoff.as_millis() as u64;
        dispatch.priority = specs.priority;
        dispatch.concurrency = specs.concurrency;
        let (slot, base, mut record) = match before {
            Some((slot, time, old)) => {
                let Some(record) = old.respawned(dispatch, fields) else {
                    return Err(self.not_ended(heap, &class));
                };
                (slot, Base::At(time), record)
            }
            None => {
                let id = match walker.with_extra(|extra| extra.id).filter(|id| *id != 0) {
                    Some(id) => Id(id),
                    None => self.new_id(class.name.as_str()),
                };
                (self.shared.store.reserve_walker(), Base::New, WalkerRecord::spawned(id, dispatch, fields))
            }
        };
        record.shared = shared;
        record.queue = ids.into_iter().collect();
        if let Some(schedule) = schedule_of(walker) {
            let written = self.written_schedule(heap, &schedule)?;
            (record.custom, record.progress) = (written.custom, written.progress);
            record.http_status = written.http_status;
        }
        Ok(Prepared { slot, base, record })
    }

    /// The record of a walker object that has been spawned before.
    fn earlier_life(
        &self,
        heap: &Heap,
        walker: &Ref<Instance>,
    ) -> Outcome<Option<(WalkerSlot, Time, Arc<WalkerRecord>)>> {
        let id = walker.with_extra(|extra| extra.id).unwrap_or(0);
        if id == 0 {
            return Ok(None);
        }
        let Some(slot) = self.walker_slot(id) else {
            return if walker.header().has(flag::VIEW) {
                Err(self.not_ended(heap, walker.class()))
            } else {
                Ok(None)
            };
        };
        let Some((time, record)) = self.shared.store.walker(slot) else { return Ok(None) };
        if !record.status.has_ended() {
            return Err(self.not_ended(heap, walker.class()));
        }
        // The object's own fields count: those of its last life, and what was changed since.
        self.fill_view(heap, walker, slot, &record)?;
        Ok(Some((slot, time, record)))
    }

    #[cold]
    fn not_ended(&self, heap: &Heap, class: &Class) -> crate::value::Raised {
        heap.error(
            ErrorKind::RuntimeError,
            format!(
                "the async walker `{}` has not ended: it can be spawned again when it has",
                class.name.as_str()
            ),
        )
    }

    /// The fields of a walker as records, with what they share.
    pub(super) fn freeze_walker(
        &self,
        heap: &Heap,
        walker: &Ref<Instance>,
    ) -> Outcome<(Fields, crate::record::ListRecord)> {
        let class = walker.class().clone();
        let mut named: Vec<(Arc<str>, Value)> = class
            .slots()
            .filter(|(_, slot)| *slot >= class.hidden)
            .map(|(name, slot)| (Arc::from(name.name()), walker.slot(slot).clone()))
            .filter(|(_, value)| !value.is_unbound())
            .collect();
        if let Some(dict) = walker.dict() {
            for (key, value) in dict.pairs() {
                if let Value::Str(key) = key {
                    named.push((Arc::from(key.as_str()), value));
                }
            }
        }
        let frozen = self.meet(0, || {
            let mut freezer = Freezer::new(heap, self);
            named.iter().for_each(|(_, value)| freezer.scan(value));
            let mut fields = Vec::with_capacity(named.len());
            for (name, value) in &named {
                match freezer.build(value) {
                    Ok(record) => fields.push((name.clone(), record)),
                    Err(stuck) => return Err((name.clone(), stuck)),
                }
            }
            Ok((fields.into_iter().collect(), freezer.shared()))
        });
        frozen.map_err(|(name, Stuck(what))| {
            heap.type_error(format!(
                "the field `{name}` of the async walker `{}` holds a {what}, which belongs to one run and cannot go along",
                class.name.as_str()
            ))
        })
    }
}

/// The schedule object of a walker, if somebody has asked for it.
pub(super) fn schedule_of(walker: &Ref<Instance>) -> Option<Ref<Native>> {
    let anchor = walker.with_extra(|extra| extra.anchor.clone()).filter(|anchor| !anchor.is_unbound())?;
    let Value::Native(anchor) = anchor else { return None };
    let schedule = anchor.with(crate::eval::anchor::Anchor::known_schedule).flatten()?;
    match schedule {
        Value::Native(native) if native.is::<Schedule>() => Some(native),
        _ => None,
    }
}
