-- Scans. What is found is kept as spans of runs: a finding that stays as it is from run to run stays one row, so a ledger grows
-- with what changes and not with how often one looks. `from_run` and `until_run` order the runs of a scope; a run that was
-- thinned away since may still bound a span, so they are no foreign keys.

-- What a scan was asked to look at. Only scans of the same scope are compared.
CREATE TABLE scan_scope (
  id INTEGER PRIMARY KEY,
  words TEXT NOT NULL UNIQUE CHECK (json_valid(words)),
  -- When its last run ended: ISO 8601, UTC, as all times here.
  last_finished_at TEXT,
  -- The first run whose findings are still all here.
  detailed_from INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE scan_run (
  -- Never used again, since spans name it.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  scope INTEGER NOT NULL REFERENCES scan_scope ON DELETE CASCADE,
  started_at TEXT NOT NULL,
  finished_at TEXT NOT NULL,
  tool_version TEXT NOT NULL,
  -- The coverage, without the rows that were skipped.
  coverage TEXT NOT NULL CHECK (json_valid(coverage)),
  summary TEXT NOT NULL CHECK (json_valid(summary))
) STRICT;

CREATE INDEX scan_run_scope ON scan_run (scope, id);

-- A credential by its fingerprint; no secret, and nothing that is made of one but the fingerprint.
CREATE TABLE credential (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  first_seen TEXT NOT NULL,
  -- As of the last span that ended; while one is open, it is the end of its scope's last run.
  last_seen TEXT NOT NULL
) STRICT;

CREATE TABLE scan_finding (
  id INTEGER PRIMARY KEY,
  scope INTEGER NOT NULL REFERENCES scan_scope ON DELETE CASCADE,
  credential INTEGER NOT NULL REFERENCES credential,
  from_run INTEGER NOT NULL,
  -- The first run in which it was no longer so; NULL while it is so.
  until_run INTEGER CHECK (until_run > from_run),
  -- 0: it was not found, but neither could its places be read, so it may still be there.
  seen INTEGER NOT NULL CHECK (seen IN (0, 1)),
  -- The finding as reports have it, without the remedy, which follows from the rest.
  finding TEXT NOT NULL CHECK (json_valid(finding))
) STRICT;

CREATE UNIQUE INDEX scan_finding_open ON scan_finding (scope, credential) WHERE until_run IS NULL;
CREATE INDEX scan_finding_ended ON scan_finding (scope, until_run);
CREATE INDEX scan_finding_credential ON scan_finding (credential);

-- What was not read, in spans too.
CREATE TABLE scan_skipped (
  id INTEGER PRIMARY KEY,
  scope INTEGER NOT NULL REFERENCES scan_scope ON DELETE CASCADE,
  from_run INTEGER NOT NULL,
  until_run INTEGER CHECK (until_run > from_run),
  row TEXT NOT NULL CHECK (json_valid(row))
) STRICT;

CREATE INDEX scan_skipped_ended ON scan_skipped (scope, until_run);
