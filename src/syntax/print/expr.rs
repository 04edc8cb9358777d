//! Expressions and patterns as text.
//!
//! Every operator stands in parentheses, so no precedence is known here; a sub-expression is
//! printed the same wherever it stands. Names and literals are printed in `mod.rs`.

use super::Printer;
use crate::syntax::ast::*;

impl Printer {
    fn exprs(&mut self, list: &[Expr]) {
        self.joined(list, ", ", Printer::expr);
    }

    /// A tuple's elements with a comma that makes one of a single element.
    fn elements(&mut self, list: &[Expr]) {
        self.exprs(list);
        if list.len() == 1 {
            self.put(",");
        }
    }

    fn infix(&mut self, left: &Expr, op: &str, right: &Expr) {
        self.put("(");
        self.expr(left);
        self.put(" ");
        self.put(op);
        self.put(" ");
        self.expr(right);
        self.put(")");
    }

    fn prefix(&mut self, op: &str, operand: &Expr) {
        self.put("(");
        self.put(op);
        self.expr(operand);
        self.put(")");
    }

    pub(super) fn expr(&mut self, expr: &Expr) {
        use ExprKind::*;
        match &expr.kind {
            Name(name) => self.name(name),
            Root => self.put("root"),
            Super => self.put("super"),
            TypeRef(name) => {
                self.put("`");
                self.put(&name.text);
            }
            None => self.put("None"),
            True => self.put("True"),
            False => self.put("False"),
            Ellipsis => self.put("..."),
            Error => self.put("<error>"),
            Int(value) => self.put(&value.to_string()),
            BigInt(value) => self.put(&value.to_string()),
            Float(value) if value.is_infinite() => self.put("1e999"),
            Float(value) => self.put(&format!("{value:?}")),
            Str(text) => self.string(text),
            Bytes(bytes) => self.bytes(bytes),
            FString(parts) => {
                self.put("f\"");
                self.pieces(parts, true);
                self.put("\"");
            }
            List(items) => {
                self.put("[");
                self.exprs(items);
                self.put("]");
            }
            Tuple(items) => {
                self.put("(");
                self.elements(items);
                self.put(")");
            }
            Set(items) => {
                self.put("{");
                self.exprs(items);
                self.put("}");
            }
            Dict(entries) => self.dict(entries),
            Star(value) => {
                self.put("*");
                self.expr(value);
            }
            ArgumentTuple(args) => self.args(args),
            Comprehension { .. } | DictComprehension { .. } => self.comprehension(&expr.kind),
            Call { .. }
            | Attribute { .. }
            | Subscript { .. }
            | Slice { .. }
            | Filter { .. }
            | AssignAll { .. } => {
                self.postfix(&expr.kind);
            }
            EdgeRef(_) | Connect { .. } | Disconnect { .. } | Spawn { .. } | Reference(_) => {
                self.graph(&expr.kind)
            }
            Unary { .. }
            | Binary { .. }
            | Bool { .. }
            | Compare { .. }
            | Ternary { .. }
            | Walrus { .. }
            | Lambda(_)
            | Await(_)
            | Yield(_)
            | YieldFrom(_)
            | Flow(_)
            | Wait(_) => self.operator(&expr.kind),
        }
    }

    fn dict(&mut self, entries: &[DictItem]) {
        self.put("{");
        self.joined(entries, ", ", |out, entry| match entry {
            DictItem::Pair(key, value) => {
                out.expr(key);
                out.typed(Some(value));
            }
            DictItem::Spread(mapping) => {
                out.put("**");
                out.expr(mapping);
            }
        });
        self.put("}");
    }

    fn pieces(&mut self, parts: &[FPart], doubled: bool) {
        for part in parts {
            match part {
                FPart::Text(text) => self.escaped(text, doubled),
                FPart::Value(value) => self.piece(value),
            }
        }
    }

    fn piece(&mut self, value: &FValue) {
        // `{x=}` prints the text of its expression, which is not ours to change.
        if let Some(debug) = &value.debug {
            self.escaped(debug, true);
        }
        self.put("{ ");
        self.expr(&value.expr);
        if let Some(conversion) = value.conversion {
            self.put("!");
            self.text.push(conversion);
        }
        if let Some(spec) = &value.spec {
            self.put(":");
            self.pieces(spec, false);
        }
        self.put("}");
    }

    fn operator(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::Unary { op, operand } => self.prefix(unary(*op), operand),
            ExprKind::Binary { op, left, right } => self.infix(left, binary(*op), right),
            ExprKind::Bool { op, operands } => {
                self.put("(");
                let word = if *op == BoolOp::And { " and " } else { " or " };
                self.joined(operands, word, Printer::expr);
                self.put(")");
            }
            ExprKind::Compare { first, rest } => {
                self.put("(");
                self.expr(first);
                for (op, operand) in rest {
                    self.put(" ");
                    self.put(compare(*op));
                    self.put(" ");
                    self.expr(operand);
                }
                self.put(")");
            }
            ExprKind::Ternary { test, then, otherwise } => {
                self.put("(");
                self.expr(then);
                self.optional(" if ", Some(test));
                self.optional(" else ", Some(otherwise));
                self.put(")");
            }
            ExprKind::Walrus { name, value } => {
                self.put("(");
                self.name(name);
                self.optional(" := ", Some(value));
                self.put(")");
            }
            ExprKind::Lambda(lambda) => self.lambda(lambda),
            ExprKind::Await(value) => self.prefix("await ", value),
            ExprKind::Flow(value) => self.prefix("flow ", value),
            ExprKind::Wait(value) => self.prefix("wait ", value),
            ExprKind::Yield(Some(value)) => self.prefix("yield ", value),
            ExprKind::Yield(None) => self.put("(yield)"),
            ExprKind::YieldFrom(value) => self.prefix("yield from ", value),
            _ => {}
        }
    }

    fn lambda(&mut self, lambda: &Lambda) {
        self.put("(lambda (");
        self.params(&lambda.params);
        self.put(")");
        self.optional(" -> ", lambda.return_type.as_ref());
        match &lambda.body {
            LambdaBody::Expr(body) => {
                self.put(" : ");
                self.expr(body);
            }
            LambdaBody::Block(body) => {
                self.put(" ");
                self.block(body);
            }
        }
        self.put(")");
    }

    fn comprehension(&mut self, kind: &ExprKind) {
        let (open, close, clauses) = match kind {
            ExprKind::Comprehension { kind, clauses, .. } => match kind {
                ComprehensionKind::List => ("[", "]", clauses),
                ComprehensionKind::Set => ("{", "}", clauses),
                ComprehensionKind::Generator => ("(", ")", clauses),
            },
            ExprKind::DictComprehension { clauses, .. } => ("{", "}", clauses),
            _ => return,
        };
        self.put(open);
        match kind {
            ExprKind::Comprehension { element, .. } => self.expr(element),
            ExprKind::DictComprehension { key, value, .. } => {
                self.expr(key);
                self.typed(Some(value));
            }
            _ => {}
        }
        for clause in clauses {
            self.put(if clause.is_async { " async for " } else { " for " });
            self.expr(&clause.target);
            self.optional(" in ", Some(&clause.iterable));
            clause.conditions.iter().for_each(|condition| self.optional(" if ", Some(condition)));
        }
        self.put(close);
    }

    pub(super) fn args(&mut self, args: &[Arg]) {
        self.put("(");
        for (index, arg) in args.iter().enumerate() {
            match &arg.kind {
                ArgKind::By(_) if index == 0 => {}
                ArgKind::By(_) => self.put(" "),
                _ if index > 0 => self.put(", "),
                _ => {}
            }
            match &arg.kind {
                ArgKind::Positional(value) => self.expr(value),
                ArgKind::Star(value) => self.optional("*", Some(value)),
                ArgKind::DoubleStar(value) => self.optional("**", Some(value)),
                ArgKind::By(value) => self.optional("by ", Some(value)),
                ArgKind::Keyword(name, value) => {
                    self.name(name);
                    self.optional("=", Some(value));
                }
            }
        }
        self.put(")");
    }

    fn safe(&mut self, null_safe: bool) {
        if null_safe {
            self.put("?");
        }
    }

    /// What something is applied to: a number would take the dot for its own.
    fn object(&mut self, object: &Expr) {
        if matches!(object.kind, ExprKind::Int(_) | ExprKind::BigInt(_) | ExprKind::Float(_)) {
            self.prefix("", object);
        } else {
            self.expr(object);
        }
    }

    fn postfix(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::Call { callee, args } => {
                self.object(callee);
                // `super()` is `super`, so a call of it needs a bracket between.
                if matches!(callee.kind, ExprKind::Super) && args.is_empty() {
                    self.put("()");
                }
                self.args(args);
            }
            ExprKind::Attribute { object, name, null_safe } => {
                self.object(object);
                self.safe(*null_safe);
                self.put(".");
                self.name(name);
            }
            ExprKind::Subscript { object, index, null_safe } => {
                self.object(object);
                self.safe(*null_safe);
                self.put("[");
                match &index.kind {
                    ExprKind::Tuple(items) if !items.is_empty() => self.elements(items),
                    _ => self.expr(index),
                }
                self.put("]");
            }
            ExprKind::Slice { lower, upper, step } => {
                self.optional("", lower.as_deref());
                self.optional(":", upper.as_deref());
                if upper.is_none() {
                    self.put(":");
                }
                self.optional(":", step.as_deref());
            }
            ExprKind::Filter { object, filter, null_safe } => {
                self.object(object);
                self.safe(*null_safe);
                self.filter(filter);
            }
            ExprKind::AssignAll { object, fields, null_safe } => {
                self.object(object);
                self.safe(*null_safe);
                self.put("(=");
                self.fields(fields);
                self.put(")");
            }
            _ => {}
        }
    }

    fn fields(&mut self, fields: &[FieldValue]) {
        self.joined(fields, ", ", |out, field| {
            out.name(&field.name);
            out.optional("=", Some(&field.value));
        });
    }

    fn conditions(&mut self, conditions: &[Condition]) {
        self.joined(conditions, ", ", |out, condition| {
            out.name(&condition.name);
            out.put(" ");
            out.put(compare(condition.op));
            out.put(" ");
            out.expr(&condition.value);
        });
    }

    fn filter(&mut self, filter: &Filter) {
        self.put("(?");
        self.optional(":", filter.type_.as_ref());
        if filter.type_.is_some() && !filter.conditions.is_empty() {
            self.put(", ");
        }
        self.conditions(&filter.conditions);
        self.put(")");
    }

    fn hop(&mut self, direction: Direction, edge: Option<&Filter>) {
        let (plain, open, close) = match direction {
            Direction::Out => ("-->", "->:", ":->"),
            Direction::In => ("<--", "<-:", ":<-"),
            Direction::Any => ("<-->", "<-:", ":->"),
        };
        let Some(edge) = edge else { return self.put(plain) };
        self.put(open);
        self.optional("", edge.type_.as_ref());
        if !edge.conditions.is_empty() {
            self.put(": ");
            self.conditions(&edge.conditions);
        }
        self.put(close);
    }

    fn connection(&mut self, direction: Direction, edge: Option<&ConnectEdge>) {
        let (plain, open, close) = match direction {
            Direction::Out => ("++>", "+>:", ":+>"),
            Direction::In => ("<++", "<+:", ":<+"),
            Direction::Any => ("<++>", "<+:", ":+>"),
        };
        let Some(edge) = edge else { return self.put(plain) };
        self.put(open);
        self.expr(&edge.type_);
        if !edge.fields.is_empty() {
            self.put(": ");
            self.fields(&edge.fields);
        }
        self.put(close);
    }

    fn graph(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::EdgeRef(reference) => self.edge_ref(reference),
            ExprKind::Reference(value) => self.prefix("&", value),
            ExprKind::Spawn { left, right } => self.infix(left, "spawn", right),
            ExprKind::Connect { left, right, direction, edge } => {
                self.put("(");
                self.expr(left);
                self.put(" ");
                self.connection(*direction, edge.as_deref());
                self.optional(" ", Some(right));
                self.put(")");
            }
            ExprKind::Disconnect { left, right, direction, edge } => {
                self.put("(");
                self.expr(left);
                self.put(" del ");
                self.hop(*direction, edge.as_deref());
                self.optional(" ", Some(right));
                self.put(")");
            }
            _ => {}
        }
    }

    fn edge_ref(&mut self, reference: &EdgeRef) {
        self.put(if reference.wants == EdgeRefWants::Edges { "[edge " } else { "[" });
        if let Some(start) = &reference.start {
            self.expr(start);
            self.put(" ");
        }
        self.joined(&reference.hops, " ", |out, hop| {
            out.hop(hop.direction, hop.edge.as_ref());
            match &hop.target {
                Some(HopTarget::Filter(filter)) => out.filter(filter),
                Some(HopTarget::Nodes(nodes)) => out.optional(" ", Some(nodes)),
                None => {}
            }
        });
        self.put("]");
    }

    // Patterns.

    fn patterns(&mut self, list: &[Pattern]) {
        self.joined(list, ", ", Printer::pattern);
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Wildcard => self.put("_"),
            PatternKind::Capture(name) => self.name(name),
            PatternKind::Value(value) => match &value.kind {
                ExprKind::Unary { operand, .. } => self.optional("-", Some(operand)),
                _ => self.expr(value),
            },
            PatternKind::Singleton(value) => self.expr(value),
            PatternKind::Sequence(items) => {
                self.put("[");
                self.patterns(items);
                self.put("]");
            }
            PatternKind::Star(name) => {
                self.put("*");
                match name {
                    Some(name) => self.name(name),
                    None => self.put("_"),
                }
            }
            PatternKind::Mapping { items, rest } => {
                self.put("{");
                for (key, value) in items {
                    self.expr(key);
                    self.put(": ");
                    self.pattern(value);
                    self.put(", ");
                }
                if let Some(rest) = rest {
                    self.put("**");
                    self.name(rest);
                }
                self.put("}");
            }
            PatternKind::Class { class, positional, keyword } => {
                self.expr(class);
                self.put("(");
                for pattern in positional {
                    self.pattern(pattern);
                    self.put(", ");
                }
                for (name, pattern) in keyword {
                    self.name(name);
                    self.put("=");
                    self.pattern(pattern);
                    self.put(", ");
                }
                self.put(")");
            }
            PatternKind::Or(sides) => {
                self.put("(");
                self.joined(sides, " | ", Printer::pattern);
                self.put(")");
            }
            PatternKind::As { pattern, name } => {
                self.put("(");
                self.pattern(pattern);
                self.put(" as ");
                self.name(name);
                self.put(")");
            }
            PatternKind::Error => self.put("<error>"),
        }
    }
}

fn unary(op: UnaryOp) -> &'static str {
    match op {
        UnaryOp::Not => "not ",
        UnaryOp::Minus => "-",
        UnaryOp::Plus => "+",
        UnaryOp::Invert => "~",
    }
}

pub(super) fn binary(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::FloorDiv => "//",
        BinaryOp::Mod => "%",
        BinaryOp::Pow => "**",
        BinaryOp::MatMul => "@",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::Shl => "<<",
        BinaryOp::Shr => ">>",
    }
}

fn compare(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Gt => ">",
        CompareOp::Le => "<=",
        CompareOp::Ge => ">=",
        CompareOp::In => "in",
        CompareOp::NotIn => "not in",
        CompareOp::Is => "is",
        CompareOp::IsNot => "is not",
    }
}
