import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { generateMaterial } from "../support/material.ts";
import { ENTRY, makeWorld, profile, type World } from "./world.ts";

const LATER = "2999-12-31";
const PAIR = generateMaterial(1);

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

interface Report {
  readonly [field: string]: unknown;
  readonly coverage: {
    complete: boolean;
    files: number;
    skipped: { place: string; reason: string; failure: boolean; detail: string }[];
    excluded: { by: string; pattern: string; count: number }[];
  };
  readonly findings: {
    fingerprint: string;
    rule: string;
    severity: string;
    accessKeyId: string | null;
    allowed: { reason: string; owner: string | null; expires: string | null } | null;
    places: { kind: string; path: string; within: string[]; line: number; column: number }[];
  }[];
}

function scanned(...args: string[]): Report {
  return JSON.parse(world.run(["scan", ...args, "--format", "json"]).stdout) as Report;
}

/** Everything below the world's folder, so that what is left behind is seen. */
function filesLeft(): string[] {
  return readdirSync(world.folder, { recursive: true, encoding: "utf8" }).sort();
}

describe("the exit status of a scan", () => {
  test("is 0 when nothing is found, with the report on stdout and nothing on stderr", () => {
    world.file("a.txt", "nothing here\n");
    const { status, stdout, stderr } = world.run(["scan", "."]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Read 1 file \(13 B\) in .*: nothing found\.\n$/);
  });

  test("is 1 when a key is found", () => {
    world.file("credentials", profile(1));
    const { status, stdout, stderr } = world.run(["scan", "."]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toContain(PAIR.id);
    expect(stdout).toContain("1 high found");
  });

  test("is 3 when something could not be read, and 1 when a key was found beside it", () => {
    world.file("broken.gz", gzipSync(Buffer.alloc(100_000, "damaged ")).subarray(0, -20));
    const { status, stdout } = world.run(["scan", ".", "--format", "json"]);
    const report = JSON.parse(stdout) as Report;
    expect(status).toBe(3);
    expect(report.coverage.complete).toBe(false);
    expect(report.coverage.skipped).toContainEqual(
      expect.objectContaining({ reason: "archive-damaged", failure: true }),
    );
    expect(world.run(["scan", ".", "--fail-on", "never"]).status).toBe(3);
    world.file("credentials", profile(1));
    expect(world.run(["scan", "."]).status).toBe(1);
  });

  test("is 3 when standard input is a folder, which Node takes for an empty one", () => {
    const folder = openSync(world.folder, "r");
    const { status, stdout } = spawnSync(process.execPath, [ENTRY, "scan", "--stdin", "--format", "json"], {
      stdio: [folder, "pipe", "ignore"],
      env: world.environment,
      encoding: "utf8",
    });
    closeSync(folder);
    expect(status).toBe(3);
    expect((JSON.parse(stdout) as Report).coverage).toMatchObject({
      complete: false,
      skipped: [{ place: "stdin", reason: "read-error", failure: true }],
    });
  });

  test("follows --fail-on", () => {
    world.file("credentials", profile(1));
    const status = (failOn: string): number | null => world.run(["scan", ".", "--fail-on", failOn]).status;
    expect([status("critical"), status("high"), status("info"), status("never")]).toEqual([0, 1, 1, 0]);
  });
});

describe("what is refused before anything is read, with exit 2", () => {
  test.each<[string, string[], string[]]>([
    ["a path that does not exist", ["scan", "nowhere"], ["nowhere does not exist"]],
    ["an empty path", ["scan", ""], ["an empty PATH"]],
    ["an unknown format", ["scan", ".", "--format", "xml"], ['no format "xml"', "pretty, json, jsonl, csv, markdown"]],
    ["an unknown format of a report", ["scan", ".", "--report", "xml=a"], ['no format "xml"', "pretty, json"]],
    ["an unknown flag", ["scan", ".", "--bogus"], ["--bogus"]],
    ["a report without =", ["scan", ".", "--report", "json"], ["expected FORMAT=FILE"]],
    ["a report without a file", ["scan", ".", "--report", "json="], ["expected FORMAT=FILE"]],
    ["two reports in one file", ["scan", ".", "--report", "json=a", "--report", "csv=./a"], ["named for two reports"]],
    ["a report in the output", ["scan", ".", "--output", "a", "--report", "csv=a"], ["named for two reports"]],
    ["two names of one file", ["scan", ".", "--output", "f.txt", "--report", "csv=link"], ["named for two reports"]],
    ["an output in no folder", ["scan", ".", "--output", "no/a.json"], ["no/a.json", "the folder no does not exist"]],
    ["an output that is a folder", ["scan", ".", "--output", "."], ["is a folder"]],
    ["an unknown severity", ["scan", ".", "--fail-on", "bad"], ["--fail-on bad", "critical, high, medium, low, info"]],
    ["a name without --stdin", ["scan", ".", "--name", "x"], ["--name goes with --stdin"]],
    ["a configuration that is not there", ["scan", ".", "--config", "no.yaml"], ["no.yaml", "no such file"]],
    ["an unknown command", ["bogus"], ["bogus"]],
    ["no command", [], ["keysweep --help"]],
    ["a flag without its value", ["scan", "--format"], ["--format"]],
  ])("%s", (_, args, words) => {
    world.file("f.txt", "nothing\n");
    symlinkSync("f.txt", join(world.folder, "link"));
    const { status, stdout, stderr } = world.run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    for (const word of words) expect(stderr).toContain(word);
    expect(filesLeft()).toEqual(["f.txt", "link"]);
  });

  test.each<[string, string, string]>([
    ["an unknown key", "exclud: []\n", "keysweep.yaml:1:1: exclud: "],
    [
      "a bad date",
      `exclude: []\nallow:\n  - fingerprint: "ks1:${"0".repeat(32)}"\n    reason: r\n    owner: o\n    expires: 2027-02-30\n`,
      "keysweep.yaml:6:5: allow[0].expires: ",
    ],
    ["no YAML", "allow: [\n", "not YAML"],
  ])("a configuration with %s, by file, line, column and key", (_, text, words) => {
    world.file("keysweep.yaml", text);
    const { status, stdout, stderr } = world.run(["scan", "."]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/keysweep\.yaml:\d+:\d+: /);
    expect(world.run(["scan", ".", "--no-repository-config"]).status).toBe(0);
  });
});

describe("the JSON report", () => {
  test("has the fields that other programs rely on", () => {
    world.file("app/credentials", profile(1));
    const report = scanned(".");
    expect(report).toEqual({
      schema: "keysweep/scan@1",
      tool: { name: "keysweep", version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      finishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      changes: null,
      coverage: {
        complete: true,
        files: 1,
        bytes: profile(1).length,
        repositories: 0,
        objects: 0,
        processes: 0,
        skipped: [],
        excluded: expect.any(Array),
      },
      findings: [
        {
          fingerprint: expect.stringMatching(/^ks1:[0-9a-f]{32}$/),
          rule: "aws-access-key-pair",
          severity: "high",
          title: expect.any(String),
          accessKeyId: PAIR.id,
          accountId: PAIR.accountId,
          hasSecret: true,
          canary: false,
          useCase: expect.any(String),
          remedy: { title: expect.any(String), steps: expect.any(Array) },
          allowed: null,
          owner: null,
          places: [{ kind: "file", path: join(world.folder, "app/credentials"), within: [], line: 2, column: 21 }],
        },
      ],
      summary: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
    });
  });

  test("tells members inside an archive, outermost first", () => {
    world.file("backup.gz", gzipSync(profile(1)));
    const place = scanned(".").findings[0]?.places[0];
    expect(place).toMatchObject({ path: join(world.folder, "backup.gz"), line: 2 });
    expect(place?.within).toHaveLength(1);
  });

  test("gives one credential one finding, and another place the same fingerprint", () => {
    world.file("a/credentials", profile(1));
    world.file("b/moved.ini", `# other lines\n\n${profile(1)}`);
    const report = scanned(".");
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]?.places).toHaveLength(2);
    const [one, two] = [scanned("a"), scanned("b")];
    expect(one.findings[0]?.fingerprint).toBe(two.findings[0]?.fingerprint);
  });
});

describe("reports", () => {
  test("go to files while another goes to stdout, readable by their owner alone", () => {
    world.file("credentials", profile(1));
    const { status, stdout } = world.run(["scan", "credentials", "--report", "json=r.json", "--report=csv=r.csv"]);
    expect(status).toBe(1);
    expect(stdout).toContain("1 high found");
    const json = JSON.parse(readFileSync(join(world.folder, "r.json"), "utf8")) as Report;
    expect(json.findings).toHaveLength(1);
    expect(readFileSync(join(world.folder, "r.csv"), "utf8").split("\r\n")).toHaveLength(3);
    expect(statSync(join(world.folder, "r.json")).mode & 0o777).toBe(0o600);
    expect(filesLeft()).toEqual(["credentials", "r.csv", "r.json"]);
  });

  test("leave stdout empty when --output takes them", () => {
    world.file("credentials", profile(1));
    const { stdout, stderr } = world.run(["scan", "credentials", "--format", "jsonl", "--output", "r.jsonl"]);
    expect({ stdout, stderr }).toEqual({ stdout: "", stderr: "" });
    const lines = readFileSync(join(world.folder, "r.jsonl"), "utf8").trimEnd().split("\n");
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(["start", "finding", "summary"]);
  });
});

/** What every allow has to say. */
const GOOD = ["--reason", "r", "--owner", "o", "--expires", LATER];

describe("an allow", () => {
  const allow = (fields: string): string => `allow:\n  - { ${fields}, reason: known, owner: ops, expires: ${LATER} }\n`;

  function allowedAfter(configuration: string): { status: number | null; stderr: string; allowed: unknown } {
    world.file("keysweep.yaml", configuration);
    const { status, stdout, stderr } = world.run(["scan", ".", "--format", "json"]);
    return { status, stderr, allowed: (JSON.parse(stdout) as Report).findings[0]?.allowed };
  }
  const ALLOWED = { status: 0, stderr: "", allowed: { reason: "known", owner: "ops", expires: LATER } };

  test("by fingerprint", () => {
    world.file("credentials", profile(1));
    const fingerprint = scanned(".").findings[0]?.fingerprint;
    expect(allowedAfter(allow(`fingerprint: "${fingerprint}"`))).toEqual(ALLOWED);
  });

  test("by key id covers the id alone, and the pair only when its rule is named", () => {
    world.file("notes.txt", `the key ${PAIR.id} was made\n`);
    expect(allowedAfter(allow(`keyId: ${PAIR.id}`))).toEqual(ALLOWED);
    world.file("credentials", profile(1));
    expect(allowedAfter(allow(`keyId: ${PAIR.id}`))).toMatchObject({ status: 1, allowed: null });
    expect(allowedAfter(allow(`keyId: ${PAIR.id}, rule: aws-access-key-pair`))).toEqual(ALLOWED);
  });

  test("by path and rule, while all places are in the path", () => {
    world.file("test/credentials", profile(1));
    const configuration = allow('path: "test/**", rule: aws-access-key-pair');
    expect(allowedAfter(configuration)).toEqual(ALLOWED);
    expect(allowedAfter(allow('path: "test/**", rule: ses-smtp-password'))).toMatchObject({ status: 1, allowed: null });
    world.file("real/credentials", profile(1));
    expect(allowedAfter(configuration)).toMatchObject({ status: 1, allowed: null });
  });

  test("beside the key, with a reason, and not with --no-repository-config", () => {
    world.file("credentials", profile(1, ` # keysweep:allow owner=ops expires=${LATER} a decoy`));
    expect(world.run(["scan", "."]).status).toBe(0);
    expect(scanned(".").findings[0]?.allowed).toEqual({ reason: "a decoy", owner: "ops", expires: LATER });
    expect(world.run(["scan", ".", "--no-repository-config"]).status).toBe(1);
    world.file("credentials", profile(1, " # keysweep:allow"));
    expect(world.run(["scan", "."]).status).toBe(1);
  });

  test("that has expired covers nothing, and is named on stderr with its owner", () => {
    world.file("credentials", profile(1));
    const configuration = allow(`keyId: ${PAIR.id}, rule: aws-access-key-pair`).replace(LATER, "2020-01-31");
    const { status, stderr } = allowedAfter(configuration);
    expect(status).toBe(1);
    expect(scanned(".").findings[0]).toMatchObject({ allowExpired: { reason: "known", expires: "2020-01-31" } });
    expect(world.run(["scan", "."]).stdout).toContain("No longer allowed: known, by ops, until 2020-01-31\n");
    expect(stderr).toMatch(/keysweep\.yaml:2: this allow expired on 2020-01-31 .* owner is ops\n$/);
    expect(world.run(["scan", ".", "--quiet"]).stderr).toBe("");
  });

  test("that covers nothing is counted on stderr, named with --verbose, and quiet with --quiet", () => {
    const configuration = allow(`fingerprint: "ks1:${"0".repeat(32)}"`);
    expect(allowedAfter(configuration)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("1 allow covered"),
    });
    expect(world.run(["scan", ".", "--verbose"]).stderr).toMatch(/keysweep\.yaml:2: this allow covered nothing/);
    expect(world.run(["scan", ".", "--quiet"]).stderr).toBe("");
  });

  test("of a repository does not count with --no-repository-config; the operator's does", () => {
    world.file("credentials", profile(1));
    const configuration = allow(`keyId: ${PAIR.id}, rule: aws-access-key-pair`);
    world.file("keysweep.yaml", configuration);
    expect(world.run(["scan", ".", "--no-repository-config"]).status).toBe(1);
    writeFileSync(world.operatorConfiguration, configuration);
    expect(world.run(["scan", ".", "--no-repository-config"]).status).toBe(0);
  });

  test("of an id alone ends when its secret is seen with it", () => {
    world.file("notes.txt", `the key ${PAIR.id} was made\n`);
    const fingerprint = scanned(".").findings[0]?.fingerprint;
    expect(allowedAfter(allow(`fingerprint: "${fingerprint}"`))).toEqual(ALLOWED);
    world.file("credentials", profile(1));
    expect(allowedAfter(allow(`fingerprint: "${fingerprint}"`))).toMatchObject({ status: 1, allowed: null });
  });

  test("is written by keysweep allow, and then works; comments stay", () => {
    world.file("credentials", profile(1));
    world.file("keysweep.yaml", "# ours\nexclude:\n  - old/** # since 2020\n");
    const fingerprint = scanned(".").findings[0]?.fingerprint ?? "";
    const args = ["allow", fingerprint, "--reason", "it's a: decoy # really", "--owner", "ops", "--expires", LATER];
    const { status, stdout, stderr } = world.run(args);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toContain(`${fingerprint} (aws-access-key-pair, high) is allowed until ${LATER}`);
    const text = readFileSync(join(world.folder, "keysweep.yaml"), "utf8");
    for (const kept of ["# ours", "# since 2020", "rule: aws-access-key-pair", "severity: high"]) {
      expect(text).toContain(kept);
    }
    expect(world.run(["scan", "."]).status).toBe(0);
    expect(scanned(".").findings[0]?.allowed?.reason).toBe("it's a: decoy # really");
  });

  test("is written once, however often it is asked for, and the file keeps its mode", () => {
    world.file("credentials", profile(1));
    const path = world.file("keysweep.yaml", "exclude: [old/**]\n");
    chmodSync(path, 0o640);
    const fingerprint = scanned(".").findings[0]?.fingerprint ?? "";
    for (const reason of ["first", "second"]) {
      expect(world.run(["allow", fingerprint, "--reason", reason, ...GOOD.slice(2)]).status).toBe(0);
    }
    expect(readFileSync(path, "utf8").match(/fingerprint:/g)).toHaveLength(1);
    expect(scanned(".").findings[0]?.allowed?.reason).toBe("second");
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test("is looked for where it is said to be, or taken as it is told", () => {
    world.file("elsewhere/credentials", profile(1));
    mkdirSync(join(world.folder, "here", ".git"), { recursive: true });
    const fingerprint = scanned(".").findings[0]?.fingerprint ?? "";
    const allow = (...more: string[]) =>
      world.run(["allow", fingerprint, ...GOOD, ...more], { cwd: join(world.folder, "here") });
    expect(allow()).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/no finding ks1:.* in .*\/here\n.*--in PATH.*--rule RULE --severity SEVERITY/),
    });
    expect(allow("--in", "../elsewhere", "--rule", "ses-smtp-password").stderr).toContain(
      "found as aws-access-key-pair",
    );
    expect(allow("--in", "../elsewhere", "--severity", "low").stderr).toContain("found as high");
    expect(allow("--in", "../nowhere").stderr).toContain("does not exist");
    expect(filesLeft()).not.toContain("here/keysweep.yaml");
    expect(allow("--in", "../elsewhere").status).toBe(0);
    expect(statSync(join(world.folder, "here", "keysweep.yaml")).mode & 0o777).toBe(0o666 & ~process.umask());
    rmSync(join(world.folder, "here", "keysweep.yaml"));
    expect(allow("--rule", "aws-access-key-id", "--severity", "low").stderr).toContain("(aws-access-key-id, low)");
  });

  test("is not written to a configuration that a scan would refuse, nor through a link", () => {
    const told = ["--rule", "aws-access-key-id", "--severity", "low"];
    const allow = () => world.run(["allow", `ks1:${"0".repeat(32)}`, ...GOOD, ...told]);
    const path = world.file("keysweep.yaml", "alow: []\n");
    expect(allow()).toMatchObject({ status: 2, stderr: expect.stringContaining("did you mean allow?") });
    rmSync(path);
    world.file("other.yaml", "a: 1\n");
    symlinkSync("other.yaml", path);
    expect(allow()).toMatchObject({ status: 2, stderr: expect.stringContaining("is a symbolic link") });
    expect(readFileSync(join(world.folder, "other.yaml"), "utf8")).toBe("a: 1\n");
  });

  test("goes to the operator's configuration with --operator, in a folder that is made", () => {
    world.file("credentials", profile(1));
    const fingerprint = scanned(".").findings[0]?.fingerprint ?? "";
    const args = ["allow", fingerprint, "--reason", "r", "--owner", "o", "--expires", LATER, "--operator", "--quiet"];
    expect(world.run(args)).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(filesLeft()).toEqual(["credentials"]);
    expect(world.run(["scan", "."]).status).toBe(0);
  });

  test.each<[string, string[], string]>([
    ["no fingerprint", ["allow", "ks1:12", ...GOOD], "32 hexadecimal digits"],
    [
      "an expiry that is no date",
      ["allow", `ks1:${"0".repeat(32)}`, ...GOOD.slice(0, 5), "soon"],
      'keysweep: --expires: "soon" is not a date',
    ],
    ["a day that has passed", ["allow", `ks1:${"0".repeat(32)}`, ...GOOD.slice(0, 5), "2020-01-01"], "has passed"],
    ["an unknown rule", ["allow", `ks1:${"0".repeat(32)}`, ...GOOD, "--rule", "x"], 'no rule "x"'],
    ["an unknown severity", ["allow", `ks1:${"0".repeat(32)}`, ...GOOD, "--severity", "x"], "no such severity"],
    [
      "an empty reason",
      ["allow", `ks1:${"0".repeat(32)}`, "--reason", "", ...GOOD.slice(2)],
      "keysweep: --reason: must not be empty\n",
    ],
  ])("is refused with %s, and no file is written", (_, args, words) => {
    const { status, stdout, stderr } = world.run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(words);
    expect(filesLeft()).toEqual([]);
  });
});

describe("what could not be read", () => {
  const accept = (fields: string): string =>
    `allow:\n  - { ${fields}, reason: made so, owner: ops, expires: ${LATER} }\n`;
  const damaged = gzipSync(Buffer.alloc(100_000, "damaged ")).subarray(0, -20);

  test("can be accepted: it stays in the report, marked, and is no gap any more", () => {
    world.file("testdata/bad.gz", damaged);
    world.file("keysweep.yaml", accept('skipped: archive-damaged, path: "testdata/**"'));
    const { status, stdout, stderr } = world.run(["scan", ".", "--format", "json"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const { coverage } = JSON.parse(stdout) as Report;
    expect(coverage.complete).toBe(true);
    expect(coverage.skipped).toContainEqual(
      expect.objectContaining({
        reason: "archive-damaged",
        failure: true,
        allowed: { reason: "made so", owner: "ops", expires: LATER },
      }),
    );
    expect(world.run(["scan", "."]).stdout).toMatch(/accepted by the configuration: 1\n[^]*nothing found\.\n/);
    expect(world.run(["scan", ".", "--no-repository-config"]).status).toBe(3);
  });

  test("can be accepted in a repository's history too, packed or not", () => {
    world.file("testdata/bad.gz", damaged);
    const git = (...args: string[]): void => {
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
        cwd: world.folder,
        env: { ...world.environment },
      });
    };
    git("init", "--quiet");
    git("add", "testdata");
    git("commit", "--quiet", "--message", "x");
    for (const pack of [false, true]) {
      if (pack) git("repack", "-adq");
      world.file("keysweep.yaml", accept('skipped: archive-damaged, path: "testdata/**"'));
      expect(world.run(["scan", "."])).toMatchObject({ status: 0, stderr: "" });
      world.file("keysweep.yaml", accept('skipped: archive-damaged, path: "elsewhere/**"'));
      expect(world.run(["scan", "."]).status).toBe(3);
    }
  });

  test("is accepted for that reason and in that place only, and not past the date", () => {
    world.file("elsewhere/bad.gz", damaged);
    const configuration = accept('skipped: archive-damaged, path: "testdata/**"');
    world.file("keysweep.yaml", configuration);
    expect(world.run(["scan", "."])).toMatchObject({ status: 3, stderr: expect.stringContaining("1 allow covered") });
    world.file("keysweep.yaml", configuration.replace("testdata", "elsewhere").replace(LATER, "2020-01-31"));
    expect(world.run(["scan", "."])).toMatchObject({ status: 3, stderr: expect.stringContaining("expired on") });
    world.file("keysweep.yaml", configuration.replace("testdata", "elsewhere").replace("damaged", "encrypted"));
    expect(world.run(["scan", "."])).toMatchObject({ status: 2, stderr: expect.stringContaining("must be one of") });
  });
});

describe("exclude", () => {
  test("of a repository leaves out, and is counted in the coverage", () => {
    world.file("old/credentials", profile(1));
    const path = world.file("keysweep.yaml", "exclude: [old/**]\n");
    const { coverage, findings } = scanned(".");
    expect(findings).toEqual([]);
    expect(coverage.excluded).toContainEqual({ by: path, pattern: "old/**", count: 1 });
    expect(world.run(["scan", "."]).stdout).toMatch(/Left out by .*keysweep\.yaml: old\/\*\*/);
    expect(world.run(["scan", ".", "--no-repository-config"]).status).toBe(1);
  });

  test("of the operator leaves out, and is counted in the coverage", () => {
    world.file("old/credentials", profile(1));
    writeFileSync(world.operatorConfiguration, 'scan: { exclude: ["**/old"] }\n');
    const { coverage, findings } = scanned(".");
    expect(findings).toEqual([]);
    expect(coverage.excluded).toContainEqual({ by: world.operatorConfiguration, pattern: "**/old", count: 1 });
  });
});

describe("without a scan", () => {
  test("explain says what a rule finds", () => {
    const { status, stdout, stderr } = world.run(["explain", "aws-access-key-pair"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^AWS access key with its secret[^]*Way off: [^]*https:\/\//);
  });

  test("explain fills in what an access key's id says", () => {
    const { status, stdout, stderr } = world.run(["explain", PAIR.id, "--use", "ci-github"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(`Access key ${PAIR.id} of account ${PAIR.accountId}\n`);
    expect(stdout).toContain(`--access-key-id ${PAIR.id} --status Inactive`);
    expect(stdout).not.toMatch(/ACCOUNT_ID|--access-key-id ACCESS/);
    expect(world.run(["explain", PAIR.temporaryId]).stdout).toMatch(/^Temporary access key [^]*Let it expire/);
  });

  test("what a report says to explain, explain explains", () => {
    world.file(".github/workflows/deploy.yml", profile(1));
    world.file("lone.env", `AWS_SECRET_ACCESS_KEY=${generateMaterial(2).secret}\n`);
    const commands = [...world.run(["scan", "."]).stdout.matchAll(/keysweep (explain .*)/g)].map(
      ([, args]) => args ?? "",
    );
    expect(commands).toHaveLength(2);
    for (const command of commands) expect(world.run(command.split(" "))).toMatchObject({ status: 0, stderr: "" });
  });

  test("explain looks for a fingerprint, and says its use and its steps", () => {
    world.file("deep/.github/workflows/deploy.yml", profile(1));
    const [finding] = scanned(".").findings;
    const { status, stdout } = world.run(["explain", finding?.fingerprint ?? ""]);
    expect(status).toBe(0);
    expect(stdout).toContain(`${PAIR.id} · account ${PAIR.accountId} · ${finding?.fingerprint}\n`);
    expect(stdout).toContain("Let GitHub Actions assume a role");
    world.file("elsewhere/nothing", "");
    const not = world.run(["explain", finding?.fingerprint ?? "", "--in", "elsewhere"]);
    expect(not).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("--in PATH") });
    expect(world.run(["explain", finding?.fingerprint ?? "", "--use", "person"]).status).toBe(2);
  });

  test("explain refuses what is no rule, naming those there are", () => {
    const { status, stdout, stderr } = world.run(["explain", "nope"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain("aws-access-key-pair");
  });

  test("--version and --help are data: on stdout, with exit 0", () => {
    expect(world.run(["--version"])).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/),
      stderr: "",
    });
    for (const args of [["--help"], ["scan", "--help"], ["allow", "--help"], ["explain", "--help"]]) {
      const { status, stdout, stderr } = world.run(args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect(stdout).toContain("EXIT STATUS");
    }
  });
});

test("without a path, the home directory is scanned", () => {
  mkdirSync(join(world.home, ".aws"));
  writeFileSync(join(world.home, ".aws", "credentials"), profile(1));
  const report = scanned();
  expect(report.findings.map(({ accessKeyId }) => accessKeyId)).toContain(PAIR.id);
});
