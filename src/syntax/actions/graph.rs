//! Graph expressions: edge references, connect, disconnect, spawn, filters.
//!
//! Only nodes are made here: no check and no error. Whether an arrow needs a start and what its
//! parts mean is found out in `resolve`.

use super::{Build, RawHop};
use crate::source::Span;
use crate::syntax::ast::*;

impl Build<'_> {
    pub fn edge_ref(&self, l: u32, wants: EdgeRefWants, start: Option<Expr>, hops: Vec<Hop>, r: u32) -> Expr {
        self.expr(l, ExprKind::EdgeRef(Box::new(EdgeRef { wants, start, hops })), r)
    }

    pub fn hop(&self, l: u32, (direction, edge): RawHop, target: Option<HopTarget>, r: u32) -> Hop {
        Hop { span: Span::new(l, r), direction, edge, target }
    }

    pub fn filter(&self, l: u32, type_: Option<Expr>, conditions: Option<Vec<Condition>>, r: u32) -> Filter {
        Filter { span: Span::new(l, r), type_, conditions: conditions.unwrap_or_default() }
    }

    pub fn condition_on(&self, name: Name, op: CompareOp, value: Expr) -> Condition {
        Condition { span: name.span.to(value.span), name, op, value }
    }

    pub fn field_value(&self, name: Name, value: Expr) -> FieldValue {
        FieldValue { span: name.span.to(value.span), name, value }
    }

    /// `object(?…)`.
    pub fn filtered(&self, object: Expr, null_safe: bool, filter: Filter) -> Expr {
        let span = object.span.to(filter.span);
        let kind = ExprKind::Filter { object: Box::new(object), filter: Box::new(filter), null_safe };
        self.expr(span.start, kind, span.end)
    }

    /// `object(=name=value)`.
    pub fn assign_all(&self, object: Expr, null_safe: bool, fields: Vec<FieldValue>, r: u32) -> Expr {
        let start = object.span.start;
        self.expr(start, ExprKind::AssignAll { object: Box::new(object), fields, null_safe }, r)
    }

    pub fn connect_edge(&self, l: u32, type_: Expr, fields: Option<Vec<FieldValue>>, r: u32) -> ConnectEdge {
        ConnectEdge { span: Span::new(l, r), type_, fields: fields.unwrap_or_default() }
    }

    pub fn connect(
        &self,
        left: Expr,
        (direction, edge): (Direction, Option<ConnectEdge>),
        right: Expr,
    ) -> Expr {
        let span = left.span.to(right.span);
        let kind = ExprKind::Connect {
            left: Box::new(left),
            right: Box::new(right),
            direction,
            edge: edge.map(Box::new),
        };
        self.expr(span.start, kind, span.end)
    }

    pub fn disconnect(&self, left: Expr, (direction, edge): RawHop, right: Expr) -> Expr {
        let span = left.span.to(right.span);
        let kind = ExprKind::Disconnect {
            left: Box::new(left),
            right: Box::new(right),
            direction,
            edge: edge.map(Box::new),
        };
        self.expr(span.start, kind, span.end)
    }

    pub fn spawn(&self, left: Expr, right: Expr) -> Expr {
        let span = left.span.to(right.span);
        self.expr(span.start, ExprKind::Spawn { left: Box::new(left), right: Box::new(right) }, span.end)
    }
}
