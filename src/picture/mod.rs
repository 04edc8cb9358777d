//! Pictures of a graph: nodes and edges as plain data, and the forms in which they are drawn.
//!
//! `read` takes what is to be drawn out of a heap; from then on everything is text. A form per file:
//! `text` for terminals, `dot` and `mermaid` for other tools, `svg` and `html` for browsers, which take
//! their positions from `layout`. It refuses to know where a drawing goes and what ran before.

mod dot;
mod html;
mod label;
mod layout;
mod mermaid;
mod read;
mod svg;
mod text;

pub use self::read::{Selection, Unreadable, read};

/// A part of a graph, as it is drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picture {
    /// In the order in which they were found, nearest first.
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    /// Whether there were more nodes than asked for.
    pub is_cut: bool,
}

/// A node of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// 32 hex digits.
    pub id: String,
    pub class: String,
    /// Names, and values as `repr` shows them.
    pub fields: Vec<(String, String)>,
    /// Whether this is where the drawing begins.
    pub is_start: bool,
}

/// An edge of a picture, between nodes by their place.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    pub from: usize,
    pub to: usize,
    /// Empty for an edge without a type.
    pub class: String,
    pub fields: Vec<(String, String)>,
}

/// The forms of a drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A tree for the terminal; with box-drawing characters, with ids.
    Text {
        unicode: bool,
        ids: bool,
    },
    Dot,
    Mermaid,
    Svg,
    Html,
}

impl Picture {
    /// Draws it. `title` names what is drawn: a file.
    pub fn draw(&self, form: Form, title: &str) -> String {
        match form {
            Form::Text { unicode, ids } => text::draw(self, unicode, ids),
            Form::Dot => dot::draw(self),
            Form::Mermaid => mermaid::draw(self),
            Form::Svg => svg::draw(self, title),
            Form::Html => html::draw(self, title),
        }
    }
}
