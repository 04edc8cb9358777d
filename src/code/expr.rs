//! Resolved expressions. Operators keep the syntax tree's enums where nothing is to be resolved.
//!
//! What we do not run is an expression too: one that raises when it is reached. Only spans tell
//! where the text was; how an expression is computed is the business of `eval`.

use std::sync::Arc;

use num_bigint::BigInt;

use super::{Archetype, Function, Symbol, Target, Variable};
use crate::source::Span;
pub use crate::syntax::ast::{BinaryOp, CompareOp, Direction, UnaryOp};

#[derive(Debug)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

/// A literal. Tuples of constants are constants.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    BigInt(BigInt),
    Float(f64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    Tuple(Vec<Constant>),
}

#[derive(Debug)]
pub enum ExprKind {
    Constant(Constant),
    Load(Variable),
    /// `name := value`.
    Walrus {
        variable: Variable,
        value: Box<Expr>,
    },

    /// Elements may be `Star`, as in `Tuple` and `Set`.
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Set(Vec<Expr>),
    Dict(Vec<DictItem>),
    Star(Box<Expr>),
    /// Runs in line: its variables are slots of the function around it. `fresh` are those slots: unbound
    /// (or given a new cell) before it starts, and unbound after it.
    Comprehension {
        kind: ComprehensionKind,
        element: Box<Expr>,
        /// The value of a dict comprehension, whose `element` is the key.
        value: Option<Box<Expr>>,
        clauses: Vec<Clause>,
        fresh: Vec<Variable>,
    },
    /// A generator expression: a generator function with one parameter, the iterator of the first iterable.
    Generator {
        function: Box<MakeFunction>,
        iterable: Box<Expr>,
    },
    FString(Vec<FPart>),

    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Compare {
        first: Box<Expr>,
        rest: Vec<(CompareOp, Expr)>,
    },
    Ternary {
        test: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },

    MakeFunction(Box<MakeFunction>),
    /// Runs a class statement; gives the class.
    MakeClass(&'static Archetype),
    Await(Box<Expr>),
    Yield(Option<Box<Expr>>),
    YieldFrom(Box<Expr>),
    /// A function without parameters that gives the value of what stands after `flow`.
    Flow(Box<MakeFunction>),
    Wait(Box<Expr>),

    Call {
        callee: Box<Expr>,
        args: Vec<Arg>,
    },
    Attribute {
        object: Box<Expr>,
        name: Symbol,
        null_safe: bool,
    },
    Subscript {
        object: Box<Expr>,
        index: Box<Expr>,
        null_safe: bool,
    },
    Slice {
        lower: Option<Box<Expr>>,
        upper: Option<Box<Expr>>,
        step: Option<Box<Expr>>,
    },
    /// `super`: the class around the method (a cell) and the method's first parameter.
    Super {
        class: Variable,
        receiver: Variable,
    },

    Root,
    /// `` `root ``: the class of the root node.
    RootClass,
    Spawn {
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Reference(Box<Expr>),
    EdgeRef {
        wants_edges: bool,
        start: Box<Expr>,
        hops: Vec<Hop>,
    },
    Connect {
        left: Box<Expr>,
        right: Box<Expr>,
        direction: Direction,
        edge: Option<Box<EdgeSpec>>,
    },
    Disconnect {
        left: Box<Expr>,
        right: Box<Expr>,
        direction: Direction,
        edge: Option<Box<Filter>>,
    },
    Filter {
        object: Box<Expr>,
        filter: Box<Filter>,
        null_safe: bool,
    },
    AssignAll {
        object: Box<Expr>,
        fields: Vec<(Symbol, Expr)>,
        null_safe: bool,
    },

    /// Raises when reached: a construct that we do not run. Exception type name and message.
    Unsupported {
        exception: &'static str,
        message: Arc<str>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
}

/// `for target in iterable if … if …`.
#[derive(Debug)]
pub struct Clause {
    pub span: Span,
    pub is_async: bool,
    pub target: Target,
    pub iterable: Expr,
    pub conditions: Vec<Expr>,
}

#[derive(Debug)]
pub enum DictItem {
    Pair(Expr, Expr),
    Spread(Expr),
}

/// A piece of an f-string.
#[derive(Debug)]
pub enum FPart {
    Text(Arc<str>),
    Value { expr: Expr, conversion: Option<char>, spec: Option<Vec<FPart>> },
}

#[derive(Debug)]
pub enum Arg {
    Positional(Expr),
    Star(Expr),
    Keyword(Symbol, Expr),
    DoubleStar(Expr),
}

impl Arg {
    /// The expression that is passed on.
    pub fn value(&self) -> &Expr {
        match self {
            Arg::Positional(value) | Arg::Star(value) | Arg::Keyword(_, value) | Arg::DoubleStar(value) => {
                value
            }
        }
    }
}

/// Makes a function value: evaluates the defaults and takes the captured cells.
#[derive(Debug)]
pub struct MakeFunction {
    pub function: &'static Function,
    /// Defaults of the last positional parameters, in order.
    pub defaults: Vec<Expr>,
    /// Defaults of keyword-only parameters.
    pub keyword_defaults: Vec<(Symbol, Expr)>,
    /// Where each captured cell comes from.
    pub captures: Vec<Source>,
}

/// A cell at hand where a function is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The cell in this slot.
    Cell(u16),
    /// The running function's own captured cell.
    Captured(u16),
}

/// A test on elements. A condition's value is evaluated once per element, in the scope around the filter.
#[derive(Debug)]
pub struct Filter {
    pub span: Span,
    pub type_: Option<Expr>,
    pub conditions: Vec<Condition>,
}

#[derive(Debug)]
pub struct Condition {
    pub span: Span,
    pub name: Symbol,
    pub op: CompareOp,
    pub value: Expr,
}

/// One arrow of an edge reference.
#[derive(Debug)]
pub struct Hop {
    pub span: Span,
    pub direction: Direction,
    pub edge: Option<Filter>,
    pub target: Option<HopTarget>,
}

#[derive(Debug)]
pub enum HopTarget {
    Filter(Filter),
    Nodes(Expr),
}

/// What stands inside `+>: … :+>`.
#[derive(Debug)]
pub struct EdgeSpec {
    pub span: Span,
    pub type_: Expr,
    pub fields: Vec<(Symbol, Expr)>,
}
