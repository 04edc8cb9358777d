//! Opening a store in a file: who may, what the file must be, and how an older one becomes a new one.
//!
//! Owns the checks before the first byte is changed, the lock that keeps a second writer out, and the
//! schema with its migrations. It refuses to read records.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::StoreError;

/// `Ambl`, in the header of the file.
const APPLICATION: i64 = 0x416d_626c;

/// From an empty file to the newest version, a step each.
const MIGRATIONS: &[&str] = &[include_str!("schema/1.sql")];

/// The newest version of the schema that this program knows.
pub const VERSION: usize = MIGRATIONS.len();

/// The right to write: as long as it is held nobody else can have it.
#[derive(Debug)]
pub struct WriteLock {
    _file: File,
}

/// What lies beside a store: SQLite's own files, and ours.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Takes the right to write to a store. Fails if another process has it.
pub fn lock(path: &Path) -> Result<WriteLock, StoreError> {
    let place = beside(path, "-lock");
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&place)
        .map_err(|error| cannot_open(&place, &error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut owner = String::new();
            let _ = file.read_to_string(&mut owner);
            let owner = owner.trim();
            let who =
                if owner.is_empty() { "another process".to_owned() } else { format!("process {owner}") };
            return Err(StoreError::refused(
                format!("{who} is running on this store"),
                "one program at a time writes to a store: wait for it, or look with `ambler tasks list`",
            ));
        }
        Err(TryLockError::Error(error)) => return Err(cannot_open(&place, &error)),
    }
    let _ = file.set_len(0).and_then(|()| file.rewind());
    let _ = write!(file, "{}", std::process::id());
    Ok(WriteLock { _file: file })
}

/// Whether a process is running on the store.
pub fn is_locked(path: &Path) -> bool {
    File::open(beside(path, "-lock"))
        .is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

/// Opens a store for writing; a new one is made if there is none. Hold the lock.
pub fn open(path: &Path) -> Result<Connection, StoreError> {
    check_place(path)?;
    check_file(path)?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::PermissionDenied) => {
                StoreError::refused(
                    "the file cannot be opened for writing",
                    "see whether you may write to it and to its folder",
                )
            }
            _ => error.into(),
        })?;
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(StoreError::refused(
            "the file is read-only",
            "a run writes to its store: make the file writable, or copy it",
        ));
    }
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    migrate(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 10_000)?;
    connection.pragma_update(None, "cache_size", -64 * 1024)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Opens a store for reading only, also while a program is running on it.
pub fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::refused(
            "there is no such file",
            "`ambler run --store FILE PROGRAM` makes a store",
        ));
    }
    check_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    match version_of(&connection)? {
        VERSION => {}
        0 => return Err(not_ours()),
        older => {
            return Err(StoreError::refused(
                format!("the store is of version {older}, and this ambler reads version {VERSION}"),
                "`ambler run --store FILE PROGRAM` brings it up to date",
            ));
        }
    }
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn not_ours() -> StoreError {
    StoreError::refused(
        "the file is a SQLite database of another program",
        "choose another file: `--store FILE` makes a new one",
    )
}

/// The version of a store's schema; 0 for an empty file. Fails for what is no store, and for a newer one.
fn version_of(connection: &Connection) -> Result<usize, StoreError> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if application != APPLICATION {
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        return if tables == 0 && application == 0 { Ok(0) } else { Err(not_ours()) };
    }
    match usize::try_from(version) {
        Ok(version) if (1..=VERSION).contains(&version) => Ok(version),
        _ => Err(StoreError::refused(
            format!("the store is of version {version}, and this ambler knows up to {VERSION}"),
            "a newer ambler has written it: use that one",
        )),
    }
}

/// Brings the schema up to date, all of it or nothing.
fn migrate(connection: &Connection) -> Result<(), StoreError> {
    let version = version_of(connection)?;
    if version == VERSION {
        return Ok(());
    }
    let transaction = connection.unchecked_transaction()?;
    for step in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION as i64)?;
    transaction.commit()?;
    Ok(())
}

/// Refuses a folder that is not there, and file systems that several machines share.
pub(super) fn check_place(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        return Err(StoreError::refused("this is a folder", "`--store` needs the name of a file"));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(StoreError::refused(
            format!("there is no folder `{}`", folder.display()),
            "make it first, or choose another place",
        ));
    }
    match network_file_system(folder) {
        Some(name) => Err(StoreError::refused(
            format!(
                "the folder is on a network file system ({name}), which does not keep the promises of a lock and of a write that is finished"
            ),
            "put the store on a disk of this machine",
        )),
        None => Ok(()),
    }
}

/// The name of a file system whose files live on another machine.
#[cfg(target_os = "linux")]
fn network_file_system(folder: &Path) -> Option<&'static str> {
    const KINDS: &[(u32, &str)] = &[
        (0x6969, "NFS"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB"),
        (0x517b, "SMB"),
        (0x0102_1997, "9P"),
        (0x00c3_6400, "Ceph"),
        (0x5346_414f, "AFS"),
        (0x564c, "NCP"),
        (0x7375_7245, "Coda"),
    ];
    let stat = rustix::fs::statfs(folder).ok()?;
    let kind = stat.f_type as u32;
    KINDS.iter().find(|(number, _)| *number == kind).map(|(_, name)| *name)
}

#[cfg(not(target_os = "linux"))]
fn network_file_system(_folder: &Path) -> Option<&'static str> {
    None
}

/// Refuses a file that is no database, or shorter than it says.
fn check_file(path: &Path) -> Result<(), StoreError> {
    let Ok(mut file) = File::open(path) else { return Ok(()) };
    let length = file.metadata().map_err(|error| cannot_open(path, &error))?.len();
    if length == 0 {
        return Ok(());
    }
    let mut header = [0; 100];
    if file.read_exact(&mut header).is_err() || !header.starts_with(b"SQLite format 3\0") {
        return Err(StoreError::refused(
            "the file is not a store",
            "choose another file: `--store FILE` makes a new one",
        ));
    }
    let has_log = std::fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
    let number = |at: usize| u64::from(u32::from_be_bytes([0, 1, 2, 3].map(|i| header[at + i])));
    let page = match u64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        size => size,
    };
    // The count is right if whoever changed the file last has set it.
    if !has_log && number(24) == number(92) && number(28) * page > length {
        return Err(StoreError::Damaged(format!(
            "the file should have {} bytes and has {length}: its end is missing",
            number(28) * page
        )));
    }
    Ok(())
}

fn cannot_open(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::refused(
        format!("`{}` cannot be opened: {error}", path.display()),
        "see whether you may read and write it, and its folder",
    )
}
