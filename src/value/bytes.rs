//! Bytes: an immutable sequence of octets (and `bytearray`'s storage is a list of ints elsewhere: not here).

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
