import { describe, expect, test } from "vitest";
import { ROTATION_STATES, type RotationReport } from "../../src/model/rotation.ts";
import { rotationsFormats } from "../../src/report/rotations/rotations-formats.ts";
import { stateText } from "../../src/report/rotations/summary-text.ts";
import { rotationOf, rotationsReport } from "../support/rotation-reports.ts";

const PLAIN = { color: false, hyperlinks: false, width: 80, verbose: false };
const NO_CIRCUMSTANCES = { fails: () => false, folder: "/" };

async function written(
  name: (typeof rotationsFormats.names)[number],
  rotations: readonly RotationReport[],
): Promise<string> {
  const format = await rotationsFormats.load(name);
  return [...format.write(rotationsReport(rotations), PLAIN, NO_CIRCUMSTANCES)].join("");
}

const STUCK = rotationOf({
  name: "other",
  state: "stuck",
  nextStepAt: null,
  reason: "somebody made the new key inactive",
});

describe("a report of rotations", () => {
  test("is as it is in json, with and without rotations", async () => {
    expect(JSON.parse(await written("json", [rotationOf(), STUCK]))).toEqual(rotationsReport([rotationOf(), STUCK]));
    expect(JSON.parse(await written("json", []))).toEqual(rotationsReport([]));
  });

  test("is a line a rotation in jsonl", async () => {
    const lines = (await written("jsonl", [rotationOf(), STUCK]))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      expect.objectContaining({ type: "start", schema: "keysweep/rotations@1" }),
      { type: "rotation", ...rotationOf() },
      { type: "rotation", ...STUCK },
      { type: "summary", states: { soaking: 1, stuck: 1 } },
    ]);
  });

  test("is a row a target in csv", async () => {
    const rows = (await written("csv", [rotationOf(), rotationOf({ id: null, state: "idle", targets: [] })]))
      .trim()
      .split("\r\n");
    expect(rows).toHaveLength(4);
    expect(rows[1]).toBe(
      "travis-deploy,r1,soaking,123456789012,deploy-travis,OLD,NEW,2026-11-21T10:00:00.000Z,2026-11-22T10:00:00.000Z,the old key was used 2 hours ago,/srv/app/.env,dotenv,verified,value,1,",
    );
    expect(rows[3]).toMatch(/^travis-deploy,,idle,.*,,,,,,$/);
  });

  test("shows those first that need a person", async () => {
    const text = await written("pretty", [rotationOf(), STUCK]);
    expect(text.indexOf("other")).toBeLessThan(text.indexOf("travis-deploy"));
    expect(text).toContain("STUCK  it needs a person");
    expect(text).toContain("next step  2026-11-22 10:00 UTC");
    expect(text).toContain("- /srv/app/.env: verified: it was read back");
    expect(text).toMatch(/2 rotations: 1 soaking, 1 stuck; 1 needs a person\.\n$/);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("says that there are none", async () => {
    expect(await written("pretty", [])).toBe("No rotations.\n");
    expect(await written("markdown", [])).toContain("no rotations");
  });

  test("is a table and what concerns each in markdown", async () => {
    const text = await written("markdown", [STUCK]);
    expect(text).toContain("| `other` | deploy-travis in 123456789012 | **stuck** | `OLD → NEW` |");
    expect(text).toContain("somebody made the new key inactive");
  });

  test.each(rotationsFormats.names)("lets no name be anything but text: %s", async (name) => {
    const hostile = "<img src=x onerror=alert(1)>\u001b[31m\u202e\n| `x`";
    const text = await written(name, [
      rotationOf({
        name: hostile,
        userName: hostile,
        reason: hostile,
        targets: [{ name: hostile, type: "file", state: "failed", proof: "none", attempts: 1, error: hostile }],
        history: [{ at: "2026-11-21T10:00:00.000Z", event: hostile }],
      }),
    ]);
    expect(text).not.toContain("\u001b[31m");
    expect(text).not.toContain("\u202e");
    // Markdown shows it as code.
    const isMarkup = name === "html";
    expect(isMarkup && text.includes("<img")).toBe(false);
  });

  test("has a word for every state", () => {
    for (const state of ROTATION_STATES) expect(stateText(state)).not.toBe("");
  });
});
