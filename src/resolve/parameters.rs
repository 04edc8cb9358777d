//! Parameters: which a function has once the implied ones (`self`, `here`, `visitor`) stand among them,
//! and what is wrong with a list of parameters.
//!
//! It knows declarations, not bodies; both passes of the resolver ask it, so that they agree on slots.

use super::impls::{FunctionView, SignatureView};
use crate::code::{ArchetypeKind, ParamKind};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast;

/// A parameter, written or implied.
pub(super) struct ParamView<'a> {
    pub text: &'a str,
    pub kind: ParamKind,
    pub default: Option<&'a ast::Expr>,
    pub span: Span,
}

/// Whether a member gets no `self`.
pub(super) fn is_static(view: &FunctionView<'_>) -> bool {
    view.flags.is_static || view.decorators.iter().any(|decorator| is_named(decorator, "staticmethod"))
}

/// Whether a decorator is nothing but this name.
pub(super) fn is_named(decorator: &ast::Expr, name: &str) -> bool {
    decorator.as_name().is_some_and(|found| found.as_str() == name)
}

/// The parameters of a function or ability; `class` is the kind of the archetype of which it is a member.
pub(super) fn of_definition<'a>(view: &FunctionView<'a>, class: Option<ArchetypeKind>) -> Vec<ParamView<'a>> {
    let mut params = match view.signature {
        SignatureView::Params(params) => of_list(params.unwrap_or_default()),
        SignatureView::Event(event) => {
            vec![implied(if class == Some(ArchetypeKind::Walker) { "here" } else { "visitor" }, event.span)]
        }
    };
    if has_implied_self(view, class) {
        let mut receiver = implied("self", view.name.span);
        if params.iter().any(|param| param.kind == ParamKind::PositionalOnly) {
            receiver.kind = ParamKind::PositionalOnly;
        }
        params.insert(0, receiver);
    }
    params
}

/// Parameters as they are written, in the order of their slots.
pub(super) fn of_list(params: &[ast::Param]) -> Vec<ParamView<'_>> {
    let mut views: Vec<ParamView<'_>> = params
        .iter()
        .map(|param| ParamView {
            text: param.name.as_str(),
            kind: kind(param.kind),
            default: param.default.as_ref(),
            span: param.span,
        })
        .collect();
    views.sort_by_key(|param| param.kind as u8);
    views
}

fn implied(text: &'static str, span: Span) -> ParamView<'static> {
    ParamView { text, kind: ParamKind::Normal, default: None, span }
}

fn kind(kind: ast::ParamKind) -> ParamKind {
    match kind {
        ast::ParamKind::PositionalOnly => ParamKind::PositionalOnly,
        ast::ParamKind::Normal => ParamKind::Normal,
        ast::ParamKind::Star => ParamKind::Star,
        ast::ParamKind::KeywordOnly => ParamKind::KeywordOnly,
        ast::ParamKind::DoubleStar => ParamKind::DoubleStar,
    }
}

/// Methods get `self` without declaring it; in a `class` only those without parentheses. A `self` that
/// was written all the same is taken for it.
fn has_implied_self(view: &FunctionView<'_>, class: Option<ArchetypeKind>) -> bool {
    let Some(class) = class else { return false };
    if is_static(view) {
        return false;
    }
    match view.signature {
        SignatureView::Event(_) => true,
        SignatureView::Params(None) => true,
        SignatureView::Params(Some(params)) => {
            class != ArchetypeKind::Class
                && params
                    .first()
                    .is_none_or(|first| first.name.as_str() != "self" || first.kind == ast::ParamKind::Star)
        }
    }
}

/// What Python refuses: a name given twice, a parameter without default behind one that has one.
pub(super) fn check(params: &[ParamView<'_>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, param) in params.iter().enumerate() {
        if let Some(first) = params.iter().take(index).find(|other| other.text == param.text) {
            found.push(
                Diagnostic::error("E0216", param.span, format!("duplicate parameter `{}`", param.text))
                    .label("given again here")
                    .note(first.span, "first here")
                    .help("rename one of them; methods have `self` without declaring it"),
            );
        }
    }
    if let Some(param) = misplaced(params) {
        found.push(
            Diagnostic::error("E0216", param.span, format!("parameter `{}` needs a default", param.text))
                .label("it follows one that has a default")
                .help("give it a default, or move it to the front"),
        );
    }
    found
}

/// The first positional parameter without default that follows one with a default.
pub(super) fn misplaced<'p, 'a>(params: &'p [ParamView<'a>]) -> Option<&'p ParamView<'a>> {
    let positional =
        params.iter().filter(|param| matches!(param.kind, ParamKind::PositionalOnly | ParamKind::Normal));
    positional.skip_while(|param| param.default.is_none()).find(|param| param.default.is_none())
}
