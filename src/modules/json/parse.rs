//! Reads JSON: a recursive descent over the document's octets that stops where CPython's scanner
//! stops, so that errors name the same place with the same words.
//!
//! The program's hooks are called as soon as their part is complete. Bytes have become text before
//! (`mod.rs`).

use super::malformed;
use crate::value::text::{parse_float, parse_int};
use crate::value::{Dict, Heap, Outcome, Raised, Value};

/// What the program wants to make of parts of the document itself.
pub struct Hooks {
    pub object: Option<Value>,
    pub float: Option<Value>,
    pub int: Option<Value>,
    pub constant: Option<Value>,
    pub pairs: Option<Value>,
}

struct Parser<'a> {
    heap: &'a Heap,
    text: &'a str,
    octets: &'a [u8],
    at: usize,
    hooks: &'a Hooks,
}

/// The value of a whole document.
pub fn document(heap: &Heap, text: &str, hooks: &Hooks) -> Outcome {
    let mut parser = Parser { heap, text, octets: text.as_bytes(), at: 0, hooks };
    parser.space();
    let value = parser.value()?;
    parser.space();
    if parser.at < text.len() {
        return Err(parser.error("Extra data", parser.at));
    }
    Ok(value)
}

impl Parser<'_> {
    #[cold]
    fn error(&self, message: &str, at: usize) -> Raised {
        malformed(self.heap, message, self.text, at)
    }

    fn peek(&self) -> Option<u8> {
        self.octets.get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Outcome {
        let rest = &self.octets[self.at..];
        let word = |word: &str| rest.starts_with(word.as_bytes());
        match rest.first() {
            Some(b'"') => self.string().map(Value::from),
            Some(b'{') => {
                let _level = self.heap.nested("a JSON document")?;
                self.object()
            }
            Some(b'[') => {
                let _level = self.heap.nested("a JSON document")?;
                self.array()
            }
            Some(b'n') if word("null") => Ok(self.skip(4, Value::None)),
            Some(b't') if word("true") => Ok(self.skip(4, Value::True)),
            Some(b'f') if word("false") => Ok(self.skip(5, Value::False)),
            Some(b'N') if word("NaN") => self.constant("NaN", f64::NAN),
            Some(b'I') if word("Infinity") => self.constant("Infinity", f64::INFINITY),
            Some(b'-') if word("-Infinity") => self.constant("-Infinity", f64::NEG_INFINITY),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.error("Expecting value", self.at)),
        }
    }

    fn skip(&mut self, count: usize, value: Value) -> Value {
        self.at += count;
        value
    }

    fn constant(&mut self, name: &str, value: f64) -> Outcome {
        self.at += name.len();
        match &self.hooks.constant {
            Some(hook) => self.heap.call(hook, &mut [Value::str(name)]),
            None => Ok(Value::float(value)),
        }
    }

    fn digits(&self, mut at: usize) -> usize {
        while self.octets.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    }

    fn number(&mut self) -> Outcome {
        let start = self.at;
        let mut end = start + usize::from(self.octets[start] == b'-');
        match self.octets.get(end) {
            Some(b'0') => end += 1,
            Some(b'1'..=b'9') => end = self.digits(end),
            _ => return Err(self.error("Expecting value", start)),
        }
        let mut is_float = false;
        if self.octets.get(end) == Some(&b'.') {
            let after = self.digits(end + 1);
            if after > end + 1 {
                (end, is_float) = (after, true);
            }
        }
        if let Some(b'e' | b'E') = self.octets.get(end) {
            let sign = usize::from(matches!(self.octets.get(end + 1), Some(b'+' | b'-')));
            let after = self.digits(end + 1 + sign);
            if after > end + 1 + sign {
                (end, is_float) = (after, true);
            }
        }
        self.at = end;
        let text = &self.text[start..end];
        let hook = if is_float { &self.hooks.float } else { &self.hooks.int };
        if let Some(hook) = hook {
            return self.heap.call(hook, &mut [Value::str(text)]);
        }
        if is_float {
            return parse_float(text).map(Value::float).map_err(|fault| self.heap.fault(fault));
        }
        match text.parse::<i64>() {
            Ok(small) => Ok(Value::Int(small)),
            Err(_) => parse_int(text, 10).map(Value::from).map_err(|fault| self.heap.fault(fault)),
        }
    }

    /// A string; the quote is next.
    fn string(&mut self) -> Outcome<String> {
        let begin = self.at;
        self.at += 1;
        let mut result = String::new();
        loop {
            let from = self.at;
            while let Some(&octet) = self.octets.get(self.at)
                && octet != b'"'
                && octet != b'\\'
                && octet > 0x1f
            {
                self.at += 1;
            }
            result.push_str(&self.text[from..self.at]);
            match self.peek() {
                None => return Err(self.error("Unterminated string starting at", begin)),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(result);
                }
                Some(b'\\') => self.escape(begin, &mut result)?,
                Some(_) => return Err(self.error("Invalid control character at", self.at)),
            }
        }
    }

    /// What a backslash begins.
    fn escape(&mut self, begin: usize, result: &mut String) -> Outcome<()> {
        let Some(&kind) = self.octets.get(self.at + 1) else {
            return Err(self.error("Unterminated string starting at", begin));
        };
        let plain = match kind {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit(self.at + 2)?;
                self.at += 6;
                let mut code = u32::from(first);
                if (0xd800..0xdc00).contains(&first) && self.octets[self.at..].starts_with(b"\\u") {
                    let second = self.unit(self.at + 2)?;
                    if (0xdc00..0xe000).contains(&second) {
                        code = 0x1_0000 + ((u32::from(first) - 0xd800) << 10) + (u32::from(second) - 0xdc00);
                        self.at += 6;
                    }
                }
                // Strings hold no lone surrogates.
                result.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                return Ok(());
            }
            _ => return Err(self.error("Invalid \\escape", self.at)),
        };
        self.at += 2;
        result.push(plain);
        Ok(())
    }

    /// Four hexadecimal digits.
    fn unit(&self, at: usize) -> Outcome<u16> {
        let digits = self.octets.get(at..at + 4).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        match digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
        {
            Some(unit) => Ok(unit),
            None => Err(self.error("Invalid \\uXXXX escape", at - 1)),
        }
    }

    fn array(&mut self) -> Outcome {
        self.at += 1;
        self.space();
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::list(self.heap, items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            match self.peek() {
                Some(b']') => break,
                Some(b',') => self.at += 1,
                _ => return Err(self.error("Expecting ',' delimiter", self.at)),
            }
            self.space();
        }
        self.at += 1;
        Ok(Value::list(self.heap, items))
    }

    fn object(&mut self) -> Outcome {
        self.at += 1;
        self.space();
        let mut pairs: Vec<(Value, Value)> = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return self.finish(pairs);
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.error("Expecting property name enclosed in double quotes", self.at));
            }
            let key = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.error("Expecting ':' delimiter", self.at));
            }
            self.at += 1;
            self.space();
            let value = self.value()?;
            pairs.push((Value::from(key), value));
            self.space();
            match self.peek() {
                Some(b'}') => break,
                Some(b',') => self.at += 1,
                _ => return Err(self.error("Expecting ',' delimiter", self.at)),
            }
            self.space();
        }
        self.at += 1;
        self.finish(pairs)
    }

    /// A dict, or what the program's hook makes of it.
    fn finish(&self, pairs: Vec<(Value, Value)>) -> Outcome {
        let heap = self.heap;
        if let Some(hook) = &self.hooks.pairs {
            let pairs = pairs.into_iter().map(|(key, value)| Value::tuple(heap, [key, value])).collect();
            return heap.call(hook, &mut [Value::list(heap, pairs)]);
        }
        let dict = Dict::new(heap);
        for (key, value) in pairs {
            dict.insert(heap, key, value)?;
        }
        match &self.hooks.object {
            Some(hook) => heap.call(hook, &mut [Value::Dict(dict)]),
            None => Ok(Value::Dict(dict)),
        }
    }
}
