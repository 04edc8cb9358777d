//! What is open: a bracket or block, and where in it the pass stands.
//!
//! Plain state with the questions asked of it; who opens and closes frames, and what
//! is given out then, is decided in the files beside this one.

use super::super::token::Token;
use crate::source::Span;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    // Statements.
    Module,
    /// The input of a prompt: statements and items.
    Prompt,
    /// The body of an archetype.
    Members,
    EnumBody,
    Code,
    /// The cases of a `match`.
    Match,
    Colon {
        /// Column of the line that holds the header.
        header_column: u32,
        /// Column of the body's statements, once one was seen.
        body_column: Option<u32>,
        /// The one statement of the body stands on the header's line.
        is_inline: bool,
    },

    // Brackets.
    Paren,
    /// `[` where an operand begins: a list or an edge reference.
    List,
    /// `[` after an operand.
    Index,
    /// A dict or a set.
    Dict,
    /// The names of an import.
    Names,
    /// `{ }` of an f-string.
    Value,
}

impl Kind {
    pub fn is_statements(self) -> bool {
        use Kind::*;
        matches!(self, Module | Prompt | Members | EnumBody | Code | Match | Colon { .. })
    }

    /// Whether `{` opened it.
    pub fn is_braced(self) -> bool {
        use Kind::*;
        matches!(self, Members | EnumBody | Code | Match | Dict | Names)
    }

    pub fn is_code(self) -> bool {
        matches!(self, Kind::Prompt | Kind::Code | Kind::Match | Kind::Colon { .. })
    }

    pub fn allows_colon_blocks(self) -> bool {
        self.is_code()
    }

    /// Whether a statement that begins with `token` here is one that can be left out.
    pub fn records_starts(self, token: Token) -> bool {
        self != Kind::EnumBody || matches!(token, Token::With | Token::Def | Token::Async | Token::At)
    }

    pub fn opening(self) -> &'static str {
        match self {
            Kind::Paren => "(",
            Kind::List | Kind::Index => "[",
            _ => "{",
        }
    }

    pub fn closing(self) -> Token {
        match self {
            Kind::Paren => Token::RParen,
            Kind::List | Kind::Index => Token::RBracket,
            Kind::Dict | Kind::Names => Token::RBrace,
            Kind::Value => Token::FClose,
            _ => Token::BlockClose,
        }
    }
}

/// What the statement is that a frame is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    Other,
    /// `if`, `elif`, `while`, `with`: a colon block after an expression.
    Test,
    /// `else`, `try`, `finally`: a colon block at once.
    Bare,
    Except,
    For,
    Match,
    Case,
    Decorated,
    Archetype,
    Enum,
    Impl,
    /// `can`: its event ends with `entry` or `exit`.
    Ability,
    /// `with` at module level or in an archetype.
    Entry,
    /// `import from`: names in braces.
    Import,
}

impl Head {
    /// The head of a statement that begins with a hard keyword (or anything else).
    pub fn of(token: Token, kind: Kind) -> Head {
        match token {
            Token::If | Token::Elif | Token::While => Head::Test,
            Token::With if kind.is_code() && kind != Kind::Prompt => Head::Test,
            Token::With => Head::Entry,
            Token::Else | Token::Try | Token::Finally => Head::Bare,
            Token::Except => Head::Except,
            Token::For => Head::For,
            Token::Class => Head::Archetype,
            Token::Import => Head::Import,
            _ => Head::Other,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Frame {
    pub kind: Kind,
    /// Where it was opened.
    pub open: Span,
    /// A statement is to begin.
    pub at_start: bool,
    pub head: Head,
    /// Column of the line on which the statement begins.
    pub line_column: u32,
    /// Ternaries whose `else` is to come.
    pub ternaries: u32,
    /// In a `for`: its `in` or `by` was seen.
    pub seen_in_or_by: bool,
    /// Between `->:` and `:->` or their kin.
    pub in_edge: bool,
    /// Colons before this lexeme belong to a lambda.
    pub lambda_end: usize,
    /// The block is a lambda's body, and so the end of an operand.
    pub is_lambda: bool,
}

impl Frame {
    pub fn new(kind: Kind, open: Span) -> Frame {
        Frame {
            kind,
            open,
            at_start: kind.is_statements(),
            head: Head::Other,
            line_column: 0,
            ternaries: 0,
            seen_in_or_by: false,
            in_edge: false,
            lambda_end: 0,
            is_lambda: false,
        }
    }

    /// A statement begins.
    pub fn begin(&mut self, line_column: u32) {
        self.at_start = false;
        self.head = Head::Other;
        self.line_column = line_column;
        self.ternaries = 0;
        self.seen_in_or_by = false;
        self.in_edge = false;
    }

    /// A token was met that changes how a later colon is read.
    pub fn note(&mut self, token: Token) {
        match token {
            Token::In => self.seen_in_or_by = true,
            Token::EdgeOpenOut | Token::EdgeOpenIn | Token::ConnectOpenOut | Token::ConnectOpenIn => {
                self.in_edge = true
            }
            Token::EdgeCloseOut | Token::EdgeCloseIn | Token::ConnectCloseOut | Token::ConnectCloseIn => {
                self.in_edge = false;
            }
            Token::Comma if self.kind == Kind::EnumBody => self.at_start = true,
            _ => {}
        }
    }
}
