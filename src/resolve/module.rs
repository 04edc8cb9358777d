//! Modules: items in their order, entries, tests, and the module's own code.
//!
//! All parts of a module (its text and annexes) become one function, `<module>`; for a prompt it
//! returns the last expression. Archetypes, functions and imports are handed to their files.

use std::sync::Arc;

use super::archetype::bind;
use super::collect::test_name;
use super::function::Outline;
use super::load::PartKind;
use super::lower::Lowerer;
use super::scope::{Key, Place, Scopes, address};
use crate::code::symbol::names;
use crate::code::{
    ArchetypeKind, Block, CompareOp, Constant, Expr, ExprKind, FunctionKind, Module, Stmt, StmtKind, Test,
    Variable,
};
use crate::source::Span;
use crate::syntax::ast;

impl<'a> Lowerer<'a, '_> {
    /// The code of the module. With `gives_last`, a module whose last statement is an expression returns it.
    pub(super) fn module(&mut self, parts: &'a [super::load::Part], gives_last: bool) -> Module {
        let mut stmts = Vec::new();
        self.check_twice(parts.iter().flat_map(|part| &part.ast.items));
        for item in parts.iter().flat_map(|part| &part.ast.items) {
            self.item(item, None, &mut stmts);
        }
        if gives_last
            && let Some(Stmt { kind, .. }) = stmts.last_mut()
            && let StmtKind::Expr(_) = kind
            && let StmtKind::Expr(value) = std::mem::replace(kind, StmtKind::Break)
        {
            *kind = StmtKind::Return(Some(value));
        }
        let main = parts.iter().find(|part| part.kind == PartKind::Main).map(|part| &part.ast);
        let doc = main.and_then(|module| module.doc.as_ref()).map(|doc| doc.text.clone());
        let span = main.map_or(Span::NONE, |module| module.span);
        let mut outline = Outline::plain(Key::Definition(0), "<module>", span);
        outline.doc = doc.clone();
        let body = self.finish(Scopes::MODULE, outline, FunctionKind::Plain, Vec::new(), Block { stmts });
        Module {
            name: self.unit.name.clone(),
            file: self.unit.path.clone(),
            doc,
            is_package: self.unit.is_package,
            globals: self.globals.list().to_vec(),
            body,
            tests: std::mem::take(&mut self.tests),
            mentioned: self.take_mentioned(),
            declares_async_walker: self.declares_async_walker,
            functions: std::mem::take(&mut self.functions),
            archetypes: std::mem::take(&mut self.archetypes),
        }
    }

    /// Any item: of a module, an archetype (`member_of`) or a code block.
    pub(super) fn item(
        &mut self,
        item: &'a ast::Item,
        member_of: Option<ArchetypeKind>,
        out: &mut Vec<Stmt>,
    ) {
        let (name, value) = match &item.kind {
            ast::ItemKind::Import(import) => return self.import(item.span, import, out),
            ast::ItemKind::Archetype(found) => {
                let view = self.impls.archetype(item, found);
                (view.name, self.archetype(&view))
            }
            ast::ItemKind::Enum(found) => {
                let view = self.impls.enumeration(item, found);
                (view.name, self.enumeration(&view))
            }
            ast::ItemKind::Function(found) => {
                let view = self.impls.function(item, found);
                (view.name, self.definition(&view, member_of))
            }
            ast::ItemKind::Ability(found) => {
                let view = self.impls.ability(item, found);
                (view.name, self.definition(&view, member_of))
            }
            ast::ItemKind::Has(has) => return self.local_fields(has, out),
            ast::ItemKind::Glob { assigns, .. } => {
                return assigns.iter().for_each(|assign| self.stmt(assign, out));
            }
            ast::ItemKind::Entry { name: None, body } => return self.stmts(body, out),
            ast::ItemKind::Entry { name: Some(name), body } => return self.named_entry(name, body, out),
            ast::ItemKind::Test(test) => return self.test(item, test),
            ast::ItemKind::Impl(_) | ast::ItemKind::Error => return,
        };
        let variable = self.store_name(name);
        out.push(bind(value.span, name.span, variable, value));
    }

    /// `has` in a code block: local variables.
    fn local_fields(&mut self, has: &'a ast::Has, out: &mut Vec<Stmt>) {
        for field in &has.fields {
            if let Some(default) = &field.default {
                let value = self.expr(default);
                let variable = self.store_name(&field.name);
                out.push(bind(field.span, field.name.span, variable, value));
            }
        }
    }

    /// `with entry:name { … }` runs if the module has that name.
    fn named_entry(&mut self, name: &'a ast::Name, body: &'a ast::Block, out: &mut Vec<Stmt>) {
        let span = name.span;
        let place = self.globals.get(names::NAME).map_or(Place::Unknown, Place::Global);
        let variable = self.variable(place).unwrap_or(Variable::Unknown(names::NAME));
        let first = Box::new(Expr { span, kind: ExprKind::Load(variable) });
        let wanted = Expr { span, kind: ExprKind::Constant(Constant::Str(name.text.clone())) };
        let test = Expr { span, kind: ExprKind::Compare { first, rest: vec![(CompareOp::Eq, wanted)] } };
        let body = self.block(body);
        out.push(Stmt { span, kind: StmtKind::If { branches: vec![(test, body)], otherwise: None } });
    }

    fn test(&mut self, item: &'a ast::Item, test: &'a ast::Test) {
        let name: Arc<str> = test_name(test, &mut self.unnamed_tests);
        let span = test
            .name
            .as_ref()
            .map_or(Span::new(item.span.start, item.span.start.saturating_add(4)), |name| name.span);
        let mut outline = Outline::plain(Key::Test(address(test)), &name, span);
        outline.doc = item.doc.as_ref().map(|doc| doc.text.clone());
        let made = self.made(outline, &[], |this| this.block(&test.body));
        self.tests.push(Test { name, span, function: made.function });
    }
}
