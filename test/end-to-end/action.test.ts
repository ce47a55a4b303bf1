import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type ActionRun, runAction } from "../support/action.ts";
import { generateMaterial } from "../support/material.ts";
import { makeRepository } from "./repository.ts";
import { makeWorld, profile, type World } from "./world.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** Set: the step that installs is run too, with what it downloads. */
const INSTALLS = process.env.KEYSWEEP_TEST_INSTALL === "1";

let world: World;
let checkout: string;
let built: ActionRun;

/** A clean checkout of what is committed. */
beforeAll(() => {
  world = makeWorld();
  // On the same disk as what is installed, since a build is moved into place; Node takes no types away below node_modules.
  const cache = join(ROOT, ".bench");
  mkdirSync(cache, { recursive: true });
  checkout = mkdtempSync(join(cache, "keysweep-action-"));
  execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${ROOT}`, checkout]);
  if (!INSTALLS) symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"));
  built = action({ path: "missing" }, []);
});

afterAll(() => {
  world.remove();
  rmSync(checkout, { recursive: true, force: true });
});

/** Where this machine's npm gets packages from, and keeps them. */
function npmSettings(): Record<string, string> {
  const { HOME = "" } = process.env;
  const given = Object.entries(process.env).filter(
    ([name, value]) => /^npm_config_|_proxy$|^NODE_EXTRA_CA_CERTS$/i.test(name) && value,
  );
  return {
    npm_config_userconfig: join(HOME, ".npmrc"),
    npm_config_cache: join(HOME, ".npm"),
    ...(Object.fromEntries(given) as Record<string, string>),
  };
}

function action(inputs: Readonly<Record<string, string>>, done = ["Install keysweep", "Build keysweep"]): ActionRun {
  return runAction(
    {
      actionPath: checkout,
      workspace: world.folder,
      temporary: join(world.home, "runner"),
      environment: INSTALLS ? { ...npmSettings(), ...world.environment } : world.environment,
      done: INSTALLS ? done : [...done, "Install keysweep"],
    },
    inputs,
  );
}

describe("the action", () => {
  it("builds keysweep, and runs what it has built", () => {
    expect(built.steps).toContain("Build keysweep");
    expect([built.status, built.outputs]).toEqual([2, { "exit-status": "2" }]);
    expect(built.stderr).toContain("missing does not exist");
  });

  it("annotates, writes SARIF, JSON and a summary, and fails", () => {
    world.file("app/.env", profile(1));
    const run = action({});
    expect(run.status).toBe(1);
    expect(run.stdout).toContain("::error file=app/.env,line=2,col=");
    expect(run.outputs["exit-status"]).toBe("1");
    expect(JSON.parse(readFileSync(run.outputs["sarif-file"] ?? "", "utf8"))).toMatchObject({ version: "2.1.0" });
    expect(run.summary).toContain("## keysweep: 1 high found");
    expect(run.summary).toContain(generateMaterial(1).id);
    expect(run.used).toEqual([]);
    const { secret } = generateMaterial(1);
    expect((run.stdout + run.stderr + run.summary).includes(secret)).toBe(false);
  });

  it("does what its inputs say", () => {
    expect(action({ "fail-on": "critical" }).status).toBe(0);
    const { outputs } = action({ summary: "false", annotations: "false" });
    const quiet = action({
      baseline: outputs["json-file"] ?? "",
      summary: "false",
      annotations: "false",
      "upload-sarif": "true",
    });
    expect([quiet.status, quiet.summary]).toEqual([0, ""]);
    expect(quiet.stdout).not.toContain("::error");
    expect(quiet.used).toMatchObject([{ with: { category: "keysweep", sarif_file: quiet.outputs["sarif-file"] } }]);
  });

  it("takes nothing that it is given for a command", () => {
    const path = '$(touch hacked)`touch hacked`"; touch hacked; "';
    const run = action({ path, "fail-on": "never; touch hacked", baseline: "--help" });
    expect(run.status).not.toBe(0);
    expect(existsSync(join(world.folder, "hacked"))).toBe(false);
  });

  it("refuses a wrong use with status 2 and no report", () => {
    const run = action({ "fail-on": "dreadful" });
    expect([run.status, run.outputs]).toEqual([2, { "exit-status": "2" }]);
    expect(run.stderr).toContain("no such severity");
  });

  it("scans what a range of commits adds", () => {
    const repository = makeRepository(world, "shop");
    repository.commit("first", { README: "a shop\n" });
    repository.commit("second", { ".env": profile(2) });
    expect(action({ path: "shop", range: "HEAD~1..HEAD" }).stdout).toContain("::error ");
    expect(action({ path: "shop", range: "HEAD..HEAD" }).status).toBe(0);
  });
});

describe("the GitLab template", () => {
  it("writes the reports that it names", () => {
    const template = parse(readFileSync(join(ROOT, "ci", "gitlab.yml"), "utf8"));
    const { script, artifacts } = template.keysweep as {
      script: string[];
      artifacts: { reports: Record<string, string>; paths: string[] };
    };
    const folder = join(world.folder, "gitlab");
    mkdirSync(folder);
    writeFileSync(join(folder, "key.env"), profile(3));
    const text = `keysweep() { "${process.execPath}" "${join(ROOT, "dist", "main.js")}" "$@"; }\n${script.join("\n")}`;
    const environment = { ...world.environment, ...(template.variables as Record<string, string>) };
    let status = 0;
    try {
      execFileSync("bash", ["-e", "-c", text], { cwd: folder, env: environment, stdio: "pipe" });
    } catch (error) {
      ({ status } = error as { status: number });
    }
    expect(status).toBe(1);
    for (const name of [...Object.values(artifacts.reports), ...artifacts.paths])
      expect(readFileSync(join(folder, name), "utf8")).toContain(generateMaterial(3).id);
  });
});
