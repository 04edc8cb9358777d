//! Bytes: an immutable sequence of octets, counted and untracked.
//!
//! It holds octets only: methods are in `builtins::methods::bytes`, operators in `ops`. What can be
//! changed is a `bytearray`, a native object with a buffer of its own.

/// A `bytes` object.
pub struct Bytes {
    data: Box<[u8]>,
}

impl Bytes {
    pub fn new(data: impl Into<Box<[u8]>>) -> Bytes {
        Bytes { data: data.into() }
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.data
    }

    pub fn len(&self) -> usize {
        self.data.len()
    }

    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }
}
