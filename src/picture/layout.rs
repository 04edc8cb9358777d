//! Where the nodes of a picture stand: springs between connected nodes, all others push each other away.
//!
//! The simulation is a library's; here is where it begins, a fan for the branches of each node, so that
//! trees come out untangled, and how long it goes on. The same graph is always drawn the same. Refuses to
//! know what a node looks like, except that it takes room.

use std::collections::VecDeque;
use std::f64::consts::TAU;

use fjadra::force::{Collide, Link, ManyBody, PositionX, PositionY, SimulationBuilder};

use super::Picture;

/// Length of an edge.
const EDGE: f64 = 90.0;
/// Half of the room that a node and its word take.
const ROOM: f64 = 38.0;
/// What the simulation may do in all: turns times nodes.
const WORK: usize = 600_000;
const TURNS: std::ops::RangeInclusive<usize> = 60..=400;

/// A position for each node.
pub fn place(picture: &Picture) -> Vec<(f64, f64)> {
    let count = picture.nodes.len();
    if count < 2 {
        return vec![(0.0, 0.0); count];
    }
    let start = fan(picture);
    let turns = (WORK / count).clamp(*TURNS.start(), *TURNS.end());
    let links: Vec<(usize, usize)> =
        picture.edges.iter().map(|edge| (edge.from, edge.to)).filter(|(from, to)| from != to).collect();
    let mut simulation = SimulationBuilder::default()
        .with_alpha_decay(1.0 - 0.001_f64.powf(1.0 / turns as f64))
        .build(start.iter().map(|(x, y)| fjadra::Node::default().position(*x, *y)))
        .add_force("edges", Link::new(links).distance(EDGE))
        .add_force("others", ManyBody::new().strength(push(count)))
        .add_force("room", Collide::new().radius(|_| ROOM))
        .add_force("middle x", PositionX::new().strength(0.02))
        .add_force("middle y", PositionY::new().strength(0.02));
    simulation.tick(turns);
    let positions: Vec<(f64, f64)> = simulation.positions().map(|[x, y]| (x, y)).collect();
    if positions.iter().all(|(x, y)| x.is_finite() && y.is_finite()) { positions } else { start }
}

/// How hard nodes push each other away: less when there are many, which would drift too far apart.
fn push(count: usize) -> f64 {
    -260.0 * (500.0 / count.max(500) as f64).powf(0.35)
}

/// A tree around its first node: each branch gets a part of the circle as large as what hangs on it.
fn fan(picture: &Picture) -> Vec<(f64, f64)> {
    let count = picture.nodes.len();
    let mut links: Vec<Vec<usize>> = vec![Vec::new(); count];
    for edge in &picture.edges {
        links[edge.from].push(edge.to);
        links[edge.to].push(edge.from);
    }
    let mut parents: Vec<Option<usize>> = vec![None; count];
    let mut depths = vec![usize::MAX; count];
    let mut order = Vec::with_capacity(count);
    let mut tops = Vec::new();
    for top in 0..count {
        if depths[top] != usize::MAX {
            continue;
        }
        depths[top] = usize::from(!tops.is_empty());
        tops.push(top);
        let mut queue = VecDeque::from([top]);
        while let Some(node) = queue.pop_front() {
            order.push(node);
            for other in &links[node] {
                if depths[*other] == usize::MAX {
                    depths[*other] = depths[node] + 1;
                    parents[*other] = Some(node);
                    queue.push_back(*other);
                }
            }
        }
    }
    // How many nodes hang on each, itself among them.
    let mut hanging = vec![1.0_f64; count];
    for node in order.iter().rev() {
        if let Some(parent) = parents[*node] {
            hanging[parent] += hanging[*node];
        }
    }
    let all: f64 = tops.iter().map(|top| hanging[*top]).sum();
    let mut starts = vec![0.0_f64; count];
    let mut at = 0.0;
    for top in &tops {
        starts[*top] = at;
        at += hanging[*top];
    }
    let mut positions = vec![(0.0, 0.0); count];
    let mut used = vec![0.0_f64; count];
    for node in order {
        if let Some(parent) = parents[node] {
            starts[node] = starts[parent] + used[parent];
            used[parent] += hanging[node];
        }
        let angle = TAU * (starts[node] + hanging[node] / 2.0) / all;
        // A turn of a hair keeps nodes of a chain off one line, on which no force could part them.
        let angle = angle + depths[node] as f64 * 0.01;
        let radius = depths[node] as f64 * EDGE;
        positions[node] = (radius * angle.cos(), radius * angle.sin());
    }
    positions
}
