/*
 * Fills a ledger for tests of the dashboard: `seed.ts PATH FINDINGS [SCANS]`. In scans of the home directory lie so many findings, of which a few have
 * names made to attack a terminal; an audit has a fifth as many users; rotations are in four of their states.
 */

import type { Ledger } from "../../../src/ledger/ledger.ts";
import { openLedger } from "../../../src/ledger/sqlite/open-ledger.ts";
import type { AccountId } from "../../../src/model/access-key-id.ts";
import type { Finding } from "../../../src/model/finding.ts";
import type { RotationEvent } from "../../../src/model/rotation-event.ts";
import type { Severity } from "../../../src/model/severity.ts";
import { auditFinding, heading, key, record, user } from "../ledger/audits.ts";
import { begun, event, keyId, rotationId } from "../ledger/rotations.ts";
import { finding, HOME, hour, place, report } from "../ledger/scans.ts";
import { HOSTILE } from "../reports.ts";

const SEVERITIES: readonly Severity[] = ["critical", "high", "high", "medium", "low", "low"];

/** Names of places as people have them, and as attackers would. */
const PLACES: readonly string[] = [
  "/home/ada/.aws/credentials",
  "/home/ada/work/shop/.env",
  "/home/ada/work/shop/.github/workflows/deploy.yml",
  "/home/ada/仕事/設定/本番環境.env",
  "/home/ada/naïve/café ☕/keys.txt",
  `/home/ada/${HOSTILE}`,
  `/home/ada/${"very-long-name/".repeat(30)}end.env`,
];

export function findings(count: number): Finding[] {
  return Array.from({ length: count }, (_, number) =>
    finding(number, {
      severity: SEVERITIES[number % SEVERITIES.length] ?? "low",
      places: [
        place(PLACES[number] ?? `/home/ada/work/project-${number % 97}/service-${number}/.env`, (number % 40) + 1),
      ],
    }),
  );
}

export function seed(ledger: Ledger, count: number, scans = 12): void {
  const all = findings(count);
  for (let at = 0; at < scans; at++) {
    const found = at === scans - 1 ? all : all.slice(0, Math.ceil((count * (at + 2)) / (scans + 2)));
    const run = report(hour(at * 24), found, { files: 184_000, bytes: 9_400_000_000, repositories: 31 });
    ledger.scans.remember({ scope: HOME, report: run, lookedAt: () => true });
  }
  seedAudit(ledger, Math.ceil(count / 5));
  for (const [number, events] of ROTATIONS.entries()) {
    for (const [index, one] of events.entries()) {
      ledger.rotations.append(rotationId(number), index, one, { fence: 1, who: "ada" });
    }
  }
}

const ACCOUNT = "123456789012" as AccountId;

function seedAudit(ledger: Ledger, count: number): void {
  const users = Array.from({ length: count }, (_, number) => ({
    ...user(ACCOUNT, number === 3 ? HOSTILE : `service-${number}`, [
      key(`key-${number}`, {
        createdAt: hour(-24 * ((number * 37) % 900)),
        lastUsedAt: number % 3 === 0 ? null : hour(-number % 500),
      }),
    ]),
    console: { enabled: number % 5 === 0, lastUsedAt: null },
    mfa: number % 4 === 0 ? [{ serial: `mfa-${number}`, kind: "virtual" as const }] : [],
  }));
  const found = users.slice(0, Math.ceil(count / 3)).map(({ userName }, number) => ({
    ...auditFinding(1_000_000 + number, ACCOUNT, SEVERITIES[number % SEVERITIES.length]),
    userName,
    accessKeyId: `key-${number}`,
  }));
  const recorder = ledger.audits.begin(heading(hour(0)));
  recorder.account(record(ACCOUNT, { users, findings: found }), hour(1));
  recorder.finish({
    finishedAt: hour(1),
    complete: true,
    summary: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  });
}

function planned(name: string, targets: readonly string[]) {
  return {
    name,
    userName: name,
    oldKeyId: keyId(1),
    targets: targets.map((target) => ({
      name: target,
      type: "dotenv",
      place: target,
      parts: ["pair"] as const,
      readBack: "value" as const,
      smtpRegion: null,
      hasAfter: false,
    })),
  };
}

const CREATED: readonly RotationEvent[] = [
  event(1, { kind: "claimed", how: "tag" }),
  event(2, { kind: "create-intended", mark: "m" }),
  event(3, { kind: "created", key: keyId(2), createdAt: event(3, { kind: "done" }).at }),
];

const ROTATIONS: readonly (readonly RotationEvent[])[] = [
  [begun(0, planned("deploy-travis", ["/srv/app/.env", "/srv/other/.env"])), ...CREATED],
  [
    begun(0, planned("nightly-backup", ["/srv/backup/.env"])),
    ...CREATED,
    event(4, { kind: "stuck", code: "target-failing", detail: "/srv/backup/.env cannot be written (EACCES)" }),
  ],
  [begun(0, planned("mail", ["/srv/mail/.env"])), event(1, { kind: "claimed", how: "tag" })],
];

if (import.meta.main) {
  const [path = "", count = "0", scans = "12"] = process.argv.slice(2);
  const ledger = openLedger(path, { uid: process.getuid?.() ?? null });
  seed(ledger, Number(count), Number(scans));
  ledger.close();
}
