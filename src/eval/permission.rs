//! Permissions: who besides its owner may do what with an object, as `x.__jac__.access` shows it.
//!
//! They belong to the anchor of the object in this isolate, and nothing here enforces them: a run has
//! one user, the owner of all, who may write everything. What is kept are the level for everybody and
//! the levels for single roots. Which functions a program calls is the business of `builtins` and
//! `modules`.

use std::cell::OnceCell;

use super::{anchor, enumeration};
use crate::code::Symbol;
use crate::value::native::NativeObject;
use crate::value::{Class, Dict, Heap, Native, Outcome, Raised, Ref, Value, ops};

/// The module that the reference has the classes in.
const MODULE: &str = "jaclang.runtimelib.archetype";

/// The levels, from nothing to everything; each includes those before it.
const LEVELS: &[(&str, i64)] = &[("NO_ACCESS", -1), ("READ", 0), ("CONNECT", 1), ("WRITE", 2)];
const NO_ACCESS: i64 = -1;
const READ: i64 = 0;
const WRITE: i64 = 2;

/// The class that the isolate has made.
#[derive(Default)]
struct Levels(OnceCell<Ref<Class>>);

/// `AccessLevel`, an `IntEnum`.
pub fn level_class(heap: &Heap) -> Outcome<Ref<Class>> {
    let made = heap.attached::<Levels>();
    if let Some(class) = made.0.get() {
        return Ok(class.clone());
    }
    let base = match library_value(heap, "enum", "IntEnum")? {
        Some(Value::Class(base)) => base,
        _ => return Err(heap.runtime_error("the module `enum` has no IntEnum")),
    };
    let class = enumeration::make_class(heap, &base, "AccessLevel", MODULE, LEVELS)?;
    Ok(made.0.get_or_init(|| class).clone())
}

/// A name of a native module.
pub fn library_value(heap: &Heap, module: &str, name: &str) -> Outcome<Option<Value>> {
    match heap.library.module(heap, module) {
        Some(module) => ops::attribute::get(heap, &module?, Symbol::new(name)).map(Some),
        None => Ok(None),
    }
}

fn member(heap: &Heap, level: i64) -> Outcome {
    enumeration::by_value(heap, &level_class(heap)?, &Value::Int(level))
}

/// The level that a program gave: a member, a number, or a name. Nothing given is READ.
fn level_of(heap: &Heap, given: Option<&Value>) -> Outcome {
    let class = level_class(heap)?;
    match given {
        None => member(heap, READ),
        Some(Value::Str(name)) => {
            let known = LEVELS.iter().find(|(known, _)| *known == name.as_str());
            known.map_or_else(
                || Err(heap.key_error(Value::Str(name.clone()))),
                |(_, level)| member(heap, *level),
            )
        }
        Some(Value::Instance(instance)) if instance.class().same(&class) => {
            Ok(Value::Instance(instance.clone()))
        }
        Some(value) => enumeration::by_value(heap, &class, value),
    }
}

/// `x.__jac__.access`: the level for everybody and those of single roots.
struct Permission {
    all: Value,
    roots: Value,
}

impl NativeObject for Permission {
    fn type_name(&self) -> &'static str {
        "Permission"
    }
    fn module_name(&self) -> &'static str {
        MODULE
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&self.all);
        visit(&self.roots);
    }
    fn clear(&mut self, take: &mut dyn FnMut(Value)) {
        take(std::mem::take(&mut self.all));
        take(std::mem::take(&mut self.roots));
    }
    fn repr(&self, heap: &Heap) -> Option<Outcome<String>> {
        let shown = |value| ops::show::repr(heap, value);
        Some(
            shown(&self.all)
                .and_then(|all| Ok(format!("Permission(all={all}, roots={})", shown(&self.roots)?))),
        )
    }
    fn attribute(&self, _heap: &Heap, name: Symbol) -> Option<Outcome> {
        match name.name() {
            "all" => Some(Ok(self.all.clone())),
            "roots" => Some(Ok(self.roots.clone())),
            _ => None,
        }
    }
}

/// The levels of single roots, by their id.
struct Access {
    anchors: Ref<Dict>,
}

impl NativeObject for Access {
    fn type_name(&self) -> &'static str {
        "Access"
    }
    fn module_name(&self) -> &'static str {
        MODULE
    }
    fn trace(&self, visit: &mut dyn FnMut(&Value)) {
        visit(&Value::Dict(self.anchors.clone()));
    }
    fn repr(&self, heap: &Heap) -> Option<Outcome<String>> {
        let anchors = ops::show::repr(heap, &Value::Dict(self.anchors.clone()));
        Some(anchors.map(|anchors| format!("Access(anchors={anchors})")))
    }
    fn attribute(&self, _heap: &Heap, name: Symbol) -> Option<Outcome> {
        (name.name() == "anchors").then(|| Ok(Value::Dict(self.anchors.clone())))
    }
}

/// The permission of a new anchor: nobody else may do anything.
pub fn closed(heap: &Heap) -> Outcome {
    let roots = Value::Native(Native::new(heap, Access { anchors: Dict::new(heap) }));
    Ok(Value::Native(Native::new(heap, Permission { all: member(heap, NO_ACCESS)?, roots })))
}

#[cold]
fn no_anchor(heap: &Heap, value: &Value) -> Raised {
    heap.attribute_error(format!("'{}' object has no attribute '__jac__'", ops::types::type_name(value)))
}

/// The permission of an object.
fn of(heap: &Heap, object: &Value) -> Outcome<Ref<Native>> {
    let Value::Instance(instance) = object else { return Err(no_anchor(heap, object)) };
    let anchor = anchor::of(heap, instance);
    match ops::attribute::get(heap, &anchor, Symbol::new("access"))? {
        Value::Native(permission) => Ok(permission),
        _ => Err(no_anchor(heap, object)),
    }
}

/// The levels of single roots of an object.
fn roots_of(heap: &Heap, object: &Value) -> Outcome<Ref<Dict>> {
    let roots = of(heap, object)?.with(|permission: &Permission| permission.roots.clone());
    match roots {
        Some(Value::Native(access)) => {
            access.with(|access: &Access| access.anchors.clone()).ok_or_else(|| no_anchor(heap, object))
        }
        _ => Err(no_anchor(heap, object)),
    }
}

fn set_for_all(heap: &Heap, object: &Value, level: Value) -> Outcome {
    let permission = of(heap, object)?;
    let before = permission.edit(|permission: &mut Permission| std::mem::replace(&mut permission.all, level));
    drop(before);
    Ok(Value::None)
}

/// Gives everybody a level of access; READ if none is given.
pub fn grant(heap: &Heap, object: &Value, level: Option<&Value>) -> Outcome {
    of(heap, object)?;
    set_for_all(heap, object, level_of(heap, level)?)
}

/// Takes everybody's access back.
pub fn revoke(heap: &Heap, object: &Value) -> Outcome {
    set_for_all(heap, object, member(heap, NO_ACCESS)?)
}

/// Gives one root a level of access; READ if none is given.
pub fn allow_root(heap: &Heap, object: &Value, root: &Value, level: Option<&Value>) -> Outcome {
    let roots = roots_of(heap, object)?;
    let level = level_of(heap, level)?;
    roots.insert(heap, ops::show::str_value(heap, root)?, level)?;
    Ok(Value::None)
}

/// Takes what one root was given back.
pub fn disallow_root(heap: &Heap, object: &Value, root: &Value) -> Outcome {
    let roots = roots_of(heap, object)?;
    roots.remove(heap, &ops::show::str_value(heap, root)?)?;
    Ok(Value::None)
}

/// What the user of this run may do with an object, given its anchor: everything.
pub fn own_level(heap: &Heap, given: &Value) -> Outcome {
    need_anchor(heap, given)?;
    member(heap, WRITE)
}

/// Whether the user of this run may do something with an object, given its anchor: yes.
pub fn passes(heap: &Heap, given: &Value) -> Outcome {
    need_anchor(heap, given)?;
    Ok(Value::bool(true))
}

fn need_anchor(heap: &Heap, given: &Value) -> Outcome<()> {
    match given {
        Value::Native(native) if native.is::<anchor::Anchor>() => Ok(()),
        other => Err(heap.type_error(format!(
            "an anchor (`x.__jac__`) is needed, not '{}'",
            ops::types::type_name(other)
        ))),
    }
}
