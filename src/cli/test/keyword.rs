//! The expression of `-k`: words, `and`, `or`, `not` and parentheses.
//!
//! A word holds where a test's path or name contains it, whatever the case of its letters. What is a test
//! is not known here.

/// A parsed expression.
#[derive(Debug, PartialEq, Eq)]
pub enum Keyword {
    Word(String),
    Not(Box<Keyword>),
    And(Box<Keyword>, Box<Keyword>),
    Or(Box<Keyword>, Box<Keyword>),
}

impl Keyword {
    /// Parses an expression.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub fn parse(text: &str) -> Result<Keyword, String> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let mut words = Words { words: spaced.split_whitespace().collect(), at: 0 };
        let parsed = words.either()?;
        match words.next() {
            None => Ok(parsed),
            Some(")") => Err("a `)` without its `(`".to_owned()),
            Some(word) => Err(format!("`and` or `or` is missing before `{word}`")),
        }
    }

    /// Whether it holds for a test, given as `PATH::NAME`.
    pub fn holds(&self, test: &str) -> bool {
        match self {
            Keyword::Word(word) => test.to_lowercase().contains(word),
            Keyword::Not(inner) => !inner.holds(test),
            Keyword::And(one, other) => one.holds(test) && other.holds(test),
            Keyword::Or(one, other) => one.holds(test) || other.holds(test),
        }
    }
}

struct Words<'a> {
    words: Vec<&'a str>,
    at: usize,
}

impl<'a> Words<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    fn next(&mut self) -> Option<&'a str> {
        let word = self.peek();
        self.at += 1;
        word
    }

    fn either(&mut self) -> Result<Keyword, String> {
        let mut left = self.both()?;
        while self.peek() == Some("or") {
            self.at += 1;
            left = Keyword::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Keyword, String> {
        let mut left = self.single()?;
        while self.peek() == Some("and") {
            self.at += 1;
            left = Keyword::And(Box::new(left), Box::new(self.single()?));
        }
        Ok(left)
    }

    fn single(&mut self) -> Result<Keyword, String> {
        // A chain of `not` is as long as somebody types it: it is counted, not nested.
        let mut is_negated = false;
        while self.peek() == Some("not") {
            self.at += 1;
            is_negated = !is_negated;
        }
        let inner = match self.next() {
            None => return Err("a word is missing at its end".to_owned()),
            Some(word @ ("and" | "or" | ")")) => return Err(format!("a word is missing before `{word}`")),
            Some("(") if self.words.len() > MOST_WORDS => return Err("it is too long".to_owned()),
            Some("(") => {
                let inner = self.either()?;
                match self.next() {
                    Some(")") => inner,
                    _ => return Err("a `(` without its `)`".to_owned()),
                }
            }
            Some(word) => Keyword::Word(word.to_lowercase()),
        };
        Ok(if is_negated { Keyword::Not(Box::new(inner)) } else { inner })
    }
}

/// Words of an expression with parentheses, which nest the parser.
const MOST_WORDS: usize = 1_000;
