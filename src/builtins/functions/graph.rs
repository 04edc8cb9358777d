//! The functions of the object-spatial model: ids, references and pictures of the graph.
//!
//! Here arguments are read; ids are made and resolved in `eval::graph_expr`, permissions kept in
//! `eval::permission`, pictures drawn in `graph::dot`.

use crate::eval::{graph_expr, permission};
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
        "Gives others access to an object: a level of AccessLevel, its number or its name.",
        &[("grant(root, 'READ')", "None")],
        |heap, args| permission::grant(heap, args.get(0), args.some(1)),
    ),
    NativeFunction::new(
        "revoke",
        "(obj)",
        "Takes others' access to an object back.",
        &[("revoke(root)", "None")],
        |heap, args| permission::revoke(heap, args.get(0)),
    ),
    NativeFunction::new(
        "save",
        "(obj)",
        "Lets a node be found by its id though the root does not lead to it.",
        &[("save(root)", "None")],
        |heap, args| graph_expr::save(heap, args.get(0)),
    ),
    NativeFunction::new(
        "commit",
        "(obj=None)",
        "Writes what has changed to the store.",
        &[("commit()", "None")],
        nothing_to_do,
    ),
];

const DRAW_SIGNATURE: &str = "(node=None, depth=-1, traverse=False, edge_type=None, bfs=True, edge_limit=512, node_limit=512, dot_file=None, as_json=False)";

fn jid(heap: &Heap, args: Args<'_>) -> Outcome {
    graph_expr::jid(heap, args.get(0))
}

fn jobj(heap: &Heap, args: Args<'_>) -> Outcome {
    graph_expr::dereference(heap, args.get(0))
}

/// The graph of a run is kept as a whole.
fn nothing_to_do(_heap: &Heap, _args: Args<'_>) -> Outcome {
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
