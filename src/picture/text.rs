//! The graph as a tree in the terminal.
//!
//! Owns which edge is a branch and which only points back: each edge is drawn once, a node has its
//! branches where it is nearest to the start along the edges, and elsewhere a mark says that it stands above or closes a
//! cycle. What lies deep goes on in a tree of its own, so that a long chain does not run out of the page.

use std::collections::VecDeque;

use super::{Picture, label};

/// Levels that one tree shows.
const DEEPEST: usize = 24;

/// The characters that lines are made of.
struct Strokes {
    branch: &'static str,
    last: &'static str,
    bar: &'static str,
    out: &'static str,
    back: &'static str,
}

const UNICODE: Strokes =
    Strokes { branch: "├─", last: "└─", bar: "│  ", out: "─▶ ", back: "◀─ " };
const ASCII: Strokes = Strokes { branch: "|-", last: "`-", bar: "|  ", out: "-> ", back: "<- " };

/// An edge as its nearer end sees it.
#[derive(Clone, Copy)]
struct Branch {
    edge: usize,
    other: usize,
    outgoing: bool,
    /// Whether the node at the other end has its own branches here.
    is_tree: bool,
}

/// A part of the tree that is still to be written.
struct Open {
    node: usize,
    prefix: String,
    level: usize,
}

struct Tree {
    branches: Vec<Vec<Branch>>,
    parents: Vec<Option<usize>>,
    /// Nodes without a parent, in order.
    tops: Vec<usize>,
}

pub fn draw(picture: &Picture, unicode: bool, ids: bool) -> String {
    let strokes = if unicode { &UNICODE } else { &ASCII };
    let tree = Tree::of(picture);
    let name = |node: usize| {
        let node = &picture.nodes[node];
        let id = if ids { format!("  {}", node.id) } else { String::new() };
        format!("{}{id}", label::line(node))
    };
    let mut out = String::new();
    // Trees to draw: from a top, or where another was too deep.
    let mut later: VecDeque<(usize, usize)> = tree.tops.iter().map(|top| (*top, 0)).collect();
    let mut continued = 0;
    while let Some((top, number)) = later.pop_front() {
        if number > 0 {
            out.push_str(&format!("\n[{number}] "));
        }
        out.push_str(&name(top));
        out.push('\n');
        let mut open = vec![(Open { node: top, prefix: String::new(), level: 0 }, 0)];
        while let Some((at, next)) = open.last_mut() {
            let branches = &tree.branches[at.node];
            let Some(branch) = branches.get(*next).copied() else {
                open.pop();
                continue;
            };
            *next += 1;
            let is_last = *next == branches.len();
            let stroke = if is_last { strokes.last } else { strokes.branch };
            let label = label::edge_line(&picture.edges[branch.edge]);
            let label = if label.is_empty() { label } else { format!("[{label}]") };
            let arrow = match branch.outgoing {
                true => format!("{label}{}", strokes.out),
                false => format!("{}{label} ", strokes.back.trim_end()),
            };
            out.push_str(&format!("{}{stroke}{arrow}{}", at.prefix, name(branch.other)));
            let bar = if is_last { "   " } else { strokes.bar };
            let (prefix, level, node) = (format!("{}{bar}", at.prefix), at.level + 1, at.node);
            if !branch.is_tree {
                out.push_str(if tree.is_above(branch.other, node) {
                    "  (cycle)"
                } else {
                    "  (shown elsewhere)"
                });
            } else if level >= DEEPEST && !tree.branches[branch.other].is_empty() {
                continued += 1;
                out.push_str(&format!("  (continued at [{continued}])"));
                later.push_back((branch.other, continued));
            } else {
                open.push((Open { node: branch.other, prefix, level }, 0));
            }
            out.push('\n');
        }
    }
    out
}

impl Tree {
    /// Breadth first along the edges, and against them to what is not reached otherwise.
    fn of(picture: &Picture) -> Tree {
        let count = picture.nodes.len();
        let mut outgoing: Vec<Vec<(usize, usize)>> = vec![Vec::new(); count];
        let mut incoming = outgoing.clone();
        for (index, edge) in picture.edges.iter().enumerate() {
            outgoing[edge.from].push((index, edge.to));
            incoming[edge.to].push((index, edge.from));
        }
        let mut tree =
            Tree { branches: vec![Vec::new(); count], parents: vec![None; count], tops: Vec::new() };
        let mut is_placed = vec![false; count];
        let mut is_drawn = vec![false; picture.edges.len()];
        let mut order = Vec::with_capacity(count);
        let mut looked_back = 0;
        let mut queue = VecDeque::new();
        for top in 0..count {
            if std::mem::replace(&mut is_placed[top], true) {
                continue;
            }
            tree.tops.push(top);
            queue.push_back(top);
            loop {
                if let Some(node) = queue.pop_front() {
                    order.push(node);
                    for &(edge, other) in &outgoing[node] {
                        if std::mem::replace(&mut is_drawn[edge], true) {
                            continue;
                        }
                        let is_tree = !std::mem::replace(&mut is_placed[other], true);
                        if is_tree {
                            tree.parents[other] = Some(node);
                            queue.push_back(other);
                        }
                        tree.branches[node].push(Branch { edge, other, outgoing: true, is_tree });
                    }
                } else if let Some(&node) = order.get(looked_back) {
                    looked_back += 1;
                    for &(edge, other) in &incoming[node] {
                        if std::mem::replace(&mut is_placed[other], true) {
                            continue;
                        }
                        is_drawn[edge] = true;
                        tree.parents[other] = Some(node);
                        queue.push_back(other);
                        tree.branches[node].push(Branch { edge, other, outgoing: false, is_tree: true });
                    }
                } else {
                    break;
                }
            }
        }
        tree
    }

    /// Whether a node is another, or stands above it.
    fn is_above(&self, node: usize, below: usize) -> bool {
        let mut at = Some(below);
        while let Some(place) = at {
            if place == node {
                return true;
            }
            at = self.parents[place];
        }
        false
    }
}
