import type { RotationReport } from "../model/rotation.ts";
import type { RotationCommand } from "../model/rotation-event.ts";
import type { CommandProspect, StepAhead } from "../model/rotation-prospect.ts";
import { timeText } from "../report/rotations/summary-text.ts";
import { commandRequest, runRequest } from "./job-requests.ts";
import type { FindingRow, RotationRow } from "./rows.ts";
import type { Dialog, Field } from "./state.ts";

const FRESH = { focus: 0, scroll: 0, error: null } as const;

/** Something to be typed in. @param must what it has to be; null: anything */
export function field(label: string, must: string | null = null): Field {
  return { label, value: "", must };
}

/** A question that is answered by typing what it is about. */
export function typed(title: string, body: readonly string[], must: string, answer: Dialog["answer"]): Dialog {
  return { title, body, fields: [field(`Type ${must}`, must)], ...FRESH, danger: true, answer };
}

/** Something to read, closed by any answer. */
export function reading(title: string, body: readonly string[]): Dialog {
  return { title, body, fields: [], ...FRESH, danger: false, answer: { kind: "close" } };
}

const DAYS_ALLOWED = 90;
const DAY_MS = 86_400_000;

/** Asks why a finding is accepted, by whom and until when. */
export function allowQuestion(row: FindingRow, now: number): Dialog {
  return {
    title: "Allow this finding",
    body: [
      `${row.title}${row.accessKeyId === null ? "" : `, ${row.accessKeyId}`}`,
      row.where,
      "It stays in reports, marked, and counts again after the day given. The key stays as dangerous as it is.",
    ],
    fields: [
      field("Why it is accepted"),
      field("Who answers for it"),
      { ...field("Until"), value: new Date(now + DAYS_ALLOWED * DAY_MS).toISOString().slice(0, 10) },
    ],
    ...FRESH,
    danger: false,
    answer: { kind: "allow", row },
  };
}

/** Asks before a rotation that is under way is taken further. */
export function goOnQuestion({ report, ahead }: RotationRow, now: number): Dialog {
  const { name, state, reason, oldKeyId } = report;
  return typed(
    `Take ${name} as far as it goes now`,
    [
      ...aheadText(ahead ?? [], now),
      "What a step needs proved is proved anew before it.",
      ...(state === "stuck" ? ["What it is stuck on is looked at again:"] : []),
      reason === null ? `It is ${state}.` : `It is ${state}: ${reason}`,
    ],
    oldKeyId ?? name,
    { kind: "run", request: runRequest(name, oldKeyId) },
  );
}

const LEFT_TARGETS = "Its targets stay as they are: the configuration does not have them any more.";

/** Asks before a person says how a rotation is to go on: what will come of it, and by typing the key that it is about. */
export function commandQuestion(
  { name, userName, accountId, oldKeyId, configured }: RotationReport,
  command: RotationCommand,
  { key, keys, targets, outcome, ahead }: CommandProspect,
  now: number,
): Dialog {
  const run = { kind: "run", request: commandRequest(command, name, oldKeyId) } as const;
  const body = [
    `${userName} in ${accountId}`,
    ...keys,
    ...(configured === false ? [LEFT_TARGETS] : targets),
    outcome,
    ...aheadText(ahead, now),
  ];
  switch (command) {
    case "reactivate": {
      const sure = typed("Are you sure?", keys, key, run);
      return { ...reading(`Bring ${key} back`, body), danger: true, answer: { kind: "ask", dialog: sure } };
    }
    case "abandon":
      return typed(`Give ${name} up`, body, key, run);
    case "confirm":
      return typed(`Say that no consumer needs ${key} any more`, body, key, run);
  }
}

/** AWS's clock decides, and this one tells: what time it is by AWS's is not known here. */
function aheadText(ahead: readonly StepAhead[], now: number): readonly string[] {
  return ahead.map(({ what, notBefore }) => {
    if (notBefore === null) return what;
    const from = timeText(notBefore);
    return Date.parse(notBefore) <= now ? `Now, for its time came on ${from}: ${what}` : `From ${from} on: ${what}`;
  });
}
