//! What can be wrong with a store in a file, said so that somebody can act on it.
//!
//! Owns the kinds of failure, their texts and what one can do about each. It refuses to print.

use std::fmt;
use std::path::Path;

/// Why a store in a file cannot be used, or not any longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// It is not opened, and nothing in it was changed.
    Refused { message: String, help: String },
    /// What was read is not what was written.
    Damaged(String),
    /// Reading or writing failed.
    Failed(String),
}

impl StoreError {
    pub(super) fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        StoreError::Refused { message: message.into(), help: help.into() }
    }

    /// What one can do about it.
    pub fn help(&self) -> &str {
        match self {
            StoreError::Refused { help, .. } => help,
            StoreError::Damaged(_) => {
                "`ambler db check` says what is damaged; restore a backup that `ambler db backup` has made"
            }
            StoreError::Failed(_) => {
                "what was acknowledged is in the store; when the cause is mended, the next run goes on from there"
            }
        }
    }

    /// The same for a file: its name stands in front.
    pub fn of(&self, path: &Path) -> String {
        format!("{}: {self}", path.display())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Refused { message, .. } => f.write_str(message),
            StoreError::Damaged(what) => write!(f, "the store is damaged: {what}"),
            StoreError::Failed(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{
            CannotOpen, DatabaseBusy, DatabaseCorrupt, DiskFull, NotADatabase, ReadOnly, SystemIoFailure,
            Unknown,
        };
        let code = error.sqlite_error_code();
        match code {
            Some(DatabaseCorrupt | NotADatabase) => StoreError::Damaged(error.to_string()),
            Some(CannotOpen) => StoreError::refused(
                "the file cannot be opened",
                "see whether you may read it, and whether you may write to its folder",
            ),
            // All our statements fit our own tables, so these are others.
            Some(Unknown) => StoreError::Damaged(format!("its tables are not those of a store ({error})")),
            Some(DatabaseBusy) => StoreError::Failed("another program keeps the file locked".to_owned()),
            Some(DiskFull) => StoreError::Failed("the disk is full".to_owned()),
            Some(ReadOnly) => StoreError::Failed("the file cannot be written".to_owned()),
            Some(SystemIoFailure) => StoreError::Failed(format!("reading or writing failed ({error})")),
            _ => match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::Utf8Error(..) => StoreError::Damaged(error.to_string()),
                error => StoreError::Failed(error.to_string()),
            },
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        StoreError::Damaged(format!("a record cannot be read ({error})"))
    }
}
