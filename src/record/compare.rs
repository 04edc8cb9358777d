//! Equality of records, without recursion by depth.
//!
//! Owns the answer to "is this the same data", which the journal of a step needs for
//! what was asked before. It refuses to be Python's `==`: numbers of different types
//! differ, a NaN equals itself, order counts everywhere.

use std::sync::Arc;

use super::{DictRecord, ListRecord, ObjectRecord, Record, SetRecord};

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        let mut pending = vec![(self, other)];
        while let Some((a, b)) = pending.pop() {
            if !alike(a, b, &mut pending) {
                return false;
            }
        }
        true
    }
}

impl Eq for Record {}

impl PartialEq for ListRecord {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || self.len() == other.len() && self.iter().eq(other)
    }
}

impl Eq for ListRecord {}

type Pending<'a> = Vec<(&'a Record, &'a Record)>;

/// Compares all but the records inside, which it adds to what is pending.
fn alike<'a>(a: &'a Record, b: &'a Record, pending: &mut Pending<'a>) -> bool {
    match (a, b) {
        (Record::None, Record::None) => true,
        (Record::Bool(a), Record::Bool(b)) => a == b,
        (Record::Int(a), Record::Int(b)) => a == b,
        (Record::BigInt(a), Record::BigInt(b)) => a == b,
        (Record::Float(a), Record::Float(b)) => a.to_bits() == b.to_bits(),
        (Record::Str(a), Record::Str(b)) | (Record::Module(a), Record::Module(b)) => a == b,
        (Record::Bytes(a), Record::Bytes(b)) => a == b,
        (Record::List(a), Record::List(b)) | (Record::Tuple(a), Record::Tuple(b)) => lists(a, b, pending),
        (Record::Dict(a), Record::Dict(b)) => dicts(a, b, pending),
        (Record::Set(a), Record::Set(b)) | (Record::FrozenSet(a), Record::FrozenSet(b)) => {
            sets(a, b, pending)
        }
        (Record::Range(a), Record::Range(b)) => a == b,
        (Record::Object(a), Record::Object(b)) | (Record::Slice(a), Record::Slice(b)) => {
            objects(a, b, pending)
        }
        (Record::Node(a), Record::Node(b)) => a == b,
        (Record::Edge(a), Record::Edge(b)) => a == b,
        (Record::Walker(a), Record::Walker(b)) => a == b,
        (Record::Enum(a), Record::Enum(b)) => a == b,
        (Record::Function(a), Record::Function(b)) | (Record::Class(a), Record::Class(b)) => {
            pending.extend(a.captured.iter().zip(&b.captured));
            a.name == b.name && a.code == b.code && a.captured.len() == b.captured.len()
        }
        (Record::Native(a), Record::Native(b)) => {
            pending.push((&a.data, &b.data));
            a.kind == b.kind
        }
        (Record::Frozen(a), Record::Frozen(b)) => {
            pending.push((&a.root, &b.root));
            lists(&a.shared, &b.shared, pending)
        }
        (Record::Shared(a), Record::Shared(b)) => a == b,
        _ => false,
    }
}

fn lists<'a>(a: &'a ListRecord, b: &'a ListRecord, pending: &mut Pending<'a>) -> bool {
    a.same(b) || a.len() == b.len() && a.iter().zip(b).all(|(a, b)| now_or_later(a, b, pending))
}

fn dicts<'a>(a: &'a DictRecord, b: &'a DictRecord, pending: &mut Pending<'a>) -> bool {
    let mut entries = a.iter().zip(b.iter());
    let mut both =
        || entries.all(|((ka, va), (kb, vb))| now_or_later(ka, kb, pending) && now_or_later(va, vb, pending));
    a.same(b) || a.len() == b.len() && both()
}

fn sets<'a>(a: &'a SetRecord, b: &'a SetRecord, pending: &mut Pending<'a>) -> bool {
    a.same(b) || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| now_or_later(a, b, pending))
}

fn objects<'a>(a: &'a Arc<ObjectRecord>, b: &'a Arc<ObjectRecord>, pending: &mut Pending<'a>) -> bool {
    if Arc::ptr_eq(a, b) {
        return true;
    }
    pending.push((&a.base, &b.base));
    let mut fields = a.fields.iter().zip(&b.fields);
    a.class == b.class
        && a.fields.len() == b.fields.len()
        && fields.all(|((name, a), (other, b))| name == other && now_or_later(a, b, pending))
}

/// Flat records at once, so that a long list of numbers does not make a long list of work.
fn now_or_later<'a>(a: &'a Record, b: &'a Record, pending: &mut Pending<'a>) -> bool {
    if a.is_deep() && b.is_deep() {
        pending.push((a, b));
        return true;
    }
    alike(a, b, pending)
}
