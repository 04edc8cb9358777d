//! Expressions: literals, operators, calls, comprehensions, and the graph
//! expressions (edge references, connect, disconnect, spawn, filters).
//!
//! Literals are decoded here already. `self`, `here` and `visitor` are ordinary
//! names (a program may rebind them); `super` and `root` are shapes of their own,
//! because they are calls in disguise. `true`, `false` and `null` stay names: what
//! they mean depends on what the program defines, which this module does not know.

use std::sync::Arc;

use num_bigint::BigInt;

use super::{Block, Name, Node, Param};
use crate::source::Span;

/// An expression. Build it with [`Expr::new`], which measures its depth.
#[derive(Clone, Debug)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
    depth: u16,
}

impl Expr {
    pub fn new(span: Span, kind: ExprKind) -> Expr {
        let mut deepest = 0;
        super::walk::expr_children(&kind, &mut |child: Node<'_>| deepest = child.depth().max(deepest));
        Expr { span, kind, depth: deepest.saturating_add(1) }
    }

    /// How many levels of expressions, statements and items stand below and at this one.
    pub fn depth(&self) -> u16 {
        self.depth
    }

    /// The name, if the expression is nothing but one.
    pub fn as_name(&self) -> Option<&Name> {
        match &self.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    Name(Name),
    /// `root`: the root node of the running program.
    Root,
    /// `super` and `super()`.
    Super,
    /// `` `root `` (the class of the root node), or another name after a backtick.
    TypeRef(Name),

    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    /// An integer that does not fit in 64 bits.
    BigInt(BigInt),
    Float(f64),
    /// Adjacent literals are joined.
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    FString(Vec<FPart>),

    /// Elements may be [`ExprKind::Star`], as in `Tuple` and `Set`.
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    Set(Vec<Expr>),
    Dict(Vec<DictItem>),
    Comprehension {
        kind: ComprehensionKind,
        element: Box<Expr>,
        clauses: Vec<Clause>,
    },
    DictComprehension {
        key: Box<Expr>,
        value: Box<Expr>,
        clauses: Vec<Clause>,
    },
    /// `*x` in a list, tuple, set, index or assignment target.
    Star(Box<Expr>),

    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `a and b and c`: two operands or more.
    Bool {
        op: BoolOp,
        operands: Vec<Expr>,
    },
    /// `a < b <= c`: at least one link.
    Compare {
        first: Box<Expr>,
        rest: Vec<(CompareOp, Expr)>,
    },
    /// `then if test else otherwise`.
    Ternary {
        test: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Walrus {
        name: Name,
        value: Box<Expr>,
    },
    Lambda(Box<Lambda>),
    Await(Box<Expr>),
    Yield(Option<Box<Expr>>),
    YieldFrom(Box<Expr>),
    /// `flow f(x)`: starts it in the background, gives a future.
    Flow(Box<Expr>),
    /// `wait x`.
    Wait(Box<Expr>),

    /// Also every pipe: `x |> f`, `x :> f`, `f <| x`, `f <: x` with a parenthesised
    /// tuple spread into arguments, and prefix `|> f`, `:> f`, `spawn f` without any.
    /// The callee is evaluated before the arguments in all of them.
    Call {
        callee: Box<Expr>,
        args: Vec<Arg>,
    },
    /// `null_safe`: written with `?`; nothing after it is skipped.
    Attribute {
        object: Box<Expr>,
        name: Name,
        null_safe: bool,
    },
    /// The index may be a [`ExprKind::Slice`], or a tuple with slices in it.
    Subscript {
        object: Box<Expr>,
        index: Box<Expr>,
        null_safe: bool,
    },
    /// Stands only in an index.
    Slice {
        lower: Option<Box<Expr>>,
        upper: Option<Box<Expr>>,
        step: Option<Box<Expr>>,
    },
    /// `` x(`?T: a > 1) ``, `x(?a > 1)`, `x[?:T, a > 1]`.
    Filter {
        object: Box<Expr>,
        filter: Box<Filter>,
        null_safe: bool,
    },
    /// `x(=a=1, b=2)`.
    AssignAll {
        object: Box<Expr>,
        fields: Vec<FieldValue>,
        null_safe: bool,
    },

    /// `left spawn right`.
    Spawn {
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `&id`.
    Reference(Box<Expr>),
    /// `[-->]` and its kin; boxed for its size.
    EdgeRef(Box<EdgeRef>),
    Connect {
        left: Box<Expr>,
        right: Box<Expr>,
        direction: Direction,
        edge: Option<Box<ConnectEdge>>,
    },
    Disconnect {
        left: Box<Expr>,
        right: Box<Expr>,
        direction: Direction,
        edge: Option<Box<Filter>>,
    },

    /// `(1, y=2)`: legal only as the operand of a pipe, which turns it into arguments.
    /// Anywhere else it comes with a diagnostic.
    ArgumentTuple(Vec<Arg>),
    /// What could not be parsed; a diagnostic says why.
    Error,
}

/// A piece of an f-string.
#[derive(Clone, Debug)]
pub enum FPart {
    Text(Arc<str>),
    Value(Box<FValue>),
}

/// `{expr = !r : spec}`.
#[derive(Clone, Debug)]
pub struct FValue {
    pub span: Span,
    pub expr: Expr,
    /// `r`, `s` or `a`. `{x=}` without a spec has `r` here already.
    pub conversion: Option<char>,
    pub spec: Option<Vec<FPart>>,
    /// The text that `{expr = }` prints before the value, `=` and spaces included.
    pub debug: Option<Arc<str>>,
}

#[derive(Clone, Debug)]
pub enum DictItem {
    Pair(Expr, Expr),
    /// `**mapping`.
    Spread(Expr),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    List,
    Set,
    Generator,
}

/// `for target in iterable if … if …` of a comprehension.
#[derive(Clone, Debug)]
pub struct Clause {
    pub span: Span,
    pub is_async: bool,
    pub target: Expr,
    pub iterable: Expr,
    pub conditions: Vec<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    Not,
    Minus,
    Plus,
    Invert,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    MatMul,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoolOp {
    And,
    Or,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Gt,
    Le,
    Ge,
    In,
    NotIn,
    Is,
    IsNot,
}

#[derive(Clone, Debug)]
pub struct Lambda {
    pub params: Vec<Param>,
    pub return_type: Option<Expr>,
    pub body: LambdaBody,
}

#[derive(Clone, Debug)]
pub enum LambdaBody {
    Expr(Expr),
    Block(Block),
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Arg {
    pub span: Span,
    pub kind: ArgKind,
}

#[derive(Clone, Debug)]
pub enum ArgKind {
    Positional(Expr),
    /// `*values`.
    Star(Expr),
    Keyword(Name, Expr),
    /// `**mapping`.
    DoubleStar(Expr),
    /// `f(x by llm())`: not supported; the resolver says so where it is reached.
    By(Expr),
}

/// A test on the elements of a list: a class, conditions on fields, or both.
#[derive(Clone, Debug)]
pub struct Filter {
    pub span: Span,
    pub type_: Option<Expr>,
    pub conditions: Vec<Condition>,
}

/// `name op value` of a filter.
#[derive(Clone, Debug)]
pub struct Condition {
    pub span: Span,
    pub name: Name,
    pub op: CompareOp,
    pub value: Expr,
}

/// `name = value` of an edge's fields, or of `x(=name=value)`.
#[derive(Clone, Debug)]
pub struct FieldValue {
    pub span: Span,
    pub name: Name,
    pub value: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `-->`, `++>`
    Out,
    /// `<--`, `<++`
    In,
    /// `<-->`, `<++>`
    Any,
}

/// `[start --> … ]`.
#[derive(Clone, Debug)]
pub struct EdgeRef {
    pub wants: EdgeRefWants,
    /// Left out: the node where the walker is, or `self`.
    pub start: Option<Expr>,
    /// At least one.
    pub hops: Vec<Hop>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeRefWants {
    Nodes,
    /// `[edge -->]`: the edges of the last hop.
    Edges,
}

/// One arrow of an edge reference, and what may follow it.
#[derive(Clone, Debug)]
pub struct Hop {
    pub span: Span,
    pub direction: Direction,
    /// `->:Type:a > 1:->`.
    pub edge: Option<Filter>,
    pub target: Option<HopTarget>,
}

#[derive(Clone, Debug)]
pub enum HopTarget {
    /// Keeps those results that the filter accepts.
    Filter(Filter),
    /// Keeps those that are this node, or in this list of nodes.
    Nodes(Expr),
}

/// What stands inside `+>: … :+>`: a class or an edge object, and fields to set.
#[derive(Clone, Debug)]
pub struct ConnectEdge {
    pub span: Span,
    pub type_: Expr,
    pub fields: Vec<FieldValue>,
}
