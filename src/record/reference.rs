//! References: ids as programs and people write them.
//!
//! Owns the forms that `&` and `jobj` accept: plain hex, dashed, and the server's
//! `n:Name:…`, `e:Name:…`, `w:Name:…`, where the name may be empty. It refuses to look
//! anything up: whether the id exists, and whether it is what the form says, is for the
//! caller, who asks `fits`.

use std::fmt;
use std::sync::Arc;

use super::Id;

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Node,
    Edge,
    Walker,
}

/// An id with what it names, in the form `w:Name:…`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    pub kind: Kind,
    /// The class; empty where the text did not say.
    pub name: Arc<str>,
    pub id: Id,
}

/// The text is no reference; shown, it is what the ValueError says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MalformedReference(pub String);

impl Kind {
    pub fn letter(self) -> char {
        match self {
            Kind::Node => 'n',
            Kind::Edge => 'e',
            Kind::Walker => 'w',
        }
    }

    fn of(letter: &str) -> Option<Self> {
        match letter {
            "n" => Some(Kind::Node),
            "e" => Some(Kind::Edge),
            "w" => Some(Kind::Walker),
            _ => None,
        }
    }
}

impl Reference {
    /// Reads any accepted form. A bare id says neither kind nor name, so that only the id
    /// comes back in that case.
    pub fn parse(text: &str) -> Result<(Id, Option<Reference>), MalformedReference> {
        let malformed = || MalformedReference(text.to_owned());
        let mut parts = text.splitn(3, ':');
        if let (Some(letter), Some(name), Some(id)) = (parts.next(), parts.next(), parts.next())
            && let Some(kind) = Kind::of(letter)
        {
            let id = Id::parse(id).ok_or_else(malformed)?;
            return Ok((id, Some(Reference { kind, name: Arc::from(name), id })));
        }
        Id::parse(text).map(|id| (id, None)).ok_or_else(malformed)
    }

    /// Whether the reference can mean something of this kind and class.
    pub fn fits(&self, kind: Kind, class: &str) -> bool {
        self.kind == kind && (self.name.is_empty() || &*self.name == class)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.kind.letter(), self.name, self.id)
    }
}

impl fmt::Display for MalformedReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] is not a valid reference!", self.0)
    }
}

impl std::error::Error for MalformedReference {}
