//! Annexes: files that are parts of a module beside its main file.
//!
//! Owns how they are called: `m.impl.jac` and `m.test.jac` of `m.jac`, with any words between, or in the
//! directories `m.impl`, `m.test`, `impl` and `test`. Reading them is the business of `load`.

use std::path::{Path, PathBuf};

use crate::source::Loader;

/// Whether a file is an annex by its name: of the module whose name and dot `prefix` is.
pub(super) fn is_annex(file: &Path, prefix: &str, suffix: &str) -> bool {
    let Some(name) = file.file_name().and_then(|name| name.to_str()) else { return false };
    // `m.impl.jac` shares the dot of prefix and suffix.
    name.starts_with(prefix) && name.ends_with(suffix) && name.len() + 1 >= prefix.len() + suffix.len()
}

/// The file that a `.test.jac` or `.impl.jac` is a part of, if there is one.
pub fn base_of(annex: &Path, loader: &dyn Loader) -> Option<PathBuf> {
    let name = annex.file_name()?.to_str()?;
    let word = ["test", "impl"].into_iter().find(|word| name.ends_with(&format!(".{word}.jac")))?;
    let stem = &name[..name.len() - word.len() - ".jac".len() - 1];
    let dir = annex.parent().unwrap_or(Path::new(""));
    let beside =
        |dir: &Path, stem: &str| Some(dir.join(format!("{stem}.jac"))).filter(|file| loader.exists(file));
    let above = || {
        let (dir_name, above) = (dir.file_name()?.to_str()?, dir.parent()?);
        let stem = if dir_name == word {
            stem.split('.').next()?
        } else {
            dir_name.strip_suffix(&format!(".{word}"))?
        };
        beside(above, stem)
    };
    // `m.more.test.jac` may belong to `m.more.jac` as well as to `m.jac`.
    let ends = stem.match_indices('.').map(|(at, _)| at).chain([stem.len()]).collect::<Vec<_>>();
    ends.into_iter().rev().find_map(|end| beside(dir, &stem[..end])).or_else(above)
}
