import type { RememberedFinding, ScanRun, ScanScope } from "../../../src/ledger/scan-history.ts";
import type { AccessKeyId, AccountId } from "../../../src/model/access-key-id.ts";
import { type Coverage, skipped } from "../../../src/model/coverage.ts";
import type { Finding, Fingerprint, UseCase } from "../../../src/model/finding.ts";
import type { FilePlace } from "../../../src/model/place.ts";
import type { ScanReport } from "../../../src/model/scan-report.ts";
import type { Severity } from "../../../src/model/severity.ts";
import { generateMaterial } from "../material.ts";

export const HOME: ScanScope = {
  roots: ["/home/ada"],
  catalogue: true,
  environment: true,
  history: true,
  repositoryConfiguration: true,
};

const START = Date.parse("2026-01-01T00:00:00Z");
export const HOUR_MS = 3_600_000;

/** The end of the scan of an hour, from 0. */
export function hour(number: number): string {
  return new Date(START + number * HOUR_MS).toISOString();
}

export function fingerprint(number: number): Fingerprint {
  return `ks1:${number.toString(16).padStart(32, "0")}`;
}

export function place(path: string, line = 1): FilePlace {
  return { kind: "file", path, within: [], line, column: 1 };
}

/** A pair, by a number that tells it from others. */
export function finding(number: number, fields: Partial<Finding> = {}): Finding {
  const { id, accountId } = generateMaterial(number % 64);
  return {
    fingerprint: fingerprint(number),
    rule: "aws-access-key-pair",
    severity: "high",
    title: "AWS access key with its secret",
    accessKeyId: id as AccessKeyId,
    accountId: accountId as AccountId,
    hasSecret: true,
    canary: false,
    useCase: "unknown" as UseCase,
    remedy: { title: "Turn it off", steps: ["Do that."] },
    allowed: null,
    owner: null,
    places: [place(`/home/ada/${number}`)],
    ...fields,
  };
}

export function idAlone(number: number, of: Finding): Finding {
  return finding(number, {
    rule: "aws-access-key-id",
    severity: "low",
    hasSecret: false,
    accessKeyId: of.accessKeyId,
    accountId: of.accountId,
  });
}

export function report(at: string, findings: readonly Finding[], coverage: Partial<Coverage> = {}): ScanReport {
  const count = (severity: Severity) => findings.filter((one) => one.severity === severity).length;
  return {
    schema: "keysweep/scan@1",
    tool: { name: "keysweep", version: "1.2.3" },
    startedAt: new Date(Date.parse(at) - 1000).toISOString(),
    finishedAt: at,
    coverage: {
      complete: true,
      files: 3,
      bytes: 99,
      repositories: 0,
      objects: 0,
      processes: 1,
      skipped: [skipped("/home/ada/socket", "special-file", "a socket")],
      excluded: [{ by: "keysweep", pattern: "*.db", count: 1 }],
      ...coverage,
    },
    findings,
    summary: {
      critical: count("critical"),
      high: count("high"),
      medium: count("medium"),
      low: count("low"),
      info: count("info"),
    },
  };
}

/** A scan that looked at everything. */
export function run(at: string, findings: readonly Finding[], fields: Partial<ScanRun> = {}): ScanRun {
  return { scope: HOME, report: report(at, findings), lookedAt: () => true, ...fields };
}

export function remembered({ remedy: _remedy, ...rest }: Finding): RememberedFinding {
  return rest;
}
