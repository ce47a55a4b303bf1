/*
 * Loaded into the program under test before anything else. Counts what it commits to the journal of rotations, and at the commit that
 * KEYSWEEP_TEST_AT names
 * - ends the process with SIGKILL right `before` or `after` it (KEYSWEEP_TEST_WHEN), or
 * - leaves the disk no room from then on (`full`): SQLite itself says so, as soon as the file has to grow.
 */
const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
const at = Number(process.env.KEYSWEEP_TEST_AT);
const when = process.env.KEYSWEEP_TEST_WHEN;
const { prepare, exec } = DatabaseSync.prototype;
let isJournalled = false;
let commits = 0;

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
  if (commits === at && when === "full") {
    const { page_count } = prepare.call(this, "PRAGMA page_count").get();
    exec.call(this, `PRAGMA max_page_count = ${page_count}`);
  }
  return result;
};
