import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The file in which `serve.ts` says where AWS's emulator is, once it is there. */
    readonly awsServer: string;
  }
}

/**
 * One emulator for all tests of the project: each test takes accounts of its own. It is started and not waited for, since vitest begins with
 * no test of any project before all set-ups have ended: who needs it waits for it (`awsServer`).
 */
export default function setup(project: TestProject): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-aws-"));
  const server = spawn(process.execPath, [join(import.meta.dirname, "serve.ts"), join(folder, "server.json")], {
    // It ends when its standard input does, however this process ends.
    stdio: ["pipe", "ignore", "inherit"],
  });
  project.provide("awsServer", join(folder, "server.json"));
  return async () => {
    if (server.exitCode === null) {
      const exited = once(server, "exit");
      server.stdin.end();
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  };
}
