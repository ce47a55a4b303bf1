import type { Appearance } from "../report/format.ts";
import type { Context } from "./context.ts";

/** The same in a file: no colours and no links, whatever the terminal shows. */
export function inFile(appearance: Appearance): Appearance {
  return { ...appearance, color: false, hyperlinks: false };
}

const WIDEST = 120;

/** How a report looks on this standard output. */
export function appearanceOn(
  { stdout, system: { environment } }: Pick<Context, "stdout" | "system">,
  { noColor, verbose }: { readonly noColor: boolean; readonly verbose: boolean },
): Appearance {
  const isPlain = stdout.isTTY !== true || environment.TERM === "dumb";
  return {
    color: !isPlain && !noColor && !environment.NO_COLOR,
    hyperlinks: !isPlain && knowsHyperlinks(environment),
    verbose,
    width: Math.min(stdout.columns ?? 80, WIDEST),
  };
}

/** Variables by which terminals that know OSC 8 can be told. What runs in a multiplexer is not sure to reach one. */
function knowsHyperlinks(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { TERM = "", TERM_PROGRAM = "", VTE_VERSION = "0", WT_SESSION, KONSOLE_VERSION, TMUX, STY, CI } = environment;
  if (TMUX !== undefined || STY !== undefined || CI !== undefined) return false;
  return (
    ["iTerm.app", "WezTerm", "vscode", "ghostty", "rio"].includes(TERM_PROGRAM) ||
    /^(?:xterm-kitty|xterm-ghostty|alacritty|foot|contour)/.test(TERM) ||
    Number(VTE_VERSION) >= FIRST_VTE ||
    WT_SESSION !== undefined ||
    Number(KONSOLE_VERSION ?? 0) >= FIRST_KONSOLE
  );
}

/** VTE 0.50, and Konsole 20.12, as they write their versions. */
const FIRST_VTE = 5000;
const FIRST_KONSOLE = 201200;
