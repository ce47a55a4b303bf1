import {
  CreateAccountCommand,
  DescribeCreateAccountStatusCommand,
  type OrganizationsClient,
} from "@aws-sdk/client-organizations";
import type { Gateway } from "./gateway.ts";

/** A new account of the organisation, with the audit role; gives its id. */
export async function memberAccount(
  gateway: Gateway,
  organizations: OrganizationsClient,
  name: string,
  { externalId = null as string | null, from = null as readonly string[] | null } = {},
): Promise<string> {
  const { CreateAccountStatus } = await organizations.send(
    new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` }),
  );
  const { CreateAccountStatus: status } = await organizations.send(
    new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: CreateAccountStatus?.Id }),
  );
  const id = status?.AccountId ?? "";
  gateway.state.account(id).trusts.push({ role: "keysweep-audit", externalId, from });
  gateway.state.account(id).reportPolls = 0;
  return id;
}
