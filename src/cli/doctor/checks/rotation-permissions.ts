import type { ConfiguredRotation, RotationConfiguration } from "../../../config/rotations.ts";
import { AwsFailure } from "../../../model/aws-failure.ts";
import { KeysweepError } from "../../../model/error.ts";
import { valueOf } from "../../../rotate/read-plan.ts";
import { type DoctorCheck, type Finding, type Patient, said } from "../check.ts";
import { templatedUsers } from "../templated-users.ts";

const POLICY = "The policy is in docs/configuration.md; deploy/rotate-role.yaml makes a role that has it.";

/** Whether the keys of the configured users may be replaced, as far as that shows without replacing one. */
export const rotationPermissionsCheck: DoctorCheck = {
  name: "rotation-permissions",
  async examine(patient) {
    const { rotations, aws } = patient;
    if (rotations === null || rotations.rotations.length + rotations.templates.length === 0) return [];
    const templated = await templatedUsers(patient, rotations);
    // That credentials do not work is told once.
    if (!("identity" in (await aws()))) return templated.findings;
    const findings = new Map<string, { readonly finding: Finding; readonly names: string[] }>();
    for (const rotation of [...rotations.rotations, ...templated.asked]) {
      const finding = await findingOf(patient, rotations, rotation);
      const key = JSON.stringify(finding);
      const same = findings.get(key) ?? { finding, names: [] };
      same.names.push(rotation.settings.name);
      findings.set(key, same);
    }
    // What is the same for many users is said once.
    const permissions = [...findings.values()].map(({ finding: { status, detail, hint }, names }) =>
      said(status, `${names.join(", ")}: ${detail}`, hint),
    );
    return [...permissions, ...templated.findings];
  },
};

async function findingOf(
  { context, rotationAccess }: Patient,
  configuration: RotationConfiguration,
  rotation: ConfiguredRotation,
): Promise<Finding> {
  // It brings the SDK with it.
  const { whichUser } = await import("../../rotate/rotation-access.ts");
  const which = whichUser(rotation, configuration);
  try {
    const access = await rotationAccess(configuration);
    const { keys } = await access.user(which);
    const user = valueOf(await keys.user(context.signal)).value;
    if (user === null) return said("problem", `there is no user ${which.userName} in the account ${which.accountId}`);
    const { missing, unclear } = await access.permissions(which, user.arn);
    if (missing.length > 0) return said("problem", `${missing.join(", ")}: not allowed`, POLICY);
    if (unclear.length === 0) return said("ok", "a rotation may do all that it needs");
    const why = "a policy has a condition on what only a real call tells";
    return said("warning", `whether it may ${unclear.join(", ")} cannot be told: ${why}`);
  } catch (error) {
    if (error instanceof AwsFailure)
      return said(
        "warning",
        `the keys can be read; whether they may be changed cannot be told: ${error.message}`,
        POLICY,
      );
    if (error instanceof KeysweepError) return said("problem", error.message, error.hint);
    throw error;
  }
}
