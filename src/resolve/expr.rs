//! Expressions: names, operators, calls, containers. Arrows and comprehensions have files of their
//! own.
//!
//! What cannot be run becomes an expression that raises when it is reached, with a finding beside
//! it. What a name means has been decided in `analysis`; constants are in `constant`.

use super::constant;
use super::lower::Lowerer;
use super::scope::Place;
use crate::code::symbol::names;
use crate::code::{Arg, DictItem, Expr, ExprKind, FPart, Variable};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast;

impl<'a> Lowerer<'a, '_> {
    pub(super) fn boxed(&mut self, expr: &'a ast::Expr) -> Box<Expr> {
        Box::new(self.expr(expr))
    }

    pub(super) fn exprs(&mut self, list: &'a [ast::Expr]) -> Vec<Expr> {
        list.iter().map(|expr| self.expr(expr)).collect()
    }

    fn optional(&mut self, expr: &'a Option<Box<ast::Expr>>) -> Option<Box<Expr>> {
        expr.as_ref().map(|expr| self.boxed(expr))
    }

    /// Any expression.
    pub(super) fn expr(&mut self, expr: &'a ast::Expr) -> Expr {
        if let Some(value) = constant::value(expr) {
            return Expr { span: expr.span, kind: ExprKind::Constant(value) };
        }
        let span = expr.span;
        use ast::ExprKind as A;
        let kind = match &expr.kind {
            A::Name(name) => return Expr { span, ..self.name(name) },
            A::TypeRef(name) if name.as_str() == "root" => ExprKind::RootClass,
            A::TypeRef(name) => return self.name(name),
            A::Root => ExprKind::Root,
            A::Super => return self.super_(span),
            A::List(elements) => ExprKind::List(self.elements(elements)),
            A::Tuple(elements) => ExprKind::Tuple(self.elements(elements)),
            A::Set(elements) => ExprKind::Set(self.elements(elements)),
            A::Dict(entries) => ExprKind::Dict(entries.iter().map(|entry| self.entry(entry)).collect()),
            A::FString(parts) => ExprKind::FString(self.fstring(parts)),
            A::Comprehension { kind, element, clauses } => {
                return self.comprehension(span, *kind, element, clauses);
            }
            A::DictComprehension { key, value, clauses } => {
                return self.dict_comprehension(span, key, value, clauses);
            }
            A::Star(_) => return self.stray_star(span),
            A::Unary { op, operand } => ExprKind::Unary { op: *op, operand: self.boxed(operand) },
            A::Binary { op, left, right } => {
                ExprKind::Binary { op: *op, left: self.boxed(left), right: self.boxed(right) }
            }
            A::Bool { op: ast::BoolOp::And, operands } => ExprKind::And(self.exprs(operands)),
            A::Bool { op: ast::BoolOp::Or, operands } => ExprKind::Or(self.exprs(operands)),
            A::Compare { first, rest } => ExprKind::Compare {
                first: self.boxed(first),
                rest: rest.iter().map(|(op, operand)| (*op, self.expr(operand))).collect(),
            },
            A::Ternary { test, then, otherwise } => ExprKind::Ternary {
                test: self.boxed(test),
                then: self.boxed(then),
                otherwise: self.boxed(otherwise),
            },
            A::Walrus { name, value } => return self.walrus(span, name, value),
            A::Lambda(lambda) => return self.lambda(span, lambda),
            A::Await(inner) => ExprKind::Await(self.boxed(inner)),
            A::Yield(_) | A::YieldFrom(_) if !self.can_yield() => {
                let report = Diagnostic::error("E0205", span, "`yield` outside of a function")
                    .label("nothing here can be resumed")
                    .help("move it into the body of a `def`");
                return self.misplaced(report, "'yield' outside function");
            }
            A::Yield(value) => ExprKind::Yield(self.optional(value)),
            A::YieldFrom(value) => ExprKind::YieldFrom(self.boxed(value)),
            A::Flow(inner) => ExprKind::Flow(Box::new(self.thunk(inner, "<flow>"))),
            A::Wait(inner) => ExprKind::Wait(self.boxed(inner)),
            A::Call { callee, args } => return self.call(span, callee, args),
            A::Attribute { object, name, null_safe } => ExprKind::Attribute {
                object: self.boxed(object),
                name: self.symbol(name.as_str()),
                null_safe: *null_safe,
            },
            A::Subscript { object, index, null_safe } => ExprKind::Subscript {
                object: self.boxed(object),
                index: self.boxed(index),
                null_safe: *null_safe,
            },
            A::Slice { lower, upper, step } => ExprKind::Slice {
                lower: self.optional(lower),
                upper: self.optional(upper),
                step: self.optional(step),
            },
            A::Filter { .. }
            | A::AssignAll { .. }
            | A::Spawn { .. }
            | A::Reference(_)
            | A::EdgeRef(_)
            | A::Connect { .. }
            | A::Disconnect { .. } => return self.graph(expr),
            A::ArgumentTuple(_) => {
                return self.unsupported(
                    span,
                    "SyntaxError",
                    "keyword arguments in a tuple that is not piped into a call",
                );
            }
            A::Error => return self.unsupported(span, "SyntaxError", "this expression could not be parsed"),
            A::None
            | A::True
            | A::False
            | A::Ellipsis
            | A::Int(_)
            | A::BigInt(_)
            | A::Float(_)
            | A::Str(_)
            | A::Bytes(_) => {
                // Unreachable in truth: `constant::value` knows them all.
                return self.unsupported(span, "SystemError", "a literal without a value");
            }
        };
        Expr { span, kind }
    }

    /// Elements of a list, tuple or set, where `*x` is allowed.
    fn elements(&mut self, elements: &'a [ast::Expr]) -> Vec<Expr> {
        let element = |element: &'a ast::Expr| match &element.kind {
            ast::ExprKind::Star(inner) => {
                Expr { span: element.span, kind: ExprKind::Star(self.boxed(inner)) }
            }
            _ => self.expr(element),
        };
        elements.iter().map(element).collect()
    }

    fn entry(&mut self, entry: &'a ast::DictItem) -> DictItem {
        match entry {
            ast::DictItem::Pair(key, value) => DictItem::Pair(self.expr(key), self.expr(value)),
            ast::DictItem::Spread(mapping) => DictItem::Spread(self.expr(mapping)),
        }
    }

    fn fstring(&mut self, parts: &'a [ast::FPart]) -> Vec<FPart> {
        let mut lowered = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                ast::FPart::Text(text) => lowered.push(FPart::Text(text.clone())),
                ast::FPart::Value(value) => {
                    lowered.extend(value.debug.iter().map(|text| FPart::Text(text.clone())));
                    let expr = self.expr(&value.expr);
                    let spec = value.spec.as_ref().map(|spec| self.fstring(spec));
                    lowered.push(FPart::Value { expr, conversion: value.conversion, spec });
                }
            }
        }
        lowered
    }

    fn stray_star(&mut self, span: Span) -> Expr {
        let report = Diagnostic::error("E0104", span, "`*` cannot stand here")
            .label("nothing takes the values")
            .help("put it into a list, a tuple or the arguments of a call");
        self.misplaced(report, "can't use starred expression here")
    }

    /// `super`: the class around, and the first parameter of the function around.
    fn super_(&mut self, span: Span) -> Expr {
        let class = self.place(names::CLASS);
        let receiver = self.scopes.receiver(self.current).map(|name| self.place(name));
        if let (Place::Slot(..), Some(receiver @ Place::Slot(..))) = (class, receiver)
            && let (Some(class), Some(receiver)) = (self.variable(class), self.variable(receiver))
        {
            return Expr { span, kind: ExprKind::Super { class, receiver } };
        }
        self.diagnostics.push(
            Diagnostic::error("E0209", span, "`super` outside of a method")
                .label("there is no object whose base could be meant")
                .help("use it in a method of an archetype that has bases"),
        );
        self.unsupported(span, "RuntimeError", "super(): no arguments")
    }

    fn can_yield(&self) -> bool {
        self.in_function() && self.current == self.frame()
    }

    fn walrus(&mut self, span: Span, name: &'a ast::Name, value: &'a ast::Expr) -> Expr {
        let value = self.boxed(value);
        let variable = self.store_name(name);
        if matches!(variable, Variable::Unknown(_)) {
            // A comprehension in a class body: its variables and the class's are kept apart.
            let report = Diagnostic::error("E0222", span, "`:=` in a comprehension of a class body")
                .label("the class would not see the name")
                .help("use a loop in `with entry { … }`");
            return self.misplaced(
                report,
                "assignment expression within a comprehension cannot be used in a class body",
            );
        }
        Expr { span, kind: ExprKind::Walrus { variable, value } }
    }

    fn call(&mut self, span: Span, callee: &'a ast::Expr, args: &'a [ast::Arg]) -> Expr {
        if let Some(by) = args.iter().find(|arg| matches!(arg.kind, ast::ArgKind::By(_))) {
            return self.by_llm(by.span);
        }
        let callee = self.expr(callee);
        self.called(span, callee, args)
    }

    /// A call of what is already known.
    pub(super) fn called(&mut self, span: Span, callee: Expr, args: &'a [ast::Arg]) -> Expr {
        let mut lowered = Vec::with_capacity(args.len());
        for arg in args {
            lowered.push(match &arg.kind {
                ast::ArgKind::Positional(value) => match &value.kind {
                    ast::ExprKind::Star(inner) => Arg::Star(self.expr(inner)),
                    _ => Arg::Positional(self.expr(value)),
                },
                ast::ArgKind::Star(value) => Arg::Star(self.expr(value)),
                // Keyword names are not private to a class, as in Python.
                ast::ArgKind::Keyword(name, value) => {
                    Arg::Keyword(crate::code::Symbol::new(name.as_str()), self.expr(value))
                }
                ast::ArgKind::DoubleStar(value) => Arg::DoubleStar(self.expr(value)),
                ast::ArgKind::By(value) => Arg::Positional(self.by_llm(value.span)),
            });
        }
        Expr { span, kind: ExprKind::Call { callee: Box::new(callee), args: lowered } }
    }
}
