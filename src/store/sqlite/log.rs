//! The log beside a store, looked at before SQLite reads it.
//!
//! Owns one question. SQLite takes a log to end at the first frame that is not right, since that is what a
//! power failure leaves of the last transaction. Where later transactions follow such a frame it is damage,
//! and to go on would lose what was acknowledged. (Format: https://www.sqlite.org/walformat.html)

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::StoreError;
use super::open::{beside, is_locked};

const HEADER: usize = 32;
const FRAME: usize = 24;

/// The running check sum of a log.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sum {
    a: u32,
    b: u32,
    /// Whether words are read with the highest byte first.
    is_big: bool,
}

impl Sum {
    fn add(&mut self, bytes: &[u8]) {
        for pair in bytes.as_chunks::<8>().0 {
            let [p, q, r, s, t, u, v, w] = *pair;
            let (first, second) = ([p, q, r, s], [t, u, v, w]);
            let (first, second) = match self.is_big {
                true => (u32::from_be_bytes(first), u32::from_be_bytes(second)),
                false => (u32::from_le_bytes(first), u32::from_le_bytes(second)),
            };
            self.a = self.a.wrapping_add(first).wrapping_add(self.b);
            self.b = self.b.wrapping_add(second).wrapping_add(self.a);
        }
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let word = bytes.get(at..at + 4).and_then(|word| word.try_into().ok());
    word.map_or(0, u32::from_be_bytes)
}

/// Fails if something is wrong with the log other than its end. Only while nobody else writes to it:
/// `has_lock` says that nobody can.
pub(super) fn check(path: &Path, has_lock: bool) -> Result<(), StoreError> {
    if !has_lock && is_locked(path) {
        return Ok(());
    }
    match is_whole(&beside(path, "-wal")) {
        // If it is locked now, a program was started meanwhile, and began a new log.
        Ok(false) if has_lock || !is_locked(path) => Err(StoreError::Damaged(
            "a transaction in its log (the file `-wal`) is not as it was written, and others follow it"
                .to_owned(),
        )),
        Ok(_) => Ok(()),
        Err(error) => Err(StoreError::Failed(format!("the log of the store cannot be read ({error})"))),
    }
}

/// Whether all transactions are as they were written, perhaps but for the last.
fn is_whole(path: &Path) -> std::io::Result<bool> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let length = file.metadata()?.len();
    let mut file = BufReader::with_capacity(1 << 20, file);
    let mut header = [0; HEADER];
    if length <= HEADER as u64 {
        return Ok(true);
    }
    file.read_exact(&mut header)?;
    let mut sum = Sum { a: 0, b: 0, is_big: word(&header, 0) & 1 == 1 };
    sum.add(&header[..24]);
    // It was on disk before the first frame was written.
    if (sum.a, sum.b) != (word(&header, 24), word(&header, 28)) {
        return Ok(false);
    }
    let salts = |bytes: &[u8], at: usize| (word(bytes, at), word(bytes, at + 4));
    let mut frame = vec![0; FRAME + word(&header, 8) as usize];
    let (mut is_right, mut later) = (true, 0);
    for _ in 0..(length - HEADER as u64) / frame.len() as u64 {
        file.read_exact(&mut frame)?;
        // What an earlier round has left behind has other salts.
        let is_ours = salts(&frame, 8) == salts(&header, 16);
        if is_right {
            sum.add(&frame[..8]);
            sum.add(&frame[FRAME..]);
            is_right = is_ours && (sum.a, sum.b) == (word(&frame, 16), word(&frame, 20));
        }
        // Each transaction ends with a frame that has the size of the database, and is on disk before the
        // next one begins: what was cut off by a power failure ends once at most.
        if !is_right && is_ours && word(&frame, 4) > 0 {
            later += 1;
        }
    }
    Ok(later < 2)
}
