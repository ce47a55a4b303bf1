-- What runs by a schedule, and how it ran last. Times in milliseconds since 1970.

CREATE TABLE scheduled_job (
  job TEXT PRIMARY KEY,
  -- When it was first met: what was due before is not made up for.
  since INTEGER NOT NULL,
  -- The scheduled time that the last run was for.
  due INTEGER,
  started INTEGER,
  -- Null while it runs, and when it was cut off.
  ended INTEGER,
  -- Its exit status.
  status INTEGER,
  -- How often it was started for that time.
  attempts INTEGER NOT NULL DEFAULT 0,
  -- When one last came to its end.
  completed INTEGER
) STRICT, WITHOUT ROWID;
