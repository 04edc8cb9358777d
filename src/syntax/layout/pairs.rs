//! Opening and closing: brackets, braces and colon blocks.
//!
//! Every bracket that is given out has its partner: a missing one is made up and an
//! extra one left out, each with an error. Columns are compared here, and only here.

use super::frame::{Frame, Head, Kind};
use super::{Mark, Pass, codes};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::MAX_NESTING;
use crate::syntax::token::Token;

/// A tab reaches to the next multiple of this many columns.
const TAB: u32 = 8;

impl Pass<'_> {
    pub(super) fn push(&mut self, kind: Kind) {
        let open = self.here().span;
        self.frames.push(Frame::new(kind, open));
        if self.frames.len() > MAX_NESTING && !self.out.is_too_deep {
            self.out.is_too_deep = true;
            let error = Diagnostic::error(codes::NESTING, open, "too many brackets inside each other")
                .label(format!("more than {MAX_NESTING} are open here"))
                .help("give inner parts names of their own");
            self.error(error);
        }
    }

    pub(super) fn open(&mut self, token: Token) {
        let kind = match token {
            Token::LParen => Kind::Paren,
            _ if self.after_operand => Kind::Index,
            _ => Kind::List,
        };
        self.emit_here(token);
        self.push(kind);
    }

    /// `{`: a block if an operand has just ended or a word stands before that wants
    /// one; else a dict or a set.
    pub(super) fn open_brace(&mut self) {
        if self.is_marked(self.at, Mark::Brace) {
            self.emit_here(Token::BlockOpen);
            self.push(Kind::Code);
            self.top().is_lambda = true;
            return;
        }
        let wants_block =
            self.after_operand || (self.top().kind.is_statements() && self.previous_wants_block());
        if wants_block && !self.top().kind.is_statements() {
            self.close_unclosed("`{`");
        }
        let head = self.top().head;
        if !self.top().kind.is_statements() || !(wants_block || head == Head::Import) {
            self.emit_here(Token::LBrace);
            return self.push(Kind::Dict);
        }
        let (token, kind) = match head {
            Head::Import => (Token::LBrace, Kind::Names),
            Head::Archetype => (Token::BlockOpen, Kind::Members),
            Head::Enum => (Token::EnumOpen, Kind::EnumBody),
            Head::Impl if self.is_enum_body() => (Token::EnumOpen, Kind::EnumBody),
            Head::Match => (Token::BlockOpen, Kind::Match),
            _ => (Token::BlockOpen, Kind::Code),
        };
        self.emit_here(token);
        self.push(kind);
    }

    fn previous_wants_block(&mut self) -> bool {
        use Token::*;
        match self.previous {
            Try | Finally | Except | Entry | Exit | Test | Def | Can | Obj | Node | Edge | Walker | Class
            | Enum | Impl => true,
            Else => self.top().head == Head::Bare,
            _ => false,
        }
    }

    pub(super) fn close(&mut self, token: Token) {
        let is_partner = |kind: Kind| kind.closing() == token;
        if is_partner(self.top().kind) {
            self.frames.pop();
            return self.emit_here(token);
        }
        // Its partner may lie below brackets that were forgotten, but not below a statement.
        let mut depth = self.frames.len();
        while let Some(frame) = depth.checked_sub(1).and_then(|index| self.frames.get(index)) {
            if frame.kind.is_statements() || frame.kind == Kind::Value {
                return self.unmatched(token);
            }
            if is_partner(frame.kind) {
                break;
            }
            depth -= 1;
        }
        while self.frames.len() > depth {
            self.close_unclosed_one(if token == Token::RParen { "`)`" } else { "`]`" });
        }
        self.frames.pop();
        self.emit_here(token);
    }

    fn unmatched(&mut self, token: Token) {
        let shown = match token {
            Token::RParen => ")",
            Token::RBracket => "]",
            _ => "}",
        };
        let error = Diagnostic::error(codes::BRACKET, self.here().span, format!("unmatched `{shown}`"))
            .label("it closes nothing that is open");
        // A brace too many has closed a block too early; another bracket spoils its statement only.
        let here = self.here().span;
        let doubtful = if token == Token::RBrace { Span::new(here.start, self.file.end()) } else { here };
        self.doubt(doubtful, error);
    }

    pub(super) fn close_brace(&mut self) {
        if !self.frames.iter().any(|frame| frame.kind.is_braced()) {
            return self.unmatched(Token::RBrace);
        }
        while !self.top().kind.is_braced() {
            match self.top().kind {
                Kind::Colon { .. } => self.close_colon_block(),
                _ => self.close_unclosed_one("`}`"),
            }
        }
        let span = self.here().span;
        self.compare_columns(span);
        self.close_braced(span);
    }

    /// Remembers the first block whose closing brace begins a line in another column than
    /// the line of its opening one: if a brace is missing at the end, it is missed here.
    fn compare_columns(&mut self, close: Span) {
        let open = self.top().open;
        if self.suspect.is_none()
            && self.here().first_on_line
            && self.text(Span::new(open.start, close.start)).contains('\n')
            && self.indentation(open.start) != self.indentation(close.start)
        {
            self.suspect = Some((open, close));
        }
    }

    fn close_braced(&mut self, span: Span) {
        let Some(frame) = self.frames.pop() else { return };
        self.emit(frame.kind.closing(), span);
        if frame.is_lambda {
            self.after_operand = true;
        } else if frame.kind != Kind::Dict {
            self.statement_done(false);
        }
    }

    /// `}` of an f-string: the lexer has counted the brackets before it.
    pub(super) fn close_value(&mut self) {
        if !self.frames.iter().any(|frame| frame.kind == Kind::Value) {
            return;
        }
        while self.top().kind != Kind::Value {
            match self.top().kind {
                Kind::Colon { .. } => self.close_colon_block(),
                _ => self.close_unclosed_one("`}`"),
            }
        }
        self.frames.pop();
        self.emit_here(Token::FClose);
    }

    /// Closes the brackets of the running statement, which `found` shows to be forgotten.
    pub(super) fn close_unclosed(&mut self, found: &str) {
        while !self.top().kind.is_statements() && self.top().kind != Kind::Value {
            self.close_unclosed_one(found);
        }
    }

    /// Makes up the partner of the innermost bracket.
    pub(super) fn close_unclosed_one(&mut self, found: &str) {
        let place = self.end_of_previous();
        let Some(frame) = self.frames.pop() else { return };
        if frame.kind != Kind::Value {
            self.report_unclosed(&frame, place, found);
        }
        self.emit(frame.kind.closing(), place);
        if frame.is_lambda {
            self.after_operand = true;
        } else if frame.kind.is_statements() {
            self.top().at_start = true;
        }
    }

    fn report_unclosed(&mut self, frame: &Frame, place: Span, found: &str) {
        let shown = frame.kind.opening();
        let here = self.input.get(self.at).map(|lexeme| lexeme.span);
        let doubtful = Span::new(frame.open.start, here.map_or(self.file.end(), |span| span.end));
        let (open, other) = match self.suspect {
            // The brace that is missing is more likely this one's.
            Some((open, close))
                if here.is_none() && frame.kind.is_braced() && open.start >= frame.open.start =>
            {
                (open, Some((close, "this one is in another column".to_owned())))
            }
            _ => (frame.open, here.or(Some(place)).map(|span| (span, format!("{found} comes first")))),
        };
        let error = Diagnostic::error(codes::BRACKET, open, format!("`{shown}` is never closed"))
            .label("opened here");
        let error = match other {
            Some((span, text)) => error.note(span, text),
            None => error,
        };
        // Its partner may be inside what the lexer could not read.
        let is_swallowed = self.faults.iter().any(|fault| {
            let place = fault.span.start;
            fault.code == codes::STRING && doubtful.start <= place && place < doubtful.end
        });
        if is_swallowed {
            self.out.doubtful.push(doubtful);
        } else {
            self.doubt(doubtful, error);
        }
    }

    // Colon blocks.

    pub(super) fn open_colon_block(&mut self, colon: Span) {
        let header_column = self.top().line_column;
        let is_inline = self.next_on_line().is_some_and(|token| token != Token::RBrace);
        self.emit(Token::BlockOpen, colon);
        self.push(Kind::Colon { header_column, body_column: None, is_inline });
        let is_last = self.input.get(self.at + 1).is_none_or(|next| next.token == Token::RBrace);
        if is_last && !is_inline {
            self.missing_body(colon);
        }
    }

    pub(super) fn close_colon_block(&mut self) {
        let place = self.end_of_previous();
        self.frames.pop();
        self.emit(Token::BlockClose, place);
        self.top().at_start = true;
    }

    fn missing_body(&mut self, place: Span) {
        // At a prompt the body may still come.
        if self.frames.first().is_some_and(|frame| frame.kind == Kind::Prompt)
            && self.at + 1 >= self.input.len()
        {
            return;
        }
        let error = Diagnostic::error(codes::INDENTATION, place, "`:` without an indented statement")
            .label("a block begins here")
            .help("indent the next line deeper, or write `{ }`");
        self.error(error);
    }

    /// A statement begins a line: its column says which colon blocks have ended.
    pub(super) fn align(&mut self) {
        let span = self.here().span;
        let column = self.indentation(span.start);
        // The closing brace of the enclosing block ends colon blocks wherever it stands.
        if self.here().token == Token::RBrace {
            return;
        }
        while let Kind::Colon { header_column, body_column, is_inline } = self.top().kind {
            match body_column {
                _ if is_inline => {}
                None if column > header_column => {
                    self.top().kind = Kind::Colon { header_column, body_column: Some(column), is_inline };
                    return;
                }
                None => {
                    let colon = self.top().open;
                    self.missing_body(colon);
                }
                Some(body) if column == body => return,
                Some(body) if column > header_column => return self.misaligned(span, column, body),
                Some(_) => {}
            }
            self.close_colon_block();
        }
    }

    fn misaligned(&mut self, span: Span, column: u32, body: u32) {
        let error = Diagnostic::error(codes::INDENTATION, span, "indentation matches no open block")
            .label(format!("this line begins at column {}", column + 1))
            .help(format!("the block's other lines begin at column {}", body + 1));
        self.error(error);
    }

    /// Column (from 0) of the first character of the line that holds `offset`.
    pub(super) fn indentation(&self, offset: u32) -> u32 {
        let before = self.file.text.get(..self.file.local(offset)).unwrap_or("");
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let mut column = 0;
        for byte in self.file.text.as_bytes().get(line..).unwrap_or(&[]) {
            match byte {
                b' ' => column += 1,
                b'\t' => column += TAB - column % TAB,
                _ => break,
            }
        }
        column
    }
}
