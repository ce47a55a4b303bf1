import { randomUUID } from "node:crypto";
import { type Call, errorCode, jsonResult, type Reply, refusal } from "./call.ts";
import type { Identity } from "./state.ts";
import { elementText } from "./xml.ts";

/** How far back CloudTrail's event history goes. */
const KEPT_MS = 90 * 86_400_000;
const LARGEST_PAGE = 50;

/**
 * Calls that read or write what a service holds are not in the event history; these are those that tests make.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
const DATA_PLANE = new Set([
  "sns:Publish",
  "sns:PublishBatch",
  "sqs:SendMessage",
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:Query",
  "dynamodb:Scan",
]);
/** Services that have one place for the whole world, which is where their events are. */
const GLOBAL = new Set(["iam", "organizations"]);
/** Never in an event. */
const HIDDEN = /^(?:secretString|secretBinary|value|plaintext|password|policyDocument)$/;

interface TrailEvent {
  readonly id: string;
  readonly at: number;
  /** Whose event history it is in. */
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly source: string;
  readonly accessKeyId: string;
  readonly userName: string;
  readonly isReadOnly: boolean;
  readonly resources: readonly { readonly ResourceType: string; readonly ResourceName: string }[];
  /** The event itself, as JSON. */
  readonly text: string;
}

/** The event history of all accounts of a test. */
export class Trail {
  readonly #events: TrailEvent[] = [];

  /** @param account in whose history it is to be. */
  record(call: Call, caller: Identity, reply: Reply, account: string, at: number): void {
    if (DATA_PLANE.has(`${call.service}:${call.action}`)) return;
    const event = {
      id: randomUUID(),
      at,
      account,
      region: GLOBAL.has(call.service) ? "us-east-1" : call.region,
      name: call.action,
      source: `${call.service}.amazonaws.com`,
      accessKeyId: call.accessKeyId,
      userName: caller.userName ?? caller.arn.slice(caller.arn.lastIndexOf("/") + 1),
      isReadOnly: /^(?:Get|List|Describe|Lookup|Assume|BatchGet|Simulate)/.test(call.action),
      resources: resourcesOf(call, reply),
    };
    this.#events.push({ ...event, text: JSON.stringify(eventOf(event, call, caller, reply)) });
  }

  /** What `LookupEvents` answers. */
  lookup(call: Call, account: string, now: number, lagMs: number, mostOnPage: number): Reply {
    const { LookupAttributes, StartTime, EndTime, MaxResults, NextToken } = call.json as LookupRequest;
    const from = (StartTime ?? 0) * 1000;
    const to = EndTime === undefined ? Number.POSITIVE_INFINITY : EndTime * 1000;
    if ((LookupAttributes?.length ?? 0) > 1) {
      return refusal(call, 400, "InvalidLookupAttributesException", "You can only specify one lookup attribute.");
    }
    if ((MaxResults ?? 1) > LARGEST_PAGE) return refusal(call, 400, "InvalidMaxResultsException", "At most 50.");
    if (from > to) return refusal(call, 400, "InvalidTimeRangeException", "The start is after the end.");
    const start = NextToken === undefined ? 0 : Number(NextToken.replace("after-", ""));
    if (Number.isNaN(start)) return refusal(call, 400, "InvalidNextTokenException", "Not a token of this service.");
    const wanted = LookupAttributes?.[0];
    const found = this.#events
      .filter(
        (event) =>
          event.account === account &&
          event.region === call.region &&
          event.at > now - KEPT_MS &&
          event.at <= now - lagMs &&
          event.at >= from &&
          event.at <= to &&
          (wanted === undefined || attributeOf(event, wanted.AttributeKey).includes(wanted.AttributeValue)),
      )
      .reverse();
    const end = start + Math.min(MaxResults ?? LARGEST_PAGE, mostOnPage);
    return jsonResult({
      Events: found.slice(start, end).map(told),
      ...(end < found.length ? { NextToken: `after-${end}` } : {}),
    });
  }
}

interface LookupRequest {
  readonly LookupAttributes?: readonly { readonly AttributeKey: string; readonly AttributeValue: string }[];
  /** In seconds since 1970. */
  readonly StartTime?: number;
  readonly EndTime?: number;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

function attributeOf(event: TrailEvent, key: string): readonly string[] {
  switch (key) {
    case "EventId":
      return [event.id];
    case "EventName":
      return [event.name];
    case "ReadOnly":
      return [String(event.isReadOnly)];
    case "Username":
      return [event.userName];
    case "EventSource":
      return [event.source];
    case "AccessKeyId":
      return [event.accessKeyId];
    case "ResourceName":
      return event.resources.map(({ ResourceName }) => ResourceName);
    case "ResourceType":
      return event.resources.map(({ ResourceType }) => ResourceType);
    default:
      return [];
  }
}

function told(event: TrailEvent): object {
  return {
    EventId: event.id,
    EventName: event.name,
    ReadOnly: String(event.isReadOnly),
    AccessKeyId: event.accessKeyId,
    EventTime: event.at / 1000,
    EventSource: event.source,
    Username: event.userName,
    Resources: event.resources,
    CloudTrailEvent: event.text,
  };
}

function eventOf(
  event: Omit<TrailEvent, "text">,
  call: Call,
  caller: Identity,
  reply: Reply,
): Readonly<Record<string, unknown>> {
  const code = errorCode(reply);
  return {
    eventVersion: "1.11",
    userIdentity: userIdentity(call, caller),
    eventTime: new Date(event.at).toISOString().replace(/\.\d+Z$/, "Z"),
    eventSource: event.source,
    eventName: event.name,
    awsRegion: event.region,
    sourceIPAddress: "127.0.0.1",
    userAgent: call.headers["user-agent"] ?? "",
    ...(code === null ? {} : { errorCode: code, errorMessage: elementText(reply.body, "Message") ?? "" }),
    requestParameters: requestParameters(call),
    responseElements: code === null ? responseElements(call, reply) : null,
    requestID: randomUUID(),
    eventID: event.id,
    readOnly: event.isReadOnly,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: event.account,
    eventCategory: "Management",
  };
}

function userIdentity({ accessKeyId }: Call, { kind, account, arn, userName }: Identity): object {
  const common = { principalId: `of-${account}`, arn, accountId: account, accessKeyId };
  switch (kind) {
    case "user":
      return { type: "IAMUser", ...common, userName };
    case "root-session":
      return { type: "Root", ...common, principalId: account };
    case "session": {
      const role = arn.split("/")[1] ?? "";
      const issuer = { type: "Role", arn: `arn:aws:iam::${account}:role/${role}`, accountId: account, userName: role };
      return { type: "AssumedRole", ...common, sessionContext: { sessionIssuer: issuer } };
    }
  }
}

function requestParameters({ parameters, json, protocol }: Call): object {
  const given: [string, unknown][] = protocol === "json" ? Object.entries(json) : Object.entries(parameters);
  return Object.fromEntries(
    given
      .filter(([name]) => name !== "Action" && name !== "Version")
      .map(([name, value]) => [lowerFirst(name), value] as const)
      .map(([name, value]) => [name, HIDDEN.test(name) ? "HIDDEN_DUE_TO_SECURITY_REASONS" : value]),
  );
}

function responseElements({ action }: Call, { body }: Reply): object | null {
  const text = (name: string): string => elementText(body, name) ?? "";
  switch (action) {
    case "CreateAccessKey":
      return {
        accessKey: {
          userName: text("UserName"),
          accessKeyId: text("AccessKeyId"),
          status: text("Status"),
          createDate: text("CreateDate"),
        },
      };
    case "AssumeRole":
    case "AssumeRoot":
      return { credentials: { accessKeyId: text("AccessKeyId"), expiration: text("Expiration") } };
    default:
      return null;
  }
}

function resourcesOf({ parameters }: Call, { body, status }: Reply): TrailEvent["resources"] {
  const made = status < 300 ? elementText(body, "AccessKeyId") : null;
  return [
    ["AWS::IAM::AccessKey", parameters.AccessKeyId ?? made],
    ["AWS::IAM::User", parameters.UserName],
    ["AWS::IAM::Role", parameters.RoleArn],
  ].flatMap(([ResourceType = "", ResourceName]) =>
    ResourceName === undefined || ResourceName === null ? [] : [{ ResourceType: ResourceType ?? "", ResourceName }],
  );
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
