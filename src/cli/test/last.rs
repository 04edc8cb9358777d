//! Which tests failed when they were last run, for `--last-failed`.
//!
//! Kept per directory in the user's cache, so that no project gets a file that it did not ask for. What
//! cannot be read or written is as if it were not there: nothing but convenience depends on it.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

/// Where the names for the current directory stand.
fn place() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let digest = Sha256::digest(here.as_os_str().as_encoded_bytes());
    let name: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    Some(dirs::cache_dir()?.join("ambler").join("failed").join(format!("{name}.json")))
}

/// The tests that failed, as `PATH::NAME`, and files that could not be loaded.
pub fn read() -> BTreeSet<String> {
    let text = place().and_then(|place| fs::read_to_string(place).ok());
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// Keeps what a run has found: names that passed go, names that failed come, the others stay.
pub fn update(passed: impl Iterator<Item = String>, failed: impl Iterator<Item = String>) {
    let Some(place) = place() else { return };
    let before = read();
    let mut names = before.clone();
    passed.for_each(|name| _ = names.remove(&name));
    names.extend(failed);
    if names == before {
        return;
    }
    let Ok(text) = serde_json::to_string_pretty(&names) else { return };
    // Written beside and moved, so that a run at the same time reads one or the other.
    let beside = place.with_extension(format!("{}.new", std::process::id()));
    let written = place.parent().is_some_and(|dir| fs::create_dir_all(dir).is_ok())
        && fs::write(&beside, text).is_ok()
        && fs::rename(&beside, &place).is_ok();
    if !written {
        let _ = fs::remove_file(&beside);
    }
}
