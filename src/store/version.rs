//! Versions: a node or an edge as one commit left it.
//!
//! Owns one immutable version with its fields, and the link to the version before it. It
//! refuses to know which versions are still needed: `prune` decides, and cuts the links.
//! A version is built before its commit and gets its time at the commit, before anybody
//! can see it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use arc_swap::ArcSwapOption;

use crate::record::{Id, Record};

use super::{Created, LayoutId, Slot, Time, Write};

/// The field was changed by the very commit that the version is from.
const OWN: u64 = u64::MAX;

/// Stands for a field that was declared after the record was stored.
fn missing() -> Record {
    Record::native(MISSING, Record::None)
}

const MISSING: &str = "missing";

/// Whether a field was declared after the record was stored: its value is the default of its class.
pub fn is_missing(record: &Record) -> bool {
    matches!(record, Record::Native(native) if &*native.kind == MISSING)
}

/// A node or an edge as one commit left it.
pub struct Version {
    time: AtomicU64,
    id: Id,
    layout: LayoutId,
    life: Life,
    fields: Box<[Field]>,
    pub(super) older: ArcSwapOption<Version>,
}

/// A field, and the commit that last changed it: `OWN`, or a time.
#[derive(Clone)]
struct Field {
    value: Option<Record>,
    changed: u64,
}

#[derive(Clone, Copy)]
enum Life {
    Node,
    Edge { from: Slot, to: Slot },
    Gone,
}

impl Version {
    pub fn id(&self) -> Id {
        self.id
    }

    pub fn layout(&self) -> LayoutId {
        self.layout
    }

    /// By position in the layout; None where a field is not set.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = Option<&Record>> {
        self.fields.iter().map(|field| field.value.as_ref())
    }

    pub fn field(&self, position: u16) -> Option<&Record> {
        self.fields.get(usize::from(position))?.value.as_ref()
    }

    /// Where an edge begins and where it ends; None for a node.
    pub fn ends(&self) -> Option<(Slot, Slot)> {
        match self.life {
            Life::Edge { from, to } => Some((from, to)),
            Life::Node | Life::Gone => None,
        }
    }

    /// The commit that it is from.
    pub fn time(&self) -> Time {
        Time(self.time.load(Relaxed))
    }

    /// The commit that last changed a field, or that created all of it.
    pub fn changed(&self, position: u16) -> Time {
        match self.fields.get(usize::from(position)) {
            Some(field) if field.changed == OWN => self.time(),
            Some(field) => Time(field.changed),
            None => Time(0),
        }
    }

    pub(super) fn is_live(&self) -> bool {
        !matches!(self.life, Life::Gone)
    }

    /// Sets the time, before anybody can see the version.
    pub(super) fn date(&self, time: Time) {
        self.time.store(time.0, Relaxed);
    }

    pub(super) fn node(new: &Created) -> Arc<Self> {
        Version::first(new, Life::Node)
    }

    pub(super) fn edge(new: &Created, from: Slot, to: Slot) -> Arc<Self> {
        Version::first(new, Life::Edge { from, to })
    }

    fn first(new: &Created, life: Life) -> Arc<Self> {
        Arc::new(Version {
            time: AtomicU64::new(0),
            id: new.id,
            layout: new.layout,
            life,
            fields: new.fields.iter().map(|value| Field { value: value.clone(), changed: OWN }).collect(),
            older: ArcSwapOption::empty(),
        })
    }

    /// The next version after `base`, with some fields written.
    pub(super) fn after(base: &Arc<Self>, writes: &[Write], layout: Option<LayoutId>) -> Arc<Self> {
        let own = base.time().0;
        let dated = base.fields.iter().map(|field| match field.changed {
            OWN => Field { value: field.value.clone(), changed: own },
            _ => field.clone(),
        });
        let mut fields: Vec<Field> = dated.collect();
        for write in writes {
            let position = usize::from(write.field);
            if position >= fields.len() {
                fields.resize(position + 1, Field { value: None, changed: 0 });
            }
            if let Some(field) = fields.get_mut(position) {
                *field = Field { value: write.value.clone(), changed: OWN };
            }
        }
        Arc::new(Version {
            time: AtomicU64::new(0),
            id: base.id,
            layout: layout.unwrap_or(base.layout),
            life: base.life,
            fields: fields.into(),
            older: ArcSwapOption::new(Some(base.clone())),
        })
    }

    /// The same version with its fields in another order, each from its old place.
    pub(super) fn arranged(base: &Arc<Self>, layout: LayoutId, places: &[Option<usize>]) -> Arc<Self> {
        let missing = || Field { value: Some(missing()), changed: OWN };
        let field = |place: &Option<usize>| match place.map(|place| base.fields.get(place)) {
            Some(Some(field)) => field.clone(),
            // Not set, as a field that the layout has and the version has not.
            Some(None) => Field { value: None, changed: OWN },
            None => missing(),
        };
        Arc::new(Version {
            time: AtomicU64::new(base.time().0),
            id: base.id,
            layout,
            life: base.life,
            fields: places.iter().map(field).collect(),
            older: ArcSwapOption::new(base.older.load_full()),
        })
    }

    /// The version that says that it is gone.
    pub(super) fn gone(base: &Arc<Self>) -> Arc<Self> {
        Arc::new(Version {
            time: AtomicU64::new(0),
            id: base.id,
            layout: base.layout,
            life: Life::Gone,
            fields: Box::default(),
            older: ArcSwapOption::new(Some(base.clone())),
        })
    }

    /// The newest version not later than `at`, from this one on.
    pub(super) fn seen_at(self: Arc<Self>, at: Time) -> Option<Arc<Self>> {
        let mut version = self;
        while version.time() > at {
            let older = version.older.load_full()?;
            version = older;
        }
        Some(version)
    }
}

/// The last holder of a version takes the older ones along in a loop. It takes a link only
/// from a version that it alone holds: a reader may stand at any other.
impl Drop for Version {
    fn drop(&mut self) {
        let mut next = self.older.swap(None);
        while let Some(version) = next.and_then(Arc::into_inner) {
            next = version.older.swap(None);
        }
    }
}
