//! Expressions: operators, calls, collections, comprehensions, lambdas.
//!
//! A binary node takes its span from its operands; parentheses widen the span of what
//! they hold, so that the span of `(a + b) * c` begins at the bracket.

use super::{Build, RawArg, RawBrace, RawParam, list};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::*;
use crate::syntax::codes;

impl Build<'_> {
    // Atoms.

    pub fn name_expr(&self, name: Name) -> Expr {
        let Span { start, end } = name.span;
        let kind = match self.source(name.span) {
            "root" => ExprKind::Root,
            "super" => ExprKind::Super,
            _ => ExprKind::Name(name),
        };
        self.expr(start, kind, end)
    }

    pub fn type_ref(&self, l: u32, name: Name) -> Expr {
        let end = name.span.end;
        self.expr(l, ExprKind::TypeRef(name), end)
    }

    /// `a.b.c` of names alone.
    pub fn dotted(&self, names: Vec<Name>) -> Expr {
        let mut names = names.into_iter();
        let Some(first) = names.next() else { return Expr::new(Span::NONE, ExprKind::Error) };
        let start = self.name_expr(first);
        names.fold(start, |object, name| self.attribute(object, false, name))
    }

    /// `( … )`: a group, a tuple, or arguments for a pipe.
    pub fn parens(&self, l: u32, (mut items, has_comma): (Vec<RawArg>, bool), r: u32) -> Expr {
        if items.len() == 1
            && !has_comma
            && let Some(RawArg { arg: Arg { kind: ArgKind::Positional(expr), .. }, .. }) =
                items.pop_if(is_positional)
        {
            return self.grouped(l, expr, r);
        }
        let args = self.args(items);
        if args.iter().all(|arg| matches!(arg.kind, ArgKind::Positional(_) | ArgKind::Star(_))) {
            if let ([Arg { kind: ArgKind::Star(_), span }], false) = (&*args, has_comma) {
                self.stray_star(*span);
            }
            return self.expr(l, ExprKind::Tuple(elements(args)), r);
        }
        self.expr(l, ExprKind::ArgumentTuple(args), r)
    }

    pub fn grouped(&self, l: u32, mut expr: Expr, r: u32) -> Expr {
        expr.span = Span::new(l, r);
        expr
    }

    pub(super) fn stray_star(&self, span: Span) {
        let error = Diagnostic::error(codes::UNEXPECTED, span, "`*` cannot stand here")
            .label("nothing takes the values")
            .help("write `[*x]` or `(*x,)` to collect them");
        self.error(error);
    }

    pub fn list(&self, l: u32, items: Vec<Expr>, r: u32) -> Expr {
        self.expr(l, ExprKind::List(items), r)
    }

    pub fn bare_tuple(&self, l: u32, items: Vec<Expr>, last: Option<Expr>, r: u32) -> Expr {
        self.expr(l, ExprKind::Tuple(list(items, last)), r)
    }

    /// `{ … }`: a dict if it has pairs or nothing, else a set.
    pub fn braces(&self, l: u32, items: Vec<RawBrace>, r: u32) -> Expr {
        let is_dict = !matches!(items.first(), Some(RawBrace::Single(_)));
        let (mut pairs, mut singles) = (Vec::new(), Vec::new());
        let mut stray = None;
        for item in items {
            match item {
                RawBrace::Item(pair) => {
                    if let (false, DictItem::Pair(key, _) | DictItem::Spread(key)) = (is_dict, &pair) {
                        stray = stray.or(Some(key.span));
                    }
                    pairs.push(pair);
                }
                RawBrace::Single(expr) => {
                    if is_dict {
                        stray = stray.or(Some(expr.span));
                    }
                    singles.push(expr);
                }
            }
        }
        if let Some(span) = stray {
            let error =
                Diagnostic::error(codes::UNEXPECTED, span, "dict and set mixed in one pair of braces");
            self.error(if is_dict {
                error.label("a key without a value").help("write `key: value`")
            } else {
                error.label("a pair in a set").help("give every element a value, or none")
            });
        }
        self.expr(l, if is_dict { ExprKind::Dict(pairs) } else { ExprKind::Set(singles) }, r)
    }

    // Comprehensions.

    pub fn clause(
        &self,
        l: u32,
        is_async: bool,
        target: Expr,
        iterable: Expr,
        conditions: Vec<Expr>,
        r: u32,
    ) -> Clause {
        self.check_target(&target);
        Clause { span: Span::new(l, r), is_async, target, iterable, conditions }
    }

    pub fn list_comprehension(&self, l: u32, element: Expr, clauses: Vec<Clause>, r: u32) -> Expr {
        self.comprehension(l, ComprehensionKind::List, element, clauses, r)
    }

    pub fn set_comprehension(&self, l: u32, element: Expr, clauses: Vec<Clause>, r: u32) -> Expr {
        self.comprehension(l, ComprehensionKind::Set, element, clauses, r)
    }

    fn comprehension(
        &self,
        l: u32,
        kind: ComprehensionKind,
        element: Expr,
        clauses: Vec<Clause>,
        r: u32,
    ) -> Expr {
        self.expr(l, ExprKind::Comprehension { kind, element: Box::new(element), clauses }, r)
    }

    pub fn dict_comprehension(&self, l: u32, key: Expr, value: Expr, clauses: Vec<Clause>, r: u32) -> Expr {
        self.expr(l, ExprKind::DictComprehension { key: Box::new(key), value: Box::new(value), clauses }, r)
    }

    // Arguments.

    pub fn positional(&self, expr: Expr) -> RawArg {
        RawArg { arg: Arg { span: expr.span, kind: ArgKind::Positional(expr) }, is_bare_generator: false }
    }

    pub fn bare_generator(&self, element: Expr, clauses: Vec<Clause>, r: u32) -> RawArg {
        let expr = self.comprehension(element.span.start, ComprehensionKind::Generator, element, clauses, r);
        RawArg { is_bare_generator: true, ..self.positional(expr) }
    }

    pub fn star_arg(&self, starred: Expr) -> RawArg {
        let Expr { span, kind, .. } = starred;
        let kind = match kind {
            ExprKind::Star(value) => ArgKind::Star(*value),
            other => ArgKind::Star(Expr::new(span, other)),
        };
        RawArg { arg: Arg { span, kind }, is_bare_generator: false }
    }

    pub fn double_star_arg(&self, l: u32, value: Expr) -> RawArg {
        let span = Span::new(l, value.span.end);
        RawArg { arg: Arg { span, kind: ArgKind::DoubleStar(value) }, is_bare_generator: false }
    }

    pub fn keyword_arg(&self, name: Name, value: Expr) -> RawArg {
        let span = name.span.to(value.span);
        RawArg { arg: Arg { span, kind: ArgKind::Keyword(name, value) }, is_bare_generator: false }
    }

    /// Checks the order of arguments.
    fn args(&self, raw: Vec<RawArg>) -> Vec<Arg> {
        let count = raw.len();
        let mut args: Vec<Arg> = Vec::with_capacity(count);
        let mut names = std::collections::HashSet::new();
        let mut named: Option<Span> = None;
        for RawArg { arg, is_bare_generator } in raw {
            if is_bare_generator && count > 1 {
                let error = Diagnostic::error(codes::ARGUMENT, arg.span, "generator needs parentheses here")
                    .label("not the only argument")
                    .help("put it in parentheses of its own");
                self.error(error);
            }
            match &arg.kind {
                ArgKind::Positional(_) => {
                    if let Some(first) = named {
                        self.late_argument(arg.span, first);
                    }
                }
                ArgKind::Star(_) | ArgKind::By(_) => {}
                ArgKind::Keyword(name, _) => {
                    if !names.insert(name.text.clone()) {
                        let error = Diagnostic::error(
                            codes::ARGUMENT,
                            name.span,
                            format!("argument `{}` given twice", name.text),
                        )
                        .label("already given before");
                        self.error(error);
                    }
                    named = named.or(Some(arg.span));
                }
                ArgKind::DoubleStar(_) => named = named.or(Some(arg.span)),
            }
            args.push(arg);
        }
        args
    }

    fn late_argument(&self, span: Span, named: Span) {
        let error = Diagnostic::error(codes::ARGUMENT, span, "positional argument after a named one")
            .label("has no name")
            .note(named, "the first named one")
            .help("move it in front of the named arguments, or name it too");
        self.error(error);
    }

    // Postfix forms.

    pub fn call(&self, callee: Expr, args: Vec<RawArg>, by: Option<Expr>, r: u32) -> Expr {
        let start = callee.span.start;
        if matches!(callee.kind, ExprKind::Super) && args.is_empty() && by.is_none() {
            return self.grouped(start, callee, r);
        }
        let mut args = self.args(args);
        args.extend(by.map(|model| Arg { span: model.span, kind: ArgKind::By(model) }));
        self.expr(start, ExprKind::Call { callee: Box::new(callee), args }, r)
    }

    /// Prefix `|> f`, `:> f`, `spawn f`.
    pub fn prefix_call(&self, l: u32, function: Expr) -> Expr {
        let end = function.span.end;
        self.expr(l, ExprKind::Call { callee: Box::new(function), args: Vec::new() }, end)
    }

    /// `value |> function`, also written `function <| value`.
    pub fn pipe(&self, function: Expr, value: Expr) -> Expr {
        let span = function.span.to(value.span);
        let args = match value.kind {
            ExprKind::Tuple(elements) => elements.into_iter().map(argument).collect(),
            ExprKind::ArgumentTuple(args) => args,
            _ => vec![argument(value)],
        };
        self.expr(span.start, ExprKind::Call { callee: Box::new(function), args }, span.end)
    }

    pub fn attribute(&self, object: Expr, null_safe: bool, name: Name) -> Expr {
        let (start, end) = (object.span.start, name.span.end);
        self.expr(start, ExprKind::Attribute { object: Box::new(object), name, null_safe }, end)
    }

    /// `name <. object`.
    pub fn attribute_back(&self, name: Expr, object: Expr) -> Expr {
        let span = name.span.to(object.span);
        match name.kind {
            ExprKind::Name(name) => self.expr(
                span.start,
                ExprKind::Attribute { object: Box::new(object), name, null_safe: false },
                span.end,
            ),
            _ => {
                let error = Diagnostic::error(codes::UNEXPECTED, name.span, "`<.` needs a name on its left")
                    .label("not a name")
                    .help("`a <. b` means `b.a`");
                self.error(error);
                Expr::new(span, ExprKind::Error)
            }
        }
    }

    pub fn subscript(
        &self,
        object: Expr,
        null_safe: bool,
        (mut items, has_comma): (Vec<Expr>, bool),
        r: u32,
    ) -> Expr {
        let start = object.span.start;
        let index = match items.pop() {
            None => {
                let error =
                    Diagnostic::error(codes::UNEXPECTED, Span::new(object.span.end, r), "index is missing")
                        .label("nothing between the brackets");
                self.error(error);
                Expr::new(Span::new(object.span.end, r), ExprKind::Error)
            }
            Some(only) if items.is_empty() && !has_comma && !matches!(only.kind, ExprKind::Star(_)) => only,
            Some(last) => {
                let span = items.first().map_or(last.span, |first| first.span.to(last.span));
                items.push(last);
                self.expr(span.start, ExprKind::Tuple(items), span.end)
            }
        };
        self.expr(
            start,
            ExprKind::Subscript { object: Box::new(object), index: Box::new(index), null_safe },
            r,
        )
    }

    pub fn slice(
        &self,
        l: u32,
        lower: Option<Expr>,
        upper: Option<Expr>,
        step: Option<Option<Expr>>,
        r: u32,
    ) -> Expr {
        let kind = ExprKind::Slice {
            lower: lower.map(Box::new),
            upper: upper.map(Box::new),
            step: step.flatten().map(Box::new),
        };
        self.expr(l, kind, r)
    }

    // Operators.

    /// An operator before its operand that is a node of its own.
    pub fn prefix(&self, l: u32, kind: fn(Box<Expr>) -> ExprKind, operand: Expr) -> Expr {
        let end = operand.span.end;
        self.expr(l, kind(Box::new(operand)), end)
    }

    pub fn starred(&self, l: u32, value: Expr) -> Expr {
        self.prefix(l, ExprKind::Star, value)
    }

    pub fn unary(&self, l: u32, op: UnaryOp, operand: Expr) -> Expr {
        let end = operand.span.end;
        self.expr(l, ExprKind::Unary { op, operand: Box::new(operand) }, end)
    }

    pub fn binary(&self, left: Expr, op: BinaryOp, right: Expr) -> Expr {
        let span = left.span.to(right.span);
        self.expr(span.start, ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) }, span.end)
    }

    pub fn boolean(&self, op: BoolOp, operands: Vec<Expr>, last: Expr) -> Expr {
        let span = operands.first().map_or(last.span, |first| first.span.to(last.span));
        self.expr(span.start, ExprKind::Bool { op, operands: list(operands, Some(last)) }, span.end)
    }

    pub fn compare(&self, first: Expr, rest: Vec<(CompareOp, Expr)>) -> Expr {
        let span = rest.last().map_or(first.span, |(_, last)| first.span.to(last.span));
        self.expr(span.start, ExprKind::Compare { first: Box::new(first), rest }, span.end)
    }

    pub fn ternary(&self, then: Expr, test: Expr, otherwise: Expr) -> Expr {
        let span = then.span.to(otherwise.span);
        let kind =
            ExprKind::Ternary { test: Box::new(test), then: Box::new(then), otherwise: Box::new(otherwise) };
        self.expr(span.start, kind, span.end)
    }

    pub fn walrus(&self, name: Name, value: Expr) -> Expr {
        let span = name.span.to(value.span);
        self.expr(span.start, ExprKind::Walrus { name, value: Box::new(value) }, span.end)
    }

    pub fn yield_value(&self, l: u32, value: Option<Expr>, r: u32) -> Expr {
        self.expr(l, ExprKind::Yield(value.map(Box::new)), r)
    }

    pub fn yield_from(&self, l: u32, value: Expr, r: u32) -> Expr {
        self.expr(l, ExprKind::YieldFrom(Box::new(value)), r)
    }

    pub fn lambda(&self, l: u32, params: Vec<RawParam>, return_type: Option<Expr>, body: Expr) -> Expr {
        let end = body.span.end;
        self.any_lambda(l, params, return_type, LambdaBody::Expr(body), end)
    }

    pub fn block_lambda(
        &self,
        l: u32,
        params: Vec<RawParam>,
        return_type: Option<Expr>,
        body: Block,
    ) -> Expr {
        let end = body.span.end;
        self.any_lambda(l, params, return_type, LambdaBody::Block(body), end)
    }

    fn any_lambda(
        &self,
        l: u32,
        params: Vec<RawParam>,
        return_type: Option<Expr>,
        body: LambdaBody,
        r: u32,
    ) -> Expr {
        let params = self.params(params);
        self.expr(l, ExprKind::Lambda(Box::new(Lambda { params, return_type, body })), r)
    }
}

fn is_positional(raw: &mut RawArg) -> bool {
    matches!(raw.arg.kind, ArgKind::Positional(_))
}

/// The elements of a tuple that was read as arguments.
fn elements(args: Vec<Arg>) -> Vec<Expr> {
    let mut elements = Vec::with_capacity(args.len());
    for arg in args {
        match arg.kind {
            ArgKind::Star(value) => elements.push(Expr::new(arg.span, ExprKind::Star(Box::new(value)))),
            ArgKind::Positional(expr)
            | ArgKind::Keyword(_, expr)
            | ArgKind::DoubleStar(expr)
            | ArgKind::By(expr) => elements.push(expr),
        }
    }
    elements
}

/// An element of a tuple as the argument of a pipe.
fn argument(expr: Expr) -> Arg {
    let Expr { span, kind, .. } = expr;
    match kind {
        ExprKind::Star(value) => Arg { span, kind: ArgKind::Star(*value) },
        kind => Arg { span, kind: ArgKind::Positional(Expr::new(span, kind)) },
    }
}
