//! From a heap to a picture: where it starts, how far it goes, what is left out.
//!
//! The graph is walked breadth first, edges in both directions, so that what is near comes first when
//! there is a limit. Values are shown by their own `repr`; one that raises is shown as its exception.

use std::collections::{HashMap, HashSet, VecDeque};

use super::{Edge, Node, Picture};
use crate::code::{GlobalId, Symbol};
use crate::diagnostics::suggest;
use crate::eval::{self, graph_expr};
use crate::graph::{self, links};
use crate::record::Id;
use crate::value::{BuiltinType, Class, Heap, Instance, Outcome, Ref, Value, ops};

/// Hex digits of a prefix that may stand for an id.
const PREFIX: usize = 8;

/// What to draw.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The id of a node, the beginning of one, or the name of a variable; `None` for the root.
    pub from: Option<String>,
    /// How many edges away from there.
    pub depth: Option<usize>,
    /// Types of nodes and edges; empty for all.
    pub types: Vec<String>,
    /// How many nodes at most.
    pub limit: usize,
}

/// Why there is no picture: what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub message: String,
    pub help: Option<String>,
}

/// Reads the graph; `variables` are those in which `from` is looked up.
pub fn read(
    heap: &Heap,
    variables: &[(Symbol, GlobalId)],
    selection: &Selection,
) -> Result<Picture, Unreadable> {
    let raised = |raised| {
        let error = heap.catch(raised, None);
        Unreadable { message: format!("the graph cannot be read: {}", shown_error(heap, &error)), help: None }
    };
    let start = match &selection.from {
        None => graph::root(heap),
        Some(text) => find(heap, variables, text).map_err(raised)??,
    };
    let mut found = Found::default();
    found.walk(heap, &start, selection).map_err(raised)?;
    found.picture(heap, &start, selection).map_err(raised)?
}

/// The node that a text names: an id in any form, the beginning of one, a variable.
fn find(
    heap: &Heap,
    variables: &[(Symbol, GlobalId)],
    text: &str,
) -> Outcome<Result<Ref<Instance>, Unreadable>> {
    if let Some((_, id)) = variables.iter().find(|(name, _)| name.name() == text) {
        let value = heap.global(*id);
        return Ok(match graph::as_node(&value) {
            Some(node) => Ok(node.clone()),
            None if value.is_unbound() => refused(format!("`{text}` has no value"), None),
            None => refused(format!("`{text}` is no node but `{}`", ops::types::type_name(&value)), None),
        });
    }
    let is_prefix = text.len() >= PREFIX && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    if let Ok(Some(Value::Instance(node))) = by_id(heap, text)
        && graph::as_node(&Value::Instance(node.clone())).is_some()
    {
        return Ok(Ok(node));
    }
    if is_prefix {
        let wanted = text.replace('-', "").to_lowercase();
        let mut all = Found::default();
        let everything = Selection { from: None, depth: None, types: Vec::new(), limit: usize::MAX };
        all.walk(heap, &graph::root(heap), &everything)?;
        let mut fitting = Vec::new();
        for (node, _) in &all.nodes {
            if hex(heap, node)?.starts_with(&wanted) {
                fitting.push(node.clone());
            }
        }
        return Ok(match fitting.as_slice() {
            [node] => Ok(node.clone()),
            [] => refused(format!("no node has an id that begins with `{text}`"), None),
            _ => refused(
                format!("{} nodes have ids that begin with `{text}`", fitting.len()),
                Some("give more of the id".to_owned()),
            ),
        });
    }
    let names = variables.iter().map(|(name, _)| name.name()).filter(|name| !name.starts_with("__"));
    let help = match suggest(text, names) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "give the id of a node, the first 8 digits of it, or the name of a variable".to_owned(),
    };
    Ok(refused(format!("no node is called `{text}`"), Some(help)))
}

fn refused<T>(message: String, help: Option<String>) -> Result<T, Unreadable> {
    Err(Unreadable { message, help })
}

/// The object of an id; what is wrong with a text that is none is not told.
fn by_id(heap: &Heap, text: &str) -> Result<Option<Value>, ()> {
    graph_expr::dereference(heap, &Value::str(text)).map(Some).map_err(|raised| {
        heap.catch(raised, None);
    })
}

fn hex(heap: &Heap, instance: &Ref<Instance>) -> Outcome<String> {
    Ok(Id(eval::host(heap).id_of(heap, instance)?).to_string())
}

fn shown_error(heap: &Heap, error: &Ref<Instance>) -> String {
    let kind = error.class().name.as_str().to_owned();
    match ops::show::str_of_exception(heap, error) {
        Ok(text) if text.is_empty() => kind,
        Ok(text) => format!("{kind}: {text}"),
        Err(raised) => {
            heap.catch(raised, None);
            kind
        }
    }
}

/// What a walk has met.
#[derive(Default)]
struct Found {
    /// Nodes with their distance from the start.
    nodes: Vec<(Ref<Instance>, usize)>,
    known: HashMap<usize, usize>,
    edges: Vec<(Ref<Instance>, usize, usize)>,
    seen_edges: HashSet<usize>,
    /// How many nodes are of a type that was asked for.
    fitting: usize,
    is_cut: bool,
}

impl Found {
    fn walk(&mut self, heap: &Heap, start: &Ref<Instance>, selection: &Selection) -> Outcome<()> {
        let mut queue = VecDeque::from([self.meet(start, 0, selection)]);
        while let Some(index) = queue.pop_front() {
            let (node, depth) = self.nodes[index].clone();
            heap.caller.before_links_read(heap, &node)?;
            let Some(own) = links(&node) else { continue };
            let ways: Vec<_> =
                own.borrow().iter().map(|l| (l.edge().clone(), l.other.clone(), l.outgoing())).collect();
            for (edge, other, outgoing) in ways {
                let to = match self.known.get(&other.address()) {
                    Some(to) => *to,
                    None if selection.depth.is_some_and(|most| depth >= most) => continue,
                    None if self.fitting >= selection.limit => {
                        self.is_cut = true;
                        continue;
                    }
                    None => {
                        let to = self.meet(&other, depth + 1, selection);
                        queue.push_back(to);
                        to
                    }
                };
                if self.seen_edges.insert(edge.address()) {
                    let (from, to) = if outgoing { (index, to) } else { (to, index) };
                    self.edges.push((edge, from, to));
                }
            }
        }
        Ok(())
    }

    fn meet(&mut self, node: &Ref<Instance>, depth: usize, selection: &Selection) -> usize {
        let index = self.nodes.len();
        self.known.insert(node.address(), index);
        self.nodes.push((node.clone(), depth));
        if selection.types.is_empty() || selection.types.iter().any(|name| is_a(node.class(), name)) {
            self.fitting += 1;
        }
        index
    }

    fn picture(
        &self,
        heap: &Heap,
        start: &Ref<Instance>,
        selection: &Selection,
    ) -> Outcome<Result<Picture, Unreadable>> {
        let wanted = |class: &Ref<Class>, among: &[&String]| {
            among.is_empty() || among.iter().any(|name| is_a(class, name))
        };
        let fits = |name: &&String, mut classes: Box<dyn Iterator<Item = &Ref<Class>> + '_>| {
            classes.any(|class| is_a(class, name))
        };
        let node_classes = || Box::new(self.nodes.iter().map(|(node, _)| node.class()));
        let edge_classes = || Box::new(self.edges.iter().map(|(edge, ..)| edge.class()));
        let of_nodes: Vec<&String> =
            selection.types.iter().filter(|name| fits(name, node_classes())).collect();
        let of_edges: Vec<&String> =
            selection.types.iter().filter(|name| fits(name, edge_classes())).collect();
        if let Some(unknown) =
            selection.types.iter().find(|name| !of_nodes.contains(name) && !of_edges.contains(name))
        {
            let names: Vec<&str> = node_classes()
                .map(|c| c.name.as_str())
                .chain(edge_classes().map(|c| c.name.as_str()))
                .collect();
            let help = suggest(unknown, names.into_iter()).map(|name| format!("did you mean `{name}`?"));
            return Ok(refused(format!("the graph has no node or edge of type `{unknown}`"), help));
        }
        let mut places = vec![None; self.nodes.len()];
        let mut picture = Picture { is_cut: self.is_cut, ..Picture::default() };
        for (index, (node, _)) in self.nodes.iter().enumerate() {
            if picture.nodes.len() < selection.limit && wanted(node.class(), &of_nodes) {
                places[index] = Some(picture.nodes.len());
                picture.nodes.push(Node {
                    id: hex(heap, node)?,
                    class: node.class().name.as_str().to_owned(),
                    fields: fields(heap, node)?,
                    is_start: node.same(start),
                });
            }
        }
        for (edge, from, to) in &self.edges {
            let (Some(from), Some(to)) = (places[*from], places[*to]) else { continue };
            if !wanted(edge.class(), &of_edges) {
                continue;
            }
            let is_plain = edge.class().same(&graph::generic_edge_class(heap));
            picture.edges.push(Edge {
                from,
                to,
                class: if is_plain { String::new() } else { edge.class().name.as_str().to_owned() },
                fields: fields(heap, edge)?,
            });
        }
        Ok(Ok(picture))
    }
}

/// Whether a class or one of its bases has this name.
fn is_a(class: &Ref<Class>, name: &str) -> bool {
    let hits = |class: &Ref<Class>| class.name.as_str() == name;
    hits(class) || class.mro().iter().any(|base| base.builtin != BuiltinType::Object && hits(base))
}

/// The fields of a node or edge, each shown by its `repr`.
fn fields(heap: &Heap, instance: &Ref<Instance>) -> Outcome<Vec<(String, String)>> {
    let mut shown = Vec::new();
    for (name, value) in ops::fields::variables(heap, instance)?.pairs() {
        let Value::Str(name) = &name else { continue };
        let text = match ops::show::repr(heap, &value) {
            Ok(text) => text,
            Err(raised) => {
                let error = heap.catch(raised, None);
                format!("<{}>", shown_error(heap, &error))
            }
        };
        shown.push((name.as_str().to_owned(), text));
    }
    Ok(shown)
}
