//! Graph expressions: arrows, connections, filters, spawns and references.
//!
//! Nothing is decided here but the start of an arrow that has none, and that is asked of `target`;
//! the names in a filter's conditions are attributes of elements, not variables.

use super::lower::Lowerer;
use crate::code::{Condition, EdgeSpec, Expr, ExprKind, Filter, Hop, HopTarget, Symbol};
use crate::syntax::ast;

impl<'a> Lowerer<'a, '_> {
    /// Any of them; other expressions are not handed here.
    pub(super) fn graph(&mut self, expr: &'a ast::Expr) -> Expr {
        let span = expr.span;
        use ast::ExprKind as A;
        let kind = match &expr.kind {
            A::Spawn { left, right } => ExprKind::Spawn { left: self.boxed(left), right: self.boxed(right) },
            A::Reference(inner) => ExprKind::Reference(self.boxed(inner)),
            A::EdgeRef(reference) => {
                let start = match &reference.start {
                    Some(start) => self.expr(start),
                    None => self.start(span),
                };
                let hops = reference.hops.iter().map(|hop| self.hop(hop)).collect();
                ExprKind::EdgeRef {
                    wants_edges: reference.wants == ast::EdgeRefWants::Edges,
                    start: Box::new(start),
                    hops,
                }
            }
            A::Connect { left, right, direction, edge } => ExprKind::Connect {
                left: self.boxed(left),
                edge: edge.as_ref().map(|edge| Box::new(self.edge(edge))),
                right: self.boxed(right),
                direction: *direction,
            },
            A::Disconnect { left, right, direction, edge } => ExprKind::Disconnect {
                left: self.boxed(left),
                edge: edge.as_ref().map(|edge| Box::new(self.filter(edge))),
                right: self.boxed(right),
                direction: *direction,
            },
            A::Filter { object, filter, null_safe } => ExprKind::Filter {
                object: self.boxed(object),
                filter: Box::new(self.filter(filter)),
                null_safe: *null_safe,
            },
            A::AssignAll { object, fields, null_safe } => ExprKind::AssignAll {
                object: self.boxed(object),
                fields: self.fields(fields),
                null_safe: *null_safe,
            },
            _ => return self.unsupported(span, "SystemError", "not a graph expression"),
        };
        Expr { span, kind }
    }

    fn hop(&mut self, hop: &'a ast::Hop) -> Hop {
        let edge = hop.edge.as_ref().map(|edge| self.filter(edge));
        let target = hop.target.as_ref().map(|target| match target {
            ast::HopTarget::Filter(filter) => HopTarget::Filter(self.filter(filter)),
            ast::HopTarget::Nodes(nodes) => HopTarget::Nodes(self.expr(nodes)),
        });
        Hop { span: hop.span, direction: hop.direction, edge, target }
    }

    fn filter(&mut self, filter: &'a ast::Filter) -> Filter {
        let type_ = filter.type_.as_ref().map(|type_| self.expr(type_));
        let condition = |condition: &'a ast::Condition| Condition {
            span: condition.span,
            name: self.symbol(condition.name.as_str()),
            op: condition.op,
            value: self.expr(&condition.value),
        };
        Filter { span: filter.span, type_, conditions: filter.conditions.iter().map(condition).collect() }
    }

    fn edge(&mut self, edge: &'a ast::ConnectEdge) -> EdgeSpec {
        EdgeSpec { span: edge.span, type_: self.expr(&edge.type_), fields: self.fields(&edge.fields) }
    }

    fn fields(&mut self, fields: &'a [ast::FieldValue]) -> Vec<(Symbol, Expr)> {
        fields.iter().map(|field| (self.symbol(field.name.as_str()), self.expr(&field.value))).collect()
    }
}
