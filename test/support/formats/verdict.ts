import type { Detection } from "../../../src/scan/detect/detection.ts";
import { fingerprintOf, pairFingerprint, secretDigestOf } from "../../../src/scan/detect/fingerprint.ts";
import type { Expected } from "./format.ts";

/** How detections differ from what was expected, in words that hold nothing of a secret. */
export interface Verdict {
  readonly missing: readonly string[];
  readonly wrong: readonly string[];
  /** How many of the expected credentials there are, and how many of them were found. */
  readonly expected: number;
  readonly found: number;
}

/** Compares by fingerprints: an expected credential is found or not, and whatever else is reported above info is wrong. */
export function judgeDetections(detections: readonly Detection[], expected: Expected): Verdict {
  const required = requiredOf(expected);
  const tolerated = toleratedOf(expected);
  const found = new Set<string>(detections.map(({ fingerprint }) => fingerprint));
  const missing = [...required].filter(([fingerprint]) => !found.has(fingerprint)).map(([, what]) => what);
  const wrong = detections
    .filter(({ fingerprint }) => !required.has(fingerprint) && !tolerated.has(fingerprint))
    .filter(({ severity, secretDigest }) => severity !== "info" || secretDigest !== null)
    .map((detection) => describe(detection, expected));
  return { missing, wrong, expected: required.size, found: required.size - missing.length };
}

/** One line for a failing test; empty when all is as expected. */
export function summarize({ missing, wrong }: Verdict): string {
  return [...missing.map((what) => `missing: ${what}`), ...wrong.map((what) => `wrong: ${what}`)].join("; ");
}

function requiredOf(expected: Expected): ReadonlyMap<string, string> {
  const number = (index: number, of: readonly unknown[]): string => `${index + 1} of ${of.length}`;
  return new Map<string, string>([
    ...expected.pairs.map(({ id, secret }, i, all) => [pairFingerprint(id, secret), `pair ${number(i, all)}`] as const),
    ...expected.ids.map((id, i, all) => [loneId(id), `lone id ${number(i, all)}`] as const),
    ...expected.secrets.map((secret, i, all) => [loneSecret(secret), `lone secret ${number(i, all)}`] as const),
    ...expected.smtp.map(
      ({ id, password }, i, all) => [fingerprintOf("ses-smtp", id, password), `SMTP login ${number(i, all)}`] as const,
    ),
    ...expected.presigned.map(
      (id, i, all) => [fingerprintOf("presigned-url", id, ""), `presigned URL ${number(i, all)}`] as const,
    ),
  ]);
}

function toleratedOf(expected: Expected): ReadonlySet<string> {
  return new Set<string>([
    ...expected.mentioned.flatMap((id) => [loneId(id), fingerprintOf("presigned-url", id, "")]),
    ...expected.derived.map(({ id, password }) => fingerprintOf("ses-smtp", id, password)),
  ]);
}

const loneId = (id: string): string => fingerprintOf("access-key", id, "");
const loneSecret = (secret: string): string => fingerprintOf("access-key", "", secret);

function describe({ rule, line, accessKeyId, secretDigest }: Detection, expected: Expected): string {
  const ids = [...expected.pairs.map(({ id }) => id), ...expected.ids];
  const whose = ids.findIndex((id) => id === accessKeyId) + 1;
  const secret = expected.pairs.findIndex(({ secret }) => secretDigestOf(secret) === secretDigest) + 1;
  const idPart = accessKeyId === null ? "no id" : whose > 0 ? `the id of ${whose}` : "a stranger's id";
  const secretPart =
    secretDigest === null ? "no secret" : secret > 0 ? `the secret of ${secret}` : "a stranger's secret";
  return `${rule} on line ${line} with ${idPart} and ${secretPart}`;
}
