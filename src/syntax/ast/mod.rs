//! The tree that a Jac file parses to: owns the shape of every construct of the
//! language, each with its place.
//!
//! It holds what was written and nothing that was found out later: no scopes, no
//! slots, no types. Only `syntax` builds it and only `resolve` reads it. Spellings
//! that mean the same are one shape here (`a |> f` and `f(a)`, `a .> b` and `a.b`,
//! `and` and `&&`, `init` and `__init__`), so that the resolver sees each meaning once.

pub mod expr;
pub mod item;
pub mod pattern;
pub mod stmt;
pub mod walk;

pub use expr::*;
pub use item::*;
pub use pattern::*;
pub use stmt::*;
pub use walk::Node;

use std::sync::Arc;

use crate::source::Span;

/// A whole file, or the piece of program that a prompt was given.
#[derive(Clone, Debug, Default)]
pub struct Module {
    pub doc: Option<Doc>,
    pub items: Vec<Item>,
    pub span: Span,
}

/// An identifier where it stands. The text is what the program means, not what it
/// spells: `init` is `__init__`, `postinit` is `__post_init__`, `<>node` is `node`.
#[derive(Clone, Debug)]
pub struct Name {
    pub text: Arc<str>,
    pub span: Span,
}

impl Name {
    pub fn new(text: &str, span: Span) -> Name {
        Name { text: Arc::from(text), span }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A documentation string, decoded.
#[derive(Clone, Debug)]
pub struct Doc {
    pub text: Arc<str>,
    pub span: Span,
}

/// Statements between braces, or the body of a colon block.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub stmts: Vec<Stmt>,
    pub span: Span,
}

impl Block {
    /// The block read as the body of an archetype, as `impl A { has x: int; }` needs it:
    /// its items, and the first statement that cannot be a member.
    pub fn members(&self) -> (Vec<&Item>, Option<&Stmt>) {
        let mut items = Vec::new();
        let mut stray = None;
        for stmt in &self.stmts {
            match &stmt.kind {
                StmtKind::Item(item) => items.push(&**item),
                StmtKind::Empty => {}
                _ => stray = stray.or(Some(stmt)),
            }
        }
        (items, stray)
    }
}
