//! `BaseException`: construction and methods of all exceptions.
//!
//! `__str__` and `__repr__` are inherited: `object`'s know what an exception shows.

use crate::builtins::{errno, receiver};
use crate::value::errors::{Traceback, slots};
use crate::value::ops::convert::to_i64;
use crate::value::ops::types::type_name;
use crate::value::ops::{iterate, show};
use crate::value::{
    Args, Class, ClassKind, Dict, ErrorKind, Heap, Instance, List, NativeFunction, Outcome, Ref, Value,
};

pub static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "__new__",
        "(cls, *args, **kwargs)",
        "An exception with these arguments.",
        &[("ValueError('x')", "ValueError('x')"), ("OSError(2, 'gone')", "FileNotFoundError(2, 'gone')")],
        run_new,
    ),
    NativeFunction::new("__init__", "(self, *args, **kwargs)", "Sets the arguments.", &[], run_init),
    NativeFunction::new(
        "with_traceback",
        "(self, tb, /)",
        "Sets the traceback; gives the exception itself.",
        &[("ValueError('x').with_traceback(None)", "ValueError('x')")],
        run_with_traceback,
    ),
    NativeFunction::new(
        "add_note",
        "(self, note, /)",
        "Adds a text that is shown below the message.",
        &[("(e := ValueError('x'), e.add_note('n'), e.__notes__)[-1]", "['n']")],
        run_add_note,
    ),
];

/// `str(error)` as the builtin classes show it.
pub fn text(heap: &Heap, error: &Ref<Instance>) -> Outcome {
    // A plain exception of the nearest builtin class shows the same arguments without the program's `__str__`.
    let class = std::iter::once(error.class())
        .chain(error.class().mro())
        .find(|class| class.kind == ClassKind::Builtin);
    let Some(class) = class else { return Ok(Value::str("")) };
    let plain = Instance::new(heap, class.clone());
    plain.set_slot(slots::ARGS, error.slot(slots::ARGS).clone()).discard();
    if let Some(dict) = error.dict() {
        plain.edit_extra(|extra| extra.dict = Some(dict.copy(heap)));
    }
    show::str_value(heap, &Value::Instance(plain))
}

/// Names that some builtin exceptions take as keyword arguments.
fn keyword_attributes(heap: &Heap, class: &Ref<Class>) -> &'static [&'static str] {
    let is = |kind| class.is_subclass_of(heap.error_class(kind));
    if is(ErrorKind::ImportError) {
        &["name", "path", "name_from"]
    } else if is(ErrorKind::AttributeError) {
        &["name", "obj"]
    } else if is(ErrorKind::NameError) {
        &["name"]
    } else {
        &[]
    }
}

fn take_keywords(heap: &Heap, error: &Ref<Instance>, extra: &Ref<Dict>) -> Outcome<()> {
    let class = error.class();
    let allowed = keyword_attributes(heap, class);
    for (name, value) in extra.pairs() {
        let Value::Str(name) = name else { continue };
        if allowed.is_empty() {
            return Err(heap.type_error(format!("{}() takes no keyword arguments", class.name.as_str())));
        }
        if !allowed.contains(&name.as_str()) {
            return Err(heap.type_error(format!(
                "'{}' is an invalid keyword argument for {}()",
                name.as_str(),
                class.name.as_str()
            )));
        }
        error.dict_or_new(heap).set_str(name.as_str(), value);
    }
    Ok(())
}

/// The class that `OSError(errno, ...)` really makes.
fn chosen(heap: &Heap, class: &Ref<Class>, args: &[Value]) -> Outcome<Ref<Class>> {
    if class.same(heap.error_class(ErrorKind::OSError))
        && let [number @ Value::Int(_), _, ..] = args
    {
        return Ok(heap.error_class(errno::kind_of(to_i64(heap, number)?)).clone());
    }
    if class.same(heap.error_class(ErrorKind::BaseExceptionGroup))
        && let [_, Value::List(inner)] = args
    {
        let exception = heap.error_class(ErrorKind::Exception);
        let all_plain = inner
            .to_vec()
            .iter()
            .all(|e| matches!(e, Value::Instance(e) if e.class().is_subclass_of(exception)));
        return Ok(heap
            .error_class(if all_plain { ErrorKind::ExceptionGroup } else { ErrorKind::BaseExceptionGroup })
            .clone());
    }
    Ok(class.clone())
}

/// Checks the two arguments of an exception group; its exceptions become a tuple.
fn arrange_group(heap: &Heap, error: &Ref<Instance>) -> Outcome<()> {
    let args = error.error_args();
    let [message, inner] = &args[..] else {
        return Err(heap.type_error(format!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            args.len()
        )));
    };
    if crate::builtins::argument::text(message).is_none() {
        return Err(heap.type_error(format!("argument 1 must be str, not {}", type_name(message))));
    }
    if !matches!(inner, Value::List(_) | Value::Tuple(_)) {
        return Err(heap.type_error("second argument (exceptions) must be a sequence"));
    }
    let inner = iterate::collect(heap, inner)?;
    if inner.is_empty() {
        return Err(heap.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    for (index, item) in inner.iter().enumerate() {
        if !matches!(item, Value::Instance(e) if e.class().is_subclass_of(heap.error_class(ErrorKind::BaseException)))
        {
            return Err(
                heap.value_error(format!("Item {index} of second argument (exceptions) is not an exception"))
            );
        }
    }
    let inner = Value::tuple(heap, inner);
    error.set_slot(slots::ARGS, Value::tuple(heap, [message.clone(), inner])).discard();
    Ok(())
}

fn arrange(heap: &Heap, error: &Ref<Instance>) -> Outcome<()> {
    if heap.is_error(error, ErrorKind::OSError) {
        errno::arrange(heap, error);
    } else if heap.is_error(error, ErrorKind::BaseExceptionGroup) {
        arrange_group(heap, error)?;
    }
    Ok(())
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let class = crate::builtins::argument::class(heap, args.get(0), "BaseException")?;
    let class = chosen(heap, &class, args.rest)?;
    let error = Instance::new(heap, class);
    error
        .set_slot(
            slots::ARGS,
            Value::tuple(heap, args.rest.iter_mut().map(std::mem::take).collect::<Vec<_>>()),
        )
        .discard();
    arrange(heap, &error)?;
    // A class of the program may take keywords that only its own constructor knows.
    if let Some(extra) = &args.extra
        && error.class().kind == ClassKind::Builtin
    {
        take_keywords(heap, &error, extra)?;
    }
    Ok(Value::Instance(error))
}

fn run_init(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let error = receiver::exception(heap, &mut args, "__init__")?;
    error
        .set_slot(
            slots::ARGS,
            Value::tuple(heap, args.rest.iter_mut().map(std::mem::take).collect::<Vec<_>>()),
        )
        .discard();
    arrange(heap, &error)?;
    if let Some(extra) = &args.extra {
        take_keywords(heap, &error, extra)?;
    }
    Ok(Value::None)
}

fn run_with_traceback(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let error = receiver::exception(heap, &mut args, "with_traceback")?;
    match args.take(1) {
        Value::None => error.set_slot(slots::TRACEBACK, Value::None).discard(),
        Value::Native(traceback) if traceback.is::<Traceback>() => {
            error.set_slot(slots::TRACEBACK, Value::Native(traceback)).discard();
        }
        _ => return Err(heap.type_error("__traceback__ must be a traceback or None")),
    }
    Ok(Value::Instance(error))
}

fn run_add_note(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let error = receiver::exception(heap, &mut args, "add_note")?;
    if crate::builtins::argument::text(args.get(1)).is_none() {
        return Err(heap.type_error(format!("note must be a str, not '{}'", type_name(args.get(1)))));
    }
    let dict = error.dict_or_new(heap);
    let note = args.take(1);
    match dict.get_str("__notes__") {
        Some(Value::List(notes)) => notes.push(note),
        Some(_) => return Err(heap.type_error("Cannot add note: __notes__ is not a list")),
        None => dict.set_str("__notes__", Value::List(List::new(heap, vec![note]))),
    }
    Ok(Value::None)
}
