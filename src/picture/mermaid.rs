//! The graph in Mermaid, which code hosts and notebooks draw inside of Markdown.
//!
//! Its quoting is its own: a text in quotes in which a quote and a hash are written as entities. Refuses
//! to know how a page includes it.

use std::fmt::Write;

use super::{Picture, label};

pub fn draw(picture: &Picture) -> String {
    let colours = label::colours(picture);
    let mut out = String::from("flowchart TD\n");
    for (index, node) in picture.nodes.iter().enumerate() {
        let class = label::place_of(&colours, &node.class);
        let _ = writeln!(out, "  n{index}([\"{}\"]):::t{class}", quoted(&label::line(node)));
    }
    for edge in &picture.edges {
        let text = quoted(&label::edge_line(edge));
        let arrow = if text.is_empty() { "-->".to_owned() } else { format!("-->|\"{text}\"|") };
        let _ = writeln!(out, "  n{} {arrow} n{}", edge.from, edge.to);
    }
    for (index, (_, colour)) in colours.iter().enumerate() {
        let _ = writeln!(out, "  classDef t{index} fill:{colour}44,stroke:{colour}");
    }
    out
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' => out.push_str("#35;"),
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '`' => out.push_str("#96;"),
            '\\' => out.push_str("#92;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
