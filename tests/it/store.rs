//! Stores: one suite over the trait, for every implementation; turns against those of the
//! model; then the store in memory against a naive one, and under threads. A new
//! implementation joins in `words::on_every_store`.

mod kept;
pub use kept::Folder;
mod naive;
mod suite;
mod threads;
mod turns;
mod words;
