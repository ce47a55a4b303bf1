import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueMetric, rotationMetrics } from "../../src/cli/schedule/schedule-metrics.ts";
import { loadRotationConfiguration } from "../../src/config/rotations.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { targetTypes } from "../../src/rotate/targets/registry.ts";
import { type Metric, metricsText } from "../../src/schedule/metrics.ts";
import { serveMetrics } from "../../src/schedule/metrics-server.ts";
import { systemdNotices } from "../../src/schedule/service-notices.ts";
import { temporaryFolder, temporaryLedger } from "../support/ledger/folder.ts";
import { begun, event, rotationId } from "../support/ledger/rotations.ts";
import { readExposition } from "../support/schedule/exposition.ts";

const gauge = (labels: Readonly<Record<string, string>>, value: number): Metric => ({
  name: "one",
  help: "What it is.",
  type: "gauge",
  samples: [{ labels, value }],
});

describe("metrics", () => {
  it("are Prometheus' text format", () => {
    expect(metricsText([gauge({ job: "scan" }, 1.5)])).toBe(
      '# HELP keysweep_one What it is.\n# TYPE keysweep_one gauge\nkeysweep_one{job="scan"} 1.5\n',
    );
    expect(metricsText([{ ...gauge({}, Number.POSITIVE_INFINITY), help: "a\nb\\c" }])).toBe(
      "# HELP keysweep_one a\\nb\\\\c\n# TYPE keysweep_one gauge\nkeysweep_one +Inf\n",
    );
  });

  it("tell when each configured rotation's key is due, by what the last audit saw, whatever it is called", async () => {
    const path = join(temporaryFolder(), "config.yaml");
    const rotation = (user: string) =>
      `{ account: "123456789012", user: ${JSON.stringify(user)}, schedule: "0 3 1 * *", maximumAge: 60d, targets: [ { type: dotenv, path: /srv/${user}/.env } ] }`;
    writeFileSync(
      path,
      `rotations:\n${["one", "two", "none"].map((user) => `  ${user}: ${rotation(user)}\n`).join("")}`,
    );
    const configuration = await loadRotationConfiguration(path, targetTypes, Date.parse("2027-01-05T00:00Z"));
    const seen = (userName: string, ...statuses: string[]) => ({
      accountId: "123456789012",
      userName,
      keys: statuses.map((status) => ({ status, createdAt: "2027-01-05T00:00:00.000Z" })),
    });
    const users = [seen("one", "Active", "Inactive"), seen("two", "Active", "Active"), seen("other", "Active")];
    const ledger = { audits: { users: () => users }, rotations: { latest: () => null } } as unknown as Ledger;
    const metric = dueMetric(ledger, configuration);
    expect(readExposition(metricsText([metric]))).toEqual([
      {
        family: "keysweep_rotation_due_timestamp_seconds",
        labels: 'rotation="one",account="123456789012",user="one"',
        value: Date.parse("2027-02-01T03:00Z") / 1000,
      },
    ]);
  });

  it.each([
    ["stuck", 1],
    ["reactivated", 1],
    ["abandoned", 0],
  ] as const)("say that a rotation needs a person where it does: %s", (kind, value) => {
    const ledger = temporaryLedger();
    const fact = kind === "stuck" ? ({ kind, code: "refused", detail: "it is" } as const) : ({ kind } as const);
    ledger.rotations.append(rotationId(1), 0, begun(), { fence: 1, who: "ada" });
    ledger.rotations.append(rotationId(1), 1, event(1, fact), { fence: 1, who: "ada" });
    const samples = readExposition(metricsText(rotationMetrics(ledger)));
    expect(samples.filter(({ family }) => family === "keysweep_rotation_stuck").map((one) => one.value)).toEqual([
      value,
    ]);
  });

  it("are refused by the strict reader where they are not as they should be", () => {
    const good = metricsText([gauge({ job: 'a,}\\\n"' }, -1.5)]);
    expect(readExposition(good)).toHaveLength(1);
    for (const bad of [
      good.trimEnd(),
      good + good,
      good.replace("TYPE", "type"),
      good.replace("-1.5", "one"),
      good.replace('job="', "job='"),
    ])
      expect(() => readExposition(bad)).toThrow(/line|place|HELP|sample/);
  });

  it("have no line of their own for whatever somebody called something", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const lines = metricsText([gauge({ user: name }, 1)]).split("\n");
        expect(lines).toHaveLength(4);
        const value = /^keysweep_one\{user="((?:[^"\\]|\\["\\n])*)"\} 1$/s.exec(lines[2] ?? "")?.[1];
        const read = value?.replace(/\\(["\\n])/g, (_, one: string) => (one === "n" ? "\n" : one));
        expect(read).toBe(name.toWellFormed());
      }),
    );
  });
});

/** The status of what is answered to whoever asks by this name. */
async function asked(port: number, path: string, host: string, method = "GET"): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port, path, method, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

async function connected(port: number, host: string): Promise<void> {
  const socket = connect({ port, host });
  try {
    await once(socket, "connect");
  } finally {
    socket.destroy();
  }
}

describe("the server of metrics", () => {
  it("answers to this machine's own names, and says when something hangs", async () => {
    let problem: string | null = null;
    await using server = await serveMetrics(0, { problem: () => problem, metrics: () => [gauge({}, 1)] });
    const { port } = server;
    expect(await asked(port, "/metrics", "localhost")).toBe(200);
    expect(await asked(port, "/healthz", `127.0.0.1:${port}`)).toBe(200);
    expect(await asked(port, "/metrics", "evil.example")).toBe(403);
    expect(await asked(port, "/metrics", "localhost.evil.example")).toBe(403);
    expect(await asked(port, "/metrics", "localhost", "POST")).toBe(405);
    expect(await asked(port, "/", "localhost")).toBe(404);
    problem = "it hangs";
    expect(await asked(port, "/healthz", "localhost")).toBe(503);
    expect(await asked(port, "/metrics", "localhost")).toBe(200);
  });

  it("is there for programs of this machine alone", async () => {
    await using server = await serveMetrics(0, { problem: () => null, metrics: () => [] });
    // All of 127.0.0.0/8 is this machine: what listens everywhere answers there, too.
    const addresses = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
    const others = addresses.filter(({ family, internal }) => family === "IPv4" && !internal);
    for (const address of ["127.0.0.2", ...others.map((other) => other.address)])
      await expect(connected(server.port, address)).rejects.toThrow(/ECONNREFUSED|EADDRNOTAVAIL/);
    await connected(server.port, "127.0.0.1");
  });

  it("answers while somebody keeps many connections open and asks nothing", async () => {
    await using server = await serveMetrics(0, { problem: () => null, metrics: () => [] });
    const idle: Socket[] = [];
    try {
      for (let count = 0; count < 40; count++) {
        const socket = connect(server.port, "127.0.0.1").on("error", () => {});
        await once(socket, "connect");
        idle.push(socket);
      }
      expect(await asked(server.port, "/healthz", "localhost")).toBe(200);
      // No more are kept than are needed.
      expect(idle.length - idle.filter(({ destroyed }) => destroyed).length).toBeLessThanOrEqual(16);
    } finally {
      for (const socket of idle) socket.destroy();
    }
  });

  it("says what went wrong to nobody who asks", async () => {
    const throwing = (): never => {
      throw new Error("secret");
    };
    await using server = await serveMetrics(0, { problem: () => null, metrics: throwing });
    expect(await asked(server.port, "/metrics", "localhost")).toBe(500);
  });

  it("refuses a port that somebody has", async () => {
    const measured = { problem: () => null, metrics: () => [] };
    await using server = await serveMetrics(0, measured);
    await expect(serveMetrics(server.port, measured)).rejects.toThrow(/somebody else has it/);
  });
});

describe("systemd's watchdog", () => {
  const notices = (environment: Readonly<Record<string, string>>) => {
    const sent: string[] = [];
    const told = systemdNotices({
      environment: { NOTIFY_SOCKET: "/run/notify", ...environment },
      pid: 7,
      monotonicUs: () => 5n,
      send: async (assignments) => void sent.push(assignments.join(" ")),
    });
    return { told, sent };
  };

  it("is told as often as it wants, and not more often", async () => {
    const { told, sent } = notices({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "7" });
    for (const now of [0, 1000, 9999, 10_000, 5000]) await told?.alive(now);
    // At once, after a third of its time, and when the clock was set back.
    expect(sent).toEqual(["WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"]);
  });

  it("is not told where it watches somebody else, or nobody", async () => {
    for (const environment of [{ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "8" }, {}]) {
      const { told, sent } = notices(environment);
      await told?.alive(0);
      expect([told?.watchdogMs, sent]).toEqual([null, []]);
    }
    expect(systemdNotices({ environment: {}, pid: 7, monotonicUs: () => 5n, send: async () => {} })).toBeNull();
  });
});
