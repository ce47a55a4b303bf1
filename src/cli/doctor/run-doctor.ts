import type { RotationAccess } from "../../aws/rotation-access.ts";
import { type AuditConfiguration, loadAuditConfiguration } from "../../config/load.ts";
import type { RotationConfiguration } from "../../config/rotations.ts";
import type { Diagnosis, DoctorReport } from "../../model/diagnosis.ts";
import { KeysweepError } from "../../model/error.ts";
import { doctorFormats } from "../../report/doctor/doctor-formats.ts";
import { systemWaiting } from "../../runtime/waiting.ts";
import { shownName } from "../../scan/shown-name.ts";
import { appearanceOn } from "../appearance.ts";
import { accessPlan } from "../audit/audit-plan.ts";
import type { DoctorFlags } from "../commands/doctor.ts";
import type { Context } from "../context.ts";
import { EXIT, type ExitStatus } from "../exit.ts";
import { operatorPath } from "../policy.ts";
import { DOCTOR_CHECKS } from "./all.ts";
import type { AwsReach } from "./aws-reach.ts";
import type { AwsProblem, Patient } from "./check.ts";

/** The command `doctor`: looks at what is configured, whether it can be reached, and whether it is permitted; changes nothing. */
export async function runDoctor(context: Context, flags: DoctorFlags): Promise<void> {
  const format = await doctorFormats.load(doctorFormats.parse(flags.format, "--format"));
  const configuration = configurationOf(context, flags);
  const rotations = await rotationsOf(context, flags);
  let asked: Promise<AwsReach | AwsProblem> | null = null;
  let access: Promise<RotationAccess> | null = null;
  const patient: Patient = {
    context,
    flags,
    configuration,
    rotations,
    wantsAws:
      configuration?.aws !== undefined ||
      configuration?.organization !== undefined ||
      (rotations !== null && rotations.rotations.length + rotations.templates.length > 0),
    aws() {
      asked ??= reachOf(context, flags);
      return asked;
    },
    rotationAccess(of) {
      access ??= rotationAccessOf(of, context);
      return access;
    },
  };
  const checks: Diagnosis[] = [];
  try {
    for (const { name, examine } of DOCTOR_CHECKS) {
      for (const { status, detail, hint } of await examine(patient)) {
        checks.push({ check: name, status, detail: shownName(detail), hint: hint === null ? null : shownName(hint) });
      }
    }
  } finally {
    const reach = await (asked as Promise<AwsReach | AwsProblem> | null);
    if (reach !== null && "close" in reach) reach.close();
    (await (access as Promise<RotationAccess> | null))?.close();
  }
  const report: DoctorReport = {
    schema: "keysweep/doctor@1",
    tool: { name: "keysweep", version: context.version },
    at: new Date(context.clock.now()).toISOString(),
    checks,
  };
  for (const piece of format.write(report, appearanceOn(context, flags))) context.stdout.write(piece);
  context.exitWith(statusOf(checks));
}

/** Null where there is none, or none that can be read: a check of its own tells of that. */
function configurationOf(context: Context, flags: DoctorFlags): AuditConfiguration | null {
  try {
    const path = operatorPath(context, flags);
    return path === null ? null : loadAuditConfiguration(path);
  } catch (error) {
    if (error instanceof KeysweepError) return null;
    throw error;
  }
}

/** The same of what it says of rotations. */
async function rotationsOf(context: Context, flags: DoctorFlags): Promise<RotationConfiguration | null> {
  try {
    const path = operatorPath(context, flags);
    if (path === null) return null;
    const { loadRotationConfiguration } = await import("../../config/rotations.ts");
    const { targetTypes } = await import("../../rotate/targets/registry.ts");
    return await loadRotationConfiguration(path, targetTypes, context.clock.now());
  } catch (error) {
    if (error instanceof KeysweepError) return null;
    throw error;
  }
}

async function rotationAccessOf(rotations: RotationConfiguration, context: Context): Promise<RotationAccess> {
  const { rotationAccess } = await import("../rotate/rotation-access.ts");
  return rotationAccess(rotations, systemWaiting, context.signal);
}

async function reachOf(context: Context, flags: DoctorFlags): Promise<AwsReach | AwsProblem> {
  let plan: ReturnType<typeof accessPlan>;
  try {
    plan = accessPlan(context, flags);
  } catch (error) {
    if (!(error instanceof KeysweepError)) throw error;
    return { isMissing: false, detail: "not asked: the configuration cannot be read", hint: null };
  }
  const { awsReach } = await import("./aws-reach.ts");
  return awsReach(plan, {
    waiting: systemWaiting,
    signal: context.signal,
    timeouts: { connectionMs: 5000, answerMs: 20_000 },
  });
}

/** A configuration that is wrong is bad usage; whatever else does not work is an operation that failed. */
function statusOf(checks: readonly Diagnosis[]): ExitStatus {
  const problems = checks.filter(({ status }) => status === "problem");
  if (problems.some(({ check }) => check === "configuration")) return EXIT.usage;
  return problems.length > 0 ? EXIT.failed : EXIT.clean;
}
