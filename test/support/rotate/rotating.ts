import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { parseEnv } from "node:util";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { RotationReport, RotationsReport } from "../../../src/model/rotation.ts";
import { awsEnvironment, type CommandRun, makeOperator, type Operator } from "../aws/operator.ts";
import { type UserKey, userWithKey } from "../aws/user-key.ts";
import { clientSettings, onTime } from "../aws/world.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** When the journal is to be the death of the program: right before or after its n-th commit; or from when on its disk is full. */
export interface Death {
  readonly at: number;
  readonly when: "before" | "after" | "full" | "tight";
}

/** A user whose key lies in a .env file, a program that uses it, and keysweep to rotate it. */
export interface Rotating {
  readonly operator: Operator;
  readonly old: UserKey;
  readonly place: string;
  /** What the program finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Writes the operator's configuration: that of the rotation `deploy`, and what else is given. */
  configure(rotation?: string, rest?: string): void;
  run(args: readonly string[], death?: Death, environment?: Readonly<Record<string, string>>): Promise<CommandRun>;
  /** Runs a command about the rotation and gives what its report says. */
  report(args: readonly string[], death?: Death): Promise<RotationReport>;
  /** The keys that the user has, with their status. */
  keys(): readonly string[];
  /** How many events the journal has. */
  events(): number;
  stop(): Promise<void>;
}

const USUAL = "usedEvery: 1h, soak: 2h, quarantine: 1d";

export async function makeRotating(): Promise<Rotating> {
  const operator = await makeOperator();
  const { gateway, iam, world, account } = operator;
  const old = await userWithKey(gateway, iam, "deploy");
  const place = join(world.folder, ".env");
  writeFileSync(place, pairText(old.credentials), { mode: 0o600 });
  const clock = await startClock((ms) => gateway.advance(ms));
  const run: Rotating["run"] = (args, death, more = {}) =>
    operator.run(["rotate", ...args], { ...environment(clock.url, death), ...more });
  const configure: Rotating["configure"] = (rotation = USUAL, rest = "") => {
    mkdirSync(dirname(world.operatorConfiguration), { recursive: true });
    const targets = `targets: [ { type: dotenv, path: ${place} } ]`;
    writeFileSync(
      world.operatorConfiguration,
      `rotations:\n  deploy: { account: "${account}", user: deploy, ${rotation}, ${targets} }\n${rest}`,
    );
  };
  configure();
  return {
    operator,
    old,
    place,
    environment: { ...awsEnvironment(gateway, operator.credentials), ...environment(clock.url, undefined) },
    configure,
    run,
    async report(args, death) {
      const { stdout, stderr, status } = await run([...args, "--format", "json", "--verbose"], death);
      const [report] = stdout === "" ? [] : (JSON.parse(stdout) as RotationsReport).rotations;
      if (report === undefined) throw new Error(`no report (${status}): ${stderr}`);
      return report;
    },
    keys: () =>
      gateway.state.keys.of(account, "deploy").map(({ id, active }) => `${id} ${active ? "active" : "inactive"}`),
    events() {
      const db = new DatabaseSync(join(world.home, ".local", "state", "keysweep", "ledger.db"), { readOnly: true });
      try {
        return Number(db.prepare("SELECT count(*) AS events FROM rotation_event").get()?.events);
      } finally {
        db.close();
      }
    },
    async stop() {
      await clock.stop();
      await operator.stop();
    },
  };
}

/** Where the program under test tells what it would have waited for. */
async function startClock(advance: (ms: number) => void): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    let body = "";
    incoming.on("data", (data: Buffer) => {
      body += data.toString();
    });
    incoming.on("end", () => {
      advance(Number(body));
      outgoing.end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the clock does not listen");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function environment(clock: string, death: Death | undefined): Record<string, string> {
  const load = (name: string): string => `--import=${pathToFileURL(join(import.meta.dirname, name))}`;
  const quick = { NODE_OPTIONS: load("quick.mjs"), KEYSWEEP_TEST_CLOCK: clock };
  if (death === undefined) return quick;
  return {
    ...quick,
    NODE_OPTIONS: `${load("quick.mjs")} ${load("die-at.mjs")}`,
    KEYSWEEP_TEST_AT: String(death.at),
    KEYSWEEP_TEST_WHEN: death.when,
  };
}

function pairText({ accessKeyId, secretAccessKey }: UserKey["credentials"]): string {
  return `# of the app\nAWS_ACCESS_KEY_ID=${accessKeyId}\nAWS_SECRET_ACCESS_KEY=${secretAccessKey}\nPORT=8080\n`;
}

/** A program that uses the key in the .env file: it reads it anew before each call. */
export class Consumer {
  /** The key of each call that AWS did not take, and what it said. */
  readonly failures: string[] = [];
  calls = 0;
  readonly #rotating: Rotating;

  constructor(rotating: Rotating) {
    this.#rotating = rotating;
  }

  /** The id in its file. */
  get holds(): string {
    return this.#pair().accessKeyId;
  }

  async call(): Promise<void> {
    const { gateway } = this.#rotating.operator;
    const pair = this.#pair();
    const settings = clientSettings(gateway, { ...pair, sessionToken: "" });
    const sts = onTime(gateway, new STSClient(settings));
    try {
      this.calls += 1;
      await sts.send(new GetCallerIdentityCommand({}));
    } catch (error) {
      this.failures.push(`${pair.accessKeyId}: ${error instanceof Error ? error.name : "unknown"}`);
    } finally {
      sts.destroy();
    }
  }

  /** Calls again and again until the work has ended. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await this.call();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return over;
  }

  /** Lets time pass by the hour, calling each hour. */
  async live(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += HOUR) {
      this.#rotating.operator.gateway.advance(Math.min(HOUR, ms - passed));
      await this.call();
    }
  }

  #pair(): { readonly accessKeyId: string; readonly secretAccessKey: string } {
    const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = parseEnv(
      readFileSync(this.#rotating.place, "utf8"),
    );
    return { accessKeyId, secretAccessKey };
  }
}
