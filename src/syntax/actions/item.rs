//! Items: imports, archetypes, enums, functions, abilities, impls, fields.
//!
//! Reports what a single declaration lacks or has too much of (a type, a value, a default beside
//! `by postinit`), and embedded Python. Names that clash, and impls without a declaration, are
//! found in `resolve`.

use super::{Build, Element, RawParam};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::*;
use crate::syntax::codes;
use crate::syntax::token::Token;

// The grammar's rules have as many parts as the constructs do.
#[allow(clippy::too_many_arguments)]
impl Build<'_> {
    pub fn broken_item(&self, l: u32, r: u32) -> Item {
        self.item(l, ItemKind::Error, r)
    }

    pub fn python_item(&self, l: u32, r: u32) -> Item {
        self.no_python(Span::new(l, r));
        self.broken_item(l, r)
    }

    pub(super) fn no_python(&self, span: Span) {
        let mark = Span::new(span.start, span.start.saturating_add(6));
        let error = Diagnostic::error(codes::UNSUPPORTED, mark, "embedded Python is not supported")
            .label("a block of Python begins here")
            .help("write it in Jac: most of Python's statements are Jac too, with braces");
        self.error(error);
    }

    // Imports.

    pub fn import(&self, l: u32, modules: Vec<ModuleImport>, r: u32) -> Item {
        self.item(l, ItemKind::Import(Import::Modules(modules)), r)
    }

    pub fn import_from(&self, l: u32, module: ModulePath, names: Vec<ImportName>, r: u32) -> Item {
        if names.is_empty() {
            let error = Diagnostic::error(codes::STATEMENT, Span::new(l, r), "import of nothing")
                .label("no name between the braces");
            self.error(error);
        }
        self.item(l, ItemKind::Import(Import::From { module, names }), r)
    }

    pub fn include(&self, l: u32, module: ModuleImport, r: u32) -> Item {
        self.item(l, ItemKind::Import(Import::Include(module)), r)
    }

    pub fn module_import(&self, module: ModulePath, alias: Option<Name>) -> ModuleImport {
        let span = alias.as_ref().map_or(module.span, |name| module.span.to(name.span));
        ModuleImport { span, module, alias }
    }

    pub fn import_name(&self, name: Name, alias: Option<Name>) -> ImportName {
        let span = alias.as_ref().map_or(name.span, |alias| name.span.to(alias.span));
        ImportName { span, name, alias }
    }

    pub fn module_path(&self, l: u32, dots: Vec<u32>, names: Vec<Name>, r: u32) -> ModulePath {
        // In a path every word is itself.
        let names = names
            .into_iter()
            .map(|name| Name::new(self.source(name.span).trim_start_matches("<>"), name.span));
        ModulePath {
            span: Span::new(l, r),
            level: dots.iter().fold(0, |sum: u32, n| sum.saturating_add(*n)),
            names: names.collect(),
        }
    }

    // Archetypes and enums.

    pub fn archetype(
        &self,
        l: u32,
        decorators: Vec<Expr>,
        is_async: bool,
        kind: ArchetypeKind,
        access: Option<Access>,
        name: Name,
        bases: Option<Vec<Expr>>,
        members: Option<Vec<Item>>,
        r: u32,
    ) -> Item {
        if is_async && kind != ArchetypeKind::Walker {
            let error = Diagnostic::error(codes::MODIFIER, name.span, "only a walker can be async")
                .label("not a walker")
                .help("remove `async`");
            self.error(error);
        }
        let bases = bases.unwrap_or_default();
        self.item(
            l,
            ItemKind::Archetype(Box::new(Archetype {
                decorators,
                is_async,
                kind,
                access,
                name,
                bases,
                members,
            })),
            r,
        )
    }

    pub fn enumeration(
        &self,
        l: u32,
        decorators: Vec<Expr>,
        access: Option<Access>,
        name: Name,
        bases: Option<Vec<Expr>>,
        body: Option<EnumBody>,
        r: u32,
    ) -> Item {
        let bases = bases.unwrap_or_default();
        self.item(l, ItemKind::Enum(Box::new(Enum { decorators, access, name, bases, body })), r)
    }

    pub fn enum_body(&self, l: u32, members: Vec<EnumMember>, elements: Vec<Element>, r: u32) -> EnumBody {
        EnumBody { span: Span::new(l, r), members, items: self.items(elements) }
    }

    pub fn enum_member(&self, name: Name, type_: Option<Expr>, value: Option<Expr>) -> EnumMember {
        let last = value.as_ref().or(type_.as_ref()).map_or(name.span, |expr| expr.span);
        EnumMember { span: name.span.to(last), name, type_, value }
    }

    // Functions.

    pub fn signature(&self, params: Option<Vec<RawParam>>, return_type: Option<Expr>) -> Signature {
        Signature { params: params.map(|raw| self.params(raw)), return_type }
    }

    fn flags(&self, tokens: Vec<Token>) -> Flags {
        Flags {
            is_async: tokens.contains(&Token::Async),
            is_override: tokens.contains(&Token::Override),
            is_static: tokens.contains(&Token::Static),
        }
    }

    pub fn function(
        &self,
        l: u32,
        decorators: Vec<Expr>,
        flags: Vec<Token>,
        access: Option<Access>,
        name: Name,
        signature: Signature,
        body: Body,
        r: u32,
    ) -> Item {
        let function = Function { decorators, flags: self.flags(flags), access, name, signature, body };
        self.item(l, ItemKind::Function(Box::new(function)), r)
    }

    pub fn ability(
        &self,
        l: u32,
        decorators: Vec<Expr>,
        flags: Vec<Token>,
        access: Option<Access>,
        name: Name,
        event: Event,
        body: Body,
        r: u32,
    ) -> Item {
        let ability = Ability { decorators, flags: self.flags(flags), access, name, event, body };
        self.item(l, ItemKind::Ability(Box::new(ability)), r)
    }

    pub fn event(
        &self,
        l: u32,
        trigger: Option<Expr>,
        moment: Moment,
        return_type: Option<Expr>,
        r: u32,
    ) -> Event {
        Event { span: Span::new(l, r), trigger, moment, return_type }
    }

    pub fn implementation(
        &self,
        l: u32,
        decorators: Vec<Expr>,
        target: Vec<Name>,
        head: ImplHead,
        body: ImplBody,
        r: u32,
    ) -> Item {
        self.item(l, ItemKind::Impl(Box::new(Impl { decorators, target, head, body })), r)
    }

    // Fields, globals, entries, tests.

    pub fn has(&self, l: u32, is_static: bool, access: Option<Access>, fields: Vec<Field>, r: u32) -> Item {
        self.item(l, ItemKind::Has(Has { is_static, access, fields }), r)
    }

    pub fn field(&self, name: Name, type_: Option<Expr>, default: Option<Expr>, by: Option<Name>) -> Field {
        let by_span = by.as_ref().map(|word| word.span);
        let last = by_span.or(default.as_ref().or(type_.as_ref()).map(|expr| expr.span));
        let span = last.map_or(name.span, |last| name.span.to(last));
        if let Some(word) = &by
            && word.as_str() != "__post_init__"
        {
            let error =
                Diagnostic::error(codes::DECLARATION, word.span, "a field can only be set `by postinit`")
                    .label("not `postinit`");
            self.error(error);
        }
        if by.is_some() && default.is_some() {
            let error = Diagnostic::error(codes::DECLARATION, span, "field has a default and `by postinit`")
                .label("set twice")
                .help("keep one of the two");
            self.error(error);
        }
        let type_ = type_.unwrap_or_else(|| {
            let error = Diagnostic::error(
                codes::DECLARATION,
                name.span,
                format!("field `{}` has no type", name.text),
            )
            .label("a type is missing after it")
            .help(format!("write `has {}: any`, or a type that says more", name.text));
            self.error(error);
            Expr::new(name.span.after(), ExprKind::Error)
        });
        Field { span, name, type_, default, by_postinit: by.is_some() }
    }

    pub fn glob(&self, l: u32, access: Option<Access>, assigns: Vec<Stmt>, r: u32) -> Item {
        self.item(l, ItemKind::Glob { access, assigns }, r)
    }

    pub fn glob_assign(&self, target: Expr, type_: Option<Expr>, values: Vec<Expr>) -> Stmt {
        let start = target.span.start;
        let mut values = values;
        match (type_, values.pop()) {
            (None, None) => {
                let error =
                    Diagnostic::error(codes::DECLARATION, target.span, "global has neither type nor value")
                        .label("nothing is said about it")
                        .help("give it a value with `=`");
                self.error(error);
                self.stmt(start, StmtKind::Error, target.span.end)
            }
            (None, Some(value)) => {
                let end = value.span.end;
                values.insert(0, target);
                self.stmt(start, self.assign(values, value), end)
            }
            (Some(type_), value) => {
                let end = value.as_ref().unwrap_or(&type_).span.end;
                if let Some(extra) = values.first() {
                    let error = Diagnostic::error(codes::STATEMENT, extra.span, "second `=` after a type")
                        .label("a target with a type stands alone");
                    self.error(error);
                }
                self.stmt(start, self.annotate(target, type_, value), end)
            }
        }
    }

    pub fn entry(&self, l: u32, name: Option<Name>, body: Block, r: u32) -> Item {
        self.item(l, ItemKind::Entry { name, body }, r)
    }

    pub fn test(&self, l: u32, name: Option<TestName>, body: Block, r: u32) -> Item {
        self.item(l, ItemKind::Test(Test { name, body }), r)
    }

    pub fn test_name(&self, name: Name) -> TestName {
        TestName { text: name.text, span: name.span }
    }

    pub fn test_text(&self, l: u32, r: u32) -> TestName {
        let span = Span::new(l, r);
        TestName { text: self.plain_string(span), span }
    }
}
