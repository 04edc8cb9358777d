//! The standard streams as objects: `sys.stdin`, `sys.stdout`, `sys.stderr`. They hold nothing;
//! what they do goes to the isolate's host.
//!
//! So they are never closed, seek nowhere and know no buffer: that is the host's. Real files are in
//! `native::file`.

use super::file;
use crate::builtins::argument;
use crate::eval::host;
use crate::value::native::NativeObject;
use crate::value::ops::iterate;
use crate::value::{Args, Heap, Native, NativeFunction, Outcome, Symbol, Value};

/// Which stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StandardStream {
    Input,
    Output,
    Error,
}

impl StandardStream {
    pub fn value(self, heap: &Heap) -> Value {
        Value::Native(Native::new(heap, self))
    }

    fn label(self) -> (&'static str, &'static str, i64) {
        match self {
            StandardStream::Input => ("<stdin>", "r", 0),
            StandardStream::Output => ("<stdout>", "w", 1),
            StandardStream::Error => ("<stderr>", "w", 2),
        }
    }
}

impl NativeObject for StandardStream {
    fn type_name(&self) -> &'static str {
        "StandardStream"
    }
    fn module_name(&self) -> &'static str {
        "_io"
    }
    fn repr(&self, _heap: &Heap) -> Option<Outcome<String>> {
        let (name, mode, _) = self.label();
        Some(Ok(format!("<_io.TextIOWrapper name='{name}' mode='{mode}' encoding='utf-8'>")))
    }
    fn attribute(&self, _heap: &Heap, name: Symbol) -> Option<Outcome> {
        let (label, mode, _) = self.label();
        match name.name() {
            "name" => Some(Ok(Value::str(label))),
            "mode" => Some(Ok(Value::str(mode))),
            "encoding" => Some(Ok(Value::str("utf-8"))),
            "errors" => Some(Ok(Value::str("strict"))),
            "closed" => Some(Ok(Value::False)),
            _ => None,
        }
    }
}

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new("write", "(self, text, /)", "Writes text; gives its length.", &[], run_write),
    NativeFunction::new("writelines", "(self, lines, /)", "Writes several texts.", &[], run_writelines),
    NativeFunction::new("flush", "(self, /)", "Makes sure that what was written is out.", &[], run_flush),
    NativeFunction::new("read", "(self, size=-1, /)", "Reads the rest of the input.", &[], run_read),
    NativeFunction::new(
        "readline",
        "(self, size=-1, /)",
        "Reads a line with its end; an empty text at the end of the input.",
        &[],
        run_readline,
    ),
    NativeFunction::new("readlines", "(self, hint=-1, /)", "Reads all lines.", &[], run_readlines),
    NativeFunction::new("__iter__", "(self, /)", "The stream itself: its lines.", &[], run_iter),
    NativeFunction::new("__next__", "(self, /)", "The next line.", &[], run_next),
    NativeFunction::new("fileno", "(self, /)", "The stream's number.", &[], run_fileno),
    NativeFunction::new(
        "isatty",
        "(self, /)",
        "Whether a person sits at the other end; the runtime does not say.",
        &[],
        run_isatty,
    ),
    NativeFunction::new("readable", "(self, /)", "Whether it can be read.", &[], run_readable),
    NativeFunction::new("writable", "(self, /)", "Whether it can be written.", &[], run_writable),
    NativeFunction::new("seekable", "(self, /)", "A standard stream has no position.", &[], run_isatty),
    NativeFunction::new(
        "reconfigure",
        "(self, /, **options)",
        "Accepted for compatibility: the streams are always UTF-8.",
        &[],
        run_reconfigure,
    ),
    NativeFunction::new("close", "(self, /)", "A standard stream stays open.", &[], run_reconfigure),
];

/// Writes to a stream.
pub fn write(heap: &Heap, stream: StandardStream, text: &str) -> Outcome<()> {
    match stream {
        StandardStream::Output => host(heap).write(heap, text),
        StandardStream::Error => host(heap).write_error(heap, text),
        StandardStream::Input => Err(file::unsupported(heap, "not writable")),
    }
}

fn stream(heap: &Heap, args: &Args<'_>) -> Outcome<StandardStream> {
    let found = match args.get(0) {
        Value::Native(native) => native.with(|stream: &StandardStream| *stream),
        _ => None,
    };
    found.ok_or_else(|| heap.type_error("a standard stream is required"))
}

fn run_write(heap: &Heap, args: Args<'_>) -> Outcome {
    let text = argument::text_of(heap, args.get(1), "write() argument")?;
    write(heap, stream(heap, &args)?, text.as_str())?;
    Ok(Value::Int(text.len() as i64))
}

fn run_writelines(heap: &Heap, args: Args<'_>) -> Outcome {
    let to = stream(heap, &args)?;
    iterate::for_each(heap, args.get(1), |line| {
        let text = argument::text_of(heap, &line, "write() argument")?;
        write(heap, to, text.as_str())?;
        Ok(true)
    })?;
    Ok(Value::None)
}

fn run_flush(heap: &Heap, args: Args<'_>) -> Outcome {
    if stream(heap, &args)? == StandardStream::Output {
        host(heap).flush(heap)?;
    }
    Ok(Value::None)
}

fn line(heap: &Heap, args: &Args<'_>) -> Outcome<Option<String>> {
    match stream(heap, args)? {
        StandardStream::Input => host(heap).read_line(heap),
        _ => Err(file::unsupported(heap, "not readable")),
    }
}

fn run_read(heap: &Heap, args: Args<'_>) -> Outcome {
    let mut whole = String::new();
    while let Some(more) = line(heap, &args)? {
        whole.push_str(&more);
    }
    Ok(whole.into())
}

fn run_readline(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(line(heap, &args)?.unwrap_or_default().into())
}

fn run_readlines(heap: &Heap, args: Args<'_>) -> Outcome {
    let mut lines = Vec::new();
    while let Some(more) = line(heap, &args)? {
        lines.push(more.into());
    }
    Ok(Value::list(heap, lines))
}

fn run_iter(_heap: &Heap, mut args: Args<'_>) -> Outcome {
    Ok(args.take(0))
}

fn run_next(heap: &Heap, args: Args<'_>) -> Outcome {
    match line(heap, &args)? {
        Some(line) => Ok(line.into()),
        None => Err(crate::builtins::functions::iteration::stopped(heap, &Value::None)),
    }
}

fn run_fileno(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::Int(stream(heap, &args)?.label().2))
}

fn run_isatty(_heap: &Heap, _args: Args<'_>) -> Outcome {
    Ok(Value::False)
}

fn run_readable(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::bool(stream(heap, &args)? == StandardStream::Input))
}

fn run_writable(heap: &Heap, args: Args<'_>) -> Outcome {
    Ok(Value::bool(stream(heap, &args)? != StandardStream::Input))
}

fn run_reconfigure(_heap: &Heap, _args: Args<'_>) -> Outcome {
    Ok(Value::None)
}
