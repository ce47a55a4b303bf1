import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import fc from "fast-check";
import * as batch from "kubernetes-models/batch/v1";
import * as core from "kubernetes-models/v1";
import { parse as parsePlist } from "plist";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { cronLines, withLines, withoutLines } from "../../src/schedule/install/cron.ts";
import { githubWorkflow } from "../../src/schedule/install/github-actions.ts";
import type { Started } from "../../src/schedule/install/installation.ts";
import { kubernetesManifests } from "../../src/schedule/install/kubernetes.ts";
import { launchdAgent } from "../../src/schedule/install/launchd.ts";
import { type SystemdOptions, systemdUnits } from "../../src/schedule/install/systemd.ts";
import { temporaryFolder } from "../support/ledger/folder.ts";

/** A home directory as nobody has one, and everybody may. */
const HOME = '/home/ada l\'o "v" 100% $HOME \\ & <é>';

function started(node = process.execPath): Started {
  return { program: [node, `${HOME}/main.js`], configuration: `${HOME}/config.yaml`, ledger: `${HOME}/ledger.db` };
}

const WORDS = [
  `${HOME}/main.js`,
  "schedule",
  "run",
  "--once",
  "--config",
  `${HOME}/config.yaml`,
  "--ledger",
  `${HOME}/ledger.db`,
];

describe("lines of a crontab", () => {
  it("mean the same words, once cron and the shell have read them", () => {
    expect(wordsOf(cronLines(started("/bin/echo")))).toEqual(WORDS);
  });

  it("do so whatever a path is called", () => {
    const name = fc.string({
      unit: fc.constantFrom("\\", "%", "'", '"', "$", "`", " ", "!", "#", ";", "a", "é", "*", "~"),
      minLength: 1,
    });
    fc.assert(
      fc.property(name, (path) => {
        const given = { program: ["/bin/echo", path] as const, configuration: path, ledger: path };
        expect(wordsOf(cronLines(given))).toEqual([
          path,
          "schedule",
          "run",
          "--once",
          "--config",
          path,
          "--ledger",
          path,
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it.each(["", "MAILTO=ada\n0 1 * * * backup\n", "# no end of line\n0 1 * * * backup\n\n"])(
    "stand beside what is there, and go without a trace: %j",
    (crontab) => {
      const lines = cronLines(started());
      const installed = withLines(crontab, lines);
      expect(installed.startsWith(crontab)).toBe(true);
      expect(withLines(withoutLines(installed), lines)).toBe(installed);
      expect(withoutLines(installed)).toBe(crontab);
    },
  );

  it("go, and nothing else does, when somebody has edited them", () => {
    const lines = cronLines(started());
    const [begin = "", ours = "", end = ""] = lines.split(/(?<=\n)/);
    const theirs = "0 1 * * * backup\n";
    // The end is gone, and a second install wrote a second one.
    expect(withoutLines(begin + ours + theirs + begin + ours + end + theirs)).toBe(theirs + theirs);
    expect(withoutLines(begin + ours + theirs)).toBe(theirs);
    expect(withoutLines(theirs + ours.replace("*/5", "*/20") + end)).toBe(theirs + ours.replace("*/5", "*/20"));
    // Other times, a line of their own between, one that is switched off.
    expect(withoutLines(theirs + begin + ours.replace("*/5", "*/20") + theirs + end)).toBe(theirs + theirs);
    expect(withoutLines(`${begin}# ${ours}${end}`)).toBe("");
    expect(withoutLines(theirs)).toBe(theirs);
    // A keysweep of their own, after an end that is gone.
    const another = ours.replace("config.yaml", "another.yaml");
    expect(withoutLines(begin + ours + another)).toBe(another);
    // A second install sets it right, in its place.
    expect(withLines(theirs + begin + ours.replace("*/5", "*/20") + end + theirs, lines)).toBe(theirs + lines + theirs);
  });

  it("begin a line of their own", () => {
    expect(withLines("0 1 * * * backup", "ours\n")).toBe("0 1 * * * backup\nours\n");
  });

  it("refuse a path with a line's end in it", () => {
    expect(() => cronLines({ ...started(), ledger: "/a\n* * * * * evil" })).toThrow(/control character/);
  });
});

/** The arguments that a program gets by our line. */
function wordsOf(lines: string): string[] {
  const line = lines.split("\n")[1] ?? "";
  const command = readByCron(line.replace(/^(?:\S+ ){5}/, "")).replace(/ 2>&1 \| logger -t keysweep$/, "");
  const program = command.replace("/bin/echo", "printf '%s\\n'");
  return spawnSync("/bin/sh", ["-c", program], { encoding: "utf8" }).stdout.split("\n").slice(0, -1);
}

/** As `child_process` of Vixie's cron (do_command.c), and of cronie, reads what is to be run: the rest, after a per cent sign, would be its input. */
function readByCron(command: string): string {
  let read = "";
  let isEscaped = false;
  for (const character of command) {
    if (isEscaped && character === "%") read = read.slice(0, -1);
    else if (!isEscaped && character === "%") break;
    isEscaped = !isEscaped && character === "\\";
    read += character;
  }
  return read;
}

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

describe("systemd's units", () => {
  const options = (folder: string, more: Partial<SystemdOptions> = {}): SystemdOptions => ({
    ...started(),
    folder,
    isSystem: true,
    stays: false,
    writable: [HOME, "/srv/app"],
    home: HOME,
    jitterMs: 300_000,
    ...more,
  });

  it.skipIf(!hasSystemd).each([
    { isSystem: true, stays: false },
    { isSystem: true, stays: true },
    { isSystem: false, stays: false },
    { isSystem: false, stays: true },
  ])("are what systemd-analyze verify wants: %o (skipped where there is no systemd-analyze)", (kind) => {
    const folder = temporaryFolder();
    const units = systemdUnits(options(folder, kind));
    for (const { path, text } of units) writeFileSync(path, text);
    const { status, stderr, stdout } = spawnSync("systemd-analyze", ["verify", ...units.map(({ path }) => path)], {
      encoding: "utf8",
    });
    expect([status, stdout, ours(stderr, folder)]).toEqual([0, "", ""]);
  });

  it.skipIf(!hasSystemd)("leave little that a service can do (skipped where there is no systemd-analyze)", () => {
    const folder = temporaryFolder();
    const [service] = systemdUnits(options(folder));
    writeFileSync(service?.path ?? "", service?.text ?? "");
    const analyzed = spawnSync("systemd-analyze", ["security", "--offline=true", service?.path ?? ""], {
      encoding: "utf8",
    });
    const level = Number(/exposure level for \S+: ([\d.]+)/.exec(analyzed.stdout)?.[1] ?? "10");
    expect(level).toBeLessThan(5.5);
  });

  it("escape what means something to systemd", () => {
    const text = systemdUnits(options("/units"))[0]?.text ?? "";
    const line = /^ExecStart=(.*)$/m.exec(text)?.[1] ?? "";
    expect(line).not.toMatch(/(?<!%)(?:%%)*%(?!%)/);
    expect(line).toContain('"/home/ada l\'o \\"v\\" 100%% $$HOME \\\\ & <é>/main.js"');
  });
});

/** What is said of these units, and not of the machine's own. */
function ours(stderr: string, folder: string): string {
  return stderr
    .split("\n")
    .filter((line) => line.includes(folder) || line.includes("keysweep"))
    .join("\n");
}

describe("launchd's property list", () => {
  it("means the same words", () => {
    const { text, path } = launchdAgent({ ...started(), folder: "/agents", log: `${HOME}/schedule.log` });
    expect(path).toBe("/agents/io.keysweep.schedule.plist");
    // That parser forgives; launchd's does not.
    expect(text).toContain("\\ &amp; &lt;é&gt;/main.js</string>");
    expect(parsePlist(text)).toMatchObject({
      Label: "io.keysweep.schedule",
      ProgramArguments: [process.execPath, ...WORDS],
      StartInterval: 300,
      StandardOutPath: `${HOME}/schedule.log`,
    });
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

it.skipIf(!hasPython)(
  "launchd's property list is XML to a parser that forgives nothing (skipped without Python)",
  () => {
    const { text } = launchdAgent({ ...started(), folder: "/agents", log: `${HOME}/schedule.log` });
    const read = "import plistlib, json, sys; print(json.dumps(plistlib.load(sys.stdin.buffer, fmt=plistlib.FMT_XML)))";
    const parsed = (input: string) => spawnSync("python3", ["-c", read], { input, encoding: "utf8" });
    expect(JSON.parse(parsed(text).stdout)).toMatchObject({ ProgramArguments: [process.execPath, ...WORDS] });
    expect(parsed(text.replace("&amp;", "&")).status).not.toBe(0);
  },
);

describe("Kubernetes' manifests", () => {
  const { text } = kubernetesManifests({ path: "/k.yaml", image: "registry.example.com/security/keysweep:1.2.3" });
  const documents = parseAllDocuments(text).map((document): unknown => document.toJS());

  it("are what Kubernetes' own schemas want", () => {
    const [account, claim, job] = documents;
    new core.ServiceAccount(account as never).validate();
    new core.PersistentVolumeClaim(claim as never).validate();
    new batch.CronJob(job as never).validate();
    expect(documents).toHaveLength(3);
    // The schemas do look.
    expect(() => new batch.CronJob({ ...(job as object), spec: { schedule: 5 } } as never).validate()).toThrow(
      /schedule/,
    );
  });

  it("run nothing as root, write nowhere but to their volumes, and never twice at once", () => {
    const job = documents[2] as {
      spec: { concurrencyPolicy: string; jobTemplate: { spec: { template: { spec: Pod } } } };
    };
    const pod = job.spec.jobTemplate.spec.template.spec;
    expect(job.spec.concurrencyPolicy).toBe("Forbid");
    expect(pod.securityContext.runAsNonRoot).toBe(true);
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.containers[0]?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });
});

interface Pod {
  readonly securityContext: { readonly runAsNonRoot: boolean };
  readonly automountServiceAccountToken: boolean;
  readonly containers: readonly { readonly securityContext: unknown }[];
}

describe("GitHub's workflow", () => {
  const { text } = githubWorkflow({
    path: "/w.yml",
    action: "acme/keysweep@0123456789abcdef0123456789abcdef01234567",
    scan: "0 2 * * *",
    audit: { cron: "0 6 * * 1", organization: true },
  });

  it("is what GitHub's own parser takes", async () => {
    const problems = await problemsIn(text);
    expect(problems).toEqual([]);
    expect(await problemsIn(text.replace("runs-on", "runs-at"))).not.toEqual([]);
  });

  it("scans and audits, each at its time, and never rotates", () => {
    const { jobs, on } = parse(text) as { jobs: Record<string, { if: string }>; on: { schedule: unknown } };
    expect(on.schedule).toEqual([{ cron: "0 2 * * *" }, { cron: "0 6 * * 1" }]);
    expect(Object.keys(jobs)).toEqual(["scan", "audit"]);
    expect(text).not.toMatch(/rotate/);
    expect(jobs.audit?.if).toContain("github.event.schedule == '0 6 * * 1'");
  });
});

async function problemsIn(content: string): Promise<string[]> {
  const parsed = parseWorkflow({ name: "keysweep.yml", content }, new NoOperationTraceWriter());
  if (parsed.value === undefined) return parsed.context.errors.getErrors().map(({ message }) => message);
  const template = await convertWorkflowTemplate(parsed.context, parsed.value);
  return [
    ...parsed.context.errors.getErrors().map(({ message }) => message),
    ...(template.errors ?? []).map(({ Message }) => Message),
  ];
}
