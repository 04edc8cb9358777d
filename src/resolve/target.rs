//! Assignment targets, and the walker and start node that statements and arrows imply.
//!
//! Also notes `self.x = …` in methods, for which instances reserve a slot. What an implied name is
//! in each kind of scope is said by `collect`, so that both passes agree.

use super::collect::{implied_start, implied_walker};
use super::lower::Lowerer;
use super::scope::{Place, ScopeKind};
use crate::code::symbol::names;
use crate::code::{Expr, ExprKind, Symbol, Target, TargetKind, Variable};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast;

impl<'a> Lowerer<'a, '_> {
    /// A target of `del`, which may also be a list of nodes or edges.
    pub(super) fn deleted(&mut self, target: &'a ast::Expr) -> Result<Target, Expr> {
        match &target.kind {
            ast::ExprKind::EdgeRef(_) | ast::ExprKind::Filter { .. } | ast::ExprKind::Reference(_) => {
                Ok(Target { span: target.span, kind: TargetKind::Value(self.boxed(target)) })
            }
            _ => self.target(target),
        }
    }

    /// A target of an assignment, a loop or a `with`; what cannot be one becomes code that raises.
    pub(super) fn target(&mut self, target: &'a ast::Expr) -> Result<Target, Expr> {
        let kind = match &target.kind {
            ast::ExprKind::Name(name) => TargetKind::Variable(self.store_name(name)),
            ast::ExprKind::Attribute { object, name, .. } => {
                let name = self.symbol(name.as_str());
                self.note_self_attribute(object, name);
                TargetKind::Attribute { object: Box::new(self.expr(object)), name }
            }
            ast::ExprKind::Subscript { object, index, .. } => TargetKind::Subscript {
                object: Box::new(self.expr(object)),
                index: Box::new(self.expr(index)),
            },
            ast::ExprKind::Tuple(elements) | ast::ExprKind::List(elements) => {
                self.sequence(target.span, elements)?
            }
            // The parser has reported these.
            ast::ExprKind::Star(_) => {
                return Err(self.unsupported(
                    target.span,
                    "SyntaxError",
                    "starred assignment target must be in a list or tuple",
                ));
            }
            _ => return Err(self.unsupported(target.span, "SyntaxError", "cannot assign to expression")),
        };
        Ok(Target { span: target.span, kind })
    }

    fn sequence(&mut self, span: Span, elements: &'a [ast::Expr]) -> Result<TargetKind, Expr> {
        let mut targets = Vec::with_capacity(elements.len());
        let mut star = None;
        for (index, element) in elements.iter().enumerate() {
            let inner = match &element.kind {
                ast::ExprKind::Star(_) if star.is_some() => {
                    return Err(self.unsupported(
                        span,
                        "SyntaxError",
                        "multiple starred expressions in assignment",
                    ));
                }
                ast::ExprKind::Star(inner) => {
                    star = Some(index);
                    inner
                }
                _ => element,
            };
            targets.push(self.target(inner)?);
        }
        Ok(TargetKind::Sequence { targets, star })
    }

    /// Remembers `self.x = …` of a method: instances reserve a slot for `x`.
    fn note_self_attribute(&mut self, object: &ast::Expr, attribute: Symbol) {
        let Some(name) = object.as_name() else { return };
        let name = self.symbol(name.as_str());
        let Place::Slot(owner, _) = self.place(name) else { return };
        let scope = self.scopes.get(owner);
        let in_class =
            scope.parent.is_some_and(|parent| matches!(self.scopes.get(parent).kind, ScopeKind::Class(_)));
        if !in_class || scope.first_param != Some(name) {
            return;
        }
        if let Some(attributes) = self.self_attributes.last_mut()
            && !attributes.contains(&attribute)
        {
            attributes.push(attribute);
        }
    }

    /// The walker of a `report`, if there is one.
    pub(super) fn reporting_walker(&mut self, span: Span) -> Option<Expr> {
        let mut names = implied_walker(&self.scopes, self.current).iter().copied();
        let name = names.find(|name| self.is_variable(*name))?;
        Some(self.load(name, span))
    }

    /// Whether something binds the name.
    fn is_variable(&self, name: Symbol) -> bool {
        match self.place(name) {
            Place::Slot(..) => true,
            Place::Global(_) => self.globals.get(name).is_some(),
            _ => false,
        }
    }

    /// The walker of a `visit`, `ignore` or `disengage`.
    pub(super) fn walker(&mut self, span: Span, word: &str) -> Expr {
        if let Some(walker) = self.reporting_walker(span) {
            return walker;
        }
        self.diagnostics.push(
            Diagnostic::error("E0217", span, format!("`{word}` without a walker"))
                .label("no walker is visiting here")
                .help("use it in an ability, or give the function a parameter `visitor`"),
        );
        let name = implied_walker(&self.scopes, self.current).first().copied().unwrap_or(names::VISITOR);
        Expr { span, kind: ExprKind::Load(Variable::Unknown(name)) }
    }

    /// Where an arrow starts that has nothing on its left.
    pub(super) fn start(&mut self, span: Span) -> Expr {
        let name = implied_start(&self.scopes, self.current);
        if self.place(name) != Place::Unknown {
            return self.load(name, span);
        }
        self.diagnostics.push(
            Diagnostic::error("E0217", span, "this arrow has no start")
                .label(format!("there is no `{name}` here"))
                .help("write the node in front: `[root -->]`"),
        );
        Expr { span, kind: ExprKind::Load(Variable::Unknown(name)) }
    }
}
