//! Graph expressions and statements: references, filters, spawn, `visit` and its kin.
//!
//! Operands become nodes, edges and walkers here, with the errors for those that are none.
//! Connections are in `connection`, which abilities run in `spawn`; other isolates are reached through
//! the host only.

use super::cache::{Cache, Place, plain_slot};
use super::compile::{Compiler, Eval, Exec, Flow};
use super::{spawn as traversal, state};
use crate::code::{Block, CompareOp, Direction, Expr, ExprKind, Filter, Hop, HopTarget, Symbol};
use crate::graph::{self, Want};
use crate::record::{Kind, Reference};
use crate::source::Span;
use crate::value::{BuiltinType, Frame, Heap, Held, Instance, Outcome, Ref, Value, ops};

/// `root`.
pub fn root() -> Eval {
    Box::new(|frame| Ok(Value::Instance(graph::root(frame.heap))))
}

/// `` `root ``.
pub fn root_class() -> Eval {
    Box::new(|frame| Ok(Value::Class(graph::root_class(frame.heap))))
}

/// `left spawn right`.
pub fn spawn(c: &mut Compiler, left: &'static Expr, right: &'static Expr, span: Span) -> Eval {
    let (left, right) = (c.expr(left), c.expr(right));
    Box::new(move |frame| {
        let left = left(frame)?;
        let right = right(frame)?;
        traversal::spawn(frame.heap, &left, &right).map_err(|raised| frame.heap.at(raised, span))
    })
}

/// `&id`.
pub fn reference(c: &mut Compiler, id: &'static Expr, span: Span) -> Eval {
    let id = c.expr(id);
    Box::new(move |frame| {
        let id = id(frame)?;
        dereference(frame.heap, &id).map_err(|raised| frame.heap.at(raised, span))
    })
}

/// What an id names, or None. Raises ValueError for a malformed one.
pub fn dereference(heap: &Heap, id: &Value) -> Outcome {
    let text = match id {
        Value::Str(text) => text.as_str().to_owned(),
        Value::None => {
            return Err(
                heap.type_error("one of the hex, bytes, bytes_le, fields, or int arguments must be given")
            );
        }
        other => {
            return Err(heap.attribute_error(format!(
                "'{}' object has no attribute 'replace'",
                ops::types::type_name(other)
            )));
        }
    };
    if text == "root" {
        return Ok(Value::Instance(graph::root(heap)));
    }
    let (id, reference) = match Reference::parse(&text) {
        Ok(parsed) => parsed,
        Err(malformed) => return Err(heap.value_error(malformed.to_string())),
    };
    let number = id.0;
    if heap.shares_graph() {
        let found = state::host(heap).dereference(heap, &text, number)?;
        return Ok(found.filter(|found| fits(found, reference.as_ref())).unwrap_or(Value::None));
    }
    if let Some(found) = graph::lookup(heap, number, reference.is_some()) {
        return Ok(Value::Instance(found));
    }
    Ok(state::host(heap).dereference(heap, &text, number)?.unwrap_or(Value::None))
}

/// Whether what was found is what the id's form says: a node, an edge or a walker of that class.
fn fits(found: &Value, reference: Option<&Reference>) -> bool {
    let (Value::Instance(found), Some(reference)) = (found, reference) else { return true };
    let kind = match found.class().builtin {
        BuiltinType::NodeArchetype => Kind::Node,
        BuiltinType::EdgeArchetype => Kind::Edge,
        _ => Kind::Walker,
    };
    reference.fits(kind, found.class().name.as_str())
}

/// `jid(x)`: 32 hex digits; an async walker's id has the server's form.
pub fn jid(heap: &Heap, value: &Value) -> Outcome {
    let Value::Instance(instance) = value else {
        return Err(heap.attribute_error(format!(
            "'{}' object has no attribute '__jac__'",
            ops::types::type_name(value)
        )));
    };
    let id = if heap.shares_graph() {
        state::host(heap).id_of(heap, instance)?
    } else {
        graph::id_of(heap, instance, |heap, class| state::host(heap).fresh_id(heap, class))
    };
    if instance.class().is_async {
        return Ok(Value::str(format!("w:{}:{}", instance.class().name.as_str(), uuid::Uuid::from_u128(id))));
    }
    Ok(Value::str(format!("{id:032x}")))
}

/// `save(x)`: a node, and all that it is connected with, is found by id from now on, and its id keeps it.
/// In a graph that several isolates share, what the root leads to is kept; anything else stays as it is.
pub fn save(heap: &Heap, value: &Value) -> Outcome {
    jid(heap, value)?;
    if let Some(node) = graph::as_node(value).filter(|_| !heap.shares_graph()) {
        graph::persist(node);
    }
    Ok(Value::None)
}

/// A filter, ready to run.
pub struct Test {
    type_: Option<Eval>,
    conditions: Box<[Condition]>,
    span: Span,
}

/// `field op value` of a filter.
struct Condition {
    name: Symbol,
    op: CompareOp,
    value: Eval,
    cache: Cache,
    span: Span,
}

impl Condition {
    /// The field of an element.
    #[inline(always)]
    fn field(&self, heap: &Heap, item: &Value) -> Outcome {
        if let Value::Instance(instance) = item
            && let Some(slot) = self.cache.slot(instance.class().shape())
        {
            match instance.slot(slot) {
                Value::Unbound => {}
                value => return Ok(value.clone()),
            }
        }
        self.field_slow(heap, item)
    }

    #[inline(never)]
    fn field_slow(&self, heap: &Heap, item: &Value) -> Outcome {
        if let Value::Instance(instance) = item
            && let Some(slot) = plain_slot(heap, instance.class(), self.name, false)
        {
            self.cache.set(instance.class().shape(), Place::Slot(slot));
        }
        ops::attribute::get(heap, item, self.name).map_err(|raised| heap.at(raised, self.span))
    }
}

impl Test {
    pub fn compile(c: &mut Compiler, filter: &'static Filter) -> Test {
        Test {
            type_: filter.type_.as_ref().map(|e| c.expr(e)),
            conditions: filter
                .conditions
                .iter()
                .map(|cond| Condition {
                    name: cond.name,
                    op: cond.op,
                    value: c.expr(&cond.value),
                    cache: Cache::default(),
                    span: cond.span,
                })
                .collect(),
            span: filter.span,
        }
    }

    /// The class part, evaluated once per use of the filter.
    pub fn wanted(&self, frame: Frame<'_>) -> Outcome<Option<Value>> {
        match &self.type_ {
            Some(type_) => Ok(Some(type_(frame)?)),
            None => Ok(None),
        }
    }

    /// Whether an element passes.
    pub fn accepts(&self, frame: Frame<'_>, wanted: &Option<Value>, item: &Value) -> Outcome<bool> {
        let heap = frame.heap;
        if let Some(wanted) = wanted
            && !is_of(heap, item, wanted).map_err(|raised| heap.at(raised, self.span))?
        {
            return Ok(false);
        }
        for condition in &self.conditions {
            let own = Held::new(condition.field(heap, item)?);
            let value = Held::new((condition.value)(frame)?);
            let passes = match (condition.op, &*own, &*value) {
                (CompareOp::Gt, Value::Int(a), Value::Int(b)) => a > b,
                (CompareOp::Lt, Value::Int(a), Value::Int(b)) => a < b,
                (CompareOp::Eq, Value::Int(a), Value::Int(b)) => a == b,
                (op, own, value) => {
                    let result = ops::compare::compare(heap, op, own, value);
                    result
                        .and_then(|result| ops::truth::truth(heap, &result))
                        .map_err(|raised| heap.at(raised, condition.span))?
                }
            };
            if !passes {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// `isinstance` with a class or alternatives.
pub fn is_of(heap: &Heap, item: &Value, wanted: &Value) -> Outcome<bool> {
    match wanted {
        Value::Class(class) => Ok(ops::types::is_instance(heap, item, class)),
        Value::Tuple(all) => {
            for one in all.items() {
                if is_of(heap, item, one)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Err(heap.type_error("isinstance() arg 2 must be a type, a tuple of types, or a union")),
    }
}

/// `object(?T: a > 1)`: the elements that pass, in a new list.
pub fn filter(
    c: &mut Compiler,
    object: &'static Expr,
    filter: &'static Filter,
    null_safe: bool,
    span: Span,
) -> Eval {
    let object = c.expr(object);
    let test = Test::compile(c, filter);
    Box::new(move |frame| {
        let heap = frame.heap;
        let value = object(frame)?;
        if null_safe && !ops::truth::truth(heap, &value).map_err(|raised| heap.at(raised, span))? {
            return Ok(Value::None);
        }
        let items = ops::iterate::collect(heap, &value).map_err(|raised| heap.at(raised, span))?;
        Ok(Value::list(heap, keep(frame, &test, items)?))
    })
}

fn keep(frame: Frame<'_>, test: &Test, items: Vec<Value>) -> Outcome<Vec<Value>> {
    let wanted = test.wanted(frame)?;
    let mut kept = Vec::new();
    for item in items {
        if test.accepts(frame, &wanted, &item)? {
            kept.push(item);
        }
    }
    Ok(kept)
}

/// `object(=a=1, b=2)`: sets attributes on every element; gives the object.
pub fn assign_all(
    c: &mut Compiler,
    object: &'static Expr,
    fields: &'static [(Symbol, Expr)],
    null_safe: bool,
    span: Span,
) -> Eval {
    let object = c.expr(object);
    let fields: Box<[(Symbol, Eval)]> = fields.iter().map(|(name, e)| (*name, c.expr(e))).collect();
    Box::new(move |frame| {
        let heap = frame.heap;
        let value = object(frame)?;
        if null_safe && !ops::truth::truth(heap, &value)? {
            return Ok(Value::None);
        }
        let mut values = Vec::with_capacity(fields.len());
        for (name, field) in &fields {
            values.push((*name, field(frame)?));
        }
        for item in ops::iterate::collect(heap, &value).map_err(|raised| heap.at(raised, span))? {
            for (name, value) in &values {
                ops::attribute::set(heap, &item, *name, value.clone())
                    .map_err(|raised| heap.at(raised, span))?;
            }
        }
        Ok(value)
    })
}

struct CompiledHop {
    direction: Direction,
    edge: Option<Test>,
    target: CompiledTarget,
    span: Span,
}

enum CompiledTarget {
    All,
    Filter(Test),
    Nodes(Eval),
}

fn hop(c: &mut Compiler, hop: &'static Hop) -> CompiledHop {
    CompiledHop {
        direction: hop.direction,
        edge: hop.edge.as_ref().map(|f| Test::compile(c, f)),
        target: match &hop.target {
            None => CompiledTarget::All,
            Some(HopTarget::Filter(f)) => CompiledTarget::Filter(Test::compile(c, f)),
            Some(HopTarget::Nodes(e)) => CompiledTarget::Nodes(c.expr(e)),
        },
        span: hop.span,
    }
}

/// `[start --> … ]`, ready to run.
struct EdgeRef {
    start: Eval,
    wants_edges: bool,
    hops: Box<[CompiledHop]>,
    span: Span,
}

impl EdgeRef {
    fn compile(
        c: &mut Compiler,
        wants_edges: bool,
        start: &'static Expr,
        hops: &'static [Hop],
        span: Span,
    ) -> EdgeRef {
        EdgeRef { start: c.expr(start), wants_edges, hops: hops.iter().map(|h| hop(c, h)).collect(), span }
    }

    /// The nodes or edges that it finds.
    fn find(&self, frame: Frame<'_>) -> Outcome<Vec<Value>> {
        let heap = frame.heap;
        let start = (self.start)(frame)?;
        let mut sources = graph::nodes_of(heap, &start).map_err(|raised| heap.at(raised, self.span))?;
        let last = self.hops.len().saturating_sub(1);
        for (index, hop) in self.hops.iter().enumerate() {
            let want = if self.wants_edges && index == last { Want::Edges } else { Want::Nodes };
            let found = follow(frame, &sources, hop, want).map_err(|raised| heap.at(raised, hop.span))?;
            if index == last {
                return Ok(found);
            }
            sources = found
                .into_iter()
                .filter_map(|v| if let Value::Instance(i) = v { Some(i) } else { None })
                .collect();
        }
        Ok(Vec::new())
    }
}

/// `[start --> … ]` as a list.
pub fn edge_ref(
    c: &mut Compiler,
    wants_edges: bool,
    start: &'static Expr,
    hops: &'static [Hop],
    span: Span,
) -> Eval {
    let query = EdgeRef::compile(c, wants_edges, start, hops, span);
    Box::new(move |frame| Ok(Value::list(frame.heap, query.find(frame)?)))
}

fn follow(frame: Frame<'_>, sources: &[Ref<Instance>], hop: &CompiledHop, want: Want) -> Outcome<Vec<Value>> {
    let heap = frame.heap;
    let only = match &hop.target {
        CompiledTarget::Nodes(nodes) => {
            let value = nodes(frame)?;
            let nodes = graph::nodes_of(heap, &value)?;
            // An empty list means no restriction.
            if nodes.is_empty() { None } else { Some(nodes) }
        }
        _ => None,
    };
    let found = match &hop.edge {
        None => graph::neighbours(heap, sources, hop.direction, want, None, only.as_deref())?,
        Some(test) => {
            let wanted = test.wanted(frame)?;
            let mut accept =
                |edge: &Ref<Instance>| test.accepts(frame, &wanted, &Value::Instance(edge.clone()));
            graph::neighbours(heap, sources, hop.direction, want, Some(&mut accept), only.as_deref())?
        }
    };
    match &hop.target {
        CompiledTarget::Filter(test) => keep(frame, test, found),
        _ => Ok(found),
    }
}

/// `del x`: what happens to the value before the name is unbound.
pub fn destroy(heap: &Heap, value: &Value) -> Outcome<()> {
    match value {
        Value::Instance(_) => graph::destroy(heap, value),
        _ => Ok(()),
    }
}

fn walker_of<'v>(heap: &Heap, value: &'v Value, doing: &str) -> Outcome<&'v Ref<Instance>> {
    match graph::as_walker(value) {
        Some(walker) => Ok(walker),
        None => {
            Err(heap.type_error(format!("`{doing}` needs a walker, not '{}'", ops::types::type_name(value))))
        }
    }
}

/// Where a `visit` goes: what a reference finds is queued without a list being made of it.
enum Destination {
    Found(EdgeRef),
    Value(Eval),
}

/// `visit :index: target else { … }`
pub fn visit(
    c: &mut Compiler,
    walker: &'static Expr,
    index: Option<&'static Expr>,
    target: &'static Expr,
    otherwise: Option<&'static Block>,
    span: Span,
) -> Exec {
    let walker = c.expr(walker);
    let index = index.map(|e| c.expr(e));
    let target = match &target.kind {
        ExprKind::EdgeRef { wants_edges, start, hops } => {
            Destination::Found(EdgeRef::compile(c, *wants_edges, start, hops, target.span))
        }
        _ => Destination::Value(c.expr(target)),
    };
    let otherwise = otherwise.map(|block| c.block(block));
    Box::new(move |frame| {
        let heap = frame.heap;
        let at = |raised| heap.at(raised, span);
        let walker = walker(frame)?;
        let index = match &index {
            Some(index) => Some(ops::convert::to_i64(heap, &index(frame)?).map_err(at)?),
            None => None,
        };
        let queued = match &target {
            Destination::Found(query) => {
                let found = query.find(frame)?;
                let walker = walker_of(heap, &walker, "visit").map_err(at)?;
                graph::visit_found(heap, walker, found, index).map_err(at)?
            }
            Destination::Value(target) => {
                let target = target(frame)?;
                let walker = walker_of(heap, &walker, "visit").map_err(at)?;
                graph::visit(heap, walker, &target, index).map_err(at)?
            }
        };
        match &otherwise {
            Some(otherwise) if !queued => otherwise(frame),
            _ => Ok(Flow::Next),
        }
    })
}

/// `ignore target;`
pub fn ignore(c: &mut Compiler, walker: &'static Expr, target: &'static Expr, span: Span) -> Exec {
    let (walker, target) = (c.expr(walker), c.expr(target));
    Box::new(move |frame| {
        let heap = frame.heap;
        let walker = walker(frame)?;
        let target = target(frame)?;
        let walker = walker_of(heap, &walker, "ignore").map_err(|raised| heap.at(raised, span))?;
        graph::ignore(heap, walker, &target).map_err(|raised| heap.at(raised, span))?;
        Ok(Flow::Next)
    })
}

/// `disengage;`: ends the walk and leaves the function.
pub fn disengage(c: &mut Compiler, walker: &'static Expr, span: Span) -> Exec {
    let walker = c.expr(walker);
    Box::new(move |frame| {
        let heap = frame.heap;
        let walker = walker(frame)?;
        let walker = walker_of(heap, &walker, "disengage").map_err(|raised| heap.at(raised, span))?;
        if let Some(walk) = graph::walk_of(walker) {
            walk.disengaged.set(true);
        }
        Ok(Flow::Return(Value::None))
    })
}

/// `report value;`
pub fn report(c: &mut Compiler, walker: Option<&'static Expr>, value: &'static Expr, _span: Span) -> Exec {
    let walker = walker.map(|e| c.expr(e));
    let value = c.expr(value);
    Box::new(move |frame| {
        let value = value(frame)?;
        if let Some(walker) = &walker {
            let walker = walker(frame)?;
            if let Some(walk) = graph::as_walker(&walker).and_then(|w| graph::walk_of(w)) {
                walk.reports.borrow_mut().push(value);
            }
        }
        Ok(Flow::Next)
    })
}
