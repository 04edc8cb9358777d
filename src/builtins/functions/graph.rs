//! The functions of the object-spatial model: ids, references and pictures of the graph.
//! Permissions are accepted: in a run by one user every check passes.
//!
//! Here arguments are read; ids are made and resolved in `eval::graph_expr`, pictures drawn in
//! `graph::dot`.

use crate::eval::graph_expr;
use crate::graph::{self, Drawing};
use crate::value::{Args, Heap, NativeFunction, Outcome, Value, ops};

/// `jid`, `jobj`, `dotgen`, `printgraph`, `grant`, `revoke`, `save`, `commit`.
pub static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "jid",
        "(obj, /)",
        "The id of an archetype's instance.",
        &[("jid(root)", "'00000000000000000000000000000000'")],
        jid,
    ),
    NativeFunction::new(
        "jobj",
        "(id)",
        "The object that an id names, or None.",
        &[("jobj('root') is root", "True")],
        jobj,
    ),
    NativeFunction::new(
        "dotgen",
        DRAW_SIGNATURE,
        "The graph around a node as DOT text.",
        &[("dotgen()[:9]", "'digraph {'")],
        draw,
    ),
    NativeFunction::new(
        "printgraph",
        DRAW_SIGNATURE,
        "The graph around a node as DOT text.",
        &[("printgraph()[:9]", "'digraph {'")],
        draw,
    ),
    NativeFunction::new(
        "grant",
        "(obj, level=None)",
        "Gives others access to an object.",
        &[("grant(root)", "None")],
        permit,
    ),
    NativeFunction::new(
        "revoke",
        "(obj)",
        "Takes others' access to an object back.",
        &[("revoke(root)", "None")],
        permit,
    ),
    NativeFunction::new("save", "(obj)", "Keeps an object in the store.", &[("save(root)", "None")], permit),
    NativeFunction::new(
        "commit",
        "(obj=None)",
        "Writes what has changed to the store.",
        &[("commit()", "None")],
        permit,
    ),
];

const DRAW_SIGNATURE: &str = "(node=None, depth=-1, traverse=False, edge_type=None, bfs=True, edge_limit=512, node_limit=512, dot_file=None, as_json=False)";

fn jid(heap: &Heap, args: Args<'_>) -> Outcome {
    graph_expr::jid(heap, args.get(0))
}

fn jobj(heap: &Heap, args: Args<'_>) -> Outcome {
    graph_expr::dereference(heap, args.get(0))
}

fn permit(_heap: &Heap, _args: Args<'_>) -> Outcome {
    Ok(Value::None)
}

fn draw(heap: &Heap, args: Args<'_>) -> Outcome {
    let flag = |index: usize, default: bool| match args.some(index) {
        Some(value) => ops::truth::truth(heap, value),
        None => Ok(default),
    };
    let number = |index: usize, default: i64| match args.some(index) {
        Some(value) => ops::convert::to_i64(heap, value),
        None => Ok(default),
    };
    let text = if flag(8, false)? {
        graph::draw_json(heap)?
    } else {
        let start = match args.some(0) {
            Some(value) => match graph::as_node(value) {
                Some(node) => node.clone(),
                None => {
                    return Err(heap.type_error(format!(
                        "dotgen() needs a node, not '{}'",
                        ops::types::type_name(value)
                    )));
                }
            },
            None => graph::root(heap),
        };
        let mut without = Vec::new();
        if let Some(types) = args.some(3) {
            for item in ops::iterate::collect(heap, types)? {
                without.push(match &item {
                    Value::Class(class) => class.name.as_str().to_owned(),
                    other => ops::show::to_string(heap, other)?,
                });
            }
        }
        let drawing = Drawing {
            start,
            depth: number(1, -1)?,
            traverse: flag(2, false)?,
            without,
            breadth_first: flag(4, true)?,
            edge_limit: number(5, 512)?.max(0) as usize,
            node_limit: number(6, 512)?.max(0) as usize,
        };
        graph::draw(heap, &drawing)?
    };
    if let Some(file) = args.some(7) {
        let file = ops::show::to_string(heap, file)?;
        if let Err(error) = std::fs::write(&file, &text) {
            return Err(heap.error(crate::value::ErrorKind::OSError, error.to_string()));
        }
    }
    Ok(Value::str(text))
}
