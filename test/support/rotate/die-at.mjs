/*
 * Loaded into the program under test before anything else. Counts what it commits to the journal of rotations, and at the commit that
 * KEYSWEEP_TEST_AT names
 * - ends the process with SIGKILL right `before` or `after` it (KEYSWEEP_TEST_WHEN), or
 * - leaves the disk no room from then on: SQLite itself says so, as soon as the file has to grow (`tight`), or at once, since what is free
 *   in it is filled too (`full`).
 */
const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
const at = Number(process.env.KEYSWEEP_TEST_AT);
const when = process.env.KEYSWEEP_TEST_WHEN;
const { prepare, exec } = DatabaseSync.prototype;
let isJournalled = false;
let commits = 0;

/** Fills the pages of the journal with an entry of the trail that grows until there is no room. */
function fill(db) {
  const entry =
    "INSERT INTO trail (at, who, what, details) VALUES ('2026-01-01T00:00:00.000Z', 'test', 'filling', json_quote(hex(zeroblob(?))))";
  for (const size of [2000, 500, 100, 10]) {
    try {
      for (;;) prepare.call(db, entry).run(size);
    } catch {
      // No room for one of this size.
    }
  }
}

DatabaseSync.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql);
  if (sql.includes("INSERT INTO rotation_event")) {
    const run = statement.run.bind(statement);
    statement.run = (...values) => {
      isJournalled = true;
      return run(...values);
    };
  }
  return statement;
};

DatabaseSync.prototype.exec = function (sql) {
  if (sql !== "COMMIT" || !isJournalled) return exec.call(this, sql);
  isJournalled = false;
  commits += 1;
  if (commits === at && when === "before") process.kill(process.pid, "SIGKILL");
  const result = exec.call(this, sql);
  if (commits === at && when === "after") process.kill(process.pid, "SIGKILL");
  if (commits === at && (when === "full" || when === "tight")) {
    const { page_count } = prepare.call(this, "PRAGMA page_count").get();
    exec.call(this, `PRAGMA max_page_count = ${page_count}`);
    if (when === "full") fill(this);
  }
  return result;
};
