-- Reports that keysweep wrote to files: a scan leaves them out as long as they are what was written.
CREATE TABLE written_report (
  -- In the order in which they were written.
  number INTEGER PRIMARY KEY,
  -- Absolute, with no symbolic link in it.
  path TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL,
  -- Hexadecimal.
  sha256 TEXT NOT NULL
) STRICT;
