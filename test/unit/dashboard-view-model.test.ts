import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { acts } from "../../src/dashboard/acts.ts";
import type { Effect, JobRequest, Message } from "../../src/dashboard/message.ts";
import type { State } from "../../src/dashboard/state.ts";
import { selectedRow } from "../../src/dashboard/table.ts";
import { update } from "../../src/dashboard/view-model.ts";
import type { AccessKeyId } from "../../src/model/access-key-id.ts";
import type { ErrorCode } from "../../src/model/error.ts";
import { NOW, press, rotationRow, stateOf } from "../support/dashboard/states.ts";

function begun(state: State, request: JobRequest, job = 1): State {
  return update(state, { kind: "job-began", job, request, now: NOW }).state;
}

function ended(
  state: State,
  end: { status: number | null; stdout?: string; stderr?: string; code?: ErrorCode },
  job = 1,
) {
  return update(state, {
    kind: "job-ended",
    job,
    end: { stdout: "", stderr: "", cancelled: false, ...end },
    now: NOW,
  });
}

const runs = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) => (effect.kind === "run" ? [effect.request.words.join(" ")] : []));

describe("what destroys or changes a key", () => {
  test.each([
    ["giving a rotation up", "d", "NEW", "rotate abandon travis-deploy --key=OLD --yes --format json"],
    ["taking the next steps", "n", "OLD", "rotate run travis-deploy --key=OLD --format json"],
  ])("%s waits until its key is typed", (_, key, must, words) => {
    const asked = press(stateOf(), "4", key);
    expect(asked.effects).toEqual([]);
    const wrong = press(asked.state, "y", "[enter]");
    expect(wrong.effects).toEqual([]);
    expect(wrong.state.dialog?.error).toContain(must);
    const almost = press(asked.state, must.toLowerCase(), "[enter]");
    expect(almost.effects).toEqual([]);
    expect(press(asked.state, "[enter]").effects).toEqual([]);
    const right = press(asked.state, must, "[enter]");
    expect(runs(right.effects)).toEqual([words]);
    expect(right.state.dialog).toBeNull();
    expect(press(asked.state, must, "[escape]")).toMatchObject({ effects: [], state: { dialog: null } });
  });

  test("bringing a key back is asked twice", () => {
    const once = press(stateOf(), "4", "b", "[enter]");
    expect(once.effects).toEqual([]);
    expect(once.state.dialog?.fields).toHaveLength(1);
    expect(runs(press(once.state, "OLD", "[enter]").effects)).toEqual([
      "rotate reactivate travis-deploy --key=OLD --yes --format json",
    ]);
  });

  test("what a run will do is told with the time from which on it does", () => {
    const what = "The old key OLD is deleted. That cannot be undone.";
    const asked = (notBefore: string): string => {
      const state = stateOf();
      const [row] = state.tables.rotations.rows;
      if (row === undefined) throw new Error("there is no rotation");
      const rotations = [{ ...row, ahead: [{ what, notBefore }] }];
      const { dialog } = press(update(state, { kind: "remembered", remembered: { rotations } }).state, "4", "n").state;
      return dialog?.body[0] ?? "";
    };
    expect(asked("2026-06-02T00:00:00.000Z")).toBe(`From 2026-06-02 00:00 UTC on: ${what}`);
    expect(asked("2026-06-01T11:00:00.000Z")).toBe(`Now, for its time came on 2026-06-01 11:00 UTC: ${what}`);
  });

  test("a command is asked about with what it does, and with the key that something happens to", () => {
    const { dialog } = press(stateOf(), "4", "d").state;
    expect(dialog?.body).toContain("The old key is active, and stays so.");
    expect(dialog?.fields[0]?.must).toBe("NEW");
  });

  test("one that is not begun is planned first, and begins when the planned key is typed", () => {
    const state = press(stateOf(), "4", "[down]").state;
    const planning = press(state, "n");
    expect(runs(planning.effects)).toEqual(["rotate plan other --format json"]);
    const plan = {
      name: "other",
      accountId: "1",
      userName: "u",
      oldKeyId: "THE-OLD-KEY",
      keys: [],
      targets: [],
      obstacles: [],
      warnings: [],
      timetable: [],
    };
    const request: JobRequest = { purpose: "plan", words: [], about: "other" };
    const shown = ended(begun(state, request), { status: 0, stdout: JSON.stringify({ plans: [plan], underWay: [] }) });
    expect(shown.effects).toEqual([]);
    expect(runs(press(shown.state, "THE-OLD-KEY", "[enter]").effects)).toEqual([
      "rotate run other --key=THE-OLD-KEY --format json",
    ]);
    const asking = press(state, "w").state;
    const stdout = JSON.stringify({ plans: [plan], underWay: [] });
    const kept = ended(begun(asking, request), { status: 0, stdout }).state;
    expect(kept.dialog).toBe(asking.dialog);
    expect(kept.notice?.text).toBe("the plan of other is made: p shows it");
    const blocked = { ...plan, obstacles: [{ code: "root", evidence: "it is root", remedy: "do not" }] };
    const refused = ended(begun(state, request), {
      status: 1,
      stdout: JSON.stringify({ plans: [blocked], underWay: [] }),
    });
    expect(refused.state.dialog?.body.join(" ")).toContain("it is root");
    expect(press(refused.state, "THE-OLD-KEY", "[enter]").effects).toEqual([]);
  });

  test("is never cancelled by the key that cancels a scan", () => {
    const rotating = begun(stateOf(), { purpose: "rotate", words: [], about: "travis-deploy" }, 7);
    expect(press(rotating, "x").effects).toEqual([]);
    const both = begun(rotating, { purpose: "scan", words: ["scan"] }, 8);
    expect(press(both, "x").effects).toEqual([{ kind: "cancel", job: 8 }]);
  });
});

describe("what may not be done says why", () => {
  const refusal = (state: State, key: string) => acts(state).find((act) => act.key === key)?.refused;

  test("AWS that refuses us stops what needs it, and nothing else", () => {
    const audit: JobRequest = { purpose: "audit", words: ["audit"] };
    const stderr = "keysweep: the credentials are expired\n";
    const denied = ended(begun(stateOf(), audit), { status: 4, stderr, code: "credentials" }).state;
    const findings = press(denied, "2").state;
    expect(refusal(findings, "i")).toContain("the credentials are expired");
    expect(refusal(findings, "a")).toBeNull();
    expect(refusal(press(denied, "4").state, "n")).toContain("the credentials are expired");
    expect(press(findings, "i").effects).toEqual([]);
    expect(press(findings, "i").state.notice?.text).toContain("the credentials are expired");
    const again = ended(begun(denied, audit), { status: 0 }).state;
    expect(refusal(press(again, "2").state, "i")).toBeNull();
  });

  test.each([
    ["a full disk", { status: 4, stderr: "keysweep: cannot write the ledger: the disk is full\n", code: "ledger" }],
    ["a permission", { status: 4, stderr: "keysweep: iam:ListUsers is denied\n", code: "aws" }],
    ["being killed", { status: null, stderr: "" }],
    ["credentials, for all but the way back", { status: 4, stderr: "keysweep: expired\n", code: "credentials" }],
  ] as const)("an audit that fails for %s bars no way out of an emergency", (why, end) => {
    const failed = ended(begun(stateOf(), { purpose: "audit", words: ["audit"] }), end).state;
    const rotations = press(failed, "4").state;
    expect(refusal(rotations, "b")).toBeNull();
    expect(press(rotations, "b").state.dialog?.title).toContain("Bring");
    for (const key of ["n", "d"]) expect(refusal(rotations, key) === null).toBe(!why.startsWith("credentials"));
  });

  test("nobody knows yet what may be done with a rotation whose journal is not read", () => {
    const before = begun(stateOf(), { purpose: "status", words: [] });
    const [row] = before.tables.rotations.rows;
    const told = (state: string): State => {
      const stdout = JSON.stringify({ rotations: [{ ...row?.report, name: "fresh", state }] });
      return press(ended(before, { status: 0, stdout }).state, "4", "/fresh", "[enter]").state;
    };
    expect(refusal(told("soaking"), "d")).toBe("its journal is being read");
    expect(refusal(told("idle"), "d")).toBe("no rotation is under way");
  });

  test("what a scan has only just seen can neither be opened nor allowed before the scan has ended", () => {
    const [first] = stateOf(3).disk;
    if (first === undefined) throw new Error("nothing was found");
    const fresh = { ...first, id: "fresh", where: "/srv/fresh", source: { kind: "just-seen" as const } };
    const seen = update(begun(stateOf(3), { purpose: "scan", words: ["scan"] }), { kind: "just-seen", rows: [fresh] });
    const { state } = press(seen.state, "2", "//srv/fresh", "[enter]");
    for (const key of ["e", "a"]) expect(refusal(state, key)).toBe("the scan that saw it has not ended");
  });

  test("a command that the machine refuses, a user without a rotation, a key without an id", () => {
    const state = stateOf();
    expect(refusal(press(state, "4").state, "y")).toBe("nothing waits for a person's word");
    expect(refusal(press(state, "3").state, "p")).toMatch(/no rotation of .* is configured/);
    const unnamed = press(state, "2", "/ks1:aa").state;
    expect(refusal(press(unnamed, "[escape]").state, "i")).toBeNull();
  });
});

test("identifying hands over the id alone, and the owner is shown with the finding", () => {
  const state = press(stateOf(), "2").state;
  const { effects } = press(state, "i");
  const [effect] = effects;
  const id = acts(state).length > 0 && effect?.kind === "run" ? effect.request.about : undefined;
  expect(effect).toMatchObject({ kind: "run", request: { purpose: "identify", stdin: `${id}\n` } });
  if (effect?.kind !== "run") return;
  const owner = {
    accountId: "111122223333",
    userName: "ci",
    status: "Active",
    createdAt: "",
    lastUsedAt: null,
    asOf: "",
  };
  const stdout = JSON.stringify({ findings: [{ accessKeyId: id, owner }] });
  const told = ended(begun(state, effect.request), { status: 1, stdout }).state;
  expect(told.tables.findings.rows.filter(({ userName }) => userName === "ci").length).toBeGreaterThan(0);
  expect(told.notice?.text).toContain("ci's in 111122223333");
});

test("an allow needs a reason, an owner and a day, and marks the finding once it is written", () => {
  const open = press(stateOf(), "2", "a").state;
  expect(press(open, "[enter]", "[enter]", "[enter]")).toMatchObject({ effects: [], state: { dialog: { focus: 0 } } });
  const { state, effects } = press(open, "a test key", "[enter]", "ada", "[enter]", "[enter]");
  const [effect] = effects;
  expect(effect).toMatchObject({ kind: "run", request: { purpose: "allow" } });
  if (effect?.kind !== "run") return;
  const { words } = effect.request;
  expect(words).toContain("--reason=a test key");
  expect(words).toContain("--owner=ada");
  expect(words).toContain("--expires=2026-08-30");
  const allowed = ended(begun(state, effect.request), { status: 0 }).state;
  expect(allowed.disk.filter((row) => row.allowed?.owner === "ada")).toHaveLength(1);
  const failed = ended(begun(state, effect.request), { status: 4, stderr: "no" }).state;
  expect(failed.disk.filter((row) => row.allowed !== null)).toEqual([]);
});

describe("a report", () => {
  const fields = (state: State) => state.dialog?.fields.map(({ value }) => value);
  const cleared = (state: State): State => press(state, ...Array.from({ length: 8 }, () => "[backspace]")).state;

  test("of a format that there is not leaves the form open, and says which there are", () => {
    const asked = press(cleared(press(stateOf(), "3", "w").state), "gitlab", "[enter]", "[enter]");
    expect(asked.effects).toEqual([]);
    expect(asked.state.dialog).toMatchObject({ focus: 0, error: expect.stringMatching(/no format gitlab: .*ocsf/) });
  });

  test.each(["failed", "was refused"])("that %s is asked for again with what was typed, and why", (how) => {
    const written = press(stateOf(), "w", "[tab]", "x", "[enter]");
    const [effect] = written.effects;
    if (effect?.kind !== "run") throw new Error("nothing was written");
    const { request } = effect;
    const why = "it exists already. Name another file.";
    const over =
      how === "failed"
        ? ended(begun(written.state, request), {
            status: 4,
            stderr: "keysweep: it exists already\n  Name another file.\n",
          }).state
        : update(written.state, { kind: "job-refused", request, why, now: NOW }).state;
    expect(over.dialog?.error).toBe(why);
    expect(fields(over)?.[1]).toBe("keysweep-2026-06-01.htmlx");
    const busy = press(stateOf(), "2", "a").state;
    const kept = update(busy, { kind: "job-refused", request, why, now: NOW }).state;
    expect(kept.dialog).toBe(busy.dialog);
    expect(kept.notice?.text).toContain(why);
  });
});

test("what is wrong with the configuration is told wherever it is why something is not known, until it is mended", () => {
  const why = "/etc/config.yaml:2:5: no such setting. Remove it.";
  const stderr = "keysweep: /etc/config.yaml:2:5: no such setting\n  Remove it.\n";
  const after = (purpose: JobRequest["purpose"]): State =>
    ended(begun(stateOf(), { purpose, words: [] }), { status: 2, stderr }).state;
  expect(after("scan").problems).toEqual({ scan: why, audit: null, status: null });
  expect(after("status").problems).toEqual({ scan: null, audit: null, status: why });
  expect(after("audit")).toMatchObject({ awsProblem: null, problems: { audit: why } });
  expect(ended(begun(after("scan"), { purpose: "scan", words: [] }), { status: 1 }).state.problems.scan).toBeNull();
  const status = begun(after("status"), { purpose: "status", words: [] });
  expect(ended(status, { status: 0, stdout: '{"rotations":[]}' }).state.problems.status).toBeNull();
});

test("the row that somebody looks at stays selected when what is urgent comes above it", () => {
  const urgent = { ...rotationRow({ name: "aaa-new", state: "stuck" }) };
  const selectedAfter = (state: State): string | undefined => {
    const rotations = [urgent, ...state.tables.rotations.rows];
    const { tables } = update(state, { kind: "remembered", remembered: { rotations } }).state;
    return selectedRow(tables.rotations)?.id;
  };
  expect(selectedAfter(press(stateOf(), "4").state)).toBe("travis-deploy");
  expect(selectedAfter(stateOf())).toBe("aaa-new");
});

describe("what a job tells that is cut off or odd ends nothing", () => {
  const good = stateOf();
  test.each(
    (["plan", "status", "identify", "rotate", "command"] as const).flatMap((purpose) =>
      [
        '{"plans":[{}],"underWay":[]}',
        '{"rotations":[{}]}',
        '{"findings":[{}]}',
        '{"rotations":[',
        "null",
        "[]",
        "7",
        "",
      ].map((stdout) => [purpose, stdout] as const),
    ),
  )("%s: %s", (purpose, stdout) => {
    const { state } = ended(begun(good, { purpose, words: [], about: "x" }), { status: 0, stdout });
    expect(state.notice?.text).toMatch(/cannot be understood|AWS does not say whose/);
    expect(state.tables.rotations).toBe(good.tables.rotations);
    expect(state.dialog).toBeNull();
  });
});

test("what failed is told, not what was about to be done", () => {
  const stderr = "keysweep: abandon deploy:\nkeysweep: The old key is active.\nkeysweep: it is busy\n  Try later.\n";
  const { state } = ended(begun(stateOf(), { purpose: "command", words: [], about: "deploy" }), { status: 4, stderr });
  expect(state.notice?.text).toBe("rotation: it is busy. Try later.");
});

test("what a running scan sees is in the table until the scan is remembered", () => {
  const scanning = begun(stateOf(3), { purpose: "scan", words: ["scan"] });
  const before = scanning.tables.findings.rows.length;
  const [first] = scanning.disk;
  if (first === undefined) throw new Error("nothing was found");
  const fresh = { ...first, id: "fresh", source: { kind: "just-seen" as const } };
  const seen = update(scanning, { kind: "just-seen", rows: [fresh, { ...first }] }).state;
  expect(seen.tables.findings.rows).toHaveLength(before + 1);
  const done = ended(seen, { status: 1 });
  expect(done.effects).toEqual([{ kind: "recall", what: "scan" }]);
  const read = update(done.state, { kind: "remembered", remembered: { diskFindings: scanning.disk } }).state;
  expect(read.tables.findings.rows).toHaveLength(before);
});

test("a scan of somebody else that is remembered meanwhile takes nothing away from what a running one sees", () => {
  const request = { purpose: "scan", words: ["scan"] } as const;
  const [row] = stateOf(1).disk;
  if (row === undefined) throw new Error("there is no finding");
  const seen = { ...row, id: "ks1:seen", accessKeyId: null, source: { kind: "just-seen" } as const };
  const messages: readonly Message[] = [
    { kind: "job-began", job: 1, request, now: NOW },
    { kind: "just-seen", rows: [seen] },
    { kind: "remembered", remembered: { diskFindings: [row] } },
  ];
  const state = messages.reduce((before, message) => update(before, message).state, stateOf(1));
  expect(state.tables.findings.rows.map(({ id }) => id)).toContain("ks1:seen");
});

test("an id that a running scan meets alone is no other key where the key is known, or met with its secret", () => {
  const scanning = begun(stateOf(3), { purpose: "scan", words: ["scan"] });
  const before = scanning.tables.findings.rows.length;
  const [first] = scanning.disk;
  if (first === undefined) throw new Error("nothing was found");
  const just = { ...first, source: { kind: "just-seen" as const } };
  const lone = { rule: "aws-access-key-id", title: "AWS access key id" };
  const other = { accessKeyId: "ANOTHER" as AccessKeyId };
  const rows = [
    { ...just, ...lone, id: "of a known key" },
    { ...just, ...lone, ...other, id: "of one that is met with its secret" },
    { ...just, ...other, id: "with its secret" },
    { ...just, ...lone, accessKeyId: "THIRD" as AccessKeyId, id: "of no other" },
  ];
  const seen = update(scanning, { kind: "just-seen", rows }).state.tables.findings.rows;
  expect(seen).toHaveLength(before + 2);
  expect(seen.map(({ id }) => id)).toEqual(expect.arrayContaining(["with its secret", "of no other"]));
});

test.each([
  ["cancelled", { cancelled: true, status: null }],
  ["failed", { cancelled: false, status: 4 }],
])("what a scan saw that was %s stays in the table until the next one begins", (_, end) => {
  const request: JobRequest = { purpose: "scan", words: ["scan"] };
  const scanning = begun(stateOf(3), request);
  const before = scanning.tables.findings.rows.length;
  const [first] = scanning.disk;
  if (first === undefined) throw new Error("nothing was found");
  const fresh = { ...first, id: "fresh", source: { kind: "just-seen" as const } };
  const seen = update(scanning, { kind: "just-seen", rows: [fresh] }).state;
  const over = update(seen, { kind: "job-ended", job: 1, end: { stdout: "", stderr: "", ...end }, now: NOW });
  expect(over.effects).toEqual([]);
  expect(over.state.tables.findings.rows).toHaveLength(before + 1);
  const again = update(begun(over.state, request), { kind: "just-seen", rows: [] }).state;
  expect(again.tables.findings.rows).toHaveLength(before);
});

/** What a table works out is kept beside its rows; all else can be changed by nobody. */
function frozen<Value>(value: Value, known: Set<unknown> = new Set()): Value {
  if (typeof value !== "object" || value === null || known.has(value) || value instanceof Set) return value;
  known.add(value);
  for (const [name, field] of Object.entries(value)) if (name !== "caches") frozen(field, known);
  return Object.freeze(value);
}

test("whatever is pressed and told, in whatever order, nothing that is shown is changed", () => {
  const scan: JobRequest = { purpose: "scan", words: ["scan"] };
  const first = stateOf(6);
  const messages: readonly Message[] = [
    ...Array.from(
      "12345qrAx/sSgwjk ?eciapnbdy",
      (text): Message => ({ kind: "key", key: { name: "text", text, ctrl: false } }),
    ),
    ...(["up", "down", "page-down", "end", "home", "enter", "escape", "tab", "back-tab", "backspace"] as const).map(
      (name): Message => ({ kind: "key", key: { name, text: "", ctrl: false } }),
    ),
    { kind: "resized", columns: 30, rows: 9 },
    { kind: "resized", columns: 200, rows: 60 },
    { kind: "ticked", now: NOW + 1 },
    { kind: "told", text: "told", tone: "plain", now: NOW },
    { kind: "job-began", job: 1, request: scan, now: NOW },
    { kind: "just-seen", rows: first.disk.slice(0, 2) },
    { kind: "job-ended", job: 1, end: { status: 0, stdout: "", stderr: "", cancelled: false }, now: NOW },
    { kind: "remembered", remembered: { diskFindings: first.disk.slice(2), users: [], rotations: [] } },
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...messages), { maxLength: 25 }), (told) => {
      let state = frozen(first);
      for (const message of told) {
        const step = update(state, message);
        // The same again is the same: nothing is remembered but in the state.
        expect(update(state, message).effects).toEqual(step.effects);
        state = frozen(step.state);
      }
    }),
    { numRuns: 60 },
  );
});

test("what a scan that was cut off has seen is not counted beside what was looked through to its end", () => {
  const request: JobRequest = { purpose: "scan", words: ["scan"] };
  const before = stateOf(3);
  const [first] = before.disk;
  if (first === undefined) throw new Error("nothing was found");
  const rows = [{ ...first, id: "fresh", source: { kind: "just-seen" as const } }];
  const count = ({ figures }: State): number => figures.bySeverity[first.severity];
  const seen = update(begun(before, request), { kind: "just-seen", rows }).state;
  expect(count(seen)).toBe(count(before) + 1);
  const end = { stdout: "", stderr: "", cancelled: true, status: null };
  const over = update(seen, { kind: "job-ended", job: 1, end, now: NOW }).state;
  expect(count(over)).toBe(count(before));
  const nothingElse = update({ ...seen, scan: null }, { kind: "job-ended", job: 1, end, now: NOW }).state;
  expect(count(nothingElse)).toBe(count(seen));
});

test("a ledger that cannot be read is told of once, until it can be", () => {
  const failed = update(stateOf(), { kind: "recall-failed", part: "rotations", why: "it is damaged", now: NOW });
  expect(failed.state).toMatchObject({ unreadable: { rotations: "it is damaged" }, notice: { text: "it is damaged" } });
  const again = update(failed.state, {
    kind: "recall-failed",
    part: "rotations",
    why: "it is damaged",
    now: NOW,
  }).state;
  expect(again.logged).toBe(failed.state.logged);
  const read = update(again, { kind: "remembered", remembered: { rotations: [] } }).state;
  expect(read.unreadable.rotations).toBeNull();
});

test("an audit that has ended asks what is due now", () => {
  const audited = ended(begun(stateOf(), { purpose: "audit", words: ["audit"] }), { status: 0 });
  expect(audited.effects).toContainEqual({ kind: "recall", what: "audit" });
  expect(runs(audited.effects)).toEqual(["rotate status --format json"]);
});

test("the file of a report is named after its format, until somebody names it", () => {
  const fields = (state: State): readonly string[] => state.dialog?.fields.map(({ value }) => value) ?? [];
  const erased = ["[backspace]", "[backspace]", "[backspace]", "[backspace]"];
  const asked = press(stateOf(), "w").state;
  expect(fields(asked)).toEqual(["html", "keysweep-2026-06-01.html"]);
  const csv = press(asked, ...erased, "csv").state;
  expect(fields(csv)).toEqual(["csv", "keysweep-2026-06-01.csv"]);
  expect(fields(press(asked, ...erased, "junit").state)).toEqual(["junit", "keysweep-2026-06-01.xml"]);
  const named = press(csv, "[tab]", "2", "[tab]", "[backspace]").state;
  expect(fields(named)).toEqual(["cs", "keysweep-2026-06-01.csv2"]);
  const written = press(csv, "[enter]", "[enter]");
  expect(runs(written.effects)).toEqual(["report scan --fail-on never --format=csv --output=keysweep-2026-06-01.csv"]);
});

test("pasted text stays one line, and letters in a filter are no commands", () => {
  const state = press(stateOf(), "2", "/", "q").state;
  const pasted = update(state, { kind: "key", key: { name: "text", text: "a\x1b[2J\r\nb", ctrl: false } });
  expect(pasted.effects).toEqual([]);
  expect(pasted.state.tables.findings.filter).toMatch(/^q[^\p{Cc}]*$/u);
});
