//! Globals of async walkers: the module variables and static fields that a walker starts with, frozen
//! once for all spawns until one of them is changed, and thawed one by one when they are first read.
//!
//! Owns what a snapshot contains and how a variable is found in it. It refuses to know when a snapshot is
//! taken, and keeps no values.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::border::{Border, Owner};
use super::catalog::{Catalog, Variable};
use super::freeze::{Freezer, Stuck};
use super::thaw::{self, Made};
use crate::code::{GlobalId, Symbol, globals};
use crate::eval::Program;
use crate::record::{Frozen, ListRecord, Record};
use crate::value::ops::attribute::full_class_name;
use crate::value::{Class, ClassKind, Heap, Outcome, Ref, Value};

/// In front of the name of a static field: `@module.Class@field`.
const STATIC: char = '@';
/// In front of the name of a module that has been run.
const MODULE: char = '!';
/// What stands for a variable that cannot cross, with the name of its type.
const STUCK: &str = "stuck";

/// Where each variable stands in a snapshot.
pub struct Index {
    places: FxHashMap<GlobalId, u32>,
    /// Class, field and place of each static field.
    statics: Vec<(Arc<str>, Symbol, u32)>,
    /// The modules that had been run.
    modules: Vec<Arc<str>>,
}

impl Index {
    pub(super) fn new(program: &Program, snapshot: &Record) -> Index {
        let mut index = Index { places: FxHashMap::default(), statics: Vec::new(), modules: Vec::new() };
        let mut known: FxHashMap<String, GlobalId> = FxHashMap::default();
        for module in &program.modules {
            for (name, id) in &module.globals {
                known.insert(format!("{}.{name}", module.name), *id);
            }
        }
        for (place, name) in names(snapshot).into_iter().enumerate() {
            if let Some(module) = name.strip_prefix(MODULE) {
                index.modules.push(Arc::from(module));
                continue;
            }
            match name.strip_prefix(STATIC).and_then(|rest| rest.split_once(STATIC)) {
                Some((class, field)) => {
                    index.statics.push((Arc::from(class), Symbol::new(field), place as u32));
                }
                None => {
                    if let Some(id) = known.get(&*name) {
                        index.places.insert(*id, place as u32);
                    }
                }
            }
        }
        index
    }
}

fn entries(snapshot: &Record) -> Option<(&crate::record::DictRecord, Option<&ListRecord>)> {
    match snapshot {
        Record::Frozen(frozen) => match &frozen.root {
            Record::Dict(pairs) => Some((pairs, Some(&frozen.shared))),
            _ => None,
        },
        Record::Dict(pairs) => Some((pairs, None)),
        _ => None,
    }
}

fn names(snapshot: &Record) -> Vec<Arc<str>> {
    let Some((pairs, _)) = entries(snapshot) else { return Vec::new() };
    pairs
        .iter()
        .map(|(name, _)| if let Record::Str(name) = name { name.clone() } else { Arc::from("") })
        .collect()
}

/// Whether two snapshots are one.
pub(super) fn is_same(a: &Record, b: &Record) -> bool {
    match (a, b) {
        (Record::Frozen(a), Record::Frozen(b)) => Arc::ptr_eq(a, b),
        (Record::Dict(a), Record::Dict(b)) => a.same(b),
        _ => false,
    }
}

/// A snapshot of the isolate's globals, and whether it stays right until somebody says that a variable or
/// a watched container has changed.
pub(super) fn snapshot(heap: &Heap, border: &Border, owner: u32, also_ran: &[Arc<str>]) -> (Record, bool) {
    let catalog = &border.shared.catalog;
    let mut items: Vec<(Arc<str>, Value)> = Vec::new();
    let mut classes: Vec<Ref<Class>> = Vec::new();
    let mut ran: Vec<Arc<str>> =
        crate::eval::state(heap).modules.borrow().iter().map(|(name, _)| Arc::from(&**name)).collect();
    ran.extend(also_ran.iter().filter(|name| !ran.contains(name)).cloned().collect::<Vec<_>>());
    // What is imported is read through the module, by names that the program's text need not mention here.
    let imported = catalog.program.modules.iter().enumerate().filter(|(place, module)| {
        *place != catalog.program.main as usize && ran.iter().any(|name| **name == *module.name)
    });
    let is_mentioned = |id: GlobalId| catalog.mentioned.iter().any(|variable| variable.id == id);
    let read_through = imported.flat_map(|(_, module)| {
        let others = module.globals.iter().filter(|(_, id)| !is_mentioned(*id));
        others.map(|(name, id)| (*id, Arc::from(format!("{}.{name}", module.name))))
    });
    let mentioned = catalog.mentioned.iter().map(|variable| (variable.id, variable.name.clone()));
    for (id, name) in mentioned.chain(read_through) {
        let value = heap.global(id);
        if value.is_unbound() {
            continue;
        }
        if let Value::Class(class) = &value {
            note_statics(class, &mut classes);
        }
        items.push((name, value));
    }
    items.extend(ran.iter().map(|name| (Arc::from(format!("{MODULE}{name}")), Value::None)));
    for class in &classes {
        statics(class, &mut |field, value| {
            items.push((Arc::from(static_name(class, field)), value.clone()));
        });
    }
    let (record, unwatched) = border.meet(owner, || {
        let mut freezer = Freezer::new(heap, border);
        items.iter().for_each(|(_, value)| freezer.scan(value));
        let mut pairs = Vec::with_capacity(items.len());
        for (name, value) in &items {
            let record = match freezer.build(value) {
                Ok(record) => record,
                Err(Stuck(what)) => Record::native(STUCK, Record::str(what)),
            };
            pairs.push((Record::str(name.clone()), record));
        }
        let root = Record::dict(pairs);
        let record = Record::Frozen(Arc::new(Frozen { root, shared: freezer.shared() }));
        (record, border.met_unwatched())
    });
    (record, !unwatched)
}

/// A class of the program and those in it.
fn note_statics(class: &Ref<Class>, classes: &mut Vec<Ref<Class>>) {
    if class.declaration.is_none() || classes.iter().any(|known| known.same(class)) {
        return;
    }
    classes.push(class.clone());
    for value in class.own().values() {
        if let Value::Class(inner) = value {
            note_statics(inner, classes);
        }
    }
    class.bases().iter().for_each(|base| note_statics(base, classes));
}

/// The static fields of a class that hold data.
fn statics(class: &Ref<Class>, visit: &mut dyn FnMut(Symbol, &Value)) {
    let Some(declaration) = class.declaration else { return };
    if class.kind == ClassKind::Enum {
        return;
    }
    let is_field = |name: &Symbol| declaration.fields.iter().any(|field| field.name == *name);
    for (name, value) in class.own() {
        let is_code = matches!(
            value,
            Value::Function(_) | Value::Descriptor(_) | Value::Class(_) | Value::Builtin(_) | Value::Bound(_)
        );
        if !is_code && !is_field(name) && !name.name().starts_with("__") {
            visit(*name, value);
        }
    }
}

/// A walker's globals: the snapshot that it started with, and what it has changed since.
pub(super) struct Own {
    pub(super) snapshot: Record,
    pub(super) index: Arc<Index>,
    /// By name, a dict.
    pub(super) changed: Record,
    made: Made,
    /// What has been thawed in this isolate.
    pub(super) bound: Vec<GlobalId>,
    /// The walker was spawned by an earlier process: the program may define what the snapshot has not.
    pub(super) is_kept: bool,
}

impl Own {
    pub(super) fn new(border: &Border, snapshot: Record, changed: Record) -> Own {
        let index = border.shared.index_of(&snapshot);
        Own { snapshot, index, changed, made: Made::default(), bound: Vec::new(), is_kept: false }
    }

    /// The modules that had been run when the walker was spawned.
    pub(super) fn modules(&self) -> &[Arc<str>] {
        &self.index.modules
    }

    pub(super) fn has_run(&self, module: &str) -> bool {
        self.index.modules.iter().any(|name| **name == *module)
    }

    /// The record of a variable, and whether it is from the snapshot.
    fn record(&self, id: GlobalId) -> Option<(Record, bool)> {
        if let (Record::Dict(changed), Some(global)) = (&self.changed, globals::get(id))
            && !changed.is_empty()
            && let Some(record) = changed.value_of(&format!("{}.{}", global.module, global.name))
        {
            return Some((record.clone(), false));
        }
        let place = *self.index.places.get(&id)?;
        let (pairs, _) = entries(&self.snapshot)?;
        pairs.get(place as usize).map(|(_, record)| (record.clone(), true))
    }
}

/// Thaws a variable that is read for the first time. Raises TypeError for one that cannot cross.
pub(super) fn thaw_global(
    heap: &Heap,
    border: &Border,
    own: &std::cell::RefCell<Own>,
    owner: u32,
    id: GlobalId,
) -> Outcome<Option<Value>> {
    let found = own.borrow().record(id);
    let Some((record, of_snapshot)) = found else {
        // No function mentions it, but a class statement may: as a base.
        let Some(global) = globals::get(id) else { return Ok(None) };
        let name = format!("{}.{}", global.module, global.name);
        if let Some(class) = border.shared.catalog.declared(heap, &name)? {
            return Ok(Some(Value::Class(class)));
        }
        if !own.borrow().is_kept {
            return Ok(None);
        }
        // The program has got it since the walker was spawned.
        let written = heap.take_globals_written();
        let value = border.shared.catalog.define(heap, id)?;
        heap.take_globals_written();
        if written {
            heap.mark_globals_written();
        }
        own.borrow_mut().bound.push(id);
        return Ok(value);
    };
    if let Record::Native(native) = &record
        && &*native.kind == STUCK
        && let Record::Str(what) = &native.data
    {
        let name = globals::get(id).map_or("?", |global| global.name.name());
        return Err(heap.type_error(format!(
            "the global `{name}` is a {what}, which belongs to the run that made it: an async walker cannot read it"
        )));
    }
    let snapshot = own.borrow().snapshot.clone();
    let shared = entries(&snapshot).and_then(|(_, shared)| shared).cloned().unwrap_or_default();
    let mut made = if of_snapshot { std::mem::take(&mut own.borrow_mut().made) } else { Made::default() };
    let value = border.meet(owner, || thaw::thaw_shared(heap, border, &record, &shared, &mut made));
    if of_snapshot {
        own.borrow_mut().made = made;
    }
    let value = value?;
    let written = heap.take_globals_written();
    heap.set_global(id, value.clone());
    heap.take_globals_written();
    if written {
        heap.mark_globals_written();
    }
    own.borrow_mut().bound.push(id);
    Ok(Some(value))
}

/// Gives the classes of the isolate the static fields of the snapshot.
pub(super) fn set_statics(heap: &Heap, border: &Border, own: &std::cell::RefCell<Own>) -> Outcome<()> {
    let index = own.borrow().index.clone();
    if index.statics.is_empty() {
        return Ok(());
    }
    let snapshot = own.borrow().snapshot.clone();
    let Some((pairs, shared)) = entries(&snapshot) else { return Ok(()) };
    let shared = shared.cloned().unwrap_or_default();
    for (class, field, place) in &index.statics {
        let class = border.shared.catalog.class(heap, class)?;
        let Some((_, of_snapshot)) = pairs.get(*place as usize) else { continue };
        let name = static_name(&class, *field);
        let own_record = match &own.borrow().changed {
            Record::Dict(changed) => changed.value_of(&name).cloned(),
            _ => None,
        };
        let record = own_record.as_ref().unwrap_or(of_snapshot);
        if matches!(record, Record::Native(native) if &*native.kind == STUCK) {
            continue;
        }
        let mut made = std::mem::take(&mut own.borrow_mut().made);
        let value = thaw::thaw_shared(heap, border, record, &shared, &mut made);
        own.borrow_mut().made = made;
        class.define(*field, value?);
    }
    Ok(())
}

/// What of a walker's globals differs from its snapshot, by name. Raises TypeError for what cannot be kept.
pub(super) fn changed(
    heap: &Heap,
    border: &Border,
    own: &std::cell::RefCell<Own>,
    owner: u32,
) -> Outcome<Record> {
    let mut pairs = Vec::new();
    for Variable { id, name } in &border.shared.catalog.mentioned {
        let value = heap.global(*id);
        if value.is_unbound() {
            if let Record::Dict(before) = &own.borrow().changed
                && let Some(record) = before.value_of(name)
            {
                pairs.push((Record::str(name.clone()), record.clone()));
            }
            continue;
        }
        let frozen = border.meet(owner, || super::freeze::freeze(heap, border, &value));
        let record = frozen.map_err(|Stuck(what)| {
            heap.type_error(format!(
                "a {what} cannot be kept in the global `{}` of an async walker",
                name.rsplit('.').next().unwrap_or(name)
            ))
        })?;
        let place = own.borrow().index.places.get(id).copied();
        let before = place.and_then(|place| {
            entries(&own.borrow().snapshot)
                .and_then(|(pairs, _)| pairs.get(place as usize).map(|(_, r)| r.clone()))
        });
        if before.as_ref() != Some(&record) {
            pairs.push((Record::str(name.clone()), record));
        }
    }
    let index = own.borrow().index.clone();
    for (class, field, place) in &index.statics {
        let class = border.shared.catalog.class(heap, class)?;
        let Some(value) = class.own().get(field).cloned() else { continue };
        let Ok(record) = border.meet(owner, || super::freeze::freeze(heap, border, &value)) else { continue };
        let is_same = entries(&own.borrow().snapshot)
            .and_then(|(pairs, _)| pairs.get(*place as usize))
            .is_some_and(|(_, before)| *before == record);
        if !is_same {
            pairs.push((Record::str(static_name(&class, *field)), record));
        }
    }
    Ok(Record::dict(pairs))
}

/// The name of a static field in a snapshot.
fn static_name(class: &Class, field: Symbol) -> String {
    format!("{STATIC}{}{STATIC}{field}", full_class_name(class))
}

/// Forgets the values of all variables, so that they are thawed again: also of those that were assigned
/// and never read, as by a step that failed.
pub(super) fn unbind(heap: &Heap, catalog: &Catalog, own: &mut Own) {
    let mentioned = catalog.mentioned.iter().map(|variable| variable.id);
    for id in mentioned.chain(own.bound.drain(..)) {
        heap.set_global(id, Value::Unbound);
    }
    own.made.clear();
    heap.take_globals_written();
}

impl Border {
    /// The watch number of all globals.
    pub(super) fn globals_owner(&self) -> u32 {
        let known = self.owners.borrow().iter().position(|owner| *owner == Owner::Globals);
        known.map_or_else(|| self.new_owner(Owner::Globals), |at| at as u32)
    }
}
