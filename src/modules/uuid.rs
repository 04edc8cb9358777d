//! `uuid`: 128-bit ids: `UUID`, `uuid4`, `uuid5` and the name spaces.
//!
//! Chance comes from the host. An id crosses to another isolate as its text.

use ::uuid::Uuid;

use crate::builtins::{ModuleEntry, argument};
use crate::code::{CompareOp, Symbol};
use crate::eval::host;
use crate::value::native::NativeObject;
use crate::value::ops::convert::to_big;
use crate::value::{Args, Bytes, Dict, Heap, Native, NativeFunction, Outcome, Ref, Value};

pub static MODULE: ModuleEntry = ModuleEntry {
    name: "uuid",
    doc: "128-bit ids.",
    functions: FUNCTIONS,
    values,
    native_types: &[("UUID", METHODS)],
};

const FROZEN: &str = "uuid.UUID";

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new("uuid4", "()", "A random id.", &[("len(str(uuid.uuid4()))", "36")], |heap, _| {
        let (high, low) = (host(heap).entropy(heap)?, host(heap).entropy(heap)?);
        let random = (u128::from(high) << 64) | u128::from(low);
        Ok(made(heap, ::uuid::Builder::from_random_bytes(random.to_be_bytes()).into_uuid()))
    }),
    NativeFunction::new(
        "uuid5",
        "(namespace, name)",
        "The id of a name in a name space.",
        &[("str(uuid.uuid5(uuid.NAMESPACE_DNS, 'a'))[14]", "'5'")],
        |heap, args| {
            let Some(space) = of(args.get(0)) else {
                return Err(heap.type_error("a UUID is required as name space"));
            };
            let name = argument::need_text(heap, args.get(1))?;
            Ok(made(heap, Uuid::new_v5(&space, name.as_str().as_bytes())))
        },
    ),
];

static METHODS: &[NativeFunction] = &[NativeFunction::new(
    "__new__",
    "(cls, hex=None, bytes=None, bytes_le=None, fields=None, int=None, version=None)",
    "An id of 32 hexadecimal digits, 16 octets or a number.",
    &[("uuid.UUID(int=1).hex[-2:]", "'01'")],
    run_new,
)];

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    module.set_str("UUID", Value::Class(heap.native_class("UUID", "uuid")));
    for (name, space) in [
        ("NAMESPACE_DNS", Uuid::NAMESPACE_DNS),
        ("NAMESPACE_URL", Uuid::NAMESPACE_URL),
        ("NAMESPACE_OID", Uuid::NAMESPACE_OID),
        ("NAMESPACE_X500", Uuid::NAMESPACE_X500),
    ] {
        module.set_str(name, made(heap, space));
    }
    Ok(())
}

/// An id as a value.
struct Id(Uuid);

fn made(heap: &Heap, id: Uuid) -> Value {
    Value::Native(Native::new(heap, Id(id)))
}

fn of(value: &Value) -> Option<Uuid> {
    match value {
        Value::Native(native) => native.with(|id: &Id| id.0),
        _ => None,
    }
}

fn run_new(heap: &Heap, args: Args<'_>) -> Outcome {
    let given: Vec<usize> = (1..=5).filter(|index| args.some(*index).is_some()).collect();
    let bits = match given[..] {
        [1] => {
            let text = argument::need_text(heap, args.get(1))?;
            let digits = text.as_str().replace("urn:", "").replace("uuid:", "");
            let digits = digits.trim_matches(|c| c == '{' || c == '}').replace('-', "");
            if digits.chars().count() != 32 {
                return Err(heap.value_error("badly formed hexadecimal UUID string"));
            }
            match u128::from_str_radix(&digits, 16) {
                Ok(bits) => bits,
                Err(_) => {
                    let shown = crate::value::text::repr_str(&digits);
                    return Err(heap.value_error(format!("invalid literal for int() with base 16: {shown}")));
                }
            }
        }
        [2] => {
            let octets = argument::need_bytes(heap, args.get(2))?;
            match <[u8; 16]>::try_from(octets.as_slice()) {
                Ok(octets) => u128::from_be_bytes(octets),
                Err(_) => return Err(heap.value_error("bytes is not a 16-char string")),
            }
        }
        [5] => match to_big(args.get(5)).and_then(|n| u128::try_from(n).ok()) {
            Some(bits) => bits,
            None => return Err(heap.value_error("int is out of range (need a 128-bit value)")),
        },
        _ => {
            return Err(
                heap.type_error("one of the hex, bytes, bytes_le, fields, or int arguments must be given")
            );
        }
    };
    Ok(made(heap, Uuid::from_u128(bits)))
}

impl NativeObject for Id {
    fn type_name(&self) -> &'static str {
        "UUID"
    }
    fn module_name(&self) -> &'static str {
        "uuid"
    }
    fn repr(&self, _heap: &Heap) -> Option<Outcome<String>> {
        Some(Ok(format!("UUID('{}')", self.0.hyphenated())))
    }
    fn str(&self, _heap: &Heap) -> Option<Outcome<String>> {
        Some(Ok(self.0.hyphenated().to_string()))
    }
    fn attribute(&self, _heap: &Heap, name: Symbol) -> Option<Outcome> {
        Some(Ok(match name.name() {
            "hex" => Value::from(self.0.simple().to_string()),
            "int" => Value::big(self.0.as_u128().into()),
            "bytes" => Value::Bytes(std::rc::Rc::new(Bytes::new(self.0.as_bytes().to_vec()))),
            "urn" => Value::from(self.0.urn().to_string()),
            "version" if self.0.get_variant() != ::uuid::Variant::RFC4122 => Value::None,
            "version" => Value::Int(self.0.get_version_num() as i64),
            _ => return None,
        }))
    }
    fn compare(&self, _heap: &Heap, op: CompareOp, other: &Value) -> Option<Outcome> {
        let order = self.0.cmp(&of(other)?);
        Some(Ok(Value::bool(match op {
            CompareOp::Eq => order.is_eq(),
            CompareOp::Ne => order.is_ne(),
            CompareOp::Lt => order.is_lt(),
            CompareOp::Le => order.is_le(),
            CompareOp::Gt => order.is_gt(),
            CompareOp::Ge => order.is_ge(),
            _ => return None,
        })))
    }
    fn hash(&self) -> Option<u64> {
        let bits = self.0.as_u128();
        Some((bits >> 64) as u64 ^ bits as u64)
    }
    fn freeze(&self) -> Option<(&'static str, String)> {
        Some((FROZEN, self.0.simple().to_string()))
    }
}

/// The id that was frozen with this kind and text.
pub fn thaw(heap: &Heap, kind: &str, text: &str) -> Option<Outcome> {
    (kind == FROZEN).then(|| Uuid::try_parse(text).ok()).flatten().map(|id| Ok(made(heap, id)))
}
