-- Version 1 of a store in a file. Ids are 16 bytes, times µs since 1970 (UTC), records JSON text
-- (`src/record/json.rs` says how). A `sum` is the CRC-32 of what is beside it; set it to NULL when
-- you change a row by hand.

CREATE TABLE nodes (
    key    INTEGER PRIMARY KEY,
    id     BLOB NOT NULL UNIQUE,
    class  TEXT NOT NULL,
    fields TEXT NOT NULL,
    sum    INTEGER
) STRICT;

CREATE TABLE edges (
    key    INTEGER PRIMARY KEY,
    id     BLOB NOT NULL UNIQUE,
    class  TEXT NOT NULL,
    source INTEGER NOT NULL,
    target INTEGER NOT NULL,
    fields TEXT NOT NULL,
    sum    INTEGER
) STRICT;
CREATE INDEX edges_source ON edges (source);
CREATE INDEX edges_target ON edges (target);

-- Snapshots of globals, each shared by the walkers that were spawned with it.
CREATE TABLE globals (
    key    INTEGER PRIMARY KEY,
    record TEXT NOT NULL,
    sum    INTEGER
) STRICT;

CREATE TABLE walkers (
    key         INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    class       TEXT NOT NULL,
    status      TEXT NOT NULL,
    due_us      INTEGER NOT NULL,
    finished_us INTEGER,
    globals     INTEGER,
    record      TEXT NOT NULL,
    sum         INTEGER
) STRICT;
CREATE INDEX walkers_due ON walkers (due_us) WHERE status IN ('pending', 'running');
CREATE INDEX walkers_finished ON walkers (finished_us) WHERE finished_us IS NOT NULL;

-- What the waits of a walker's current step were answered. Position -1 holds how often it was cut.
CREATE TABLE journal (
    walker   INTEGER NOT NULL,
    branch   INTEGER NOT NULL,
    position INTEGER NOT NULL,
    entry    TEXT NOT NULL,
    sum      INTEGER,
    PRIMARY KEY (walker, branch, position)
) STRICT, WITHOUT ROWID;

-- What other processes ask of the one that runs on the store.
CREATE TABLE requests (
    key      INTEGER PRIMARY KEY,
    verb     TEXT NOT NULL,
    walker   BLOB,
    before_us INTEGER,
    asked_us INTEGER NOT NULL,
    answer   TEXT
) STRICT;
