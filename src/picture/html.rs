//! The graph as one page for a browser: pan, zoom, search, the fields of what is clicked.
//!
//! The page is `page.html`; drawing and gestures are those of Cytoscape, which stands in the page itself,
//! so that it needs no network. Here the data are put in, with the positions already worked out.

use serde_json::{Value, json};

use super::{Picture, label, layout};

const PAGE: &str = include_str!("page.html");
const CYTOSCAPE: &str = include_str!("cytoscape.min.js");

pub fn draw(picture: &Picture, title: &str) -> String {
    let data = data(picture).to_string();
    // Inside of a script nothing may look like the end of it.
    let data = data.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    let mut page = String::with_capacity(PAGE.len() + CYTOSCAPE.len() + data.len());
    for part in PAGE.split_inclusive("%%") {
        let Some(text) = part.strip_suffix("%%") else {
            page.push_str(part);
            continue;
        };
        match text {
            "title" => page.push_str(&label::escape(title)),
            "cytoscape" => page.push_str(CYTOSCAPE),
            "data" => page.push_str(&data),
            text => page.push_str(text),
        }
    }
    page
}

fn data(picture: &Picture) -> Value {
    let colours = label::colours(picture);
    let fields = |fields: &[(String, String)]| -> Vec<Value> {
        fields.iter().map(|(name, value)| json!([name, value])).collect()
    };
    let nodes: Vec<Value> = picture
        .nodes
        .iter()
        .zip(layout::place(picture))
        .map(|(node, (x, y))| {
            json!({
                "id": node.id, "class": node.class, "label": label::short(node), "start": node.is_start,
                "fields": fields(&node.fields), "x": x.round(), "y": y.round(),
            })
        })
        .collect();
    let edges: Vec<Value> = picture
        .edges
        .iter()
        .map(|edge| json!({"from": edge.from, "to": edge.to, "class": edge.class, "fields": fields(&edge.fields)}))
        .collect();
    let classes: Vec<Value> = colours.iter().map(|(class, colour)| json!([class, colour])).collect();
    json!({"nodes": nodes, "edges": edges, "classes": classes, "cut": picture.is_cut})
}
