import { argumentsOf, EVERY_MINUTES, MARK, type Started } from "./installation.ts";

const BEGIN = `# >>> keysweep: ${MARK}`;
const END = "# <<< keysweep";

/** The lines for a crontab. What runs writes to the system's log: cron would send a letter each time. */
export function cronLines(started: Started): string {
  const command = `${argumentsOf(started, true).map(shellQuoted).join(" ")} 2>&1 | logger -t keysweep`;
  // To cron a per cent sign is the end of the line, wherever it stands.
  return `${BEGIN}\n*/${EVERY_MINUTES} * * * * ${command.replaceAll("%", "\\%")}\n${END}\n`;
}

/** The crontab with these lines in place of those that keysweep wrote before; everything else stays as it is. */
export function withLines(crontab: string, lines: string): string {
  const [before, after] = around(crontab);
  const isOpen = before !== "" && !before.endsWith("\n");
  return `${before}${isOpen ? "\n" : ""}${lines}${after}`;
}

/** The crontab without what keysweep wrote. */
export function withoutLines(crontab: string): string {
  return around(crontab).join("");
}

/** What stands before and after keysweep's lines; all of it before, where there are none. */
function around(crontab: string): [before: string, after: string] {
  const lines = crontab.split(/(?<=\n)/);
  const begin = lines.findIndex((line) => line.trimEnd() === BEGIN);
  const end = lines.findIndex((line, index) => index > begin && line.trimEnd() === END);
  if (begin === -1 || end === -1) return [crontab, ""];
  return [lines.slice(0, begin).join(""), lines.slice(end + 1).join("")];
}

/** For sh: nothing but a quote means anything between quotes. */
function shellQuoted(text: string): string {
  return /^[\w@+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
