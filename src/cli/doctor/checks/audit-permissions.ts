import { AwsFailure } from "../../../model/aws-failure.ts";
import type { IamReader } from "../../../model/iam-reader.ts";
import { type DoctorCheck, said } from "../check.ts";

/** What an audit reads of an account in one call each. */
const READS: readonly ((iam: IamReader) => Promise<unknown>)[] = [
  (iam) => iam.accountSummary(),
  (iam) => iam.passwordPolicy(),
  (iam) => iam.virtualMfaDevices(),
  (iam) => iam.serviceCredentials(),
  (iam) => iam.serverCertificates(),
  (iam) => iam.identityProviders(),
];

/** Whether an audit of the operator's own account may read what it needs, as far as that shows without making a credential report. */
export const auditPermissionsCheck: DoctorCheck = {
  name: "audit-permissions",
  async examine({ aws }) {
    const reach = await aws();
    if (!("identity" in reach)) return [];
    const iam = await reach.open(reach.identity.accountId);
    const failures = (await Promise.all(READS.map((read) => failureOf(read(iam))))).filter((one) => one !== null);
    if (failures.length === 0) return [said("ok", `account ${reach.identity.accountId} can be read`)];
    const missing = failures.map(({ permission, message }) => permission ?? message);
    return [
      said("warning", `an audit would lack: ${missing.join(", ")}`, "The policy that it needs is in docs/audit.md."),
    ];
  },
};

export async function failureOf(work: Promise<unknown>): Promise<AwsFailure | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof AwsFailure) return error;
    throw error;
  }
}
