import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generateMaterial } from "../support/material.ts";
import { readExposition } from "../support/schedule/exposition.ts";
import { ENTRY, makeWorld, type World } from "./world.ts";

let world: World;
const services: ChildProcess[] = [];
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => {
  for (const service of services.splice(0)) service.kill("SIGKILL");
  world.remove();
});

interface LogLine {
  readonly event: string;
  readonly [detail: string]: unknown;
}

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly lines: readonly LogLine[];
  /** The next line of this event, as of when it is asked. */
  next(event: string, job?: string): Promise<LogLine>;
}

/** `keysweep schedule run`, as somebody starts it. */
function serve(environment: Readonly<Record<string, string>> = {}): Running {
  const service = spawn(process.execPath, [ENTRY, "schedule", "run"], {
    cwd: world.folder,
    env: { ...world.environment, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  services.push(service);
  const lines: LogLine[] = [];
  const waiting = new Set<{ is(line: LogLine): boolean; found(line: LogLine): void }>();
  createInterface({ input: service.stdout }).on("line", (text) => {
    const line = JSON.parse(text) as LogLine;
    lines.push(line);
    for (const one of waiting) if (one.is(line) && waiting.delete(one)) one.found(line);
  });
  return {
    process: service,
    ended: once(service, "exit").then(([status]) => status as number | null),
    lines,
    next: (event, job) =>
      new Promise((found) => {
        waiting.add({ is: (line) => line.event === event && (job === undefined || line.job === job), found });
      }),
  };
}

function configure(text: string): void {
  writeFileSync(world.operatorConfiguration, text);
}

/** Scans every second what is in the working directory. */
const EVERY_SECOND = (more = ""): string =>
  `schedule:\n  scan: { at: "* * * * * *", paths: [${JSON.stringify(world.folder)}] }\n${more}`;

/** Gives the program SIGHUP while it opens its ledger, after it has read its configuration and before the service runs. */
const HANGING_UP = `
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const { exec } = DatabaseSync.prototype;
  let count = 0;
  DatabaseSync.prototype.exec = function (sql) {
    if (count++ < 3) process.kill(process.pid, "SIGHUP");
    return exec.call(this, sql);
  };
`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

describe("schedule run", () => {
  test("scans, tells how it is, keeps what it had while the configuration is broken, and stops when told to", async () => {
    const { id, secret } = generateMaterial(7070);
    world.file(".env", `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`);
    const port = await freePort();
    configure(EVERY_SECOND(`  metrics: { port: ${port} }\n`));
    const service = serve();
    expect(await service.next("scan.summary")).toMatchObject({ high: 1, complete: true });
    expect(await service.next("job.ended", "scan")).toMatchObject({ status: 1, level: "info" });
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/^keysweep_job_last_success_timestamp_seconds\{job="scan"\} \d/m);
    expect(metrics).toMatch(/^keysweep_schedule_leader 1$/m);
    expect(new Set(readExposition(metrics).map(({ family }) => family))).toContain(
      "keysweep_job_next_run_timestamp_seconds",
    );
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    const refused = service.next("configuration.refused");
    configure("schedule: { scan: { at: never } }\n");
    service.process.kill("SIGHUP");
    expect(await refused).toMatchObject({ error: expect.stringContaining("schedule.scan.at") });
    expect(await service.next("job.ended", "scan")).toMatchObject({ status: 1 });
    expect(await service.next("job.ended", "scan")).toMatchObject({ status: 1 });
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toMatch(/^keysweep_configuration_good 0$/m);
    const read = service.next("configuration.read");
    configure(EVERY_SECOND("  jitter: 0s\n"));
    service.process.kill("SIGHUP");
    await read;
    service.process.kill("SIGTERM");
    expect(await service.ended).toBe(0);
    expect(service.lines.at(-1)).toMatchObject({ event: "service.stopped" });
    // Neither in the log nor in the metrics.
    const said = [JSON.stringify(service.lines), metrics].some((text) => text.includes(secret));
    expect(said).toBe(false);
  });

  test("one stands by, and goes on when the one that leads is killed", async () => {
    configure(EVERY_SECOND());
    const first = serve();
    await first.next("job.ended", "scan");
    const second = serve();
    expect(await second.next("service.standing-by")).toMatchObject({
      leader: expect.stringContaining(`${first.process.pid}`),
    });
    first.process.kill("SIGKILL");
    await second.next("service.leading");
    expect(await second.next("job.ended", "scan")).toMatchObject({ status: 0 });
  });

  test("one that stands by has the port of the metrics when the one that leads is gone, and waits for it until then", async () => {
    const port = await freePort();
    configure(EVERY_SECOND(`  metrics: { port: ${port} }\n`));
    const first = serve();
    await first.next("job.ended", "scan");
    const second = serve();
    expect(await second.next("metrics.not-told")).toMatchObject({
      error: expect.stringContaining("somebody else has it"),
    });
    const told = second.next("metrics.told");
    first.process.kill("SIGKILL");
    await told;
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain("keysweep_build_info");
  });

  test("goes on with what it had while its configuration is away, and through a storm of SIGHUP", async () => {
    configure(EVERY_SECOND());
    const service = serve();
    await service.next("job.ended", "scan");
    const refused = service.next("configuration.refused");
    rmSync(world.operatorConfiguration);
    for (let count = 0; count < 500; count++) service.process.kill("SIGHUP");
    expect(await refused).toMatchObject({ error: expect.stringContaining("ENOENT") });
    await service.next("job.ended", "scan");
    await service.next("job.ended", "scan");
    expect(service.lines.filter(({ event }) => event === "configuration.refused")).toHaveLength(1);
    service.process.kill("SIGTERM");
    expect(await service.ended).toBe(0);
  });

  test.each([
    [
      "taken away",
      (ledger: string) => {
        // With its log: what that holds is lost without it, so no new ledger begins beside one.
        for (const file of [ledger, `${ledger}-wal`, `${ledger}-shm`]) {
          if (existsSync(file)) renameSync(file, `${file}.away`);
        }
      },
    ],
    [
      "exchanged",
      (ledger: string) => {
        cpSync(ledger, `${ledger}.copy`);
        renameSync(`${ledger}.copy`, ledger);
      },
    ],
  ])("ends where its ledger is %s, so that no other leads beside it, and the next one goes on", async (_, change) => {
    configure(EVERY_SECOND());
    const service = serve();
    await service.next("job.ended", "scan");
    change(join(world.home, ".local", "state", "keysweep", "ledger.db"));
    expect(await service.ended).toBe(4);
    expect(service.lines.at(-1)).toMatchObject({ event: "service.stopped" });
    expect(await serve().next("job.ended", "scan")).toMatchObject({ status: 0 });
  });

  test("told to read its configuration anew while it starts, it goes on", async () => {
    configure(EVERY_SECOND());
    const service = serve({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(HANGING_UP)}` });
    expect(await Promise.race([service.next("job.ended", "scan"), service.ended])).toMatchObject({ status: 0 });
    service.process.kill("SIGTERM");
    expect(await service.ended).toBe(0);
  });

  test("told to stop while it starts, begins nothing and is gone", async () => {
    configure(EVERY_SECOND());
    // From before it can answer to after it has begun.
    for (const after of [0, 60, 120, 180, 240]) {
      const service = serve();
      await wait(after);
      service.process.kill("SIGTERM");
      await service.ended;
      const jobs = service.lines.filter(({ event }) => event === "job.started" || event === "job.ended");
      expect(jobs.length % 2).toBe(0);
    }
  });

  test("list tells times by the clock of whoever asks, the first first", () => {
    configure(
      'schedule:\n  audit: { at: "0 6 * * *" }\n  scan: { at: "30 1 * * *", timezone: America/New_York }\n  jitter: 5m\n',
    );
    const list = (zone: string): string =>
      world.run(["schedule", "list"], { environment: { ...world.environment, TZ: zone } }).stdout;
    const [tokyo, utc] = [list("Asia/Tokyo"), list("UTC")];
    expect(tokyo).toMatch(/^audit +\d{4}-\d\d-\d\d 15:00 GMT\+9 +not run yet$/m);
    // 5:30 or 6:30, by the season in New York.
    expect(tokyo).toMatch(/^scan +\d{4}-\d\d-\d\d 1[45]:30 GMT\+9 +not run yet$/m);
    expect(tokyo).toMatch(/^Times of Asia\/Tokyo, up to 300 s later each\.$/m);
    expect(utc).toMatch(/^audit +\d{4}-\d\d-\d\d 06:00 UTC +not run yet$/m);
  });

  test("scans what there is, remembers and tells it, where a PATH or a folder of a report is not there, and says so before and after", async () => {
    const { id, secret } = generateMaterial(7373);
    world.file("there/.env", `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`);
    const [there, gone, report] = ["there", "gone", "no/such/report.html"].map((name) => join(world.folder, name));
    const port = await freePort();
    const scan = {
      at: "* * * * * *",
      paths: [gone, there],
      reports: { html: report, csv: join(world.folder, "r.csv") },
    };
    configure(JSON.stringify({ schedule: { scan, metrics: { port } } }));
    const doubts = [`schedule.scan.paths: there is no ${gone}`, `schedule.scan.reports.html: cannot write ${report}`];
    for (const words of [["list"], ["install", "--with", "cron", "--print"]]) {
      const { status, stderr } = world.run(["schedule", ...words]);
      expect([status, doubts.filter((doubt) => !stderr.includes(doubt))]).toEqual([0, []]);
    }
    const doctor = world.run(["doctor", "--format", "json"]);
    const { checks } = JSON.parse(doctor.stdout) as { checks: { check: string; status: string; detail: string }[] };
    expect(checks.filter(({ check, status }) => check === "schedule" && status === "problem")).toHaveLength(2);
    const service = serve();
    // Told before the service says that it has started.
    await service.next("service.started");
    expect(service.lines.filter(({ event }) => event === "configuration.doubtful")).toHaveLength(2);
    expect(await service.next("scan.unread")).toMatchObject({
      level: "warning",
      count: 1,
      places: [{ place: gone, why: "read-error: vanished: ENOENT" }],
    });
    expect(await service.next("job.message", "scan")).toMatchObject({ text: expect.stringContaining(report ?? "") });
    expect(await service.next("job.ended", "scan")).toMatchObject({ level: "error", status: 4 });
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/^keysweep_job_last_exit_status\{job="scan"\} 4$/m);
    expect(metrics).not.toContain('keysweep_job_last_success_timestamp_seconds{job="scan"} ');
    for (let runs = 0; runs < 5; runs++) await service.next("job.ended", "scan");
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(503);
    service.process.kill("SIGTERM");
    await service.ended;
    expect(existsSync(join(world.folder, "r.csv"))).toBe(true);
    const remembered = JSON.parse(world.run(["report", "--format", "json"]).stdout) as { findings: unknown[] };
    expect(remembered.findings).toHaveLength(1);
  });

  test("runs what is due once for whoever starts it again and again", async () => {
    configure(EVERY_SECOND());
    expect(world.run(["schedule", "run", "--once"])).toMatchObject({ status: 0, stdout: "" });
    const list = JSON.parse(world.run(["schedule", "list", "--format", "json"]).stdout) as { jobs: unknown[] };
    expect(list.jobs).toEqual([expect.objectContaining({ job: "scan", lastStartedAt: null })]);
  });

  test.each([
    ["no configuration", null, 2],
    ["nothing scheduled", "aws: { region: us-east-1 }\n", 2],
    ["a bad one", "schedule: { scan: {} }\n", 2],
  ])("is refused with %s", (_, text, status) => {
    if (text !== null) configure(text);
    const run = world.run(["schedule", "run"]);
    expect([run.status, run.stdout]).toEqual([status, ""]);
  });
});

const hasNotify =
  spawnSync("systemd-notify", ["--version"]).status === 0 && spawnSync("python3", ["--version"]).status === 0;

/** Prints what comes, a message a line. */
const LISTENER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("listening", flush=True)
while True:
    print(s.recv(4096).decode().replace("\\n", " "), flush=True)
`;

test.skipIf(!hasNotify)("tells systemd how it is (skipped without systemd-notify or Python)", async () => {
  configure(EVERY_SECOND());
  const socket = join(world.folder, "notify");
  const listener = spawn("python3", ["-c", LISTENER, socket], { stdio: ["ignore", "pipe", "inherit"] });
  services.push(listener);
  const told: string[] = [];
  const wanted = new Map<string, () => void>();
  createInterface({ input: listener.stdout }).on("line", (line) => {
    told.push(line);
    for (const [start, found] of wanted) if (line.startsWith(start)) found();
  });
  const tells = (start: string) => new Promise<void>((resolve) => wanted.set(start, resolve));
  await tells("listening");
  const service = serve({ NOTIFY_SOCKET: socket, WATCHDOG_USEC: "30000000" });
  await Promise.all([tells("READY=1"), tells("WATCHDOG=1")]);
  const reloading = tells("RELOADING=1");
  service.process.kill("SIGHUP");
  await reloading;
  await tells("READY=1");
  const stopping = tells("STOPPING=1");
  service.process.kill("SIGTERM");
  await stopping;
  expect(await service.ended).toBe(0);
  expect(told.find((line) => line.startsWith("RELOADING"))).toMatch(/^RELOADING=1 MONOTONIC_USEC=\d+/);
});
