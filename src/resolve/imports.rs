//! Imports: what each binds, and how the modules of a program are related by them.
//!
//! Which file or native module a name means was decided in `load`; here are the statements that
//! come of it, the names that `include` takes over, and findings about names that a module does not
//! have.

use std::sync::Arc;

use super::globals::Globals;
use super::known::{Imported, Known};
use super::load::{Unit, written};
use super::lower::Lowerer;
use crate::code::{ImportItem, ModuleRef, Stmt, StmtKind, Symbol, Variable};
use crate::diagnostics::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast;

/// Notes what the imports of a module bind, for the search of bases and for `include`. Whether it
/// includes a module whose names are not known before it runs.
pub(super) fn relate(index: u32, unit: &Unit, known: &mut Known) -> bool {
    let mut is_open = false;
    for item in unit.parts.iter().flat_map(|part| &part.ast.items) {
        relate_node(ast::Node::Item(item), index, unit, known, &mut is_open);
    }
    is_open
}

fn relate_node(node: ast::Node<'_>, index: u32, unit: &Unit, known: &mut Known, is_open: &mut bool) {
    if let ast::Node::Item(item) = node
        && let ast::ItemKind::Import(import) = &item.kind
    {
        match import {
            ast::Import::Modules(list) => {
                for module in list {
                    let found = unit.target(&module.module);
                    let (name, target) = match &module.alias {
                        Some(alias) => (Some(alias), found.last()),
                        None => (module.module.names.first(), found.first()),
                    };
                    if let (Some(name), Some(ModuleRef::Jac(target))) = (name, target) {
                        known.import(index, &name.text, Imported::Module(*target));
                    }
                }
            }
            ast::Import::From { module, names } => {
                let found = unit.target(module);
                for item in names {
                    let alias = &item.alias.as_ref().unwrap_or(&item.name).text;
                    let imported = match (found.last(), unit.submodule(module, &item.name.text)) {
                        (_, Some(ModuleRef::Jac(submodule))) => Imported::Module(submodule),
                        (Some(ModuleRef::Jac(target)), _) => Imported::Name(*target, item.name.text.clone()),
                        _ => continue,
                    };
                    known.import(index, alias, imported);
                }
            }
            ast::Import::Include(module) => match unit.target(&module.module).last() {
                Some(ModuleRef::Jac(target)) => known.include(index, *target),
                _ => *is_open = true,
            },
        }
    }
    node.children(&mut |child| relate_node(child, index, unit, known, is_open));
}

/// The names that `include` takes from a module: those of `__all__` if it is a plain list, else those
/// without an underscore in front.
pub(super) fn public_names(unit: &Unit, globals: &Globals) -> Vec<Symbol> {
    match listed(unit) {
        Some(listed) => {
            listed.iter().map(|name| Symbol::new(name)).filter(|name| globals.get(*name).is_some()).collect()
        }
        None => globals.defined().filter(|name| !name.name().starts_with('_')).collect(),
    }
}

/// The strings of `glob __all__ = [ … ];`.
fn listed(unit: &Unit) -> Option<Vec<Arc<str>>> {
    let mut stmts: Vec<&ast::Stmt> = Vec::new();
    for item in unit.parts.iter().flat_map(|part| &part.ast.items) {
        match &item.kind {
            ast::ItemKind::Glob { assigns, .. } => stmts.extend(assigns),
            ast::ItemKind::Entry { name: None, body } => stmts.extend(&body.stmts),
            _ => {}
        }
    }
    let value = stmts.into_iter().rev().find_map(|stmt| match &stmt.kind {
        ast::StmtKind::Assign { targets, value } if is_all(targets.first()) => Some(value),
        ast::StmtKind::Annotate { target, value: Some(value), .. } if is_all(Some(target)) => Some(value),
        _ => None,
    })?;
    let (ast::ExprKind::List(elements) | ast::ExprKind::Tuple(elements)) = &value.kind else { return None };
    let text = |element: &ast::Expr| match &element.kind {
        ast::ExprKind::Str(text) => Some(text.clone()),
        _ => None,
    };
    elements.iter().map(text).collect()
}

fn is_all(target: Option<&ast::Expr>) -> bool {
    target.and_then(ast::Expr::as_name).is_some_and(|name| name.as_str() == "__all__")
}

impl<'a> Lowerer<'a, '_> {
    pub(super) fn import(&mut self, span: Span, import: &'a ast::Import, out: &mut Vec<Stmt>) {
        match import {
            ast::Import::Modules(list) => list.iter().for_each(|module| self.import_module(module, out)),
            ast::Import::From { module, names } => {
                let target = last(self.unit.target(module), module);
                let path = self.full_name(&target, module);
                let items = names.iter().map(|item| self.import_item(&target, module, item)).collect();
                out.push(Stmt { span, kind: StmtKind::ImportFrom { module: target, path, items } });
            }
            ast::Import::Include(module) => self.include(span, module, out),
        }
    }

    /// `import a.b.c;` or `import a.b.c as d;`
    fn import_module(&mut self, import: &'a ast::ModuleImport, out: &mut Vec<Stmt>) {
        let modules = self.unit.target(&import.module);
        let bound = import.alias.as_ref().or_else(|| import.module.names.first());
        let Some(bound) = bound else { return };
        let variable = self.store_name(bound);
        let module = last(modules.clone(), &import.module);
        let path = import.module.names.iter().map(|name| name.text.clone()).collect();
        let kind = StmtKind::Import { module, path, modules, variable, whole: import.alias.is_some() };
        out.push(Stmt { span: import.span, kind });
    }

    fn import_item(
        &mut self,
        target: &ModuleRef,
        module: &ast::ModulePath,
        item: &'a ast::ImportName,
    ) -> ImportItem {
        let submodule = self.unit.submodule(module, &item.name.text);
        let name = Symbol::new(item.name.as_str());
        if submodule.is_none() {
            self.check_item(target, name, item.name.span);
        }
        ImportItem {
            span: item.span,
            name,
            variable: self.store_name(item.alias.as_ref().unwrap_or(&item.name)),
            submodule,
        }
    }

    /// Reports a name that a Jac module does not have.
    fn check_item(&mut self, target: &ModuleRef, name: Symbol, span: Span) {
        let ModuleRef::Jac(index) = target else { return };
        let Some(globals) = self.world.globals.get(*index as usize) else { return };
        if globals.is_open || globals.get(name).is_some() {
            return;
        }
        let module = self.world.units.get(*index as usize).map_or("?", |unit| &unit.name);
        let report = Diagnostic::error("E0210", span, format!("`{module}` has no `{name}`"))
            .label("not defined in that module");
        let report = match suggest(name.name(), globals.defined().map(Symbol::name)) {
            Some(meant) => report.help(format!("did you mean `{meant}`?")),
            None => report.help("define it there at module level"),
        };
        self.diagnostics.push(report);
    }

    fn include(&mut self, span: Span, import: &'a ast::ModuleImport, out: &mut Vec<Stmt>) {
        let target = last(self.unit.target(&import.module), &import.module);
        let path = self.full_name(&target, &import.module);
        let mut names = Vec::new();
        if let ModuleRef::Jac(index) = &target
            && let (Some(unit), Some(globals)) =
                (self.world.units.get(*index as usize), self.world.globals.get(*index as usize))
        {
            for name in public_names(unit, globals) {
                if let Some(id) = self.globals.get(name) {
                    names.push((name, Variable::Global(id)));
                }
            }
        }
        out.push(Stmt { span, kind: StmtKind::Include { module: target, path, names } });
        if import.alias.is_some() {
            self.import_module(import, out);
        }
    }

    /// The dotted name of a module, without leading dots where it is known.
    fn full_name(&self, target: &ModuleRef, module: &ast::ModulePath) -> Arc<str> {
        match target {
            ModuleRef::Jac(index) => match self.world.units.get(*index as usize) {
                Some(unit) => unit.name.clone(),
                None => written(module).into(),
            },
            ModuleRef::Native(dotted) => dotted.clone(),
            ModuleRef::Missing(_) => written(module).into(),
        }
    }
}

fn last(mut modules: Vec<ModuleRef>, path: &ast::ModulePath) -> ModuleRef {
    modules.pop().unwrap_or_else(|| ModuleRef::Missing(written(path).into()))
}
