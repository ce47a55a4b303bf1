import type { Look } from "../../../src/dashboard/look.ts";
import type { Message } from "../../../src/dashboard/message.ts";
import { accountRow, diskRow, type RotationRow, userRow } from "../../../src/dashboard/rows.ts";
import { firstState, type State } from "../../../src/dashboard/state.ts";
import { update } from "../../../src/dashboard/view-model.ts";
import type { AccessKeyId } from "../../../src/model/access-key-id.ts";
import type { CommandProspect } from "../../../src/model/rotation-prospect.ts";
import { account, auditFinding, key, user } from "../ledger/audits.ts";
import { HOSTILE, scanFinding } from "../reports.ts";
import { rotationOf } from "../rotation-reports.ts";
import { findings } from "./seed.ts";

/** A terminal that can show everything. */
export const LOOK: Look = { color: true, ascii: false, screenReader: false };

export const NOW = Date.parse("2026-06-01T12:00:00Z");

const OFFERED: CommandProspect = {
  key: "OLD" as AccessKeyId,
  keys: ["The old key is active, and stays so."],
  targets: [],
  outcome: "Then nothing goes on.",
  ahead: [],
};
const COMMANDS: RotationRow["commands"] = {
  reactivate: OFFERED,
  abandon: { ...OFFERED, key: "NEW" as AccessKeyId },
  confirm: { refused: "nothing waits for a person's word" },
};

export function rotationRow(fields: Parameters<typeof rotationOf>[0] = {}): RotationRow {
  const report = rotationOf(fields);
  return { id: report.name, report, commands: COMMANDS, ahead: [] };
}

/** A dashboard that remembers one of everything, and so many findings. */
export function stateOf(count = 40, columns = 80, rows = 24): State {
  const first = firstState({ now: NOW, columns, rows, look: LOOK, home: "/home/ada", noEditor: null });
  const disk = findings(count).map((finding, at) => diskRow(finding, at % 7 === 0));
  const users = [HOSTILE, "deploy-travis", "ada"].map((name, at) => {
    const created = new Date(NOW - (at + 1) * 200 * 86_400_000).toISOString();
    const one = { ...user(account(1), name, [key(`key-${at}`, { createdAt: created })]), tags: { team: HOSTILE } };
    return userRow(one, [{ ...auditFinding(at, account(1)), detail: HOSTILE, userName: name }], NOW);
  });
  return [
    {
      kind: "remembered",
      remembered: {
        scan: {
          scope: `/home/ada, ${HOSTILE}`,
          finishedAt: new Date(NOW - 7_200_000).toISOString(),
          complete: false,
          failures: 2,
          files: 12,
          bytes: 3_400_000,
          tookMs: 900,
        },
        audit: { finishedAt: new Date(NOW).toISOString(), complete: true, accounts: 3, accountsWithErrors: 1 },
        trend: [4, 9, 6].map((total, at) => ({ at: `2026-05-0${at + 1}T00:00:00Z`, total, severe: at })),
        diskFindings: [...disk, diskRow(scanFinding(9, { accessKeyId: null, fingerprint: "ks1:aa" }), false)],
        accountFindings: users.flatMap((row) => row.findings.map((finding) => accountRow(finding, false))),
        users,
        rotations: [
          rotationRow({ reason: HOSTILE, history: [{ at: "2026-11-21T10:00:00.000Z", event: HOSTILE }] }),
          rotationRow({ name: "other", id: null, state: "idle", nextStepAt: null, targets: [], history: [] }),
        ],
      },
    } satisfies Message,
  ].reduce((state, message) => update(state, message).state, first);
}

/** As a person at the keyboard: letters, or keys by their names in brackets. */
export function press(state: State, ...keys: readonly string[]): ReturnType<typeof update> {
  return keys.reduce<ReturnType<typeof update>>(
    (step, one) => {
      const name = /^\[(.*)\]$/.exec(one)?.[1];
      const letters = name === undefined ? Array.from(one) : [""];
      return letters.reduce<ReturnType<typeof update>>(
        (inner, text) =>
          update(inner.state, {
            kind: "key",
            key: { name: (name ?? "text") as "text", text, ctrl: false },
          }),
        step,
      );
    },
    { state, effects: [] },
  );
}
