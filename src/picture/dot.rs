//! The graph in DOT, for Graphviz and all that reads its language.
//!
//! The text of `dotgen` is another one, which the language prescribes; this one is made to look well and
//! to say all: types as colours, fields as tooltips.

use std::fmt::Write;

use super::{Picture, label};

pub fn draw(picture: &Picture) -> String {
    let colours = label::colours(picture);
    let mut out = String::from(
        "digraph {\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", fontsize=11, color=\"#00000033\"];\n  edge [fontname=\"sans-serif\", fontsize=9, color=\"#666666\"];\n",
    );
    for (index, node) in picture.nodes.iter().enumerate() {
        let fill = label::colour(&colours, &node.class);
        let (text, tip) = (quoted(&label::line(node)), quoted(&node.id));
        let width = if node.is_start { ", penwidth=2, color=\"#000000\"" } else { "" };
        let _ = writeln!(out, "  n{index} [label={text}, tooltip={tip}, fillcolor=\"{fill}55\"{width}];");
    }
    for edge in &picture.edges {
        let text = label::edge_line(edge);
        let text = if text.is_empty() { String::new() } else { format!(" [label={}]", quoted(&text)) };
        let _ = writeln!(out, "  n{} -> n{}{text};", edge.from, edge.to);
    }
    out.push_str("}\n");
    out
}

/// A string of DOT: in it `\"` is a quote, `\\` a backslash, `\n` a line.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace(['\n', '\r'], " ");
    format!("\"{text}\"")
}
