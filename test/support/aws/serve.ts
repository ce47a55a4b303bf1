/**
 * Starts the emulator of AWS for the tests, and gets it first where it is not there: `node test/support/aws/serve.ts FILE` writes into
 * the file, once, what it is and where, or why there is none. Ends with its standard input.
 */
import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { startMoto } from "./moto.ts";
import { pythonTools } from "./python-tools.ts";
import type { AwsServer } from "./server.ts";

async function main(file: string): Promise<void> {
  const ended = once(process.stdin.resume(), "end");
  try {
    const tools = pythonTools();
    const moto = await startMoto(tools);
    say(file, { url: moto.url, awsCommand: tools.aws });
    await ended;
    await moto.stop();
  } catch (error) {
    say(file, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** Whole or not at all: others are looking for it. */
function say(file: string, server: AwsServer | { readonly error: string }): void {
  writeFileSync(`${file}.new`, JSON.stringify(server));
  renameSync(`${file}.new`, file);
}

await main(process.argv[2] ?? "server.json");
