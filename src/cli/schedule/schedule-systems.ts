import { basename } from "node:path";
import { shellWord } from "../../model/shell-word.ts";
import { LAUNCHD_LABEL } from "../../schedule/install/launchd.ts";
import { SYSTEMD_UNITS } from "../../schedule/install/systemd.ts";
import type { ScheduleInstallFlags } from "../commands/schedule.ts";
import type { Context } from "../context.ts";
import type { Place } from "./schedule-artefacts.ts";

/** What can start keysweep. */
export const SYSTEMS = ["cron", "systemd", "launchd", "kubernetes", "github-actions"] as const;

export type SystemName = (typeof SYSTEMS)[number];

type FileSystemName = Exclude<SystemName, "cron">;

/** What a person is to do once the files are there. */
export function stepsAfterInstall(
  { system: { platform } }: Context,
  { service }: ScheduleInstallFlags,
  system: FileSystemName,
  { places, unwanted }: { readonly places: readonly Place[]; readonly unwanted: readonly Place[] },
): string[] {
  switch (system) {
    case "systemd":
      return [
        ...(unwanted.length === 0 ? [] : [`${systemctl()} stop ${namesOf(unwanted)}`]),
        `${systemctl()} daemon-reload`,
        `${systemctl()} enable --now ${SYSTEMD_UNITS[service ? 0 : 1]}`,
        ...(isRoot() ? [] : ["loginctl enable-linger, to have it run while you are not there"]),
      ];
    case "launchd": {
      const files = places.map(({ path }) => shellWord(path)).join(" ");
      return [`${platform === "darwin" ? "" : "on a Mac, "}launchctl bootstrap ${launchDomain()} ${files}`];
    }
    case "kubernetes":
      return ["kubectl create configmap keysweep --from-file=config.yaml", "kubectl apply -f keysweep.kubernetes.yaml"];
    case "github-actions":
      return [
        "set the variable KEYSWEEP_AUDIT_ROLE if it audits",
        "commit the file, and push it to the default branch",
      ];
  }
}

/** What a person is to do once the files have gone. */
export function stepsAfterUninstall(system: FileSystemName, gone: readonly Place[]): string[] {
  switch (system) {
    case "systemd":
      return [`${systemctl()} stop ${namesOf(gone)}`, `${systemctl()} daemon-reload`];
    case "launchd":
      return [`launchctl bootout ${launchDomain()}/${LAUNCHD_LABEL}`];
    case "kubernetes":
      return [
        "kubectl delete cronjob,serviceaccount keysweep",
        "its volume has the ledger: kubectl delete pvc keysweep",
      ];
    case "github-actions":
      return ["commit that, and push it to the default branch"];
  }
}

/** Whether it starts keysweep on this machine. */
export function isHere(system: SystemName): boolean {
  return system === "cron" || system === "systemd" || system === "launchd";
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The timer first, since it would start the service again. */
function namesOf(units: readonly Place[]): string {
  return units
    .map(({ path }) => basename(path))
    .toSorted()
    .toReversed()
    .join(" ");
}

function systemctl(): string {
  return isRoot() ? "systemctl" : "systemctl --user";
}

function launchDomain(): string {
  return isRoot() ? "system" : `gui/${process.getuid?.() ?? "UID"}`;
}
