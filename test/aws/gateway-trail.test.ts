import {
  CloudTrailClient,
  type Event,
  type LookupAttributeKey,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from "@aws-sdk/client-cloudtrail";
import { CreateAccessKeyCommand, DeleteAccessKeyCommand, type IAMClient, ListUsersCommand } from "@aws-sdk/client-iam";
import { CreateTopicCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Credentials } from "../support/aws/gateway.ts";
import { type UserKey, userWithKey } from "../support/aws/user-key.ts";
import { type AwsWorld, clientSettings, freshAccount, iamClient, makeAwsWorld, onTime } from "../support/aws/world.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

let world: AwsWorld;
let account: string;
let operator: Credentials;
let iam: IAMClient;
let ada: UserKey;
beforeEach(async () => {
  world = await makeAwsWorld();
  account = freshAccount();
  operator = await world.gateway.credentials(account, "operator");
  iam = iamClient(world.gateway, operator);
  ada = await userWithKey(world.gateway, iam, "ada");
});
afterEach(() => world.stop());

async function lookup(input: LookupEventsCommandInput, { region = "us-east-1", as = operator } = {}): Promise<Event[]> {
  const client = onTime(world.gateway, new CloudTrailClient(clientSettings(world.gateway, as, region)));
  const found: Event[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new LookupEventsCommand({ ...input, NextToken }));
    found.push(...(page.Events ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}

const by = (AttributeKey: LookupAttributeKey, AttributeValue: string): LookupEventsCommandInput => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
});

const names = (events: readonly Event[]): (string | undefined)[] => events.map(({ EventName }) => EventName);

describe("the event history", () => {
  test("tells what a key was used for, the last first, in the region of each call", async () => {
    await ada.client.send(new ListUsersCommand({}));
    const sts = new STSClient(clientSettings(world.gateway, ada.credentials, "eu-west-1"));
    await sts.send(new GetCallerIdentityCommand({}));
    await ada.client.send(new CreateAccessKeyCommand({}));
    const events = await lookup(by("AccessKeyId", ada.id));
    expect(names(events)).toEqual(["CreateAccessKey", "ListUsers"]);
    expect(events[0]).toMatchObject({ Username: "ada", EventSource: "iam.amazonaws.com", ReadOnly: "false" });
    expect(names(await lookup(by("AccessKeyId", ada.id), { region: "eu-west-1" }))).toEqual(["GetCallerIdentity"]);
    expect(await lookup(by("AccessKeyId", ada.id), { region: "eu-west-2" })).toEqual([]);
  });

  test("tells who made a key: role session, user agent, the id, and never the secret", async () => {
    world.gateway.state.account(account).trusts.push({ role: "rotator", externalId: null, from: null });
    const sts = new STSClient(clientSettings(world.gateway, operator));
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/rotator`, RoleSessionName: "rotation-7" }),
    );
    const rotator = iamClient(world.gateway, {
      accessKeyId: session?.AccessKeyId ?? "",
      secretAccessKey: session?.SecretAccessKey ?? "",
      sessionToken: session?.SessionToken ?? "",
    });
    const { AccessKey } = await rotator.send(new CreateAccessKeyCommand({ UserName: "ada" }));
    const [latest] = await lookup(by("EventName", "CreateAccessKey"));
    expect(JSON.parse(latest?.CloudTrailEvent ?? "")).toMatchObject({
      userIdentity: {
        type: "AssumedRole",
        arn: `arn:aws:sts::${account}:assumed-role/rotator/rotation-7`,
        accessKeyId: session?.AccessKeyId,
      },
      userAgent: expect.stringContaining("aws-sdk-js"),
      requestParameters: { userName: "ada" },
      responseElements: { accessKey: { accessKeyId: AccessKey?.AccessKeyId, status: "Active", userName: "ada" } },
      awsRegion: "us-east-1",
      readOnly: false,
    });
    expect(latest?.CloudTrailEvent?.includes(AccessKey?.SecretAccessKey ?? "?")).toBe(false);
    expect(latest?.Username).toBe("rotation-7");
    expect(names(await lookup(by("ResourceName", AccessKey?.AccessKeyId ?? "")))).toEqual(["CreateAccessKey"]);
  });

  test("tells of what was refused for want of a permission, not of what nobody was believed to ask", async () => {
    const other = await userWithKey(world.gateway, await world.iam(freshAccount()), "bob");
    await expect(
      ada.client.send(new DeleteAccessKeyCommand({ UserName: "ada", AccessKeyId: other.id })),
    ).rejects.toThrow(/cannot be found/);
    const wrong = iamClient(world.gateway, { ...ada.credentials, secretAccessKey: "wrong" });
    await expect(wrong.send(new ListUsersCommand({}))).rejects.toThrow(/signature/);
    const events = await lookup(by("AccessKeyId", ada.id));
    expect(names(events)).toEqual(["DeleteAccessKey"]);
    expect(JSON.parse(events[0]?.CloudTrailEvent ?? "").errorCode).toMatch(/NoSuchEntity/);
  });

  test("tells of a call whose reply was lost, and not of one that had no effect", async () => {
    const create = (): Promise<unknown> => iam.send(new CreateAccessKeyCommand({ UserName: "ada" }));
    world.gateway.fault({ times: 1, kind: { is: "cut" } });
    await expect(create()).rejects.toThrow(/hang up|ECONNRESET/);
    expect(await lookup(by("EventName", "CreateAccessKey"))).toHaveLength(1);
    world.gateway.fault({ times: 1, kind: { is: "reply-lost" } });
    await expect(create()).rejects.toThrow(/hang up|ECONNRESET/);
    expect(await lookup(by("EventName", "CreateAccessKey"))).toHaveLength(2);
  });

  test("does not tell of what is done with the contents of a service", async () => {
    const sns = new SNSClient(clientSettings(world.gateway, ada.credentials));
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t" }));
    await sns.send(new PublishCommand({ TopicArn, Message: "m" }));
    expect(names(await lookup(by("AccessKeyId", ada.id)))).toEqual(["CreateTopic"]);
  });

  test("comes late, in pages, and ends after 90 days", async () => {
    world.gateway.pageSize = 2;
    world.gateway.trailLagMs = 5 * MINUTE;
    for (let time = 0; time < 5; time++) await ada.client.send(new ListUsersCommand({}));
    expect(await lookup(by("AccessKeyId", ada.id))).toEqual([]);
    world.gateway.advance(6 * MINUTE);
    const events = await lookup(by("AccessKeyId", ada.id));
    expect(events).toHaveLength(5);
    const EndTime = new Date((events[0]?.EventTime?.getTime() ?? 0) - MINUTE);
    expect(await lookup({ ...by("AccessKeyId", ada.id), EndTime })).toEqual([]);
    world.gateway.advance(90 * DAY);
    expect(await lookup(by("AccessKeyId", ada.id))).toEqual([]);
  });

  test("is each account's own, and takes one attribute at a time", async () => {
    const as = await world.gateway.credentials(freshAccount());
    expect(await lookup(by("AccessKeyId", ada.id), { as })).toEqual([]);
    const [one = { AttributeKey: "EventName", AttributeValue: "" }] =
      by("EventName", "ListUsers").LookupAttributes ?? [];
    await expect(lookup({ LookupAttributes: [one, one] })).rejects.toMatchObject({
      name: "InvalidLookupAttributesException",
    });
    await expect(lookup({ MaxResults: 51 })).rejects.toMatchObject({ name: "InvalidMaxResultsException" });
  });
});
