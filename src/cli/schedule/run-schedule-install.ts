import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, posix, resolve, sep } from "node:path";
import { KeysweepError } from "../../model/error.ts";
import { cronLines } from "../../schedule/install/cron.ts";
import type { Artefact, Started } from "../../schedule/install/installation.ts";
import { KUBERNETES_STATE, kubernetesManifests } from "../../schedule/install/kubernetes.ts";
import { LAUNCHD_LABEL, launchdAgent } from "../../schedule/install/launchd.ts";
import { SYSTEMD_UNITS, systemdUnits } from "../../schedule/install/systemd.ts";
import type { ScheduleInstallFlags, ScheduleUninstallFlags } from "../commands/schedule.ts";
import type { Context } from "../context.ts";
import { ledgerLocation, openLedgerAt } from "../ledger-location.ts";
import { openSource } from "./run-schedule.ts";
import { checkOwn, occupantOf, type Place, shownArtefacts, takeOut, writeArtefact } from "./schedule-artefacts.ts";
import { installCrontab, uninstallCrontab } from "./schedule-crontab.ts";
import { rootDoubts, scheduleDoubts } from "./schedule-doubts.ts";
import { say } from "./schedule-say.ts";
import type { ScheduleSource } from "./schedule-source.ts";
import {
  isHere,
  isRoot,
  SYSTEMS,
  type SystemName,
  stepsAfterInstall,
  stepsAfterUninstall,
} from "./schedule-systems.ts";
import { workflowFor } from "./schedule-workflow.ts";
import { writableFolders, writtenFiles } from "./schedule-writable.ts";

/** The command `schedule install`. */
export async function runScheduleInstall(context: Context, flags: ScheduleInstallFlags): Promise<void> {
  const system = systemNamed(flags.with);
  checkOptions(flags, system);
  const source = await openSource(context, flags, () => {});
  const path = resolve(source.path);
  // Elsewhere it is another machine that matters.
  const doubts = isHere(system) ? [...scheduleDoubts(source.configuration), ...rootDoubts(path)] : [];
  for (const doubt of doubts) say(context, flags, doubt);
  if (system === "cron") return installCrontab(context, flags, cronLines(startedBy(context, flags, path)));
  const artefacts = artefactsFor(context, flags, system, path, source);
  if (flags.print) {
    context.stdout.write(shownArtefacts(artefacts));
    for (const { path: file } of artefacts) say(context, flags, `${file}: that would be written`);
    return;
  }
  const places = placesOf(context, system);
  const wanted = places.filter((place) => artefacts.some((artefact) => artefact.path === place.path));
  // All are looked at before one is written.
  wanted.forEach(checkOwn);
  if (system === "systemd" || system === "launchd") await makeLedger(context, flags);
  const written = artefacts.filter((artefact) => {
    const isNew = writeArtefact(artefact);
    say(context, flags, `${artefact.path}: ${isNew ? "written" : "is as it should be"}`);
    return isNew;
  });
  context.stdout.write(shownArtefacts(written));
  // A timer beside a service that stays, from an earlier install.
  const unwanted = places.filter((place) => !wanted.includes(place) && occupantOf(place) === "own");
  for (const gone of unwanted.flatMap(({ path: file }) => takeOut(file)))
    say(context, flags, `${gone}: taken out, it is not wanted any more`);
  say(context, flags, `now: ${stepsAfterInstall(context, flags, system, { places: wanted, unwanted }).join("; ")}`);
}

/** The command `schedule uninstall`. */
export async function runScheduleUninstall(context: Context, flags: ScheduleUninstallFlags): Promise<void> {
  const system = systemNamed(flags.with);
  if (system === "cron") return uninstallCrontab(context, flags);
  const own: Place[] = [];
  for (const place of placesOf(context, system)) {
    const occupant = occupantOf(place);
    if (occupant === "own") own.push(place);
    else if (occupant !== "nothing") say(context, flags, `${place.path}: left alone: ${occupant.notOwn}`);
  }
  if (own.length === 0) return say(context, flags, "there is nothing of keysweep's");
  if (flags.print) {
    context.stdout.write(shownArtefacts(own.map(({ path }) => ({ path, text: readFileSync(path, "utf8") }))));
    for (const { path } of own) say(context, flags, `${path}: that would be taken out`);
    return;
  }
  for (const gone of own.flatMap(({ path }) => takeOut(path))) say(context, flags, `${gone}: taken out`);
  say(context, flags, `now: ${stepsAfterUninstall(system, own).join("; ")}`);
}

function artefactsFor(
  context: Context,
  flags: ScheduleInstallFlags,
  system: Exclude<SystemName, "cron">,
  path: string,
  source: ScheduleSource,
): Artefact[] {
  const [{ path: file } = { path: "" }] = placesOf(context, system);
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
    case "kubernetes": {
      const image = wanted(flags.image, "--image", "which image is to run");
      say(context, flags, "its paths are the container's: mount there what it is to scan and to write");
      for (const written of writtenFiles(context.system, source.configuration, source.rotations)) {
        if (isBelow(written, KUBERNETES_STATE)) continue;
        say(context, flags, `${written}: to be below ${KUBERNETES_STATE}, or mounted: nothing else is kept there`);
      }
      return [kubernetesManifests({ path: file, image })];
    }
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
function placesOf({ system: { home, environment } }: Context, system: Exclude<SystemName, "cron">): Place[] {
  switch (system) {
    case "systemd": {
      const own = join(environment.XDG_CONFIG_HOME || join(home, ".config"), "systemd", "user");
      const within = isRoot() ? "/etc/systemd/system" : own;
      return SYSTEMD_UNITS.map((name) => ({ path: join(within, name), within }));
    }
    case "launchd": {
      const within = isRoot() ? "/Library/LaunchDaemons" : posix.join(home, "Library", "LaunchAgents");
      return [{ path: posix.join(within, `${LAUNCHD_LABEL}.plist`), within }];
    }
    case "kubernetes":
      return [{ path: resolve("keysweep.kubernetes.yaml"), within: process.cwd() }];
    case "github-actions": {
      const within = repositoryTop();
      return [{ path: join(within, ".github", "workflows", "keysweep.yml"), within }];
    }
  }
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
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

function systemNamed(name: string): SystemName {
  const found = SYSTEMS.find((system) => system === name);
  if (found !== undefined) return found;
  throw new KeysweepError("usage", `--with ${name}: keysweep cannot install itself there`, {
    hint: `It can with ${SYSTEMS.join(", ")}.`,
  });
}

/** @throws KeysweepError `usage` for an option that means nothing to the system: whoever gave it expects something of it. */
function checkOptions({ service, image, action }: ScheduleInstallFlags, system: SystemName): void {
  const given = [
    { option: "--service", of: "systemd", isGiven: service },
    { option: "--image", of: "kubernetes", isGiven: image !== undefined },
    { option: "--action", of: "github-actions", isGiven: action !== undefined },
  ];
  const misplaced = given.find(({ of, isGiven }) => isGiven && of !== system);
  if (misplaced === undefined) return;
  throw new KeysweepError("usage", `${misplaced.option} means nothing to ${system}`, {
    hint: `Leave it out, or say --with ${misplaced.of}.`,
  });
}

function wanted(value: string | undefined, flag: string, what: string): string {
  if (value !== undefined && value !== "") return value;
  throw new KeysweepError("usage", `${what} is not said`, {
    hint: `Add ${flag}; see keysweep schedule install --help.`,
  });
}
