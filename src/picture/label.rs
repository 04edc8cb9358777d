//! What is written on nodes and edges, and in which colour they are drawn.
//!
//! The same in all forms: a short label where there is room for a word, a call of the class with its
//! fields where there is a line. Refuses to know positions and syntax.

use super::{Edge, Node, Picture};

/// Characters of a field's value that a line shows.
const VALUE: usize = 40;
/// Characters of a line.
const LINE: usize = 100;
/// Characters that fit under a node.
const SHORT: usize = 18;
/// Colours that can be told apart, on white, by most eyes (after Okabe and Ito, and Tol).
const COLOURS: [&str; 12] = [
    "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#e69f00", "#999933", "#44aa99",
    "#882255", "#d55e00", "#7a7a7a",
];

/// Cuts a text to a number of characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most.saturating_sub(1)) {
        Some((at, last)) if at + last.len_utf8() < text.len() => format!("{}…", &text[..at]),
        _ => text.to_owned(),
    }
}

/// `name='Oslo', km=5`
fn arguments(fields: &[(String, String)]) -> String {
    let shown: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", cut(value, VALUE))).collect();
    cut(&shown.join(", "), LINE)
}

/// `City(name='Oslo')`
pub(super) fn line(node: &Node) -> String {
    format!("{}({})", node.class, arguments(&node.fields))
}

/// `Road(km=5)`; the class alone for an edge without fields, nothing for one without a type.
pub(super) fn edge_line(edge: &Edge) -> String {
    match edge.fields.is_empty() {
        true => edge.class.clone(),
        false => format!("{}({})", edge.class, arguments(&edge.fields)),
    }
}

/// The word under a node: the value of a field that names it, of its first field, or its class.
pub(super) fn short(node: &Node) -> String {
    let named = ["name", "title", "label"].iter().find_map(|wanted| {
        node.fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| plain(value).to_owned())
    });
    let text = named.unwrap_or_else(|| match node.fields.first() {
        Some((name, value)) => format!("{name}={}", plain(value)),
        None => node.class.clone(),
    });
    cut(&text, SHORT)
}

/// A string without its quotes.
fn plain(value: &str) -> &str {
    let inner = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    inner.unwrap_or(value)
}

/// The types of a picture's nodes in alphabetical order, each with its colour.
pub(super) fn colours(picture: &Picture) -> Vec<(&str, &'static str)> {
    let mut classes: Vec<&str> = picture.nodes.iter().map(|node| node.class.as_str()).collect();
    classes.sort_unstable();
    classes.dedup();
    classes.into_iter().enumerate().map(|(index, class)| (class, COLOURS[index % COLOURS.len()])).collect()
}

/// The place of a type among those of a picture.
pub(super) fn place_of(colours: &[(&str, &'static str)], class: &str) -> usize {
    colours.binary_search_by(|(known, _)| (*known).cmp(class)).unwrap_or(0)
}

/// The colour of a type.
pub(super) fn colour(colours: &[(&str, &'static str)], class: &str) -> &'static str {
    colours.get(place_of(colours, class)).map_or(COLOURS[0], |(_, colour)| colour)
}

/// Text between the tags of HTML and SVG, and in their attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // No other control character may stand in XML.
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
