import { describe, expect, test } from "vitest";
import type { AccessKeyId } from "../../src/model/access-key-id.ts";
import { ROTATION_COMMANDS, type RotationCommand } from "../../src/model/rotation-event.ts";
import { COMMAND_TABLE, type CommandRow, commandCell, commandRow } from "../../src/rotate/commands.ts";
import { CommandWorld } from "../simulation/command-world.ts";
import { generateMaterial } from "../support/material.ts";

/* Every cell of the table that docs/rotation.md shows, in a world where nothing else goes wrong. */

const ROWS = Object.keys(COMMAND_TABLE) as CommandRow[];
const CELLS = ROWS.flatMap((row) => ROTATION_COMMANDS.map((command) => [row, command] as const));

describe("a command does what the table says", () => {
  test.each(CELLS)("%s × %s", async (row: CommandRow, command: RotationCommand) => {
    const cell = COMMAND_TABLE[row][command];
    const world = new CommandWorld();
    await world.reach(row);
    expect(commandRow(world.rotation)).toBe(row);
    const before = world.look();

    const result = await world.command(command);

    const after = world.look();
    expect(result).toMatchObject(cell.accepted ? { kind: "accepted" } : { kind: "refused", why: cell.why });
    if (!cell.accepted) return expectSame(after, before);
    expect(after.oldKey).toBe(row === "deactivating" && command === "confirm" ? "Inactive" : cell.oldKey);
    expect(after.newKey).toBe(cell.newKey);
    expect(after.targets).toEqual(
      {
        untouched: ["old", "old"],
        "as they are": before.targets,
        "old where known": ["old", "old"],
        new: ["new", "new"],
      }[cell.targets],
    );
    // Nothing held a rotation up that is told to go on where it was about to.
    expect(world.rotation?.stage).toBe(row === "deactivating" && command === "confirm" ? "quarantined" : cell.ends);
    expect(world.violations).toEqual([]);
  });
});

test("a command is told with the time at which it was given, although no answer of AWS says that", async () => {
  const world = new CommandWorld();
  await world.reach("quarantined");
  const given = await world.pass(5 * 3_600_000);

  const result = await world.command("reactivate");

  const { history } = result.kind === "accepted" ? result.run.report : result.report;
  expect(history).toContainEqual({ at: given, event: "a person asked to reactivate" });
});

describe("what is asked about one key is not done to another", () => {
  const ANOTHER = generateMaterial(7).id as AccessKeyId;

  test.each(ROTATION_COMMANDS)("%s", async (command) => {
    const world = new CommandWorld();
    await world.reach("soaking");
    const before = world.look();
    world.onlyKey = ANOTHER;
    await expect(world.command(command)).rejects.toThrow(`it is about ${world.oldKey}, not about ${ANOTHER}`);
    expect(world.look()).toEqual(before);
    world.onlyKey = world.oldKey;
    expect(await world.command(command)).toMatchObject({ kind: "accepted" });
  });

  test.each(["planned", "soaking"] as const)("a rotation is neither begun nor taken further (%s)", async (row) => {
    const world = new CommandWorld();
    if (row === "soaking") await world.reach("planned");
    const before = world.rotation?.stage;
    world.onlyKey = ANOTHER;
    await expect(world.reach(row)).rejects.toThrow(`it is about ${world.oldKey}, not about ${ANOTHER}`);
    expect(world.rotation?.stage).toBe(before);
    world.onlyKey = world.oldKey;
    await world.reach(row);
    expect(world.rotation?.stage).toBe(row);
  });
});

const UNDER_WAY = ROWS.filter((row) => COMMAND_TABLE[row].abandon.accepted);

describe("of a rotation that has left the configuration", () => {
  test.each(
    UNDER_WAY.flatMap((row) =>
      (["abandon", "reactivate"] as const).filter((each) => COMMAND_TABLE[row][each].accepted).map((one) => [row, one]),
    ) as [CommandRow, RotationCommand][],
  )("%s × %s does to keys what the table says, and leaves targets alone", async (row, command) => {
    const world = new CommandWorld();
    await world.reach(row);
    const cell = commandCell(world.rotation, command, false);
    if (!cell.accepted) throw new Error("the table accepts it");
    world.configure(0);
    const before = world.look();

    await world.command(command);

    const { oldKey, newKey } = cell;
    expect(world.look()).toEqual({ oldKey, newKey, targets: before.targets });
    expect(world.rotation).toMatchObject({ stage: cell.ends, stuck: null, targets: [] });
    expect(world.violations).toEqual([]);
  });

  test.each(UNDER_WAY)("%s × confirm is refused: nobody would go on with it", async (row) => {
    const world = new CommandWorld();
    await world.reach(row);
    expect(commandCell(world.rotation, "confirm", false)).toMatchObject({ accepted: false });
  });
});

test("a target that was taken out after the old key was made inactive holds up the deletion, not the way back", async () => {
  const world = new CommandWorld();
  await world.reach("quarantined");
  world.configure(1);
  await world.command("reactivate");
  expect(world.rotation).toMatchObject({ stage: "reactivated", stuck: null, targets: [{ wants: "old" }] });
  expect(world.look()).toEqual({ oldKey: "Active", newKey: "Active", targets: ["old", "new"] });
  expect(world.violations).toEqual([]);
});

/** What is refused changes nothing. */
function expectSame(after: object, before: object): void {
  expect(after).toEqual(before);
}
