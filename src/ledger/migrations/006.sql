-- What people were told of the findings of scheduled scans and audits: what is here and is still found is no news.
CREATE TABLE told_finding (
  job TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  -- As it was told: what is worse by now is told again.
  severity TEXT NOT NULL,
  PRIMARY KEY (job, fingerprint)
) STRICT, WITHOUT ROWID;
