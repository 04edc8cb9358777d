//! The fields of the walker that runs: thawed when its isolate begins with it, frozen again at each commit
//! as far as they have changed, and put back when a step has lost.
//!
//! A list, dict or set that grew costs what was added. Fields that share a container are frozen together,
//! so that they go on sharing it. Refuses to know when a step commits.

use std::sync::Arc;

use super::border::Owner;
use super::freeze::{Stuck, freeze, plain};
use super::thaw;
use super::walker::{Kept, WalkerHost, walk};
use crate::record::{ListRecord, Record};
use crate::store::{Fields, WalkerRecord};
use crate::value::{Class, Heap, Instance, Outcome, Ref, Symbol, Value};

impl WalkerHost {
    pub(super) fn thaw_fields(
        &self,
        heap: &Heap,
        object: &Ref<Instance>,
        record: &WalkerRecord,
    ) -> Outcome<Vec<Kept>> {
        let class = object.class().clone();
        let mut made = thaw::Made::default();
        let mut fields = Vec::with_capacity(record.fields.len());
        for (position, (name, stored)) in record.fields.iter().enumerate() {
            let owner = self.border.new_owner(Owner::Walker { field: position as u16 });
            let value = self
                .border
                .meet(owner, || thaw::thaw_shared(heap, &self.border, stored, &record.shared, &mut made))?;
            self.border.crown(owner, &value);
            let slot = class.slot(Symbol::new(name)).filter(|slot| *slot >= class.hidden);
            fields.push(Kept {
                slot: slot.unwrap_or(u16::MAX),
                name: name.clone(),
                record: stored.clone(),
                address: address(&value),
                owner,
                compare: self.border.met_unwatched(),
                changed: false,
                inside: false,
                dirty: false,
            });
            match slot {
                Some(slot) => object.set_slot(slot, value).discard(),
                None => object.dict_or_new(heap).set_str(name, value),
            }
        }
        self.border.told.take();
        Ok(fields)
    }

    /// The walker's fields as records: only what has changed is frozen again. Raises TypeError for what
    /// cannot be kept.
    pub(super) fn freeze_fields(&self, heap: &Heap) -> Outcome<Fields> {
        let (object, is_joint) = self.with_run(|run| (run.object.clone(), run.is_joint));
        if is_joint {
            return self.freeze_jointly(heap, &object);
        }
        let class = object.class().clone();
        let mut at = 0;
        let mut changed = false;
        loop {
            let next = self.with_run(|run| {
                run.fields.get(at).map(|kept| {
                    (
                        kept.slot,
                        kept.name.clone(),
                        kept.address,
                        kept.owner,
                        kept.compare,
                        kept.changed,
                        kept.inside,
                    )
                })
            });
            let Some((slot, name, old_address, owner, compare, told, inside)) = next else { break };
            let value = match slot {
                u16::MAX => object.dict().and_then(|dict| dict.get_str(&name)).unwrap_or_default(),
                slot => object.slot(slot).clone(),
            };
            let now = address(&value);
            let plainly = plain(&value);
            let is_same = plainly.is_none() && now != 0 && now == old_address && !told && !compare;
            if !is_same {
                let record = match plainly {
                    Some(record) => record,
                    None if value.is_unbound() => Record::None,
                    None => {
                        self.freeze_own(heap, at, &value, owner, now == old_address && !inside && !compare)?
                    }
                };
                let compare = self.border.met_unwatched();
                self.with_run(|run| {
                    let kept = &mut run.fields[at];
                    kept.dirty |= told || now != old_address || kept.record != record;
                    kept.changed = false;
                    kept.inside = false;
                    kept.address = now;
                    kept.compare = now != 0 && compare;
                    kept.record = record;
                });
            }
            changed |= self.with_run(|run| run.fields[at].dirty);
            at += 1;
        }
        changed |= self.add_new_fields(heap, &object, &class)?;
        if self.border.take_met_foreign() {
            self.with_run(|run| run.is_joint = true);
            return self.freeze_jointly(heap, &object);
        }
        if !changed {
            return Ok(self.with_run(|run| run.record.fields.clone()));
        }
        Ok(self
            .with_run(|run| run.fields.iter().map(|kept| (kept.name.clone(), kept.record.clone())).collect()))
    }

    /// All fields at once: some hold the same container, and go on doing so.
    pub(super) fn freeze_jointly(&self, heap: &Heap, object: &Ref<Instance>) -> Outcome<Fields> {
        let (fields, shared) = self.border.freeze_walker(heap, object)?;
        self.with_run(|run| {
            run.shared = shared;
            for kept in &mut run.fields {
                kept.dirty = true;
                kept.compare = true;
            }
        });
        Ok(fields)
    }

    pub(super) fn freeze_own(
        &self,
        heap: &Heap,
        at: usize,
        value: &Value,
        owner: u32,
        may_grow: bool,
    ) -> Outcome<Record> {
        if may_grow {
            let old = self.with_run(|run| run.fields[at].record.clone());
            if let Some(record) = self.border.grown(heap, owner, value, &old) {
                return Ok(record);
            }
        }
        let frozen = self.border.meet(owner, || freeze(heap, &self.border, value));
        match frozen {
            Ok(record) => {
                self.border.crown(owner, value);
                Ok(record)
            }
            Err(Stuck(what)) => {
                let (name, class) = self.with_run(|run| {
                    (run.fields[at].name.clone(), run.object.class().name.as_str().to_owned())
                });
                Err(heap.type_error(format!(
                    "the field `{name}` of the async walker `{class}` holds a {what}, which belongs to one run and cannot be kept"
                )))
            }
        }
    }

    /// Fields that the walker did not have when it was stored last.
    pub(super) fn add_new_fields(
        &self,
        heap: &Heap,
        object: &Ref<Instance>,
        class: &Ref<Class>,
    ) -> Outcome<bool> {
        let known = self.with_run(|run| run.fields.len());
        let total = class.slots().filter(|(_, slot)| *slot >= class.hidden).count();
        let extra = object.dict().map_or(0, |dict| dict.len());
        if known >= total + extra {
            return Ok(false);
        }
        let mut new: Vec<(u16, Arc<str>, Value)> = Vec::new();
        for (name, slot) in class.slots().filter(|(_, slot)| *slot >= class.hidden) {
            let value = object.slot(slot);
            if !value.is_unbound() && !self.with_run(|run| run.fields.iter().any(|kept| kept.slot == slot)) {
                new.push((slot, Arc::from(name.name()), value.clone()));
            }
        }
        if let Some(dict) = object.dict() {
            for (key, value) in dict.pairs() {
                let Value::Str(key) = key else { continue };
                let is_known = self.with_run(|run| run.fields.iter().any(|kept| *kept.name == *key.as_str()));
                if !is_known {
                    new.push((u16::MAX, Arc::from(key.as_str()), value));
                }
            }
        }
        let found = !new.is_empty();
        for (slot, name, value) in new {
            let at = self.with_run(|run| run.fields.len());
            let owner = self.border.new_owner(Owner::Walker { field: at as u16 });
            self.with_run(|run| {
                run.fields.push(Kept {
                    slot,
                    name,
                    record: Record::None,
                    address: address(&value),
                    owner,
                    compare: false,
                    changed: false,
                    inside: false,
                    dirty: true,
                });
            });
            let record = match plain(&value) {
                Some(record) => record,
                None => self.freeze_own(heap, at, &value, owner, false)?,
            };
            let compare = self.border.met_unwatched();
            self.with_run(|run| {
                run.fields[at].record = record;
                run.fields[at].compare = compare && address(&value) != 0;
            });
        }
        Ok(found)
    }

    pub(super) fn restore_jointly(
        &self,
        heap: &Heap,
        object: &Ref<Instance>,
        record: &WalkerRecord,
    ) -> Outcome<()> {
        for kept in self.with_run(|run| std::mem::take(&mut run.fields)) {
            self.border.give_owner_back(kept.owner);
        }
        let class = object.class();
        for slot in class.hidden..class.slot_count {
            object.set_slot(slot, Value::Unbound).discard();
        }
        if let Some(dict) = object.dict() {
            dict.clear_all();
        }
        let fields = self.thaw_fields(heap, object, record)?;
        self.with_run(|run| {
            run.fields = fields;
            run.shared = record.shared.clone();
        });
        Ok(())
    }

    pub(super) fn restore_fields(
        &self,
        heap: &Heap,
        object: &Ref<Instance>,
        record: &WalkerRecord,
    ) -> Outcome<()> {
        if self.with_run(|run| run.is_joint) {
            return self.restore_jointly(heap, object, record);
        }
        let count = record.fields.len();
        let extra: Vec<Kept> = self.with_run(|run| run.fields.split_off(count.min(run.fields.len())));
        for kept in extra {
            match kept.slot {
                u16::MAX => drop(object.dict().and_then(|dict| dict.remove_str(&kept.name))),
                slot => object.set_slot(slot, Value::Unbound).discard(),
            }
            self.border.give_owner_back(kept.owner);
        }
        for (at, (name, stored)) in record.fields.iter().enumerate() {
            let (slot, owner) = self.with_run(|run| (run.fields[at].slot, run.fields[at].owner));
            let old = match slot {
                u16::MAX => object.dict().and_then(|dict| dict.get_str(name)).unwrap_or_default(),
                slot => object.slot(slot).clone(),
            };
            let untouched = self.with_run(|run| {
                let kept = &run.fields[at];
                !kept.changed
                    && !kept.dirty
                    && !kept.compare
                    && kept.address == address(&old)
                    && kept.address != 0
            });
            if untouched {
                continue;
            }
            let value = self.border.meet(owner, || match stored {
                Record::Shared(_) => {
                    thaw::thaw_shared(heap, &self.border, stored, &record.shared, &mut thaw::Made::default())
                }
                _ => thaw::refresh(heap, &self.border, &old, stored),
            })?;
            self.border.crown(owner, &value);
            let compare = self.border.met_unwatched();
            self.with_run(|run| {
                let kept = &mut run.fields[at];
                kept.record = stored.clone();
                kept.address = address(&value);
                kept.compare = compare && kept.address != 0;
                (kept.changed, kept.inside, kept.dirty) = (false, false, false);
            });
            match slot {
                u16::MAX => object.dict_or_new(heap).set_str(name, value),
                slot => object.set_slot(slot, value).discard(),
            }
        }
        self.border.told.take();
        Ok(())
    }

    /// What the walker has reported; what is new is frozen.
    pub(super) fn freeze_reports(&self, heap: &Heap) -> Outcome<ListRecord> {
        let object = self.with_run(|run| run.object.clone());
        let mut reports = self.with_run(|run| run.reports.clone());
        let new: Vec<Value> =
            walk(&object).reports.borrow().get(reports.len()..).map(<[Value]>::to_vec).unwrap_or_default();
        for report in &new {
            let record = self.border.meet(0, || freeze(heap, &self.border, report));
            reports.push(record.map_err(|Stuck(what)| {
                heap.type_error(format!("a {what} cannot be reported by an async walker"))
            })?);
        }
        self.with_run(|run| run.reports = reports.clone());
        Ok(reports)
    }
}

/// The address of a container; 0 for plain data.
fn address(value: &Value) -> usize {
    match value {
        Value::Str(_) | Value::Big(_) | Value::Bytes(_) | Value::Range(_) => 0,
        value => value.tracked_header().map_or(0, |at| at.as_ptr() as usize),
    }
}
