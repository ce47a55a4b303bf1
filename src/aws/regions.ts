import { AccountClient, ListRegionsCommand } from "@aws-sdk/client-account";
import type { AwsSession } from "./session.ts";

/** The regions of a partition that every account has, and the one in which IAM's events are recorded. */
const PARTITIONS: Readonly<Record<string, { readonly iam: string; readonly regions: readonly string[] }>> = {
  aws: {
    iam: "us-east-1",
    regions: [
      "us-east-1",
      "us-east-2",
      "us-west-1",
      "us-west-2",
      "ap-northeast-1",
      "ap-northeast-2",
      "ap-northeast-3",
      "ap-south-1",
      "ap-southeast-1",
      "ap-southeast-2",
      "ca-central-1",
      "eu-central-1",
      "eu-north-1",
      "eu-west-1",
      "eu-west-2",
      "eu-west-3",
      "sa-east-1",
    ],
  },
  "aws-cn": { iam: "cn-north-1", regions: ["cn-north-1", "cn-northwest-1"] },
  "aws-us-gov": { iam: "us-gov-west-1", regions: ["us-gov-east-1", "us-gov-west-1"] },
};

/** Where CloudTrail records what is done to users and keys; the session's own region in a partition that is not known. */
export function regionOfIamEvents(session: AwsSession, partition: string): string {
  return PARTITIONS[partition]?.iam ?? session.region;
}

export interface EnabledRegions {
  readonly regions: readonly string[];
  /** Why there may be more; null: these are all. */
  readonly incomplete: string | null;
}

/** The regions that are enabled in the account of the session. Needs `account:ListRegions`; without it those that every account has. */
export async function enabledRegions(
  session: AwsSession,
  partition: string,
  signal: AbortSignal,
): Promise<EnabledRegions> {
  const account = new AccountClient(session.clientSettings());
  const regions: string[] = [];
  try {
    let NextToken: string | undefined;
    do {
      const page = await account.send(
        new ListRegionsCommand({
          RegionOptStatusContains: ["ENABLED", "ENABLED_BY_DEFAULT"],
          MaxResults: 50,
          NextToken,
        }),
        { abortSignal: signal },
      );
      regions.push(...(page.Regions ?? []).flatMap(({ RegionName }) => (RegionName === undefined ? [] : [RegionName])));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return { regions, incomplete: null };
  } catch {
    const usual = PARTITIONS[partition]?.regions ?? [session.region];
    return { regions: usual, incomplete: "which other regions are enabled could not be seen (account:ListRegions)" };
  }
}
