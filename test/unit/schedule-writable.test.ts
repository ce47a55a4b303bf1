import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writableFolders } from "../../src/cli/schedule/schedule-writable.ts";
import { loadRotationConfiguration } from "../../src/config/rotations.ts";
import { loadScheduleConfiguration } from "../../src/config/schedule.ts";
import { targetTypes } from "../../src/rotate/targets/registry.ts";
import { temporaryFolder } from "../support/ledger/folder.ts";

it("a service may write to where its ledger, reports, trail, identity and targets are", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "config.yaml");
  writeFileSync(
    path,
    `schedule:
  scan: { at: "0 2 * * *", reports: { html: /srv/www/report.html } }
  audit: { at: "0 3 * * *", reports: { json: ~/audits/last.json } }
trail: { file: trail/rotations.jsonl }
seal: { file: /etc/keysweep/identity }
rotations:
  one:
    account: "123456789012"
    user: one
    maximumAge: 60d
    targets: [ { type: dotenv, path: ~/app/.env }, { type: aws-profile, path: /opt/app/.aws/credentials, profile: one } ]
`,
  );
  const now = Date.parse("2027-01-05T00:00Z");
  const home = "/home/ada";
  const system = { platform: "linux", environment: { XDG_STATE_HOME: "/elsewhere" }, home } as const;
  const rotations = await loadRotationConfiguration(path, targetTypes, now);
  const found = writableFolders(system, loadScheduleConfiguration(path, now, home), rotations, "/var/lib/k/ledger.db");
  expect(new Set(found)).toEqual(
    new Set([
      "/home/ada/.local/state/keysweep",
      "/var/lib/k",
      "/srv/www",
      "/home/ada/audits",
      join(folder, "trail"),
      "/etc/keysweep",
      "/home/ada/app",
      "/opt/app/.aws",
    ]),
  );
});
