//! Whole programs: the entry points of the resolver, and the order of its steps over all modules.
//!
//! Each step is done for all new modules before the next begins, since modules may import each
//! other. A session keeps what is known between the lines of a prompt. What a step does is in its
//! own file.

use super::analysis::Analysis;
use super::collect::{Table, collect};
use super::globals::Globals;
use super::imports::{public_names, relate};
use super::known::Known;
use super::load::{Library, Options};
use super::lower::{Lowerer, World};
use super::scope::Scopes;
use crate::code::{Module, Names, Symbol};
use crate::diagnostics::Diagnostic;
use crate::source::{Loader, SourceFile};
use crate::syntax;

/// A resolved program.
#[derive(Debug)]
pub struct Program {
    /// All Jac modules; imports name them by their place. They live for ever.
    pub modules: Vec<&'static Module>,
    /// The place of the main module.
    pub main: u32,
    /// What `check` reports: warnings, and errors that do not keep the program from running.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether any module declares an async walker.
    pub declares_async_walker: bool,
}

/// Resolves the program whose main module is `main`.
///
/// # Errors
/// The syntax errors of all modules that it imports, directly or not.
pub fn program(
    main: &SourceFile,
    loader: &dyn Loader,
    names: &dyn Names,
    options: &Options,
) -> Result<Program, Vec<Diagnostic>> {
    let mut resolver = Resolver::new(Library::new(options.clone(), main.path.as_deref()));
    resolver.library.main(main, loader);
    resolver.library.follow(loader, names);
    resolver.resolve(names, false)
}

/// Everything that is wrong with a program, in the order of its modules.
pub fn check(
    main: &SourceFile,
    loader: &dyn Loader,
    names: &dyn Names,
    options: &Options,
) -> Vec<Diagnostic> {
    match program(main, loader, names, options) {
        Ok(program) => program.diagnostics,
        Err(errors) => errors,
    }
}

/// A prompt: snippets that are resolved one after the other into the same main module.
///
/// A name that nothing defines yet gets a variable of the module, so that a function may use what a
/// later line defines.
pub struct Session {
    resolver: Resolver,
}

impl Session {
    pub fn new(options: &Options) -> Session {
        Session { resolver: Resolver::new(Library::new(options.clone(), None)) }
    }

    /// Resolves the next snippet. The program that comes back has all modules that were loaded so far; its
    /// main module is the snippet, with all variables that the session has had. If the snippet's last
    /// statement is an expression, the body of that module returns its value.
    ///
    /// # Errors
    /// Syntax errors of the snippet and of what it imports; the session is as it was before.
    pub fn resolve(
        &mut self,
        snippet: syntax::ast::Module,
        loader: &dyn Loader,
        names: &dyn Names,
    ) -> Result<Program, Vec<Diagnostic>> {
        self.resolver.library.replace_main(snippet);
        self.resolver.library.follow(loader, names);
        let resolved = self.resolver.resolve(names, true);
        if resolved.is_err() {
            self.resolver.library.forget(self.resolver.modules.len().max(1));
        }
        resolved
    }

    /// The names that the session has defined, for completion.
    pub fn names(&self) -> Vec<&'static str> {
        self.resolver
            .globals
            .first()
            .map(|globals| globals.defined().map(Symbol::name).collect())
            .unwrap_or_default()
    }
}

/// The state between the steps; a session keeps it from snippet to snippet.
struct Resolver {
    library: Library,
    /// By module.
    globals: Vec<Globals>,
    known: Known,
    modules: Vec<&'static Module>,
}

impl Resolver {
    fn new(library: Library) -> Resolver {
        Resolver { library, globals: Vec::new(), known: Known::default(), modules: Vec::new() }
    }

    /// Resolves the main module and all modules that are new.
    fn resolve(&mut self, names: &dyn Names, is_prompt: bool) -> Result<Program, Vec<Diagnostic>> {
        if !self.library.errors.is_empty() {
            return Err(std::mem::take(&mut self.library.errors));
        }
        let mut diagnostics = std::mem::take(&mut self.library.findings);
        let Resolver { library, globals, known, modules } = self;
        let units = library.units.as_slice();
        let is_new = |index: usize| index == 0 || index >= modules.len();
        let mut tables: Vec<(usize, Table<'_>)> = units
            .iter()
            .enumerate()
            .filter(|(index, _)| is_new(*index))
            .map(|(index, unit)| (index, collect(&unit.parts)))
            .collect();

        for unit in units.iter().skip(globals.len()) {
            globals.push(Globals::new(&unit.name));
        }
        for (index, table) in &tables {
            if let Some(globals) = globals.get_mut(*index) {
                let bound = &table.scopes.get(Scopes::MODULE).bound;
                bound.iter().for_each(|name| _ = globals.define(*name));
                globals.is_open |= units.get(*index).is_some_and(|unit| relate(*index as u32, unit, known));
            }
            known.add(*index as u32, &table.scopes);
        }
        spread(library, globals, known);

        for (index, table) in &mut tables {
            if let Some(globals) = globals.get_mut(*index) {
                let mut analysis = Analysis {
                    globals,
                    known,
                    names,
                    unit: *index as u32,
                    reserves: is_prompt && *index == 0,
                };
                let found = analysis.run(&mut table.scopes);
                table.diagnostics.extend(found);
            }
        }
        for (index, table) in tables {
            let (Some(unit), Some(own)) = (units.get(index), globals.get(index)) else { continue };
            let world = World { names, units, globals };
            let Table { scopes, mut impls, diagnostics: collected } = table;
            diagnostics.extend(collected);
            diagnostics.append(&mut impls.diagnostics);
            let mut lowerer = Lowerer::new(world, unit, own, scopes, impls);
            let module: &'static Module =
                Box::leak(Box::new(lowerer.module(&unit.parts, is_prompt && index == 0)));
            diagnostics.append(&mut lowerer.diagnostics);
            match modules.get_mut(index) {
                Some(old) => *old = module,
                None => modules.push(module),
            }
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
        let declares_async_walker = modules.iter().any(|module| module.declares_async_walker);
        Ok(Program { modules: modules.clone(), main: 0, diagnostics, declares_async_walker })
    }
}

/// Gives every module the names of those that it includes, until nothing changes: they may include each other.
fn spread(library: &Library, globals: &mut [Globals], known: &Known) {
    loop {
        let mut changed = false;
        for index in 0..globals.len() {
            for &included in known.included(index as u32) {
                let (Some(unit), Some(source)) =
                    (library.units.get(included as usize), globals.get(included as usize))
                else {
                    continue;
                };
                let taken = public_names(unit, source);
                let is_open = source.is_open;
                let Some(target) = globals.get_mut(index) else { continue };
                changed |= is_open && !target.is_open;
                target.is_open |= is_open;
                for name in taken {
                    changed |= target.get(name).is_none();
                    target.define(name);
                }
            }
        }
        if !changed {
            return;
        }
    }
}
