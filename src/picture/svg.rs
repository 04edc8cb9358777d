//! The graph as an SVG image that explains itself: a legend of the types, fields when the mouse rests.
//!
//! Edges are labelled as long as the words do not cover the picture. Refuses to know how positions come
//! to be, and needs no script and no other file.

use std::fmt::Write;

use super::{Edge, Picture, label, layout};

const RADIUS: f64 = 13.0;
const MARGIN: f64 = 70.0;
/// Edges with a label; of more, the mouse tells the type.
const LABELLED: usize = 700;
const LEGEND_ROW: f64 = 20.0;

pub fn draw(picture: &Picture, title: &str) -> String {
    let colours = label::colours(picture);
    let places = layout::place(picture);
    let least = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&(f64, f64)) -> f64| places.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
    let (mut left, mut top, mut right, mut bottom) = (0.0, 0.0, 0.0, 0.0);
    if !places.is_empty() {
        (left, right) = (least(|p| p.0), most(|p| p.0));
        (top, bottom) = (least(|p| p.1), most(|p| p.1));
    }
    // The legend stands above the picture, as large as the picture lets it be read.
    let scale = ((right - left) / 900.0).clamp(1.0, 5.0);
    let legend = (colours.len() as f64 + 1.0) * LEGEND_ROW * scale;
    let (x, y) = (left - MARGIN, top - MARGIN - legend);
    let (width, height) = (right - left + 2.0 * MARGIN, bottom - top + 2.0 * MARGIN + legend);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x:.0} {y:.0} {width:.0} {height:.0}\" width=\"{:.0}\" height=\"{:.0}\">\n",
        width.min(4000.0),
        (height * (width.min(4000.0) / width)).max(1.0)
    );
    let _ = writeln!(out, "<title>{}</title>", label::escape(title));
    out.push_str(STYLE);
    let _ = writeln!(out, "<rect class=\"paper\" x=\"{x:.0}\" y=\"{y:.0}\" width=\"100%\" height=\"100%\"/>");
    let is_labelled = picture.edges.len() <= LABELLED;
    for edge in &picture.edges {
        draw_edge(&mut out, edge, &places, is_labelled);
    }
    for (node, (x, y)) in picture.nodes.iter().zip(&places) {
        let tip: String = node.fields.iter().fold(node.class.clone(), |mut tip, (name, value)| {
            let _ = write!(tip, "\n{name} = {}", label::cut(value, 200));
            tip
        });
        let ring = if node.is_start { " class=\"start\"" } else { "" };
        let _ = writeln!(
            out,
            "<g transform=\"translate({x:.1} {y:.1})\"{ring}><title>{}</title><circle r=\"{RADIUS}\" fill=\"{}\"/><text y=\"26\">{}</text></g>",
            label::escape(&tip),
            label::colour(&colours, &node.class),
            label::escape(&label::short(node))
        );
    }
    let _ = writeln!(
        out,
        "<g class=\"legend\" transform=\"translate({:.0} {:.0}) scale({scale:.2})\">",
        x + 20.0,
        y + 20.0
    );
    for (row, (class, colour)) in colours.iter().enumerate() {
        let count = picture.nodes.iter().filter(|node| node.class == *class).count();
        let y = row as f64 * LEGEND_ROW;
        let _ = writeln!(
            out,
            "<circle cx=\"6\" cy=\"{y}\" r=\"6\" fill=\"{colour}\"/><text x=\"18\" y=\"{:.0}\">{} ({count})</text>",
            y + 4.0,
            label::escape(class)
        );
    }
    out.push_str("</g>\n</svg>\n");
    out
}

const STYLE: &str = "<style>
text { font: 11px sans-serif; text-anchor: middle; fill: #222; paint-order: stroke; stroke: #fff; stroke-width: 3px; }
.paper { fill: #fff; }
circle { stroke: #fff; stroke-width: 1.5px; }
.start circle { stroke: #000; stroke-width: 2.5px; }
.edge { fill: none; stroke: #999; stroke-width: 1.2px; marker-end: url(#tip); }
.on { font-size: 9px; fill: #666; }
.legend text { text-anchor: start; font-size: 12px; }
</style>
<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\" fill=\"#999\"/></marker></defs>
";

fn draw_edge(out: &mut String, edge: &Edge, places: &[(f64, f64)], is_labelled: bool) {
    let ((x1, y1), (x2, y2)) = (places[edge.from], places[edge.to]);
    let tip = label::escape(&label::edge_line(edge));
    let (path, middle) = if edge.from == edge.to {
        let (up, side) = (y1 - RADIUS, RADIUS * 1.6);
        let path = format!(
            "M{:.1} {up:.1}C{:.1} {:.1} {:.1} {:.1} {:.1} {up:.1}",
            x1 - 4.0,
            x1 - side,
            up - 26.0,
            x1 + side,
            up - 26.0,
            x1 + 4.0
        );
        (path, (x1, up - 24.0))
    } else {
        // Bent a little to the right, so that two edges in opposite directions are two lines.
        let (dx, dy) = (x2 - x1, y2 - y1);
        let length = dx.hypot(dy).max(0.1);
        let (ux, uy) = (dx / length, dy / length);
        let bend = (length * 0.08).min(24.0);
        let (mx, my) = ((x1 + x2) / 2.0 - uy * bend, (y1 + y2) / 2.0 + ux * bend);
        let gap = (RADIUS + 2.0).min(length / 2.0);
        let path = format!(
            "M{:.1} {:.1}Q{mx:.1} {my:.1} {:.1} {:.1}",
            x1 + ux * gap,
            y1 + uy * gap,
            x2 - ux * gap,
            y2 - uy * gap
        );
        (path, ((x1 + x2) / 2.0 - uy * bend / 2.0, (y1 + y2) / 2.0 + ux * bend / 2.0))
    };
    let tip_element = if tip.is_empty() { String::new() } else { format!("<title>{tip}</title>") };
    let _ = writeln!(out, "<path class=\"edge\" d=\"{path}\">{tip_element}</path>");
    if is_labelled && !edge.class.is_empty() {
        let (x, y) = middle;
        let _ = writeln!(
            out,
            "<text class=\"on\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
            y + 3.0,
            label::escape(&edge.class)
        );
    }
}
