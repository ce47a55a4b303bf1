import * as z from "zod/mini";
import { accountId } from "../../model/access-key-id.ts";
import type { AwsPlace } from "./descriptor.ts";
import { region, text } from "./settings.ts";

/** Where in AWS a target lies: settings of every type that is there. */
export const awsPlaceSettings = {
  region: z
    .optional(region)
    .check(z.describe("The region that it lies in. Without: that of the operator's own session.")),
  account: z
    .optional(
      z
        .string("must be twelve digits, in quotes")
        .check(z.refine((value) => accountId(value) !== null, "must be twelve digits, in quotes")),
    )
    .check(z.describe("The account, where it is not the operator's own; `role` is assumed there.")),
  role: z.optional(text).check(z.describe("A role to assume: its ARN, or its name in `account`.")),
};

export interface AwsPlaceSettings {
  readonly region?: string | undefined;
  readonly account?: string | undefined;
  readonly role?: string | undefined;
}

/** The settings as the session wants them. */
export function awsPlace({ region: where, account, role }: AwsPlaceSettings): AwsPlace {
  return { account: accountId(account ?? ""), role: role ?? null, region: where ?? null };
}

/** For people, behind the name of the thing: the same settings are the same place. */
export function awsPlaceText(settings: AwsPlaceSettings): string {
  const { account, region: where } = settings;
  const parts = [account === undefined ? [] : [`account ${account}`], where ?? []].flat();
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}
