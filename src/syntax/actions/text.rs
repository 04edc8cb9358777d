//! Numbers, strings and f-strings.
//!
//! The decoding itself is in `literals.rs`; here its faults get a place, and adjacent
//! literals become one value.

use std::sync::Arc;

use super::Build;
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::*;
use crate::syntax::codes;
use crate::syntax::literals::{self, Fault, Integer};

/// A literal, or a piece of an f-string, that is not decoded yet.
pub enum RawText {
    /// A whole string token.
    Plain(Span),
    FString(Vec<FPart>),
    /// Text inside an f-string or a format spec.
    Piece(Span),
    Value(Box<RawValue>),
}

/// `{…}` of an f-string whose spec is not decoded yet.
pub struct RawValue {
    span: Span,
    expr: Expr,
    conversion: Option<char>,
    spec: Option<Vec<RawText>>,
    debug: Option<Arc<str>>,
}

impl Build<'_> {
    fn fault(&self, code: &'static str, start: u32, fault: Fault) {
        let at = start.saturating_add(u32::try_from(fault.at).unwrap_or(0));
        let length = u32::try_from(fault.length).unwrap_or(0);
        let (message, help) = match code {
            codes::NUMBER => ("invalid number", None),
            _ if fault.message.starts_with("bytes") => {
                (fault.message, Some("write it as an escape, or use `.encode()`"))
            }
            _ => ("invalid escape", Some("write `\\\\` for a backslash, or give the string the prefix `r`")),
        };
        let mut error = Diagnostic::error(code, Span::new(at, at.saturating_add(length.max(1))), message);
        error = error.label(if message == fault.message { "not ASCII" } else { fault.message });
        self.error(match help {
            Some(help) => error.help(help),
            None => error,
        });
    }

    pub fn integer(&self, l: u32, r: u32) -> Expr {
        let kind = match literals::integer(self.source(Span::new(l, r))) {
            Ok(Integer::Small(value)) => ExprKind::Int(value),
            Ok(Integer::Big(value)) => ExprKind::BigInt(value),
            Err(fault) => {
                self.fault(codes::NUMBER, l, fault);
                ExprKind::Error
            }
        };
        self.expr(l, kind, r)
    }

    pub fn float(&self, l: u32, r: u32) -> Expr {
        let kind = match literals::float(self.source(Span::new(l, r))) {
            Ok(value) => ExprKind::Float(value),
            Err(fault) => {
                self.fault(codes::NUMBER, l, fault);
                ExprKind::Error
            }
        };
        self.expr(l, kind, r)
    }

    /// A string that has to be text: a docstring, or the name of a test.
    pub(super) fn plain_string(&self, span: Span) -> Arc<str> {
        let quoted = literals::unquote(self.source(span));
        if quoted.is_bytes {
            let error = Diagnostic::error(codes::MIXED, span, "bytes cannot document anything")
                .label("bytes")
                .help("leave out the `b`");
            self.error(error);
        }
        match literals::text(quoted.body, quoted.is_raw, false) {
            Ok(text) => Arc::from(text),
            Err(fault) => {
                self.fault(codes::ESCAPE, offset(span.start, quoted.body_at), fault);
                Arc::from("")
            }
        }
    }

    /// Joins adjacent literals.
    pub fn strings(&self, l: u32, parts: Vec<RawText>, r: u32) -> Expr {
        let mut text: Vec<FPart> = Vec::new();
        let mut bytes: Option<Vec<u8>> = None;
        let mut is_mixed = false;
        for (index, part) in parts.into_iter().enumerate() {
            let is_bytes = match part {
                RawText::Plain(span) => self.plain_part(span, &mut text, &mut bytes),
                RawText::FString(found) => {
                    found.into_iter().for_each(|piece| append(&mut text, piece));
                    false
                }
                // Only inside f-strings, which are decoded as a whole.
                RawText::Piece(_) | RawText::Value(_) => false,
            };
            is_mixed |= index > 0 && is_bytes != bytes.is_some();
            is_mixed |= index > 0 && is_bytes && !text.is_empty();
        }
        if is_mixed {
            let error = Diagnostic::error(codes::MIXED, Span::new(l, r), "text and bytes in one literal")
                .label("adjacent literals are one")
                .help("give all parts the prefix `b`, or none");
            self.error(error);
        }
        let kind = match bytes {
            Some(bytes) => ExprKind::Bytes(Arc::from(bytes)),
            None => constant(text),
        };
        self.expr(l, kind, r)
    }

    /// Decodes a string token; says whether it was bytes.
    fn plain_part(&self, span: Span, text: &mut Vec<FPart>, bytes: &mut Option<Vec<u8>>) -> bool {
        let quoted = literals::unquote(self.source(span));
        let result = if quoted.is_bytes {
            let all = bytes.get_or_insert_default();
            literals::bytes(quoted.body, quoted.is_raw).map(|found| all.extend(found))
        } else {
            literals::text(quoted.body, quoted.is_raw, false)
                .map(|found| append(text, FPart::Text(Arc::from(found))))
        };
        if let Err(fault) = result {
            self.fault(codes::ESCAPE, offset(span.start, quoted.body_at), fault);
        }
        quoted.is_bytes
    }

    /// `f"…"`: `m` is where its text begins.
    pub fn fstring(&self, l: u32, m: u32, parts: Vec<RawText>, _r: u32) -> RawText {
        let is_raw = self.source(Span::new(l, m)).contains(['r', 'R']);
        RawText::FString(self.pieces(parts, is_raw, true))
    }

    fn pieces(&self, parts: Vec<RawText>, is_raw: bool, doubled: bool) -> Vec<FPart> {
        let mut pieces = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                RawText::Piece(span) => match literals::text(self.source(span), is_raw, doubled) {
                    Ok(text) => append(&mut pieces, FPart::Text(Arc::from(text))),
                    Err(fault) => self.fault(codes::ESCAPE, span.start, fault),
                },
                RawText::Value(value) => {
                    let RawValue { span, expr, conversion, spec, debug } = *value;
                    let spec = spec.map(|parts| self.pieces(parts, is_raw, false));
                    pieces.push(FPart::Value(Box::new(FValue { span, expr, conversion, spec, debug })));
                }
                RawText::Plain(_) | RawText::FString(_) => {}
            }
        }
        pieces
    }

    /// `{expr = !r : spec}`: `m` is where the expression begins, `debug` where the `=` ends.
    #[allow(clippy::too_many_arguments)]
    pub fn fvalue(
        &self,
        l: u32,
        m: u32,
        expr: Expr,
        debug: Option<u32>,
        conversion: Option<Span>,
        spec: Option<Vec<RawText>>,
        r: u32,
    ) -> RawText {
        let conversion = match conversion {
            Some(span) => self.conversion(span),
            None if debug.is_some() && spec.is_none() => Some('r'),
            None => None,
        };
        // The spaces after the `=` are shown too.
        let debug = debug.map(|end| {
            let rest = self.source(Span::new(end, r));
            let spaces = rest.len() - rest.trim_start().len();
            Arc::from(self.source(Span::new(m, offset(end, spaces))))
        });
        RawText::Value(Box::new(RawValue { span: Span::new(l, r), expr, conversion, spec, debug }))
    }

    fn conversion(&self, span: Span) -> Option<char> {
        match self.source(span) {
            "!r" => Some('r'),
            "!s" => Some('s'),
            "!a" => Some('a'),
            _ => {
                let error = Diagnostic::error(codes::FSTRING, span, "unknown conversion in an f-string")
                    .label("not `!r`, `!s` or `!a`");
                self.error(error);
                None
            }
        }
    }
}

fn offset(start: u32, by: usize) -> u32 {
    start.saturating_add(u32::try_from(by).unwrap_or(0))
}

/// Adds a piece; text after text is one.
fn append(pieces: &mut Vec<FPart>, piece: FPart) {
    match (pieces.last_mut(), &piece) {
        (_, FPart::Text(text)) if text.is_empty() => {}
        (Some(FPart::Text(last)), FPart::Text(text)) => *last = Arc::from(format!("{last}{text}")),
        _ => pieces.push(piece),
    }
}

/// A plain string, if no value is in it.
fn constant(mut pieces: Vec<FPart>) -> ExprKind {
    match pieces.pop() {
        None => ExprKind::Str(Arc::from("")),
        Some(FPart::Text(text)) if pieces.is_empty() => ExprKind::Str(text),
        Some(last) => {
            pieces.push(last);
            ExprKind::FString(pieces)
        }
    }
}
