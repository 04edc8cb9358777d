//! Archetypes and enums: fields, members and the body that binds them.
//!
//! A default that is a constant is decided here, all others and the triggers of abilities become
//! functions without parameters. Every declaration gets its process-wide number here. Which fields
//! bases have is in `known`, methods are made in `function`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::collect::archetype_kind;
use super::constant;
use super::function::{Outline, returning};
use super::impls::{ArchetypeView, BaseView, EnumView};
use super::lower::Lowerer;
use super::scope::{Key, Place, ScopeId, ScopeKind, address};
use crate::code::{
    Ability, Archetype, ArchetypeKind, Block, Constant, Expr, ExprKind, Field, FieldDefault, FunctionKind,
    Moment, Stmt, StmtKind, Symbol, Target, TargetKind, Variable,
};
use crate::source::Span;
use crate::syntax::ast;

static NEXT_ID: AtomicU32 = AtomicU32::new(0);

/// What the body of a class is made into.
#[derive(Default)]
struct Body {
    stmts: Vec<Stmt>,
    fields: Vec<Field>,
    abilities: Vec<Ability>,
    members: Vec<Symbol>,
    auto_members: Vec<Symbol>,
}

/// What a class statement is, besides its body.
struct Head {
    kind: ArchetypeKind,
    is_async: bool,
    name: Arc<str>,
    doc: Option<Arc<str>>,
    span: Span,
    address: usize,
}

impl<'a> Lowerer<'a, '_> {
    /// `obj`, `class`, `node`, `edge` or `walker`, with its decorators.
    pub(super) fn archetype(&mut self, view: &ArchetypeView<'a>) -> Expr {
        self.check_archetype(view);
        let kind = archetype_kind(view.kind);
        let head = Head {
            kind,
            is_async: view.is_async,
            name: view.name.text.clone(),
            doc: view.doc.clone(),
            span: view.head,
            address: view.address,
        };
        self.declares_async_walker |= view.is_async && kind == ArchetypeKind::Walker;
        let members = view.members.as_deref().unwrap_or_default();
        self.decorated(&view.decorators, view.head, |this| {
            this.class(head, &view.bases, |this, body| {
                members.iter().for_each(|member| this.member(member, kind, body));
            })
        })
    }

    pub(super) fn enumeration(&mut self, view: &EnumView<'a>) -> Expr {
        self.check_enum(view);
        let head = Head {
            kind: ArchetypeKind::Enum,
            is_async: false,
            name: view.name.text.clone(),
            doc: view.doc.clone(),
            span: view.head,
            address: view.address,
        };
        self.decorated(&view.decorators, view.head, |this| {
            this.class(head, &view.bases, |this, body| {
                let Some(found) = view.body else { return };
                found.members.iter().for_each(|member| this.enum_member(member, body));
                for item in &found.items {
                    this.member(item, ArchetypeKind::Enum, body);
                    this.assigned_members(item, body);
                }
            })
        })
    }

    /// A class statement; `fill` makes the body, inside of the class's scope.
    fn class(&mut self, head: Head, bases: &[BaseView<'a>], fill: impl FnOnce(&mut Self, &mut Body)) -> Expr {
        let bases = bases
            .iter()
            .map(|base| match base {
                BaseView::Expr(expr) => self.expr(expr),
                BaseView::Name(name) => self.name(name),
            })
            .collect();
        let key = Key::Definition(head.address);
        let id = self.scopes.of(key);
        let mut body = Body::default();
        let (around, was_in_loop) = self.enter(id);
        let class_cell = self.scopes.class_cell(id);
        self.self_attributes.push(Vec::new());
        fill(self, &mut body);
        let names = self.class_names(id);
        let self_attributes = self.self_attributes.pop().unwrap_or_default();
        self.leave(around, was_in_loop);

        let mut outline = Outline::plain(key, &head.name, head.span);
        outline.doc = head.doc.clone();
        let scope = self.finish(id, outline, FunctionKind::Plain, Vec::new(), Block { stmts: body.stmts });
        let archetype = Archetype {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            kind: head.kind,
            is_async: head.is_async,
            name: head.name,
            qualname: self.scopes.get(id).qualname.clone(),
            module: self.unit.name.clone(),
            doc: head.doc,
            span: head.span,
            bases,
            fields: body.fields,
            scope,
            names,
            captures: self.sources(id),
            class_cell,
            abilities: body.abilities,
            self_attributes: self.no_fields(id, self_attributes),
            members: body.members,
            auto_members: body.auto_members,
        };
        let archetype: &'static Archetype = Box::leak(Box::new(archetype));
        self.archetypes.push(archetype);
        Expr { span: head.span, kind: ExprKind::MakeClass(archetype) }
    }

    fn class_names(&self, id: ScopeId) -> Vec<(Symbol, u16)> {
        let scope = self.scopes.get(id);
        let slot = |name: &Symbol| {
            let entry = scope.entry(*name).filter(|entry| entry.is_own())?;
            Some((*name, entry.slot?))
        };
        scope.bound.iter().filter_map(slot).collect()
    }

    fn no_fields(&self, id: ScopeId, mut attributes: Vec<Symbol>) -> Vec<Symbol> {
        if let ScopeKind::Class(shape) = &self.scopes.get(id).kind {
            attributes.retain(|name| !shape.all_fields.contains(name));
        }
        attributes
    }

    fn member(&mut self, item: &'a ast::Item, kind: ArchetypeKind, body: &mut Body) {
        match &item.kind {
            ast::ItemKind::Has(has)
                if has.is_static || matches!(kind, ArchetypeKind::Class | ArchetypeKind::Enum) =>
            {
                has.fields.iter().for_each(|field| self.shared_field(field, body));
            }
            ast::ItemKind::Has(has) => {
                for field in &has.fields {
                    let field = self.field(field);
                    // A field that is declared again keeps its place.
                    match body.fields.iter_mut().find(|old| old.name == field.name) {
                        Some(old) => *old = field,
                        None => body.fields.push(field),
                    }
                }
            }
            ast::ItemKind::Ability(ability) => {
                let trigger = ability.event.trigger.as_ref().map(|trigger| self.trigger(trigger));
                self.item(item, Some(kind), &mut body.stmts);
                body.abilities.push(Ability {
                    name: self.symbol(ability.name.as_str()),
                    moment: match ability.event.moment {
                        ast::Moment::Entry => Moment::Entry,
                        ast::Moment::Exit => Moment::Exit,
                    },
                    trigger,
                    span: ability.name.span.to(ability.event.span),
                });
            }
            _ => self.item(item, Some(kind), &mut body.stmts),
        }
    }

    /// What an ability reacts to, as a function without parameters. The bare word `root` means the class, too.
    fn trigger(&mut self, trigger: &'a ast::Expr) -> Expr {
        let outline = Outline::plain(Key::Thunk(address(trigger)), "<lambda>", trigger.span);
        let made = self.made(outline, &[], |this| {
            returning(match trigger.kind {
                ast::ExprKind::Root => Expr { span: trigger.span, kind: ExprKind::RootClass },
                _ => this.expr(trigger),
            })
        });
        Expr { span: trigger.span, kind: ExprKind::MakeFunction(Box::new(made)) }
    }

    fn field(&mut self, field: &'a ast::Field) -> Field {
        let default = match &field.default {
            _ if field.by_postinit => FieldDefault::PostInit,
            None => FieldDefault::Required,
            Some(default) => match self.known_default(default) {
                Some(value) => {
                    FieldDefault::Constant(Expr { span: default.span, kind: ExprKind::Constant(value) })
                }
                None => {
                    let made = self.thunk(default, "<lambda>");
                    FieldDefault::Thunk(Expr {
                        span: default.span,
                        kind: ExprKind::MakeFunction(Box::new(made)),
                    })
                }
            },
        };
        Field { name: self.symbol(field.name.as_str()), span: field.span, default }
    }

    /// The value of a default that is a constant, or `true`, `false`, `null`.
    fn known_default(&self, default: &ast::Expr) -> Option<Constant> {
        if let Some(value) = constant::value(default) {
            return Some(value);
        }
        let name = self.symbol(default.as_name()?.as_str());
        let thunk = self.scopes.of(Key::Thunk(address(default)));
        match self.scopes.get(thunk).entry(name)?.place? {
            Place::True => Some(Constant::True),
            Place::False => Some(Constant::False),
            Place::None => Some(Constant::None),
            _ => None,
        }
    }

    /// `static has`, or a field of a `class`: an attribute of the class, if it has a value.
    fn shared_field(&mut self, field: &'a ast::Field, body: &mut Body) {
        let Some(default) = &field.default else { return };
        let value = self.expr(default);
        let variable = self.store_name(&field.name);
        body.stmts.push(bind(field.span, field.name.span, variable, value));
    }

    fn enum_member(&mut self, member: &'a ast::EnumMember, body: &mut Body) {
        let name = self.symbol(member.name.as_str());
        let value = match &member.value {
            Some(value) => self.expr(value),
            None => {
                body.auto_members.push(name);
                Expr { span: member.span, kind: ExprKind::Constant(Constant::Ellipsis) }
            }
        };
        if !body.members.contains(&name) {
            body.members.push(name);
        }
        let variable = self.store(name);
        body.stmts.push(bind(member.span, member.name.span, variable, value));
    }

    /// Variables that a `with entry` block of an enum assigns are members, too.
    fn assigned_members(&self, item: &ast::Item, body: &mut Body) {
        let ast::ItemKind::Entry { body: block, .. } = &item.kind else { return };
        for stmt in &block.stmts {
            let ast::StmtKind::Assign { targets, .. } = &stmt.kind else { continue };
            for name in targets.iter().filter_map(ast::Expr::as_name) {
                let symbol = self.symbol(name.as_str());
                let is_private = name.as_str().starts_with('_') && name.as_str().ends_with('_')
                    || symbol.name() != name.as_str();
                if !is_private && !body.members.contains(&symbol) {
                    body.members.push(symbol);
                }
            }
        }
    }
}

/// `variable = value`, as definitions do it.
pub(super) fn bind(span: Span, name: Span, variable: Variable, value: Expr) -> Stmt {
    let target = Target { span: name, kind: TargetKind::Variable(variable) };
    Stmt { span, kind: StmtKind::Assign { targets: vec![target], value } }
}
