/**
 * `npm run bench -- audit [ACCOUNTS] [few|half]`: an audit of a made-up organisation of 1,000 accounts with 200 users each, as users run it, against a
 * local server that takes 50 ms for each call and has a rate limit for each account. A tenth of the accounts first: memory should not
 * grow with their number.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildIfStale } from "../scripts/build.ts";

const USERS = 200;

/** Users with keys and with passwords, in per cent. */
interface Mix {
  readonly name: string;
  readonly keys: number;
  readonly passwords: number;
}

const FEW: Mix = { name: "5 % with keys, 2 % with a password", keys: 5, passwords: 2 };
const HALF: Mix = { name: "half with keys, half with a password", keys: 50, passwords: 50 };

interface Outcome {
  readonly calls: number;
  readonly throttled: number;
  readonly seconds: number;
  readonly residentMB: number;
  readonly findings: number;
}

async function run(accounts: number, { keys, passwords }: Mix): Promise<Outcome> {
  const arguments_ = [accounts, USERS, keys, passwords].map(String);
  const server = spawn(process.execPath, [join(import.meta.dirname, "audit-server.ts"), ...arguments_], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const folder = mkdtempSync(join(tmpdir(), "keysweep-bench-"));
  try {
    const endpoint = `http://127.0.0.1:${await portOf(server)}`;
    const config = join(folder, "config.yaml");
    writeFileSync(config, "organization: { role: keysweep-audit }\n");
    const program = [join(import.meta.dirname, "..", "dist", "main.js"), "audit", "--organization", "--config", config];
    const output = ["--format", "json", "--output", join(folder, "report.json")];
    const started = performance.now();
    const { stderr, status } = spawnSync(
      "/usr/bin/time",
      ["-f", "resident=%M", process.execPath, ...program, ...output],
      {
        encoding: "utf8",
        env: {
          PATH: process.env.PATH,
          HOME: folder,
          AWS_ENDPOINT_URL: endpoint,
          AWS_REGION: "us-east-1",
          AWS_ACCESS_KEY_ID: "100000000000",
          AWS_SECRET_ACCESS_KEY: "of-the-bench",
        },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    const seconds = (performance.now() - started) / 1000;
    if (status !== 1) throw new Error(`the audit ended with status ${status}: ${stderr}`);
    const counts = (await (await fetch(`${endpoint}/counts`)).json()) as Record<string, number>;
    const { throttled = 0, ...calls } = counts;
    const report = readFileSync(join(folder, "report.json"), "latin1");
    return {
      calls: Object.values(calls).reduce((sum, count) => sum + count, 0),
      throttled,
      seconds,
      residentMB: (Number(/resident=(\d+)/.exec(stderr)?.[1] ?? 0) * 1024) / 1e6,
      findings: report.split('"fingerprint": ').length - 1,
    };
  } finally {
    server.kill();
    rmSync(folder, { recursive: true });
  }
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new Error("the server has no output");
  const [data] = (await once(stdout, "data")) as [Buffer];
  return Number(data.toString().trim());
}

async function main(): Promise<void> {
  await buildIfStale();
  const [, , howMany = "1000", only] = process.argv;
  const accounts = Number(howMany);
  const mixes = only === "few" ? [FEW] : only === "half" ? [HALF] : [FEW, HALF];
  const print = (cells: readonly (string | number)[]): void => {
    process.stdout.write(
      `${cells.map((cell, index) => (index === 0 ? String(cell).padEnd(38) : String(cell).padStart(11))).join("")}\n`,
    );
  };
  print(["users", "accounts", "calls", "an account", "throttled", "seconds", "MB", "findings"]);
  for (const mix of mixes) {
    for (const count of [Math.ceil(accounts / 10), accounts]) {
      const { calls, throttled, seconds, residentMB, findings } = await run(count, mix);
      print([
        mix.name,
        count,
        calls,
        (calls / count).toFixed(1),
        throttled,
        seconds.toFixed(1),
        residentMB.toFixed(0),
        findings,
      ]);
    }
  }
}

await main();
