import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ENTRY, makeWorld, type Run, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = makeWorld();
});
afterEach(() => world.remove());

const NIGHTLY = 'schedule: { scan: { at: "0 2 * * *" } }\n';

function configure(text: string): void {
  writeFileSync(world.operatorConfiguration, text);
}

const crontab = spawnSync("crontab", ["-l"], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
/** Only where nothing can be lost: this user's own crontab is written to. */
const mayWriteCrontab = /^no crontab for/m.test(crontab.stderr ?? "");

test.skipIf(!mayWriteCrontab)(
  "install writes to a real crontab, and uninstall leaves it as it was (skipped without one, or where it has something in it)",
  () => {
    configure(NIGHTLY);
    const lines = (): string => spawnSync("crontab", ["-l"], { encoding: "utf8" }).stdout;
    const before = "# of somebody's\n0 1 * * * /usr/bin/true 100\\%\n";
    spawnSync("crontab", ["-"], { input: before });
    try {
      expect(world.run(["schedule", "install", "--with", "cron"]).status).toBe(0);
      const installed = lines();
      expect(installed.startsWith(before)).toBe(true);
      expect(installed).toMatch(/^\*\/5 \* \* \* \* \S+ \S+ schedule run --once --config/m);
      expect(world.run(["schedule", "install", "--with", "cron"])).toMatchObject({
        status: 0,
        stderr: expect.stringContaining("as it should be"),
      });
      expect(lines()).toBe(installed);
      expect(world.run(["schedule", "uninstall", "--with", "cron"]).status).toBe(0);
      expect(lines()).toBe(before);
    } finally {
      spawnSync("crontab", ["-r"]);
    }
  },
);

describe("schedule install", () => {
  test.each([
    ["kubernetes", ["--image", "registry.example.com/keysweep:1"], "keysweep.kubernetes.yaml"],
    ["github-actions", ["--action", "acme/keysweep@v1"], ".github/workflows/keysweep.yml"],
  ])("%s: is written once, and taken out again", (system, more, name) => {
    configure(NIGHTLY);
    spawnSync("git", ["init", "-q"], { cwd: world.folder });
    const install = ["schedule", "install", "--with", system, ...more];
    const printed = world.run([...install, "--print"]);
    expect([printed.status, existsSync(join(world.folder, name))]).toEqual([0, false]);
    expect(world.run(install)).toMatchObject({ status: 0, stdout: printed.stdout });
    expect(readFileSync(join(world.folder, name), "utf8")).toBe(printed.stdout);
    expect(world.run(install)).toMatchObject({ status: 0, stdout: "" });
    expect(world.run(["schedule", "uninstall", "--with", system]).status).toBe(0);
    expect(existsSync(join(world.folder, name))).toBe(false);
  });

  test("leaves alone what somebody else wrote", () => {
    configure(NIGHTLY);
    const path = world.file("keysweep.kubernetes.yaml", "mine\n");
    expect(world.run(["schedule", "install", "--with", "kubernetes", "--image", "one"]).status).toBe(2);
    expect(world.run(["schedule", "uninstall", "--with", "kubernetes"]).status).toBe(0);
    expect(readFileSync(path, "utf8")).toBe("mine\n");
  });

  test.each([
    ["cron", ["--image", "one:1"], "--image means nothing to cron"],
    ["launchd", ["--service"], "--service means nothing to launchd"],
    ["kubernetes", ["--image", "one:1", "--action", "./"], "--action means nothing to kubernetes"],
  ])("refuses what means nothing to %s", (system, options, message) => {
    configure(NIGHTLY);
    const { status, stderr } = world.run(["schedule", "install", "--with", system, ...options, "--print"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("says what of the schedule GitHub's runner does not get", () => {
    configure(
      "schedule: { jitter: 5m, scan: { every: 1h, paths: [/srv], reports: { html: /srv/x.html }, environment: true }, rotate: { every: 15m } }\n",
    );
    spawnSync("git", ["init", "-q"], { cwd: world.folder });
    const { stderr } = world.run(["schedule", "install", "--with", "github-actions", "--action", "a/b@c", "--print"]);
    expect(stderr).toContain("schedule.scan: paths, reports, environment: left out");
    expect(stderr).toContain("schedule: jitter: left out");
    expect(stderr).toContain("rotations are left out");
  });

  test("says which of a configuration's paths Kubernetes means otherwise", () => {
    configure("schedule: { scan: { every: 1h, paths: [/srv], reports: { html: /srv/x.html } } }\n");
    const { stderr } = world.run(["schedule", "install", "--with", "kubernetes", "--image", "one", "--print"]);
    expect(stderr).toContain("its paths are the container's");
    expect(stderr).toContain("/srv/x.html: to be below /var/lib/keysweep");
  });

  test("gives GitHub no rotations", () => {
    configure("schedule: { rotate: { every: 15m } }\n");
    spawnSync("git", ["init", "-q"], { cwd: world.folder });
    expect(world.run(["schedule", "install", "--with", "github-actions", "--action", "a/b@c"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("journal"),
    });
  });
});

/** Root's units are the machine's own: it tries as somebody else. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const canBeUser = spawnSync(process.execPath, [ENTRY, "--version"], { ...user, cwd: "/" }).status === 0;

describe.skipIf(!canBeUser).each([
  {
    system: "systemd",
    below: ".config/systemd/user",
    names: ["keysweep.service", "keysweep.timer"],
    more: ["--service"],
    left: ["keysweep.service"],
  },
  {
    system: "launchd",
    below: "Library/LaunchAgents",
    names: ["io.keysweep.schedule.plist"],
    more: [],
    left: ["io.keysweep.schedule.plist"],
  },
])(
  "for a user with $system (skipped where the build cannot be read by one)",
  ({ system, below, names, more, left }) => {
    test("it is written and shown, written no second time, and all that goes is keysweep's", () => {
      const home = join(world.home, "o'brien 100% \\ $HOME");
      const folder = join(home, below);
      mkdirSync(folder, { recursive: true });
      mkdirSync(join(home, ".config", "keysweep"), { recursive: true });
      writeFileSync(join(home, ".config", "keysweep", "config.yaml"), NIGHTLY);
      writeFileSync(join(folder, "other.service"), "of somebody's\n");
      give(dirname(world.folder));
      const run = (verb: string, words: readonly string[] = []): Run => {
        const { status, stdout, stderr } = spawnSync(
          process.execPath,
          [ENTRY, "schedule", verb, "--with", system, ...words],
          { ...user, cwd: world.folder, env: { PATH: process.env.PATH, HOME: home }, encoding: "utf8" },
        );
        return { status, stdout, stderr };
      };
      const printed = run("install", ["--print"]);
      expect([printed.status, readdirSync(folder)]).toEqual([0, ["other.service"]]);
      expect(run("install")).toMatchObject({ status: 0, stdout: printed.stdout });
      expect(readdirSync(folder).toSorted()).toEqual([...names, "other.service"].toSorted());
      const texts = names.map((name) => readFileSync(join(folder, name), "utf8"));
      // Of several each stands under its name.
      const shown = names.map((name, at) => `# ${join(folder, name)}\n${texts[at]}`).join("\n");
      expect(names.length === 1 ? texts[0] : shown).toBe(printed.stdout);
      expect(run("install")).toMatchObject({
        status: 0,
        stdout: "",
        stderr: expect.stringContaining("as it should be"),
      });
      // What writes its log there finds the folder.
      expect(existsSync(join(home, ".local", "state", "keysweep"))).toBe(true);
      const again = run("install", more);
      expect(again.status).toBe(0);
      expect(again.stderr).toContain(
        system === "systemd"
          ? "now: systemctl --user stop keysweep.timer; systemctl --user daemon-reload; systemctl --user enable --now"
          : `launchctl bootstrap gui/${user.uid ?? process.getuid?.()} '${folder.replace("'", "'\\''")}/`,
      );
      expect(readdirSync(folder).toSorted()).toEqual([...left, "other.service"].toSorted());
      // One that somebody has made their own stays.
      const [first = ""] = left;
      writeFileSync(join(folder, first), "mine\n");
      expect(run("install")).toMatchObject({ status: 2, stderr: expect.stringContaining("did not write it") });
      expect(run("uninstall").status).toBe(0);
      expect(readFileSync(join(folder, first), "utf8")).toBe("mine\n");
      expect(run("uninstall").stderr).not.toMatch(/launchctl|systemctl/);
      writeFileSync(join(folder, first), texts[0] ?? "");
      // What systemctl enable has made goes too: systemctl disable would not find the unit any more.
      const wants = join(folder, "default.target.wants");
      mkdirSync(wants);
      symlinkSync(join(folder, first), join(wants, first));
      symlinkSync(join(folder, "other.service"), join(wants, "other.service"));
      give(wants);
      const gone = run("uninstall");
      expect([gone.status, readdirSync(folder).toSorted()]).toEqual([0, ["default.target.wants", "other.service"]]);
      expect(readdirSync(wants)).toEqual(["other.service"]);
      expect(gone.stderr).toMatch(
        system === "systemd"
          ? /now: systemctl --user stop keysweep\.service; systemctl --user daemon-reload/
          : /now: launchctl bootout gui\/\d+\/io\.keysweep\.schedule/,
      );
    });
  },
);

function give(path: string): void {
  if (user.uid === undefined || user.gid === undefined) return;
  chownSync(path, user.uid, user.gid);
  for (const name of readdirSync(path, { recursive: true, encoding: "utf8" }))
    chownSync(join(path, name), user.uid, user.gid);
}
