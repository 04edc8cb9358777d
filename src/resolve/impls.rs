//! Impls: which declaration each `impl` belongs to, and declarations as they are once the impl's body,
//! parameters and docstring stand in them.
//!
//! Matching is by dotted path within a module and its annexes, nested functions included.
//! Both passes of the resolver see declarations only through the views below, so neither knows
//! whether a body was written at the declaration or far from it.

use std::sync::Arc;

use super::scope::{Map, address};
use crate::diagnostics::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast;

/// The impls of a module, by the address of their declaration.
#[derive(Default)]
pub(super) struct Impls<'a> {
    of: Map<usize, Found<'a>>,
    pub diagnostics: Vec<Diagnostic>,
}

/// An impl and the item it stands in.
#[derive(Clone, Copy)]
struct Found<'a> {
    impl_: &'a ast::Impl,
    item: &'a ast::Item,
}

/// A function, ability or test.
pub(super) struct FunctionView<'a> {
    pub address: usize,
    pub name: &'a ast::Name,
    pub decorators: Vec<&'a ast::Expr>,
    pub flags: ast::Flags,
    pub signature: SignatureView<'a>,
    pub body: BodyView<'a>,
    pub doc: Option<Arc<str>>,
    /// From the first word to the end of the signature.
    pub head: Span,
}

#[derive(Clone, Copy)]
pub(super) enum SignatureView<'a> {
    /// `None`: no parentheses.
    Params(Option<&'a [ast::Param]>),
    Event(&'a ast::Event),
}

#[derive(Clone, Copy)]
pub(super) enum BodyView<'a> {
    Block(&'a ast::Block),
    /// Declared, and no impl was found.
    Missing,
    Abstract,
    By(&'a ast::Expr),
}

/// A base class as it is written.
#[derive(Clone, Copy)]
pub(super) enum BaseView<'a> {
    Expr(&'a ast::Expr),
    Name(&'a ast::Name),
}

pub(super) struct ArchetypeView<'a> {
    pub address: usize,
    pub kind: ast::ArchetypeKind,
    pub is_async: bool,
    pub name: &'a ast::Name,
    pub decorators: Vec<&'a ast::Expr>,
    pub bases: Vec<BaseView<'a>>,
    /// `None`: declared, and no impl was found.
    pub members: Option<Vec<&'a ast::Item>>,
    pub doc: Option<Arc<str>>,
    pub head: Span,
}

pub(super) struct EnumView<'a> {
    pub address: usize,
    pub name: &'a ast::Name,
    pub decorators: Vec<&'a ast::Expr>,
    pub bases: Vec<BaseView<'a>>,
    pub body: Option<&'a ast::EnumBody>,
    pub doc: Option<Arc<str>>,
    pub head: Span,
}

impl<'a> Impls<'a> {
    pub fn function(&self, item: &'a ast::Item, function: &'a ast::Function) -> FunctionView<'a> {
        let found = self.of.get(&address(function));
        let declared = function.signature.params.as_deref();
        let params = match found.map(|found| &found.impl_.head) {
            Some(ast::ImplHead::Signature(ast::Signature { params: Some(params), .. }))
                if !params.is_empty() && declared.is_some_and(|declared| declared.len() == params.len()) =>
            {
                Some(params.as_slice())
            }
            _ => declared,
        };
        let end = function
            .signature
            .return_type
            .as_ref()
            .map(|type_| type_.span)
            .or_else(|| Some(declared?.last()?.span));
        self.view(
            found,
            item,
            &function.name,
            &function.decorators,
            function.flags,
            SignatureView::Params(params),
            &function.body,
            end,
            address(function),
        )
    }

    pub fn ability(&self, item: &'a ast::Item, ability: &'a ast::Ability) -> FunctionView<'a> {
        let found = self.of.get(&address(ability));
        let signature = SignatureView::Event(&ability.event);
        self.view(
            found,
            item,
            &ability.name,
            &ability.decorators,
            ability.flags,
            signature,
            &ability.body,
            Some(ability.event.span),
            address(ability),
        )
    }

    #[allow(clippy::too_many_arguments)]
    fn view(
        &self,
        found: Option<&Found<'a>>,
        item: &'a ast::Item,
        name: &'a ast::Name,
        decorators: &'a [ast::Expr],
        flags: ast::Flags,
        signature: SignatureView<'a>,
        body: &'a ast::Body,
        end: Option<Span>,
        address: usize,
    ) -> FunctionView<'a> {
        let body = match (found.map(|found| &found.impl_.body), body) {
            (Some(ast::ImplBody::Block(block)), _) | (None, ast::Body::Block(block)) => {
                BodyView::Block(block)
            }
            (Some(ast::ImplBody::By(expr)), _) | (_, ast::Body::By(expr)) => BodyView::By(expr),
            (_, ast::Body::Abstract) => BodyView::Abstract,
            (Some(ast::ImplBody::Enum(_)), ast::Body::Block(block)) => BodyView::Block(block),
            (_, ast::Body::Declared) => BodyView::Missing,
        };
        let doc = doc_of(item, found).or_else(|| match body {
            BodyView::Block(block) => doc_in(block),
            _ => None,
        });
        FunctionView {
            address,
            name,
            decorators: decorators
                .iter()
                .chain(found.into_iter().flat_map(|found| &found.impl_.decorators))
                .collect(),
            flags,
            signature,
            body,
            doc,
            head: head(item, name, end),
        }
    }

    pub fn archetype(&self, item: &'a ast::Item, archetype: &'a ast::Archetype) -> ArchetypeView<'a> {
        let found = self.of.get(&address(archetype));
        let members = match found.map(|found| &found.impl_.body) {
            Some(ast::ImplBody::Block(block)) => Some(block.members().0),
            _ => archetype.members.as_ref().map(|members| members.iter().collect()),
        };
        ArchetypeView {
            address: address(archetype),
            kind: archetype.kind,
            is_async: archetype.is_async,
            name: &archetype.name,
            decorators: decorators(&archetype.decorators, found),
            bases: bases(&archetype.bases, found),
            members,
            doc: doc_of(item, found),
            head: head(item, &archetype.name, archetype.bases.last().map(|base| base.span)),
        }
    }

    pub fn enumeration(&self, item: &'a ast::Item, found_enum: &'a ast::Enum) -> EnumView<'a> {
        let found = self.of.get(&address(found_enum));
        let body = match found.map(|found| &found.impl_.body) {
            Some(ast::ImplBody::Enum(body)) => Some(body),
            _ => found_enum.body.as_ref(),
        };
        EnumView {
            address: address(found_enum),
            name: &found_enum.name,
            decorators: decorators(&found_enum.decorators, found),
            bases: bases(&found_enum.bases, found),
            body,
            doc: doc_of(item, found),
            head: head(item, &found_enum.name, found_enum.bases.last().map(|base| base.span)),
        }
    }

    /// Matches the impls among `items` (and in the archetypes there) with the declarations there.
    pub fn connect(&mut self, items: Vec<&'a ast::Item>) {
        let items = expanded(items);
        let mut matching = Matching { impls: self, pending: Vec::new(), declared: Vec::new() };
        matching.gather(&[], &items);
        matching.declare(&[], &items);
        matching.finish();
    }
}

fn decorators<'a>(own: &'a [ast::Expr], found: Option<&Found<'a>>) -> Vec<&'a ast::Expr> {
    own.iter().chain(found.into_iter().flat_map(|found| &found.impl_.decorators)).collect()
}

fn bases<'a>(own: &'a [ast::Expr], found: Option<&Found<'a>>) -> Vec<BaseView<'a>> {
    if !own.is_empty() {
        return own.iter().map(BaseView::Expr).collect();
    }
    match found.map(|found| &found.impl_.head) {
        Some(ast::ImplHead::Bases(bases)) => bases.iter().map(BaseView::Expr).collect(),
        Some(ast::ImplHead::Signature(ast::Signature { params: Some(params), .. })) => {
            params.iter().map(|param| BaseView::Name(&param.name)).collect()
        }
        _ => Vec::new(),
    }
}

fn doc_of(item: &ast::Item, found: Option<&Found<'_>>) -> Option<Arc<str>> {
    let doc = item.doc.as_ref().or_else(|| found?.item.doc.as_ref())?;
    Some(doc.text.clone())
}

/// The docstring that Python finds: a string that is the body's first statement.
fn doc_in(block: &ast::Block) -> Option<Arc<str>> {
    match &block.stmts.first()?.kind {
        ast::StmtKind::Expr(ast::Expr { kind: ast::ExprKind::Str(text), .. }) => Some(text.clone()),
        _ => None,
    }
}

fn head(item: &ast::Item, name: &ast::Name, end: Option<Span>) -> Span {
    let end = name.span.end.max(end.map_or(0, |end| end.end));
    Span::new(item.span.start.min(name.span.start), end)
}

/// One run of the matching.
struct Matching<'i, 'a> {
    impls: &'i mut Impls<'a>,
    pending: Vec<Pending<'a>>,
    /// Paths of all declarations, for suggestions.
    declared: Vec<String>,
}

struct Pending<'a> {
    /// As it counts from the module, and as it was written: inside of a declaration both are possible.
    path: String,
    written: String,
    found: Found<'a>,
    state: State,
    /// Matched with an archetype.
    is_archetype: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Matched,
    /// Another impl of the same target came first.
    Late,
    /// Something is wrong with it, and has been reported.
    Refused,
}

/// What an impl can be for.
#[derive(Clone, Copy)]
enum Declaration<'a> {
    Function(&'a ast::Function),
    Ability(&'a ast::Ability),
    Archetype(&'a ast::Archetype),
    Enum(&'a ast::Enum),
}

impl<'a> Declaration<'a> {
    fn of(item: &'a ast::Item) -> Option<Declaration<'a>> {
        match &item.kind {
            ast::ItemKind::Function(found) => Some(Declaration::Function(found)),
            ast::ItemKind::Ability(found) => Some(Declaration::Ability(found)),
            ast::ItemKind::Archetype(found) => Some(Declaration::Archetype(found)),
            ast::ItemKind::Enum(found) => Some(Declaration::Enum(found)),
            _ => None,
        }
    }

    fn name(self) -> &'a ast::Name {
        match self {
            Declaration::Function(found) => &found.name,
            Declaration::Ability(found) => &found.name,
            Declaration::Archetype(found) => &found.name,
            Declaration::Enum(found) => &found.name,
        }
    }

    fn address(self) -> usize {
        match self {
            Declaration::Function(found) => address(found),
            Declaration::Ability(found) => address(found),
            Declaration::Archetype(found) => address(found),
            Declaration::Enum(found) => address(found),
        }
    }

    fn lacks_body(self) -> bool {
        match self {
            Declaration::Function(found) => matches!(found.body, ast::Body::Declared),
            Declaration::Ability(found) => matches!(found.body, ast::Body::Declared),
            Declaration::Archetype(found) => found.members.is_none(),
            Declaration::Enum(found) => found.body.is_none(),
        }
    }

    fn is_abstract(self) -> bool {
        match self {
            Declaration::Function(found) => matches!(found.body, ast::Body::Abstract),
            Declaration::Ability(found) => matches!(found.body, ast::Body::Abstract),
            Declaration::Archetype(_) | Declaration::Enum(_) => false,
        }
    }

    fn accepts(self, body: &ast::ImplBody) -> bool {
        match self {
            Declaration::Function(_) | Declaration::Ability(_) => {
                matches!(body, ast::ImplBody::Block(_) | ast::ImplBody::By(_))
            }
            Declaration::Archetype(_) => matches!(body, ast::ImplBody::Block(_)),
            Declaration::Enum(_) => matches!(body, ast::ImplBody::Enum(_)),
        }
    }
}

impl<'a> Matching<'_, 'a> {
    /// Notes the impls that stand in this list.
    fn gather(&mut self, prefix: &[&'a str], items: &[&'a ast::Item]) {
        for &item in items {
            if let ast::ItemKind::Impl(impl_) = &item.kind {
                let written: Vec<&str> = impl_.target.iter().map(|name| name.as_str()).collect();
                let path = prefix.iter().chain(&written).copied().collect::<Vec<_>>().join(".");
                let found = Found { impl_, item };
                self.pending.push(Pending {
                    path,
                    written: written.join("."),
                    found,
                    state: State::Waiting,
                    is_archetype: false,
                });
            }
        }
    }

    /// Matches the declarations of this list, those without a body first, then what they contain.
    fn declare(&mut self, prefix: &[&'a str], items: &[&'a ast::Item]) {
        let declarations: Vec<Declaration<'a>> =
            items.iter().filter_map(|item| Declaration::of(item)).collect();
        let (lacking, complete): (Vec<_>, Vec<_>) =
            declarations.iter().partition(|declaration| declaration.lacks_body());
        for declaration in lacking.into_iter().chain(complete) {
            self.match_one(&path_to(prefix, declaration), *declaration);
        }
        for &item in items {
            let Some(declaration) = Declaration::of(item) else { continue };
            let inner: Vec<&str> = prefix.iter().copied().chain([declaration.name().as_str()]).collect();
            let members = self.contents(item, declaration);
            self.gather(&inner, &members);
            self.declare(&inner, &members);
        }
    }

    /// The items inside of a declaration, with its impl in place.
    fn contents(&self, item: &'a ast::Item, declaration: Declaration<'a>) -> Vec<&'a ast::Item> {
        let body = match declaration {
            Declaration::Archetype(found) => {
                return expanded(self.impls.archetype(item, found).members.unwrap_or_default());
            }
            Declaration::Enum(found) => {
                let body = self.impls.enumeration(item, found).body;
                return expanded(body.into_iter().flat_map(|body| &body.items).collect());
            }
            Declaration::Function(found) => self.impls.function(item, found).body,
            Declaration::Ability(found) => self.impls.ability(item, found).body,
        };
        let mut items = Vec::new();
        if let BodyView::Block(block) = body {
            block.stmts.iter().for_each(|stmt| inner_items(ast::Node::Stmt(stmt), &mut items));
        }
        items
    }

    fn match_one(&mut self, path: &str, declaration: Declaration<'a>) {
        self.declared.push(path.to_owned());
        let mut is_first = true;
        let is_meant = |pending: &&mut Pending<'a>| {
            (pending.path == path || pending.written == path) && pending.state == State::Waiting
        };
        for pending in self.pending.iter_mut().filter(is_meant) {
            let impl_ = pending.found.impl_;
            if !declaration.accepts(&impl_.body) {
                continue;
            }
            pending.state = if declaration.is_abstract() {
                self.impls.diagnostics.push(abstract_target(impl_, declaration));
                State::Refused
            } else if is_first {
                State::Matched
            } else {
                State::Late
            };
            if pending.state == State::Matched {
                self.impls.diagnostics.extend(mismatch(impl_, declaration));
                self.impls.of.insert(declaration.address(), pending.found);
                pending.is_archetype = matches!(declaration, Declaration::Archetype(_));
                is_first = false;
            }
        }
    }

    /// Reports the impls that nobody uses.
    fn finish(self) {
        for pending in &self.pending {
            let impl_ = pending.found.impl_;
            let span = target_span(impl_);
            match pending.state {
                State::Matched if pending.is_archetype => self.impls.diagnostics.extend(stray(impl_)),
                State::Matched | State::Refused => {}
                State::Late => self.impls.diagnostics.push(
                    Diagnostic::warning("E0215", span, format!("`{}` has two impls", pending.path))
                        .label("the first one is used")
                        .help("remove one of them"),
                ),
                State::Waiting => {
                    let mut report = Diagnostic::warning(
                        "E0203",
                        span,
                        format!("no declaration for `impl {}`", pending.path),
                    )
                    .label("this body is never used");
                    if self.declared.contains(&pending.path) {
                        report = report.help("the declaration of that name is of another kind");
                    } else if let Some(meant) =
                        suggest(&pending.path, self.declared.iter().map(String::as_str))
                    {
                        report = report.help(format!("did you mean `{meant}`?"));
                    } else {
                        report = report.help("declare it, for example with `def name;` in the archetype");
                    }
                    self.impls.diagnostics.push(report);
                }
            }
        }
    }
}

/// Items, and those in the code of `with entry` blocks and tests among them.
fn expanded(items: Vec<&ast::Item>) -> Vec<&ast::Item> {
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        all.push(item);
        if let ast::ItemKind::Entry { body, .. } | ast::ItemKind::Test(ast::Test { body, .. }) = &item.kind {
            body.stmts.iter().for_each(|stmt| inner_items(ast::Node::Stmt(stmt), &mut all));
        }
    }
    all
}

/// The items in and below a node of code, but not those inside of other items.
fn inner_items<'a>(node: ast::Node<'a>, items: &mut Vec<&'a ast::Item>) {
    if let ast::Node::Item(item) = node {
        items.push(item);
        return;
    }
    node.children(&mut |child| inner_items(child, items));
}

fn path_to(prefix: &[&str], declaration: &Declaration<'_>) -> String {
    let mut path = prefix.join(".");
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(declaration.name().as_str());
    path
}

fn target_span(impl_: &ast::Impl) -> Span {
    impl_.target.iter().fold(Span::NONE, |span, name| span.to(name.span))
}

fn abstract_target(impl_: &ast::Impl, declaration: Declaration<'_>) -> Diagnostic {
    Diagnostic::error("E0219", target_span(impl_), format!("`{}` is abstract", declaration.name().text))
        .label("this impl is ignored")
        .note(declaration.name().span, "declared `abs` here")
        .help("remove `abs` from the declaration, or the impl")
}

/// The parameters of a function and its impl differ in number.
fn mismatch(impl_: &ast::Impl, declaration: Declaration<'_>) -> Option<Diagnostic> {
    let Declaration::Function(function) = declaration else { return None };
    let ast::ImplHead::Signature(ast::Signature { params: Some(given), .. }) = &impl_.head else {
        return None;
    };
    let declared = function.signature.params.as_ref().map_or(0, Vec::len);
    (declared != given.len()).then(|| {
        Diagnostic::error(
            "E0207",
            target_span(impl_),
            format!("parameters of `{}` do not match", function.name.text),
        )
        .label(format!("{} here", count(given.len())))
        .note(function.name.span, format!("{} in the declaration, which counts", count(declared)))
        .help("give both the same parameters")
    })
}

fn count(number: usize) -> String {
    match number {
        0 => "no parameters".to_owned(),
        1 => "1 parameter".to_owned(),
        _ => format!("{number} parameters"),
    }
}

/// A statement in the impl of an archetype that cannot be a member.
fn stray(impl_: &ast::Impl) -> Option<Diagnostic> {
    let ast::ImplBody::Block(block) = &impl_.body else { return None };
    let (_, stray) = block.members();
    stray.map(|stmt| {
        Diagnostic::error("E0220", stmt.span, "statement in the body of an archetype")
            .label("not a member")
            .help("put it into a method, or into a `with entry` block of the module")
    })
}
