//! Stacks and switching: what generators, async walkers and `async def` run on.
//!
//! Owns native stacks (`region`, `pool`, `stack`), the limits that running code checks itself
//! against (`limit`), coroutines and their one way to stop (`switch`), the slot through which
//! code at any depth parks its walker (`park`), and large stacks for calls that never stop
//! (`large`). It is the only module that calls corosensei. It knows nothing of Jac: no values,
//! no isolates, no scheduler.
//!
//! Three rules bind everybody who runs on these stacks. No `thread_local!` may be touched by code
//! that can be suspended (a coroutine continues on another thread, the compiler keeps the old
//! thread's address). Nothing is held across a suspension: no lock, no stdout lock, no borrow of
//! a thread's data. And nobody suspends while a panic unwinds.

mod large;
mod limit;
mod park;
mod pool;
mod region;
mod stack;
mod switch;

pub use large::{main_stack, on_big_stack};
pub use limit::{StackExhausted, StackLimit, current_stack_pointer};
pub use park::ParkSlot;
pub use region::NoStack;
pub use switch::{Confined, Coroutine, Movable, Payload, Refusal, Resumed, Suspender};
