//! Strings: text with its length in characters, short ones stored in place.
//!
//! ASCII text is indexed in O(1); other text is counted. A string is immutable for the program; the
//! evaluator may append in place to one that nobody else holds (`s += t`).

use std::cell::Cell;
use std::rc::Rc;

use compact_str::CompactString;

/// A string.
pub struct Str {
    text: CompactString,
    chars: u32,
    /// 0: not computed yet.
    hash: Cell<u32>,
}

/// How many bytes of text are stored in place.
const SHORT: usize = 24;

/// How many characters; a pass over text that is not ASCII.
fn count_chars(text: &str) -> u32 {
    if text.is_ascii() { text.len() as u32 } else { text.chars().count() as u32 }
}

impl Str {
    pub fn new(text: &str) -> Str {
        Str { chars: count_chars(text), text: CompactString::new(text), hash: Cell::new(0) }
    }

    pub fn from_string(text: String) -> Str {
        Str { chars: count_chars(&text), text: CompactString::from(text), hash: Cell::new(0) }
    }

    /// Text that is known to be ASCII.
    pub fn ascii(text: &str) -> Str {
        debug_assert!(text.is_ascii());
        Str { chars: text.len() as u32, text: CompactString::new(text), hash: Cell::new(0) }
    }

    #[inline(always)]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// Length in characters.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.chars as usize
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.chars == 0
    }

    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.chars as usize == self.text.len()
    }

    /// Whether both are the same text.
    #[inline(always)]
    pub fn same_text(&self, other: &Str) -> bool {
        self.chars == other.chars && self.text.as_bytes() == other.text.as_bytes()
    }

    /// A hash of the text, the same in every isolate and run.
    #[inline]
    pub fn hash(&self) -> u64 {
        let known = self.hash.get();
        if known != 0 {
            return spread(known);
        }
        let mut made = hash_text(self.text.as_bytes());
        if made == 0 {
            made = 1;
        }
        self.hash.set(made);
        spread(made)
    }

    /// The character at `index`, which is below the length.
    pub fn char_at(&self, index: usize) -> Option<char> {
        if self.is_ascii() {
            self.text.as_bytes().get(index).map(|&b| b as char)
        } else {
            self.text.chars().nth(index)
        }
    }

    /// The byte offset of character `index`.
    pub fn byte_of(&self, index: usize) -> usize {
        if self.is_ascii() {
            return index.min(self.text.len());
        }
        self.text.char_indices().nth(index).map_or(self.text.len(), |(at, _)| at)
    }

    /// The characters from `start` to `end`, both at most the length.
    pub fn substring(&self, start: usize, end: usize) -> Str {
        if start >= end {
            return Str::ascii("");
        }
        if self.is_ascii() {
            return Str::ascii(self.text.get(start..end).unwrap_or_default());
        }
        let from = self.byte_of(start);
        let rest = &self.text[from..];
        let to = rest.char_indices().nth(end - start).map_or(rest.len(), |(at, _)| at);
        Str::new(&rest[..to])
    }

    /// Appends in place, if nobody else holds the string.
    #[inline(never)]
    pub fn append(this: &mut Rc<Str>, more: &Str) -> bool {
        match Rc::get_mut(this) {
            Some(own) => {
                own.text.push_str(more.as_str());
                own.chars += more.chars;
                own.hash.set(0);
                true
            }
            None => false,
        }
    }

    /// Both texts, one after the other.
    pub fn concat(a: &Str, b: &Str) -> Str {
        let (first, second) = (a.as_str(), b.as_str());
        let length = first.len() + second.len();
        let mut short = [0; SHORT];
        let text = match short.get_mut(..length) {
            // Put together on the native stack: what fits is stored in place and needs no other memory.
            Some(both) => {
                both[..first.len()].copy_from_slice(first.as_bytes());
                both[first.len()..].copy_from_slice(second.as_bytes());
                // SAFETY: two whole texts, one after the other.
                CompactString::new(unsafe { std::str::from_utf8_unchecked(both) })
            }
            None => {
                let mut text = CompactString::with_capacity(length);
                text.push_str(first);
                text.push_str(second);
                text
            }
        };
        Str { text, chars: a.chars + b.chars, hash: Cell::new(0) }
    }
}

#[inline(always)]
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// FxHash over words: fast on the short texts that are keys.
fn hash_text(bytes: &[u8]) -> u32 {
    const K: u64 = 0x517c_c1b7_2722_0a95;
    let mut hash = bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        hash = (hash.rotate_left(5) ^ word).wrapping_mul(K);
    }
    let mut tail = [0; 8];
    let rest = chunks.remainder();
    tail[..rest.len()].copy_from_slice(rest);
    hash = (hash.rotate_left(5) ^ u64::from_le_bytes(tail)).wrapping_mul(K);
    // A product's low bits know nothing of what stands above them, and tables look at low bits: what tells
    // `word1` from `word2` is brought down and multiplied once more.
    hash ^= hash >> 29;
    (hash.wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32) as u32
}
