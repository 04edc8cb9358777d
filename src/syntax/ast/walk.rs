//! The direct children of every node of the tree, in source order: what measures
//! depth, and what a pass uses that only looks for something.
//!
//! Evaluation order is not promised here; the resolver knows it.

use super::*;

/// Any node that has children.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    Expr(&'a Expr),
    Stmt(&'a Stmt),
    Item(&'a Item),
    Pattern(&'a Pattern),
}

impl<'a> Node<'a> {
    /// Levels below and at the node. A pattern counts only its expressions: patterns
    /// nest by brackets alone, which are counted as they are read.
    pub fn depth(&self) -> u16 {
        match self {
            Node::Expr(expr) => expr.depth(),
            Node::Stmt(stmt) => stmt.depth(),
            Node::Item(item) => item.depth(),
            Node::Pattern(pattern) => {
                let mut deepest = 0;
                pattern_children(&pattern.kind, &mut |child| deepest = child.depth().max(deepest));
                deepest.saturating_add(1)
            }
        }
    }

    /// Calls `f` with each direct child.
    pub fn children(&self, f: &mut dyn FnMut(Node<'a>)) {
        match self {
            Node::Expr(expr) => expr_children(&expr.kind, f),
            Node::Stmt(stmt) => stmt_children(&stmt.kind, f),
            Node::Item(item) => item_children(&item.kind, f),
            Node::Pattern(pattern) => pattern_children(&pattern.kind, f),
        }
    }
}

type Visit<'v, 'a> = &'v mut dyn FnMut(Node<'a>);

fn exprs<'a>(list: impl IntoIterator<Item = &'a Expr>, f: Visit<'_, 'a>) {
    for expr in list {
        f(Node::Expr(expr));
    }
}

fn block<'a>(block: &'a Block, f: Visit<'_, 'a>) {
    for stmt in &block.stmts {
        f(Node::Stmt(stmt));
    }
}

fn items<'a>(list: &'a [Item], f: Visit<'_, 'a>) {
    for item in list {
        f(Node::Item(item));
    }
}

fn args<'a>(list: &'a [Arg], f: Visit<'_, 'a>) {
    for arg in list {
        match &arg.kind {
            ArgKind::Positional(e)
            | ArgKind::Star(e)
            | ArgKind::Keyword(_, e)
            | ArgKind::DoubleStar(e)
            | ArgKind::By(e) => f(Node::Expr(e)),
        }
    }
}

fn filter<'a>(filter: &'a Filter, f: Visit<'_, 'a>) {
    exprs(&filter.type_, f);
    exprs(filter.conditions.iter().map(|c| &c.value), f);
}

fn fields<'a>(list: &'a [FieldValue], f: Visit<'_, 'a>) {
    exprs(list.iter().map(|field| &field.value), f);
}

fn clauses<'a>(list: &'a [Clause], f: Visit<'_, 'a>) {
    for clause in list {
        f(Node::Expr(&clause.target));
        f(Node::Expr(&clause.iterable));
        exprs(&clause.conditions, f);
    }
}

fn params<'a>(list: &'a [Param], f: Visit<'_, 'a>) {
    for param in list {
        exprs(&param.type_, f);
        exprs(&param.default, f);
    }
}

fn fstring<'a>(parts: &'a [FPart], f: Visit<'_, 'a>) {
    for part in parts {
        if let FPart::Value(value) = part {
            f(Node::Expr(&value.expr));
            if let Some(spec) = &value.spec {
                fstring(spec, f);
            }
        }
    }
}

fn edge_ref<'a>(edge_ref: &'a EdgeRef, f: Visit<'_, 'a>) {
    exprs(&edge_ref.start, f);
    for hop in &edge_ref.hops {
        if let Some(edge) = &hop.edge {
            filter(edge, f);
        }
        match &hop.target {
            Some(HopTarget::Filter(found)) => filter(found, f),
            Some(HopTarget::Nodes(nodes)) => f(Node::Expr(nodes)),
            None => {}
        }
    }
}

pub(super) fn expr_children<'a>(kind: &'a ExprKind, f: Visit<'_, 'a>) {
    use ExprKind::*;
    match kind {
        Name(_) | Root | Super | TypeRef(_) | None | True | False | Ellipsis | Int(_) | BigInt(_)
        | Float(_) | Str(_) | Bytes(_) | Error => {}
        FString(parts) => fstring(parts, f),
        List(elements) | Tuple(elements) | Set(elements) | Bool { operands: elements, .. } => {
            exprs(elements, f)
        }
        Dict(entries) => {
            for entry in entries {
                match entry {
                    DictItem::Pair(key, value) => exprs([key, value], f),
                    DictItem::Spread(mapping) => f(Node::Expr(mapping)),
                }
            }
        }
        Comprehension { element, clauses: list, .. } => {
            f(Node::Expr(element));
            clauses(list, f);
        }
        DictComprehension { key, value, clauses: list } => {
            exprs([&**key, &**value], f);
            clauses(list, f);
        }
        Star(e) | Await(e) | YieldFrom(e) | Flow(e) | Wait(e) | Reference(e) => f(Node::Expr(e)),
        Unary { operand: e, .. } | Walrus { value: e, .. } | Attribute { object: e, .. } => f(Node::Expr(e)),
        Yield(e) => exprs(e.as_deref(), f),
        Binary { left, right, .. } | Spawn { left, right } => exprs([&**left, &**right], f),
        Compare { first, rest } => {
            f(Node::Expr(first));
            exprs(rest.iter().map(|(_, e)| e), f);
        }
        Ternary { test, then, otherwise } => exprs([&**then, &**test, &**otherwise], f),
        Lambda(lambda) => {
            params(&lambda.params, f);
            exprs(&lambda.return_type, f);
            match &lambda.body {
                LambdaBody::Expr(e) => f(Node::Expr(e)),
                LambdaBody::Block(body) => block(body, f),
            }
        }
        Call { callee, args: list } => {
            f(Node::Expr(callee));
            args(list, f);
        }
        Subscript { object, index, .. } => exprs([&**object, &**index], f),
        Slice { lower, upper, step } => {
            exprs([lower, upper, step].into_iter().filter_map(|e| e.as_deref()), f);
        }
        Filter { object, filter: found, .. } => {
            f(Node::Expr(object));
            filter(found, f);
        }
        AssignAll { object, fields: list, .. } => {
            f(Node::Expr(object));
            fields(list, f);
        }
        EdgeRef(reference) => edge_ref(reference, f),
        Connect { left, right, edge, .. } => {
            f(Node::Expr(left));
            if let Some(edge) = edge {
                f(Node::Expr(&edge.type_));
                fields(&edge.fields, f);
            }
            f(Node::Expr(right));
        }
        Disconnect { left, right, edge, .. } => {
            f(Node::Expr(left));
            if let Some(edge) = edge {
                filter(edge, f);
            }
            f(Node::Expr(right));
        }
        ArgumentTuple(list) => args(list, f),
    }
}

pub(super) fn stmt_children<'a>(kind: &'a StmtKind, f: Visit<'_, 'a>) {
    use StmtKind::*;
    match kind {
        Global(_) | Nonlocal(_) | Break | Continue | Disengage | Skip | Empty | Error => {}
        Expr(e) | Check(e) | Ignore(e) | Report(e) => f(Node::Expr(e)),
        Item(item) => f(Node::Item(item)),
        Assign { targets, value } => {
            exprs(targets, f);
            f(Node::Expr(value));
        }
        Annotate { target, type_, value } => {
            exprs([target, type_], f);
            exprs(value, f);
        }
        Augment { target, value, .. } => exprs([target, value], f),
        Delete(targets) => exprs(targets, f),
        If { branches, otherwise } => {
            for (test, body) in branches {
                f(Node::Expr(test));
                block(body, f);
            }
            blocks([otherwise], f);
        }
        While { test, body, otherwise } => {
            f(Node::Expr(test));
            block(body, f);
            blocks([otherwise], f);
        }
        ForIn { target, iterable, body, otherwise, .. } => {
            exprs([target, iterable], f);
            block(body, f);
            blocks([otherwise], f);
        }
        ForTo { init, test, step, body, otherwise, .. } => {
            f(Node::Stmt(init));
            f(Node::Expr(test));
            f(Node::Stmt(step));
            block(body, f);
            blocks([otherwise], f);
        }
        Try { body, handlers, otherwise, finally } => {
            block(body, f);
            for handler in handlers {
                exprs(&handler.type_, f);
                block(&handler.body, f);
            }
            blocks([otherwise, finally], f);
        }
        Match { subject, cases } => {
            f(Node::Expr(subject));
            for case in cases {
                f(Node::Pattern(&case.pattern));
                exprs(&case.guard, f);
                block(&case.body, f);
            }
        }
        With { items, body, .. } => {
            for item in items {
                f(Node::Expr(&item.context));
                exprs(&item.target, f);
            }
            block(body, f);
        }
        Return(value) => exprs(value, f),
        Raise { value, cause } => {
            exprs(value, f);
            exprs(cause, f);
        }
        Assert { test, message } => {
            f(Node::Expr(test));
            exprs(message, f);
        }
        Visit { index, target, otherwise } => {
            exprs(index, f);
            f(Node::Expr(target));
            blocks([otherwise], f);
        }
        TypedContext { type_, body } => {
            f(Node::Expr(type_));
            block(body, f);
        }
    }
}

fn blocks<'a, const N: usize>(list: [&'a Option<Block>; N], f: Visit<'_, 'a>) {
    for body in list.into_iter().flatten() {
        block(body, f);
    }
}

fn event<'a>(event: &'a Event, f: Visit<'_, 'a>) {
    exprs(&event.trigger, f);
    exprs(&event.return_type, f);
}

fn signature<'a>(signature: &'a Signature, f: Visit<'_, 'a>) {
    if let Some(list) = &signature.params {
        params(list, f);
    }
    exprs(&signature.return_type, f);
}

fn body<'a>(body: &'a Body, f: Visit<'_, 'a>) {
    match body {
        Body::Block(stmts) => block(stmts, f),
        Body::By(e) => f(Node::Expr(e)),
        Body::Declared | Body::Abstract => {}
    }
}

fn enum_body<'a>(body: &'a EnumBody, f: Visit<'_, 'a>) {
    for member in &body.members {
        exprs(&member.type_, f);
        exprs(&member.value, f);
    }
    items(&body.items, f);
}

pub(super) fn item_children<'a>(kind: &'a ItemKind, f: Visit<'_, 'a>) {
    match kind {
        ItemKind::Import(_) | ItemKind::Error => {}
        ItemKind::Archetype(archetype) => {
            exprs(archetype.decorators.iter().chain(&archetype.bases), f);
            if let Some(members) = &archetype.members {
                items(members, f);
            }
        }
        ItemKind::Enum(found) => {
            exprs(found.decorators.iter().chain(&found.bases), f);
            if let Some(body) = &found.body {
                enum_body(body, f);
            }
        }
        ItemKind::Function(function) => {
            exprs(&function.decorators, f);
            signature(&function.signature, f);
            body(&function.body, f);
        }
        ItemKind::Ability(ability) => {
            exprs(&ability.decorators, f);
            event(&ability.event, f);
            body(&ability.body, f);
        }
        ItemKind::Impl(found) => {
            exprs(&found.decorators, f);
            match &found.head {
                ImplHead::Signature(head) => signature(head, f),
                ImplHead::Event(head) => event(head, f),
                ImplHead::Bases(bases) => exprs(bases, f),
            }
            match &found.body {
                ImplBody::Block(stmts) => block(stmts, f),
                ImplBody::Enum(body) => enum_body(body, f),
                ImplBody::By(e) => f(Node::Expr(e)),
            }
        }
        ItemKind::Has(has) => {
            for field in &has.fields {
                f(Node::Expr(&field.type_));
                exprs(&field.default, f);
            }
        }
        ItemKind::Glob { assigns, .. } => {
            for assign in assigns {
                f(Node::Stmt(assign));
            }
        }
        ItemKind::Entry { body, .. } => block(body, f),
        ItemKind::Test(test) => block(&test.body, f),
    }
}

pub(super) fn pattern_children<'a>(kind: &'a PatternKind, f: Visit<'_, 'a>) {
    match kind {
        PatternKind::Wildcard | PatternKind::Capture(_) | PatternKind::Star(_) | PatternKind::Error => {}
        PatternKind::Value(e) | PatternKind::Singleton(e) => f(Node::Expr(e)),
        PatternKind::Sequence(list) | PatternKind::Or(list) => {
            for pattern in list {
                f(Node::Pattern(pattern));
            }
        }
        PatternKind::Mapping { items, .. } => {
            for (key, pattern) in items {
                f(Node::Expr(key));
                f(Node::Pattern(pattern));
            }
        }
        PatternKind::Class { class, positional, keyword } => {
            f(Node::Expr(class));
            for pattern in positional.iter().chain(keyword.iter().map(|(_, p)| p)) {
                f(Node::Pattern(pattern));
            }
        }
        PatternKind::As { pattern, .. } => f(Node::Pattern(pattern)),
    }
}
