//! Errors of the operating system as exceptions: which class, and which text.
//!
//! Owns the table from error numbers to subclasses of OSError, and the class
//! `io.UnsupportedOperation`. Constructing an OSError from arguments of the program begins in
//! `methods::exception`, which asks here.

use std::io;

use crate::value::errors::slots;
use crate::value::{Class, ErrorKind, Heap, Instance, Raised, Ref, Value};

/// The subclass of OSError that stands for a number.
pub fn kind_of(errno: i64) -> ErrorKind {
    match i32::try_from(errno).unwrap_or(0) {
        libc::EPERM | libc::EACCES => ErrorKind::PermissionError,
        libc::ENOENT => ErrorKind::FileNotFoundError,
        libc::EEXIST => ErrorKind::FileExistsError,
        libc::ENOTDIR => ErrorKind::NotADirectoryError,
        libc::EISDIR => ErrorKind::IsADirectoryError,
        libc::EINTR => ErrorKind::InterruptedError,
        libc::EAGAIN => ErrorKind::BlockingIOError,
        libc::ECHILD => ErrorKind::ChildProcessError,
        libc::ESRCH => ErrorKind::ProcessLookupError,
        libc::EPIPE => ErrorKind::BrokenPipeError,
        libc::ECONNABORTED => ErrorKind::ConnectionAbortedError,
        libc::ECONNREFUSED => ErrorKind::ConnectionRefusedError,
        libc::ECONNRESET => ErrorKind::ConnectionResetError,
        libc::ETIMEDOUT => ErrorKind::TimeoutError,
        _ => ErrorKind::OSError,
    }
}

/// An OSError with number and text; the file's name, if there is one, becomes `filename`.
pub fn new_error(heap: &Heap, errno: i64, text: &str, filename: Option<Value>) -> Ref<Instance> {
    let error = heap.new_error(kind_of(errno), vec![Value::Int(errno), Value::str(text)]);
    if let Some(filename) = filename {
        error.dict_or_new(heap).set_str("filename", filename);
    }
    error
}

/// Raises what the operating system has refused; `filename` is what the program asked for.
#[cold]
pub fn raise(heap: &Heap, error: &io::Error, filename: Option<Value>) -> Raised {
    match error.raw_os_error() {
        Some(number) => {
            let whole = error.to_string();
            let text = whole.strip_suffix(&format!(" (os error {number})")).unwrap_or(&whole);
            heap.raise(new_error(heap, i64::from(number), text, filename))
        }
        None => {
            let error = heap.new_error(ErrorKind::OSError, vec![Value::str(error.to_string())]);
            heap.raise(error)
        }
    }
}

/// Gives a fresh OSError the form that its arguments ask for: number and text stay, a third argument is
/// the file's name.
pub fn arrange(heap: &Heap, error: &Ref<Instance>) {
    let args = error.error_args();
    if let [number, text, filename, ..] = &args[..]
        && args.len() <= 5
    {
        error.dict_or_new(heap).set_str("filename", filename.clone());
        if let Some(second) = args.get(4) {
            error.dict_or_new(heap).set_str("filename2", second.clone());
        }
        error.set_slot(slots::ARGS, Value::tuple(heap, [number.clone(), text.clone()])).discard();
    }
}

/// The class `io.UnsupportedOperation`, made when it is first asked for.
#[derive(Default)]
struct UnsupportedOperation(std::cell::OnceCell<Ref<Class>>);

/// The class `io.UnsupportedOperation`: an OSError and a ValueError.
pub fn unsupported_operation_class(heap: &Heap) -> Ref<Class> {
    let kept = heap.attached::<UnsupportedOperation>();
    kept.0
        .get_or_init(|| {
            let bases =
                [ErrorKind::OSError, ErrorKind::ValueError].map(|kind| heap.error_class(kind).clone());
            super::linearization::make_class(
                heap,
                "UnsupportedOperation",
                "io",
                bases.to_vec(),
                Default::default(),
            )
            // The bases have one layout and one order.
            .unwrap_or_else(|_| heap.error_class(ErrorKind::OSError).clone())
        })
        .clone()
}

/// Raises `io.UnsupportedOperation`.
#[cold]
pub fn unsupported_operation(heap: &Heap, message: &str) -> Raised {
    let error = Instance::new(heap, unsupported_operation_class(heap));
    error.set_slot(slots::ARGS, Value::tuple(heap, [Value::str(message)])).discard();
    heap.raise(error)
}
