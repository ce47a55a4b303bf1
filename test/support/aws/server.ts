import { existsSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { inject } from "vitest";

/** The emulator, and the AWS command line beside it. */
export interface AwsServer {
  readonly url: string;
  /** The program and its first arguments. */
  readonly awsCommand: readonly [string, ...string[]];
}

/** It may have to be installed first, on a machine that does much else. */
const PATIENCE_MS = 10 * 60_000;

let known: Promise<AwsServer> | null = null;

/** The emulator that the set-up has started, once it answers. @throws Error that says what to install when there can be none. */
export function awsServer(): Promise<AwsServer> {
  known ??= waitedFor(inject("awsServer"));
  return known;
}

async function waitedFor(file: string): Promise<AwsServer> {
  for (const until = performance.now() + PATIENCE_MS; !existsSync(file); ) {
    if (performance.now() > until) throw new Error("the emulator of AWS did not come up");
    await setTimeout(50);
  }
  const server = JSON.parse(readFileSync(file, "utf8")) as AwsServer | { readonly error: string };
  if ("error" in server) throw new Error(server.error);
  return server;
}
