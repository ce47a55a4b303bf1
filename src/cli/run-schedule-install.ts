import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { dirname, join, posix, resolve, sep } from "node:path";
import { loadRotationConfiguration } from "../config/rotations.ts";
import type { JobTimes, ScheduleConfiguration } from "../config/schedule.ts";
import { KeysweepError } from "../model/error.ts";
import { visible } from "../report/escape.ts";
import { targetTypes } from "../rotate/targets/registry.ts";
import { writeFileAtomically } from "../runtime/atomic-file.ts";
import { findProgram } from "../runtime/program.ts";
import { cronLines, withLines, withoutLines } from "../schedule/install/cron.ts";
import { githubWorkflow } from "../schedule/install/github-actions.ts";
import { type Artefact, MARK, type Started } from "../schedule/install/installation.ts";
import { kubernetesManifests } from "../schedule/install/kubernetes.ts";
import { LAUNCHD_LABEL, launchdAgent } from "../schedule/install/launchd.ts";
import { SYSTEMD_UNITS, systemdUnits } from "../schedule/install/systemd.ts";
import type { ScheduleInstallFlags } from "./commands/schedule.ts";
import type { Context } from "./context.ts";
import { ledgerLocation } from "./ledger-location.ts";
import { openSource } from "./run-schedule.ts";

const SYSTEMS = ["cron", "systemd", "launchd", "kubernetes", "github-actions"] as const;
type SystemName = (typeof SYSTEMS)[number];

/** The command `schedule install`. */
export async function runScheduleInstall(context: Context, flags: ScheduleInstallFlags): Promise<void> {
  const system = systemNamed(flags.with);
  const source = await openSource(context, flags, () => {});
  const { configuration } = source;
  const path = resolve(source.path);
  if (system === "cron") return installCrontab(context, flags, cronLines(startedBy(context, flags, path)));
  const artefacts = await artefactsFor(context, flags, system, path, configuration);
  if (flags.print) {
    for (const { text } of artefacts) context.stdout.write(text);
    return;
  }
  // All are looked at before one is written.
  for (const { path: file } of artefacts) checkOwn(file);
  for (const artefact of artefacts) writeOwn(context, flags, artefact);
  // A timer beside a service that stays, from an earlier install.
  for (const file of placesOf(context, system)) {
    if (artefacts.some(({ path: written }) => written === file) || !existsSync(file) || !isOwn(file)) continue;
    rmSync(file);
    say(context, flags, `${file}: taken out, it is not wanted any more`);
  }
  say(context, flags, nextSteps(context, flags, system));
}

/** The command `schedule uninstall`. */
export async function runScheduleUninstall(context: Context, flags: ScheduleInstallFlags): Promise<void> {
  const system = systemNamed(flags.with);
  if (system === "cron") return uninstallCrontab(context, flags);
  const present = placesOf(context, system).filter((path) => existsSync(path));
  const own = present.filter(isOwn);
  for (const path of present) {
    if (own.includes(path)) rmSync(path);
    say(context, flags, `${path}: ${own.includes(path) ? "taken out" : "left alone: keysweep did not write it"}`);
  }
  if (present.length === 0) say(context, flags, "there was nothing of keysweep's");
  else if (system === "systemd")
    say(context, flags, `now: ${systemctl()} disable --now ${SYSTEMD_UNITS.join(" ")}; ${systemctl()} daemon-reload`);
  else if (system === "launchd") say(context, flags, `now: launchctl bootout ${launchDomain()}/${LAUNCHD_LABEL}`);
}

async function artefactsFor(
  context: Context,
  flags: ScheduleInstallFlags,
  system: Exclude<SystemName, "cron">,
  path: string,
  configuration: ScheduleConfiguration,
): Promise<Artefact[]> {
  const [file = ""] = placesOf(context, system);
  switch (system) {
    case "systemd": {
      const started = startedBy(context, flags, path);
      const { jitterMs } = configuration;
      const writable = await writableFolders(context, path, configuration, started.ledger);
      return systemdUnits({
        ...started,
        folder: dirname(file),
        isSystem: isRoot(),
        stays: flags.service,
        writable,
        jitterMs,
      });
    }
    case "launchd": {
      const started = startedBy(context, flags, path);
      return [launchdAgent({ ...started, folder: dirname(file), log: join(dirname(started.ledger), "schedule.log") })];
    }
    case "kubernetes":
      return [kubernetesManifests({ path: file, image: wanted(flags.image, "--image", "which image is to run") })];
    case "github-actions":
      return [workflowFor(context, flags, file, configuration)];
  }
}

function workflowFor(
  context: Context,
  flags: ScheduleInstallFlags,
  path: string,
  { jobs }: ScheduleConfiguration,
): Artefact {
  const action = wanted(flags.action, "--action", "where the action is kept");
  if (!/^[\w.-]+\/[\w.-]+@[\w./-]+$/.test(action)) {
    throw new KeysweepError("usage", `--action ${action}: expected OWNER/REPOSITORY@COMMIT`);
  }
  const times = (job: "scan" | "audit"): string | null => {
    const setting = jobs.find((one) => one.job === job);
    return setting === undefined ? null : githubCron(context, flags, job, setting.times);
  };
  const [scan, auditCron] = [times("scan"), times("audit")];
  if (scan === null && auditCron === null) {
    throw new KeysweepError("usage", "neither a scan nor an audit is scheduled, and GitHub gets nothing else", {
      hint: "The journal of a rotation must outlive the machine it runs on: use cron, systemd or kubernetes for it.",
    });
  }
  const organization = jobs.some((setting) => setting.job === "audit" && setting.organization);
  if (jobs.some(({ job }) => job === "rotate"))
    say(context, flags, "rotations are left out: their journal must outlive the runner");
  return githubWorkflow({ path, action, scan, audit: auditCron === null ? null : { cron: auditCron, organization } });
}

/** @throws KeysweepError `usage` where GitHub has no such schedule. */
function githubCron(context: Context, flags: ScheduleInstallFlags, job: string, times: JobTimes): string {
  if (times.kind === "every") {
    const minutes = times.ms / 60_000;
    if (Number.isInteger(minutes) && minutes >= 5 && 60 % minutes === 0)
      return minutes === 60 ? "0 * * * *" : `*/${minutes} * * * *`;
    const hours = minutes / 60;
    if (Number.isInteger(hours) && 24 % hours === 0) return hours === 24 ? "0 0 * * *" : `0 */${hours} * * *`;
    throw new KeysweepError("usage", `schedule.${job}.every: GitHub cannot say that`, {
      hint: 'Write at: "0 2 * * *" instead.',
    });
  }
  const fields = times.expression.split(/\s+/);
  if (fields.length === 6 && fields[0] !== "0") {
    throw new KeysweepError("usage", `schedule.${job}.at: GitHub knows no seconds`, { hint: "Write five fields." });
  }
  if (!["UTC", "Etc/UTC"].includes(times.timezone)) {
    say(context, flags, `schedule.${job}: GitHub's clock is UTC, so it runs by that and not by ${times.timezone}`);
  }
  return fields.slice(-5).join(" ");
}

/** Where keysweep writes for a system. @throws KeysweepError `usage` outside of a repository, for GitHub. */
function placesOf({ system: { home, environment } }: Context, system: Exclude<SystemName, "cron">): string[] {
  switch (system) {
    case "systemd": {
      const own = join(environment.XDG_CONFIG_HOME || join(home, ".config"), "systemd", "user");
      return SYSTEMD_UNITS.map((name) => join(isRoot() ? "/etc/systemd/system" : own, name));
    }
    case "launchd":
      return [
        posix.join(
          isRoot() ? "/Library/LaunchDaemons" : posix.join(home, "Library", "LaunchAgents"),
          `${LAUNCHD_LABEL}.plist`,
        ),
      ];
    case "kubernetes":
      return [resolve("keysweep.kubernetes.yaml")];
    case "github-actions":
      return [join(repositoryTop(), ".github", "workflows", "keysweep.yml")];
  }
}

function repositoryTop(): string {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) {
      throw new KeysweepError("usage", "this is no repository", {
        hint: "Go to the repository that the workflow is for.",
      });
    }
  }
}

/** This very keysweep, by paths that hold wherever it is started. */
function startedBy(context: Context, flags: ScheduleInstallFlags, configuration: string): Started {
  const main = realpathSync(process.argv[1] ?? "");
  if (main.split(sep).includes("_npx")) {
    throw new KeysweepError("usage", "this keysweep lies in npx's cache, which npm empties", {
      hint: "Install it first (npm install --global keysweep), then run keysweep schedule install.",
    });
  }
  const ledger = ledgerLocation(context, flags.ledger);
  if (ledger === null) throw new KeysweepError("usage", "--ledger none: then nobody knows what ran last");
  return { program: [process.execPath, main], configuration, ledger: resolve(ledger.path) };
}

/** What runs writes there: its ledger, its reports, and the files that hold keys. */
async function writableFolders(
  { system, clock }: Context,
  path: string,
  { jobs }: ScheduleConfiguration,
  ledger: string,
): Promise<string[]> {
  const { folder, rotations, templates } = await loadRotationConfiguration(path, targetTypes, clock.now());
  const reports = jobs.flatMap((setting) =>
    "reports" in setting ? setting.reports.map(([, file]) => dirname(file)) : [],
  );
  const files = rotations.flatMap(({ targets }) =>
    targets.flatMap(({ settings }) => {
      const file = (settings as { readonly path?: unknown }).path;
      return typeof file === "string"
        ? [
            dirname(
              resolve(
                folder,
                file.replace(/^~(?=\/|$)/, () => system.home),
              ),
            ),
          ]
        : [];
    }),
  );
  // A template's files are named by its users: they are added by hand.
  return [dirname(ledger), ...reports, ...files, ...(templates.length > 0 ? [system.home] : [])];
}

function checkOwn(path: string): void {
  if (!existsSync(path) || isOwn(path)) return;
  throw new KeysweepError("usage", `${path} is there already, and keysweep did not write it`, {
    hint: "Move it away, or take what you need from --print.",
  });
}

function isOwn(path: string): boolean {
  // What waits for a writer, or is a folder, is nobody's file of ours.
  if (!statSync(path).isFile()) return false;
  return readFileSync(path, "utf8").slice(0, 1000).includes(MARK);
}

function writeOwn(context: Context, flags: ScheduleInstallFlags, { path, text }: Artefact): void {
  const isSame = existsSync(path) && readFileSync(path, "utf8") === text;
  if (!isSame) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileAtomically(path, [text], 0o644);
  }
  say(context, flags, `${path}: ${isSame ? "is as it should be" : "written"}`);
  if (!isSame) context.stdout.write(text);
}

function nextSteps(
  { system: { platform } }: Context,
  { service }: ScheduleInstallFlags,
  system: Exclude<SystemName, "cron">,
): string {
  const unit = service ? SYSTEMD_UNITS[0] : SYSTEMD_UNITS[1];
  switch (system) {
    case "systemd":
      return `now: ${systemctl()} daemon-reload; ${systemctl()} enable --now ${unit}${isRoot() ? "" : "; loginctl enable-linger, to have it run while you are not there"}`;
    case "launchd":
      return `now${platform === "darwin" ? "" : ", on a Mac"}: launchctl bootstrap ${launchDomain()} the file`;
    case "kubernetes":
      return "now: kubectl create configmap keysweep --from-file=config.yaml; kubectl apply -f keysweep.kubernetes.yaml";
    case "github-actions":
      return "now: set the variable KEYSWEEP_AUDIT_ROLE if it audits, commit the file, and push it to the default branch";
  }
}

function installCrontab(context: Context, flags: ScheduleInstallFlags, lines: string): void {
  if (flags.print) {
    context.stdout.write(lines);
    return;
  }
  const before = crontab(context);
  const after = withLines(withoutLines(before), lines);
  const isSame = after === before;
  if (!isSame) writeCrontab(context, after);
  say(context, flags, isSame ? "the crontab is as it should be" : "written to the crontab:");
  if (!isSame) context.stdout.write(lines);
}

function uninstallCrontab(context: Context, flags: ScheduleInstallFlags): void {
  const before = crontab(context);
  const after = withoutLines(before);
  if (after !== before) writeCrontab(context, after);
  say(context, flags, after === before ? "the crontab has nothing of keysweep's" : "taken out of the crontab");
}

/** The operator's crontab; empty where there is none. @throws KeysweepError `usage` when it cannot be read: nothing is to be lost. */
function crontab(context: Context): string {
  const { status, stdout, stderr } = runCrontab(context, ["-l"]);
  if (status === 0) return stdout;
  // BSD's and macOS' say their own name first; BusyBox' says that there is no such file.
  if (/(?:^|: )no crontab for|can't open .*No such file/m.test(stderr)) return "";
  throw crontabFailure("read");
}

function writeCrontab(context: Context, text: string): void {
  const { status } = text === "" ? runCrontab(context, ["-r"]) : runCrontab(context, ["-"], text);
  if (status !== 0) throw crontabFailure("written");
}

function runCrontab(
  { system }: Context,
  words: readonly string[],
  input = "",
): { status: number | null; stdout: string; stderr: string } {
  const program = findProgram("crontab", system);
  if (program === null)
    throw new KeysweepError("usage", "there is no crontab on this machine", { hint: "Use --with systemd." });
  const env = { ...system.environment, LC_ALL: "C" };
  return spawnSync(program, words, { input, env, encoding: "utf8", maxBuffer: 1 << 26, timeout: 30_000 });
}

function crontabFailure(what: string): KeysweepError {
  return new KeysweepError("output", `the crontab could not be ${what}`, {
    hint: "See what crontab -l says; --print shows the lines, to be added by hand.",
  });
}

function systemNamed(name: string): SystemName {
  const found = SYSTEMS.find((system) => system === name);
  if (found !== undefined) return found;
  throw new KeysweepError("usage", `--with ${name}: keysweep cannot install itself there`, {
    hint: `It can with ${SYSTEMS.join(", ")}.`,
  });
}

function wanted(value: string | undefined, flag: string, what: string): string {
  if (value !== undefined && value !== "") return value;
  throw new KeysweepError("usage", `${what} is not said`, {
    hint: `Add ${flag}; see keysweep schedule install --help.`,
  });
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function systemctl(): string {
  return isRoot() ? "systemctl" : "systemctl --user";
}

function launchDomain(): string {
  return isRoot() ? "system" : `gui/${process.getuid?.() ?? "UID"}`;
}

function say({ stderr }: Context, { quiet }: ScheduleInstallFlags, text: string): void {
  if (!quiet) stderr.write(`keysweep: ${visible(text)}\n`);
}
