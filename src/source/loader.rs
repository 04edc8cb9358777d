//! Where the text of a module comes from.
//!
//! The resolver asks a [`Loader`] for files and never touches the disk itself,
//! so that a test, an editor with unsaved buffers or a bundled program can stand
//! in for it. [`FileLoader`] is the disk. Neither knows how module names become
//! paths, nor registers what it reads.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Longest text that is accepted as a program, in bytes: 64 MiB. It bounds what an
/// endless device or pipe can do.
pub const MAX_TEXT_BYTES: u64 = 64 << 20;

/// A source of program text.
pub trait Loader: Send + Sync {
    /// The text of the file at `path`.
    ///
    /// # Errors
    /// Whatever reading gives; `InvalidData` if it is not UTF-8 or passes [`MAX_TEXT_BYTES`].
    fn read(&self, path: &Path) -> io::Result<String>;

    /// Whether `path` is a file that [`Loader::read`] would try to read.
    fn exists(&self, path: &Path) -> bool;

    /// The files directly inside `dir`, sorted; empty if there is no such directory.
    fn list(&self, dir: &Path) -> Vec<PathBuf>;
}

/// The file system.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileLoader;

impl Loader for FileLoader {
    fn read(&self, path: &Path) -> io::Result<String> {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
        }
        normalize(file)
    }

    fn exists(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn list(&self, dir: &Path) -> Vec<PathBuf> {
        // The directory of a file that was named without one.
        let here = dir.as_os_str().is_empty();
        let Ok(entries) = fs::read_dir(if here { Path::new(".") } else { dir }) else { return Vec::new() };
        let mut files: Vec<PathBuf> = entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().is_file())
            .map(|entry| if here { PathBuf::from(entry.file_name()) } else { entry.path() })
            .collect();
        files.sort();
        files
    }
}

/// Reads program text from anything: checks length and UTF-8, drops a byte order mark
/// and reads `\r\n` as `\n`, as Python does.
///
/// # Errors
/// What the reader gives; `InvalidData` with a message for people if the bytes are no text.
pub fn normalize(reader: impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    reader.take(MAX_TEXT_BYTES + 1).read_to_end(&mut bytes)?;
    let invalid = |message: String| Err(io::Error::new(io::ErrorKind::InvalidData, message));
    if bytes.len() as u64 > MAX_TEXT_BYTES {
        return invalid(format!("it is longer than {} MiB", MAX_TEXT_BYTES >> 20));
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            return invalid(format!("it is not UTF-8 text (byte {})", error.utf8_error().valid_up_to()));
        }
    };
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(if text.contains('\r') { text.replace("\r\n", "\n") } else { text })
}
