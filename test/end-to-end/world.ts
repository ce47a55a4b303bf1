import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { generateMaterial } from "../support/material.ts";

/** The program that users start. */
export const ENTRY = join(import.meta.dirname, "..", "..", "dist", "main.js");

/** A folder to work in and a home of its own, so that nothing of this machine's user is read or written. */
export interface World {
  /** The working directory of every run, empty at first. */
  readonly folder: string;
  readonly home: string;
  /** Where the operator's configuration would lie. */
  readonly operatorConfiguration: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Writes a file below `folder` and gives its path. */
  file(name: string, content: string | Uint8Array): string;
  run(args: readonly string[], options?: RunOptions): Run;
  remove(): void;
}

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  /** Instead of the world's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function makeWorld(): World {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "keysweep-test-")));
  const folder = join(top, "work");
  const home = join(top, "home");
  const operatorConfiguration = join(home, ".config", "keysweep", "config.yaml");
  mkdirSync(folder);
  mkdirSync(dirname(operatorConfiguration), { recursive: true });
  const environment = { PATH: process.env.PATH ?? "", HOME: home, XDG_CONFIG_HOME: join(home, ".config") };
  return {
    folder,
    home,
    operatorConfiguration,
    environment,
    file(name, content) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    run(args, { input = "", cwd = folder, environment: env = environment } = {}) {
      const { status, stdout, stderr, error }: SpawnSyncReturns<string> = spawnSync(
        process.execPath,
        [ENTRY, ...args],
        { cwd, env, input, encoding: "utf8", timeout: 60_000, maxBuffer: 1 << 28 },
      );
      if (error !== undefined) throw error;
      return { status, stdout, stderr };
    },
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
}

/** An AWS profile with the pair of one seed, as `~/.aws/credentials` has it. */
export function profile(seed: number, comment = ""): string {
  const { id, secret } = generateMaterial(seed);
  return `[default]\naws_access_key_id = ${id}${comment}\naws_secret_access_key = ${secret}\n`;
}
