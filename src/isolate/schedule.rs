//! `walker.__jac__.schedule`: what is known of an async walker's execution.
//!
//! Owns the object that shows it, before the spawn, while the walker runs and afterwards. What it shows
//! comes from the walker's record; the parts that a program may write are kept here until they are stored.

use std::sync::Arc;

use super::border::Border;
use super::freeze::freeze;
use super::thaw;
use super::view::Look;
use crate::code::Symbol;
use crate::eval::host;
use crate::graph::flag;
use crate::modules::datetime;
use crate::record::Record;
use crate::store::WalkerRecord;
use crate::value::native::NativeObject;
use crate::value::{Dict, Heap, Instance, Native, Outcome, Ref, Value};

/// The object behind `schedule`.
pub struct Schedule {
    walker: Value,
    /// A dict.
    pub custom: Value,
    pub http_status: Value,
    pub progress: Value,
}

impl Schedule {
    pub fn make(heap: &Heap, walker: &Ref<Instance>) -> Value {
        Value::Native(Native::new(
            heap,
            Schedule {
                walker: Value::Instance(walker.clone()),
                custom: Value::Dict(Dict::new(heap)),
                http_status: Value::None,
                progress: Value::None,
            },
        ))
    }
}

impl NativeObject for Schedule {
    fn type_name(&self) -> &'static str {
        "Schedule"
    }
    fn module_name(&self) -> &'static str {
        "jac_cloud.core.archetype"
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        [&self.walker, &self.custom, &self.http_status, &self.progress].into_iter().for_each(visit);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        for value in [&mut self.walker, &mut self.custom, &mut self.http_status, &mut self.progress] {
            take(std::mem::take(value));
        }
    }
    fn attribute(&self, heap: &Heap, name: Symbol) -> Option<Outcome> {
        if !FIELDS.contains(&name.name()) {
            return None;
        }
        let own = match name.name() {
            "custom" => self.custom.clone(),
            "http_status" => self.http_status.clone(),
            "progress" => self.progress.clone(),
            _ => Value::None,
        };
        let mut asked = [self.walker.clone(), Value::str(name.name()), own];
        Some(host(heap).request(heap, "schedule", &mut asked))
    }
}

/// All that it shows.
const FIELDS: &[&str] = &[
    "status",
    "node_id",
    "root_id",
    "execute_date",
    "executed_date",
    "http_status",
    "reports",
    "custom",
    "error",
    "attempts",
    "steps",
    "finished_date",
    "parent_id",
    "progress",
];

/// Sets a part that a program may write: of a walker before its spawn, or its own. Raises otherwise.
pub(super) fn set(heap: &Heap, native: &Ref<Native>, name: Symbol, value: &Value) -> Outcome<bool> {
    let Some(walker) = native.with(|schedule: &Schedule| schedule.walker.clone()) else { return Ok(false) };
    let runs_elsewhere = matches!(&walker, Value::Instance(walker) if walker.header().has(flag::VIEW));
    if runs_elsewhere {
        return Err(heap.attribute_error(format!(
            "cannot set `{name}` of a walker that was spawned: only the walker itself may"
        )));
    }
    let done = native.edit(|schedule: &mut Schedule| {
        match name.name() {
            "custom" => schedule.custom = value.clone(),
            "http_status" => schedule.http_status = value.clone(),
            "progress" => schedule.progress = value.clone(),
            _ => return false,
        }
        true
    });
    if done == Some(true) {
        return Ok(true);
    }
    Err(heap.attribute_error(format!(
        "`{name}` of a schedule cannot be set: a program may write `custom`, `http_status` and `progress`"
    )))
}

/// The parts that a program may write, as records. Raises TypeError.
pub(super) struct Written {
    pub custom: Record,
    pub http_status: Option<i32>,
    pub progress: Option<f64>,
}

impl Border {
    pub(super) fn written_schedule(&self, heap: &Heap, native: &Ref<Native>) -> Outcome<Written> {
        let parts = native.with(|s: &Schedule| (s.custom.clone(), s.http_status.clone(), s.progress.clone()));
        let (custom, http_status, progress) = parts.unwrap_or((Value::None, Value::None, Value::None));
        let custom = self
            .meet(0, || freeze(heap, self, &custom))
            .map_err(|stuck| heap.type_error(format!("a {} cannot be kept in `schedule.custom`", stuck.0)))?;
        let progress = match progress {
            Value::Int(n) => Some(n as f64),
            Value::Float(x) => Some(x.get()),
            _ => None,
        };
        let http_status = match http_status {
            Value::Int(n) => i32::try_from(n).ok(),
            _ => None,
        };
        Ok(Written { custom, http_status, progress })
    }

    /// A field of the schedule of a walker that is not the one which runs in this isolate.
    pub(super) fn schedule_field(&self, heap: &Heap, walker: &Value, name: &str, own: Value) -> Outcome {
        let Value::Instance(walker) = walker else { return Ok(Value::None) };
        let id = walker.with_extra(|extra| extra.id).unwrap_or(0);
        let slot = if id == 0 { None } else { self.walker_slot(id) };
        match slot.and_then(|slot| self.look_at(slot).map(|look| (slot, look))) {
            None => Ok(match name {
                "status" => Value::str("pending"),
                "custom" | "http_status" | "progress" => own,
                "reports" => Value::list(heap, Vec::new()),
                "attempts" | "steps" => Value::Int(0),
                _ => Value::None,
            }),
            Some((slot, Look::Ended(record))) => {
                self.shared.tasks().seen(slot);
                self.record_field(heap, &record, name)
            }
            Some((_, Look::Running(record, live))) => match name {
                "custom" => thaw::thaw(heap, self, &live.custom),
                "http_status" => Ok(live.http_status.map_or(Value::None, |n| Value::Int(i64::from(n)))),
                "progress" => Ok(live.progress.map_or(Value::None, Value::float)),
                "reports" => Ok(Value::list(heap, self.thaw_reports(heap, &live.reports)?)),
                _ => self.record_field(heap, &record, name),
            },
        }
    }

    /// A field of the schedule as a record has it.
    pub(super) fn record_field(&self, heap: &Heap, record: &Arc<WalkerRecord>, name: &str) -> Outcome {
        let date = |us: i64| datetime::utc_datetime(heap, us as f64 / 1e6);
        let optional = |us: Option<i64>| us.map_or(Ok(Value::None), date);
        Ok(match name {
            "status" => Value::str(record.status.name()),
            "node_id" => Value::str(record.dispatch.node_id.to_string()),
            "root_id" => Value::str(record.dispatch.root_id.to_string()),
            "execute_date" => date(record.dispatch.execute_us)?,
            "executed_date" => optional(record.executed_us)?,
            "finished_date" => optional(record.finished_us)?,
            "http_status" => record.http_status.map_or(Value::None, |n| Value::Int(i64::from(n))),
            "reports" => Value::list(heap, self.thaw_reports(heap, &record.reports)?),
            "custom" => self.meet(0, || thaw::thaw(heap, self, &record.custom))?,
            "error" => record.error.as_deref().map_or(Value::None, Value::str),
            "attempts" => Value::Int(i64::from(record.attempts)),
            "steps" => Value::Int(record.steps as i64),
            "parent_id" => record.dispatch.parent_id.map_or(Value::None, |id| Value::str(id.to_string())),
            "progress" => record.progress.map_or(Value::None, Value::float),
            _ => Value::None,
        })
    }
}
