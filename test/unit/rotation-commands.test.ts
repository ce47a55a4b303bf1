import { describe, expect, test } from "vitest";
import { ROTATION_COMMANDS, type RotationCommand } from "../../src/model/rotation-event.ts";
import { COMMAND_TABLE, type CommandRow, commandRow } from "../../src/rotate/commands.ts";
import { CommandWorld } from "../simulation/command-world.ts";

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

/** What is refused changes nothing. */
function expectSame(after: object, before: object): void {
  expect(after).toEqual(before);
}
