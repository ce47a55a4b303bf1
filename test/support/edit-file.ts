/**
 * A process that does something with a file: `hold` holds it as a lock until it is killed, `try` says whether it could, `check` says what is wrong
 * with it, `lock` and a number adds 1 to the number in it so many times, with a lock beside it; a number alone does so by edits.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { KeysweepError } from "../../src/model/error.ts";
import { tryFileLock } from "../../src/runtime/file-lock.ts";
import { SystemFiles } from "../../src/runtime/host-files.ts";
import { systemWaiting } from "../../src/runtime/waiting.ts";

const [path = "", what = "", times = what] = process.argv.slice(2);

const files = new SystemFiles(systemWaiting);

if (what === "hold") {
  const lock = await tryFileLock(path);
  process.stdout.write(lock === null ? "taken" : "held");
  setInterval(() => lock, 1000);
} else if (what === "try") {
  const lock = await tryFileLock(path);
  process.stdout.write(lock === null ? "taken" : "held");
  lock?.release();
} else if (what === "lock") {
  for (let done = 0; done < Number(times); ) {
    const lock = await tryFileLock(`${path}.lock`);
    if (lock === null) continue;
    writeFileSync(path, String(Number(readFileSync(path, "utf8")) + 1));
    lock.release();
    done++;
  }
} else if (what === "check") {
  try {
    files.check(path);
  } catch (error) {
    if (error instanceof KeysweepError) process.stdout.write(`${error.retry} ${error.message}`);
  }
} else {
  const options = { backup: false, signal: new AbortController().signal };
  for (let time = 0; time < Number(times); time++)
    await files.edit(path, (content) => Buffer.from(String(Number(content.toString()) + 1)), options);
}
