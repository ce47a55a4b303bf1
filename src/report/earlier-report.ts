import * as z from "zod/mini";
import { accessKeyId, accountId } from "../model/access-key-id.ts";
import type { AuditFinding } from "../model/audit-report.ts";
import { KeysweepError } from "../model/error.ts";
import type { Finding } from "../model/finding.ts";
import { SEVERITIES } from "../model/severity.ts";

/*
 * Reports in json, read back. What is read was written by anybody: only what a comparison needs is believed, and that is checked.
 */

/** What an earlier report says of one kind of thing. */
export interface EarlierReport<F> {
  /** ISO 8601, UTC. */
  readonly finishedAt: string;
  readonly findings: readonly F[];
}

/** A finding of an earlier scan; its remedy is not read. */
export type EarlierScanFinding = Omit<Finding, "remedy">;

const time = z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)), "is no time"));
const name = z.string().check(z.regex(/^[a-z0-9-]{1,64}$/));
const nullable = z.nullable(z.string());
const position = { line: z.number(), column: z.number() };
const within = z.array(z.string());

const place = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("file"), path: z.string(), within, ...position }),
  z.object({
    kind: z.literal("git"),
    repository: z.string(),
    object: z.enum(["blob", "commit", "tree", "tag"]),
    path: nullable,
    within,
    ...position,
    blob: z.string(),
    commit: nullable,
    author: nullable,
    date: nullable,
    reachable: z.boolean(),
    refs: z.array(z.string()),
    inHead: z.boolean(),
    versions: z.number(),
    last: z.nullable(z.object({ commit: z.string(), date: z.string() })),
  }),
  z.object({
    kind: z.literal("index"),
    repository: z.string(),
    path: z.string(),
    within,
    ...position,
    blob: z.string(),
  }),
  z.object({ kind: z.literal("process"), pid: z.number(), command: z.string(), variable: nullable }),
  z.object({ kind: z.literal("environment"), variable: z.string() }),
  z.object({ kind: z.literal("stdin"), name: z.string(), within, ...position }),
]);

const common = {
  fingerprint: z.string().check(z.regex(/^ks1:[0-9a-f]{32}$/)),
  severity: z.enum(SEVERITIES),
  title: z.string(),
  allowed: z.nullable(z.object({ reason: z.string(), owner: nullable, expires: nullable })),
};

const scanFinding = z.object({
  ...common,
  rule: name,
  accessKeyId: z.nullable(z.string().check(z.refine((text) => accessKeyId(text) !== null))),
  accountId: z.nullable(z.string().check(z.refine((text) => accountId(text) !== null))),
  hasSecret: z.boolean(),
  places: z.array(place).check(z.minLength(1)),
});

const auditFinding = z.object({
  ...common,
  check: name,
  detail: z.string(),
  accountId: z.string().check(z.refine((text) => accountId(text) !== null)),
  userName: nullable,
  accessKeyId: nullable,
  compliance: z.record(z.string(), z.array(z.string())),
  remedy: z.object({ title: z.string(), steps: z.array(z.string()) }),
});

/** @throws KeysweepError `usage` when the text is no report of a scan that this version knows. */
export function earlierScan(text: string): EarlierReport<EarlierScanFinding> {
  return reportOf("keysweep/scan@1", scanFinding, text) as EarlierReport<EarlierScanFinding>;
}

/** @throws KeysweepError `usage` when the text is no report of an audit that this version knows. */
export function earlierAudit(text: string): EarlierReport<AuditFinding> {
  return reportOf("keysweep/audit@1", auditFinding, text) as EarlierReport<AuditFinding>;
}

function reportOf(schema: string, finding: z.ZodMiniType, text: string): unknown {
  const value = parsed(text);
  const head = z.object({ schema: z.string() }).safeParse(value);
  if (!head.success) throw refused("it is no report of keysweep");
  if (head.data.schema !== schema) throw refused(`its schema is ${shown(head.data.schema)}, and not ${schema}`);
  const result = z.object({ finishedAt: time, findings: z.array(finding) }).safeParse(value);
  if (result.success) return value;
  // What is wrong is told by its place alone: the text itself may hold anything.
  const path = result.error.issues[0]?.path ?? [];
  throw refused(`it is not as keysweep writes it, at ${path.map(String).join(".") || "its top"}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused("it is no JSON");
  }
}

function shown(schema: string): string {
  return /^keysweep\/[a-z]+@\d+$/.test(schema) ? schema : "another";
}

function refused(reason: string): KeysweepError {
  return new KeysweepError("usage", reason, { hint: "Name a report that was written with --format json." });
}
