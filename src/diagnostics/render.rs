//! Diagnostics as text: title, excerpts with marks, help, and one hint.
//!
//! The drawing is miette's, which is named in this file only; what it draws
//! (which lines, which marks, in which order) is decided here and in `excerpt`.
//! The place that the diagnostic is about comes first, then other files and
//! far-away lines. Writing never fails for a reader that has gone away.

use super::codes;
use super::excerpt::{Excerpt, lines_of};
use super::style::{Role, Style};
use super::{Diagnostic, Severity};
use crate::source::{SourceFile, Span, file_of};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents};
use miette::{SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles};
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

/// Marks at most this many lines apart are shown in one excerpt.
const NEAR: u32 = 3;
/// Reports written at most; of the others only the number is given.
const MOST: usize = 50;
/// Codes that the hint at the end names at most.
const MOST_HINTED: usize = 3;

/// Writes diagnostics in the order of their places, and a hint at the end.
///
/// # Errors
/// Whatever `out` gives, except a broken pipe: a reader that has gone away has seen enough.
pub fn write_all(diagnostics: &[Diagnostic], out: &mut dyn Write, style: Style) -> io::Result<()> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| diagnostic.span.start);
    let mut text = String::new();
    for diagnostic in sorted.iter().take(MOST) {
        text.push_str(&to_text(diagnostic, style));
        text.push('\n');
    }
    if let Some(more) = sorted.len().checked_sub(MOST).filter(|&more| more > 0) {
        text.push_str(&format!("{} {more} more\n\n", style.ellipsis()));
    }
    text.push_str(&hint(sorted.iter().map(|diagnostic| diagnostic.code), style));
    write_text(&text, out)
}

/// Writes and flushes `text`; a broken pipe is success.
pub(super) fn write_text(text: &str, out: &mut dyn Write) -> io::Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// One diagnostic as text that ends with a line break, without the hint.
pub fn to_text(diagnostic: &Diagnostic, style: Style) -> String {
    let mut text = title(diagnostic, style);
    let (blocks, placeless) = blocks(diagnostic);
    for block in &blocks {
        text.push_str(&draw(block, diagnostic, style));
    }
    for note in placeless {
        text.push_str(&wrapped("  note: ", note, style));
    }
    let known = || codes::find(diagnostic.code).and_then(|code| code.help);
    if let Some(help) = diagnostic.help.as_deref().or_else(known).filter(|help| !help.is_empty()) {
        text.push_str(&wrapped("  help: ", help, style));
    }
    text
}

/// The line that names `ambler explain`, empty if no code has an explanation.
pub(super) fn hint<'a>(used: impl Iterator<Item = &'a str>, style: Style) -> String {
    let mut named: Vec<&str> = Vec::new();
    for code in used {
        if codes::find(code).is_some() && !named.contains(&code) && named.len() < MOST_HINTED {
            named.push(code);
        }
    }
    if named.is_empty() || !style.hint {
        return String::new();
    }
    style.paint(Role::Dim, &format!("run `ambler explain {}` for more", named.join(" "))) + "\n"
}

/// `error[E0103]: message`, with its line break.
fn title(diagnostic: &Diagnostic, style: Style) -> String {
    let (role, word) = match diagnostic.severity {
        Severity::Error => (Role::Error, "error"),
        Severity::Warning => (Role::Warning, "warning"),
    };
    let kind = match diagnostic.code {
        "" => word.to_owned(),
        code => format!("{word}[{code}]"),
    };
    format!("{}: {}\n", style.paint(role, &kind), style.paint(Role::Message, &diagnostic.message))
}

/// Prose behind `head`, wrapped if the style has a width; its lines are indented alike.
fn wrapped(head: &str, prose: &str, style: Style) -> String {
    let indent = " ".repeat(head.len());
    let width = style.width.unwrap_or(usize::MAX).max(head.len() + 20);
    let options = textwrap::Options::new(width).initial_indent(head).subsequent_indent(&indent);
    let text = textwrap::fill(prose, options);
    let body = text.strip_prefix(head).unwrap_or(&text);
    format!("{}{body}\n", style.paint(Role::Place, head))
}

/// A mark to draw: where, what to say there, and whether it is the main one.
struct Mark<'a> {
    span: Span,
    text: &'a str,
    is_primary: bool,
}

/// Marks of one file on lines that are near each other.
struct Block<'a> {
    file: Arc<SourceFile>,
    first: u32,
    last: u32,
    marks: Vec<Mark<'a>>,
}

/// The blocks to draw, the main one first, and the notes that have no place.
fn blocks(diagnostic: &Diagnostic) -> (Vec<Block<'_>>, Vec<&str>) {
    let mut placeless = Vec::new();
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let main = Mark { span: diagnostic.span, text: &diagnostic.label, is_primary: true };
    let notes = diagnostic.notes.iter().map(|(span, text)| Mark { span: *span, text, is_primary: false });
    let mut marks: Vec<(Arc<SourceFile>, Mark<'_>)> = Vec::new();
    for mark in std::iter::once(main).chain(notes) {
        match file_of(mark.span) {
            Some(file) => marks.push((file, mark)),
            None if mark.text.is_empty() => {}
            None => placeless.push(mark.text),
        }
    }
    marks.sort_by_key(|(_, mark)| mark.span.start);
    for (file, mark) in marks {
        let (first, last) = lines_of(&file, mark.span);
        match blocks.last_mut() {
            Some(block) if Arc::ptr_eq(&block.file, &file) && first <= block.last + NEAR => {
                block.last = block.last.max(last);
                block.marks.push(mark);
            }
            _ => blocks.push(Block { file, first, last, marks: vec![mark] }),
        }
    }
    blocks.sort_by_key(|block| !block.marks.iter().any(|mark| mark.is_primary));
    (blocks, placeless)
}

/// One block as miette draws it.
fn draw(block: &Block<'_>, diagnostic: &Diagnostic, style: Style) -> String {
    // A line of context on both sides, unless it is blank.
    let is_blank = |line: u32| block.file.line_text(line).trim().is_empty();
    let first = if block.first > 1 && !is_blank(block.first - 1) { block.first - 1 } else { block.first };
    let last = if is_blank(block.last + 1) { block.last } else { block.last + 1 };
    let spans: Vec<Span> = block.marks.iter().map(|mark| mark.span).collect();
    let excerpt = Excerpt::new(&block.file, first, last, &spans, style.ellipsis());

    let theme_styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let main = match diagnostic.severity {
        Severity::Error => theme_styles.error,
        Severity::Warning => theme_styles.warning,
    };
    let mut highlights = Vec::new();
    let mut labels = Vec::new();
    let mut place = None;
    for (mark, range) in block.marks.iter().zip(&excerpt.marks) {
        let span = SourceSpan::from((range.start, range.len()));
        let text = (!mark.text.is_empty()).then(|| mark.text.to_owned());
        if mark.is_primary {
            highlights.push(main);
            labels.push(LabeledSpan::new_primary_with_span(text, span));
        } else {
            highlights.push(theme_styles.help);
            labels.push(LabeledSpan::new_with_span(text, span));
        }
        if mark.is_primary || place.is_none() {
            place = Some(block.file.line_col(mark.span.start));
        }
    }
    let source = Drawn { name: &block.file.name, place: place.unwrap_or((1, 1)), excerpt };
    let ascii = || ThemeCharacters { underbar: '^', ..ThemeCharacters::ascii() };
    let theme = GraphicalTheme {
        characters: if style.unicode { ThemeCharacters::unicode() } else { ascii() },
        styles: ThemeStyles { highlights, ..theme_styles },
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_urls(false).without_syntax_highlighting();
    let mut text = String::new();
    // Writing to a string fails only if miette meets a span outside the excerpt; then there is no picture.
    if handler.render_report(&mut text, &Picture { source, labels }).is_err() {
        return String::new();
    }
    // Its first line is its own title, for which there is none here.
    text.split_once('\n').map_or(String::new(), |(_, picture)| picture.to_owned())
}

/// What miette is asked to draw.
#[derive(Debug)]
struct Picture<'a> {
    source: Drawn<'a>,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Picture<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Picture<'_> {}

impl miette::Diagnostic for Picture<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// An excerpt as miette's source: any question is answered with all of it.
#[derive(Debug)]
struct Drawn<'a> {
    name: &'a str,
    place: (u32, u32),
    excerpt: Excerpt,
}

impl SourceCode for Drawn<'_> {
    fn read_span<'s>(
        &'s self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'s> + 's>, MietteError> {
        let text = self.excerpt.text.as_bytes();
        // Without context the question is only where the main mark stands.
        let (line, column) = match before {
            0 => (self.place.0 as usize - 1, self.place.1 as usize - 1),
            _ => (self.excerpt.first_line as usize - 1, 0),
        };
        let all = SourceSpan::from((0, text.len()));
        let span = if before == 0 { *span } else { all };
        let lines = self.excerpt.lines as usize;
        Ok(Box::new(MietteSpanContents::new_named(self.name.to_owned(), text, span, line, column, lines)))
    }
}
