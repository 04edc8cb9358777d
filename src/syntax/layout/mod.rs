//! Blocks and words: turns the lexer's tokens into those of the grammar.
//!
//! It keeps the stack of brackets and knows where a statement begins. With that it
//! makes braces of colon blocks, tells a block's brace from a dict's, decides which
//! soft keyword is a keyword and which a name (`words.rs`), finds the colon that ends
//! a lambda's parameters, and reports brackets without partner, lines whose column
//! fits no block, and nesting beyond [`MAX_NESTING`](super::MAX_NESTING). The grammar
//! then sees hard tokens and balanced brackets only. It looks ahead in tokens, never
//! in meaning: no name is known here.

mod ahead;
mod frame;
mod pairs;
mod words;

use super::codes;
use super::lexer::{Lexed, Lexeme};
use super::token::Token;
use crate::diagnostics::Diagnostic;
use crate::source::{SourceFile, Span};
use frame::{Frame, Head, Kind};

/// The tokens as the grammar wants them, and what was wrong on the way.
#[derive(Debug, Default)]
pub struct Layout {
    pub tokens: Vec<(u32, Token, u32)>,
    /// Positions in `tokens` where statements, members and items begin, rising.
    pub starts: Vec<usize>,
    /// Those of them before which the end of a statement is missing.
    pub forced: Vec<usize>,
    pub errors: Vec<Diagnostic>,
    /// Stretches whose structure is a guess, because a bracket there has no partner.
    pub doubtful: Vec<Span>,
    /// Too deep to be parsed at all.
    pub is_too_deep: bool,
    /// The text ends where more could follow: in brackets, or in a colon block.
    pub is_cut_off: bool,
}

/// What kind of text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    File,
    /// Input at a prompt: statements and items, the last `;` may be missing.
    Prompt,
}

/// Lays out the tokens of `file`.
pub fn lay_out(file: &SourceFile, lexed: &Lexed, source: Source) -> Layout {
    let lexemes: &[Lexeme] = &lexed.tokens;
    let bottom = match source {
        Source::File => Kind::Module,
        Source::Prompt => Kind::Prompt,
    };
    let mut pass = Pass {
        file,
        input: lexemes,
        at: 0,
        out: Layout::default(),
        frames: vec![Frame::new(bottom, Span::at(file.base))],
        previous: Token::Semi,
        after_operand: false,
        lambdas: Vec::new(),
        suspect: None,
        faults: &lexed.errors,
    };
    pass.out.tokens.reserve(lexemes.len() + 16);
    while pass.at < lexemes.len() && !pass.out.is_too_deep {
        pass.step();
        pass.at += 1;
    }
    pass.finish();
    pass.out
}

struct Pass<'a> {
    file: &'a SourceFile,
    input: &'a [Lexeme],
    /// The lexeme that is looked at.
    at: usize,
    out: Layout,
    /// Never empty: the file itself is the first.
    frames: Vec<Frame>,
    /// The last token given out.
    previous: Token,
    /// Whether an operand ended with it.
    after_operand: bool,
    /// Lexemes ahead where the bodies of lambdas begin, the next one last.
    lambdas: Vec<(usize, Mark)>,
    /// The first `{` whose `}` stands in another column.
    suspect: Option<(Span, Span)>,
    /// What the lexer reported: a string without its end swallows brackets too.
    faults: &'a [Diagnostic],
}

/// How the body of a lambda begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Colon,
    Brace,
}

impl<'a> Pass<'a> {
    fn top(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the bottom frame is never popped")
    }

    fn here(&self) -> Lexeme {
        self.input[self.at]
    }

    /// The token `ahead` lexemes further on.
    fn peek(&self, ahead: usize) -> Option<Token> {
        self.input.get(self.at + ahead).map(|lexeme| lexeme.token)
    }

    fn peek_word(&self, ahead: usize) -> &'a str {
        match self.input.get(self.at + ahead) {
            Some(lexeme) if lexeme.token == Token::Name => self.text(lexeme.span),
            _ => "",
        }
    }

    fn text(&self, span: Span) -> &'a str {
        self.file.slice(span)
    }

    fn emit(&mut self, token: Token, span: Span) {
        self.out.tokens.push((span.start, token, span.end));
        self.previous = token;
        self.after_operand = token.ends_operand();
    }

    fn emit_here(&mut self, token: Token) {
        let span = self.here().span;
        self.emit(token, span);
    }

    fn end_of_previous(&self) -> Span {
        Span::at(self.out.tokens.last().map_or(self.file.base, |token| token.2))
    }

    fn error(&mut self, error: Diagnostic) {
        if self.out.errors.len() < super::MAX_ERRORS {
            self.out.errors.push(error);
        }
    }

    /// Reports an error that leaves the structure of `span` in doubt.
    fn doubt(&mut self, span: Span, error: Diagnostic) {
        self.out.doubtful.push(span);
        self.error(error);
    }

    fn step(&mut self) {
        if self.top().at_start {
            if self.here().first_on_line {
                self.align();
            }
            self.begin();
        } else if self.is_new_statement() {
            // The end of the one before is missing, which the parser will say.
            self.top().at_start = true;
            self.align();
            self.out.forced.push(self.out.tokens.len());
            self.begin();
        } else {
            self.middle();
        }
    }

    /// Whether a line begins, in the middle of a statement, with what cannot go on with it.
    fn is_new_statement(&mut self) -> bool {
        use Token::*;
        let lexeme = self.here();
        if !lexeme.first_on_line || !self.top().kind.is_statements() || self.top().head == Head::Decorated {
            return false;
        }
        match lexeme.token {
            Import | Def | Class | Return | While | For | Try | Raise | Break | Continue | Assert | Pass => {
                true
            }
            Name => self.ends_operand_here() && self.infix_word(self.peek_word(0)).is_none(),
            _ => false,
        }
    }

    // Statements.

    /// The first token of a statement, member or item.
    fn begin(&mut self) {
        let lexeme = self.here();
        let is_continued = lexeme.token.continues_statement();
        if matches!(lexeme.token, Token::RBrace | Token::RParen | Token::RBracket | Token::FClose) {
            return self.middle();
        }
        let follows_flag = matches!(self.previous, Token::Async | Token::Static | Token::Override);
        if !is_continued && !follows_flag && self.top().kind.records_starts(lexeme.token) {
            self.out.starts.push(self.out.tokens.len());
        }
        let line_column = self.indentation(lexeme.span.start);
        let frame = self.top();
        frame.begin(line_column);
        self.begin_item();
    }

    /// As [`Pass::begin`], after a docstring, a flag or a decorator.
    fn begin_item(&mut self) {
        let lexeme = self.here();
        let kind = self.top().kind;
        match lexeme.token {
            Token::Str if self.is_docstring() => {
                self.emit_here(Token::DocStr);
                self.top().at_start = true;
            }
            Token::At => {
                self.emit_here(Token::Decorator);
                self.top().head = Head::Decorated;
            }
            Token::Async => {
                self.emit_here(Token::Async);
                self.top().at_start = true;
            }
            Token::Semi if matches!(kind, Kind::Module | Kind::Members) => self.top().at_start = true,
            Token::Python => {
                self.emit_here(Token::Python);
                self.statement_done(true);
            }
            Token::Name => self.begin_with_word(),
            Token::With if kind == Kind::Prompt && self.peek_word(1) != "entry" => {
                self.top().head = Head::Test;
                self.emit_here(Token::With);
            }
            Token::Else if self.peek(1) == Some(Token::If) => {
                self.at += 1;
                let span = self.input[self.at - 1].span.to(self.here().span);
                self.emit(Token::Elif, span);
                self.top().head = Head::Test;
            }
            token => {
                self.top().head = Head::of(token, kind);
                let is_middle =
                    matches!(token, Token::Colon | Token::Semi | Token::Lambda | Token::EscapedName);
                if is_middle || token.opens() || token.closes() {
                    self.middle();
                } else {
                    self.emit_here(token);
                }
            }
        }
    }

    /// A statement of the innermost block is complete. `is_simple`: it ended with its
    /// `;`, so that no `else` can follow.
    fn statement_done(&mut self, mut is_simple: bool) {
        self.top().at_start = true;
        let mut has_closed = false;
        while let Kind::Colon { is_inline: true, .. } = self.top().kind {
            let goes_on = self.next_on_line().is_some_and(Token::continues_statement);
            if goes_on && !is_simple {
                return;
            }
            is_simple = false;
            has_closed = true;
            self.close_colon_block();
        }
        let next = self.next_on_line();
        let is_case = self.top().kind == Kind::Match && self.peek_word(1) == "case";
        if has_closed
            && !is_case
            && next
                .is_some_and(|token| !token.continues_statement() && !token.closes() && token != Token::Semi)
        {
            let span = self.input.get(self.at + 1).map_or(Span::NONE, |lexeme| lexeme.span);
            let error = Diagnostic::error(codes::INDENTATION, span, "second statement on the line of a `:`")
                .label("it is not part of the block")
                .help("put the body on lines of its own, or in braces");
            self.error(error);
        }
    }

    fn next_on_line(&self) -> Option<Token> {
        self.input.get(self.at + 1).filter(|next| !next.first_on_line).map(|next| next.token)
    }

    /// Whether an operand, or the event of an ability, has just ended.
    fn ends_operand_here(&self) -> bool {
        self.after_operand || matches!(self.previous, Token::Entry | Token::Exit)
    }

    // Tokens inside a statement, or inside brackets.

    fn middle(&mut self) {
        let lexeme = self.here();
        let token = lexeme.token;
        match token {
            Token::Name => self.word(),
            Token::LParen | Token::LBracket => self.open(token),
            Token::LBrace => self.open_brace(),
            Token::RParen | Token::RBracket => self.close(token),
            Token::RBrace => self.close_brace(),
            Token::FOpen => {
                self.emit_here(token);
                self.push(Kind::Value);
            }
            Token::FClose => self.close_value(),
            Token::Semi => self.semicolon(),
            Token::Colon => self.colon(),
            Token::Lambda => {
                self.emit_here(token);
                self.scan_lambda();
            }
            Token::Global | Token::Nonlocal if self.text(lexeme.span).starts_with(':') => {
                self.split_colons(lexeme.span)
            }
            Token::ArrowIn if !matches!(self.top().kind, Kind::List) && self.previous != Token::Del => {
                // Outside edge references it is three operators.
                let Span { start, end } = lexeme.span;
                self.emit(Token::Lt, Span::new(start, start + 1));
                self.emit(Token::Minus, Span::new(start + 1, start + 2));
                self.emit(Token::Minus, Span::new(start + 2, end));
            }
            Token::Def | Token::Class | Token::Async | Token::At if self.is_after_decorator() => {
                self.begin_item_again()
            }
            // The last member of an enum needs no comma.
            Token::Def | Token::With | Token::Async | Token::At
                if self.after_operand && self.top().kind == Kind::EnumBody =>
            {
                self.begin_item_again();
            }
            Token::If => {
                self.top().ternaries += 1;
                self.emit_here(token);
            }
            Token::Else => self.middle_else(),
            Token::EscapedName => self.emit_here(Token::Name),
            Token::Is if self.peek(1) == Some(Token::Not) => {
                let span = lexeme.span.to(self.input[self.at + 1].span);
                self.at += 1;
                self.emit(Token::IsNot, span);
            }
            Token::Python => {
                self.emit_here(token);
                if self.top().kind.is_statements() {
                    self.statement_done(true);
                }
            }
            _ => {
                self.top().note(token);
                self.emit_here(token);
            }
        }
    }

    fn is_after_decorator(&mut self) -> bool {
        self.after_operand && self.top().head == Head::Decorated && self.top().kind.is_statements()
    }

    fn begin_item_again(&mut self) {
        self.top().at_start = false;
        self.begin_item();
    }

    /// `else` of a ternary, or of `visit E else { }`.
    fn middle_else(&mut self) {
        let frame = self.top();
        if frame.ternaries > 0 {
            frame.ternaries -= 1;
        } else if frame.kind.is_statements() {
            frame.head = Head::Bare;
        }
        self.emit_here(Token::Else);
    }

    /// `:g:` where it is no statement is two colons and a name.
    fn split_colons(&mut self, span: Span) {
        self.emit(Token::Colon, Span::new(span.start, span.start + 1));
        self.emit(Token::Name, Span::new(span.start + 1, span.end - 1));
        self.emit(Token::Colon, Span::new(span.end - 1, span.end));
    }

    fn semicolon(&mut self) {
        if !self.top().kind.is_statements() {
            self.close_unclosed("`;`");
        }
        if self.top().kind.is_statements() {
            self.emit_here(Token::Semi);
            self.statement_done(true);
        }
    }

    fn colon(&mut self) {
        let (span, previous, after_operand) = (self.here().span, self.previous, self.after_operand);
        if self.is_marked(self.at, Mark::Colon) {
            return self.emit(Token::LambdaColon, span);
        }
        if let Some(access) = self.access_tag() {
            let end = self.input[self.at + 1].span;
            self.at += 1;
            return self.emit(access, span.to(end));
        }
        if previous == Token::Import && matches!(self.peek_word(1), "py" | "jac") {
            self.at += 1;
            return;
        }
        let at = self.at;
        let frame = self.top();
        let is_free = frame.kind.is_statements() && at >= frame.lambda_end && !frame.in_edge;
        let opens_block = is_free
            && frame.kind.allows_colon_blocks()
            && match frame.head {
                Head::Test => after_operand,
                Head::Bare => matches!(previous, Token::Else | Token::Try | Token::Finally),
                Head::Except => after_operand || previous == Token::Except,
                Head::For => frame.seen_in_or_by && after_operand,
                _ => false,
            };
        if opens_block {
            self.open_colon_block(span);
        } else if is_free && frame.head == Head::Case {
            self.emit(Token::Colon, span);
            self.top().at_start = true;
        } else {
            self.emit(Token::Colon, span);
        }
    }

    fn finish(&mut self) {
        if self.out.is_too_deep {
            return;
        }
        let end = Span::at(self.file.end());
        let last = self.input.last().map_or(end, |lexeme| lexeme.span);
        self.at = self.input.len();
        if self.frames.iter().any(|frame| frame.kind == Kind::Prompt) {
            self.finish_prompt(last);
        }
        while self.frames.len() > 1 {
            match self.top().kind {
                Kind::Colon { .. } => self.close_colon_block(),
                _ => self.close_unclosed_one("the end of the file"),
            }
        }
    }

    /// At a prompt the last `;` may be missing, and what is open may be continued.
    fn finish_prompt(&mut self, last: Span) {
        let in_brackets = self.frames.iter().skip(1).any(|frame| !matches!(frame.kind, Kind::Colon { .. }));
        let in_colon_block = matches!(self.top().kind, Kind::Colon { .. });
        let after = Span::new(last.end, self.file.end().max(last.end));
        let blank_line = self.text(after).matches('\n').count() >= 2;
        let is_empty_block =
            matches!(self.top().kind, Kind::Colon { body_column: None, is_inline: false, .. });
        self.out.is_cut_off = in_brackets || is_empty_block || (in_colon_block && !blank_line);
        if !in_brackets && !self.top().at_start {
            self.emit(Token::Semi, last.after());
            self.top().at_start = true;
        }
    }
}
