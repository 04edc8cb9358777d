//! The records that have named parts: objects, enum members, code, natives, and the
//! frame that keeps sharing and circles inside one record.
//!
//! Owns their shapes only. Names are qualified (`module.Outer.Inner`); whether such a
//! class still exists, and what it looks like today, is for whoever thaws.

use std::sync::Arc;

use super::{ListRecord, Record, debris};

/// An instance of an `obj`, a class or an exception class, by value.
#[derive(Clone)]
pub struct ObjectRecord {
    /// Qualified name of the class.
    pub class: Arc<str>,
    /// What the instance is underneath: the `args` of an exception, the items of a
    /// subclass of list or dict; None if nothing.
    pub base: Record,
    /// Fields by name, in the order of the instance.
    pub fields: Vec<(Arc<str>, Record)>,
}

/// A member of an enum.
#[derive(Clone, PartialEq, Eq)]
pub struct EnumRecord {
    pub class: Arc<str>,
    pub member: Arc<str>,
}

/// A function or a class: by name if the program declares it at a fixed place, else as a
/// piece of code and a copy of what it captured.
#[derive(Clone)]
pub struct CodeRecord {
    /// Qualified name, for finding it and for showing it.
    pub name: Arc<str>,
    /// Which piece of code of the program, when the name does not say.
    pub code: Option<u64>,
    /// The captured cells (and defaults), in the order of the code.
    pub captured: Vec<Record>,
}

/// A value of a native module.
#[derive(Clone)]
pub struct NativeRecord {
    /// `datetime.datetime`, `re.Pattern`, …
    pub kind: Arc<str>,
    pub data: Record,
}

/// A record in which a part occurs more than once, or inside itself: such parts stand in
/// a table, and `Record::Shared(i)` anywhere in the root or the table means entry `i`.
/// A `Frozen` inside another one has a table of its own.
#[derive(Clone)]
pub struct Frozen {
    pub root: Record,
    pub shared: ListRecord,
}

impl Frozen {
    /// `root` itself if nothing in it is shared.
    pub fn record(root: Record, shared: ListRecord) -> Record {
        match shared.is_empty() {
            true => root,
            false => Record::Frozen(Arc::new(Frozen { root, shared })),
        }
    }
}

/// Parts that drop in a loop: each hands its records over, and keeps an empty shell.
macro_rules! drops_in_a_loop {
    ($($shape:ident: $($field:ident),+;)+) => {$(
        impl $shape {
            pub(super) fn shed(&mut self, rest: &mut Vec<Record>) {
                $(self.$field.give(rest);)+
            }
        }

        impl Drop for $shape {
            fn drop(&mut self) {
                if $(self.$field.reaches_further())||+ {
                    let mut rest = Vec::new();
                    self.shed(&mut rest);
                    debris::sweep(rest);
                }
            }
        }
    )+};
}

drops_in_a_loop! {
    ObjectRecord: base, fields;
    CodeRecord: captured;
    NativeRecord: data;
    Frozen: root, shared;
}

/// A field that can hold records.
trait Holder {
    fn reaches_further(&self) -> bool;
    fn give(&mut self, rest: &mut Vec<Record>);
}

impl Holder for Record {
    fn reaches_further(&self) -> bool {
        self.is_deep()
    }

    fn give(&mut self, rest: &mut Vec<Record>) {
        rest.push(std::mem::take(self));
    }
}

impl Holder for Vec<Record> {
    fn reaches_further(&self) -> bool {
        self.iter().any(Record::is_deep)
    }

    fn give(&mut self, rest: &mut Vec<Record>) {
        rest.append(self);
    }
}

impl Holder for Vec<(Arc<str>, Record)> {
    fn reaches_further(&self) -> bool {
        self.iter().any(|(_, record)| record.is_deep())
    }

    fn give(&mut self, rest: &mut Vec<Record>) {
        rest.extend(self.drain(..).map(|(_, record)| record));
    }
}

impl Holder for ListRecord {
    fn reaches_further(&self) -> bool {
        !self.is_empty()
    }

    fn give(&mut self, rest: &mut Vec<Record>) {
        std::mem::take(self).shed(rest);
    }
}
