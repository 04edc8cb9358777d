//! The builders that the grammar calls: parts of a construct in, a node of the tree out.
//!
//! Each method makes one node and may report what the grammar cannot see (a missing
//! type, two stars in a target, a tree that grows too deep). They are spread over files
//! by chapter of the grammar; this one has the state, the lists, and whole sources.
//! Nothing here looks at tokens, or at any node but its own parts.

mod expr;
mod graph;
mod item;
mod params;
mod pattern;
mod stmt;
mod text;

pub use params::RawParam;
pub use text::RawText;

use std::cell::{Cell, RefCell};

use super::ast::*;
use super::{MAX_DEPTH, MAX_ERRORS, codes};
use crate::diagnostics::Diagnostic;
use crate::source::{SourceFile, Span};

/// Builds the tree of one file, and collects what is wrong with it.
pub struct Build<'f> {
    file: &'f SourceFile,
    errors: RefCell<Vec<Diagnostic>>,
    is_too_deep: Cell<bool>,
}

/// What stands in a body, before docstrings are given to what they document.
pub enum Element {
    Doc(Doc),
    Item(Item),
    Stmt(Stmt),
}

/// An argument, and whether it is a generator without parentheses of its own.
pub struct RawArg {
    pub arg: Arg,
    pub is_bare_generator: bool,
}

/// What stands in braces.
pub enum RawBrace {
    Single(Expr),
    Item(DictItem),
}

/// Direction of an arrow, and what its edges have to be.
pub type RawHop = (Direction, Option<Filter>);

pub fn list<T>(mut items: Vec<T>, last: Option<T>) -> Vec<T> {
    items.extend(last);
    items
}

pub fn with_last<T>(items: Vec<T>, last: Option<T>) -> (Vec<T>, bool) {
    let has_trailing_comma = !items.is_empty() && last.is_none();
    (list(items, last), has_trailing_comma)
}

pub fn pushed<T>(mut items: Vec<T>, last: T) -> Vec<T> {
    items.push(last);
    items
}

impl<'f> Build<'f> {
    pub fn new(file: &'f SourceFile) -> Build<'f> {
        Build { file, errors: RefCell::default(), is_too_deep: Cell::new(false) }
    }

    /// What was reported.
    pub fn into_errors(self) -> Vec<Diagnostic> {
        self.errors.into_inner()
    }

    fn error(&self, error: Diagnostic) {
        let mut errors = self.errors.borrow_mut();
        if errors.len() < MAX_ERRORS {
            errors.push(error);
        }
    }

    fn source(&self, span: Span) -> &'f str {
        self.file.slice(span)
    }

    // Nodes. Each of these three cuts off a tree that has become too deep, so that
    // whoever walks or drops the tree may recurse.

    pub fn expr(&self, l: u32, kind: ExprKind, r: u32) -> Expr {
        let expr = Expr::new(Span::new(l, r), kind);
        if expr.depth() <= MAX_DEPTH {
            return expr;
        }
        self.too_deep(expr.span);
        Expr::new(expr.span, ExprKind::Error)
    }

    pub fn stmt(&self, l: u32, kind: StmtKind, r: u32) -> Stmt {
        let stmt = Stmt::new(Span::new(l, r), kind);
        if stmt.depth() <= MAX_DEPTH {
            return stmt;
        }
        self.too_deep(stmt.span);
        Stmt::new(stmt.span, StmtKind::Error)
    }

    fn item(&self, l: u32, kind: ItemKind, r: u32) -> Item {
        let item = Item::new(Span::new(l, r), None, kind);
        if item.depth() <= MAX_DEPTH {
            return item;
        }
        self.too_deep(item.span);
        Item::new(item.span, None, ItemKind::Error)
    }

    fn too_deep(&self, span: Span) {
        if !self.is_too_deep.replace(true) {
            let error = Diagnostic::error(codes::NESTING, span, "nested too deeply")
                .label(format!("more than {MAX_DEPTH} levels"))
                .help("give inner parts names of their own");
            self.error(error);
        }
    }

    // Names.

    pub fn name(&self, l: u32, r: u32) -> Name {
        let span = Span::new(l, r);
        let text = self.source(span);
        match text.strip_prefix("<>") {
            Some(escaped) => {
                self.check_reserved(escaped, span);
                Name::new(escaped, span)
            }
            None => Name::new(meaning(text), span),
        }
    }

    fn check_reserved(&self, word: &str, span: Span) {
        const RESERVED: &[&str] = &[
            "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
            "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in",
            "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with",
            "yield",
        ];
        if RESERVED.contains(&word) {
            let error = Diagnostic::error(codes::RESERVED, span, format!("`{word}` cannot be a name"))
                .label("a reserved word, even after `<>`")
                .help("choose another name");
            self.error(error);
        }
    }

    pub fn doc(&self, l: u32, r: u32) -> Doc {
        let span = Span::new(l, r);
        Doc { text: self.plain_string(span), span }
    }

    // Whole sources and bodies.

    pub fn module(&self, elements: Vec<Element>) -> Module {
        let mut elements = elements.into_iter().peekable();
        let doc = match elements.next_if(|element| matches!(element, Element::Doc(_))) {
            Some(Element::Doc(doc)) => Some(doc),
            _ => None,
        };
        Module { doc, items: self.items(elements.collect()), span: self.file.whole() }
    }

    /// Loose statements of a prompt become nameless entries.
    pub fn prompt(&self, elements: Vec<Element>) -> Module {
        let mut items: Vec<Item> = Vec::new();
        let mut loose: Vec<Stmt> = Vec::new();
        for stmt in self.stmts(elements) {
            match stmt.kind {
                StmtKind::Item(item) => {
                    items.extend(self.loose_entry(&mut loose));
                    items.push(*item);
                }
                _ => loose.push(stmt),
            }
        }
        items.extend(self.loose_entry(&mut loose));
        Module { doc: None, items, span: self.file.whole() }
    }

    fn loose_entry(&self, loose: &mut Vec<Stmt>) -> Option<Item> {
        let span = loose.first()?.span.to(loose.last()?.span);
        let body = Block { stmts: std::mem::take(loose), span };
        Some(self.item(span.start, ItemKind::Entry { name: None, body }, span.end))
    }

    /// Gives each docstring to the item after it.
    pub fn items(&self, elements: Vec<Element>) -> Vec<Item> {
        let mut items = Vec::with_capacity(elements.len());
        for stmt in self.stmts(elements) {
            if let StmtKind::Item(item) = stmt.kind {
                items.push(*item);
            }
        }
        items
    }

    fn stmts(&self, elements: Vec<Element>) -> Vec<Stmt> {
        let mut stmts = Vec::with_capacity(elements.len());
        let mut pending: Option<Doc> = None;
        for element in elements {
            let mut stmt = match element {
                Element::Doc(doc) => {
                    self.unused_doc(pending.replace(doc));
                    continue;
                }
                Element::Item(item) => self.item_stmt(item),
                Element::Stmt(stmt) => stmt,
            };
            match &mut stmt.kind {
                StmtKind::Item(item) => item.doc = pending.take(),
                StmtKind::Error => pending = None,
                _ => self.unused_doc(pending.take()),
            }
            stmts.push(stmt);
        }
        self.unused_doc(pending);
        stmts
    }

    fn unused_doc(&self, doc: Option<Doc>) {
        if let Some(doc) = doc {
            let error = Diagnostic::error(codes::DOCSTRING, doc.span, "docstring documents nothing")
                .label("no declaration follows it")
                .help("move it in front of a declaration, or make it a comment");
            self.error(error);
        }
    }

    pub fn block(&self, l: u32, elements: Vec<Element>, r: u32) -> Block {
        Block { stmts: self.stmts(elements), span: Span::new(l, r) }
    }
}

/// What a word means as a name: two have a meaning of their own.
fn meaning(word: &str) -> &str {
    match word {
        "init" => "__init__",
        "postinit" => "__post_init__",
        _ => word,
    }
}
