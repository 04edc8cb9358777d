//! Change sets: what an isolate has done to the shared graph since its last commit, put together for the
//! store; and what becomes of the mirrors when it was committed, or when it lost.
//!
//! Refuses to know what else belongs into the commit: a step adds its walker's record, its children and
//! its lines.

use std::sync::Arc;

use super::border::{Border, LinkChange, Owner};
use super::freeze::{Stuck, freeze, plain};
use crate::graph::{self, flag};
use crate::record::Record;
use crate::store::{Aspect, ChangeSet, Created, Expected, Link, Slot, Time, Way, Write};
use crate::value::watch::Watch;
use crate::value::{Heap, Instance, Outcome, Ref, Value};

impl Border {
    /// Whether anything would be committed.
    pub fn is_dirty(&self) -> bool {
        self.is_open()
            && (!self.created.borrow().is_empty()
                || !self.links.borrow().is_empty()
                || !self.deleted.borrow().is_empty()
                || !self.touched.borrow().is_empty()
                || !self.told.is_empty())
    }

    /// Whether the graph of the isolate is in the store.
    pub fn is_open(&self) -> bool {
        self.opened.get()
    }

    /// Fields whose containers have told of changes are written.
    /// Gives the numbers of owners that are no nodes: `(owner, inside)`.
    pub(super) fn collect_told(&self) -> Vec<(Owner, bool)> {
        let mut others = Vec::new();
        for number in self.told.take() {
            let owner = self.owners.borrow().get((number / 2) as usize).copied().unwrap_or(Owner::Nobody);
            let inside = number % 2 == 1;
            match owner {
                Owner::Node { mirror, field } => {
                    self.with(mirror, |m| {
                        let field = &mut m.fields[usize::from(field)];
                        // One that is to be loaded again holds an old container that somebody kept.
                        if field.loaded {
                            field.written = true;
                            field.inside |= inside;
                        }
                    });
                    self.touch(mirror);
                }
                Owner::Nobody => {}
                other => others.push((other, inside)),
            }
        }
        others
    }

    /// What was changed since the last commit. Raises TypeError for what cannot be kept.
    pub fn gather(&self, heap: &Heap) -> Outcome<ChangeSet> {
        let mut set = ChangeSet::default();
        let mut at = 0;
        // Freezing may meet nodes that nobody has seen yet: the lists grow.
        loop {
            let next = self.touched.borrow().get(at).copied();
            let Some(index) = next else { break };
            at += 1;
            self.gather_mirror(heap, index, &mut set)?;
        }
        let mut at = 0;
        loop {
            let next = self.created.borrow().get(at).copied();
            let Some(index) = next else { break };
            at += 1;
            set.created.push(self.created_record(heap, index)?);
        }
        self.gather_links(heap, &mut set)?;
        let deleted = self.deleted.borrow().clone();
        set.deleted.extend(deleted.into_iter().map(|index| self.with(index, |m| m.slot)));
        // Edges may have met new nodes.
        while at < self.created.borrow().len() {
            let index = self.created.borrow()[at];
            at += 1;
            set.created.push(self.created_record(heap, index)?);
        }
        Ok(set)
    }

    fn gather_mirror(&self, heap: &Heap, index: u32, set: &mut ChangeSet) -> Outcome<()> {
        let (slot, created, deleted, fields, version, object) = self.with(index, |m| {
            (m.slot, m.created, m.deleted, m.fields.clone(), m.version.clone(), m.object.clone())
        });
        if created {
            return Ok(());
        }
        let hidden = object.class().hidden;
        for (position, field) in fields.iter().enumerate() {
            let position = position as u16;
            let expected = Expected { slot, aspect: Aspect::Field(position), seen: field.first_read };
            if deleted {
                if field.read {
                    set.expected.push(expected);
                }
                continue;
            }
            let old = || version.as_ref().and_then(|version| version.field(position));
            let value = if field.written {
                self.freeze_changed(
                    heap,
                    index,
                    position,
                    object.slot(hidden + position),
                    old(),
                    field.inside,
                )?
            } else if field.compare && field.read && field.loaded {
                let value = self.freeze_field(heap, index, position, object.slot(hidden + position))?;
                if value.as_ref() == old() {
                    continue;
                }
                value
            } else {
                continue;
            };
            if field.read {
                set.expected.push(expected);
            }
            set.written.push(Write { slot, field: position, value });
        }
        let links = self.with(index, |m| (m.links_read, m.links_changed, m.dict_written));
        if let (Some(seen), true) = (links.0, links.1 || deleted) {
            set.expected.push(Expected { slot, aspect: Aspect::Edges(Way::Any), seen });
        }
        if links.2 && !deleted {
            self.gather_dict(heap, index, slot, set)?;
        }
        Ok(())
    }

    /// Attributes without a slot: the node gets a layout with their names behind its own.
    fn gather_dict(&self, heap: &Heap, index: u32, slot: Slot, set: &mut ChangeSet) -> Outcome<()> {
        let object = self.with(index, |m| m.object.clone());
        let shape = self.shape(object.class());
        let Some(dict) = object.dict() else { return Ok(()) };
        let mut names: Vec<Arc<str>> = shape.names.to_vec();
        for (key, value) in dict.pairs() {
            let Value::Str(key) = key else { continue };
            let record = self.freeze_extra(heap, object.class().name.as_str(), key.as_str(), &value)?;
            set.written.push(Write { slot, field: names.len() as u16, value: Some(record) });
            names.push(Arc::from(key.as_str()));
        }
        let name = crate::value::ops::attribute::full_class_name(object.class());
        set.reshaped.push((slot, self.shared.store.classes().layout(&name, &names)));
        Ok(())
    }

    fn freeze_extra(&self, heap: &Heap, class: &str, name: &str, value: &Value) -> Outcome<Record> {
        freeze(heap, self, value).map_err(|Stuck(what)| {
            heap.type_error(format!("a {what} cannot be kept in the field `{name}` of a `{class}`"))
        })
    }

    /// The new record of a written field; one that grew costs what was added.
    fn freeze_changed(
        &self,
        heap: &Heap,
        index: u32,
        position: u16,
        value: &Value,
        old: Option<&Record>,
        inside: bool,
    ) -> Outcome<Option<Record>> {
        let owner = self.with(index, |m| m.fields[usize::from(position)].owner);
        if owner != 0
            && !inside
            && let Some(old) = old
            && let Some(record) = self.grown(heap, owner, value, old)
        {
            return Ok(Some(record));
        }
        self.freeze_field(heap, index, position, value)
    }

    /// The record of a container of which only the end has changed since `old`; `None` if all of it must
    /// be looked at again.
    pub(super) fn grown(&self, heap: &Heap, owner: u32, value: &Value, old: &Record) -> Option<Record> {
        let kept =
            |watch: &Watch, length: usize| (watch.number() == owner * 2).then(|| watch.kept().min(length));
        let record = match (value, old) {
            (Value::List(list), Record::List(items)) => {
                let mut items = items.clone();
                let kept = kept(&*list.watch.get()?, items.len())?;
                items.truncate(kept);
                let new: Vec<Value> = list.items().get(kept..)?.to_vec();
                for item in &new {
                    items.push(self.freeze_new(heap, owner, item)?);
                }
                Record::List(items)
            }
            (Value::Dict(dict), Record::Dict(pairs)) => {
                if dict.table().positions() != dict.len() || pairs.holes() != 0 {
                    return None;
                }
                let mut pairs = pairs.clone();
                let kept = kept(&*dict.watch.get()?, pairs.positions())?;
                pairs.truncate(kept);
                let mut at = kept;
                while let Some((next, key, value)) = dict.next_entry(at) {
                    let key = self.freeze_new(heap, owner, &key)?;
                    pairs.push((key, self.freeze_new(heap, owner, &value)?));
                    at = next + 1;
                }
                Record::Dict(pairs)
            }
            (Value::Set(set), Record::Set(items)) => {
                if set.table().positions() != set.len() || items.holes() != 0 {
                    return None;
                }
                let mut items = items.clone();
                let kept = kept(&*set.watch.get()?, items.positions())?;
                items.truncate(kept);
                let mut at = kept;
                while let Some((next, key)) = set.next_key(at) {
                    items.push(self.freeze_new(heap, owner, &key)?);
                    at = next + 1;
                }
                Record::Set(items)
            }
            _ => return None,
        };
        self.crown(owner, value);
        Some(record)
    }

    /// Freezes something that joins a watched container; `None` if parts of it are in there already.
    fn freeze_new(&self, heap: &Heap, owner: u32, value: &Value) -> Option<Record> {
        if let Some(record) = plain(value) {
            return Some(record);
        }
        let (record, again) = self.meet(owner, || {
            let record = freeze(heap, self, value);
            (record, self.met_again())
        });
        if again || self.met_unwatched() { None } else { record.ok() }
    }

    fn created_record(&self, heap: &Heap, index: u32) -> Outcome<Created> {
        let (slot, id, object) = self.with(index, |m| (m.slot, m.id, m.object.clone()));
        let class = object.class().clone();
        let shape = self.shape(&class);
        let mut fields = Vec::with_capacity(shape.names.len());
        for position in 0..shape.names.len() as u16 {
            fields.push(self.freeze_field(heap, index, position, object.slot(class.hidden + position))?);
        }
        let mut layout = shape.layout;
        if let Some(dict) = object.dict().filter(|dict| !dict.is_empty()) {
            let mut names: Vec<Arc<str>> = shape.names.to_vec();
            for (key, value) in dict.pairs() {
                let Value::Str(key) = key else { continue };
                fields.push(Some(self.freeze_extra(heap, class.name.as_str(), key.as_str(), &value)?));
                names.push(Arc::from(key.as_str()));
            }
            let name = crate::value::ops::attribute::full_class_name(&class);
            layout = self.shared.store.classes().layout(&name, &names);
        }
        Ok(Created { slot, id, layout, fields })
    }

    fn gather_links(&self, heap: &Heap, set: &mut ChangeSet) -> Outcome<()> {
        let mut at = 0;
        loop {
            let next = self.links.borrow().get(at).copied();
            let Some(change) = next else { return Ok(()) };
            at += 1;
            match change {
                LinkChange::Join(index) => {
                    let edge = self.created_record(heap, index)?;
                    let object = self.with(index, |m| m.object.clone());
                    let end = |slot| {
                        let node = graph::end_of(&object, slot)?;
                        self.mirror_of(&node).map(|index| self.with(index, |m| m.slot))
                    };
                    if let (Some(from), Some(to)) = (end(graph::SOURCE), end(graph::TARGET)) {
                        set.links.push(Link::Connect { edge, from, to });
                    }
                }
                LinkChange::Cut(index) => {
                    let (slot, object) = self.with(index, |m| (m.slot, m.object.clone()));
                    // A node that goes takes its edges along.
                    let with_node = [graph::SOURCE, graph::TARGET].into_iter().any(|slot| {
                        graph::end_of(&object, slot)
                            .and_then(|node| self.mirror_of(&node))
                            .is_some_and(|node| self.with(node, |m| m.deleted))
                    });
                    if !with_node {
                        set.links.push(Link::Disconnect { edge: slot });
                    }
                }
            }
        }
    }

    /// What can be stored before the step ends: its new nodes and the edges among them. Also what tells
    /// whether a step that is run again stores the same.
    pub fn gather_new(&self, heap: &Heap) -> Outcome<(ChangeSet, Vec<Record>)> {
        let mut set = ChangeSet::default();
        let mut told = Vec::new();
        let mut at = 0;
        loop {
            let next = self.created.borrow().get(at).copied();
            let Some(index) = next else { break };
            at += 1;
            let created = self.created_record(heap, index)?;
            told.push(Record::str(created.id.to_string()));
            told.extend(created.fields.iter().map(|field| field.clone().unwrap_or_default()));
            set.created.push(created);
        }
        let links = self.links.borrow().clone();
        for change in links {
            let LinkChange::Join(index) = change else { continue };
            let object = self.with(index, |m| m.object.clone());
            let Some((from, to)) = self.new_ends(&object) else { continue };
            let edge = self.created_record(heap, index)?;
            for end in [graph::SOURCE, graph::TARGET] {
                let node = graph::end_of(&object, end).and_then(|node| self.mirror_of(&node));
                told.push(
                    node.map_or(Record::None, |node| Record::str(self.with(node, |m| m.id).to_string())),
                );
            }
            told.push(Record::str(edge.id.to_string()));
            told.extend(edge.fields.iter().map(|field| field.clone().unwrap_or_default()));
            set.links.push(Link::Connect { edge, from, to });
        }
        Ok((set, told))
    }

    /// The ends of a new edge, if both are new nodes.
    fn new_ends(&self, edge: &Ref<Instance>) -> Option<(Slot, Slot)> {
        let end = |slot| {
            let node = self.mirror_of(&graph::end_of(edge, slot)?)?;
            self.with(node, |m| m.created.then_some(m.slot))
        };
        Some((end(graph::SOURCE)?, end(graph::TARGET)?))
    }

    /// The new nodes and the edges among them are stored: at `time`, or already by an earlier run of the
    /// step, which had other slots for them.
    pub fn settle_new(&self, time: Option<Time>) {
        let mut stored: Vec<u32> = self.created.borrow().clone();
        let links = self.links.borrow().clone();
        let inner: Vec<u32> = links
            .iter()
            .filter_map(|change| match change {
                LinkChange::Join(index) => {
                    let object = self.with(*index, |m| m.object.clone());
                    self.new_ends(&object).map(|_| *index)
                }
                LinkChange::Cut(_) => None,
            })
            .collect();
        stored.extend(&inner);
        for index in stored {
            if time.is_none() {
                self.rebind(index);
            }
            self.with(index, |m| {
                m.created = false;
                for field in &mut m.fields {
                    (field.read, field.written) = (false, false);
                    field.valid = time.unwrap_or_default();
                    field.loaded = time.is_some();
                }
                m.links_changed = false;
            });
        }
        self.created.borrow_mut().clear();
        self.links.borrow_mut().retain(|change| !matches!(change, LinkChange::Join(i) if inner.contains(i)));
        for change in self.links.borrow().iter() {
            let LinkChange::Join(index) = change else { continue };
            let object = self.with(*index, |m| m.object.clone());
            for slot in [graph::SOURCE, graph::TARGET] {
                if let Some(node) = graph::end_of(&object, slot).and_then(|node| self.mirror_of(&node)) {
                    self.with(node, |m| m.links_changed = true);
                }
            }
        }
    }

    /// What was gathered has been committed.
    pub fn settle(&self, time: Time) {
        for index in std::mem::take(&mut *self.touched.borrow_mut()) {
            let deleted = self.with(index, |m| {
                for field in &mut m.fields {
                    if field.written || m.created {
                        field.valid = time;
                    }
                    (field.read, field.written, field.inside) = (false, false, false);
                }
                if m.links_changed && m.links_valid.is_none() && !m.is_edge {
                    // They are stored, and read from there when somebody asks.
                    if let Some(links) = graph::links(&m.object) {
                        drop(std::mem::take(&mut *links.borrow_mut()));
                    }
                }
                (m.links_read, m.links_changed, m.dict_written) = (None, false, false);
                (m.touched, m.created) = (false, false);
                m.deleted
            });
            if deleted {
                self.remove(index);
            }
        }
        self.created.borrow_mut().clear();
        self.links.borrow_mut().clear();
        self.deleted.borrow_mut().clear();
    }

    /// Nothing of what was done since the last commit counts: the graph is as it is stored.
    pub fn roll_back(&self) {
        drop(self.told.take());
        for index in std::mem::take(&mut *self.touched.borrow_mut()) {
            let created = self.with(index, |m| {
                for field in &mut m.fields {
                    if field.written || field.compare {
                        field.loaded = false;
                    }
                    (field.read, field.written, field.inside) = (false, false, false);
                }
                if m.links_changed || m.deleted {
                    m.links_valid = None;
                    if let Some(links) = graph::links(&m.object) {
                        drop(std::mem::take(&mut *links.borrow_mut()));
                    }
                }
                if std::mem::take(&mut m.deleted) {
                    m.object.header().set(flag::GONE, false);
                }
                if m.dict_written
                    && let Some(dict) = m.object.dict()
                {
                    dict.clear_all();
                }
                (m.links_read, m.links_changed, m.dict_written, m.touched) = (None, false, false, false);
                m.created.then_some(m.slot)
            });
            if let Some(slot) = created {
                self.remove(index);
                self.shared.store.release(slot);
            }
        }
        self.created.borrow_mut().clear();
        self.links.borrow_mut().clear();
        self.deleted.borrow_mut().clear();
    }

    /// Forgets mirrors of this step that nobody refers to any more; `indices` as `touched` had them.
    pub fn prune(&self, indices: &[u32]) {
        let exists = |index: &&u32| self.mirrors.borrow().get(**index as usize).is_some_and(Option::is_some);
        for index in indices.iter().filter(exists) {
            let links = self.with(*index, |m| {
                m.links_valid = None;
                graph::links(&m.object).map(|links| std::mem::take(&mut *links.borrow_mut()))
            });
            drop(links);
        }
        for wants_edges in [true, false] {
            for index in indices.iter().filter(exists) {
                let unused = self.with(*index, |m| m.is_edge == wants_edges && m.object.count() == 1);
                if unused {
                    self.remove(*index);
                }
            }
        }
    }
}
