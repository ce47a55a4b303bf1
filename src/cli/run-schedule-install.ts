import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { dirname, join, posix, resolve, sep } from "node:path";
import { KeysweepError } from "../model/error.ts";
import { writeFileAtomically } from "../runtime/atomic-file.ts";
import { cronLines } from "../schedule/install/cron.ts";
import { type Artefact, MARK, type Started } from "../schedule/install/installation.ts";
import { kubernetesManifests } from "../schedule/install/kubernetes.ts";
import { LAUNCHD_LABEL, launchdAgent } from "../schedule/install/launchd.ts";
import { SYSTEMD_UNITS, systemdUnits } from "../schedule/install/systemd.ts";
import type { ScheduleInstallFlags } from "./commands/schedule.ts";
import type { Context } from "./context.ts";
import { ledgerLocation, openLedgerAt } from "./ledger-location.ts";
import { openSource } from "./run-schedule.ts";
import { installCrontab, uninstallCrontab } from "./schedule-crontab.ts";
import { say } from "./schedule-say.ts";
import type { ScheduleSource } from "./schedule-source.ts";
import { workflowFor } from "./schedule-workflow.ts";
import { writableFolders } from "./schedule-writable.ts";

const SYSTEMS = ["cron", "systemd", "launchd", "kubernetes", "github-actions"] as const;
type SystemName = (typeof SYSTEMS)[number];

/** The command `schedule install`. */
export async function runScheduleInstall(context: Context, flags: ScheduleInstallFlags): Promise<void> {
  const system = systemNamed(flags.with);
  const source = await openSource(context, flags, () => {});
  const path = resolve(source.path);
  if (system === "cron") return installCrontab(context, flags, cronLines(startedBy(context, flags, path)));
  const artefacts = artefactsFor(context, flags, system, path, source);
  if (flags.print) {
    for (const { text } of artefacts) context.stdout.write(text);
    return;
  }
  // All are looked at before one is written.
  for (const { path: file } of artefacts) checkOwn(file);
  if (system === "systemd" || system === "launchd") await makeLedger(context, flags);
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

function artefactsFor(
  context: Context,
  flags: ScheduleInstallFlags,
  system: Exclude<SystemName, "cron">,
  path: string,
  source: ScheduleSource,
): Artefact[] {
  const [file = ""] = placesOf(context, system);
  switch (system) {
    case "systemd": {
      const started = startedBy(context, flags, path);
      const { configuration, rotations } = source;
      const { jitterMs } = configuration;
      return systemdUnits({
        ...started,
        folder: dirname(file),
        isSystem: isRoot(),
        stays: flags.service,
        writable: writableFolders(context.system, configuration, rotations, started.ledger),
        home: context.system.home,
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
      return [
        workflowFor(
          context,
          flags,
          wanted(flags.action, "--action", "where the action is kept"),
          file,
          source.configuration,
        ),
      ];
  }
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

/** Its folder is there from now on: a service that may write to it alone could not make it, nor would launchd for its log. */
async function makeLedger(context: Context, flags: ScheduleInstallFlags): Promise<void> {
  const location = ledgerLocation(context, flags.ledger);
  if (location !== null) (await openLedgerAt(location)).close();
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
