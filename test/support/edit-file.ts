/**
 * A process that does something with a file: `hold` holds it as a lock until it is killed, `check` says what is wrong with it, a number adds 1
 * to the number in it so many times.
 */
import { KeysweepError } from "../../src/model/error.ts";
import { tryFileLock } from "../../src/runtime/file-lock.ts";
import { SystemFiles } from "../../src/runtime/host-files.ts";
import { systemWaiting } from "../../src/runtime/waiting.ts";

const [path = "", what = ""] = process.argv.slice(2);

const files = new SystemFiles(systemWaiting);

if (what === "hold") {
  const lock = await tryFileLock(path);
  process.stdout.write(lock === null ? "taken" : "held");
  setInterval(() => lock, 1000);
} else if (what === "check") {
  try {
    files.check(path);
  } catch (error) {
    if (error instanceof KeysweepError) process.stdout.write(`${error.retry} ${error.message}`);
  }
} else {
  const options = { backup: false, signal: new AbortController().signal };
  for (let time = 0; time < Number(what); time++)
    await files.edit(path, (content) => Buffer.from(String(Number(content.toString()) + 1)), options);
}
