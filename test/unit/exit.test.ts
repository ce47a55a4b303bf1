import { describe, expect, test } from "vitest";
import {
  EXIT,
  EXIT_STATUS_HELP,
  errorExit,
  type FailOn,
  parseFailOn,
  reportExit,
  verdictOn,
} from "../../src/cli/exit.ts";
import { KeysweepError } from "../../src/model/error.ts";
import type { Allowed, Finding } from "../../src/model/finding.ts";
import type { ScanReport } from "../../src/model/scan-report.ts";
import { SEVERITIES, type Severity } from "../../src/model/severity.ts";

const ALLOWED: Allowed = { reason: "r", owner: null, expires: null };

/** A report with findings of these severities; what is not read at all here is left out. */
function report(
  severities: readonly Severity[],
  { complete = true, allowed = null as Allowed | null } = {},
): ScanReport {
  const findings = severities.map((severity) => ({ severity, allowed }) as Finding);
  return { findings, coverage: { complete } } as unknown as ScanReport;
}

/** The status that a scan with this report ends with. */
function scanExit(of: ScanReport, failOn: FailOn, onlyNew = false): number {
  return reportExit(of, verdictOn(of, failOn, onlyNew));
}

describe("the exit status of a scan", () => {
  test("is 1 exactly when a finding is as bad as the threshold or worse", () => {
    for (const [rank, severity] of SEVERITIES.entries()) {
      for (const [threshold, failOn] of SEVERITIES.entries()) {
        expect(scanExit(report([severity]), failOn)).toBe(rank <= threshold ? 1 : 0);
      }
      expect(scanExit(report([severity]), "never")).toBe(0);
    }
    expect(scanExit(report(["info", "low", "high"]), "medium")).toBe(1);
    expect(scanExit(report([]), "info")).toBe(0);
  });

  test("is 3 when something was not read, unless a finding says more", () => {
    expect(scanExit(report([], { complete: false }), "info")).toBe(3);
    expect(scanExit(report(["low"], { complete: false }), "medium")).toBe(3);
    expect(scanExit(report(["high"], { complete: false }), "never")).toBe(3);
    expect(scanExit(report(["high"], { complete: false }), "medium")).toBe(1);
  });

  test("with --since-last is 1 for what is new or worse, and for everything where nothing is known of before", () => {
    const fingerprints = ["ks1:a", "ks1:b", "ks1:c"] as const;
    const findings = fingerprints.map(
      (fingerprint) => ({ fingerprint, severity: "high", allowed: null }) as unknown as Finding,
    );
    const since = (changes: object | null | undefined, complete = true) =>
      scanExit({ findings, coverage: { complete }, changes } as unknown as ScanReport, "medium", true);
    expect(since({ new: [], worse: [] })).toBe(0);
    expect(since({ new: [], worse: [] }, false)).toBe(3);
    expect(since({ new: ["ks1:b"], worse: [] })).toBe(1);
    expect(since({ new: [], worse: ["ks1:c"] })).toBe(1);
    expect(since(null)).toBe(1);
    expect(since(undefined)).toBe(1);
    expect(
      scanExit(
        { findings, coverage: { complete: true }, changes: { new: [], worse: [] } } as unknown as ScanReport,
        "medium",
      ),
    ).toBe(1);
  });

  test("is not moved by what is allowed", () => {
    expect(scanExit(report(["critical"], { allowed: ALLOWED }), "info")).toBe(0);
    expect(scanExit(report(["critical"], { allowed: ALLOWED, complete: false }), "info")).toBe(3);
  });
});

describe("the exit status of an error", () => {
  test.each([
    ["usage", 2],
    ["configuration", 2],
    ["output", 4],
    ["internal", 4],
    ["interrupted", 130],
  ] as const)("%s is %i", (code, status) => {
    expect(errorExit(new KeysweepError(code, "m"))).toBe(status);
  });

  test("that is none of ours is that of an operation that failed", () => {
    expect(errorExit(new TypeError("m"))).toBe(4);
    expect(errorExit("thrown text")).toBe(4);
  });
});

describe("a threshold", () => {
  test("is a severity or never", () => {
    for (const name of [...SEVERITIES, "never"]) expect(parseFailOn(name)).toBe(name);
  });

  test.each(["", "High", "constructor", "all"])("is not %j", (text) => {
    expect(() => parseFailOn(text)).toThrow(
      expect.objectContaining({ code: "usage", hint: "It is one of critical, high, medium, low, info, never." }),
    );
  });
});

test("help names every exit status there is", () => {
  const named = Array.from(EXIT_STATUS_HELP.matchAll(/^ {2}(\d+) /gm), ([, status]) => Number(status));
  expect(named).toEqual(Object.values(EXIT).toSorted((a, b) => a - b));
});
