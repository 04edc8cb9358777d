//! Constants: which expressions are known before the program runs, and their values.
//!
//! Only what no name can change: literals, a sign before a number, and tuples of these. `true`,
//! `false` and `null` are names here.

use std::sync::Arc;

use num_bigint::BigInt;

use crate::code::Constant;
use crate::syntax::ast::{Expr, ExprKind, FPart, UnaryOp};

/// The value of a constant expression.
pub(super) fn value(expr: &Expr) -> Option<Constant> {
    Some(match &expr.kind {
        ExprKind::None => Constant::None,
        ExprKind::True => Constant::True,
        ExprKind::False => Constant::False,
        ExprKind::Ellipsis => Constant::Ellipsis,
        ExprKind::Int(value) => Constant::Int(*value),
        ExprKind::BigInt(value) => Constant::BigInt(value.clone()),
        ExprKind::Float(value) => Constant::Float(*value),
        ExprKind::Str(text) => Constant::Str(text.clone()),
        ExprKind::Bytes(bytes) => Constant::Bytes(bytes.clone()),
        ExprKind::FString(parts) => Constant::Str(text(parts)?),
        ExprKind::Tuple(elements) => Constant::Tuple(elements.iter().map(value).collect::<Option<_>>()?),
        ExprKind::Unary { op, operand } => signed(*op, value(operand)?)?,
        _ => return None,
    })
}

/// The text of an f-string without values.
fn text(parts: &[FPart]) -> Option<Arc<str>> {
    let mut text = String::new();
    for part in parts {
        match part {
            FPart::Text(piece) => text.push_str(piece),
            FPart::Value(_) => return None,
        }
    }
    Some(text.into())
}

fn signed(op: UnaryOp, operand: Constant) -> Option<Constant> {
    match (op, operand) {
        (UnaryOp::Plus, number @ (Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_))) => {
            Some(number)
        }
        (UnaryOp::Minus, Constant::Float(value)) => Some(Constant::Float(-value)),
        (UnaryOp::Minus, Constant::Int(value)) => Some(match value.checked_neg() {
            Some(negative) => Constant::Int(negative),
            None => Constant::BigInt(-BigInt::from(value)),
        }),
        (UnaryOp::Minus, Constant::BigInt(value)) => {
            let negative = -value;
            Some(match i64::try_from(&negative) {
                Ok(small) => Constant::Int(small),
                Err(_) => Constant::BigInt(negative),
            })
        }
        _ => None,
    }
}
