import { AwsFailure } from "../../../model/aws-failure.ts";
import type { OrganizationAccount } from "../../../model/organization.ts";
import type { AwsReach } from "../aws-reach.ts";
import { type DoctorCheck, type Finding, said } from "../check.ts";

/** Whether the organisation's accounts can be listed, and one of them entered by the audit role. */
export const organizationCheck: DoctorCheck = {
  name: "organization",
  async examine({ aws, configuration }) {
    const reach = await aws();
    if (!("identity" in reach)) return [];
    const isWanted = configuration?.organization !== undefined;
    try {
      const organization = await reach.organizations.describe();
      if (organization === null) {
        return [
          said(isWanted ? "problem" : "unused", `account ${reach.identity.accountId} belongs to no organisation`),
        ];
      }
      const other = await anotherAccount(reach);
      const listed = said("ok", `${organization.id}: its accounts can be listed`);
      return [
        listed,
        other === null ? said("unused", "it has no other active account") : await entered(reach, other, isWanted),
      ];
    } catch (error) {
      if (!(error instanceof AwsFailure)) throw error;
      const hint = "Only audit --organization and --identify need it: see docs/audit.md.";
      return [said(isWanted ? "problem" : "unused", error.message, isWanted ? hint : null)];
    }
  },
};

/** The first that is not the operator's own. */
async function anotherAccount({ organizations, identity }: AwsReach): Promise<OrganizationAccount | null> {
  for await (const account of organizations.accounts(null)) {
    if (account.state === "ACTIVE" && account.id !== identity.accountId) return account;
  }
  return null;
}

async function entered(reach: AwsReach, { id }: OrganizationAccount, isWanted: boolean): Promise<Finding> {
  try {
    await (await reach.open(id)).accountSummary();
    return said("ok", `account ${id} can be entered as ${reach.role} and read`);
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return said(isWanted ? "problem" : "warning", error.message, "Roll the role out: see deploy/ and docs/audit.md.");
  }
}
