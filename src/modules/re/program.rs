//! A compiled pattern: the engine's automata, made when they are first needed, and searching with them
//! by Python's rules for empty matches.
//!
//! Places are octets of the text here; characters are counted in `found`. A search that goes back too
//! often ends with an error instead of running for ever.

use std::cell::OnceCell;

use fancy_regex::{Regex, RegexBuilder, RegexInput};

use super::syntax::{self, Fault, Translation};

/// How often a search may go back before it is given up.
const BACKTRACKS: usize = 20_000_000;

/// Where a match must lie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    Search,
    /// It begins where the search begins.
    Match,
    /// It is all of the text.
    Whole,
}

/// What an automaton is made for.
#[derive(Clone, Copy)]
enum Form {
    Any,
    ToTheEnd,
    NotEmpty,
}

/// Begin and end of each group that took part; the first is the whole match.
pub type Spans = Vec<Option<(usize, usize)>>;

/// A compiled pattern.
pub struct Program {
    pub pattern: String,
    pub bytes: bool,
    pub flags: u32,
    pub names: Vec<(String, usize)>,
    parents: Vec<usize>,
    has_end: bool,
    has_boundary: bool,
    plain: String,
    exact: OnceCell<String>,
    /// By form; first for texts for which the plain translation is right.
    automata: [[OnceCell<Option<Regex>>; 3]; 2],
}

impl Program {
    pub fn new(pattern: &str, flags: u32, bytes: bool) -> Result<Program, Fault> {
        let plain: Translation = syntax::translate(pattern, flags, bytes, false)?;
        let program = Program {
            pattern: pattern.to_owned(),
            bytes,
            flags: plain.flags,
            names: plain.names,
            parents: plain.parents,
            has_end: plain.has_end,
            has_boundary: plain.has_boundary,
            plain: plain.text,
            exact: OnceCell::new(),
            automata: Default::default(),
        };
        // What the engine refuses is said when the pattern is compiled, not when it is first used.
        match build(&program.plain, Form::Any) {
            Ok(regex) => {
                let _ = program.automata[0][0].set(regex);
                Ok(program)
            }
            Err(message) => Err(Fault { message, at: usize::MAX }),
        }
    }

    pub fn groups(&self) -> usize {
        self.parents.len() - 1
    }

    pub fn group_of(&self, name: &str) -> Option<usize> {
        self.names.iter().find(|(own, _)| own == name).map(|(_, group)| *group)
    }

    /// The group that was closed last, of those that took part.
    pub fn last_group(&self, spans: &Spans) -> Option<usize> {
        let mut last: Option<(usize, usize)> = None;
        for (group, span) in spans.iter().enumerate().skip(1) {
            let Some((_, end)) = span else { continue };
            let is_inside = |outer: usize| {
                std::iter::successors(Some(group), |g| self.parents.get(*g).copied().filter(|p| *p > 0))
                    .any(|around| around == outer)
            };
            match last {
                Some((known, known_end)) if *end < known_end || is_inside(known) => {}
                _ => last = Some((group, *end)),
            }
        }
        last.map(|(group, _)| group)
    }

    fn automaton(&self, text: &str, form: Form) -> Result<Option<&Regex>, String> {
        let exact = self.has_end && text.ends_with('\n')
            || self.has_boundary && (text.is_empty() || !text.is_ascii());
        let place = &self.automata[usize::from(exact)][form as usize];
        if let Some(known) = place.get() {
            return Ok(known.as_ref());
        }
        let source = if exact {
            self.exact.get_or_init(|| {
                let again = syntax::translate(&self.pattern, self.flags, self.bytes, true);
                again.map_or_else(|_| self.plain.clone(), |translation| translation.text)
            })
        } else {
            &self.plain
        };
        let made = build(source, form)?;
        Ok(place.get_or_init(|| made).as_ref())
    }

    /// Looks for a match from `from` on.
    pub fn find(&self, text: &str, from: usize, how: How) -> Result<Option<Spans>, String> {
        match how {
            How::Search => self.run(text, from, Form::Any, false),
            How::Match => self.run(text, from, Form::Any, true),
            How::Whole => self.run(text, from, Form::ToTheEnd, true),
        }
    }

    fn run(&self, text: &str, from: usize, form: Form, anchored: bool) -> Result<Option<Spans>, String> {
        let Some(regex) = self.automaton(text, form)? else { return Ok(None) };
        let input = RegexInput::new(text).from_pos(from).anchored(anchored);
        if self.groups() == 0 {
            let found = regex.find_input(input).map_err(|error| error.to_string())?;
            return Ok(found.map(|found| vec![Some((found.start(), found.end()))]));
        }
        let found = regex.captures_input(input).map_err(|error| error.to_string())?;
        Ok(found.map(|found| {
            (0..self.parents.len())
                .map(|group| found.get(group).map(|part| (part.start(), part.end())))
                .collect()
        }))
    }
}

/// An automaton; `None` if it could never match.
fn build(source: &str, form: Form) -> Result<Option<Regex>, String> {
    let text = if matches!(form, Form::ToTheEnd) { format!("(?:{source})\\z") } else { source.to_owned() };
    let mut builder = RegexBuilder::new(&text);
    builder.backtrack_limit(BACKTRACKS);
    if matches!(form, Form::NotEmpty) {
        builder.find_not_empty(true);
    }
    match builder.build() {
        Ok(regex) => Ok(Some(regex)),
        Err(fancy_regex::Error::CompileError(error))
            if matches!(*error, fancy_regex::CompileError::PatternCanNeverMatch) =>
        {
            Ok(None)
        }
        Err(error) => Err(error.to_string()),
    }
}

/// The matches of a text, one after the other.
pub struct Scan {
    at: usize,
    /// The last match was empty: the next one is not an empty one at the same place.
    advance: bool,
}

impl Scan {
    pub fn new(from: usize) -> Scan {
        Scan { at: from, advance: false }
    }

    pub fn next(&mut self, program: &Program, text: &str) -> Result<Option<Spans>, String> {
        let mut found = None;
        if self.advance {
            found = program.run(text, self.at, Form::NotEmpty, true)?;
            if found.is_none() {
                let Some(c) = text.get(self.at..).and_then(|rest| rest.chars().next()) else {
                    return Ok(None);
                };
                self.at += c.len_utf8();
            }
        }
        if found.is_none() {
            found = program.run(text, self.at, Form::Any, false)?;
        }
        if let Some(Some((start, end))) = found.as_ref().and_then(|spans| spans.first()) {
            self.at = *end;
            self.advance = start == end;
        }
        Ok(found)
    }
}
