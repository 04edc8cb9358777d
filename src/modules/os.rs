//! `os` and `os.path`: environment, directories and paths.
//!
//! Paths are text with `/`; `environ` is a copy that is made when the module is first imported. An
//! error of the system becomes an OSError that names the path as the program wrote it. What stands
//! in files is read and written through `open`.

use std::path::{Path, PathBuf};

use crate::builtins::argument::need_text;
use crate::builtins::{ModuleEntry, no_values};
use crate::value::{Args, Dict, ErrorKind, Heap, NativeFunction, Outcome, Ref, Value};

pub static MODULE: ModuleEntry =
    ModuleEntry { name: "os", doc: "The operating system.", functions: FUNCTIONS, values, native_types: &[] };

pub static PATH: ModuleEntry = ModuleEntry {
    name: "os.path",
    doc: "Paths as text.",
    functions: PATH_FUNCTIONS,
    values: no_values,
    native_types: &[],
};

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "getcwd",
        "()",
        "The working directory.",
        &[("isinstance(os.getcwd(), str)", "True")],
        |heap, _| {
            std::env::current_dir()
                .map(|d| Value::str(d.to_string_lossy()))
                .map_err(|e| failed(heap, &e, None))
        },
    ),
    NativeFunction::new(
        "getenv",
        "(key, default=None)",
        "An environment variable, or the default.",
        &[("os.getenv('AMBLER_NO_SUCH')", "None")],
        getenv,
    ),
    NativeFunction::new("listdir", "(path='.')", "Names in a directory.", &[], listdir),
    NativeFunction::new("mkdir", "(path)", "Makes a directory.", &[], |heap, args| {
        act(heap, &args, |p| std::fs::create_dir(p))
    }),
    NativeFunction::new(
        "makedirs",
        "(name, mode=511, exist_ok=False)",
        "Makes a directory and those above it.",
        &[],
        |heap, args| act(heap, &args, |p| std::fs::create_dir_all(p)),
    ),
    NativeFunction::new("remove", "(path)", "Removes a file.", &[], |heap, args| {
        act(heap, &args, |p| std::fs::remove_file(p))
    }),
    NativeFunction::new("rmdir", "(path)", "Removes an empty directory.", &[], |heap, args| {
        act(heap, &args, |p| std::fs::remove_dir(p))
    }),
    NativeFunction::new(
        "getpid",
        "()",
        "The number of the process.",
        &[("os.getpid() > 0", "True")],
        |_, _| Ok(Value::Int(i64::from(std::process::id()))),
    ),
];

static PATH_FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "join",
        "(a, /, *p)",
        "Parts of a path, put together.",
        &[("os.path.join('a', 'b')", "'a/b'")],
        join,
    ),
    NativeFunction::new(
        "exists",
        "(path)",
        "Whether there is such a file or directory.",
        &[("os.path.exists('/no/such')", "False")],
        |h, a| ask(h, &a, Path::exists),
    ),
    NativeFunction::new(
        "isfile",
        "(path)",
        "Whether it is a file.",
        &[("os.path.isfile('/no/such')", "False")],
        |h, a| ask(h, &a, Path::is_file),
    ),
    NativeFunction::new(
        "isdir",
        "(path)",
        "Whether it is a directory.",
        &[("os.path.isdir('/no/such')", "False")],
        |h, a| ask(h, &a, Path::is_dir),
    ),
    NativeFunction::new(
        "basename",
        "(p)",
        "The last part.",
        &[("os.path.basename('a/b')", "'b'")],
        |h, a| {
            let text = need_text(h, a.get(0))?;
            Ok(Value::str(text.as_str().rsplit('/').next().unwrap_or("")))
        },
    ),
    NativeFunction::new(
        "dirname",
        "(p)",
        "What stands before the last part.",
        &[("os.path.dirname('a/b')", "'a'")],
        dirname,
    ),
    NativeFunction::new(
        "splitext",
        "(p)",
        "Name and extension.",
        &[("os.path.splitext('a.b')", "('a', '.b')")],
        splitext,
    ),
    NativeFunction::new(
        "abspath",
        "(path)",
        "The path from the root.",
        &[("os.path.abspath('/a')", "'/a'")],
        abspath,
    ),
];

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    let environ = Dict::new(heap);
    for (name, value) in std::env::vars_os() {
        environ.set_str(&name.to_string_lossy(), Value::str(value.to_string_lossy()));
    }
    module.set_str("environ", Value::Dict(environ));
    module.set_str("sep", Value::str("/"));
    module.set_str("linesep", Value::str("\n"));
    module.set_str("name", Value::str("posix"));
    if let Some(path) = heap.library.module(heap, "os.path") {
        module.set_str("path", path?);
    }
    Ok(())
}

fn failed(heap: &Heap, error: &std::io::Error, path: Option<&str>) -> crate::value::Raised {
    let kind = match error.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::FileNotFoundError,
        std::io::ErrorKind::AlreadyExists => ErrorKind::FileExistsError,
        std::io::ErrorKind::PermissionDenied => ErrorKind::PermissionError,
        _ => ErrorKind::OSError,
    };
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or("").to_owned();
    let mut args = vec![Value::Int(i64::from(error.raw_os_error().unwrap_or(0))), Value::from(text)];
    args.extend(path.map(Value::str));
    heap.error_with(kind, args)
}

fn getenv(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let name = need_text(heap, args.get(0))?;
    match std::env::var(name.as_str()) {
        Ok(value) => Ok(Value::from(value)),
        Err(_) if args.is_given(1) => Ok(args.take(1)),
        Err(_) => Ok(Value::None),
    }
}

fn listdir(heap: &Heap, args: Args<'_>) -> Outcome {
    let path =
        if args.is_given(0) { need_text(heap, args.get(0))?.as_str().to_owned() } else { ".".to_owned() };
    let entries = std::fs::read_dir(&path).map_err(|e| failed(heap, &e, Some(&path)))?;
    let names = entries.flatten().map(|e| Value::str(e.file_name().to_string_lossy())).collect();
    Ok(Value::list(heap, names))
}

fn act(heap: &Heap, args: &Args<'_>, work: fn(&Path) -> std::io::Result<()>) -> Outcome {
    let path = need_text(heap, args.get(0))?;
    let exist_ok = matches!(args.get(2), Value::True);
    match work(Path::new(path.as_str())) {
        Ok(()) => Ok(Value::None),
        Err(error) if exist_ok && error.kind() == std::io::ErrorKind::AlreadyExists => Ok(Value::None),
        Err(error) => Err(failed(heap, &error, Some(path.as_str()))),
    }
}

fn ask(heap: &Heap, args: &Args<'_>, test: fn(&Path) -> bool) -> Outcome {
    Ok(Value::bool(test(Path::new(need_text(heap, args.get(0))?.as_str()))))
}

fn join(heap: &Heap, args: Args<'_>) -> Outcome {
    let mut path = need_text(heap, args.get(0))?.as_str().to_owned();
    for part in args.rest.iter() {
        let part = need_text(heap, part)?;
        if part.as_str().starts_with('/') {
            path.clear();
        } else if !path.is_empty() && !path.ends_with('/') {
            path.push('/');
        }
        path.push_str(part.as_str());
    }
    Ok(Value::from(path))
}

fn dirname(heap: &Heap, args: Args<'_>) -> Outcome {
    let text = need_text(heap, args.get(0))?;
    let at = text.as_str().rfind('/').map_or(0, |at| at + 1);
    let head = &text.as_str()[..at];
    let trimmed = head.trim_end_matches('/');
    Ok(Value::str(if trimmed.is_empty() { head } else { trimmed }))
}

fn splitext(heap: &Heap, args: Args<'_>) -> Outcome {
    let text = need_text(heap, args.get(0))?;
    let text = text.as_str();
    let start = text.rfind('/').map_or(0, |at| at + 1);
    let name = &text[start..];
    let lead = name.len() - name.trim_start_matches('.').len();
    let cut = name[lead..].rfind('.').map_or(text.len(), |at| start + lead + at);
    Ok(Value::tuple(heap, [Value::str(&text[..cut]), Value::str(&text[cut..])]))
}

fn abspath(heap: &Heap, args: Args<'_>) -> Outcome {
    let text = need_text(heap, args.get(0))?;
    let whole = std::env::current_dir().unwrap_or_default().join(text.as_str());
    let mut path = PathBuf::new();
    for part in whole.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => drop(path.pop()),
            other => path.push(other),
        }
    }
    Ok(Value::str(path.to_string_lossy()))
}
