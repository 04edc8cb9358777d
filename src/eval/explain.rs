//! Conditions of assertions: not only whether they hold, but what they compared if they do not.
//!
//! `assert` asks this only where the tests of a program are run, `check` always, since its message says what
//! was compared. Where the two sides differ is found by `difference`; how that looks is known to
//! `diagnostics`.

use std::cell::RefCell;

use super::compile::{Compiler, Eval};
use super::difference;
use crate::code::{Arg, CompareOp, Expr, ExprKind, Symbol, UnaryOp, Variable};
use crate::diagnostics::Comparison;
use crate::source::Span;
use crate::value::{Frame, Heap, Instance, Outcome, Ref, Value, ops};

/// Gives what failed; `None` if the condition holds.
pub type Probe = Box<dyn for<'h> Fn(Frame<'h>) -> Outcome<Option<Failed>> + Send + Sync>;

/// Places after the point that `almostEqual` looks at, as in `unittest`.
const USUAL_PLACES: i64 = 7;

/// A part of a condition that does not hold.
pub enum Failed {
    Compared {
        op: CompareOp,
        left: Value,
        right: Value,
    },
    /// A value that should have been true.
    Untrue(Value),
    /// A value behind `not` that should have been false.
    True(Value),
    NotInstance {
        value: Value,
        class: Value,
    },
    NotAlmostEqual {
        left: Value,
        right: Value,
        difference: Value,
        places: Value,
    },
}

/// The last failed assertion that was explained, and what it compared.
#[derive(Default)]
struct Last(RefCell<Option<(Ref<Instance>, Comparison)>>);

/// Compiles a condition so that it tells why it does not hold.
pub fn probe(c: &mut Compiler, test: &'static Expr) -> Probe {
    match &test.kind {
        ExprKind::Compare { first, rest } => {
            let first = c.expr(first);
            let rest = rest.iter().map(|(op, right)| (*op, c.expr(right))).collect();
            chain(first, rest, test.span)
        }
        ExprKind::And(all) => {
            let parts: Box<[Probe]> = all.iter().map(|part| probe(c, part)).collect();
            Box::new(move |frame| {
                for part in &parts {
                    if let Some(failed) = part(frame)? {
                        return Ok(Some(failed));
                    }
                }
                Ok(None)
            })
        }
        ExprKind::Unary { op: UnaryOp::Not, operand } => {
            let (value, span) = (c.expr(operand), test.span);
            Box::new(move |frame| {
                let value = value(frame)?;
                let truth = ops::truth::truth(frame.heap, &value).map_err(|it| frame.heap.at(it, span))?;
                Ok(truth.then_some(Failed::True(value)))
            })
        }
        ExprKind::Call { callee, args } => match (builtin(callee), &args[..]) {
            (Some("isinstance"), [Arg::Positional(value), Arg::Positional(class)]) => {
                instance_check(c, callee, value, class, test.span)
            }
            (Some("almostEqual"), [Arg::Positional(left), Arg::Positional(right), rest @ ..]) => {
                let places = match rest {
                    [Arg::Positional(places)] => Some(places),
                    [Arg::Keyword(name, places)] if name.name() == "places" => Some(places),
                    [] => None,
                    _ => return truth(c, test),
                };
                almost_equal(c, left, right, places, test.span)
            }
            _ => truth(c, test),
        },
        _ => truth(c, test),
    }
}

/// The name of a builtin that is called.
fn builtin(callee: &Expr) -> Option<&'static str> {
    match &callee.kind {
        ExprKind::Load(Variable::Builtin(name)) => Some(name.name()),
        _ => None,
    }
}

fn truth(c: &mut Compiler, test: &'static Expr) -> Probe {
    let (value, span) = (c.expr(test), test.span);
    Box::new(move |frame| {
        let value = value(frame)?;
        let truth = ops::truth::truth(frame.heap, &value).map_err(|raised| frame.heap.at(raised, span))?;
        Ok((!truth).then_some(Failed::Untrue(value)))
    })
}

/// `a < b < c`: the first pair that does not hold.
fn chain(first: Eval, rest: Box<[(CompareOp, Eval)]>, span: Span) -> Probe {
    Box::new(move |frame| {
        let heap = frame.heap;
        let mut left = first(frame)?;
        for (op, right) in &rest {
            let right = right(frame)?;
            let holds = ops::compare::compare(heap, *op, &left, &right)
                .and_then(|result| ops::truth::truth(heap, &result))
                .map_err(|raised| heap.at(raised, span))?;
            if !holds {
                return Ok(Some(Failed::Compared { op: *op, left, right }));
            }
            left = right;
        }
        Ok(None)
    })
}

fn instance_check(
    c: &mut Compiler,
    callee: &'static Expr,
    value: &'static Expr,
    class: &'static Expr,
    span: Span,
) -> Probe {
    let (callee, value, class) = (c.expr(callee), c.expr(value), c.expr(class));
    Box::new(move |frame| {
        let heap = frame.heap;
        let (callee, value, class) = (callee(frame)?, value(frame)?, class(frame)?);
        let result = heap.call(&callee, &mut [value.clone(), class.clone()]);
        let holds = result
            .and_then(|result| ops::truth::truth(heap, &result))
            .map_err(|raised| heap.at(raised, span))?;
        Ok((!holds).then_some(Failed::NotInstance { value, class }))
    })
}

/// `almostEqual(a, b, places)`: equal, or the difference is zero when it is rounded to so many places.
fn almost_equal(
    c: &mut Compiler,
    left: &'static Expr,
    right: &'static Expr,
    places: Option<&'static Expr>,
    span: Span,
) -> Probe {
    let (left, right, places) = (c.expr(left), c.expr(right), places.map(|places| c.expr(places)));
    Box::new(move |frame| {
        let heap = frame.heap;
        let (left, right) = (left(frame)?, right(frame)?);
        let places = match &places {
            Some(places) => places(frame)?,
            None => Value::Int(USUAL_PLACES),
        };
        let measure = || -> Outcome<Option<Value>> {
            if ops::compare::equal(heap, &left, &right)? {
                return Ok(None);
            }
            let difference = ops::arithmetic::binary(heap, crate::code::BinaryOp::Sub, &left, &right)?;
            let difference = call_builtin(heap, "abs", &mut [difference])?;
            let rounded = call_builtin(heap, "round", &mut [difference.clone(), places.clone()])?;
            Ok((!ops::compare::equal(heap, &rounded, &Value::Int(0))?).then_some(difference))
        };
        let difference = measure().map_err(|raised| heap.at(raised, span))?;
        Ok(difference.map(|difference| Failed::NotAlmostEqual { left, right, difference, places }))
    })
}

fn call_builtin(heap: &Heap, name: &str, args: &mut [Value]) -> Outcome {
    match heap.builtin(Symbol::new(name)) {
        Some(function) => heap.call(&function, args),
        None => Err(heap.runtime_error(format!("no builtin `{name}`"))),
    }
}

impl Failed {
    /// What `check` says, in the words of `unittest`.
    pub fn message(&self, heap: &Heap) -> Outcome<String> {
        let show = |value: &Value| ops::show::repr(heap, value);
        Ok(match self {
            Failed::Compared { op: CompareOp::IsNot, left, right } => match right {
                Value::None => "unexpectedly None".to_owned(),
                _ => format!("unexpectedly identical: {}", show(left)?),
            },
            Failed::Compared { op, left, right } => {
                let words = match op {
                    CompareOp::Eq => "!=",
                    CompareOp::Ne => "==",
                    CompareOp::Lt => "not less than",
                    CompareOp::Le => "not less than or equal to",
                    CompareOp::Gt => "not greater than",
                    CompareOp::Ge => "not greater than or equal to",
                    CompareOp::In => "not found in",
                    CompareOp::NotIn => "unexpectedly found in",
                    CompareOp::Is | CompareOp::IsNot => "is not",
                };
                format!("{} {words} {}", show(left)?, show(right)?)
            }
            Failed::Untrue(value) => format!("{} is not true", show(value)?),
            Failed::True(_) => "False is not true".to_owned(),
            Failed::NotInstance { value, class } => {
                format!("{} is not an instance of {}", show(value)?, show(class)?)
            }
            Failed::NotAlmostEqual { left, right, difference, places } => format!(
                "{} != {} within {} places ({} difference)",
                show(left)?,
                show(right)?,
                show(places)?,
                show(difference)?
            ),
        })
    }
}

/// What a failed condition compared. Raises what a `__repr__` of the program raises.
pub fn compare(heap: &Heap, failed: &Failed, message: String) -> Outcome<Comparison> {
    let show = |value: &Value| ops::show::repr(heap, value);
    let mut made = Comparison {
        operator: None,
        left: String::new(),
        message,
        right: String::new(),
        differences: Vec::new(),
        omitted: 0,
    };
    let (operator, left, right) = match failed {
        Failed::Untrue(value) => {
            made.left = show(value)?;
            return Ok(made);
        }
        Failed::True(value) => {
            made.left = format!("not {}", show(value)?);
            return Ok(made);
        }
        Failed::Compared { op, left, right } => (word(*op), left, right),
        Failed::NotInstance { value, class } => ("is an instance of", value, class),
        Failed::NotAlmostEqual { left, right, difference, places } => {
            made.message = format!("{} apart, with {} places", show(difference)?, show(places)?);
            ("is almost", left, right)
        }
    };
    made.operator = Some(operator);
    (made.left, made.right) = (show(left)?, show(right)?);
    if let Failed::Compared { op: CompareOp::Eq, .. } = failed {
        (made.differences, made.omitted) = difference::between(heap, left, right)?;
    }
    Ok(made)
}

fn word(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
        CompareOp::In => "in",
        CompareOp::NotIn => "not in",
        CompareOp::Is => "is",
        CompareOp::IsNot => "is not",
    }
}

/// Remembers what the exception that is on its way is about.
pub fn note(heap: &Heap, comparison: Option<Comparison>) {
    if let Some(comparison) = comparison
        && let Some(error) = heap.peek_raised()
    {
        *heap.attached::<Last>().0.borrow_mut() = Some((error, comparison));
    }
}

/// What a failed assertion compared, if it was the last one and was explained.
pub fn comparison_of(heap: &Heap, error: &Ref<Instance>) -> Option<Box<Comparison>> {
    match &*heap.attached::<Last>().0.borrow() {
        Some((of, comparison)) if of.same(error) => Some(Box::new(comparison.clone())),
        _ => None,
    }
}
