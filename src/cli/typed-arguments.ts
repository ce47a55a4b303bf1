/** Commands that do nothing without one of their own: their help is a complaint then. */
const UNFINISHED: readonly string[] = ["hook", "rotate", "schedule"];

/** What was typed, in the way that the commands understand. */
export function typedArguments(): string[] {
  return withDashboard(helpAsOption(process.argv.slice(2)));
}

/** Whether it names no command yet. */
export function isUnfinished(argv: readonly string[]): boolean {
  return argv.length === 1 && UNFINISHED.includes(argv[0] ?? "");
}

/** What the dashboard alone takes, and what it takes beside every command. */
const DASHBOARD_FLAGS = /^--(?:no-?refresh|screen-?reader|ledger|config|no-?color)(?:=|$)/i;

/** `keysweep` alone is the dashboard where there is a terminal that can show one, and so is it with nothing but what the dashboard takes. */
function withDashboard(argv: string[]): string[] {
  const [first] = argv;
  if (first !== undefined) return DASHBOARD_FLAGS.test(first) ? ["dashboard", ...argv] : argv;
  // Node's own streams are made only where somebody may be sitting there: that takes milliseconds.
  if (process.env.TERM === "dumb") return argv;
  return process.stdin.isTTY && process.stdout.isTTY ? ["dashboard"] : argv;
}

/** `keysweep help [COMMAND]` is `keysweep [COMMAND] --help`. */
function helpAsOption([first, ...rest]: readonly string[]): string[] {
  if (first === "help") return [...rest.filter((word) => !word.startsWith("-")), "--help"];
  return first === undefined ? [] : [first, ...rest];
}
