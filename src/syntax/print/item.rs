//! Items as text.
//!
//! Declarations in the order of their parts: decorators, access, words, name, bases or parameters,
//! body. Fields always show their types. Bodies and blocks are `mod.rs`'s, statements inside of
//! them `stmt.rs`'s.

use super::Printer;
use crate::syntax::ast::*;

impl Printer {
    pub(super) fn item(&mut self, item: &Item) {
        if let Some(doc) = &item.doc {
            self.line(|out| out.string(&doc.text));
        }
        self.line(|out| out.bare_item(&item.kind));
    }

    fn bare_item(&mut self, kind: &ItemKind) {
        match kind {
            ItemKind::Import(import) => self.import(import),
            ItemKind::Archetype(archetype) => self.archetype(archetype),
            ItemKind::Enum(found) => {
                self.decorators(&found.decorators);
                self.declared("enum", found.access, &found.name);
                self.bases(&found.bases);
                match &found.body {
                    Some(body) => self.enum_body(body),
                    None => self.put(";"),
                }
            }
            ItemKind::Function(function) => {
                self.decorators(&function.decorators);
                self.flags(function.flags);
                self.declared("def", function.access, &function.name);
                self.signature(&function.signature);
                self.body(&function.body);
            }
            ItemKind::Ability(ability) => {
                self.decorators(&ability.decorators);
                self.flags(ability.flags);
                self.declared("can", ability.access, &ability.name);
                self.event(&ability.event);
                self.body(&ability.body);
            }
            ItemKind::Impl(found) => self.implementation(found),
            ItemKind::Has(has) => self.has(has),
            ItemKind::Glob { access, assigns } => {
                self.put("glob");
                self.access(*access);
                self.put(" ");
                self.joined(assigns, ", ", |out, assign| out.simple(&assign.kind));
                self.put(";");
            }
            ItemKind::Entry { name, body } => {
                self.put("with entry");
                if let Some(name) = name {
                    self.put(":");
                    self.name(name);
                }
                self.put(" ");
                self.block(body);
            }
            ItemKind::Test(test) => {
                self.put("test ");
                if let Some(name) = &test.name {
                    self.string(&name.text);
                    self.put(" ");
                }
                self.block(&test.body);
            }
            ItemKind::Error => self.put("<error>"),
        }
    }

    fn path(&mut self, path: &ModulePath) {
        self.put(&".".repeat(path.level as usize));
        self.names(&path.names, ".");
    }

    fn alias(&mut self, alias: Option<&Name>) {
        if let Some(name) = alias {
            self.put(" as ");
            self.name(name);
        }
    }

    fn import(&mut self, import: &Import) {
        match import {
            Import::Modules(modules) => {
                self.put("import ");
                self.joined(modules, ", ", |out, module| {
                    out.path(&module.module);
                    out.alias(module.alias.as_ref());
                });
                self.put(";");
            }
            Import::From { module, names } => {
                self.put("import from ");
                self.path(module);
                self.put(" { ");
                self.joined(names, ", ", |out, name| {
                    out.name(&name.name);
                    out.alias(name.alias.as_ref());
                });
                self.put(" }");
            }
            Import::Include(module) => {
                self.put("include ");
                self.path(&module.module);
                self.alias(module.alias.as_ref());
                self.put(";");
            }
        }
    }

    fn decorators(&mut self, decorators: &[Expr]) {
        for decorator in decorators {
            self.put("@");
            self.expr(decorator);
            self.put(" ");
        }
    }

    fn access(&mut self, access: Option<Access>) {
        match access {
            Some(Access::Public) => self.put(":pub"),
            Some(Access::Private) => self.put(":priv"),
            Some(Access::Protected) => self.put(":protect"),
            None => {}
        }
    }

    fn declared(&mut self, word: &str, access: Option<Access>, name: &Name) {
        self.put(word);
        self.access(access);
        self.put(" ");
        self.name(name);
    }

    fn bases(&mut self, bases: &[Expr]) {
        if !bases.is_empty() {
            self.put("(");
            self.joined(bases, ", ", Printer::expr);
            self.put(")");
        }
        self.put(" ");
    }

    fn archetype(&mut self, archetype: &Archetype) {
        self.decorators(&archetype.decorators);
        if archetype.is_async {
            self.put("async ");
        }
        let word = match archetype.kind {
            ArchetypeKind::Obj => "obj",
            ArchetypeKind::Class => "class",
            ArchetypeKind::Node => "node",
            ArchetypeKind::Edge => "edge",
            ArchetypeKind::Walker => "walker",
        };
        self.declared(word, archetype.access, &archetype.name);
        self.bases(&archetype.bases);
        match &archetype.members {
            Some(members) => self.braces(|out| members.iter().for_each(|member| out.item(member))),
            None => self.put(";"),
        }
    }

    fn enum_body(&mut self, body: &EnumBody) {
        self.braces(|out| {
            for member in &body.members {
                out.line(|out| {
                    out.name(&member.name);
                    out.typed(member.type_.as_ref());
                    out.optional(" = ", member.value.as_ref());
                    out.put(",");
                });
            }
            body.items.iter().for_each(|item| out.item(item));
        });
    }

    fn flags(&mut self, flags: Flags) {
        for (is_set, word) in
            [(flags.is_async, "async "), (flags.is_override, "override "), (flags.is_static, "static ")]
        {
            if is_set {
                self.put(word);
            }
        }
    }

    pub(super) fn params(&mut self, params: &[Param]) {
        let mut previous = None;
        for (index, param) in params.iter().enumerate() {
            if index > 0 {
                self.put(", ");
            }
            if previous == Some(ParamKind::PositionalOnly) && param.kind != ParamKind::PositionalOnly {
                self.put("/, ");
            }
            match param.kind {
                ParamKind::Star => self.put("*"),
                ParamKind::DoubleStar => self.put("**"),
                ParamKind::KeywordOnly
                    if !matches!(previous, Some(ParamKind::Star | ParamKind::KeywordOnly)) =>
                {
                    self.put("*, ")
                }
                ParamKind::PositionalOnly | ParamKind::Normal | ParamKind::KeywordOnly => {}
            }
            self.name(&param.name);
            self.typed(param.type_.as_ref());
            self.optional(" = ", param.default.as_ref());
            previous = Some(param.kind);
        }
        if previous == Some(ParamKind::PositionalOnly) {
            self.put(", /");
        }
    }

    fn signature(&mut self, signature: &Signature) {
        if let Some(params) = &signature.params {
            self.put("(");
            self.params(params);
            self.put(")");
        }
        self.optional(" -> ", signature.return_type.as_ref());
    }

    fn event(&mut self, event: &Event) {
        self.put(" with");
        self.optional(" ", event.trigger.as_ref());
        self.put(if event.moment == Moment::Entry { " entry" } else { " exit" });
        self.optional(" -> ", event.return_type.as_ref());
    }

    fn body(&mut self, body: &Body) {
        match body {
            Body::Block(block) => {
                self.put(" ");
                self.block(block);
            }
            Body::Declared => self.put(";"),
            Body::Abstract => self.put(" abs;"),
            Body::By(model) => {
                self.optional(" by ", Some(model));
                self.put(";");
            }
        }
    }

    fn implementation(&mut self, found: &Impl) {
        self.decorators(&found.decorators);
        self.put("impl ");
        self.names(&found.target, ".");
        match &found.head {
            ImplHead::Signature(signature) => self.signature(signature),
            ImplHead::Event(event) => self.event(event),
            ImplHead::Bases(bases) => self.bases(bases),
        }
        self.put(" ");
        match &found.body {
            ImplBody::Block(block) => self.block(block),
            ImplBody::Enum(body) => self.enum_body(body),
            ImplBody::By(model) => {
                self.optional("by ", Some(model));
                self.put(";");
            }
        }
    }

    fn has(&mut self, has: &Has) {
        if has.is_static {
            self.put("static ");
        }
        self.put("has");
        self.access(has.access);
        self.put(" ");
        self.joined(&has.fields, ", ", |out, field| {
            out.name(&field.name);
            out.typed(Some(&field.type_));
            out.optional(" = ", field.default.as_ref());
            if field.by_postinit {
                out.put(" by postinit");
            }
        });
        self.put(";");
    }
}
