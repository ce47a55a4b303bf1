import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROTATION_COMMANDS, STUCK_CODES } from "../../src/model/rotation-event.ts";
import { COMMAND_TABLE, type CommandCell } from "../../src/rotate/commands.ts";
import { STUCK_REMEDIES } from "../../src/rotate/stuck.ts";

const PAGE = "docs/rotation.md";

/** The tables of docs/rotation.md, which the machine itself goes by; the text between them is written by hand. */
export async function generate(): Promise<Map<string, string>> {
  const page = await readFile(join(import.meta.dirname, "..", "..", PAGE), "utf8");
  return new Map([[PAGE, replaced(replaced(page, "commands", commandTable()), "stuck", stuckTable())]]);
}

function replaced(page: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: generated from src/rotate -->`, `<!-- /${name} -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for ${name}`);
  return `${page.slice(0, from + begin.length)}\n${content}\n${page.slice(to)}`;
}

function commandTable(): string {
  const rows = Object.entries(COMMAND_TABLE).map(
    ([state, cells]) =>
      `| \`${state}\` | ${ROTATION_COMMANDS.map((command) => cellText(cells[command])).join(" | ")} |`,
  );
  return [`| state | ${ROTATION_COMMANDS.join(" | ")} |`, "|---|---|---|---|", ...rows].join("\n");
}

function cellText(cell: CommandCell): string {
  if (!cell.accepted) return `refused: ${cell.why}`;
  const { oldKey, newKey, targets, ends } = cell;
  return `→ \`${ends}\`; old key: ${oldKey}; new key: ${newKey}; targets: ${targets}`;
}

function stuckTable(): string {
  const rows = STUCK_CODES.map((code) => `| \`${code}\` | ${STUCK_REMEDIES[code]} |`);
  return ["| stuck as | what to do |", "|---|---|", ...rows].join("\n");
}
