//! Code generation: the resolved tree becomes closures, one place per node kind. A function is
//! compiled on its first call; its closures capture immediates only and are shared by all isolates.
//!
//! Owns the forms of closures, the slots of a window and the dispatch over expressions; what a node
//! does is in the file of its family, and no name is looked up here.

use super::state;
use super::{
    access, assign, binary, call, collection, compare, comprehension, connection, function, generator,
    graph_expr, literal, statement, variable,
};
use crate::code::{self, Block, Expr, ExprKind, Stmt, StmtKind, Symbol};
use crate::source::Span;
use crate::value::function::{Code, Compiled, Run};
use crate::value::{CellBox, Frame, Outcome, Value};

/// Gives a value.
pub type Eval = Run;
/// Gives a truth, without making a value of it.
pub type Test = Box<dyn for<'h> Fn(Frame<'h>) -> Outcome<bool> + Send + Sync>;
/// Does something; says how the function goes on.
pub type Exec = Box<dyn for<'h> Fn(Frame<'h>) -> Outcome<Flow> + Send + Sync>;
/// Puts a value somewhere.
pub type Store = Box<dyn for<'h> Fn(Frame<'h>, Value) -> Outcome<()> + Send + Sync>;

/// How a function goes on after a statement. Two words, like the value inside.
pub enum Flow {
    Next,
    Continue,
    Break,
    Return(Value),
}

impl Flow {
    /// Whether a loop goes on after a body that ended so.
    #[inline(always)]
    pub fn goes_on(&self) -> bool {
        matches!(self, Flow::Next | Flow::Continue)
    }

    /// How the function goes on after a loop whose body ended so.
    #[inline(always)]
    pub fn out_of_loop(self) -> Flow {
        match self {
            Flow::Return(value) => Flow::Return(value),
            _ => Flow::Next,
        }
    }
}

/// How many returns of a body are not asked for what they did.
const DEEPEST_BODY: usize = 6;

/// What is known while one function is compiled.
pub struct Compiler {
    pub function: &'static code::Function,
    /// The first slot that no local, and no argument of a call around, uses.
    free: u16,
    /// The most slots that were ever in use.
    most: u16,
    /// The slot with the running function's value, if it has captures.
    pub captures_slot: u16,
    /// The slot with the way out of a generator.
    pub port_slot: u16,
    /// The program has async walkers: the end of a statement may be a commit.
    pub commits: bool,
}

/// Turns a function's tree into closures.
pub fn compile(info: &'static code::Function) -> Compiled {
    compile_function(info, false)
}

/// The same for a program with async walkers.
pub fn compile_committing(info: &'static code::Function) -> Compiled {
    compile_function(info, true)
}

/// Code for a function that no statement has made yet in this process: a record of an earlier run names it.
pub fn code_of(info: &'static code::Function) -> &'static Code {
    Code::new(info, compile_committing)
}

fn compile_function(info: &'static code::Function, commits: bool) -> Compiled {
    let (mut c, cells) = Compiler::for_scope(info, commits);
    let body = c.body(&info.body.stmts, 0);
    let run: Run = if cells.is_empty() {
        body
    } else {
        Box::new(move |frame| {
            for &slot in &cells {
                let value = frame.take(slot);
                frame.set(slot, Value::Cell(CellBox::new(frame.heap, value)));
            }
            body(frame)
        })
    };
    Compiled { run, window: c.window() }
}

impl Compiler {
    /// A compiler for a function's body, and the slots that must become cells when it starts.
    pub fn for_scope(info: &'static code::Function, commits: bool) -> (Compiler, Box<[u16]>) {
        let locals = info.locals.len() as u16;
        let captures = u16::from(!info.captures.is_empty());
        let first_free = locals + captures + 1;
        let c = Compiler {
            function: info,
            free: first_free,
            most: first_free,
            captures_slot: locals,
            port_slot: locals + captures,
            commits,
        };
        let cells = (0..locals).filter(|&i| info.locals[i as usize].cell).collect();
        (c, cells)
    }

    /// Slots of the whole window.
    pub fn window(&self) -> u16 {
        self.most.saturating_add(1)
    }
}

impl Compiler {
    /// Reserves `count` slots for the time that `make` compiles; gives it the first one.
    pub fn with_slots<T>(&mut self, count: u16, make: impl FnOnce(&mut Compiler, u16) -> T) -> T {
        let base = self.free;
        self.free = self.free.saturating_add(count);
        self.most = self.most.max(self.free);
        let made = make(self, base);
        self.free = base;
        made
    }

    /// The first free slot: where a callee's window may begin.
    pub fn base(&self) -> u16 {
        self.free
    }

    /// Notes that `count` slots from the free one on are written.
    pub fn reserve(&mut self, count: u16) {
        self.most = self.most.max(self.free.saturating_add(count));
    }

    pub fn local_name(&self, slot: u16) -> Symbol {
        self.function.locals.get(slot as usize).map_or_else(|| Symbol::new("?"), |local| local.name)
    }

    /// The rest of a function's body, as what it returns. Statements that can only return or go on are not
    /// asked which of the two they did, down to some depth: each such step is a frame of the native stack.
    fn body(&mut self, stmts: &'static [Stmt], depth: usize) -> Run {
        let end = (0..stmts.len()).find(|&at| ends_body(&stmts[at], at + 1 == stmts.len()));
        let Some(at) = end.filter(|_| depth < DEEPEST_BODY && !self.commits) else {
            return self.plain_body(stmts);
        };
        let (before, rest) = (&stmts[..at], &stmts[at + 1..]);
        let before = (!before.is_empty()).then(|| self.statements(before));
        let end = self.end_of_body(&stmts[at], rest, depth + 1);
        match before {
            None => end,
            Some(before) => Box::new(move |frame| match before(frame)? {
                Flow::Next => end(frame),
                Flow::Return(value) => Ok(value),
                _ => Ok(Value::None),
            }),
        }
    }

    /// Statements that are asked how they went.
    fn plain_body(&mut self, stmts: &'static [Stmt]) -> Run {
        let block = self.statements(stmts);
        Box::new(move |frame| match block(frame)? {
            Flow::Return(value) => Ok(value),
            _ => Ok(Value::None),
        })
    }

    /// A statement that `ends_body`, with what follows it.
    fn end_of_body(&mut self, end: &'static Stmt, rest: &'static [Stmt], depth: usize) -> Run {
        match &end.kind {
            StmtKind::Return(Some(value)) => self.expr(value),
            StmtKind::If { branches, otherwise } => {
                let (test, then) = &branches[0];
                let test = self.test(test);
                let then = self.body(&then.stmts, depth);
                let rest = match otherwise {
                    Some(block) => self.body(&block.stmts, depth),
                    None => self.body(rest, depth),
                };
                Box::new(move |frame| if test(frame)? { then(frame) } else { rest(frame) })
            }
            _ => self.plain_body(std::slice::from_ref(end)),
        }
    }

    pub fn block(&mut self, block: &'static Block) -> Exec {
        self.statements(&block.stmts)
    }

    fn statements(&mut self, stmts: &'static [Stmt]) -> Exec {
        let mut all: Vec<Exec> = stmts.iter().map(|stmt| self.stmt(stmt)).collect();
        match all.len() {
            0 => Box::new(|_| Ok(Flow::Next)),
            1 => all.remove(0),
            2 => {
                let (a, b) = (all.remove(0), all.remove(0));
                Box::new(move |frame| match a(frame)? {
                    Flow::Next => b(frame),
                    flow => Ok(flow),
                })
            }
            3 => {
                let (a, b, c) = (all.remove(0), all.remove(0), all.remove(0));
                Box::new(move |frame| {
                    match a(frame)? {
                        Flow::Next => {}
                        flow => return Ok(flow),
                    }
                    match b(frame)? {
                        Flow::Next => c(frame),
                        flow => Ok(flow),
                    }
                })
            }
            _ => {
                let all = all.into_boxed_slice();
                Box::new(move |frame| {
                    for stmt in &all {
                        match stmt(frame)? {
                            Flow::Next => {}
                            flow => return Ok(flow),
                        }
                    }
                    Ok(Flow::Next)
                })
            }
        }
    }

    pub fn stmt(&mut self, stmt: &'static Stmt) -> Exec {
        let run = statement::compile(self, stmt);
        if self.commits && statement::is_simple(stmt) { committing(run) } else { run }
    }

    /// Code for functions that are made inside this one.
    pub fn code(&self, info: &'static code::Function) -> &'static Code {
        Code::new(info, if self.commits { compile_committing } else { compile })
    }

    /// An expression's value.
    pub fn expr(&mut self, expr: &'static Expr) -> Eval {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Constant(constant) => literal::constant(constant),
            ExprKind::Load(from) => variable::load(self, *from, span),
            ExprKind::Walrus { variable: to, value } => assign::walrus(self, *to, value),
            ExprKind::List(items) => collection::list(self, items),
            ExprKind::Tuple(items) => collection::tuple(self, items),
            ExprKind::Set(items) => collection::set(self, items),
            ExprKind::Dict(items) => collection::dict(self, items),
            ExprKind::Star(_) => unsupported("SyntaxError", "can't use starred expression here", span),
            ExprKind::Comprehension { kind, element, value, clauses, fresh } => {
                comprehension::compile(self, *kind, element, value.as_deref(), clauses, fresh)
            }
            ExprKind::Generator { function, iterable } => comprehension::generator(self, function, iterable),
            ExprKind::FString(parts) => literal::fstring(self, parts, span),
            ExprKind::Unary { op, operand } => binary::unary(self, *op, operand, span),
            ExprKind::Binary { op, left, right } => binary::compile(self, *op, left, right, span),
            ExprKind::And(all) => compare::and(self, all),
            ExprKind::Or(all) => compare::or(self, all),
            ExprKind::Compare { first, rest } => compare::compile(self, first, rest, span),
            ExprKind::Ternary { test, then, otherwise } => {
                let (test, then, otherwise) = (self.test(test), self.expr(then), self.expr(otherwise));
                Box::new(move |frame| if test(frame)? { then(frame) } else { otherwise(frame) })
            }
            ExprKind::MakeFunction(make) => function::make(self, make),
            ExprKind::MakeClass(archetype) => super::archetype::make_class(self, archetype, span),
            ExprKind::Await(value) => generator::await_value(self, value, span),
            ExprKind::Yield(value) => generator::yield_value(self, value.as_deref(), span),
            ExprKind::YieldFrom(value) => generator::yield_from(self, value, span),
            ExprKind::Flow(make) => generator::flow(self, make, span),
            ExprKind::Wait(value) => generator::await_value(self, value, span),
            ExprKind::Call { callee, args } => call::compile(self, callee, args, span),
            ExprKind::Attribute { object, name, null_safe } => {
                access::attribute(self, object, *name, *null_safe, span)
            }
            ExprKind::Subscript { object, index, null_safe } => {
                access::subscript(self, object, index, *null_safe, span)
            }
            ExprKind::Slice { lower, upper, step } => {
                access::slice(self, lower.as_deref(), upper.as_deref(), step.as_deref())
            }
            ExprKind::Super { class, receiver } => function::super_object(self, *class, *receiver, span),
            ExprKind::Root => graph_expr::root(),
            ExprKind::RootClass => graph_expr::root_class(),
            ExprKind::Spawn { left, right } => graph_expr::spawn(self, left, right, span),
            ExprKind::Reference(id) => graph_expr::reference(self, id, span),
            ExprKind::EdgeRef { wants_edges, start, hops } => {
                graph_expr::edge_ref(self, *wants_edges, start, hops, span)
            }
            ExprKind::Connect { left, right, direction, edge } => {
                connection::connect(self, (left, right), *direction, edge.as_deref(), true, span)
            }
            ExprKind::Disconnect { left, right, direction, edge } => {
                connection::disconnect(self, left, right, *direction, edge.as_deref(), span)
            }
            ExprKind::Filter { object, filter, null_safe } => {
                graph_expr::filter(self, object, filter, *null_safe, span)
            }
            ExprKind::AssignAll { object, fields, null_safe } => {
                graph_expr::assign_all(self, object, fields, *null_safe, span)
            }
            ExprKind::Unsupported { exception, message } => unsupported(exception, message, span),
        }
    }

    /// An expression's truth.
    pub fn test(&mut self, expr: &'static Expr) -> Test {
        compare::test(self, expr)
    }

    /// The condition of a loop or branch, which counts as a statement.
    pub fn condition(&mut self, expr: &'static Expr) -> Test {
        let test = self.test(expr);
        if !self.commits {
            return test;
        }
        Box::new(move |frame| {
            let result = test(frame);
            if frame.heap.commits() {
                state::host(frame.heap).statement_ended(frame.heap)?;
            }
            result
        })
    }
}

/// Whether a body can end with the statement: a `return`, or an `if` of one branch whose ways all return or,
/// at the end of the body, lead nowhere else.
fn ends_body(stmt: &Stmt, is_last: bool) -> bool {
    let leaves = |block: &Block| matches!(block.stmts.last(), Some(Stmt { kind: StmtKind::Return(_), .. }));
    match &stmt.kind {
        StmtKind::Return(_) => true,
        StmtKind::If { branches, otherwise } => match (&branches[..], otherwise) {
            ([(_, then)], None) => leaves(then),
            ([(_, then)], Some(block)) => is_last || (leaves(then) && leaves(block)),
            _ => false,
        },
        _ => false,
    }
}

/// A statement after which the main program commits what it wrote to the graph.
fn committing(run: Exec) -> Exec {
    Box::new(move |frame| {
        let result = run(frame);
        if frame.heap.commits() { statement_ended(frame, result) } else { result }
    })
}

#[inline(never)]
fn statement_ended(frame: Frame<'_>, result: Outcome<Flow>) -> Outcome<Flow> {
    let heap = frame.heap;
    match result {
        Ok(flow) => state::host(heap).statement_ended(heap).map(|()| flow),
        // What was written before it raised stays written.
        Err(raised) => heap.keeping_raised(raised, || state::host(heap).statement_ended(heap)),
    }
}

/// Raises when it is reached.
pub fn unsupported(exception: &'static str, message: &str, span: Span) -> Eval {
    let message: Box<str> = message.into();
    Box::new(move |frame| {
        let kind = crate::value::ErrorKind::ALL.iter().find(|kind| kind.name() == exception);
        let raised =
            frame.heap.error(kind.copied().unwrap_or(crate::value::ErrorKind::SyntaxError), &*message);
        Err(frame.heap.at(raised, span))
    })
}
