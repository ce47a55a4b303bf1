import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadOperatorConfiguration } from "../../src/config/load.ts";
import { loadScheduleConfiguration, type ScheduleConfiguration } from "../../src/config/schedule.ts";
import { KeysweepError } from "../../src/model/error.ts";
import { temporaryFolder } from "../support/ledger/folder.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");

function written(text: string): string {
  const path = join(temporaryFolder(), "config.yaml");
  writeFileSync(path, text);
  return path;
}

function load(text: string, home?: string): ScheduleConfiguration {
  const path = written(text);
  // The rest of the program reads the same file.
  expect(loadOperatorConfiguration(path)).toBeDefined();
  return loadScheduleConfiguration(path, NOW, home);
}

function problem(text: string): string {
  try {
    loadScheduleConfiguration(written(text), NOW);
  } catch (error) {
    if (error instanceof KeysweepError && error.code === "configuration")
      return error.message.replace(/^.*config\.yaml:/, "");
    throw error;
  }
  throw new Error("it was accepted");
}

describe("a schedule", () => {
  it("says what runs when", () => {
    expect(
      load(`schedule:
  timezone: Europe/Berlin
  jitter: 5m
  metrics: { port: 9464 }
  scan: { at: "0 2 * * *", paths: [/srv/app] }
  audit: { at: "0 6 * * 1", timezone: America/New_York, organization: true }
  rotate: { every: 15m, timeout: 90m }
`),
    ).toEqual({
      jobs: [
        {
          job: "scan",
          times: { kind: "cron", expression: "0 2 * * *", timezone: "Europe/Berlin" },
          timeoutMs: 12 * 3_600_000,
          paths: ["/srv/app"],
          history: true,
          environment: false,
          identify: false,
          reports: [],
        },
        {
          job: "audit",
          times: { kind: "cron", expression: "0 6 * * 1", timezone: "America/New_York" },
          timeoutMs: 12 * 3_600_000,
          organization: true,
          reports: [],
        },
        { job: "rotate", times: { kind: "every", ms: 900_000 }, timeoutMs: 5_400_000 },
      ],
      jitterMs: 300_000,
      metricsPort: 9464,
    });
  });

  it("may be missing", () => {
    expect(load("aws: { region: us-east-1 }\n")).toEqual({ jobs: [], jitterMs: 0, metricsPort: null });
  });

  it("means paths from the home directory and from its own folder on", () => {
    const path = written(
      'schedule:\n  scan: { at: "0 2 * * *", paths: ["~", ~/src, here, "~other"], reports: { html: r.html } }\n',
    );
    const folder = join(path, "..");
    expect(loadScheduleConfiguration(path, NOW, "/home/$&ada").jobs[0]).toMatchObject({
      paths: ["/home/$&ada", "/home/$&ada/src", join(folder, "here"), join(folder, "~other")],
      reports: [["html", join(folder, "r.html")]],
    });
  });

  it.each([
    ["schedule:\n  scan: {}\n", '2:3: schedule.scan: needs a time: at: "0 2 * * *", or every: 15m'],
    [
      'schedule:\n  scan:\n    at: "0 2 * * *"\n    every: 1d\n',
      "4:5: schedule.scan.every: at and every exclude each other",
    ],
    ["schedule:\n  rotate: { every: 30s }\n", "2:13: schedule.rotate.every: must be a minute at least, e.g. 15m"],
    [
      "schedule:\n  rotate: { every: often }\n",
      "2:13: schedule.rotate.every: must be a duration, e.g. 90s, 15m, 24h or 7d",
    ],
    [
      "schedule:\n  rotate: { every: 15m, timezone: UTC }\n",
      "2:25: schedule.rotate.timezone: means nothing beside every",
    ],
    ['schedule:\n  audit: { at: "0 0 31 2 *" }\n', "2:12: schedule.audit.at: never comes: there is no such date"],
    [
      'schedule:\n  audit: { at: "0 6 * *" }\n',
      "2:12: schedule.audit.at: must have five fields, or six with seconds first, e.g. 0 3 1 * *",
    ],
    [
      "schedule:\n  timezone: Berlin\n",
      "2:3: schedule.timezone: must be a time zone, e.g. Europe/Berlin (see the IANA time zone database)",
    ],
    [
      "schedule:\n  rotate: { every: 15m, timeout: 30s }\n",
      "2:25: schedule.rotate.timeout: must be from a minute to seven days, e.g. 12h",
    ],
    [
      "schedule:\n  rotate: { every: 15m, timeout: 8d }\n",
      "2:25: schedule.rotate.timeout: must be from a minute to seven days, e.g. 12h",
    ],
    ["schedule:\n  jitter: 2d\n", "2:3: schedule.jitter: must be a day at most"],
    ["schedule:\n  metrics: { port: 0 }\n", "2:14: schedule.metrics.port: must be a port"],
    [
      "schedule:\n  audits: { every: 1d }\n",
      "2:3: schedule.audits: is not a key that is known here; did you mean audit?",
    ],
    [
      "schedule:\n  rotate: { every: 15m, paths: [/] }\n",
      "2:25: schedule.rotate.paths: is not a key that is known here; there are at, every, timezone, timeout",
    ],
    [
      "schedule:\n  scan: { every: 1d, reports: { xml: a } }\n",
      "2:33: schedule.scan.reports.xml: is not a key that is known here; there are pretty, json, jsonl, csv, markdown, html, sarif, junit, gitlab, github",
    ],
    [
      "schedule:\n  scan: { every: 1d, reports: { html: a, csv: ./a } }\n",
      "2:33: schedule.scan.reports.html: is another report's file",
    ],
    [
      "schedule:\n  scan: { every: 1d, reports: { html: a } }\n  audit: { every: 1d, reports: { html: a } }\n",
      "3:34: schedule.audit.reports.html: is another report's file",
    ],
    [
      "schedule:\n  audit: { every: 1d, reports: { gitlab: a } }\n",
      "2:34: schedule.audit.reports.gitlab: is not a key that is known here; there are pretty, json, jsonl, csv, markdown, html, sarif, junit, ocsf, asff",
    ],
  ])("%j is refused", (text, message) => {
    expect(problem(text)).toBe(message);
  });
});
