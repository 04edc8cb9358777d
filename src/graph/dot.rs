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

/// A link that may be followed: the other end, the edge, and whether it leads there.
type Way = (Ref<Instance>, Ref<Instance>, bool);

fn walk(heap: &Heap, drawing: &Drawing) -> Outcome<Found> {
    let mut found =
        Found { nodes: Vec::new(), index: HashMap::new(), depths: HashMap::new(), edges: Vec::new() };
    found.depths.insert(drawing.start.address(), 0);
    if drawing.breadth_first {
        let mut queue = VecDeque::from([drawing.start.clone()]);
        while let Some(node) = queue.pop_front() {
            for way in found.visit(heap, drawing, &node)? {
                if found.connect(drawing, &node, &way) {
                    queue.push_back(way.0);
                }
            }
        }
        return Ok(found);
    }
    // Depth first, a node's next edge is looked at when everything behind the one before has been seen.
    let ways = found.visit(heap, drawing, &drawing.start)?;
    let mut open = vec![(drawing.start.clone(), ways.into_iter())];
    while let Some((node, ways)) = open.last_mut() {
        let Some(way) = ways.next() else {
            open.pop();
            continue;
        };
        if found.connect(drawing, node, &way) {
            let ways = found.visit(heap, drawing, &way.0)?;
            open.push((way.0, ways.into_iter()));
        }
    }
    Ok(found)
}

impl Found {
    /// Gives a node its number; the ways on from it, none if it has been visited before.
    fn visit(&mut self, heap: &Heap, drawing: &Drawing, node: &Ref<Instance>) -> Outcome<Vec<Way>> {
        let address = node.address();
        if self.index.contains_key(&address) {
            return Ok(Vec::new());
        }
        self.index.insert(address, self.nodes.len());
        self.nodes.push(node.clone());
        heap.caller.before_links_read(heap, node)?;
        let Some(own) = links(node) else { return Ok(Vec::new()) };
        let own = own.borrow();
        let followed = own.iter().filter(|link| follows(drawing, link, node));
        Ok(followed.map(|link| (link.other.clone(), link.edge().clone(), link.outgoing())).collect())
    }

    /// Notes a connection, if it is new and within the limits; whether it was noted.
    fn connect(&mut self, drawing: &Drawing, node: &Ref<Instance>, (other, edge, outgoing): &Way) -> bool {
        let depth = self.depths.get(&node.address()).copied().unwrap_or(0);
        let inside = drawing.depth < 0 || depth < drawing.depth;
        if !inside
            || self.nodes.len() >= drawing.node_limit
            || self.edges.len() >= drawing.edge_limit
            || self.edges.iter().any(|(_, _, known)| known.same(edge))
        {
            return false;
        }
        let (source, target) = if *outgoing { (node, other) } else { (other, node) };
        self.edges.push((source.clone(), target.clone(), edge.clone()));
        let known = self.depths.entry(other.address()).or_insert(depth + 1);
        *known = (*known).min(depth + 1);
        true
    }
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
