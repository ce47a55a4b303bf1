-- Leases: who may do what only one may do at a time.
CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  -- NULL: nobody holds it. The row stays, so that no fencing number is given twice.
  holder TEXT,
  -- Goes up whenever the lease changes hands.
  fence INTEGER NOT NULL,
  -- Milliseconds since 1970 on the holder's clock, and how long it was given for.
  expires_at INTEGER NOT NULL,
  duration INTEGER NOT NULL CHECK (duration > 0)
) STRICT, WITHOUT ROWID;
