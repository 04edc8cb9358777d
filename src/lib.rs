//! Ambler runs programs in Jac: a Python-like language whose data is a graph of nodes and edges and
//! whose programs are walkers that travel it.
//!
//! This file is the map: the modules from the ground up. A module uses only modules declared above it.

// ---- text to program
/// Files, places in them, and where a module's text comes from.
pub mod source;
/// What is wrong with a program, and how people are told.
pub mod diagnostics;
/// Text to syntax tree.
pub mod syntax;
/// The resolved program, data only.
pub mod code;
/// Syntax tree to resolved program.
pub mod resolve;

// ---- what programs compute with
/// Stacks and switching between them.
pub mod coroutine;
/// Values, a file per type, and the state of an isolate.
pub mod value;
/// The plain data form that leaves an isolate.
pub mod record;
/// Versioned records.
pub mod store;
/// Nodes, edges, ids, references.
pub mod graph;
/// Resolved code, values and graph to effects.
pub mod eval;
/// Builtin functions, types and their methods.
pub mod builtins;
/// Importable native modules.
pub mod modules;

// ---- life
/// One run of a program: a heap, its host, its globals.
pub mod isolate;
/// Programs from start to end, and async walkers.
pub mod task;

// ---- faces
/// Drawings of a graph.
pub mod picture;
/// The command line.
pub mod cli;
