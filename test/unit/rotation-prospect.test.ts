import { describe, expect, test } from "vitest";
import { ROTATION_COMMANDS, type RotationCommand } from "../../src/model/rotation-event.ts";
import { COMMAND_TABLE, type CommandRow, commandCell } from "../../src/rotate/commands.ts";
import { commandProspect, prospectText, stepsAhead } from "../../src/rotate/prospect.ts";
import type { Rotation } from "../../src/rotate/rotation.ts";
import { CommandWorld } from "../simulation/command-world.ts";

/* What a person is told before a command is what the command then does, in every cell of the table. */

const ROWS = Object.keys(COMMAND_TABLE) as CommandRow[];
const CELLS = ROWS.flatMap((row) =>
  ROTATION_COMMANDS.filter((command) => COMMAND_TABLE[row][command].accepted).map((command) => [row, command] as const),
);

function prospectOf(rotation: Rotation | null, command: RotationCommand, isConfigured = true) {
  const cell = commandCell(rotation, command, isConfigured);
  if (rotation === null || !cell.accepted) throw new Error("the table refuses it");
  return commandProspect(rotation, command, cell);
}

async function reached(row: CommandRow): Promise<{ readonly world: CommandWorld; readonly rotation: Rotation }> {
  const world = new CommandWorld();
  await world.reach(row);
  const { rotation } = world;
  if (rotation === null) throw new Error("none was begun");
  return { world, rotation };
}

/** With names in the place of ids. */
function named(texts: readonly string[], { oldKey, newKey }: Rotation): string {
  return texts
    .join("\n")
    .replaceAll(oldKey.id, "OLD")
    .replaceAll(newKey?.id ?? "none", "NEW");
}

describe("what is told of a command is what it does", () => {
  test.each(CELLS)("%s × %s", async (row, command) => {
    const { world, rotation } = await reached(row);
    const prospect = prospectOf(rotation, command);
    const text = named(prospectText(prospect), rotation);
    const before = world.look();

    await world.command(command);

    const after = world.look();
    const isBack = before.oldKey !== "Active" || rotation.oldKey.intent !== null;
    const tellsOldKey = {
      back: /old key OLD .*(?:made active again|active from then on)/,
      stays: /OLD is active, and stays/,
    };
    expect(text).toMatch(command === "confirm" ? /counts as needed by nobody/ : tellsOldKey[isBack ? "back" : "stays"]);
    expect(text.includes("is made inactive and deleted")).toBe(after.newKey === "deleted");
    expect(prospect.key).toBe(
      before.newKey !== "none" && after.newKey === "deleted" && rotation.newKey !== null
        ? rotation.newKey.id
        : rotation.oldKey.id,
    );
    const changed = after.targets.filter((held, at) => held !== before.targets[at]).length;
    expect(/put back into|written again to/.test(text)).toBe(changed > 0);
    expect(text.includes("The rotation ends")).toBe(world.rotation?.stage === "abandoned");
    expect(text.includes("nothing goes on until")).toBe(world.rotation?.stage === "reactivated");
  });

  test.each([
    [
      "planned",
      "abandon",
      "The old key OLD is active, and stays so.\nNo new key was made.\nNo target is touched.\nThe rotation ends, and the secrets that are sealed for it are destroyed.",
    ],
    [
      "created",
      "abandon",
      "The old key OLD is active, and stays so.\nThe new key NEW, which no target was given, is made inactive and deleted. Should a target hold it after all, or somebody use it, both keys stay active.\nNo target is touched.\nThe rotation ends, and the secrets that are sealed for it are destroyed.",
    ],
    [
      "soaking",
      "reactivate",
      "The old key OLD is active, and stays so.\nThe new key NEW stays active.\nThe old key is put back into place-0, place-1.\nThen nothing goes on until a person confirms, and it goes on, or gives it up.",
    ],
    [
      "quarantined",
      "reactivate",
      "The old key OLD is made active again: whoever has it can use it from then on.\nThe new key NEW stays active.\nThe old key is put back into place-0, place-1.\nThen nothing goes on until a person confirms, and it goes on, or gives it up.",
    ],
    [
      "quarantined",
      "abandon",
      "The old key OLD is made active again: whoever has it can use it from then on.\nThe new key NEW stays active.\nTargets stay as they are: 2 of 2 were given the new key.\nThe rotation ends, and the secrets that are sealed for it are destroyed.",
    ],
    [
      "reactivated",
      "confirm",
      "The old key OLD counts as needed by nobody any more, without a proof.\nThe new key NEW is written again to place-0, place-1.\nIt goes on as far as it can.",
    ],
  ] as const)("%s × %s, word for word", async (row, command, text) => {
    const { rotation } = await reached(row);
    expect(named(prospectText(prospectOf(rotation, command)), rotation)).toBe(text);
  });

  test("targets that are configured no longer are not said to get anything", async () => {
    const { rotation } = await reached("quarantined");
    const { targets } = prospectOf(rotation, "reactivate", false);
    expect(targets).toEqual(["Targets stay as they are: the configuration does not have them any more."]);
  });
});

describe("what is told of a run is what it does", () => {
  test("once the quarantine is over the old key is deleted, at the time that was told and no earlier", async () => {
    const { world, rotation } = await reached("quarantined");
    const [step, ...rest] = stepsAhead(rotation);
    expect(rest).toEqual([]);
    expect(named([step?.what ?? ""], rotation)).toMatch(/^The old key OLD is deleted.*cannot be undone/);
    await world.reach("done");
    const deleted = world.rotation?.oldKey;
    expect(deleted?.status).toBe("deleted");
    expect(deleted?.since).toBeGreaterThanOrEqual(Date.parse(step?.notBefore ?? ""));
  });

  test("after the soak the old key is made inactive, at the time that was told and no earlier, and not deleted", async () => {
    const { world, rotation } = await reached("soaking");
    const [step, then] = stepsAhead(rotation);
    expect(named([step?.what ?? ""], rotation)).toMatch(/^The old key OLD is made inactive, if it has been silent/);
    expect(then?.what).toBe("It is not deleted for 24 hours after that.");
    await world.reach("quarantined");
    expect(world.look().oldKey).toBe("Inactive");
    expect(world.rotation?.oldKey.since).toBeGreaterThanOrEqual(Date.parse(step?.notBefore ?? ""));
  });

  test("without soak and quarantine it is told that both happen at once", async () => {
    const { rotation } = await reached("planned");
    const gate = { usedEveryMs: 0, soakMs: 0, quarantineMs: 0, presignedMs: 0, acceptUnprovenUse: true };
    const hasty = { ...rotation, outline: { ...rotation.outline, gate } };
    expect(stepsAhead(hasty).map(({ what }) => what)).toEqual([
      expect.stringMatching(/^A new key of deploy is made, tried, and written to place-0, place-1/),
      expect.stringMatching(/is made inactive, though nothing proves/),
      expect.stringMatching(/deleted at once.*cannot be undone/),
    ]);
  });

  test.each(ROWS.filter((row) => row !== "idle"))(
    "%s: something is told of each, unless nothing comes of a run",
    async (row) => {
      const { rotation } = await reached(row);
      const ends = ["done", "reactivated", "abandoned"].includes(row);
      expect(stepsAhead(rotation).length > 0).toBe(!ends);
    },
  );

  test("nothing is told to come of a run where the new key's secret is lost", async () => {
    const { rotation } = await reached("created");
    const { newKey } = rotation;
    if (newKey === null) throw new Error("no key was made");
    expect(stepsAhead(rotation)).not.toEqual([]);
    expect(stepsAhead({ ...rotation, stage: "creating", newKey: { ...newKey, secretLost: true } })).toEqual([]);
  });

  test("a command that was cut short is told as what goes on", async () => {
    const { rotation } = await reached("quarantined");
    expect(stepsAhead({ ...rotation, goal: "reactivate" }).map(({ what }) => what)).toEqual([
      ...prospectText(prospectOf(rotation, "reactivate")),
    ]);
  });
});
