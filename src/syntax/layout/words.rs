//! Soft keywords: which word is a keyword where it stands, and which a name.
//!
//! Three places decide: the start of a statement, right after an operand (`spawn`,
//! `by`, `to`, `entry`, `exit`, `abs`), and before one (`spawn`, `flow`, `wait`).
//! After a dot, after `def` and wherever else a name must follow, every word is a
//! name. A word followed by `=` or `.` is a name even where 0.8 would not allow it.

use super::Pass;
use super::frame::{Head, Kind};
use crate::syntax::token::Token;

impl Pass<'_> {
    /// `:pub`, `:priv` or `:protect` after the word that opens a declaration.
    pub(super) fn access_tag(&self) -> Option<Token> {
        use Token::*;
        matches!(self.previous, Obj | Node | Edge | Walker | Class | Enum | Def | Can | Has | Glob | Static)
            .then(|| access(self.peek_word(1)))
            .flatten()
    }

    /// A string that stands where a member or item begins, or right before one in code.
    pub(super) fn is_docstring(&mut self) -> bool {
        match self.top().kind {
            Kind::Module | Kind::Members => true,
            Kind::Code | Kind::Prompt | Kind::Colon { .. } | Kind::Match => {
                self.at += 1;
                let is_item = match self.here_or_end() {
                    Some(Token::Def | Token::Class | Token::Async) => true,
                    Some(Token::Name) => self.item_word(self.peek_word(0)).is_some(),
                    _ => false,
                };
                self.at -= 1;
                is_item
            }
            _ => false,
        }
    }

    fn here_or_end(&self) -> Option<Token> {
        self.peek(0)
    }

    /// A statement, member or item begins with a word.
    pub(super) fn begin_with_word(&mut self) {
        let word = self.peek_word(0);
        let kind = self.top().kind;
        if word == "let" && kind.is_code() && self.is_name_next() {
            // It adds nothing to an assignment.
            self.top().at_start = true;
            return;
        }
        if let Some((token, head)) = self.item_word(word) {
            self.emit_here(token);
            let frame = self.top();
            frame.head = head;
            frame.at_start = matches!(token, Token::Static | Token::Override);
            return;
        }
        if kind.is_code()
            && let Some((token, head)) = self.statement_word(word)
        {
            self.emit_here(token);
            self.top().head = head;
            return;
        }
        self.word();
    }

    fn is_name_next(&self) -> bool {
        matches!(self.peek(1), Some(Token::Name | Token::EscapedName))
    }

    fn is_declaration_next(&self) -> bool {
        match self.peek(1) {
            Some(Token::Name | Token::EscapedName | Token::LBrace) => true,
            Some(Token::Colon) => {
                access(self.peek_word(2)).is_some()
                    && matches!(self.peek(3), Some(Token::Name | Token::EscapedName))
            }
            Some(token) => {
                token.is_reserved_word() && !matches!(token, Token::In | Token::Is | Token::Not | Token::If)
            }
            None => false,
        }
    }

    /// A word that opens an item, where what follows lets it.
    fn item_word(&self, word: &str) -> Option<(Token, Head)> {
        let kind = self.frames.last().map_or(Kind::Module, |frame| frame.kind);
        if kind == Kind::EnumBody {
            return None;
        }
        let at_module_level = matches!(kind, Kind::Module | Kind::Prompt);
        let found = match word {
            "obj" => (Token::Obj, Head::Archetype),
            "node" => (Token::Node, Head::Archetype),
            "edge" => (Token::Edge, Head::Archetype),
            "walker" => (Token::Walker, Head::Archetype),
            "enum" => (Token::Enum, Head::Enum),
            "impl" => (Token::Impl, Head::Impl),
            "can" => (Token::Can, Head::Ability),
            "has" => (Token::Has, Head::Other),
            "let" if kind == Kind::Members => (Token::Has, Head::Other),
            "let" if kind == Kind::Module => (Token::Glob, Head::Other),
            "glob" if at_module_level => (Token::Glob, Head::Other),
            "test" if at_module_level => {
                return matches!(
                    self.peek(1),
                    Some(Token::Name | Token::EscapedName | Token::Str | Token::LBrace)
                )
                .then_some((Token::Test, Head::Other));
            }
            "include" => {
                return matches!(
                    self.peek(1),
                    Some(Token::Name | Token::EscapedName | Token::Dot | Token::Ellipsis)
                )
                .then_some((Token::Include, Head::Other));
            }
            "static" => return self.is_flag().then_some((Token::Static, Head::Other)),
            "override" => return self.is_flag().then_some((Token::Override, Head::Other)),
            _ => return None,
        };
        self.is_declaration_next().then_some(found)
    }

    /// Whether what follows can follow `static` or `override`.
    fn is_flag(&self) -> bool {
        matches!(self.peek(1), Some(Token::Def | Token::Async))
            || matches!(self.peek_word(1), "can" | "has" | "let" | "static" | "override")
    }

    /// A word that opens a statement of a code block.
    fn statement_word(&mut self, word: &str) -> Option<(Token, Head)> {
        let in_match = self.top().kind == Kind::Match;
        let found = match word {
            "visit" => (Token::Visit, Head::Other),
            "ignore" => (Token::Ignore, Head::Other),
            "report" => (Token::Report, Head::Other),
            "check" => (Token::Check, Head::Other),
            "disengage" => (Token::Disengage, Head::Other),
            "skip" => (Token::Skip, Head::Other),
            "match" => (Token::Match, Head::Match),
            "case" if in_match => (Token::Case, Head::Case),
            _ => return None,
        };
        let takes_operand = !matches!(found.0, Token::Skip | Token::Disengage);
        let is_name = match self.peek(1) {
            Some(Token::Dot | Token::Comma | Token::Walrus | Token::RParen | Token::RBracket) => true,
            Some(Token::Colon) => found.0 != Token::Visit,
            Some(Token::LParen | Token::LBracket) => !takes_operand,
            Some(token) => token.is_assignment(),
            None => false,
        };
        (!is_name).then_some(found)
    }

    /// A word in the middle of a statement or in brackets.
    pub(super) fn word(&mut self) {
        let word = self.peek_word(0);
        if self.is_after_decorator() && self.item_word(word).is_some() {
            return self.begin_with_word();
        }
        let token = if self.ends_operand_here() { self.infix_word(word) } else { self.prefix_word(word) };
        if word == "let" && matches!(self.previous, Token::For | Token::Glob) && self.is_name_next() {
            return;
        }
        match token {
            Some(Token::By) => self.top().seen_in_or_by = true,
            Some(Token::Entry | Token::Exit) if self.top().head == Head::Ability => {
                self.top().head = Head::Other
            }
            _ => {}
        }
        self.emit_here(token.unwrap_or(Token::Name));
    }

    /// A word right after an operand can only be one of these (or a mistake).
    pub(super) fn infix_word(&mut self, word: &str) -> Option<Token> {
        match word {
            "spawn" => Some(Token::Spawn),
            "by" => Some(Token::By),
            "to" if self.top().head == Head::For => Some(Token::To),
            "entry" if self.takes_event() => Some(Token::Entry),
            "exit" if self.takes_event() => Some(Token::Exit),
            "abs" if self.peek(1) == Some(Token::Semi) => Some(Token::Abs),
            _ => None,
        }
    }

    fn takes_event(&mut self) -> bool {
        matches!(self.top().head, Head::Ability | Head::Impl | Head::Entry)
    }

    /// A word where an operand or a name begins.
    fn prefix_word(&mut self, word: &str) -> Option<Token> {
        if self.name_must_follow() {
            return None;
        }
        let begins_operand = self.peek(1).is_some_and(Token::begins_operand);
        match word {
            "spawn" if begins_operand => Some(Token::Spawn),
            "flow" if begins_operand => Some(Token::Flow),
            "wait" if begins_operand => Some(Token::Wait),
            "by" if self.previous == Token::LParen && self.is_name_next() => Some(Token::By),
            "node" if self.previous == Token::LBracket && self.is_edge_keyword() => Some(Token::Node),
            "edge" if self.previous == Token::LBracket && self.is_edge_keyword() => Some(Token::Edge),
            "entry" | "exit" if self.previous == Token::With && self.takes_event() => {
                let names_a_trigger = matches!(self.peek_word(1), "entry" | "exit");
                match word {
                    _ if names_a_trigger => None,
                    "entry" => Some(Token::Entry),
                    _ => Some(Token::Exit),
                }
            }
            _ => None,
        }
    }

    fn is_edge_keyword(&mut self) -> bool {
        self.top().kind == Kind::List && self.peek(1) != Some(Token::Dot) && self.is_edge_reference()
    }

    fn name_must_follow(&self) -> bool {
        use Token::*;
        matches!(
            self.previous,
            Dot | DotBack
                | Def
                | Can
                | Obj
                | Node
                | Edge
                | Walker
                | Class
                | Enum
                | Impl
                | Test
                | Has
                | As
                | Import
                | From
                | Include
                | Public
                | Private
                | Protected
                | Lambda
                | Global
                | Nonlocal
        )
    }
}

fn access(word: &str) -> Option<Token> {
    match word {
        "pub" => Some(Token::Public),
        "priv" => Some(Token::Private),
        "protect" => Some(Token::Protected),
        _ => None,
    }
}
