//! Parameter lists: the marks `/` and `*` become kinds, and Python's rules of order hold.
//!
//! Also tells the parameters of an `impl` from its bases, as far as that can be seen.

use std::collections::HashSet;

use super::Build;
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::*;
use crate::syntax::codes;

/// A parameter as it was written.
pub enum RawParam {
    Plain(Name, Option<Expr>, Option<Expr>),
    /// Of an `impl`: the name may be any expression, which makes it a base.
    Either(Expr, Option<Expr>, Option<Expr>),
    Star(u32, Name, Option<Expr>),
    DoubleStar(u32, Name, Option<Expr>),
    /// `*`
    KeywordMark(Span),
    /// `/`
    PositionalMark(Span),
}

/// What has been seen of a list.
#[derive(Default)]
struct Seen {
    names: HashSet<std::sync::Arc<str>>,
    default: Option<Span>,
    /// `*` or `*args`
    star: Option<Span>,
    /// A `*` that no parameter has followed yet.
    open_mark: Option<Span>,
    positional_mark: Option<Span>,
    double_star: Option<Span>,
}

impl Build<'_> {
    pub fn params(&self, raw: Vec<RawParam>) -> Vec<Param> {
        let mut params: Vec<Param> = Vec::with_capacity(raw.len());
        let mut seen = Seen::default();
        for param in raw {
            match param {
                RawParam::Plain(name, type_, default) => {
                    params.push(self.plain(name, type_, default, &mut seen))
                }
                RawParam::Either(expr, type_, default) => match expr.kind {
                    ExprKind::Name(name) => params.push(self.plain(name, type_, default, &mut seen)),
                    _ => self.param_error(expr.span, "parameter needs a name", "not a name"),
                },
                RawParam::Star(l, name, type_) => {
                    let span = Span::new(l, type_.as_ref().map_or(name.span.end, |found| found.span.end));
                    self.star(span, &mut seen);
                    params.push(self.param(span, ParamKind::Star, name, type_, None, &mut seen));
                }
                RawParam::DoubleStar(l, name, type_) => {
                    let span = Span::new(l, type_.as_ref().map_or(name.span.end, |found| found.span.end));
                    self.after_double_star(span, &seen);
                    seen.double_star = Some(span);
                    params.push(self.param(span, ParamKind::DoubleStar, name, type_, None, &mut seen));
                }
                RawParam::KeywordMark(span) => {
                    self.star(span, &mut seen);
                    seen.open_mark = Some(span);
                }
                RawParam::PositionalMark(span) => self.positional_mark(span, &mut params, &mut seen),
            }
        }
        if let Some(span) = seen.open_mark {
            self.param_error(span, "no parameter follows `*`", "those after it are given by name");
        }
        params
    }

    fn param_error(&self, span: Span, message: &str, label: &str) {
        self.error(Diagnostic::error(codes::PARAMETER, span, message).label(label));
    }

    fn after_double_star(&self, span: Span, seen: &Seen) {
        if seen.double_star.is_some() {
            self.param_error(span, "parameter after `**`", "nothing can follow `**`");
        }
    }

    fn plain(&self, name: Name, type_: Option<Expr>, default: Option<Expr>, seen: &mut Seen) -> Param {
        let last = default.as_ref().or(type_.as_ref()).map_or(name.span, |expr| expr.span);
        let span = name.span.to(last);
        self.after_double_star(span, seen);
        let kind = if seen.star.is_some() { ParamKind::KeywordOnly } else { ParamKind::Normal };
        seen.open_mark = None;
        match (&default, seen.default) {
            (Some(_), _) => seen.default = seen.default.or(Some(span)),
            (None, Some(first)) if kind == ParamKind::Normal => {
                let error =
                    Diagnostic::error(codes::PARAMETER, span, "parameter without a default after one with")
                        .label("has no default")
                        .note(first, "has one")
                        .help("move parameters with a default behind those without");
                self.error(error);
            }
            _ => {}
        }
        self.param(span, kind, name, type_, default, seen)
    }

    fn param(
        &self,
        span: Span,
        kind: ParamKind,
        name: Name,
        type_: Option<Expr>,
        default: Option<Expr>,
        seen: &mut Seen,
    ) -> Param {
        if !seen.names.insert(name.text.clone()) {
            self.param_error(
                name.span,
                &format!("parameter `{}` given twice", name.text),
                "already declared before",
            );
        }
        Param { span, kind, name, type_, default }
    }

    fn star(&self, span: Span, seen: &mut Seen) {
        self.after_double_star(span, seen);
        if seen.star.is_some() {
            self.param_error(span, "second `*` in the parameters", "only one is possible");
        }
        seen.star = Some(span);
    }

    fn positional_mark(&self, span: Span, params: &mut [Param], seen: &mut Seen) {
        if params.is_empty() || seen.star.is_some() || seen.positional_mark.is_some() {
            self.param_error(span, "`/` cannot stand here", "it ends the parameters given by position");
        }
        seen.positional_mark = Some(span);
        for param in params {
            if param.kind == ParamKind::Normal {
                param.kind = ParamKind::PositionalOnly;
            }
        }
    }

    /// The parentheses of an `impl`: bases if something in them cannot be a parameter.
    pub fn impl_signature(&self, raw: Option<Vec<RawParam>>, return_type: Option<Expr>) -> ImplHead {
        let Some(raw) = raw else { return ImplHead::Signature(Signature { params: None, return_type }) };
        let is_base = |param: &RawParam| matches!(param, RawParam::Either(expr, None, None) if expr.as_name().is_none());
        let may_be_base = |param: &RawParam| matches!(param, RawParam::Either(_, None, None));
        if return_type.is_none() && raw.iter().any(is_base) && raw.iter().all(may_be_base) {
            let bases = raw.into_iter().filter_map(|param| match param {
                RawParam::Either(expr, ..) => Some(expr),
                _ => None,
            });
            return ImplHead::Bases(bases.collect());
        }
        ImplHead::Signature(Signature { params: Some(self.params(raw)), return_type })
    }
}
