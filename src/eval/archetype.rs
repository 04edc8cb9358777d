//! Class statements: running the body, the resolution order, fields and abilities.
//!
//! Once the class exists, methods learn it, enum members are made and hooks run, in this order.
//! Making instances is in `construct`, classes out of `type(…)` in `builtins::linearization`.

use std::rc::Rc;

use super::compile::{Compiler, Eval, Exec};
use super::function;
use super::linearize::linearize;
use crate::code::{Archetype, ArchetypeKind, FieldDefault as Default_, Symbol};
use crate::source::Span;
use crate::value::class::{
    AbilityInfo, AttributeMap, ClassParts, FieldDefault, FieldInfo, hidden_slots, special,
};
use crate::value::function::Code;
use crate::value::{
    BuiltinType, CellBox, Class, ClassKind, Frame, Function, Heap, Outcome, Ref, Str, Value, names, ops,
};

pub use super::construct::construct;

/// The body of a class statement, compiled.
struct Scope {
    code: &'static Code,
    body: Exec,
    window: u16,
    cells: Box<[u16]>,
    fields: Box<[(Symbol, FieldCode)]>,
    triggers: Box<[Option<Eval>]>,
}

enum FieldCode {
    Required,
    Constant(Eval),
    Thunk(Eval),
    PostInit,
}

fn scope(outer: &Compiler, archetype: &'static Archetype) -> Scope {
    let info = &archetype.scope;
    let (mut c, cells) = Compiler::for_scope(info, outer.commits);
    let body = c.block(&info.body);
    let fields = archetype
        .fields
        .iter()
        .map(|field| {
            let code = match &field.default {
                Default_::Required => FieldCode::Required,
                Default_::Constant(e) => FieldCode::Constant(c.expr(e)),
                Default_::Thunk(e) => FieldCode::Thunk(c.expr(e)),
                Default_::PostInit => FieldCode::PostInit,
            };
            (field.name, code)
        })
        .collect();
    let triggers = archetype.abilities.iter().map(|a| a.trigger.as_ref().map(|e| c.expr(e))).collect();
    Scope { code: outer.code(info), body, window: c.window(), cells, fields, triggers }
}

/// A class statement.
pub fn make_class(c: &mut Compiler, archetype: &'static Archetype, span: Span) -> Eval {
    let bases: Box<[Eval]> = archetype.bases.iter().map(|e| c.expr(e)).collect();
    let scope = scope(c, archetype);
    let base = c.base();
    c.reserve(2);
    let captures_slot = c.captures_slot;
    Box::new(move |frame| {
        let heap = frame.heap;
        let mut classes = Vec::new();
        for base in &bases {
            match base(frame)? {
                Value::Class(class) => classes.push(class),
                other => {
                    let message = format!("bases must be classes, not '{}'", ops::types::type_name(&other));
                    return Err(heap.at(heap.type_error(message), span));
                }
            }
        }
        let cells = function::take_cells(frame, &archetype.captures, captures_slot);
        let window = frame.callee(base);
        let saved = heap.enter(window, scope.window).map_err(|raised| heap.at(raised, span))?;
        if let Some(slot) = scope.code.captures_slot {
            window.put(slot, Value::Function(Function::new(heap, scope.code, cells, Vec::new(), Vec::new())));
        }
        let result = run_scope(window, archetype, &scope, classes);
        window.clear(0, scope.code.locals);
        heap.exit(saved);
        match result {
            Ok(class) => Ok(Value::Class(class)),
            Err(raised) => Err(heap.at(heap.leave(raised, &archetype.scope), span)),
        }
    })
}

/// Makes a class in an isolate that did not run the statement: for one that came out of a record.
pub struct Maker {
    make: Eval,
    window: usize,
}

impl Maker {
    /// For a class statement that captures nothing from around it.
    pub fn new(archetype: &'static Archetype) -> Maker {
        let (mut c, _) = Compiler::for_scope(&archetype.scope, true);
        let make = make_class(&mut c, archetype, archetype.span);
        Maker { make, window: c.window() as usize }
    }

    pub fn make(&self, heap: &Heap) -> Outcome<Ref<Class>> {
        let frame = heap.top_frame();
        heap.ensure_slots(frame, self.window)?;
        let made = heap.above(frame, self.window, || (self.make)(frame))?;
        frame.clear(0, self.window as u16);
        match made {
            Value::Class(class) => Ok(class),
            _ => Err(heap.type_error("a class statement made no class")),
        }
    }
}

fn run_scope(
    frame: Frame<'_>,
    archetype: &'static Archetype,
    scope: &Scope,
    bases: Vec<Ref<Class>>,
) -> Outcome<Ref<Class>> {
    let heap = frame.heap;
    for &slot in &scope.cells {
        frame.set(slot, Value::Cell(CellBox::new(heap, Value::Unbound)));
    }
    (scope.body)(frame)?;
    let mut own = AttributeMap::default();
    let mut fields = Vec::new();
    for (name, code) in &scope.fields {
        let default = match code {
            FieldCode::Required => FieldDefault::Required,
            FieldCode::PostInit => FieldDefault::PostInit,
            FieldCode::Thunk(thunk) => FieldDefault::Thunk(thunk(frame)?),
            FieldCode::Constant(value) => {
                let value = value(frame)?;
                own.insert(*name, value.clone());
                FieldDefault::Value(value)
            }
        };
        fields.push(FieldInfo { name: *name, default });
    }
    for (name, slot) in &archetype.names {
        let value = match frame.get(*slot) {
            Value::Cell(cell) => cell.get(),
            value => value.clone(),
        };
        if !value.is_unbound() {
            own.insert(*name, value);
        }
    }
    let mut triggers = Vec::new();
    for trigger in &scope.triggers {
        triggers.push(match trigger {
            Some(trigger) => Some(trigger(frame)?),
            None => None,
        });
    }
    let class = assemble(heap, archetype, bases, own, fields, triggers)?;
    if let Some(slot) = archetype.class_cell
        && let Value::Cell(cell) = frame.get(slot)
    {
        cell.set(Value::Class(class.clone())).discard();
    }
    finish(heap, archetype, &class)?;
    Ok(class)
}

fn kind_of(kind: ArchetypeKind) -> (ClassKind, BuiltinType) {
    match kind {
        ArchetypeKind::Obj => (ClassKind::Obj, BuiltinType::Archetype),
        ArchetypeKind::Class => (ClassKind::Class, BuiltinType::Object),
        ArchetypeKind::Node => (ClassKind::Node, BuiltinType::NodeArchetype),
        ArchetypeKind::Edge => (ClassKind::Edge, BuiltinType::EdgeArchetype),
        ArchetypeKind::Walker => (ClassKind::Walker, BuiltinType::WalkerArchetype),
        ArchetypeKind::Enum => (ClassKind::Enum, BuiltinType::Object),
    }
}

/// What instances are made of: the one base that is more than a plain object.
fn layout_of(heap: &Heap, bases: &[Ref<Class>]) -> Outcome<BuiltinType> {
    use BuiltinType as T;
    let plain = |t: T| matches!(t, T::Object | T::Archetype);
    let mut layout = T::Object;
    for base in bases {
        let own = base.builtin;
        if plain(own) {
            if layout == T::Object {
                layout = own;
            }
            continue;
        }
        if !plain(layout) && layout != own {
            return Err(heap.type_error("multiple bases have instance lay-out conflict"));
        }
        layout = own;
    }
    Ok(layout)
}

fn assemble(
    heap: &Heap,
    archetype: &'static Archetype,
    mut bases: Vec<Ref<Class>>,
    own: AttributeMap,
    own_fields: Vec<FieldInfo>,
    triggers: Vec<Option<Value>>,
) -> Outcome<Ref<Class>> {
    let (mut kind, root) = kind_of(archetype.kind);
    let root = heap.type_class(root).clone();
    if let Some(inherited) = bases.iter().find(|b| b.kind == ClassKind::Enum) {
        kind = inherited.kind;
    }
    if !bases.iter().any(|b| b.is_subclass_of(&root)) {
        bases.push(root);
    }
    let layout = layout_of(heap, &bases)?;
    let mro = linearize(heap, &archetype.name, &bases)?;
    let mut fields: Vec<FieldInfo> = Vec::new();
    let mut extra_slots: Vec<Symbol> = Vec::new();
    for class in mro.iter().rev() {
        for field in class.fields() {
            put_field(&mut fields, FieldInfo { name: field.name, default: field.default.clone() });
        }
        extra_slots.extend(class.slots().filter(|(_, slot)| *slot >= class.hidden).map(|(name, _)| name));
    }
    for field in own_fields {
        put_field(&mut fields, field);
    }
    extra_slots.extend(&archetype.self_attributes);
    if kind == ClassKind::Enum {
        extra_slots.extend([names::VALUE_PRIVATE, names::NAME_PRIVATE]);
    }
    if matches!(kind, ClassKind::Obj | ClassKind::Node | ClassKind::Edge | ClassKind::Walker) {
        check_order(heap, &fields)?;
    }
    let abilities = abilities(archetype, &mro, &own, triggers);
    let text = |t: &str| Rc::new(Str::new(t));
    let parts = ClassParts {
        name: text(&archetype.name),
        qualname: text(&archetype.qualname),
        module: text(&archetype.module),
        kind,
        builtin: layout,
        is_async: archetype.is_async || mro.iter().any(|c| c.is_async),
        declaration: Some(archetype),
        bases,
        mro,
        own,
        hidden: hidden_slots(layout),
        fields,
        extra_slots,
        abilities,
    };
    Ok(Class::new(heap, parts, None))
}

/// A redeclared field keeps its place and gets the new default.
fn put_field(fields: &mut Vec<FieldInfo>, field: FieldInfo) {
    match fields.iter_mut().find(|f| f.name == field.name) {
        Some(old) => *old = field,
        None => fields.push(field),
    }
}

fn check_order(heap: &Heap, fields: &[FieldInfo]) -> Outcome<()> {
    let mut defaulted = false;
    for field in fields {
        match field.default {
            FieldDefault::Required if defaulted => {
                return Err(heap
                    .type_error(format!("non-default argument '{}' follows default argument", field.name)));
            }
            FieldDefault::Required | FieldDefault::PostInit => {}
            FieldDefault::Value(_) | FieldDefault::Thunk(_) => defaulted = true,
        }
    }
    Ok(())
}

/// The abilities of a class: those of the first base that has any, then its own; one of the same name and
/// moment takes the place of the inherited one.
fn abilities(
    archetype: &'static Archetype,
    mro: &[Ref<Class>],
    own: &AttributeMap,
    triggers: Vec<Option<Value>>,
) -> Vec<Rc<AbilityInfo>> {
    let mut all: Vec<Rc<AbilityInfo>> =
        mro.iter().find(|c| !c.abilities().is_empty()).map(|c| c.abilities().to_vec()).unwrap_or_default();
    let declared = &archetype.abilities;
    for (index, (ability, trigger)) in declared.iter().zip(triggers).enumerate() {
        // Entry and exit of one name are one method: the later one counts.
        if declared[index + 1..].iter().any(|later| later.name == ability.name) {
            continue;
        }
        let Some(function) = own.get(&ability.name) else { continue };
        let info = Rc::new(AbilityInfo {
            name: ability.name,
            moment: ability.moment,
            function: function.clone(),
            trigger,
            types: std::cell::OnceCell::new(),
        });
        match all.iter_mut().find(|a| a.name == ability.name && a.moment == ability.moment) {
            Some(old) => *old = info,
            None => all.push(info),
        }
    }
    all
}

/// What happens once the class exists: methods learn their class, enum members are made, hooks run.
fn finish(heap: &Heap, archetype: &'static Archetype, class: &Ref<Class>) -> Outcome<()> {
    let own: Vec<(Symbol, Value)> = class.own().iter().map(|(name, value)| (*name, value.clone())).collect();
    for (_, value) in &own {
        if let Value::Function(function) = value {
            function.set_owner(class);
        }
    }
    if class.kind == ClassKind::Enum {
        super::enumeration::make_members(heap, archetype, class)?;
    }
    for (name, value) in &own {
        if let Value::Instance(_) = value
            && class.kind != ClassKind::Enum
        {
            ops::attribute::call_method(
                heap,
                value,
                names::SET_NAME,
                &mut [Value::Class(class.clone()), Value::str(name.name())],
            )?;
        }
    }
    if let Some(hook) = class.mro().iter().find_map(|c| c.own().get(&names::INIT_SUBCLASS)).cloned()
        && !matches!(hook, Value::Builtin(_))
    {
        let hook = match hook {
            Value::Descriptor(d) => d.part(0),
            other => other,
        };
        heap.call(&hook, &mut [Value::Class(class.clone())])?;
    }
    Ok(())
}

/// Whether the class's own body (not a base's) defines the constructor.
pub fn own_init(class: &Class) -> Option<&Value> {
    if class.has_special(special::OWN_INIT) { class.own().get(&names::INIT) } else { None }
}

/// The kinds whose constructor is generated from their fields.
pub fn has_generated_init(class: &Class) -> bool {
    matches!(class.kind, ClassKind::Obj | ClassKind::Node | ClassKind::Edge | ClassKind::Walker)
        && (class.declaration.is_some() || class.builtin == BuiltinType::Archetype)
}
