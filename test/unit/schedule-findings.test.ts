import { describe, expect, test } from "vitest";
import type { Fingerprint } from "../../src/model/finding.ts";
import { Secret } from "../../src/model/secret.ts";
import type { Severity } from "../../src/model/severity.ts";
import type { ToldFindings } from "../../src/model/told-findings.ts";
import { MOST_TOLD, newsAmong } from "../../src/notify/finding-news.ts";
import { type FindingLine, findingNotice } from "../../src/notify/finding-notice.ts";
import type { Notice } from "../../src/notify/notice.ts";
import { slackChannel } from "../../src/notify/slack.ts";
import { snsChannel } from "../../src/notify/sns.ts";
import { webhookChannel } from "../../src/notify/webhook.ts";
import { temporaryLedger } from "../support/ledger/folder.ts";

const print = (number: number): Fingerprint => `ks1:${String(number).padStart(32, "0")}`;

function finding(number: number, severity: Severity = "high", where = "/srv/.env:1:1"): FindingLine {
  return {
    fingerprint: print(number),
    severity,
    title: "AWS access key",
    rule: "aws-access-key-pair",
    accessKeyId: null,
    where,
  };
}

const NOTHING: ToldFindings = new Map();

describe("what people are told of findings", () => {
  test("is what they do not know, and what is worse than they know", () => {
    const first = newsAmong([finding(1), finding(2, "medium")], NOTHING, []);
    expect(first.told.map(({ fingerprint }) => fingerprint)).toEqual([print(1), print(2)]);
    const second = newsAmong([finding(2, "critical"), finding(1), finding(3)], first.afterwards, []);
    expect(second.told.map(({ fingerprint }) => fingerprint)).toEqual([print(2), print(3)]);
    expect(second.counts).toEqual({ critical: 1, high: 1, medium: 0, low: 0, info: 0 });
    expect(newsAmong([finding(2, "critical"), finding(1), finding(3)], second.afterwards, []).told).toEqual([]);
  });

  test("is told again when it comes back, and not when it could only not be looked at", () => {
    const { afterwards } = newsAmong([finding(1), finding(2)], NOTHING, []);
    const without = newsAmong([], afterwards, [print(2)]);
    expect([...without.afterwards.keys()]).toEqual([print(2)]);
    const again = newsAmong([finding(1), finding(2)], without.afterwards, []);
    expect(again.told.map(({ fingerprint }) => fingerprint)).toEqual([print(1)]);
  });

  test("is told after the next run where nobody could be told", () => {
    const { otherwise } = newsAmong([finding(1), finding(2, "critical")], new Map([[print(2), "medium"]]), []);
    expect([...otherwise]).toEqual([[print(2), "medium"]]);
    expect(newsAmong([finding(1), finding(2, "critical")], otherwise, []).told).toHaveLength(2);
  });

  test("is told again once it has become less severe and is as bad as before", () => {
    const known = new Map([[print(1), "critical" as Severity]]);
    const milder = newsAmong([finding(1, "medium")], known, []);
    expect(milder.told).toEqual([]);
    for (const after of [milder.afterwards, milder.otherwise])
      expect(newsAmong([finding(1, "critical")], after, []).told).toHaveLength(1);
  });

  test("is remembered by the ledger, each job's for itself", () => {
    const { told } = temporaryLedger();
    told.replace(
      "scan",
      new Map([
        [print(1), "high"],
        [print(2), "low"],
      ]),
    );
    told.replace("audit", new Map([[print(1), "medium"]]));
    told.replace(
      "scan",
      new Map([
        [print(2), "critical"],
        [print(3), "high"],
      ]),
    );
    expect([...told.of("scan")]).toEqual([
      [print(2), "critical"],
      [print(3), "high"],
    ]);
    expect([...told.of("audit")]).toEqual([[print(1), "medium"]]);
    expect(told.of("rotate").size).toBe(0);
  });
});

const RUN = {
  job: "scan",
  startedAt: "2026-11-21T02:00:00.000Z",
  finishedAt: "2026-11-21T02:01:00.000Z",
  by: "ada@build-7",
} as const;

function noticeOf(findings: readonly FindingLine[]): Notice {
  return findingNotice(RUN, newsAmong(findings, NOTHING, []));
}

/** What goes over the wire to a channel that is not there. */
async function sentTo(type: "slack" | "webhook" | "sns", notice: Notice): Promise<string> {
  let sent = "";
  const web = async (_url: URL, { body }: RequestInit): Promise<Response> => {
    sent = String(body);
    return new Response(null, { status: 200 });
  };
  const secret = async () => new Secret("https://hooks.example.com/x");
  const channel = {
    slack: () => slackChannel("slack", secret, web),
    webhook: () => webhookChannel("webhook", new URL("https://example.com"), secret, web, { now: () => 0 }),
    sns: () => snsChannel("sns", "arn", async (_topic, _subject, message) => void (sent = message)),
  }[type]();
  await channel.send(notice, new AbortController().signal);
  return sent;
}

describe("a notice of findings", () => {
  test("says how many there are, by severity, and where the first are", () => {
    const { title, text, lines } = noticeOf([finding(1, "critical"), finding(2), finding(3)]);
    expect(title).toBe("keysweep: 3 new findings of the scan by ada@build-7");
    expect(text).toMatch(/^1 critical, 2 high\. /);
    expect(lines?.[0]).toBe(`critical: AWS access key: /srv/.env:1:1 (${print(1)})`);
    expect(noticeOf([finding(1)]).title).toContain("1 new finding of");
  });

  test("is as short for a hundred thousand as for a few", async () => {
    const long = "x".repeat(160);
    const many = Array.from({ length: 100_000 }, (_, number) => finding(number, "high", long));
    const notice = noticeOf(many);
    expect(notice.lines).toHaveLength(MOST_TOLD + 1);
    expect(notice.lines?.at(-1)).toBe(`and ${100_000 - MOST_TOLD} more`);
    expect(notice.subject.leftOut).toBe(100_000 - MOST_TOLD);
    for (const type of ["slack", "webhook", "sns"] as const)
      expect((await sentTo(type, notice)).length).toBeLessThan(12_000);
  });

  test.each([
    ["a mention", "/srv/<!channel> @everyone @here"],
    ["a link", "/srv/<https://evil.example|click> [click](https://evil.example) ![](https://evil.example/a.png)"],
    ["the end of the block", "/srv/``` *bold* `code` ```"],
    ["an entity", "/srv/&lt;!channel&gt;"],
  ])("shows Slack and its like %s in a name as text in a block of code, and nothing else", async (_, where) => {
    const { text } = JSON.parse(await sentTo("slack", noticeOf([finding(1, "high", where)]))) as { text: string };
    const [before = "", block = "", after = "none"] = text.split("```");
    expect(before.startsWith("`keysweep: 1 new finding ")).toBe(true);
    expect(before).not.toContain("/srv/");
    expect([block.includes("/srv/"), /[<>]/.test(block), after]).toEqual([true, false, ""]);
    // What was written, once Slack's entities are read, but for what looks like a tick.
    const read = block.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
    expect(read).toContain(where.replaceAll("`", "ˋ"));
  });

  test("goes to the others as it is", async () => {
    const where = "/srv/<b>:1:1";
    const notice = noticeOf([finding(1, "high", where)]);
    expect(await sentTo("sns", notice)).toContain(`high: AWS access key: ${where}`);
    expect(JSON.parse(await sentTo("webhook", notice))).toMatchObject({
      schema: "keysweep/notice@1",
      on: "finding",
      subject: { run: RUN, findings: [{ fingerprint: print(1), where }], leftOut: 0 },
    });
  });
});
