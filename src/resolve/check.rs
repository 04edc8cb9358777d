//! Findings that no other part comes across while it makes code: fields, members and loops that are
//! legal but wrong.
//!
//! It reads declarations and bodies, makes no code, and is silent when in doubt. What is wrong with
//! a name is found where names are resolved.

use super::impls::{ArchetypeView, EnumView};
use super::lower::Lowerer;
use super::scope::Map;
use crate::code::Symbol;
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, ItemKind, Node, StmtKind};

impl Lowerer<'_, '_> {
    pub(super) fn check_archetype(&mut self, view: &ArchetypeView<'_>) {
        let Some(members) = &view.members else {
            self.diagnostics.push(
                Diagnostic::error("E0208", view.name.span, format!("`{}` has no body", view.name.text))
                    .label("declared without members")
                    .help(format!(
                        "write `{{ … }}`, or `impl {} {{ … }}` in this file or its `.impl.jac`",
                        view.name.text
                    )),
            );
            return;
        };
        self.check_twice(members.iter().copied());
        let fields = || {
            members.iter().filter_map(|member| match &member.kind {
                ItemKind::Has(has) => Some(has),
                _ => None,
            })
        };
        let mut seen: Map<&str, Span> = Map::default();
        for field in fields().flat_map(|has| &has.fields) {
            if let Some(first) = seen.insert(field.name.as_str(), field.name.span) {
                self.diagnostics.push(
                    Diagnostic::error(
                        "E0202",
                        field.name.span,
                        format!("field `{}` is declared twice", field.name.text),
                    )
                    .label("this default counts")
                    .note(first, "first here")
                    .help("remove one of them"),
                );
            }
        }
        if view.kind == ast::ArchetypeKind::Class {
            return;
        }
        let instance = || fields().filter(|has| !has.is_static).flat_map(|has| &has.fields);
        self.check_order(instance());
        let has_postinit = members.iter().any(|member| matches!(&member.kind, ItemKind::Function(found) if found.name.as_str() == "__post_init__"));
        let unset = instance().find(|field| field.by_postinit);
        if let Some(field) =
            unset.filter(|_| view.kind == ast::ArchetypeKind::Obj && view.bases.is_empty() && !has_postinit)
        {
            self.diagnostics.push(
                Diagnostic::error(
                    "E0221",
                    field.name.span,
                    format!("nothing sets the field `{}`", field.name.text),
                )
                .label("`by postinit`, but there is no `postinit`")
                .help(format!("add `def postinit {{ self.{} = …; }}`", field.name.text)),
            );
        }
    }

    /// Definitions of one name in one place: only the last can be reached.
    pub(super) fn check_twice<'i>(&mut self, items: impl Iterator<Item = &'i ast::Item>) {
        let mut seen: Map<&str, Span> = Map::default();
        for item in items {
            let (name, is_plain) = match &item.kind {
                ItemKind::Function(found) => {
                    (&found.name, found.decorators.is_empty() && !matches!(found.body, ast::Body::Declared))
                }
                ItemKind::Ability(found) => {
                    (&found.name, found.decorators.is_empty() && !matches!(found.body, ast::Body::Declared))
                }
                ItemKind::Archetype(found) => {
                    (&found.name, found.decorators.is_empty() && found.members.is_some())
                }
                ItemKind::Enum(found) => (&found.name, found.decorators.is_empty() && found.body.is_some()),
                // Code in between may use the first one.
                ItemKind::Entry { .. } | ItemKind::Glob { .. } => {
                    seen.clear();
                    continue;
                }
                _ => continue,
            };
            if !is_plain {
                continue;
            }
            if let Some(first) = seen.insert(name.as_str(), name.span) {
                self.diagnostics.push(
                    Diagnostic::warning("E0211", name.span, format!("`{}` is defined twice", name.text))
                        .label("this one replaces the first")
                        .note(first, "never reached")
                        .help("rename one of them"),
                );
            }
        }
    }

    /// A field without default after one that has a default cannot be constructed.
    fn check_order<'f>(&mut self, fields: impl Iterator<Item = &'f ast::Field>) {
        let mut first_default: Option<&ast::Field> = None;
        for field in fields.filter(|field| !field.by_postinit) {
            match (&field.default, first_default) {
                (Some(_), None) => first_default = Some(field),
                (None, Some(first)) => {
                    self.diagnostics.push(
                        Diagnostic::error(
                            "E0206",
                            field.name.span,
                            format!("field `{}` needs a default", field.name.text),
                        )
                        .label("it follows a field that has one")
                        .note(first.name.span, "this one has a default")
                        .help("give it a default, or declare it before the fields with defaults"),
                    );
                    return;
                }
                _ => {}
            }
        }
    }

    pub(super) fn check_enum(&mut self, view: &EnumView<'_>) {
        let Some(body) = view.body else {
            self.diagnostics.push(
                Diagnostic::error("E0208", view.name.span, format!("enum `{}` has no body", view.name.text))
                    .label("declared without members")
                    .help(format!(
                        "write `{{ … }}`, or `impl {} {{ … }}` in this file or its `.impl.jac`",
                        view.name.text
                    )),
            );
            return;
        };
        let mut seen: Map<&str, Span> = Map::default();
        for member in &body.members {
            if let Some(first) = seen.insert(member.name.as_str(), member.name.span) {
                self.diagnostics.push(
                    Diagnostic::error(
                        "E0211",
                        member.name.span,
                        format!("member `{}` is defined twice", member.name.text),
                    )
                    .label("again here")
                    .note(first, "first here")
                    .help("members need different names; their values may be equal"),
                );
            }
        }
    }

    /// A loop of an async walker that waits for a field of a node to change, without a wait: it sees
    /// one snapshot and never ends.
    pub(super) fn check_busy_loop(&mut self, test: &Expr, body: &ast::Block) {
        let in_async = self.scopes.ability_around(self.current).is_some()
            && self.scopes.class_around(self.current).is_some_and(|(_, shape)| shape.is_async);
        if !in_async {
            return;
        }
        let mut reads = Reads::default();
        reads.expr(test);
        let Some(name) = reads.fields.first().copied() else { return };
        let mut work = Work { names: reads.names, fields: reads.fields, ends: reads.computes };
        body.stmts.iter().for_each(|stmt| work.node(Node::Stmt(stmt)));
        if !work.ends {
            self.diagnostics.push(
                Diagnostic::warning("E0213", test.span, "this loop never sees a change")
                    .label(format!("it waits for `{name}`, but never pauses"))
                    .help("call `sleep` inside the loop: after a wait, newer values are seen"),
            );
        }
    }
}

/// What a condition reads.
#[derive(Default)]
struct Reads {
    names: Vec<Symbol>,
    /// Fields of something other than the walker itself.
    fields: Vec<Symbol>,
    /// It calls or waits: it may change by itself.
    computes: bool,
}

impl Reads {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.names.push(Symbol::new(name.as_str())),
            ExprKind::Attribute { object, name, .. } => {
                let symbol = Symbol::new(name.as_str());
                match object.as_name() {
                    Some(owner) if owner.as_str() == "self" => self.names.push(symbol),
                    Some(_) => self.fields.push(symbol),
                    None => {}
                }
                self.expr(object);
            }
            kind if may_wait(kind) => self.computes = true,
            _ => Node::Expr(expr).children(&mut |child| {
                if let Node::Expr(child) = child {
                    self.expr(child);
                }
            }),
        }
    }
}

/// Whether the value may be another one each time: a call or a wait.
fn may_wait(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::Call { .. }
            | ExprKind::Await(_)
            | ExprKind::Wait(_)
            | ExprKind::Yield(_)
            | ExprKind::YieldFrom(_)
            | ExprKind::Spawn { .. }
            | ExprKind::Reference(_)
            | ExprKind::Walrus { .. }
    )
}

/// Whether the body of a loop does something that may end it.
struct Work {
    names: Vec<Symbol>,
    fields: Vec<Symbol>,
    ends: bool,
}

impl Work {
    fn node(&mut self, node: Node<'_>) {
        match node {
            Node::Stmt(stmt) => match &stmt.kind {
                StmtKind::Break
                | StmtKind::Return(_)
                | StmtKind::Raise { .. }
                | StmtKind::Disengage
                | StmtKind::Skip => self.ends = true,
                StmtKind::Assign { targets, .. } => targets.iter().for_each(|target| self.target(target)),
                StmtKind::Annotate { target, .. }
                | StmtKind::Augment { target, .. }
                | StmtKind::ForIn { target, .. } => self.target(target),
                StmtKind::Item(_) | StmtKind::Delete(_) | StmtKind::Try { .. } => self.ends = true,
                _ => {}
            },
            Node::Expr(expr) if may_wait(&expr.kind) && !is_harmless(expr) => self.ends = true,
            Node::Expr(_) | Node::Item(_) | Node::Pattern(_) => {}
        }
        if !self.ends {
            node.children(&mut |child| self.node(child));
        }
    }

    /// Assigns something that the condition reads.
    fn target(&mut self, target: &Expr) {
        match &target.kind {
            ExprKind::Name(name) => self.ends |= self.names.contains(&Symbol::new(name.as_str())),
            ExprKind::Attribute { name, .. } => {
                let name = Symbol::new(name.as_str());
                self.ends |= self.fields.contains(&name) || self.names.contains(&name);
            }
            ExprKind::Subscript { .. } => self.ends = true,
            _ => Node::Expr(target).children(&mut |child| {
                if let Node::Expr(child) = child {
                    self.target(child);
                }
            }),
        }
    }
}

/// A call that certainly neither waits nor changes a field.
fn is_harmless(expr: &Expr) -> bool {
    let ExprKind::Call { callee, .. } = &expr.kind else { return false };
    let harmless =
        ["print", "len", "str", "int", "float", "abs", "min", "max", "sum", "range", "repr", "round", "bool"];
    callee.as_name().is_some_and(|name| harmless.contains(&name.as_str()))
}
