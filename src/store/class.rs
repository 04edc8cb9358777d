//! Classes of stored records: their names, and the names of their fields.
//!
//! Owns the numbers that stand for class names and field layouts in a store, so that a
//! version keeps its fields by position and an edge list compares classes as numbers.
//! Numbers are of this process and this store; what is written elsewhere has names. It
//! refuses to know inheritance: who asks for a class and its subclasses lists them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

/// The names of fields in their order.
pub type FieldNames = Arc<[Arc<str>]>;

/// Stands for the name of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub u32);

/// Stands for a class with certain fields in a certain order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayoutId(pub u32);

/// A class with its fields in order. A class has several when its instances got fields
/// at run time, or when stored records are older than its declaration.
#[derive(Debug)]
pub struct Layout {
    pub class: ClassId,
    /// Qualified name of the class.
    pub name: Arc<str>,
    pub fields: FieldNames,
}

/// All classes and layouts of a store.
#[derive(Default)]
pub struct Classes {
    layouts: boxcar::Vec<Layout>,
    names: boxcar::Vec<Arc<str>>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    classes: FxHashMap<Arc<str>, ClassId>,
    layouts: FxHashMap<(ClassId, FieldNames), LayoutId>,
}

impl Classes {
    /// The number of a class name.
    pub fn class(&self, name: &str) -> ClassId {
        self.class_in(&mut self.known(), name)
    }

    /// The number of a class with these fields.
    pub fn layout(&self, name: &str, fields: &[Arc<str>]) -> LayoutId {
        let mut known = self.known();
        let class = self.class_in(&mut known, name);
        let fields: FieldNames = fields.into();
        let key = (class, fields.clone());
        *known.layouts.entry(key).or_insert_with(|| {
            let layout = Layout { class, name: self.name(class).clone(), fields };
            LayoutId(number(self.layouts.push(layout)))
        })
    }

    /// The layout of a number that this store gave.
    pub fn get(&self, id: LayoutId) -> &Layout {
        self.layouts.get(id.0 as usize).expect("layout numbers are given by their own store only")
    }

    /// The name of a number that this store gave.
    pub fn name(&self, id: ClassId) -> &Arc<str> {
        self.names.get(id.0 as usize).expect("class numbers are given by their own store only")
    }

    fn class_in(&self, known: &mut Known, name: &str) -> ClassId {
        if let Some(class) = known.classes.get(name) {
            return *class;
        }
        let name: Arc<str> = Arc::from(name);
        let class = ClassId(number(self.names.push(name.clone())));
        known.classes.insert(name, class);
        class
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("4 billion classes do not fit into memory")
}
