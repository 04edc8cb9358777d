//! `jac_cloud.plugin`: the socket manager that programs for the server import, and the functions on
//! async walkers in `jac_cloud.plugin.implementation`. Everything goes to the host, which delivers
//! messages where a server runs and knows the walkers.

use crate::builtins::{ModuleEntry, no_values};
use crate::eval::host;
use crate::value::native::NativeObject;
use crate::value::{Args, Dict, Heap, Native, NativeFunction, Outcome, Ref, Value};

/// The package above; programs import what is below it.
pub static PACKAGE: ModuleEntry = ModuleEntry {
    name: "jac_cloud",
    doc: "The server's own package.",
    functions: &[],
    values: package,
    native_types: &[],
};

pub static PLUGIN: ModuleEntry = ModuleEntry {
    name: "jac_cloud.plugin",
    doc: "Messages to the clients of a server.",
    functions: &[],
    values,
    native_types: &[("WebSocketManager", METHODS)],
};

pub static IMPLEMENTATION: ModuleEntry = ModuleEntry {
    name: "jac_cloud.plugin.implementation",
    doc: "Async walkers as tasks.",
    functions: FUNCTIONS,
    values: no_values,
    native_types: &[],
};

static FUNCTIONS: &[NativeFunction] = &[
    NativeFunction::new(
        "create_task",
        "(walker, node=None, date=None)",
        "Starts an async walker on a node, now or at a time; gives its id.",
        &[],
        create_task,
    ),
    NativeFunction::new(
        "task_cancel",
        "(task_id)",
        "Ends an async walker from outside; whether that was still possible.",
        &[],
        task_cancel,
    ),
];

static METHODS: &[NativeFunction] = &[
    NativeFunction::new(
        "notify_clients",
        "(self, client_ids, data)",
        "Sends a message to clients.",
        &[],
        |heap, mut args| notify(heap, "notify_clients", &mut args),
    ),
    NativeFunction::new(
        "notify_users",
        "(self, root_ids, data)",
        "Sends a message to users.",
        &[],
        |heap, mut args| notify(heap, "notify_users", &mut args),
    ),
    NativeFunction::new(
        "notify_channels",
        "(self, channel_ids, data)",
        "Sends a message to channels.",
        &[],
        |heap, mut args| notify(heap, "notify_channels", &mut args),
    ),
];

struct Manager;

impl NativeObject for Manager {
    fn type_name(&self) -> &'static str {
        "WebSocketManager"
    }
    fn module_name(&self) -> &'static str {
        "jac_cloud.plugin"
    }
    fn freeze(&self) -> Option<(&'static str, String)> {
        Some((MANAGER, String::new()))
    }
}

/// The socket manager in a record.
const MANAGER: &str = "jac_cloud.WebSocketManager";

/// What a record of this module stands for.
pub fn thaw(heap: &Heap, kind: &str) -> Option<Outcome> {
    (kind == MANAGER).then(|| Ok(Value::Native(Native::new(heap, Manager))))
}

fn package(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    if let Some(plugin) = heap.library.module(heap, "jac_cloud.plugin") {
        module.set_str("plugin", plugin?);
    }
    Ok(())
}

fn values(heap: &Heap, module: &Ref<Dict>) -> Outcome<()> {
    if let Some(implementation) = heap.library.module(heap, "jac_cloud.plugin.implementation") {
        module.set_str("implementation", implementation?);
    }
    module.set_str("WEBSOCKET_MANAGER", Value::Native(Native::new(heap, Manager)));
    Ok(())
}

/// The host gets the method's name, the receivers and the message.
fn notify(heap: &Heap, name: &'static str, args: &mut Args<'_>) -> Outcome {
    let mut message = [Value::str(name), args.take(1), args.take(2)];
    host(heap).request(heap, "socket", &mut message)
}

/// The host gets walker, node and date; None where nothing was given.
fn create_task(heap: &Heap, mut args: Args<'_>) -> Outcome {
    let mut given = [0, 1, 2].map(|index| if args.is_given(index) { args.take(index) } else { Value::None });
    host(heap).request(heap, "create_task", &mut given)
}

fn task_cancel(heap: &Heap, mut args: Args<'_>) -> Outcome {
    host(heap).request(heap, "task_cancel", &mut [args.take(0)])
}
