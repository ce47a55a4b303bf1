import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The two Python programs that the tests of AWS need; each as the program and its first arguments. */
export interface PythonTools {
  /** `moto_server`, which answers much as AWS does. */
  readonly motoServer: readonly [string, ...string[]];
  /** The AWS command line: a writer that is not ours. */
  readonly aws: readonly [string, ...string[]];
}

const PINNED = ["moto[server]==5.2.1", "awscli==1.46.2"] as const;
const CACHE = join(import.meta.dirname, "..", "..", "..", "node_modules", ".cache");
const ENVIRONMENT = join(CACHE, "keysweep-aws-tools-1");

/**
 * The programs of PATH, or else of a virtual environment that is made once and kept.
 * @throws Error that says what to install, when there is neither.
 */
export function pythonTools(): PythonTools {
  if (answers("moto_server", "--help") && answers("aws", "--version"))
    return { motoServer: ["moto_server"], aws: ["aws"] };
  if (!existsSync(ENVIRONMENT)) makeEnvironment();
  const python = join(ENVIRONMENT, "bin", "python");
  return { motoServer: [python, "-m", "moto.server"], aws: [python, "-m", "awscli"] };
}

/** Run, not looked for: a version manager's shim may be on PATH and lead nowhere. */
function answers(program: string, ...arguments_: readonly string[]): boolean {
  return spawnSync(program, arguments_, { stdio: "ignore", timeout: 60_000 }).status === 0;
}

function makeEnvironment(): void {
  if (!answers("python3", "-c", "import venv, ensurepip")) {
    throw new Error(
      `The tests of AWS need moto. Install Python 3 with venv, and they get it themselves, or put moto_server and aws on PATH: pip install ${PINNED.map((name) => `"${name}"`).join(" ")}`,
    );
  }
  mkdirSync(CACHE, { recursive: true });
  // Made aside, so that one that was interrupted is not taken for a whole one.
  const aside = mkdtempSync(join(CACHE, "unfinished-"));
  try {
    process.stderr.write("Getting moto and the AWS command line for the tests, once.\n");
    const environment = join(aside, "environment");
    execFileSync("python3", ["-m", "venv", environment]);
    execFileSync(
      join(environment, "bin", "python"),
      ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PINNED],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    if (!existsSync(ENVIRONMENT)) renameSync(environment, ENVIRONMENT);
  } catch (cause) {
    throw new Error("The tests of AWS need moto, and it could not be installed.", { cause });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
