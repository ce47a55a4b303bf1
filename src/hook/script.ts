import { createHash } from "node:crypto";
import { shellWord } from "../model/shell-word.ts";

/** The hooks in which keysweep checks something. */
export const CHECKED_HOOKS = ["pre-commit", "pre-push", "pre-receive"] as const;

export type CheckedHook = (typeof CHECKED_HOOKS)[number];

/** What a hook's script has to know. */
export interface ScriptOptions {
  readonly hook: CheckedHook;
  /** The hook that was there before, as words of the shell; it runs first, if it is there and may be run. */
  readonly before: string;
  /** Node and keysweep's first file, absolute: a commit waits for npx to look them up, and a window manager's PATH has neither. */
  readonly node: string;
  readonly main: string;
  /** The exit status when Node or keysweep has gone; 0 lets the commit pass. */
  readonly whenGone: 0 | 1;
}

const TITLE = "# Written by `keysweep hook install`; `keysweep hook uninstall` puts back what was here before.";
const SEAL = /^# keysweep-hook ([0-9a-f]{32})\n/m;

/** Whose a hook's file is. `changed`: keysweep's, with somebody's changes. */
export type ScriptOwner = "keysweep" | "changed" | "other";

export function ownerOf(script: string): ScriptOwner {
  const seal = SEAL.exec(script);
  if (seal === null) return "other";
  return digest(script.replace(SEAL, "")) === seal[1] ? "keysweep" : "changed";
}

/** The text of a hook: for a POSIX shell, which git brings along everywhere. */
export function hookScript(options: ScriptOptions): string {
  return sealed([`before=${options.before}`, ...checking(options)]);
}

/** A hook that only runs another one, if that is there. @param before as in {@link ScriptOptions} */
export function passingScript(before: string): string {
  return sealed([`before=${before}`, 'if [ -x "$before" ]; then exec "$before" "$@"; fi']);
}

function sealed(body: readonly string[]): string {
  const text = `${TITLE}\n${body.join("\n")}\n`;
  return `#!/bin/sh\n# keysweep-hook ${digest(`#!/bin/sh\n${text}`)}\n${text}`;
}

function checking({ hook, node, main, whenGone }: ScriptOptions): string[] {
  const gone = `keysweep: node or keysweep is no longer where it was when this hook was installed, so nothing was checked${whenGone === 0 ? "" : " and git was stopped"}.`;
  const check = [
    `node=${shellWord(node)}`,
    `main=${shellWord(main)}`,
    'if [ ! -x "$node" ] || [ ! -f "$main" ]; then',
    `  echo "${gone}" >&2`,
    '  echo "  node: $node" >&2',
    '  echo "  keysweep: $main" >&2',
    '  echo "  Run \\`keysweep hook install\\` again, or \\`keysweep hook uninstall\\`." >&2',
    `  exit ${whenGone}`,
    "fi",
  ];
  if (hook === "pre-commit") {
    return [
      "# What is checked is what it leaves in the index: it may change that.",
      'if [ -x "$before" ]; then "$before" "$@" || exit $?; fi',
      ...check,
      `exec "$node" "$main" hook run ${hook}`,
    ];
  }
  return [
    "# Both read the refs that are pushed.",
    "refs=$(cat)",
    'refs() { [ -z "$refs" ] || printf \'%s\\n\' "$refs"; }',
    'if [ -x "$before" ]; then refs | "$before" "$@" || exit $?; fi',
    ...check,
    `refs | "$node" "$main" hook run ${hook} -- "$@"`,
  ];
}

/** Whether it is one of {@link CHECKED_HOOKS}. */
export function isCheckedHook(hook: string): hook is CheckedHook {
  return CHECKED_HOOKS.some((checked) => checked === hook);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
