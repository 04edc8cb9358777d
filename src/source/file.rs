//! Registered texts and their line index.
//!
//! The registry is append-only and process-wide: a file, once added, stays,
//! since code compiled from it may raise an error at any later time.
//! Files are found by binary search over their bases. A line index is built on
//! the first question about a line, so a program without errors never pays for it.

use super::Span;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// One registered text.
#[derive(Debug)]
pub struct SourceFile {
    /// As shown to people: the path as it was given, or `<stdin>`, `<repl 3>`, `<command>`.
    pub name: String,
    /// Where it was read from, if from a file.
    pub path: Option<PathBuf>,
    /// The whole text.
    pub text: Arc<str>,
    /// Global offset of the first byte, at least 1.
    pub base: u32,
    /// Local offsets at which lines start; the first is 0.
    line_starts: OnceLock<Box<[u32]>>,
}

static FILES: RwLock<Vec<Arc<SourceFile>>> = RwLock::new(Vec::new());

/// Registers a text and gives it its range of the address space.
///
/// Bases start at 1 and ranges are at least one byte apart, so that the position
/// at the end of a file belongs to that file alone. A text that no longer fits
/// (4 GiB of source in one process) gets the base `u32::MAX`: it can be read, but
/// [`SourceFile::span`] gives places in it that belong to no file.
pub fn add(name: &str, path: Option<PathBuf>, text: impl Into<Arc<str>>) -> Arc<SourceFile> {
    let text = text.into();
    let mut files = FILES.write().unwrap_or_else(PoisonError::into_inner);
    let base = match files.last() {
        None => 1,
        Some(last) => last.end().saturating_add(1),
    };
    let fits = u32::try_from(text.len())
        .ok()
        .and_then(|length| base.checked_add(length))
        .is_some_and(|end| end < u32::MAX);
    let file = Arc::new(SourceFile {
        name: name.to_owned(),
        path,
        text,
        base: if fits { base } else { u32::MAX },
        line_starts: OnceLock::new(),
    });
    if fits {
        files.push(Arc::clone(&file));
    }
    file
}

/// The file in which `span` starts; `None` for [`Span::NONE`] and places that no file has.
pub fn file_of(span: Span) -> Option<Arc<SourceFile>> {
    let files = FILES.read().unwrap_or_else(PoisonError::into_inner);
    let after = files.partition_point(|file| file.base <= span.start);
    let file = files.get(after.checked_sub(1)?)?;
    (span.start <= file.end()).then(|| Arc::clone(file))
}

/// The place where `span` starts, ready to be printed as `FILE:LINE:COL`.
pub fn place_of(span: Span) -> Option<Place> {
    let file = file_of(span)?;
    let (line, column) = file.line_col(span.start);
    Some(Place { file, line, column })
}

/// A position as people name it.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file it is in.
    pub file: Arc<SourceFile>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.name, self.line, self.column)
    }
}

impl SourceFile {
    /// Global offset one past the last byte.
    pub fn end(&self) -> u32 {
        self.base.saturating_add(u32::try_from(self.text.len()).unwrap_or(u32::MAX))
    }

    /// The global span of the local byte range `start..end`.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let global = |local: usize| self.base.saturating_add(u32::try_from(local).unwrap_or(u32::MAX));
        Span::new(global(start), global(end))
    }

    /// The span of the whole text.
    pub fn whole(&self) -> Span {
        Span { start: self.base, end: self.end() }
    }

    /// The text under `span`, cut to this file and to character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        let (start, end) = (self.local(span.start), self.local(span.end));
        self.text.get(start..end.max(start)).unwrap_or("")
    }

    /// The local byte offset of a global one, clamped to the text and moved back to
    /// the start of the character it lies in.
    pub fn local(&self, offset: u32) -> usize {
        let offset = offset.saturating_sub(self.base) as usize;
        self.text.floor_char_boundary(offset.min(self.text.len()))
    }

    /// Line and column of a global offset, both from 1, the column in characters.
    /// An offset outside the file is taken as its nearest end.
    pub fn line_col(&self, offset: u32) -> (u32, u32) {
        let local = self.local(offset);
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start as usize <= local).max(1);
        let start = starts.get(line - 1).map_or(0, |&start| start as usize);
        let column = self.text.get(start..local).map_or(0, |before| before.chars().count());
        (line as u32, column as u32 + 1)
    }

    /// Text of a line (from 1) without its line break; empty if there is no such line.
    pub fn line_text(&self, line: u32) -> &str {
        let starts = self.line_starts();
        let Some(index) = (line as usize).checked_sub(1) else { return "" };
        let Some(&start) = starts.get(index) else { return "" };
        let end = starts.get(index + 1).map_or(self.text.len(), |&next| next as usize);
        let text = self.text.get(start as usize..end).unwrap_or("");
        let text = text.strip_suffix('\n').unwrap_or(text);
        text.strip_suffix('\r').unwrap_or(text)
    }

    /// Local byte offset at which a line (from 1) starts; the text's length if there is no such line.
    pub fn line_start(&self, line: u32) -> usize {
        let index = (line as usize).saturating_sub(1);
        self.line_starts().get(index).map_or(self.text.len(), |&start| start as usize)
    }

    /// Number of lines; a text that ends with a line break counts an empty last one.
    pub fn line_count(&self) -> u32 {
        self.line_starts().len() as u32
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
            // A text without a place (see `add`) may pass 4 GiB; its far lines are not indexed.
            let starts = breaks.map_while(|(at, _)| u32::try_from(at + 1).ok());
            std::iter::once(0).chain(starts).collect()
        })
    }
}
