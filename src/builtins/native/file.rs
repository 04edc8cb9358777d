//! Open files: what `open` gives. Text files decode and encode and know line ends; binary ones give
//! bytes. Reads and writes are buffered; a file that is dropped is flushed and closed.
//!
//! Encodings are in `builtins::codec`, errors of the system become exceptions in `builtins::errno`;
//! the standard streams are no files: see `native::standard`.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::builtins::argument::{self, int_or};
use crate::builtins::codec::{self, Codec};
use crate::builtins::errno;
use crate::builtins::functions::iteration::stopped;
use crate::value::native::NativeObject;
use crate::value::ops::attribute::call_method;
use crate::value::ops::types::type_name;
use crate::value::ops::{iterate, show};
use crate::value::{Args, Bytes, Heap, Native, NativeFunction, Outcome, Raised, Ref, Symbol, Value};
use std::rc::Rc;

/// How many octets are read or held back at once.
const CHUNK: usize = 64 * 1024;

/// What ends a line, as `newline=` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Newline {
    /// Any end is read as `\n`.
    Translated,
    /// Any end counts, and is left as it is.
    Any,
    Exactly(&'static str),
}

/// The mode, taken apart.
#[derive(Clone, Debug)]
struct Mode {
    text: String,
    kind: char,
    binary: bool,
    update: bool,
}

impl Mode {
    fn reads(&self) -> bool {
        self.kind == 'r' || self.update
    }

    fn writes(&self) -> bool {
        self.kind != 'r' || self.update
    }
}

/// An open file.
struct OpenFile {
    file: Option<File>,
    name: Value,
    mode: Mode,
    codec: Codec,
    errors: String,
    newline: Newline,
    /// Octets that have been read ahead, and how many of them are used up.
    ahead: Vec<u8>,
    used: usize,
    ended: bool,
    /// Octets that are still to be written.
    pending: Vec<u8>,
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        // Nobody is left to be told of a failure.
        let _ = self.flush();
    }
}

impl NativeObject for OpenFile {
    fn type_name(&self) -> &'static str {
        match (self.mode.binary, self.mode.kind, self.mode.update) {
            (false, ..) => "TextIOWrapper",
            (true, _, true) => "BufferedRandom",
            (true, 'r', false) => "BufferedReader",
            (true, ..) => "BufferedWriter",
        }
    }
    fn module_name(&self) -> &'static str {
        "_io"
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.name);
    }
    fn repr(&self, heap: &Heap) -> Option<Outcome<String>> {
        let name = match show::repr(heap, &self.name) {
            Ok(name) => name,
            Err(raised) => return Some(Err(raised)),
        };
        Some(Ok(if self.mode.binary {
            format!("<_io.{} name={name}>", self.type_name())
        } else {
            format!(
                "<_io.TextIOWrapper name={name} mode='{}' encoding='{}'>",
                self.mode.text,
                self.encoding_name()
            )
        }))
    }
    fn attribute(&self, _heap: &Heap, name: Symbol) -> Option<Outcome> {
        let value = match name.name() {
            "name" => self.name.clone(),
            "mode" if self.mode.binary && self.mode.kind == 'r' && self.mode.update => Value::str("rb+"),
            "mode" if self.mode.binary => {
                Value::str(format!("{}b{}", self.mode.kind, if self.mode.update { "+" } else { "" }))
            }
            "mode" => Value::str(&self.mode.text),
            "closed" => Value::bool(self.file.is_none()),
            "encoding" if !self.mode.binary => Value::str(self.encoding_name()),
            "errors" if !self.mode.binary => Value::str(&self.errors),
            "newlines" if !self.mode.binary => Value::None,
            _ => return None,
        };
        Some(Ok(value))
    }
}

/// Why an operation on a file did not succeed.
enum Trouble {
    Closed,
    Unsupported(&'static str),
    System(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Trouble {
        Trouble::System(error)
    }
}

impl OpenFile {
    fn encoding_name(&self) -> &'static str {
        match self.codec {
            Codec::Utf8 => "UTF-8",
            other => other.name(),
        }
    }

    fn open_file(&mut self) -> Result<&mut File, Trouble> {
        self.file.as_mut().ok_or(Trouble::Closed)
    }

    fn flush(&mut self) -> Result<(), Trouble> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        self.open_file()?.write_all(&pending)?;
        Ok(())
    }

    fn before_reading(&mut self) -> Result<(), Trouble> {
        self.open_file()?;
        if !self.mode.reads() {
            return Err(Trouble::Unsupported(if self.mode.binary { "read" } else { "not readable" }));
        }
        self.flush()
    }

    /// Reads more ahead; false at the end of the file.
    fn fill(&mut self) -> Result<bool, Trouble> {
        if self.ended {
            return Ok(false);
        }
        if self.used > 0 {
            self.ahead.drain(..self.used);
            self.used = 0;
        }
        let file = self.file.as_mut().ok_or(Trouble::Closed)?;
        let length = self.ahead.len();
        let found = file.take(CHUNK as u64).read_to_end(&mut self.ahead)?;
        debug_assert_eq!(self.ahead.len(), length + found);
        self.ended = found == 0;
        Ok(found > 0)
    }

    fn take_ahead(&mut self, count: usize) -> Vec<u8> {
        let taken = self.ahead[self.used..self.used + count].to_vec();
        self.used += count;
        taken
    }

    /// At most `count` octets; all of the rest without a count.
    fn read_octets(&mut self, count: Option<usize>) -> Result<Vec<u8>, Trouble> {
        self.before_reading()?;
        if let Some(count) = count {
            while self.ahead.len() - self.used < count && self.fill()? {}
            return Ok(self.take_ahead(count.min(self.ahead.len() - self.used)));
        }
        let mut all = self.ahead.split_off(self.used);
        self.ahead.clear();
        self.used = 0;
        self.open_file()?.read_to_end(&mut all)?;
        Ok(all)
    }

    /// The octets of at most `count` characters, where each line end counts as one.
    fn read_chars(&mut self, count: usize) -> Result<Vec<u8>, Trouble> {
        self.before_reading()?;
        let (mut end, mut taken) = (self.used, 0);
        while taken < count {
            if self.ahead.len() < end + 4 {
                let consumed = end - self.used;
                self.fill()?;
                end = self.used + consumed;
            }
            let Some(&first) = self.ahead.get(end) else { break };
            let length = match first {
                b'\r' if self.newline == Newline::Translated && self.ahead.get(end + 1) == Some(&b'\n') => 2,
                0xc0..=0xdf if self.codec == Codec::Utf8 => 2,
                0xe0..=0xef if self.codec == Codec::Utf8 => 3,
                0xf0..=0xff if self.codec == Codec::Utf8 => 4,
                _ => 1,
            };
            end = (end + length).min(self.ahead.len());
            taken += 1;
        }
        Ok(self.take_ahead(end - self.used))
    }

    /// A line with its end; nothing at the end of the file.
    fn read_line(&mut self) -> Result<Vec<u8>, Trouble> {
        self.before_reading()?;
        let mut searched = 0;
        loop {
            let rest = &self.ahead[self.used..];
            let found = match (self.mode.binary, self.newline) {
                (true, _) | (_, Newline::Exactly("" | "\n")) => {
                    rest[searched..].iter().position(|&b| b == b'\n').map(|at| searched + at + 1)
                }
                (_, Newline::Exactly(end)) => {
                    rest.windows(end.len()).position(|w| w == end.as_bytes()).map(|at| at + end.len())
                }
                _ => match rest[searched..]
                    .iter()
                    .position(|&b| b == b'\n' || b == b'\r')
                    .map(|at| searched + at)
                {
                    // The octet after a `\r` decides; it may not have been read yet.
                    Some(at) if rest[at] == b'\r' && at + 1 == rest.len() && !self.ended => None,
                    Some(at) if rest[at] == b'\r' && rest.get(at + 1) == Some(&b'\n') => Some(at + 2),
                    Some(at) => Some(at + 1),
                    None => None,
                },
            };
            if let Some(length) = found {
                return Ok(self.take_ahead(length));
            }
            searched = rest.len().saturating_sub(1);
            if !self.fill()? {
                if self.ahead.len() > self.used
                    && self.newline != Newline::Exactly("")
                    && self.ahead[self.used..].contains(&b'\r')
                    && !self.mode.binary
                {
                    // A lone `\r` at the very end.
                    return Ok(self.last_lines());
                }
                return Ok(self.take_ahead(self.ahead.len() - self.used));
            }
        }
    }

    /// What is left at the end of a file whose last octet is `\r`.
    fn last_lines(&mut self) -> Vec<u8> {
        self.take_ahead(self.ahead.len() - self.used)
    }

    /// The whole rest as UTF-8, for encodings that cannot be cut at a line end.
    fn decode_rest(&mut self, heap: &Heap) -> Outcome<()> {
        let octets = match self.read_octets(None) {
            Ok(octets) => octets,
            Err(trouble) => return Err(report(heap, trouble, None)),
        };
        self.ahead = codec::decode(heap, &octets, self.codec, &self.errors)?.into_bytes();
        self.used = 0;
        self.ended = true;
        self.codec = Codec::Utf8;
        Ok(())
    }

    /// Where the program stands, which is not where the operating system stands.
    fn position(&mut self) -> Result<u64, Trouble> {
        let (ahead, pending) = ((self.ahead.len() - self.used) as u64, self.pending.len() as u64);
        let at = self.open_file()?.stream_position()?;
        Ok(at.saturating_sub(ahead) + pending)
    }

    fn seek(&mut self, to: SeekFrom) -> Result<u64, Trouble> {
        self.flush()?;
        let to = match to {
            SeekFrom::Current(more) => SeekFrom::Start((self.position()? as i64 + more).max(0) as u64),
            other => other,
        };
        self.ahead.clear();
        self.used = 0;
        self.ended = false;
        Ok(self.open_file()?.seek(to)?)
    }

    fn write(&mut self, octets: &[u8]) -> Result<(), Trouble> {
        self.open_file()?;
        if !self.mode.writes() {
            return Err(Trouble::Unsupported(if self.mode.binary { "write" } else { "not writable" }));
        }
        if self.ahead.len() > self.used {
            let at = self.position()?;
            self.seek(SeekFrom::Start(at))?;
        }
        self.pending.extend_from_slice(octets);
        if self.pending.len() >= CHUNK { self.flush() } else { Ok(()) }
    }
}

/// Raises io.UnsupportedOperation.
#[cold]
pub fn unsupported(heap: &Heap, message: &str) -> Raised {
    errno::unsupported_operation(heap, message)
}

#[cold]
fn report(heap: &Heap, trouble: Trouble, filename: Option<Value>) -> Raised {
    match trouble {
        Trouble::Closed => heap.value_error("I/O operation on closed file."),
        Trouble::Unsupported(message) => unsupported(heap, message),
        Trouble::System(error) => errno::raise(heap, &error, filename),
    }
}

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "read",
        "(self, size=-1, /)",
        "Reads so many characters or octets, or all of the rest.",
        &[],
        run_read,
    ),
    NativeFunction::new(
        "readline",
        "(self, size=-1, /)",
        "Reads a line with its end; empty at the end of the file.",
        &[],
        run_readline,
    ),
    NativeFunction::new("readlines", "(self, hint=-1, /)", "Reads all lines.", &[], run_readlines),
    NativeFunction::new("write", "(self, text, /)", "Writes; gives how much.", &[], run_write),
    NativeFunction::new(
        "writelines",
        "(self, lines, /)",
        "Writes several texts, without adding line ends.",
        &[],
        run_writelines,
    ),
    NativeFunction::new(
        "flush",
        "(self, /)",
        "Hands what was written to the operating system.",
        &[],
        run_flush,
    ),
    NativeFunction::new("close", "(self, /)", "Closes the file.", &[], run_close),
    NativeFunction::new(
        "seek",
        "(self, offset, whence=0, /)",
        "Moves to another place; gives it.",
        &[],
        run_seek,
    ),
    NativeFunction::new("tell", "(self, /)", "The place in the file, in octets.", &[], run_tell),
    NativeFunction::new(
        "truncate",
        "(self, size=None, /)",
        "Cuts the file off, here or at a size.",
        &[],
        run_truncate,
    ),
    NativeFunction::new("readable", "(self, /)", "Whether it can be read.", &[], run_readable),
    NativeFunction::new("writable", "(self, /)", "Whether it can be written.", &[], run_writable),
    NativeFunction::new("seekable", "(self, /)", "Whether it has a place to move.", &[], run_seekable),
    NativeFunction::new("isatty", "(self, /)", "Whether it is a terminal.", &[], run_isatty),
    NativeFunction::new("fileno", "(self, /)", "The operating system's number of the file.", &[], run_fileno),
    NativeFunction::new("__enter__", "(self, /)", "The file itself.", &[], run_enter),
    NativeFunction::new("__exit__", "(self, /, *args)", "Closes the file.", &[], run_close),
    NativeFunction::new("__iter__", "(self, /)", "The file itself: its lines.", &[], run_enter),
    NativeFunction::new("__next__", "(self, /)", "The next line.", &[], run_next),
];

fn own(heap: &Heap, args: &mut Args<'_>) -> Outcome<Ref<Native>> {
    match args.take(0) {
        Value::Native(native) if native.is::<OpenFile>() => Ok(native),
        other => Err(heap.type_error(format!("an open file is required, not '{}'", type_name(&other)))),
    }
}

/// Does something with the file and reports what went wrong.
fn with<R: Default>(
    heap: &Heap,
    file: &Ref<Native>,
    act: impl FnOnce(&mut OpenFile) -> Result<R, Trouble>,
) -> Outcome<R> {
    match file.edit(act) {
        Some(Ok(result)) => Ok(result),
        Some(Err(trouble)) => Err(report(heap, trouble, None)),
        None => Ok(R::default()),
    }
}

/// What was read, as the program sees it.
fn result(heap: &Heap, file: &Ref<Native>, octets: Vec<u8>) -> Outcome {
    let (binary, codec, errors, newline) = file
        .with(|file: &OpenFile| (file.mode.binary, file.codec, file.errors.clone(), file.newline))
        .unwrap_or((true, Codec::Utf8, String::new(), Newline::Any));
    if binary {
        return Ok(Value::Bytes(Rc::new(Bytes::new(octets))));
    }
    let text = codec::decode(heap, &octets, codec, &errors)?;
    Ok(if newline == Newline::Translated && text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    })
}

/// Makes text of the whole rest, if the encoding asks for it.
fn prepare(heap: &Heap, file: &Ref<Native>) -> Outcome<()> {
    file.edit(|file: &mut OpenFile| {
        if file.mode.binary || file.codec.is_byte_wise() || !file.mode.reads() || file.file.is_none() {
            Ok(())
        } else {
            file.decode_rest(heap)
        }
    })
    .unwrap_or(Ok(()))
}

fn run_read(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    prepare(heap, &file)?;
    let count = match args.some(1) {
        None => None,
        Some(value) => usize::try_from(int_or(heap, value, -1)?).ok(),
    };
    let octets = with(heap, &file, |file| match count {
        Some(count) if !file.mode.binary => file.read_chars(count),
        count => file.read_octets(count),
    })?;
    result(heap, &file, octets)
}

fn run_readline(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    prepare(heap, &file)?;
    let line = with(heap, &file, OpenFile::read_line)?;
    result(heap, &file, line)
}

fn run_readlines(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    prepare(heap, &file)?;
    let most = match args.some(1) {
        None => usize::MAX,
        Some(value) => {
            usize::try_from(int_or(heap, value, -1)?).ok().filter(|n| *n > 0).unwrap_or(usize::MAX)
        }
    };
    let (mut lines, mut size) = (Vec::new(), 0);
    while size < most {
        let line = with(heap, &file, OpenFile::read_line)?;
        if line.is_empty() {
            break;
        }
        size += line.len();
        lines.push(result(heap, &file, line)?);
    }
    Ok(Value::list(heap, lines))
}

fn run_next(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    prepare(heap, &file)?;
    let line = with(heap, &file, OpenFile::read_line)?;
    if line.is_empty() {
        return Err(stopped(heap, &Value::None));
    }
    result(heap, &file, line)
}

fn put(heap: &Heap, file: &Ref<Native>, what: &Value) -> Outcome<usize> {
    let (binary, codec, errors, newline) = file
        .with(|file: &OpenFile| (file.mode.binary, file.codec, file.errors.clone(), file.newline))
        .unwrap_or((true, Codec::Utf8, String::new(), Newline::Any));
    if binary {
        let octets = argument::need_bytes(heap, what)?;
        with(heap, file, |file| file.write(octets.as_slice()))?;
        return Ok(octets.len());
    }
    let text = argument::text_of(heap, what, "write() argument")?;
    let octets = match newline {
        Newline::Exactly(end @ ("\r" | "\r\n")) => {
            let replaced = Rc::new(crate::value::Str::from_string(text.as_str().replace('\n', end)));
            codec::encode(heap, &replaced, codec, &errors)?
        }
        _ => codec::encode(heap, &text, codec, &errors)?,
    };
    with(heap, file, |file| file.write(&octets))?;
    Ok(text.len())
}

fn run_write(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    Ok(Value::Int(put(heap, &file, args.get(1))? as i64))
}

fn run_writelines(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    iterate::for_each(heap, args.get(1), |line| put(heap, &file, &line).map(|_| true))?;
    Ok(Value::None)
}

fn run_flush(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    with(heap, &file, |file| {
        file.open_file()?;
        file.flush()
    })?;
    Ok(Value::None)
}

fn run_close(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    with(heap, &file, |file| {
        let flushed = if file.file.is_some() { file.flush() } else { Ok(()) };
        file.file = None;
        file.ahead = Vec::new();
        file.used = 0;
        flushed
    })?;
    Ok(Value::None)
}

fn run_seek(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    let (offset, whence) = (int_or(heap, args.get(1), 0)?, int_or(heap, args.get(2), 0)?);
    let binary = file.with(|file: &OpenFile| file.mode.binary).unwrap_or(true);
    let to = match whence {
        0 if offset < 0 && !binary => {
            return Err(heap.value_error(format!("negative seek position {offset}")));
        }
        0 if offset < 0 => return Err(errno::raise(heap, &io::Error::from_raw_os_error(libc::EINVAL), None)),
        0 => SeekFrom::Start(offset as u64),
        1 if offset != 0 && !binary => return Err(unsupported(heap, "can't do nonzero cur-relative seeks")),
        1 => SeekFrom::Current(offset),
        2 if offset != 0 && !binary => return Err(unsupported(heap, "can't do nonzero end-relative seeks")),
        2 => SeekFrom::End(offset),
        _ => return Err(heap.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    Ok(Value::Int(with(heap, &file, |file| file.seek(to))? as i64))
}

fn run_tell(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    Ok(Value::Int(with(heap, &file, OpenFile::position)? as i64))
}

fn run_truncate(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    let size = match args.some(1) {
        None => None,
        Some(value) => Some(int_or(heap, value, 0)?.max(0) as u64),
    };
    let size = with(heap, &file, |file| {
        file.flush()?;
        let size = match size {
            Some(size) => size,
            None => file.position()?,
        };
        file.open_file()?.set_len(size)?;
        Ok(size)
    })?;
    Ok(Value::Int(size as i64))
}

fn ask(heap: &Heap, mut args: Args<'_>, question: impl FnOnce(&OpenFile) -> bool) -> Outcome {
    let file = own(heap, &mut args)?;
    match file.with(|file: &OpenFile| file.file.as_ref().map(|_| question(file))) {
        Some(Some(answer)) => Ok(Value::bool(answer)),
        _ => Err(report(heap, Trouble::Closed, None)),
    }
}

fn run_readable(heap: &Heap, args: Args<'_>) -> Outcome {
    ask(heap, args, |file| file.mode.reads())
}

fn run_writable(heap: &Heap, args: Args<'_>) -> Outcome {
    ask(heap, args, |file| file.mode.writes())
}

fn run_seekable(heap: &Heap, args: Args<'_>) -> Outcome {
    ask(heap, args, |file| file.file.as_ref().and_then(|f| f.metadata().ok()).is_some_and(|m| m.is_file()))
}

fn run_isatty(heap: &Heap, args: Args<'_>) -> Outcome {
    use std::io::IsTerminal;
    ask(heap, args, |file| file.file.as_ref().is_some_and(|f| f.is_terminal()))
}

fn run_fileno(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    #[cfg(unix)]
    {
        use std::os::fd::AsRawFd;
        let number = with(heap, &file, |file| Ok(i64::from(file.open_file()?.as_raw_fd())))?;
        Ok(Value::Int(number))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Err(unsupported(heap, "fileno"))
    }
}

fn run_enter(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let file = own(heap, &mut args)?;
    with(heap, &file, |file| file.open_file().map(|_| ()))?;
    Ok(Value::Native(file))
}

fn parse_mode(heap: &Heap, text: &str) -> Outcome<Mode> {
    let has = |c: char| text.contains(c);
    let once = text.chars().all(|c| "rwaxbt+".contains(c) && text.matches(c).count() == 1);
    if !once || text.is_empty() {
        return Err(match text.is_empty() {
            true => heap
                .value_error("Must have exactly one of create/read/write/append mode and at most one plus"),
            false => heap.value_error(format!("invalid mode: '{text}'")),
        });
    }
    if has('b') && has('t') {
        return Err(heap.value_error("can't have text and binary mode at once"));
    }
    let mut kinds = text.chars().filter(|c| "rwax".contains(*c));
    match (kinds.next(), kinds.next()) {
        (Some(kind), None) => Ok(Mode { text: text.to_owned(), kind, binary: has('b'), update: has('+') }),
        (None, _) => {
            Err(heap
                .value_error("Must have exactly one of create/read/write/append mode and at most one plus"))
        }
        _ => Err(heap.value_error("must have exactly one of create/read/write/append mode")),
    }
}

fn parse_newline(heap: &Heap, value: Option<&Value>) -> Outcome<Newline> {
    let Some(value) = value else { return Ok(Newline::Translated) };
    let text = argument::text(value).ok_or_else(|| {
        heap.type_error(format!("open() argument 'newline' must be str or None, not {}", type_name(value)))
    })?;
    match text.as_str() {
        "" => Ok(Newline::Any),
        "\n" => Ok(Newline::Exactly("\n")),
        "\r" => Ok(Newline::Exactly("\r")),
        "\r\n" => Ok(Newline::Exactly("\r\n")),
        other => Err(heap.value_error(format!("illegal newline value: {other}"))),
    }
}

/// A path: text, bytes, or an object with `__fspath__`.
pub fn path(heap: &Heap, value: &Value) -> Outcome<PathBuf> {
    if let Some(text) = argument::text(value) {
        if text.as_str().contains('\0') {
            return Err(heap.value_error("embedded null byte"));
        }
        return Ok(PathBuf::from(text.as_str()));
    }
    if let Some(octets) = argument::bytes(value) {
        return Ok(PathBuf::from(codec::decode(heap, octets.as_slice(), Codec::Utf8, "strict")?));
    }
    if let Value::Native(_) | Value::Instance(_) = value
        && let Some(inner) = call_method(heap, value, Symbol::new("__fspath__"), &mut [])?
        && let Some(text) = argument::text(&inner)
    {
        return Ok(PathBuf::from(text.as_str()));
    }
    Err(heap.type_error(format!("expected str, bytes or os.PathLike object, not {}", type_name(value))))
}

/// The function `open`.
pub fn open(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let mode = match args.get(1) {
        Value::Unbound => parse_mode(heap, "r")?,
        value => parse_mode(heap, argument::text_of(heap, value, "open() argument 'mode'")?.as_str())?,
    };
    for (index, name) in [(3, "encoding"), (4, "errors"), (5, "newline")] {
        if mode.binary && args.some(index).is_some() {
            let article = if index == 5 { "a" } else { "an" };
            return Err(heap.value_error(format!("binary mode doesn't take {article} {name} argument")));
        }
    }
    let text_option = |value: Option<&Value>, name: &str, default: &str| match value {
        None => Ok(default.to_owned()),
        Some(value) => argument::text(value).map(|text| text.as_str().to_owned()).ok_or_else(|| {
            heap.type_error(format!("open() argument '{name}' must be str or None, not {}", type_name(value)))
        }),
    };
    let codec = Codec::named(heap, &text_option(args.some(3), "encoding", "utf-8")?)?;
    let errors = text_option(args.some(4), "errors", "strict")?;
    let newline = parse_newline(heap, args.some(5))?;
    let place = match args.get(0) {
        Value::Int(_) => return Err(heap.type_error("opening a file by its number is not supported")),
        value => path(heap, value)?,
    };
    let mut options = OpenOptions::new();
    options.read(mode.reads()).write(mode.writes() && mode.kind != 'a').append(mode.kind == 'a');
    match mode.kind {
        'w' => options.create(true).truncate(true),
        'a' => options.create(true),
        'x' => options.create_new(true),
        _ => &mut options,
    };
    let opened = options.open(&place).and_then(|file| match file.metadata()?.is_dir() {
        true => Err(io::Error::from_raw_os_error(libc::EISDIR)),
        false => Ok(file),
    });
    let name = args.take(0);
    let mut file = match opened {
        Ok(file) => file,
        Err(error) => return Err(errno::raise(heap, &error, Some(name))),
    };
    if mode.kind == 'a' {
        // Where appending stands, for `tell`; a pipe has no place.
        let _ = file.seek(SeekFrom::End(0));
    }
    let open_file = OpenFile {
        file: Some(file),
        name,
        mode,
        codec,
        errors,
        newline,
        ahead: Vec::new(),
        used: 0,
        ended: false,
        pending: Vec::new(),
    };
    Ok(Value::Native(Native::new(heap, open_file)))
}
