import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A composite action, as far as its steps are run here. */
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

export interface ActionRun {
  /** Of the job: that of the first step that failed. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Names of the steps that were run, and of those of other actions that would have been, with what they get. */
  readonly steps: readonly string[];
  readonly used: readonly { readonly uses: string; readonly with: Readonly<Record<string, string>> }[];
}

/** What a run of an action has around it. */
export interface Runner {
  /** Where the action is checked out. */
  readonly actionPath: string;
  readonly workspace: string;
  /** The runner's own folder; it need not be there. */
  readonly temporary: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Steps that are left out: what they do has been done. */
  readonly done?: readonly string[];
}

/** Runs the steps of an action.yml as GitHub's runner does: each in a bash of its own, with its variables and files. */
export function runAction(runner: Runner, given: Readonly<Record<string, string>> = {}): ActionRun {
  const action = parse(readFileSync(join(runner.actionPath, "action.yml"), "utf8")) as Action;
  if (action.runs.using !== "composite") throw new Error("it is no composite action");
  for (const name of Object.keys(given)) if (!(name in action.inputs)) throw new Error(`it has no input ${name}`);
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [name, given[name] ?? input.default ?? ""]),
  );
  mkdirSync(runner.temporary, { recursive: true });
  const file = (name: string): string => {
    const path = join(runner.temporary, name);
    writeFileSync(path, "");
    return path;
  };
  const summary = file("summary.md");
  const outputs: Record<string, Record<string, string>> = {};
  const run = { status: 0, stdout: "", stderr: "", steps: [] as string[], used: [] as ActionRun["used"][number][] };
  for (const [index, step] of action.runs.steps.entries()) {
    if (runner.done?.includes(step.name) === true) continue;
    const scope = { inputs, outputs };
    if (!holds(step.if ?? "success()", scope, run.status)) continue;
    run.steps.push(step.name);
    if (step.uses !== undefined) {
      run.used.push({ uses: step.uses, with: filled(step.with ?? {}, scope) });
      continue;
    }
    const output = file(`output-${index}`);
    const script = join(runner.temporary, `step-${index}.sh`);
    writeFileSync(script, step.run ?? "");
    const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", script], {
      cwd: runner.workspace,
      encoding: "utf8",
      timeout: 300_000,
      env: {
        ...runner.environment,
        GITHUB_ACTIONS: "true",
        CI: "true",
        GITHUB_ACTION_PATH: runner.actionPath,
        GITHUB_WORKSPACE: runner.workspace,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        RUNNER_TEMP: runner.temporary,
        ...filled(step.env ?? {}, scope),
      },
    });
    run.stdout += stdout;
    run.stderr += stderr;
    if (run.status === 0) run.status = status ?? 1;
    if (step.id !== undefined) outputs[step.id] = pairs(readFileSync(output, "utf8"));
  }
  return { ...run, outputs: outputs.scan ?? {}, summary: readFileSync(summary, "utf8") };
}

interface Scope {
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

function pairs(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line !== "");
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}

function filled(texts: Readonly<Record<string, string>>, scope: Scope): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [
      name,
      text.replaceAll(/\$\{\{ *([^ }]+) *\}\}/g, (_, expression: string) => valueOf(expression, scope)),
    ]),
  );
}

/** `inputs.NAME` or `steps.ID.outputs.NAME`. */
function valueOf(expression: string, { inputs, outputs }: Scope): string {
  const [kind, first = "", , last = ""] = expression.split(".");
  if (kind === "inputs") {
    const value = inputs[first];
    if (value === undefined) throw new Error(`${expression} is not known`);
    return value;
  }
  if (kind === "steps") return outputs[first]?.[last] ?? "";
  throw new Error(`${expression} is not understood`);
}

/** Conditions that are joined by `&&`: `always()`, `success()`, and comparisons with a text. */
function holds(condition: string, scope: Scope, status: number): boolean {
  const terms = condition.split("&&").map((term) => term.trim());
  const isAlways = terms.includes("always()");
  return terms.every((term) => {
    if (term === "always()") return true;
    if (term === "success()") return status === 0;
    const match = /^(\S+) (==|!=) '([^']*)'$/.exec(term);
    if (match === null) throw new Error(`${term} is not understood`);
    const [, expression = "", operator, text] = match;
    return (isAlways || status === 0) && (valueOf(expression, scope) === text) === (operator === "==");
  });
}
