import { CloudTrailClient, type Event, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { type AccessKeyId, accessKeyId } from "../model/access-key-id.ts";
import { type AwsAnswer, type AwsTime, awsTime } from "../model/aws-answer.ts";
import type { KeyCreation, KeyTrail, RegionUse } from "../model/key-service.ts";
import { Places } from "../runtime/places.ts";
import { type AwsClock, BEFORE_READING, readingAnswerOf } from "./answer.ts";
import { persist } from "./persist.ts";
import { enabledRegions, regionOfIamEvents } from "./regions.ts";
import { isOwnCall, OWN_USER_AGENT } from "./rotation-agent.ts";
import type { AwsSession } from "./session.ts";

/** CloudTrail answers two lookups a second in each region of an account. */
const GAP_MS = 500;
const PAGE = 50;
/** Pages that are read in one region at most: a busy key has events without end, and one of them is enough. */
const MOST_PAGES = 20;
/** Regions that are asked at once. */
const AT_ONCE = 6;
const LOOKUP = "cloudtrail:LookupEvents";

/**
 * The event history of a session's account.
 * @param current the session to ask with, which is another one once a user that rotates its own key has gone over to the new one.
 */
export function keyTrail(current: () => AwsSession, partition: string, userName: string, clock: AwsClock): KeyTrail {
  return {
    async creations(since, signal): Promise<AwsAnswer<readonly KeyCreation[]>> {
      const session = current();
      const lookup = new Lookup(session.in(regionOfIamEvents(session, partition)), clock);
      try {
        const made: KeyCreation[] = [];
        for await (const event of lookup.events("EventName", "CreateAccessKey", since, signal)) {
          const creation = creationOf(event, userName);
          if (creation !== null) made.push(creation);
        }
        if (clock.last === null) return { kind: "unknown", detail: `${LOOKUP}: the answer carries no time` };
        return { kind: "done", value: made, at: clock.last };
      } catch (error) {
        return readingAnswerOf(error, LOOKUP, clock.last);
      }
    },
    async uses(key, since, signal): Promise<readonly RegionUse[]> {
      const session = current();
      const { regions, incomplete } = await enabledRegions(session, partition, signal);
      const places = new Places(AT_ONCE);
      const uses = await Promise.all(
        regions.map((region) => places.within(() => useIn(new Lookup(session.in(region), clock), key, since, signal))),
      );
      return incomplete === null ? uses : [...uses, { region: "others", kind: "unknown", why: incomplete }];
    },
  };
}

async function useIn(lookup: Lookup, key: AccessKeyId, since: AwsTime, signal: AbortSignal): Promise<RegionUse> {
  const { region } = lookup;
  try {
    for await (const event of lookup.events("AccessKeyId", key, since, signal)) {
      const use = useOf(event, region);
      if (use !== null) return use;
    }
    return lookup.isCutShort
      ? { region, kind: "unknown", why: "there are too many events to look through" }
      : { region, kind: "nothing-among-what-it-shows" };
  } catch (error) {
    const answer = readingAnswerOf(error, LOOKUP, null);
    return { region, kind: "unknown", why: answer.kind === "refused" ? answer.refusal.detail : answer.detail };
  }
}

/** One region's event history. */
class Lookup {
  readonly region: string;
  /** Whether there was more than is looked through. */
  isCutShort = false;
  readonly #session: AwsSession;
  readonly #client: CloudTrailClient;

  constructor(session: AwsSession, clock: AwsClock) {
    this.region = session.region;
    this.#session = session;
    this.#client = new CloudTrailClient({ ...session.clientSettings(), customUserAgent: [[OWN_USER_AGENT, "trail"]] });
    this.#client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        clock.note(result.response);
        return result;
      },
      BEFORE_READING,
    );
  }

  /** Those since then, the last first. @throws AwsFailure. */
  async *events(
    AttributeKey: "EventName" | "AccessKeyId",
    AttributeValue: string,
    since: AwsTime,
    signal: AbortSignal,
  ): AsyncGenerator<Event> {
    const { waiting } = this.#session.settings;
    const pace = this.#session.pace();
    let NextToken: string | undefined;
    for (let page = 0; ; page++) {
      if (page === MOST_PAGES) {
        this.isCutShort = true;
        return;
      }
      if (page > 0) await waiting.sleep(GAP_MS, signal);
      const command = new LookupEventsCommand({
        LookupAttributes: [{ AttributeKey, AttributeValue }],
        StartTime: new Date(since),
        MaxResults: PAGE,
        NextToken,
      });
      const attempt = () => this.#client.send(command, { abortSignal: signal });
      const answer = await persist({ name: LOOKUP, attempt }, pace, waiting, signal);
      yield* answer.Events ?? [];
      NextToken = answer.NextToken;
      if (NextToken === undefined) return;
    }
  }
}

/** An event's own record, as far as it matters here. */
interface EventRecord {
  readonly eventTime?: string;
  readonly eventSource?: string;
  readonly userAgent?: string;
  readonly sourceIPAddress?: string;
  readonly userIdentity?: { readonly arn?: string };
  readonly responseElements?: {
    readonly accessKey?: { readonly userName?: string; readonly accessKeyId?: string };
  } | null;
}

function recordOf({ CloudTrailEvent = "{}" }: Event): EventRecord {
  return JSON.parse(CloudTrailEvent) as EventRecord;
}

/** Null: it was refused, or made a key of somebody else. */
function creationOf(event: Event, userName: string): KeyCreation | null {
  const { responseElements, userIdentity, userAgent = "", eventTime } = recordOf(event);
  const made = responseElements?.accessKey;
  const id = accessKeyId(made?.accessKeyId ?? "");
  if (id === null || made?.userName !== userName) return null;
  return { accessKeyId: id, at: timeOf(event, eventTime), by: userIdentity?.arn ?? "", userAgent };
}

/** Null: it was our own. */
function useOf(event: Event, region: string): RegionUse | null {
  const { eventSource = "", userAgent = "", sourceIPAddress = "", eventTime } = recordOf(event);
  if (isOwnCall(userAgent)) return null;
  return {
    region,
    kind: "seen",
    at: timeOf(event, eventTime),
    service: eventSource.replace(/\.amazonaws\.com.*$/, ""),
    userAgent,
    sourceAddress: sourceIPAddress,
  };
}

function timeOf({ EventTime }: Event, eventTime: string | undefined): AwsTime {
  const at = Date.parse(eventTime ?? "");
  return awsTime(Number.isNaN(at) ? (EventTime?.getTime() ?? 0) : at);
}
