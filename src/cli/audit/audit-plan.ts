import { type Selection } from "../../audit/accounts.ts";
import { type AuditAllowEntry, AuditAllowList } from "../../audit/allow.ts";
import { CHECKS } from "../../audit/checks/all.ts";
import { type AuditSettings, USUAL_SETTINGS } from "../../audit/settings.ts";
import { type AuditConfiguration, loadAuditConfiguration } from "../../config/load.ts";
import { KeysweepError } from "../../model/error.ts";
import type { Fingerprint } from "../../model/finding.ts";
import type { AuditFlags } from "../commands/audit.ts";
import type { Context } from "../context.ts";
import { operatorPath } from "../policy.ts";

/** With which credentials AWS is asked. */
export interface CredentialsPlan {
  /** Null: as the SDK finds its credentials and its region. */
  readonly profile: string | null;
  readonly region: string | null;
  /** Roles to be assumed one after the other before anything is read. */
  readonly via: readonly string[];
}

/** The role by which an account of the organisation is entered. */
export interface RolePlan {
  /** With its path. */
  readonly role: string;
  readonly externalId: string | null;
}

/** What an audit is to do, from flags and configuration. */
export interface AuditPlan extends CredentialsPlan {
  /** Null: the account of the credentials, and no other. */
  readonly organization: OrganizationPlan | null;
  readonly exact: boolean;
  readonly settings: AuditSettings;
  readonly allowList: AuditAllowList;
}

export interface OrganizationPlan extends RolePlan {
  readonly selection: Selection;
  readonly concurrency: number;
}

const ROLE = "keysweep-audit";
const CONCURRENCY = 16;

/** @throws KeysweepError `usage` or `configuration`. */
export function auditPlan(context: Context, flags: AuditFlags): AuditPlan {
  if (!flags.organization) {
    for (const name of ["ou", "include", "exclude"] as const) {
      if (flags[name] !== undefined) throw new KeysweepError("usage", `--${name} goes with --organization`);
    }
  }
  const configuration = loadAuditConfiguration(operatorPath(context, flags));
  const { organization } = configuration;
  const today = new Date(context.clock.now()).toISOString().slice(0, 10);
  return {
    ...credentialsPlan(configuration, flags.profile),
    organization: flags.organization
      ? {
          selection: {
            units: flags.ou ?? organization?.units ?? [],
            include: flags.include ?? organization?.accounts?.include ?? [],
            exclude: [...(organization?.accounts?.exclude ?? []), ...(flags.exclude ?? [])],
          },
          ...rolePlan(configuration),
          concurrency: organization?.concurrency ?? CONCURRENCY,
        }
      : null,
    exact: flags.exact,
    settings: settingsOf(configuration.audit),
    allowList: new AuditAllowList(configuration.allow.flatMap(allowEntry), today),
  };
}

/** The credentials and the role of the operator's configuration. @throws KeysweepError `configuration`. */
export function accessPlan(context: Context, flags: Pick<AuditFlags, "config">): CredentialsPlan & RolePlan {
  const configuration = loadAuditConfiguration(operatorPath(context, flags));
  return { ...credentialsPlan(configuration), ...rolePlan(configuration) };
}

/** @param profile that a flag names. */
function credentialsPlan({ aws, organization }: AuditConfiguration, profile?: string): CredentialsPlan {
  return {
    profile: profile ?? aws?.profile ?? null,
    region: aws?.region ?? null,
    via: organization?.via ?? [],
  };
}

function rolePlan({ organization }: AuditConfiguration): RolePlan {
  return { role: organization?.role ?? ROLE, externalId: organization?.externalId ?? null };
}

/** The thresholds that the operator has set. @throws KeysweepError `configuration`. */
export function configuredSettings(context: Context, flags: Pick<AuditFlags, "config">): AuditSettings {
  return settingsOf(loadAuditConfiguration(operatorPath(context, flags)).audit);
}

function settingsOf(given: AuditConfiguration["audit"] = {}): AuditSettings {
  const changed = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === "string" ? inDays(value) : value] as const],
  );
  return { ...USUAL_SETTINGS, ...Object.fromEntries(changed) };
}

/** `90d`, `36h` */
function inDays(age: string): number {
  return Number.parseInt(age, 10) / (age.endsWith("h") ? 24 : 1);
}

/** Entries that concern audits; one with a fingerprint alone may be either's. */
function allowEntry({ setting, at }: AuditConfiguration["allow"][number]): AuditAllowEntry[] {
  const { reason, owner, expires } = setting;
  const severity = "severity" in setting ? (setting.severity ?? null) : null;
  const common = { reason, owner, expires, severity, at };
  if ("fingerprint" in setting) {
    if ("rule" in setting && setting.rule !== undefined) return [];
    return [{ ...common, target: { kind: "fingerprint", fingerprint: setting.fingerprint as Fingerprint } }];
  }
  if (!("check" in setting)) return [];
  if (!CHECKS.some(({ name }) => name === setting.check)) {
    throw new KeysweepError("configuration", `${at}: check: there is none of that name`, {
      hint: `The checks are ${CHECKS.map(({ name }) => name).join(", ")}.`,
    });
  }
  const { check, account = null, user = null } = setting;
  return [{ ...common, target: { kind: "check", check, account, user } }];
}
