import { render } from "ink-testing-library";
import { createElement } from "react";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { acts } from "../../src/dashboard/acts.ts";
import { App } from "../../src/dashboard/app.tsx";
import { type Look, lookOf, truncated, wrapped } from "../../src/dashboard/look.ts";
import type { JobRequest } from "../../src/dashboard/message.ts";
import { reading } from "../../src/dashboard/questions.ts";
import { userRow } from "../../src/dashboard/rows.ts";
import { firstState, type State } from "../../src/dashboard/state.ts";
import { update } from "../../src/dashboard/view-model.ts";
import { LOOK, NOW, press, rotationRow, stateOf } from "../support/dashboard/states.ts";

/** The lines of a frame as ink draws it. */
function frame(state: State, look: Look = state.look): string[] {
  const { lastFrame, unmount } = render(createElement(App, { state: { ...state, look } }));
  const text = lastFrame() ?? "";
  unmount();
  return text.replace(/\x1b\[[0-9;]*m/g, "").split("\n");
}

const SCREENS: readonly (readonly string[])[] = [
  ["1"],
  ["2"],
  ["2", "[enter]"],
  ["2", "g", "g"],
  ["2", "/", "home"],
  ["2", "a"],
  ["3"],
  ["3", "[enter]"],
  ["4"],
  ["4", "[enter]"],
  ["4", "d"],
  ["4", "b"],
  ["5"],
  ["?"],
];

describe("every screen", () => {
  const sizes = [
    [80, 24],
    [120, 40],
    [200, 60],
    [40, 10],
  ] as const;
  const looks: readonly Look[] = [LOOK, { ...LOOK, ascii: true, color: false }];
  test.each(sizes)("of %i by %i fits, whatever the names, in Unicode and in ASCII", (columns, rows) => {
    const state = stateOf(40, columns, rows);
    for (const look of looks) {
      for (const keys of SCREENS) {
        const lines = frame(press(state, ...keys).state, look);
        expect({ keys, lines: lines.length }).toEqual({ keys, lines: rows });
        const wide = lines.filter((line) => stringWidth(line) > columns);
        expect({ keys, wide }).toEqual({ keys, wide: [] });
        const text = lines.join("\n");
        // Nothing that a name says reaches the terminal as anything but text.
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(look.ascii ? text.replace(/[\x20-\x7e\n]/g, "") : "").toBe("");
      }
    }
  });
});

test("whatever the size, every screen is drawn, and says when it has no room", () => {
  for (const columns of [1, 6, 7, 23]) {
    for (const keys of SCREENS) {
      const state = { ...press(stateOf(4), ...keys).state, columns };
      expect(frame(state)[0]).toBe(truncated("too small", columns, "…"));
    }
  }
  for (const keys of SCREENS) expect(frame(press(stateOf(4, 24, 8), ...keys).state)).toHaveLength(8);
});

test.each([0, -1, 1])("a text is broken into lines of one letter where there are %i columns", (columns) => {
  expect(wrapped("ab c", columns)).toEqual(["a", "b", "c"]);
  expect(wrapped("仕事", columns).join("")).toBe("仕事");
});

test("of thousands of findings no more are asked for what they show than there are rows on the screen", () => {
  let asked = 0;
  const state = press(stateOf(2000), "2").state;
  const watched = state.tables.findings.rows.map((row) =>
    Object.defineProperty({ ...row }, "where", {
      get: () => {
        asked++;
        return row.where;
      },
    }),
  );
  const tables = { ...state.tables, findings: { ...state.tables.findings, rows: watched } };
  frame({ ...state, tables });
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThanOrEqual(state.rows);
});

test("the overview says how exposed we are, and how old that knowledge is", () => {
  const text = frame(stateOf(), LOOK).join("\n");
  expect(text).toMatch(/Scan {3}2 hours ago/);
  expect(text).toContain("2 things could not be read");
  expect(text).toMatch(/Keys on disk with their secret +\d+/);
  expect(text).toMatch(/Oldest active key, in days +600/);
  expect(text).toMatch(/Findings of the last 3 scans/);
});

test("the overview counts active keys and their ages, who has no second factor, and what is due or stuck, and draws the trend", () => {
  const before = stateOf();
  const users = before.tables.users.rows.map((row) => row.user);
  const at = (days: number): string => new Date(NOW - days * 86_400_000).toISOString();
  const [one] = users;
  if (one === undefined) throw new Error("nobody was audited");
  const [key] = one.keys;
  if (key === undefined) throw new Error("there is no key");
  const rows = [
    { ...one, arn: "a", keys: [{ ...key, status: "Active" as const, createdAt: at(20) }], mfa: [] },
    {
      ...one,
      arn: "b",
      userName: "old",
      mfa: [{ serial: "s", kind: "virtual" as const }],
      keys: [{ ...key, status: "Active" as const, createdAt: at(700) }],
    },
    { ...one, arn: "c", keys: [{ ...key, status: "Inactive" as const, createdAt: at(900) }], mfa: [] },
  ].map((user) => userRow({ ...user, console: { enabled: user.arn === "a", lastUsedAt: null } }, [], NOW));
  const rotations = [
    rotationRow({ name: "due", state: "idle", nextStepAt: at(1) }),
    rotationRow({ name: "later", state: "idle", nextStepAt: at(-1) }),
    rotationRow({ name: "stuck", state: "stuck" }),
    rotationRow({ name: "back", state: "reactivated" }),
    rotationRow({ name: "going", state: "writing" }),
  ];
  const trend = [0, 5, 10].map((total, day) => ({ at: `2026-05-0${day + 1}T00:00:00Z`, total, severe: 0 }));
  const remembered = { users: rows, rotations, trend };
  const tables = { ...before.tables, rotations: firstState(before).tables.rotations };
  const { state } = update({ ...before, tables }, { kind: "remembered", remembered });
  const text = frame({ ...state, columns: 120 }).join("\n");
  expect(text).toMatch(/Active keys of IAM users +2 {2}among 3 users/);
  expect(text).toMatch(/Oldest active key, in days +700 {2}old/);
  expect(text).toMatch(/Users with a password, no MFA +1\s/);
  expect(text).toMatch(/Rotations due +1 {2}1 under way/);
  expect(text).toMatch(/Rotations that need a person +2\s/);
  expect(text).toMatch(/0-30 d +1 {2}█+\n[^]*181-365 d +0\s[^]*older +1 {2}█+/);
  expect(text).toMatch(/ {2}[ ▁]▅█\n[^]*2026-05-01 0 → 2026-05-03 10/);
});

test("a user's keys are told of with age and last use, a rotation's targets with how far they are, its next step and its history", () => {
  const user = frame(press(stateOf(40, 160, 60), "3").state).join("\n");
  expect(user).toMatch(/Keys \(1\)[^]*key-\d {2}active, \d+ days old[^]*(?:never used|used \d{4})/);
  const rotation = frame(press(stateOf(40, 160, 60), "4").state).join("\n");
  expect(rotation).toMatch(/State +soaking: both keys are active/);
  expect(rotation).toContain("Next step    2026-11-22 10:00 UTC");
  expect(rotation).toMatch(/Targets \(2\)[^]*✓ \/srv\/app\/\.env \(dotenv\)[^]*verified: it was read back/);
  expect(rotation).toMatch(/→ GitHub Actions secrets of acme\/site[^]*writing, 2 attempts[^]*it did not answer/);
  expect(rotation).toMatch(/History \(UTC\), the last first[^]*2026-11-21 10:00/);
});

test("? tells of every key that does something with a row", () => {
  for (const view of ["2", "3", "4"]) {
    const state = press(stateOf(40, 120, 60), view).state;
    const help = frame(press(state, "?").state).join("\n");
    const keys = acts(state).map(({ key }) => key);
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(help).toMatch(new RegExp(`^    ${key} {2,}\\S`, "m"));
  }
});

test("what nobody has looked at is not nought", () => {
  const state = firstState({ now: NOW, columns: 80, rows: 24, look: LOOK, home: "/home/ada", noEditor: null });
  const nothing = { scan: null, audit: null, diskFindings: [], accountFindings: [], users: [], rotations: [] };
  const read = update(state, { kind: "remembered", remembered: nothing }).state;
  for (const one of [state, read]) {
    const text = frame(one).join("\n");
    expect(text).toMatch(/Keys on disk with their secret +[…–]/);
    expect(text).toMatch(/critical +[…–]\s/);
    expect(text).toMatch(/0-30 d +[…–]\s/);
  }
  expect(frame(stateOf()).join("\n")).toMatch(/critical +\d/);
});

test("what cannot be read is not being read", () => {
  const first = firstState({ now: NOW, columns: 80, rows: 24, look: LOOK, home: "/home/ada", noEditor: null });
  const failed = (["scan", "audit", "rotations"] as const).reduce(
    (state, part) =>
      update(state, { kind: "recall-failed", part, why: `${part}: the ledger is damaged`, now: NOW }).state,
    first,
  );
  const text = frame({ ...failed, notice: null }).join("\n");
  expect(text).toMatch(/Scan +scan: the ledger is damaged[^]*Audit +audit: the ledger is damaged/);
  expect(text).not.toMatch(/reading what|…/);
  expect(frame(press(failed, "4").state).join("\n")).toContain("rotations: the ledger is damaged");
});

test("where there is room the overview says where to begin: the worst first, new ones before others, none that is allowed", () => {
  const text = frame(stateOf(40, 120, 40)).join("\n");
  const list = text.slice(text.indexOf("Where to begin")).split("\n").slice(1, 13);
  expect(list[0]).toMatch(/critical +new: AWS access key with its secret +AKIA\w+ +\S/);
  const ranks = list.map((one) => (/new: /.test(one) ? 0 : 1) + (/^ +critical/.test(one) ? 0 : 10));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
  expect(frame(stateOf(40, 80, 24)).join("\n")).not.toContain("Where to begin");
  const state = stateOf(40, 120, 40);
  const allowed = { reason: "r", owner: "o", expires: "2027-01-01" };
  const onDisk = ({ figures }: State): string[] =>
    figures.worst.filter(({ source }) => source.kind === "disk").map(({ id }) => id);
  const [worst] = onDisk(state);
  const diskFindings = state.disk.map((row) => (row.id === worst ? { ...row, allowed } : row));
  const after = update(state, { kind: "remembered", remembered: { diskFindings } }).state;
  expect(onDisk(after)).not.toContain(worst);
});

test("on a narrow screen each column still says what tells its rows apart", () => {
  const narrow = frame(press(stateOf(), "2").state).join("\n");
  expect(narrow).toMatch(/critical +(?:new: )?access-key-/);
  expect(narrow).not.toMatch(/AWS access key …/);
  expect(frame(press(stateOf(40, 110), "2").state).join("\n")).toContain("AWS access key with its secret");
  const small = frame(press(stateOf(40, 40, 10), "2").state).join("\n");
  expect(small).toMatch(/Severity↑ +Where/);
});

test("of a path as much is shown as there is room for: from the home directory on, and whole names, and beside a detail more than of what that tells", () => {
  const shownAt = (columns: number): string => frame(press(stateOf(20, columns, 30), "2").state).join("\n");
  expect(shownAt(80)).toMatch(/AKIA\w{16} {2}~\/\.aws\/credentials:1:1/);
  expect(shownAt(80)).toMatch(/AKIA\w{16} {2}…\/service-8\/\.env:9:1/);
  // Beside the detail there is no column of what stands in that.
  expect(shownAt(120)).toMatch(/access-key-pair {3}~\/work\/project-8\/service-8\/\.env:9:1/);
  expect(shownAt(120)).toMatch(/Key {10}AKIA/);
  expect(shownAt(200)).toMatch(/AKIA\w{16} {2}~\/work\/shop\/\.github\/workflows\/deploy\.yml:3:1/);
  // But what it is sorted by is always seen.
  expect(frame(press(stateOf(20, 120, 30), "2", "s", "s").state)[2]).toMatch(/Key↑/);
  const group = frame(press(stateOf(20, 80, 30), "2", "ggggg").state).join("\n");
  expect(group).toMatch(/▾ ~\/work\/project-8\/service-8 \(1\)/);
});

test("on the narrowest screens a finding says what it is and where, and in ASCII what is left out looks like nothing else", () => {
  const narrow = frame(press(stateOf(20, 60, 30), "2").state).join("\n");
  expect(narrow).toMatch(/high {7}access-key-pair {3}~\/work\/shop\/\.env:2:1$/m);
  expect(narrow).not.toMatch(/AKIA/);
  const ascii = frame(press(stateOf(20, 60, 30), "2").state, { ...LOOK, ascii: true }).join("\n");
  expect(frame(press(stateOf(), "5").state, { ...LOOK, ascii: true })[2]).toMatch(/^ {2}When v /);
  expect(ascii).toMatch(/access-key-pair {3}\/home\/ada\/work\/shop\/\.env:2:1$/m);
});

test("where to begin, titles are told whole where the places leave them room, and the other way round", () => {
  const state = stateOf(9, 120, 40);
  const rows = (title: string, where: string) => {
    const worst = state.figures.worst.map((row) => ({ ...row, isNew: false, title, where }));
    return frame({ ...state, figures: { ...state.figures, worst } }).find((line) => line.includes("AKIA")) ?? "";
  };
  const long = `An access key ${"that is told of at length ".repeat(2)}`.trim();
  expect(rows(long, "/x")).toContain(`${long}  AKIA`);
  expect(rows("Short", `/srv/${"long/".repeat(12)}x`)).toContain(`/srv/${"long/".repeat(12)}x`);
  const both = rows(long.repeat(2), `/srv/${"long/".repeat(20)}x`);
  expect(both).toMatch(/An access key that is told of .*… {2}AKIA\w{16} {2}…\/long\/.*long\/x$/);
});

test("what is set in stays so where it goes on, below what follows a date", () => {
  const step = "the old key is made inactive, if it has been silent and the new one is used by everybody";
  const dialog = reading("Rotate", [`  2026-11-22 02:32  ${step}`, `  A target ${"of a long name ".repeat(6)}`]);
  const lines = frame({ ...stateOf(1, 80, 24), dialog });
  expect(lines.find((line) => line.includes("everybody") || line.includes("is used"))).toMatch(/│ {21}\S/);
  expect(lines.findLast((line) => line.includes("long name"))).toMatch(/│ {3}\S/);
});

test("of a rotation that is not begun it is said how many targets it has, and nothing of what waits", () => {
  const idle = rotationRow({ id: null, state: "idle", nextStepAt: null, history: [] });
  const state = update(stateOf(), { kind: "remembered", remembered: { rotations: [idle] } }).state;
  const { length } = idle.report.targets;
  expect(frame(press(state, "4").state).join("\n")).toMatch(new RegExp(`idle +.* ${length}(?: |$)`, "m"));
  expect(frame(press(state, "4").state).join("\n")).not.toContain(`/${length}`);
  expect(frame(press(state, "4", "[enter]").state).join("\n")).not.toContain("pending");
});

test.each([
  [80, " keysweep  1 Overview [2 Findings] 3 Users  4 Rotations  5 Log"],
  [60, " 1 Overview [2 Findings] 3 Users  4 Rotations  5 Log"],
  [40, " 1 [2 Findings] 3  4  5"],
])("of %i columns, no name of a view is cut off", (columns, expected) => {
  expect(frame(press(stateOf(3, columns), "2").state)[0]).toBe(expected);
});

test("where there are no findings it says what was looked at, what is under way, and what to do", () => {
  const empty = firstState({ now: NOW, columns: 80, rows: 24, look: LOOK, home: "", noEditor: null });
  const read = { scan: null, audit: null, diskFindings: [], accountFindings: [], users: [], rotations: [] };
  const nothing = update(empty, { kind: "remembered", remembered: read }).state;
  const findings = (state: State): string => frame(press(state, "2").state).slice(3, 8).join("\n").trim();
  expect(findings(nothing)).toBe("Nothing was scanned yet: r scans.\n  No account was audited yet: A audits.");
  const { scan } = stateOf();
  expect(findings({ ...nothing, scan })).toBe("Nothing was found.\n  No account was audited yet: A audits.");
  const request = { purpose: "scan", words: ["scan"] } as const;
  const scanning = update(nothing, { kind: "job-began", job: 1, request, now: NOW }).state;
  expect(findings(scanning)).toMatch(/^The scan is under way[^]*\n {2}No account was audited yet/);
});

test("on a wide screen it is seen whether the arrows move the table or its detail", () => {
  const table = press(stateOf(20, 130, 30), "2").state;
  expect(frame(table).join("")).toMatch(/│/);
  expect(frame(press(table, "[enter]").state).join("")).not.toMatch(/│/);
  expect(frame(press(table, "[enter]").state).join("")).toMatch(/┃/);
});

describe("the keys that mean something now", () => {
  const keys = (state: State): string => frame(state).at(-1) ?? "";

  test.each([
    [
      "a row",
      stateOf(),
      ["2"],
      /^ Enter detail {2}\/ filter {2}e edit {2}c copy {2}i owner {2}a allow .*\? help {2}q quit/,
    ],
    ["a group", stateOf(), ["2", "g"], /Enter close/],
    ["a closed group", stateOf(), ["2", "g", "[enter]"], /Enter open/],
    ["a filter", stateOf(), ["2", "/", "home", "[enter]"], /Esc show all/],
    ["a wide screen", stateOf(40, 120), ["2"], /c copy key id {2}i identify owner/],
    ["a filter that nothing passes", stateOf(), ["2", "/", "zzz", "[enter]"], /^ Esc show all {2}\/ filter {2}\? help/],
    ["the log", stateOf(), ["5"], /^ r scan {2}A audit {2}\? help/],
  ])("of %s", (_, state, pressed, expected) => {
    expect(keys(press(state, ...pressed).state)).toMatch(expected);
  });

  test("are none that would do nothing: what runs is not begun again, and what changes keys is not cancelled", () => {
    const scan = { purpose: "scan", words: ["scan"] } as const;
    const began = (request: JobRequest): State =>
      update(stateOf(), { kind: "job-began", job: 1, request, now: NOW }).state;
    expect(keys(began(scan))).not.toContain("r scan");
    expect(keys(began(scan))).toContain("A audit");
    expect(keys(began({ purpose: "rotate", words: ["rotate", "run"], about: "x" }))).not.toContain("x cancel");
  });

  test("say how to cancel what runs, on any screen", () => {
    const request = { purpose: "scan", words: ["scan"] } as const;
    for (const view of ["1", "2", "3", "4", "5"]) {
      const running = update(press(stateOf(), view).state, { kind: "job-began", job: 1, request, now: NOW }).state;
      expect(keys(running)).toContain("x cancel");
    }
  });
});

test("a rotation that the configuration has no more says so, and what can be done", () => {
  const state = stateOf(40, 160, 60);
  const gone = { ...state.tables.rotations.rows[0]?.report, configured: false };
  const stdout = JSON.stringify({ rotations: [gone] });
  const request = { purpose: "status", words: [] } as const;
  const began = update(state, { kind: "job-began", job: 1, request, now: NOW }).state;
  const end = { status: 1, stdout, stderr: "", cancelled: false };
  const told = press(update(began, { kind: "job-ended", job: 1, end, now: NOW }).state, "4").state;
  const text = frame(told).join("\n");
  expect(text).toMatch(/▸ soaking +travis-deploy .*not configured/);
  expect(text).toMatch(/Mind +The configuration does not have its user any/);
  expect(text).toContain("n take next steps: the configuration does not have its");
  expect(text).toMatch(/^.* {2}d give up\s*$/m);
  expect(told.figures.stuck).toBe(state.figures.stuck + 1);
  // The journal alone, read at each step, does not know what is configured.
  const rotations = state.tables.rotations.rows;
  const read = update(told, { kind: "remembered", remembered: { rotations } }).state;
  expect(frame(read).join("\n")).toContain("not configured");
});

test("what may not be done is shown with its reason", () => {
  const text = frame(press(stateOf(40, 160, 60), "4").state).join("\n");
  expect(text).toContain("confirm consumers: nothing waits for a person's word");
});

test("a scan that runs says how much, how fast and how long still", () => {
  const began = update(stateOf(), {
    kind: "job-began",
    job: 1,
    request: { purpose: "scan", words: ["scan"] },
    now: NOW,
  }).state;
  const half = { kind: "scan", files: 6, bytes: 1_700_000, objects: 0, processes: 0, credentials: 2 } as const;
  const state = update(began, { kind: "job-progress", job: 1, progress: half, now: NOW + 10_000 }).state;
  expect(frame(state).join("\n")).toContain("scanning 6 files, 1.7 MB (170 kB/s), 2 found · about 10 s left");
});

test("what runs has a line of its own each, and its time left before what is history, where there is not room for all", () => {
  const progress = {
    kind: "scan",
    files: 184_000,
    bytes: 1_700_000,
    objects: 1_300_000,
    processes: 0,
    credentials: 2,
  } as const;
  const scanning = ([columns, rows]: readonly [number, number]): State => {
    const purposes = ["scan", "audit"] as const;
    const began = purposes.reduce<State>(
      (state, purpose, job) =>
        update(state, { kind: "job-began", job, request: { purpose, words: [] }, now: NOW }).state,
      stateOf(40, columns, rows),
    );
    return update(began, { kind: "job-progress", job: 0, progress, now: NOW + 10_000 }).state;
  };
  const wide = frame(scanning([120, 40]));
  expect(wide.at(-3)).toContain("1,300,000 objects of histories, 2 found · about 10 s left");
  expect(wide.at(-2)).toContain("auditing (10 s)");
  expect(wide).toHaveLength(40);
  expect(frame(scanning([80, 24])).at(-3)).toMatch(
    /scanning 184,000 files, 1\.7 MB \(170 kB\/s\), 2 found · about 10 s left$/,
  );
  expect(frame(scanning([80, 12]))).toHaveLength(12);
});

test("the selected row is marked and in sight, however many lines are taken from the table", () => {
  const last = press(stateOf(), "2", ...Array.from({ length: 16 }, () => "[down]")).state;
  const pointed = (state: State): string | undefined => frame(state).find((one) => one.startsWith("▸"));
  const text = "a remedy that is long enough to be wrapped ".repeat(6);
  const told = update(last, { kind: "told", text, tone: "bad", now: NOW }).state;
  expect(frame(told)).toHaveLength(24);
  expect(pointed(last)).toBeDefined();
  expect(pointed(told)).toBe(pointed(last));
});

test("where no user is known it says why, as AWS said it, to the end", () => {
  const empty = firstState({ now: NOW, columns: 80, rows: 24, look: LOOK, home: "/home/ada", noEditor: null });
  const read = update(empty, { kind: "remembered", remembered: { audit: null, users: [], accountFindings: [] } }).state;
  const problem = `AWS: iam:ListUsers is denied. ${"Ask who may. ".repeat(8)}The end.`;
  const text = frame(press({ ...read, awsProblem: problem }, "3").state)
    .join(" ")
    .replace(/\s+/g, " ");
  expect(text).toContain(`No user is known. ${problem} keysweep doctor says`);
});

test("an audit that runs says how many accounts and users it has seen, and how long still", () => {
  const request = { purpose: "audit", words: ["audit"] } as const;
  const began = update(stateOf(), { kind: "job-began", job: 1, request, now: NOW }).state;
  const progress = { kind: "audit", accounts: 10, of: 40, users: 1234 } as const;
  const state = update(began, { kind: "job-progress", job: 1, progress, now: NOW + 20_000 }).state;
  expect(frame(state).join("\n")).toContain("auditing 10 of 40 accounts, 1,234 users · about 60 s left");
});

test("what was told last gives way to what runs, and stays where nothing does", () => {
  const told = update(stateOf(), { kind: "told", text: "copied: it", tone: "good", now: NOW }).state;
  const later = (state: State, ms: number): string =>
    frame(update(state, { kind: "ticked", now: NOW + ms }).state).join("\n");
  expect(later(told, 60_000)).toContain("copied: it");
  const request = { purpose: "audit", words: ["audit"] } as const;
  const running = update(told, { kind: "job-began", job: 1, request, now: NOW }).state;
  expect(later(running, 1000)).toContain("copied: it");
  expect(later(running, 6000)).toContain("auditing (6 s)");
});

test("before it is told which rotations are configured, nobody says that none is, or is due", () => {
  const before = stateOf();
  const none = { ...before.tables, rotations: firstState(before).tables.rotations };
  const asked = update(
    { ...before, tables: none },
    { kind: "job-began", job: 1, request: { purpose: "status", words: ["rotate", "status"] }, now: NOW },
  ).state;
  expect(frame(asked).join("\n")).toMatch(/Rotations due +… [^]*Rotations that need a person +…$/m);
  expect(frame(press(asked, "4").state).join("\n")).toContain("Reading which rotations are configured.");
  const stdout = JSON.stringify({ rotations: [] });
  const told = update(asked, {
    kind: "job-ended",
    job: 1,
    end: { status: 0, stdout, stderr: "", cancelled: false },
    now: NOW,
  });
  expect(frame(told.state).join("\n")).toMatch(/Rotations due +0 /);
  expect(frame(press(told.state, "4").state).join("\n")).toContain("No rotation is configured.");
  // Asked again, what was told stays until it is told anew.
  const again = { kind: "job-began", job: 2, request: { purpose: "status", words: [] }, now: NOW } as const;
  expect(frame(update(told.state, again).state).join("\n")).toMatch(/Rotations due +0 /);
});

test("where the configuration cannot be read, nobody is told that nothing is configured or due", () => {
  const state = stateOf();
  const none = { ...state.tables, rotations: { ...state.tables.rotations, rows: [], lines: [], passing: [] } };
  const failed = {
    ...state,
    tables: none,
    problems: { audit: null, scan: "config.yaml:2:5: no", status: "config.yaml:2:5: no" },
  };
  expect(frame(press(failed, "4").state).join("\n")).toMatch(/configured is not known[^]*config.yaml:2:5: no/);
  const text = frame(failed).join("\n");
  expect(text).toMatch(/Scan {3}failed: config.yaml:2:5: no\n +before that: 2 hours ago/);
  expect(text).toMatch(/Rotations due +–/);
});

test("a remedy is told to its end", () => {
  const text = `report: ${"the folder does not exist ".repeat(5)}. Make the folder.`;
  const state = update(stateOf(), { kind: "told", text, tone: "bad", now: NOW }).state;
  for (const view of ["1", "2"]) {
    const lines = frame({ ...press(state, view).state, notice: state.notice });
    expect(lines).toHaveLength(24);
    expect(
      lines
        .slice(-4)
        .map((line) => line.trim())
        .join(" "),
    ).toContain("Make the folder.");
  }
});

test("all keys are told on the smallest screen, and read aloud", () => {
  for (const view of ["2", "4"]) {
    const help = press(stateOf(4, 80, 8), view, "?").state;
    expect(frame(help).join("\n")).toMatch(/↓ \d+ more lines/);
    const bottom = press(help, ...Array.from({ length: 40 }, () => "[down]")).state;
    expect(frame(bottom).join("\n")).toMatch(/q, Ctrl-C +leave/);
    expect(frame(press(bottom, "[up]").state).join("\n")).not.toMatch(/q, Ctrl-C +leave/);
    expect(frame(help, { ...LOOK, screenReader: true }).join("\n")).toMatch(/In [^]*q, Ctrl-C +leave/);
  }
});

test("under a grouped table stands how many rows and groups there are", () => {
  const text = frame(press(stateOf(), "2", "g").state).join("\n");
  expect(text).toMatch(/^ {2}44 rows, by severity, in 4 groups by severity$/m);
});

test("the log says by when it is sorted, in the words of its heading", () => {
  const told = update(stateOf(), { kind: "told", text: "copied: it", tone: "good", now: NOW }).state;
  expect(frame(press(told, "5").state).join("\n")).toContain("1 of 1, by when");
});

test("read aloud, the selected row is a sentence and nothing is drawn", () => {
  const look = { ...LOOK, screenReader: true };
  const text = frame(press(stateOf(), "2").state, look).join(" ");
  expect(text).toContain("keysweep, findings, view 2 of 5");
  expect(text).toMatch(/Severity \w+, What .*, Key .*, Where /);
  expect(text).not.toMatch(/[─│▸█]/);
});

test("read aloud, what runs is said once, and not anew with each figure", () => {
  const look = { ...LOOK, screenReader: true };
  const request = { purpose: "scan", words: ["scan"] } as const;
  const began = update(stateOf(), { kind: "job-began", job: 1, request, now: NOW }).state;
  const figures = { kind: "scan", files: 6, bytes: 1_700_000, objects: 0, processes: 0, credentials: 0 } as const;
  const later = update(began, { kind: "job-progress", job: 1, progress: figures, now: NOW + 10_000 }).state;
  expect(frame(began, look)).toContain("scanning");
  expect(frame(later, look)).toEqual(frame(began, look));
});

test.each<[Record<string, string>, Partial<Look>]>([
  [
    { TERM: "xterm-256color", LANG: "de_DE.UTF-8" },
    { color: true, ascii: false },
  ],
  [{ TERM: "linux", LANG: "de_DE.UTF-8" }, { ascii: true }],
  [{ TERM: "xterm", LC_ALL: "C", LANG: "de_DE.UTF-8" }, { ascii: true }],
  [{ TERM: "xterm", NO_COLOR: "1" }, { color: false }],
  [{ TERM: "xterm", INK_SCREEN_READER: "true" }, { screenReader: true }],
])("the terminal of %o looks like %o", (environment, look) => {
  expect(lookOf(environment, { noColor: false, screenReader: false })).toMatchObject(look);
});

test("a paragraph of a question stands apart from the one before it", () => {
  const state = stateOf(4);
  const body = ["What is", "", "What will be"];
  const dialog = { title: "Sure?", body, fields: [], focus: 0, scroll: 0, error: null, danger: false };
  const lines = frame({ ...state, dialog: { ...dialog, answer: { kind: "close" } } });
  const at = lines.findIndex((line) => line.includes("What is"));
  expect(lines[at + 1]).not.toContain("What will be");
  expect(lines[at + 2]).toContain("What will be");
});

test.each([
  [40, 10],
  [80, 8],
  [80, 24],
])(
  "on %i by %i a question shows what it is, the line that is typed into, and why that does not do",
  (columns, rows) => {
    const open = press(stateOf(40, columns, rows), "2", "a").state;
    const last = press(open, "[enter]", "[enter]", "[backspace]", "[enter]").state;
    for (const [state, label] of [
      [open, "Why it is accepted"],
      [press(open, "[enter]").state, "Who answers for it"],
      [press(open, "[enter]", "[enter]").state, "Until"],
    ] as const) {
      const text = frame(state).join("\n");
      expect(text).toContain("Allow this finding");
      expect(text).toMatch(new RegExp(`▸ ${label}`));
    }
    expect(last.dialog?.error).not.toBeNull();
    expect(frame(last).join("\n")).toContain(last.dialog?.error ?? "");
  },
);
