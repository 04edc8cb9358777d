//! Loading: the main module, its annexes, and every Jac module that any of them imports, however deep.
//!
//! It decides which file a dotted name means, reads each file once, and remembers what every import
//! of a module refers to. It parses, and leaves all meaning of the text to the passes behind it.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::annex::is_annex;
use super::scope::Map;
use crate::code::{ModuleRef, Names};
use crate::diagnostics::{Diagnostic, suggest};
use crate::source::{self, Loader, SourceFile, Span};
use crate::syntax::{self, ast};

/// Where modules are looked for, besides the directories of the importing and of the main file.
#[derive(Clone, Debug)]
pub struct Options {
    /// The main module's `__name__`.
    pub main_name: Arc<str>,
    /// The entries of `JACPATH`.
    pub path: Vec<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Options { main_name: Arc::from("__main__"), path: Vec::new() }
    }
}

/// A file of a module.
pub(super) struct Part {
    pub ast: ast::Module,
    pub kind: PartKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum PartKind {
    /// `m.impl.jac`.
    Impl,
    Main,
    /// `m.test.jac`.
    Test,
}

impl Part {
    pub fn is_main(&self) -> bool {
        self.kind == PartKind::Main
    }
}

/// A module of the program.
pub(super) struct Unit {
    pub name: Arc<str>,
    pub path: Option<PathBuf>,
    /// Where its relative imports start.
    dir: PathBuf,
    pub is_package: bool,
    /// In the order in which they run.
    pub parts: Vec<Part>,
    /// What its imports mean.
    targets: Map<Wanted, Vec<ModuleRef>>,
    /// Modules that are items of `import from`.
    submodules: Map<(Wanted, Arc<str>), ModuleRef>,
}

/// An import's module, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Wanted {
    level: u32,
    names: Vec<Arc<str>>,
}

impl Wanted {
    fn of(path: &ast::ModulePath) -> Wanted {
        Wanted { level: path.level, names: path.names.iter().map(|name| name.text.clone()).collect() }
    }
}

/// `..a.b`, as an import writes it.
pub(super) fn written(path: &ast::ModulePath) -> String {
    let names: Vec<&str> = path.names.iter().map(|name| name.as_str()).collect();
    format!("{}{}", ".".repeat(path.level as usize), names.join("."))
}

impl Unit {
    /// The module behind each name of a dotted path; for `import from . { … }`, the package alone.
    pub fn target(&self, path: &ast::ModulePath) -> Vec<ModuleRef> {
        match self.targets.get(&Wanted::of(path)) {
            Some(found) => found.clone(),
            None => vec![ModuleRef::Missing(written(path).into()); path.names.len().max(1)],
        }
    }

    /// The module that an item of `import from` means if its module has no such attribute.
    pub fn submodule(&self, path: &ast::ModulePath, item: &Arc<str>) -> Option<ModuleRef> {
        self.submodules.get(&(Wanted::of(path), item.clone())).cloned()
    }
}

/// All modules that are loaded.
pub(super) struct Library {
    pub units: Vec<Unit>,
    by_path: Map<PathBuf, u32>,
    options: Options,
    /// The main file's directory, from which dotted names count.
    root: PathBuf,
    /// Modules up to here have had their imports followed.
    followed: usize,
    /// A program with one of these does not run.
    pub errors: Vec<Diagnostic>,
    /// Imports that lead nowhere.
    pub findings: Vec<Diagnostic>,
}

/// Where a dotted name was found.
enum Location {
    File(PathBuf),
    Package(PathBuf),
}

struct Request {
    wanted: Wanted,
    span: Span,
    items: Vec<Arc<str>>,
}

impl Library {
    pub fn new(options: Options, main: Option<&Path>) -> Library {
        let root = main.and_then(Path::parent).map(normal).unwrap_or_default();
        Library {
            units: Vec::new(),
            by_path: Map::default(),
            options,
            root,
            followed: 0,
            errors: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Loads the main module; its imports wait for [`Library::follow`].
    pub fn main(&mut self, file: &SourceFile, loader: &dyn Loader) {
        let part = self.parse(file, PartKind::Main);
        let mut parts = vec![part];
        if let Some(path) = &file.path {
            parts.extend(self.annexes(path, loader));
        }
        let unit =
            self.unit(self.options.main_name.clone(), file.path.clone(), self.root.clone(), false, parts);
        self.units.push(unit);
    }

    /// Puts new text into the main module, which keeps its place.
    pub fn replace_main(&mut self, module: ast::Module) {
        let parts = vec![Part { ast: module, kind: PartKind::Main }];
        let unit = self.unit(self.options.main_name.clone(), None, self.root.clone(), false, parts);
        match self.units.first_mut() {
            Some(first) => *first = unit,
            None => self.units.push(unit),
        }
    }

    /// Drops the modules from a place on: one of them has a syntax error, and may be repaired.
    pub fn forget(&mut self, from: usize) {
        self.units.truncate(from);
        self.by_path.retain(|_, index| (*index as usize) < from);
        self.followed = self.followed.min(from);
        self.findings.clear();
    }

    fn unit(
        &self,
        name: Arc<str>,
        path: Option<PathBuf>,
        dir: PathBuf,
        is_package: bool,
        mut parts: Vec<Part>,
    ) -> Unit {
        parts.sort_by_key(|part| part.kind as u8);
        Unit { name, path, dir, is_package, parts, targets: Map::default(), submodules: Map::default() }
    }

    fn parse(&mut self, file: &SourceFile, kind: PartKind) -> Part {
        let parsed = syntax::parse(file);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            parsed.diagnostics.into_iter().partition(Diagnostic::is_error);
        self.errors.extend(errors);
        self.findings.extend(warnings);
        Part { ast: parsed.module, kind }
    }

    /// Loads what the main module imports, and all modules that were not followed yet.
    pub fn follow(&mut self, loader: &dyn Loader, names: &dyn Names) {
        self.follow_one(0, loader, names);
        self.followed = self.followed.max(1);
        while self.followed < self.units.len() {
            self.follow_one(self.followed, loader, names);
            self.followed += 1;
        }
    }

    fn follow_one(&mut self, index: usize, loader: &dyn Loader, names: &dyn Names) {
        let Some(unit) = self.units.get(index) else { return };
        let mut requests = Vec::new();
        for part in &unit.parts {
            for item in &part.ast.items {
                imports(ast::Node::Item(item), &mut requests);
            }
        }
        for request in requests {
            let dir = self.units[index].dir.clone();
            let found = self.resolve(&request, &dir, loader, names);
            for item in &request.items {
                if let Some(submodule) = self.item(&request.wanted, &dir, found.last(), item, loader, names) {
                    self.units[index].submodules.insert((request.wanted.clone(), item.clone()), submodule);
                }
            }
            self.units[index].targets.insert(request.wanted, found);
        }
    }

    /// The modules behind the names of an import.
    fn resolve(
        &mut self,
        request: &Request,
        dir: &Path,
        loader: &dyn Loader,
        names: &dyn Names,
    ) -> Vec<ModuleRef> {
        let wanted = &request.wanted;
        if wanted.names.is_empty() {
            return vec![self.package(&up(dir, wanted.level), loader)];
        }
        for base in self.bases(dir, wanted.level) {
            if let Some(location) = locate(&base, &wanted.names, loader) {
                let mut found: Vec<ModuleRef> = Vec::new();
                for count in 1..wanted.names.len() {
                    let path =
                        wanted.names.iter().take(count).fold(base.clone(), |path, name| path.join(&**name));
                    found.push(self.package(&path, loader));
                }
                found.push(match location {
                    Location::File(path) => self.file(&path, request.span, loader),
                    Location::Package(path) => self.package(&path, loader),
                });
                return found;
            }
        }
        self.native(request, names)
    }

    /// Modules of the runtime, or nothing.
    fn native(&mut self, request: &Request, names: &dyn Names) -> Vec<ModuleRef> {
        let wanted = &request.wanted;
        let mut dotted = String::new();
        let mut found = Vec::new();
        let mut missing = None;
        for name in &wanted.names {
            if !dotted.is_empty() {
                dotted.push('.');
            }
            dotted.push_str(name);
            if wanted.level == 0 && names.is_native_module(&dotted) {
                found.push(ModuleRef::Native(dotted.as_str().into()));
            } else {
                missing = missing.or_else(|| Some(dotted.clone()));
                found.push(ModuleRef::Missing(dotted.as_str().into()));
            }
        }
        // `os` of `os.path` may be known by its submodules alone.
        let is_found = found.last().is_some_and(|last| matches!(last, ModuleRef::Native(_)));
        if let Some(missing) = missing.filter(|_| !is_found) {
            self.findings.push(not_found(request, &missing, names));
        }
        found
    }

    /// The directories in which an import is looked for.
    fn bases(&self, dir: &Path, level: u32) -> Vec<PathBuf> {
        if level > 0 {
            return vec![up(dir, level)];
        }
        let mut bases = vec![dir.to_owned()];
        for base in std::iter::once(&self.root).chain(&self.options.path) {
            let base = normal(base);
            if !bases.contains(&base) {
                bases.push(base);
            }
        }
        bases
    }

    /// A module that is an item of `import from`.
    fn item(
        &mut self,
        wanted: &Wanted,
        dir: &Path,
        module: Option<&ModuleRef>,
        item: &Arc<str>,
        loader: &dyn Loader,
        names: &dyn Names,
    ) -> Option<ModuleRef> {
        match module? {
            ModuleRef::Native(dotted) => {
                let dotted = format!("{dotted}.{item}");
                names.is_native_module(&dotted).then(|| ModuleRef::Native(dotted.into()))
            }
            ModuleRef::Jac(index) => {
                let unit = self.units.get(*index as usize).filter(|unit| unit.is_package)?;
                let base = unit.dir.clone();
                self.located(&base, item, loader)
            }
            ModuleRef::Missing(_) if wanted.names.is_empty() => {
                self.located(&up(dir, wanted.level), item, loader)
            }
            ModuleRef::Missing(_) => None,
        }
    }

    fn located(&mut self, base: &Path, name: &Arc<str>, loader: &dyn Loader) -> Option<ModuleRef> {
        Some(match locate(base, std::slice::from_ref(name), loader)? {
            Location::File(path) => self.file(&path, Span::NONE, loader),
            Location::Package(path) => self.package(&path, loader),
        })
    }

    fn file(&mut self, path: &Path, span: Span, loader: &dyn Loader) -> ModuleRef {
        let dir = path.parent().map(Path::to_owned).unwrap_or_default();
        self.module(path, dir, false, &path.with_extension(""), span, loader)
    }

    /// A directory as a module; its `__init__.jac` runs if there is one.
    fn package(&mut self, dir: &Path, loader: &dyn Loader) -> ModuleRef {
        let init = dir.join("__init__.jac");
        if loader.exists(&init) {
            return self.module(&init, dir.to_owned(), true, dir, Span::NONE, loader);
        }
        if let Some(&index) = self.by_path.get(dir) {
            return ModuleRef::Jac(index);
        }
        let unit = self.unit(self.dotted(dir), None, dir.to_owned(), true, Vec::new());
        self.push(dir, unit)
    }

    fn module(
        &mut self,
        path: &Path,
        dir: PathBuf,
        is_package: bool,
        named: &Path,
        span: Span,
        loader: &dyn Loader,
    ) -> ModuleRef {
        if let Some(&index) = self.by_path.get(path) {
            return ModuleRef::Jac(index);
        }
        let text = match loader.read(path) {
            Ok(text) => text,
            Err(error) => {
                let shown = path.display().to_string();
                self.errors.push(
                    Diagnostic::error("E0218", span, format!("cannot read `{shown}`"))
                        .label("imported here")
                        .help(format!("the module was found, but could not be read: {error}")),
                );
                return ModuleRef::Missing(self.dotted(named));
            }
        };
        let file = source::add(&path.display().to_string(), Some(path.to_owned()), text);
        let mut parts = vec![self.parse(&file, PartKind::Main)];
        parts.extend(self.annexes(path, loader));
        let unit = self.unit(self.dotted(named), Some(path.to_owned()), dir, is_package, parts);
        self.push(path, unit)
    }

    fn push(&mut self, path: &Path, unit: Unit) -> ModuleRef {
        let index = self.units.len() as u32;
        self.units.push(unit);
        self.by_path.insert(path.to_owned(), index);
        ModuleRef::Jac(index)
    }

    /// `m.impl.jac`, `m.*.impl.jac`, `m.impl/*.impl.jac` and `impl/m.*.impl.jac` of `m.jac`, and the same for tests.
    fn annexes(&mut self, path: &Path, loader: &dyn Loader) -> Vec<Part> {
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { return Vec::new() };
        let dir = path.parent().unwrap_or(Path::new(""));
        let beside = loader.list(dir);
        let mut parts = Vec::new();
        for (kind, word) in [(PartKind::Impl, "impl"), (PartKind::Test, "test")] {
            let inside = loader.list(&dir.join(format!("{stem}.{word}")));
            let suffix = format!(".{word}.jac");
            let shared = loader.list(&dir.join(word));
            let own = format!("{stem}.");
            let files = beside.iter().chain(&shared).filter(|file| is_annex(file, &own, &suffix));
            for file in files.chain(inside.iter().filter(|file| is_annex(file, "", &suffix))) {
                if file == path {
                    continue;
                }
                match loader.read(file) {
                    Ok(text) => {
                        let file = source::add(&file.display().to_string(), Some(file.clone()), text);
                        parts.push(self.parse(&file, kind));
                    }
                    Err(error) => self.errors.push(
                        Diagnostic::error("E0218", Span::NONE, format!("cannot read `{}`", file.display()))
                            .help(format!(
                                "it belongs to `{}`, but could not be read: {error}",
                                path.display()
                            )),
                    ),
                }
            }
        }
        parts
    }

    /// The dotted name of a module's path (without extension): from the main file's directory, an entry
    /// of `JACPATH`, or else its last part.
    fn dotted(&self, path: &Path) -> Arc<str> {
        let roots =
            std::iter::once(self.root.clone()).chain(self.options.path.iter().map(|entry| normal(entry)));
        for root in roots {
            if let Ok(rest) = path.strip_prefix(&root)
                && rest.components().all(|part| matches!(part, Component::Normal(_)))
            {
                let names: Vec<String> =
                    rest.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
                if !names.is_empty() {
                    return names.join(".").into();
                }
            }
        }
        path.file_name().map_or_else(|| Arc::from("."), |name| name.to_string_lossy().into_owned().into())
    }
}

/// A path without `.` and, where that is known, without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            _ => out.push(part),
        }
    }
    out
}

/// The directory that `level` dots mean in a file of `dir`.
fn up(dir: &Path, level: u32) -> PathBuf {
    let mut path = dir.to_owned();
    // More levels than any file system has lead nowhere anyway.
    for _ in 1..level.min(256) {
        path.push("..");
    }
    normal(&path)
}

fn locate(base: &Path, names: &[Arc<str>], loader: &dyn Loader) -> Option<Location> {
    let path = names.iter().fold(base.to_owned(), |path, name| path.join(&**name));
    if loader.exists(&path.join("__init__.jac")) {
        return Some(Location::Package(path));
    }
    let file = path.with_file_name(format!("{}.jac", names.last()?));
    if loader.exists(&file) {
        return Some(Location::File(file));
    }
    let is_jac = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "jac");
    loader.list(&path).iter().any(is_jac).then_some(Location::Package(path))
}

/// The imports in and below a node.
fn imports(node: ast::Node<'_>, found: &mut Vec<Request>) {
    if let ast::Node::Item(item) = node
        && let ast::ItemKind::Import(import) = &item.kind
    {
        match import {
            ast::Import::Modules(list) => {
                found.extend(list.iter().map(|module| Request {
                    wanted: Wanted::of(&module.module),
                    span: module.module.span,
                    items: Vec::new(),
                }));
            }
            ast::Import::From { module, names } => {
                let items = names.iter().map(|item| item.name.text.clone()).collect();
                found.push(Request { wanted: Wanted::of(module), span: module.span, items });
            }
            ast::Import::Include(module) => {
                found.push(Request {
                    wanted: Wanted::of(&module.module),
                    span: module.module.span,
                    items: Vec::new(),
                });
            }
        }
    }
    node.children(&mut |child| imports(child, found));
}

fn not_found(request: &Request, missing: &str, names: &dyn Names) -> Diagnostic {
    let shown = format!("{}{missing}", ".".repeat(request.wanted.level as usize));
    let report = Diagnostic::error("E0210", request.span, format!("no module `{shown}`")).label("not found");
    match suggest(missing, names.native_modules().into_iter()) {
        Some(meant) => report.help(format!("did you mean `{meant}`?")),
        None if request.wanted.level > 0 => report.help("each dot is one directory up from the file that imports"),
        None => report.help("it is neither a Jac file beside this one or on `JACPATH`, nor part of the runtime; Python packages cannot be imported"),
    }
}
