//! `dotgen`: the graph in DOT, in the reference's own format, and as JSON.
//!
//! Owns how far a drawing goes: depth, limits, classes of edges that are left out. It only reads
//! the graph and gives text; the function's arguments and the file it is written to are the
//! business of `builtins::functions::graph`.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::fmt::Write;

use super::{links, root};
use crate::value::links::Link;
use crate::value::{Heap, Instance, Outcome, Ref, Value, ops};

/// What to draw.
pub struct Drawing {
    pub start: Ref<Instance>,
    /// Below zero: no bound.
    pub depth: i64,
    /// Follow edges in their direction only.
    pub traverse: bool,
    /// Edge types that are left out.
    pub without: Vec<String>,
    pub breadth_first: bool,
    pub edge_limit: usize,
    pub node_limit: usize,
}

/// Colours by depth.
const COLOURS: [&str; 25] = [
    "#FFE9E9", "#F0FFF0", "#F5E5FF", "#FFFFE0", "#D2FEFF", "#E8FFD7", "#FFDEAD", "#FFF0F5", "#F5FFFA",
    "#FFC0CB", "#7FFFD4", "#C0C0C0", "#ADD8E6", "#FFFAF0", "#f4f3f7", "#f5efff", "#b5d7fd", "#ffc0cb",
    "#FFC0CB", "#e1d4c0", "#FCDFFF", "#F0FFFF", "#F0F8FF", "#F8F8FF", "#F0FFFF",
];

struct Found {
    nodes: Vec<Ref<Instance>>,
    index: HashMap<usize, usize>,
    depths: HashMap<usize, i64>,
    edges: Vec<(Ref<Instance>, Ref<Instance>, Ref<Instance>)>,
}

fn walk(heap: &Heap, drawing: &Drawing) -> Outcome<Found> {
    let mut found =
        Found { nodes: Vec::new(), index: HashMap::new(), depths: HashMap::new(), edges: Vec::new() };
    let mut queue: VecDeque<Ref<Instance>> = VecDeque::from([drawing.start.clone()]);
    found.depths.insert(drawing.start.address(), 0);
    while let Some(node) = if drawing.breadth_first { queue.pop_front() } else { queue.pop_back() } {
        let address = node.address();
        if found.index.contains_key(&address) {
            continue;
        }
        found.index.insert(address, found.nodes.len());
        found.nodes.push(node.clone());
        let depth = found.depths.get(&address).copied().unwrap_or(0);
        heap.caller.before_links_read(heap, &node)?;
        let Some(own) = links(&node) else { continue };
        let own = own.borrow();
        let mut next: Vec<Ref<Instance>> = Vec::new();
        for link in own.iter() {
            if !follows(drawing, link, &node) {
                continue;
            }
            let (source, target) = if link.outgoing() {
                (node.clone(), link.other.clone())
            } else {
                (link.other.clone(), node.clone())
            };
            let inside = drawing.depth < 0 || depth < drawing.depth;
            if inside
                && found.nodes.len() < drawing.node_limit
                && found.edges.len() < drawing.edge_limit
                && !found.edges.iter().any(|(_, _, e)| e.same(&link.edge()))
            {
                found.edges.push((source, target, link.edge().clone()));
                found.depths.entry(link.other.address()).or_insert(depth + 1);
                next.push(link.other.clone());
            }
        }
        if !drawing.breadth_first {
            next.reverse();
        }
        queue.extend(next);
    }
    Ok(found)
}

fn follows(drawing: &Drawing, link: &Link, node: &Ref<Instance>) -> bool {
    (link.outgoing() || !drawing.traverse)
        && !link.other.same(node)
        && !drawing.without.iter().any(|name| name == link.edge().class().name.as_str())
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            c => out.push(c),
        }
    }
    out
}

/// The DOT text.
pub fn draw(heap: &Heap, drawing: &Drawing) -> Outcome<String> {
    let found = walk(heap, drawing)?;
    let mut out = String::from(
        "digraph {\nnode [style=\"filled\", shape=\"ellipse\", fillcolor=\"invis\", fontcolor=\"black\"];\n",
    );
    let number = |node: &Ref<Instance>| found.index.get(&node.address()).copied();
    for (source, target, edge) in &found.edges {
        let (Some(from), Some(to)) = (number(source), number(target)) else { continue };
        let label = ops::show::to_string(heap, &Value::Instance(edge.clone()))?;
        let label = if label.contains("GenericEdge") { String::new() } else { escape(&label) };
        let _ = writeln!(out, "{from} -> {to}  [label=\"{label}\"];");
    }
    for (index, node) in found.nodes.iter().enumerate() {
        let label = escape(&ops::show::to_string(heap, &Value::Instance(node.clone()))?);
        let depth = found.depths.get(&node.address()).copied().unwrap_or(0).clamp(0, 24) as usize;
        let _ = writeln!(out, "{index} [label=\"{label}\"fillcolor=\"{}\"];", COLOURS[depth]);
    }
    out.push('}');
    Ok(out)
}

/// The graph under the root as JSON text.
pub fn draw_json(heap: &Heap) -> Outcome<String> {
    let start = root(heap);
    let mut nodes: Vec<Ref<Instance>> = vec![start];
    let mut edges = Vec::new();
    let mut at = 0;
    while let Some(node) = nodes.get(at).cloned() {
        heap.caller.before_links_read(heap, &node)?;
        if let Some(own) = links(&node) {
            for link in own.borrow().iter().filter(|l| l.outgoing()) {
                let to = match nodes.iter().position(|n| n.same(&link.other)) {
                    Some(to) => to,
                    None => {
                        nodes.push(link.other.clone());
                        nodes.len() - 1
                    }
                };
                edges.push(format!("{{\"from\": {at}, \"to\": {to}}}"));
            }
        }
        at += 1;
    }
    let mut shown = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let label = if index == 0 {
            "root".to_owned()
        } else {
            ops::show::repr(heap, &Value::Instance(node.clone()))?
        };
        let label = label.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        shown.push(format!("{{\"id\": {index}, \"label\": \"{label}\"}}"));
    }
    Ok(format!(
        "{{\"version\": \"1.0\", \"nodes\": [{}], \"edges\": [{}]}}",
        shown.join(", "),
        edges.join(", ")
    ))
}
