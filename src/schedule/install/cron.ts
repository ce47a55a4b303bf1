import { shellWord } from "../../model/shell-word.ts";
import { argumentsOf, EVERY_MINUTES, MARK, type Started } from "./installation.ts";

const BEGIN = `# >>> keysweep: ${MARK}`;
const END = "# <<< keysweep";

/** The lines for a crontab. What runs writes to the system's log: cron would send a letter each time. */
export function cronLines(started: Started): string {
  const command = `${argumentsOf(started, true).map(shellWord).join(" ")} 2>&1 | logger -t keysweep`;
  return `${BEGIN}\n*/${EVERY_MINUTES} * * * * ${forCron(command)}\n${END}\n`;
}

/** The crontab with these lines where keysweep's were before, or else at its end; everything else stays as it is. */
export function withLines(crontab: string, lines: string): string {
  const { before, after } = withoutOurs(crontab);
  const isOpen = before !== "" && !before.endsWith("\n");
  return `${before}${isOpen ? "\n" : ""}${lines}${after}`;
}

/** The crontab without what keysweep wrote. */
export function withoutLines(crontab: string): string {
  const { before, after } = withoutOurs(crontab);
  return before + after;
}

/** What keysweep wrote into the crontab. */
export function ownLines(crontab: string): string {
  return withoutOurs(crontab).ours;
}

/** What our line is known by, whatever times somebody has given it. */
const COMMAND = / schedule run --once --config .*\| logger -t keysweep$/;

/**
 * What is somebody else's, before and after the first of keysweep's lines. People edit crontabs: a mark may have gone, or stand twice, and lines of
 * their own between them are theirs.
 */
function withoutOurs(crontab: string): { readonly before: string; readonly ours: string; readonly after: string } {
  let before = "";
  let ours = "";
  let after = "";
  let isAwaited = false;
  for (const line of crontab.split(/(?<=\n)/)) {
    const text = line.trimEnd();
    if (text === BEGIN || text === END || (isAwaited && COMMAND.test(text))) {
      // Of such lines one alone is ours: what follows is of somebody who has a keysweep of their own.
      isAwaited = text === BEGIN;
      ours += line;
    } else if (ours === "") before += line;
    else after += line;
  }
  return { before, ours, after };
}

/**
 * To cron a per cent sign is the end of the line, in quotes too, but after a backslash, which goes away; and a backslash before that one would
 * take its meaning away. Where there is one, both stand in quotes, which are closed and opened between the two.
 */
function forCron(command: string): string {
  return command.replace(/(\\?)%/g, (_, slash: string) => `${slash}${slash === "" ? "" : "''"}\\%`);
}
