-- Rotations: their journals, the sealed secrets of keys that are on their way, and who did what.

-- What the claim tag of a rotated user names: drawn once, with the ledger.
CREATE TABLE ledger_name (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  name TEXT NOT NULL
) STRICT;

INSERT INTO ledger_name (one, name) VALUES (1, 'ksl-' || lower(hex(randomblob(10))));

CREATE TABLE rotation (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  user TEXT NOT NULL
) STRICT;

CREATE INDEX rotation_user ON rotation (account, user, number);

-- A rotation is the fold of its events; there is nothing else to be changed.
CREATE TABLE rotation_event (
  rotation INTEGER NOT NULL REFERENCES rotation,
  -- From 0, without a gap.
  number INTEGER NOT NULL CHECK (number >= 0),
  -- Of the lease that it was written under.
  fence INTEGER NOT NULL,
  event TEXT NOT NULL CHECK (json_valid(event)),
  PRIMARY KEY (rotation, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER rotation_event_stays BEFORE UPDATE ON rotation_event
BEGIN SELECT RAISE(ABORT, 'a journal is only appended to'); END;
CREATE TRIGGER rotation_event_kept BEFORE DELETE ON rotation_event
BEGIN SELECT RAISE(ABORT, 'a journal is only appended to'); END;
CREATE TRIGGER rotation_stays BEFORE UPDATE ON rotation
BEGIN SELECT RAISE(ABORT, 'a journal is only appended to'); END;
CREATE TRIGGER rotation_kept BEFORE DELETE ON rotation
BEGIN SELECT RAISE(ABORT, 'a journal is only appended to'); END;

-- What a rotation waited for when it was looked at last; not of the journal, since it is only what was seen.
CREATE TABLE rotation_outlook (
  rotation TEXT PRIMARY KEY,
  until TEXT,
  why TEXT
) STRICT, WITHOUT ROWID;

-- Secrets of keys, encrypted; only while a rotation needs them. Backups leave this table out.
CREATE TABLE sealed_secret (
  rotation TEXT NOT NULL,
  access_key TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (rotation, access_key)
) STRICT, WITHOUT ROWID;

-- Who did what, and when; no secret.
CREATE TABLE trail (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL,
  details TEXT NOT NULL CHECK (json_valid(details))
) STRICT;

CREATE TRIGGER trail_stays BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is only appended to'); END;
CREATE TRIGGER trail_kept BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is only appended to'); END;

-- How far the trail was handed on, by whom to.
CREATE TABLE trail_sink (
  sink TEXT PRIMARY KEY,
  number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
