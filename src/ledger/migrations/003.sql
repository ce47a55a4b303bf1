-- Audits: each run, what is wrong as spans of runs, and of each account the users and keys as they were read last.

-- An organisation whose accounts were all listed.
CREATE TABLE organization (
  id TEXT PRIMARY KEY,
  listed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
  id TEXT PRIMARY KEY,
  -- That listed it last; NULL: none did, or it is none of its accounts any more.
  organization TEXT REFERENCES organization ON DELETE SET NULL,
  -- The last run that read it wholly, and when.
  audited_run INTEGER,
  audited_at TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX account_organization ON account (organization);

CREATE TABLE iam_user (
  account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
  name TEXT NOT NULL,
  -- The user as reports list it.
  user TEXT NOT NULL CHECK (json_valid(user)),
  PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;

-- Once more by itself, to find the owner of a found key.
CREATE TABLE access_key (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  user TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_used_at TEXT,
  -- When IAM said so.
  as_of TEXT NOT NULL,
  FOREIGN KEY (account, user) REFERENCES iam_user ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX access_key_user ON access_key (account, user);

CREATE TABLE audit_run (
  -- Never used again, since spans name it.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  -- What was known when it began.
  heading TEXT NOT NULL CHECK (json_valid(heading)),
  -- NULL: it is under way, or was cut short.
  finished_at TEXT,
  complete INTEGER CHECK (complete IN (0, 1)),
  summary TEXT CHECK (json_valid(summary)),
  -- 0: its accounts and findings are forgotten.
  detailed INTEGER NOT NULL DEFAULT 1 CHECK (detailed IN (0, 1))
) STRICT;

-- How far each account was audited in each run.
CREATE TABLE audit_account (
  run INTEGER NOT NULL REFERENCES audit_run ON DELETE CASCADE,
  account TEXT NOT NULL,
  row TEXT NOT NULL CHECK (json_valid(row)),
  PRIMARY KEY (run, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_finding (
  id INTEGER PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
  fingerprint TEXT NOT NULL,
  -- The first run in which it was so, and the first after it in which it was no longer so; NULL while it is.
  from_run INTEGER NOT NULL,
  until_run INTEGER CHECK (until_run > from_run),
  -- 0: it was not found, but neither was its account read wholly, so it may still be so.
  seen INTEGER NOT NULL CHECK (seen IN (0, 1)),
  finding TEXT NOT NULL CHECK (json_valid(finding))
) STRICT;

CREATE UNIQUE INDEX audit_finding_open ON audit_finding (account, fingerprint) WHERE until_run IS NULL;
CREATE INDEX audit_finding_began ON audit_finding (from_run);
CREATE INDEX audit_finding_ended ON audit_finding (until_run);
CREATE INDEX audit_finding_account ON audit_finding (account, fingerprint);
