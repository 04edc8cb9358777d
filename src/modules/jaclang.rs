//! `jaclang.runtimelib`: the reference's own modules, as far as programs import from them: the levels of
//! access, and `JacMachineInterface` with what a program asks of the runtime by a function.
//!
//! Arguments are read here; permissions live in `eval::permission`, spawning and deleting where the
//! statements of the language have them.

use crate::builtins::{ModuleEntry, no_values};
use crate::eval::{graph_expr, permission, spawn};
use crate::graph;
use crate::value::{Args, Dict, Heap, NativeFunction, Outcome, Ref, Value, ops};

pub static PACKAGE: ModuleEntry = ModuleEntry {
    name: "jaclang",
    doc: "The language's own package.",
    functions: &[],
    values: |heap, module| submodules(heap, module, "jaclang", &["runtimelib"]),
    native_types: &[],
};

pub static RUNTIME: ModuleEntry = ModuleEntry {
    name: "jaclang.runtimelib",
    doc: "What the language needs while a program runs.",
    functions: &[],
    values: |heap, module| {
        submodules(heap, module, "jaclang.runtimelib", &["archetype", "constructs", "machine"])
    },
    native_types: &[],
};

pub static ARCHETYPE: ModuleEntry = ModuleEntry {
    name: "jaclang.runtimelib.archetype",
    doc: "The levels of access.",
    functions: &[],
    values: levels,
    native_types: &[],
};

pub static CONSTRUCTS: ModuleEntry = ModuleEntry {
    name: "jaclang.runtimelib.constructs",
    doc: "The levels of access.",
    functions: &[],
    values: levels,
    native_types: &[],
};

pub static MACHINE: ModuleEntry = ModuleEntry {
    name: "jaclang.runtimelib.machine",
    doc: "The runtime as programs reach it.",
    functions: &[],
    values: |heap, module| {
        levels(heap, module)?;
        submodules(heap, module, "jaclang.runtimelib.machine", &["JacMachineInterface"])
    },
    native_types: &[],
};

pub static INTERFACE: ModuleEntry = ModuleEntry {
    name: "jaclang.runtimelib.machine.JacMachineInterface",
    doc: "Permissions, and statements of the language as functions.",
    functions: FUNCTIONS,
    values: no_values,
    native_types: &[],
};

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "perm_grant",
        "(archetype, level=0)",
        "Gives everybody access to an object: a level of AccessLevel, its number or its name.",
        &[],
        |heap, args| permission::grant(heap, args.get(0), given(&args, 1)),
    ),
    NativeFunction::new(
        "perm_revoke",
        "(archetype)",
        "Takes everybody's access to an object back.",
        &[],
        |heap, args| permission::revoke(heap, args.get(0)),
    ),
    NativeFunction::new(
        "allow_root",
        "(archetype, root_id, level=0)",
        "Gives the user with this root access to an object.",
        &[],
        |heap, args| permission::allow_root(heap, args.get(0), args.get(1), given(&args, 2)),
    ),
    NativeFunction::new(
        "disallow_root",
        "(archetype, root_id, level=0)",
        "Takes the access of the user with this root back.",
        &[],
        |heap, args| permission::disallow_root(heap, args.get(0), args.get(1)),
    ),
    NativeFunction::new(
        "check_read_access",
        "(to)",
        "Whether this run may read what the anchor belongs to.",
        &[],
        |heap, args| permission::passes(heap, args.get(0)),
    ),
    NativeFunction::new(
        "check_connect_access",
        "(to)",
        "Whether this run may connect what the anchor belongs to.",
        &[],
        |heap, args| permission::passes(heap, args.get(0)),
    ),
    NativeFunction::new(
        "check_write_access",
        "(to)",
        "Whether this run may change what the anchor belongs to.",
        &[],
        |heap, args| permission::passes(heap, args.get(0)),
    ),
    NativeFunction::new(
        "check_access_level",
        "(to)",
        "What this run may do with what the anchor belongs to.",
        &[],
        |heap, args| permission::own_level(heap, args.get(0)),
    ),
    NativeFunction::new("root", "()", "The root node.", &[], |heap, _| {
        Ok(Value::Instance(graph::root(heap)))
    }),
    NativeFunction::new(
        "spawn",
        "(op1, op2)",
        "Starts a walker on a node, in either order.",
        &[],
        |heap, args| spawn::spawn(heap, args.get(0), args.get(1)),
    ),
    NativeFunction::new(
        "save",
        "(obj)",
        "Lets a node be found by its id though the root does not lead to it.",
        &[],
        |heap, args| graph_expr::save(heap, args.get(0)),
    ),
    NativeFunction::new("destroy", "(archetypes)", "Deletes an object, or each of a list.", &[], destroy),
    NativeFunction::new(
        "object_ref",
        "(obj)",
        "The id of an archetype's instance, as `jid` gives it.",
        &[],
        |heap, args| graph_expr::jid(heap, args.get(0)),
    ),
    NativeFunction::new("get_object", "(id)", "The object that an id names, or None.", &[], |heap, args| {
        graph_expr::dereference(heap, args.get(0))
    }),
];

/// What a program gave, None included, which is no level.
fn given<'a>(args: &'a Args<'_>, index: usize) -> Option<&'a Value> {
    args.is_given(index).then(|| args.get(index))
}

fn destroy(heap: &Heap, args: Args<'_>) -> Outcome {
    let doomed = match args.get(0) {
        many @ (Value::List(_) | Value::Tuple(_)) => ops::iterate::collect(heap, many)?,
        one => vec![one.clone()],
    };
    for one in &doomed {
        graph_expr::destroy(heap, one)?;
    }
    Ok(Value::None)
}

fn levels(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    module.set_str("AccessLevel", Value::Class(permission::level_class(heap)?));
    Ok(())
}

fn submodules(heap: &Heap, module: &Ref<Dict>, package: &str, names: &[&str]) -> Outcome<()> {
    for name in names {
        if let Some(found) = heap.library.module(heap, &format!("{package}.{name}")) {
            module.set_str(name, found?);
        }
    }
    Ok(())
}
