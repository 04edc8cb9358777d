//! Running a program and then one of its functions or walkers, by name, with arguments from the command line.
//!
//! Owns what an entry is: a variable of the main module that is called with strings; a walker that it gives
//! is spawned. How the arguments were typed is the command line's business.

use std::sync::Arc;

use super::run::{Ended, Request, ended_by, resolve, run_body, run_resolved};
use crate::code::Symbol;
use crate::eval::{self, Program};
use crate::graph;
use crate::isolate::Screen;
use crate::value::{Heap, Outcome, Value, ops};

/// What is to be called.
#[derive(Clone, Debug)]
pub struct Entry {
    pub name: String,
    pub arguments: Vec<String>,
    /// The id of the node that a walker starts on, instead of root.
    pub node: Option<String>,
}

/// Runs a program, and the entry when the program has run without an exception.
pub fn enter_program(request: &Request, entry: &Entry, screen: Arc<dyn Screen>) -> Ended {
    match resolve(&request.main, request.is_main, false) {
        Ok(program) => run_resolved(program, request, screen, |heap, program, _| {
            let ended = run_body(heap, program);
            if !matches!(ended, Ended::Finished { .. }) {
                return ended;
            }
            match call(heap, program, entry) {
                Ok(()) => ended,
                Err(raised) => {
                    let error = heap.catch(raised, None);
                    ended_by(heap, &error)
                }
            }
        }),
        Err(diagnostics) => Ended::Rejected(diagnostics),
    }
}

fn call(heap: &Heap, program: &Program, entry: &Entry) -> Outcome<()> {
    let Some(main) = program.modules.get(program.main as usize) else { return Ok(()) };
    let (module, _) = eval::import::module_object(heap, main);
    let callee = ops::attribute::get(heap, &Value::Module(module), Symbol::new(&entry.name))?;
    let mut arguments: Vec<Value> = entry.arguments.iter().map(Value::str).collect();
    let mut result = heap.call(&callee, &mut arguments)?;
    if graph::as_walker(&result).is_some() {
        let place = match &entry.node {
            Some(id) => eval::graph_expr::dereference(heap, &Value::str(id))?,
            None => Value::Instance(graph::root(heap)),
        };
        if graph::as_node(&place).is_none() {
            let id = entry.node.as_deref().unwrap_or_default();
            return Err(heap.value_error(format!("no node has the id {id}")));
        }
        result = eval::spawn::spawn(heap, &result, &place)?;
    }
    drop(result);
    if heap.commits() { eval::host(heap).statement_ended(heap) } else { Ok(()) }
}
