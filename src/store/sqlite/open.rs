//! Opening a store in a file: who may, what the file must be, and how an older one becomes a new one.
//!
//! Owns the checks before the first byte is changed, the lock that keeps a second writer out, and the
//! schema with its migrations. It refuses to read records.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use super::{StoreError, log};

/// `Ambl`, in the header of the file.
const APPLICATION: i64 = 0x416d_626c;

/// From an empty file to the newest version, a step each.
const MIGRATIONS: &[&str] = &[include_str!("schema/1.sql")];

/// The newest version of the schema that this program knows.
pub const VERSION: usize = MIGRATIONS.len();

/// Up to this size all of a file is looked at when it is opened; of a larger one what is read is checked,
/// and the rest by `ambler db check`.
const SMALL: u64 = 4 << 20;

/// How long a transaction of another process is waited for.
const BUSY: Duration = Duration::from_secs(10);

/// How long a lock is waited for: whoever asks whether a store is locked has it for a moment.
const PATIENCE: Duration = Duration::from_millis(200);

/// The second line of a lock's file, once there has been a store beside it.
const MADE: &str = "made";

/// The right to write: as long as it is held nobody else can have it.
#[derive(Debug)]
pub struct WriteLock {
    file: File,
    /// Whether there has been a store, so that an empty file is what is left of it.
    was_made: bool,
}

impl WriteLock {
    /// From now on an empty file is a lost store.
    fn note_store(&mut self) {
        if !self.was_made {
            self.was_made = true;
            self.sign();
        }
    }

    /// Says who has the lock; nothing depends on it but messages.
    fn sign(&mut self) {
        let made = if self.was_made { MADE } else { "" };
        let _ = self.file.set_len(0).and_then(|()| self.file.rewind());
        let _ = write!(self.file, "{}\n{made}\n", std::process::id());
    }
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
    let asked = Instant::now();
    let is_taken = loop {
        match file.try_lock() {
            Ok(()) => break false,
            Err(TryLockError::WouldBlock) if asked.elapsed() >= PATIENCE => break true,
            Err(TryLockError::WouldBlock) => std::thread::sleep(PATIENCE / 20),
            Err(TryLockError::Error(error)) => return Err(cannot_open(&place, &error)),
        }
    };
    let mut text = String::new();
    let _ = file.read_to_string(&mut text);
    let mut lines = text.lines();
    let owner = lines.next().unwrap_or_default().trim();
    if is_taken {
        let who = if owner.is_empty() { "another process".to_owned() } else { format!("process {owner}") };
        return Err(StoreError::refused(
            format!("{who} is running on this store"),
            "one program at a time writes to a store: wait for it, or look with `ambler tasks list`",
        ));
    }
    let was_made = lines.next() == Some(MADE);
    let mut lock = WriteLock { file, was_made };
    lock.sign();
    Ok(lock)
}

/// Whether a process is running on the store.
pub fn is_locked(path: &Path) -> bool {
    File::open(beside(path, "-lock"))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Opens a store for writing; a new one is made if there is none.
pub fn open(path: &Path, lock: &mut WriteLock) -> Result<Connection, StoreError> {
    check_place(path)?;
    check_file(path)?;
    if lock.was_made && std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
        return Err(StoreError::Damaged("the file is empty, and there was a store in it".to_owned()));
    }
    log::check(path, true)?;
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
    connection.busy_timeout(BUSY)?;
    if version_of(&connection)? > 0 {
        check_pages(&connection, path)?;
    }
    migrate(&connection)?;
    lock.note_store();
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
    let missing = |what: &str| StoreError::refused(what, "`ambler run --store FILE PROGRAM` makes a store");
    if path.is_dir() {
        return Err(missing("this is a folder"));
    }
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(missing("there is no such file"));
        }
        Err(error) => return Err(cannot_open(path, &error)),
        Ok(file) if file.len() == 0 => return Err(missing("the file is empty")),
        Ok(_) => {}
    }
    check_file(path)?;
    log::check(path, false)?;
    let connection = open_another(path)?;
    check_pages(&connection, path)?;
    Ok(connection)
}

/// Opens a store for reading that was open before.
pub(super) fn open_another(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect_to_read(path)?;
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

/// Opens a store in order to ask the process that runs on it.
pub(super) fn open_to_ask(path: &Path) -> Result<Connection, StoreError> {
    check_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    version_of(&connection)?;
    Ok(connection)
}

fn connect_to_read(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = |connection: rusqlite::Result<Connection>| -> Result<Connection, StoreError> {
        let connection = connection?;
        connection.busy_timeout(BUSY)?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    let opened = open(Connection::open_with_flags(path, flags));
    // Where nothing may be written there is no place for the index of the log, and without a log none is
    // needed: nobody changes the file.
    if opened.is_err() && !beside(path, "-wal").exists() {
        let name = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let name = format!("file:{name}?immutable=1");
        return open(Connection::open_with_flags(name, flags | OpenFlags::SQLITE_OPEN_URI)).or(opened);
    }
    opened
}

/// Looks at every page of a file that is not large.
fn check_pages(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    if std::fs::metadata(path).is_ok_and(|file| file.len() > SMALL) {
        return Ok(());
    }
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if said == "ok" { Ok(()) } else { Err(StoreError::Damaged(in_one_line(&said))) }
}

/// What SQLite says of damage, without its headings.
pub(super) fn in_one_line(said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.starts_with("***")).collect();
    lines.join("; ")
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
        format!("`{}` cannot be opened: {}", path.display(), reason(error)),
        "see whether you may read and write it, and its folder",
    )
}

/// What the system says, without its number.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
