//! The first pass: makes the scopes of a module, and notes in each which names are bound and mentioned.
//!
//! It walks everything that runs, in the order in which Python's compiler would, and skips what never
//! runs (annotations, typed context blocks). It decides nothing about what a name means: that is
//! [`super::analysis`], once the variables of all modules are known.

use std::sync::Arc;

use super::constant;
use super::impls::{ArchetypeView, BaseView, BodyView, EnumView, FunctionView, Impls, SignatureView};
use super::load::Part;
use super::parameters::{self, ParamView};
use super::scope::{Key, Role, ScopeId, ScopeKind, Scopes, Shape, address};
use crate::code::symbol::names;
use crate::code::{ArchetypeKind, Symbol};
use crate::diagnostics::Diagnostic;
use crate::syntax::ast::{self, Block, Expr, ExprKind, Item, ItemKind, Node};

/// What the first pass knows of a module.
pub(super) struct Table<'a> {
    pub scopes: Scopes,
    pub impls: Impls<'a>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Collects a module.
pub(super) fn collect<'a>(parts: &'a [Part]) -> Table<'a> {
    let mut scopes = Scopes::default();
    let current = scopes.add(ScopeKind::Module, None, None, "<module>".into());
    let table = Table { scopes, impls: Impls::default(), diagnostics: Vec::new() };
    let mut collector = Collector { table, current, tests: 0 };
    let mut items: Vec<&Item> = Vec::new();
    for part in parts.iter().filter(|part| part.is_main()).chain(parts.iter().filter(|part| !part.is_main()))
    {
        items.extend(&part.ast.items);
    }
    collector.table.impls.connect(items);
    for item in parts.iter().flat_map(|part| &part.ast.items) {
        collector.item(item, None);
    }
    collector.export_globals();
    collector.table
}

struct Collector<'a> {
    table: Table<'a>,
    current: ScopeId,
    tests: u32,
}

/// The symbol of a name as it stands in a class: `__x` is private to the class.
pub(super) fn mangled(text: &str, class: Option<&str>) -> Symbol {
    match class {
        Some(class) if text.starts_with("__") && !text.ends_with("__") && !text.contains('.') => {
            let class = class.trim_start_matches('_');
            if class.is_empty() { Symbol::new(text) } else { Symbol::new(&format!("_{class}{text}")) }
        }
        _ => Symbol::new(text),
    }
}

/// The names that are literals unless the program defines them.
pub(super) fn is_literal(name: &str) -> bool {
    matches!(name, "true" | "false" | "null")
}

/// The name of a test: `test_foo`, the text of a string, or a number of its own.
pub(super) fn test_name(test: &ast::Test, number: &mut u32) -> Arc<str> {
    match &test.name {
        // A name written as an identifier is as long as its text; a string has quotes.
        Some(name) if name.span.len() as usize == name.text.len() => format!("test_{}", name.text).into(),
        Some(name) => name.text.clone(),
        None => {
            *number += 1;
            format!("test__jac_gen_{number}").into()
        }
    }
}

/// Where names bound by `:=` belong: outside of all comprehensions and generator expressions.
pub(super) fn walrus_home(scopes: &Scopes, from: ScopeId) -> ScopeId {
    let transient =
        |kind: &ScopeKind| matches!(kind, ScopeKind::Comprehension | ScopeKind::Function(Role::Generator));
    scopes.chain(from).find(|(_, scope)| !transient(&scope.kind)).map_or(Scopes::MODULE, |(id, _)| id)
}

/// The names that an implied walker or start node may have in this scope, the most likely first.
pub(super) fn implied_walker(scopes: &Scopes, from: ScopeId) -> &'static [Symbol] {
    match scopes.class_around(from) {
        Some((_, shape)) if shape.kind == ArchetypeKind::Walker => &[names::SELF],
        _ => &[names::VISITOR, names::HERE],
    }
}

/// As [`implied_walker`], for the start of `[-->]`.
pub(super) fn implied_start(scopes: &Scopes, from: ScopeId) -> Symbol {
    match scopes.class_around(from) {
        Some((_, shape)) if shape.kind == ArchetypeKind::Walker => names::HERE,
        _ => names::SELF,
    }
}

pub(super) fn archetype_kind(kind: ast::ArchetypeKind) -> ArchetypeKind {
    match kind {
        ast::ArchetypeKind::Obj => ArchetypeKind::Obj,
        ast::ArchetypeKind::Class => ArchetypeKind::Class,
        ast::ArchetypeKind::Node => ArchetypeKind::Node,
        ast::ArchetypeKind::Edge => ArchetypeKind::Edge,
        ast::ArchetypeKind::Walker => ArchetypeKind::Walker,
    }
}

impl<'a> Collector<'a> {
    fn symbol(&self, text: &str) -> Symbol {
        mangled(text, self.table.scopes.get(self.current).private.as_deref())
    }

    fn bind(&mut self, text: &str) {
        let name = self.symbol(text);
        self.table.scopes.get_mut(self.current).bind(name);
    }

    fn mention(&mut self, text: &str) {
        let name = self.symbol(text);
        self.mention_symbol(name);
    }

    fn mention_symbol(&mut self, name: Symbol) {
        self.table.scopes.get_mut(self.current).mention(name);
    }

    fn qualname(&self, name: &str) -> Arc<str> {
        let scopes = &self.table.scopes;
        let frame = scopes.get(scopes.get(self.current).frame);
        match frame.kind {
            ScopeKind::Module => name.into(),
            ScopeKind::Class(_) => format!("{}.{name}", frame.qualname).into(),
            ScopeKind::Function(_) | ScopeKind::Comprehension => {
                format!("{}.<locals>.{name}", frame.qualname).into()
            }
        }
    }

    /// Does something in a new scope.
    fn inside(&mut self, kind: ScopeKind, key: Key, name: &str, body: impl FnOnce(&mut Self)) {
        let qualname = match kind {
            ScopeKind::Comprehension => self.table.scopes.get(self.current).qualname.clone(),
            _ => self.qualname(name),
        };
        let scope = self.table.scopes.add(kind, Some(self.current), Some(key), qualname);
        let around = std::mem::replace(&mut self.current, scope);
        body(self);
        self.current = around;
    }

    /// A function's `global x` with an assignment makes a variable of the module.
    fn export_globals(&mut self) {
        let scopes = &mut self.table.scopes;
        for id in scopes.ids() {
            let scope = scopes.get(id);
            let is_global = |name: &&Symbol| scope.entry(**name).is_some_and(|entry| entry.global.is_some());
            let exported: Vec<Symbol> = scope.bound.iter().filter(is_global).copied().collect();
            for name in exported {
                scopes.get_mut(Scopes::MODULE).bind(name);
            }
        }
    }

    // Items

    fn item(&mut self, item: &'a Item, member_of: Option<ArchetypeKind>) {
        match &item.kind {
            ItemKind::Import(import) => self.import(import),
            ItemKind::Archetype(found) => {
                let view = self.table.impls.archetype(item, found);
                self.archetype(&view);
            }
            ItemKind::Enum(found) => {
                let view = self.table.impls.enumeration(item, found);
                self.enumeration(&view);
            }
            ItemKind::Function(found) => {
                let view = self.table.impls.function(item, found);
                self.function(&view, member_of);
            }
            ItemKind::Ability(found) => {
                let view = self.table.impls.ability(item, found);
                self.function(&view, member_of);
            }
            ItemKind::Has(has) => self.has(has, member_of),
            ItemKind::Glob { assigns, .. } => assigns.iter().for_each(|assign| self.stmt(assign)),
            ItemKind::Entry { body, .. } => self.block(body),
            ItemKind::Test(test) => {
                let name = test_name(test, &mut self.tests);
                self.inside(ScopeKind::Function(Role::Function), Key::Test(address(test)), &name, |this| {
                    this.block(&test.body)
                });
            }
            ItemKind::Impl(_) | ItemKind::Error => {}
        }
    }

    fn import(&mut self, import: &ast::Import) {
        match import {
            ast::Import::Modules(list) => {
                for module in list {
                    let first = module.alias.as_ref().or_else(|| module.module.names.first());
                    if let Some(name) = first {
                        self.bind(name.as_str());
                    }
                }
            }
            ast::Import::From { names, .. } => {
                for item in names {
                    self.bind(item.alias.as_ref().unwrap_or(&item.name).as_str());
                }
            }
            ast::Import::Include(module) => {
                if let Some(alias) = &module.alias {
                    self.bind(alias.as_str());
                }
            }
        }
    }

    fn archetype(&mut self, view: &ArchetypeView<'a>) {
        view.decorators.iter().for_each(|decorator| self.expr(decorator));
        let kind = archetype_kind(view.kind);
        let members = view.members.as_deref().unwrap_or_default();
        let shape = self.shape(kind, view.is_async, view.name, &view.bases);
        self.inside(ScopeKind::Class(shape), Key::Definition(view.address), view.name.as_str(), |this| {
            this.table.scopes.get_mut(this.current).private = Some(view.name.text.clone());
            members.iter().for_each(|member| this.item(member, Some(kind)));
        });
        self.bind(view.name.as_str());
    }

    fn enumeration(&mut self, view: &EnumView<'a>) {
        view.decorators.iter().for_each(|decorator| self.expr(decorator));
        let shape = self.shape(ArchetypeKind::Enum, false, view.name, &view.bases);
        self.inside(ScopeKind::Class(shape), Key::Definition(view.address), view.name.as_str(), |this| {
            this.table.scopes.get_mut(this.current).private = Some(view.name.text.clone());
            let Some(body) = view.body else { return };
            for member in &body.members {
                member.value.iter().for_each(|value| this.expr(value));
                this.bind(member.name.as_str());
            }
            body.items.iter().for_each(|item| this.item(item, Some(ArchetypeKind::Enum)));
        });
        self.bind(view.name.as_str());
    }

    /// What is known of an archetype so far. Its bases are visited in the scope around.
    fn shape(
        &mut self,
        kind: ArchetypeKind,
        is_async: bool,
        name: &ast::Name,
        bases: &[BaseView<'a>],
    ) -> Shape {
        let mut shape = Shape {
            span: name.span,
            kind,
            is_async,
            fields: Vec::new(),
            bases: Vec::new(),
            computed_bases: 0,
            all_fields: Vec::new(),
        };
        for base in bases {
            match base {
                BaseView::Expr(expr) => {
                    self.expr(expr);
                    match dotted(expr) {
                        Some(path) => shape.bases.push(path),
                        None => shape.computed_bases += 1,
                    }
                }
                BaseView::Name(name) => {
                    self.mention(name.as_str());
                    shape.bases.push(vec![name.text.clone()]);
                }
            }
        }
        shape
    }

    fn has(&mut self, has: &'a ast::Has, member_of: Option<ArchetypeKind>) {
        for field in &has.fields {
            if let Some(kind) = member_of {
                let name = self.symbol(field.name.as_str());
                if let ScopeKind::Class(shape) = &mut self.table.scopes.get_mut(self.current).kind {
                    shape.fields.push(name);
                }
                if !has.is_static && !matches!(kind, ArchetypeKind::Class | ArchetypeKind::Enum) {
                    let computed = field.default.iter().filter(|default| constant::value(default).is_none());
                    computed.for_each(|default| self.thunk(default));
                    continue;
                }
                let Some(default) = &field.default else { continue };
                self.expr(default);
            } else {
                field.default.iter().for_each(|default| self.expr(default));
            }
            self.bind(field.name.as_str());
        }
    }

    fn function(&mut self, view: &FunctionView<'a>, member_of: Option<ArchetypeKind>) {
        view.decorators.iter().for_each(|decorator| self.expr(decorator));
        let params = parameters::of_definition(view, member_of);
        params.iter().filter_map(|param| param.default).for_each(|default| self.expr(default));
        let role = match view.signature {
            SignatureView::Params(_) => Role::Function,
            SignatureView::Event(event) => {
                if member_of.is_some() {
                    event.trigger.iter().for_each(|trigger| self.thunk(trigger));
                }
                Role::Ability
            }
        };
        self.inside(ScopeKind::Function(role), Key::Definition(view.address), view.name.as_str(), |this| {
            if role == Role::Ability && member_of != Some(ArchetypeKind::Walker) {
                this.table.scopes.get_mut(this.current).alias = Some((names::HERE, names::VISITOR));
            }
            this.params(&params);
            if let BodyView::Block(block) = view.body {
                this.block(block);
            }
        });
        self.bind(view.name.as_str());
    }

    fn params(&mut self, params: &[ParamView<'a>]) {
        for param in params {
            let name = self.symbol(param.text);
            let scope = self.table.scopes.get_mut(self.current);
            scope.bind(name);
            scope.entry_mut(name).is_param = true;
            let is_first =
                matches!(param.kind, crate::code::ParamKind::PositionalOnly | crate::code::ParamKind::Normal);
            if is_first && scope.first_param.is_none() {
                scope.first_param = Some(name);
            }
        }
    }

    /// An expression that runs later, as a function without parameters.
    fn thunk(&mut self, expr: &'a Expr) {
        self.inside(ScopeKind::Function(Role::Thunk), Key::Thunk(address(expr)), "<lambda>", |this| {
            this.expr(expr)
        });
    }

    fn block(&mut self, block: &'a Block) {
        block.stmts.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn blocks(&mut self, blocks: [&'a Option<Block>; 2]) {
        blocks.into_iter().flatten().for_each(|block| self.block(block));
    }

    // Statements

    fn stmt(&mut self, stmt: &'a ast::Stmt) {
        use ast::StmtKind::*;
        match &stmt.kind {
            Item(item) => self.item(item, None),
            Assign { targets, value } => {
                self.expr(value);
                targets.iter().for_each(|target| self.target(target));
            }
            Annotate { target, value, .. } => {
                value.iter().for_each(|value| self.expr(value));
                self.target(target);
            }
            Augment { target, value, .. } => {
                self.expr(target);
                self.expr(value);
                self.target(target);
            }
            Delete(targets) => targets.iter().for_each(|target| self.target(target)),
            Global(list) => list.iter().for_each(|name| self.declare(name, false)),
            Nonlocal(list) => list.iter().for_each(|name| self.declare(name, true)),
            ForIn { target, iterable, body, otherwise, .. } => {
                self.expr(iterable);
                self.target(target);
                self.block(body);
                self.blocks([otherwise, &None]);
            }
            Try { body, handlers, otherwise, finally } => {
                self.block(body);
                handlers.iter().for_each(|handler| self.handler(handler));
                self.blocks([otherwise, finally]);
            }
            Match { subject, cases } => {
                self.expr(subject);
                for case in cases {
                    self.pattern(&case.pattern);
                    case.guard.iter().for_each(|guard| self.expr(guard));
                    self.block(&case.body);
                }
            }
            With { items, body, .. } => {
                for item in items {
                    self.expr(&item.context);
                    item.target.iter().for_each(|target| self.target(target));
                }
                self.block(body);
            }
            TypedContext { .. } => {}
            If { branches, otherwise } => {
                for (test, body) in branches {
                    self.expr(test);
                    self.block(body);
                }
                self.blocks([otherwise, &None]);
            }
            While { test, body, otherwise } => {
                self.expr(test);
                self.block(body);
                self.blocks([otherwise, &None]);
            }
            ForTo { init, test, step, body, otherwise, .. } => {
                self.stmt(init);
                self.expr(test);
                self.block(body);
                self.stmt(step);
                self.blocks([otherwise, &None]);
            }
            Visit { index, target, otherwise } => {
                self.walker();
                index.iter().for_each(|index| self.expr(index));
                self.expr(target);
                self.blocks([otherwise, &None]);
            }
            Ignore(_) | Disengage | Report(_) => {
                self.walker();
                self.children(Node::Stmt(stmt));
            }
            Expr(_)
            | Return(_)
            | Raise { .. }
            | Assert { .. }
            | Check(_)
            | Break
            | Continue
            | Skip
            | Empty
            | Error => {
                self.children(Node::Stmt(stmt));
            }
        }
    }

    /// The walker that a statement speaks of without naming it.
    fn walker(&mut self) {
        implied_walker(&self.table.scopes, self.current).iter().for_each(|&name| self.mention_symbol(name));
    }

    /// Visits what stands directly inside a node that has no scope and binds nothing by itself.
    fn children(&mut self, node: Node<'a>) {
        node.children(&mut |child| match child {
            Node::Expr(expr) => self.expr(expr),
            Node::Stmt(stmt) => self.stmt(stmt),
            Node::Item(item) => self.item(item, None),
            Node::Pattern(pattern) => self.pattern(pattern),
        });
    }

    fn handler(&mut self, handler: &'a ast::Handler) {
        handler.type_.iter().for_each(|type_| self.expr(type_));
        if let Some(name) = handler.bare_name() {
            let name = self.symbol(name.as_str());
            self.table.scopes.get_mut(self.current).entry_mut(name).guess = true;
        }
        if let Some(name) = &handler.name {
            self.bind(name.as_str());
        }
        self.block(&handler.body);
    }

    /// `global` and `nonlocal`.
    fn declare(&mut self, name: &ast::Name, is_nonlocal: bool) {
        let symbol = self.symbol(name.as_str());
        let word = if is_nonlocal { "nonlocal" } else { "global" };
        let scope = self.table.scopes.get_mut(self.current);
        if matches!(scope.kind, ScopeKind::Module) {
            if is_nonlocal {
                self.table.diagnostics.push(
                    Diagnostic::error("E0212", name.span, "`nonlocal` at module level")
                        .label("there is no function around it")
                        .help("remove it: names here are the module's own"),
                );
            }
            return;
        }
        if scope.entry(symbol).is_some_and(|entry| entry.global.is_none() && entry.nonlocal.is_none()) {
            self.table.diagnostics.push(
                Diagnostic::error("E0212", name.span, format!("`{}` is used before its `{word}`", name.text))
                    .label("declared here, after it was used")
                    .help(format!("move the `{word}` to the start of the function")),
            );
        }
        let entry = self.table.scopes.get_mut(self.current).entry_mut(symbol);
        if is_nonlocal {
            entry.nonlocal = Some(name.span);
        } else {
            entry.global = Some(name.span);
        }
    }

    fn target(&mut self, target: &'a Expr) {
        match &target.kind {
            ExprKind::Name(name) => self.bind(name.as_str()),
            ExprKind::Tuple(elements) | ExprKind::List(elements) => {
                elements.iter().for_each(|element| self.target(element))
            }
            ExprKind::Star(inner) => self.target(inner),
            _ => self.expr(target),
        }
    }

    fn pattern(&mut self, pattern: &'a ast::Pattern) {
        match &pattern.kind {
            ast::PatternKind::Capture(name) if is_literal(name.as_str()) => self.mention(name.as_str()),
            ast::PatternKind::Capture(name) | ast::PatternKind::Star(Some(name)) => self.bind(name.as_str()),
            ast::PatternKind::As { pattern, name } => {
                self.pattern(pattern);
                self.bind(name.as_str());
            }
            ast::PatternKind::Mapping { rest, .. } => {
                self.children(Node::Pattern(pattern));
                rest.iter().for_each(|rest| self.bind(rest.as_str()));
            }
            _ => self.children(Node::Pattern(pattern)),
        }
    }

    // Expressions

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Name(name) | ExprKind::TypeRef(name) => self.mention(name.as_str()),
            ExprKind::Super => {
                self.mention_symbol(names::CLASS);
                if let Some(receiver) = self.table.scopes.receiver(self.current) {
                    self.mention_symbol(receiver);
                }
            }
            ExprKind::Comprehension { kind, element, clauses } => {
                let is_generator = *kind == ast::ComprehensionKind::Generator;
                self.comprehension(&[element], clauses, is_generator);
            }
            ExprKind::DictComprehension { key, value, clauses } => {
                self.comprehension(&[key, value], clauses, false)
            }
            ExprKind::Walrus { name, value } => {
                self.expr(value);
                self.mention(name.as_str());
                let symbol = self.symbol(name.as_str());
                let home = walrus_home(&self.table.scopes, self.current);
                self.table.scopes.get_mut(home).bind(symbol);
            }
            ExprKind::Lambda(lambda) => self.lambda(lambda),
            ExprKind::Flow(inner) => {
                self.inside(
                    ScopeKind::Function(Role::Thunk),
                    Key::Thunk(address(&**inner)),
                    "<flow>",
                    |this| this.expr(inner),
                );
            }
            ExprKind::Yield(_) | ExprKind::YieldFrom(_) => {
                let frame = self.table.scopes.get(self.current).frame;
                self.table.scopes.get_mut(frame).has_yield = true;
                self.children(Node::Expr(expr));
            }
            ExprKind::EdgeRef(reference) => {
                if reference.start.is_none() {
                    let start = implied_start(&self.table.scopes, self.current);
                    self.mention_symbol(start);
                }
                self.children(Node::Expr(expr));
            }
            _ => self.children(Node::Expr(expr)),
        }
    }

    /// The first iterable belongs to the scope around, all else to the comprehension.
    fn comprehension(&mut self, elements: &[&'a Expr], clauses: &'a [ast::Clause], is_generator: bool) {
        let Some(first) = clauses.first() else { return };
        self.expr(&first.iterable);
        let kind = if is_generator { ScopeKind::Function(Role::Generator) } else { ScopeKind::Comprehension };
        self.inside(kind, Key::Clauses(address(first)), "<genexpr>", |this| {
            if is_generator {
                this.table.scopes.get_mut(this.current).bind(Symbol::new(".0"));
            }
            for (index, clause) in clauses.iter().enumerate() {
                if index > 0 {
                    this.expr(&clause.iterable);
                }
                this.target(&clause.target);
                clause.conditions.iter().for_each(|condition| this.expr(condition));
            }
            elements.iter().for_each(|element| this.expr(element));
        });
    }

    fn lambda(&mut self, lambda: &'a ast::Lambda) {
        let params = parameters::of_list(&lambda.params);
        params.iter().filter_map(|param| param.default).for_each(|default| self.expr(default));
        self.inside(ScopeKind::Function(Role::Lambda), Key::Lambda(address(lambda)), "<lambda>", |this| {
            this.params(&params);
            match &lambda.body {
                ast::LambdaBody::Expr(body) => this.expr(body),
                ast::LambdaBody::Block(body) => this.block(body),
            }
        });
    }
}

/// The names of `a.b.c`.
pub(super) fn dotted(expr: &Expr) -> Option<Vec<Arc<str>>> {
    match &expr.kind {
        ExprKind::Name(name) => Some(vec![name.text.clone()]),
        ExprKind::Attribute { object, name, .. } => {
            let mut path = dotted(object)?;
            path.push(name.text.clone());
            Some(path)
        }
        _ => None,
    }
}
