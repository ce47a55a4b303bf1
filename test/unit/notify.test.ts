import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { commandChannel } from "../../src/notify/command.ts";
import { emailChannel } from "../../src/notify/email.ts";
import type { Channel, Notice } from "../../src/notify/notice.ts";
import { Notifier, USUAL_NOTICES } from "../../src/notify/notifier.ts";
import { rotationNotice } from "../../src/notify/rotation-notice.ts";
import { slackChannel } from "../../src/notify/slack.ts";
import { snsChannel } from "../../src/notify/sns.ts";
import { fileSink, handOn, syslogSink } from "../../src/notify/trail-sinks.ts";
import { webhookChannel } from "../../src/notify/webhook.ts";
import { temporaryFolder, temporaryLedger } from "../support/ledger/folder.ts";
import { generateMaterial } from "../support/material.ts";
import { rotationOf } from "../support/rotation-reports.ts";

const { secret } = generateMaterial(11);
const { signal } = new AbortController();
const NOTICE: Notice = rotationNotice(
  "stuck",
  rotationOf({ state: "stuck", reason: "<b> & *it*" }),
  "2026-11-21T12:00:00.000Z",
);

interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A web that takes down what it is asked, and answers with a status. */
function web(status = 200): { readonly asked: Asked[]; fetch(url: URL, init: RequestInit): Promise<Response> } {
  const asked: Asked[] = [];
  return {
    asked,
    async fetch(url, { headers, body }) {
      asked.push({ url: url.href, headers: headers as Record<string, string>, body: String(body) });
      return new Response(status === 204 ? null : secret, { status });
    },
  };
}

/** What is told of a channel that fails. */
async function whyOf(channel: Channel): Promise<string> {
  let told = "";
  await new Notifier([{ channel, on: ["stuck"] }], (name, why) => {
    told = `${name}: ${why}`;
  }).tell(NOTICE);
  expect(told.includes(secret)).toBe(false);
  return told;
}

describe("a notice", () => {
  test("goes to Slack, and what speaks the same, as text that is no markup, whatever names and reasons are", async () => {
    const { asked, fetch } = web();
    await slackChannel("slack", async () => new Secret("https://hooks.example.com/x"), fetch).send(NOTICE, signal);
    expect(asked[0]?.url).toBe("https://hooks.example.com/x");
    const { text } = JSON.parse(asked[0]?.body ?? "{}") as { readonly text: string };
    expect(text).toMatch(/^`keysweep: the rotation travis-deploy needs a person`\n```\n[^`]*\n```$/);
    expect(text).toContain("&lt;b&gt; &amp; *it*");
  });

  test.each([
    "@everyone",
    "@channel",
    "[reset](https://evil.example)",
    "<!channel>",
    "```\n@here\n```",
    "`x` https://evil.example",
  ])("%s in a name or a reason stays in code", async (hostile) => {
    const { asked, fetch } = web();
    const rotation = rotationOf({ name: hostile, userName: hostile, reason: hostile });
    const notice = rotationNotice("stuck", rotation, NOTICE.at);
    await slackChannel("slack", async () => new Secret("https://hooks.example.com/x"), fetch).send(notice, signal);
    const { text } = JSON.parse(asked[0]?.body ?? "{}") as { readonly text: string };
    const outside = text.replace(/^`[^`\n]*`\n```\n[^`]*\n```$/, "");
    expect(outside).toBe("");
    expect(text).not.toContain("<");
  });

  test("of findings goes to Slack in code as well", async () => {
    const { asked, fetch } = web();
    const notice = { ...NOTICE, lines: ["high: @everyone ``` <!here>"] };
    await slackChannel("slack", async () => new Secret("https://hooks.example.com/x"), fetch).send(notice, signal);
    const { text } = JSON.parse(asked[0]?.body ?? "{}") as { readonly text: string };
    expect(text).toMatch(/^`[^`\n]*`\n```\n[^`]*high: @everyone [^`]*\n```$/);
  });

  test("goes to a webhook signed, so that its receiver knows who sent it", async () => {
    const { asked, fetch } = web(204);
    const clock = { now: () => 1_800_000_000_000 };
    const url = new URL("https://example.com/hook");
    await webhookChannel("webhook", url, async () => new Secret(secret), fetch, clock).send(NOTICE, signal);
    const { headers, body } = asked[0] ?? { headers: {} as Record<string, string>, body: "" };
    const signed = `${headers["webhook-id"]}.1800000000.${body}`;
    expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", secret).update(signed).digest("base64")}`);
    expect(JSON.parse(body)).toMatchObject({
      schema: "keysweep/notice@1",
      on: "stuck",
      subject: { rotation: { state: "stuck" } },
    });
  });

  test("goes to a topic with a subject that SNS takes", async () => {
    const published: string[][] = [];
    const channel = snsChannel(
      "sns",
      "arn:aws:sns:eu-west-1:123456789012:keys",
      async (...args) => void published.push(args),
    );
    await channel.send({ ...NOTICE, title: `keysweep: ${"ü→\n".repeat(100)}` }, signal);
    expect(published[0]?.[1]).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(published[0]?.[2]).toContain('"schema": "keysweep/notice@1"');
  });

  test("goes to a program on its standard input", async () => {
    const runs: string[][] = [];
    const channel = commandChannel("command", ["tell", "--loud"], async (argv, stdin) => {
      runs.push([...argv, stdin]);
      return { status: 0 };
    });
    await channel.send(NOTICE, signal);
    expect(runs[0]?.slice(0, 2)).toEqual(["tell", "--loud"]);
    expect(JSON.parse(runs[0]?.[2] ?? "{}")).toMatchObject({ on: "stuck" });
  });

  test("goes to people by e-mail", async () => {
    const { port, letters } = await mailServer();
    const server = { host: "127.0.0.1", port, tls: "none", user: null, password: null } as const;
    await emailChannel("email", server, { from: "keysweep@example.com", to: ["ada@example.com"] }).send(NOTICE, signal);
    const letter = letters.join("\n");
    expect(letter).toMatch(/^Subject: keysweep: the rotation travis-deploy needs a person$/m);
    expect(letter).toMatch(/^To: ada@example.com$/m);
  });

  test("tells keys, reason and next step, and the last events alone", () => {
    const history = Array.from({ length: 50 }, (_, index) => ({ at: NOTICE.at, event: `event ${index}` }));
    const { text, subject } = rotationNotice("begun", rotationOf({ history }), NOTICE.at);
    expect(text).toBe(
      "User deploy-travis in account 123456789012, keys OLD → NEW. the old key was used 2 hours ago Next step: 2026-11-22T10:00:00.000Z.",
    );
    expect(JSON.stringify(subject)).not.toContain('event 1"');
    expect(JSON.stringify(subject)).toContain("event 49");
  });
});

describe("a channel that fails", () => {
  const slack = (fetch: ReturnType<typeof web>["fetch"], url = "https://hooks.example.com/x"): Channel =>
    slackChannel("slack", async () => new Secret(url), fetch);

  test.each([
    ["refuses", () => slack(web(403).fetch), "slack: the server answered with status 403"],
    ["is not there", () => slack(() => Promise.reject(new Error(secret))), "slack: the server did not answer"],
    ["has no address", () => slack(web().fetch, secret), "slack: its webhook is no address"],
    ["ends badly", () => commandChannel("c", ["tell"], async () => ({ status: 3 })), "c: tell ended with status 3"],
    [
      "is a defect",
      () => ({ name: "x", send: () => Promise.reject(new TypeError(secret)) }),
      "x: an internal error (TypeError)",
    ],
  ])("that %s is told of, without what is secret", async (_, channel, told) => {
    expect(await whyOf(channel())).toBe(told);
  });

  test("to be reached by e-mail shows no password", async () => {
    const server = {
      host: "127.0.0.1",
      port: 9,
      tls: "starttls",
      user: "ada",
      password: async () => new Secret(secret),
    } as const;
    const told = await whyOf(emailChannel("email", server, { from: "a@example.com", to: ["b@example.com"] }));
    expect(told).toMatch(/^email: 127\.0\.0\.1 did not take the letter \(E/);
  });

  test("holds up no other, and a rotation neither", async () => {
    const sent: string[] = [];
    const failures: string[] = [];
    const never: Channel = { name: "never", send: () => new Promise(() => {}) };
    const good: Channel = { name: "good", send: async ({ on }) => void sent.push(on) };
    const over = AbortSignal.abort();
    const notifier = new Notifier(
      [
        { channel: never, on: ["done"] },
        { channel: good, on: ["done"] },
        { channel: good, on: USUAL_NOTICES },
      ],
      (name, why) => failures.push(`${name}: ${why}`),
      () => (sent.length >= 0 ? over : over),
    );
    await notifier.tell({ ...NOTICE, on: "done" });
    expect(sent).toEqual(["done", "done"]);
    expect(failures).toContain("never: it took too long");
    await notifier.tell({ ...NOTICE, on: "begun" });
    expect(sent).toHaveLength(2);
  });
});

describe("the trail", () => {
  const entry = (number: number) => ({ at: NOTICE.at, who: "ada", what: "rotation.begun", details: { number } });

  test("is handed on to a file once, in order, and readable by its owner alone", async () => {
    const { trail } = temporaryLedger();
    const path = join(temporaryFolder(), "trail.jsonl");
    for (let number = 1; number <= 1200; number++) trail.append(entry(number));
    await handOn(trail, [fileSink(path)], expect.unreachable);
    trail.append(entry(1201));
    await handOn(trail, [fileSink(path)], expect.unreachable);
    const lines = readFileSync(path, "utf8").trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { number: number }).number)).toEqual(
      lines.map((_, index) => index + 1),
    );
    expect([lines.length, statSync(path).mode & 0o777]).toEqual([1201, 0o600]);
  });

  test("is handed on later where it could not be", async () => {
    const { trail } = temporaryLedger();
    const folder = temporaryFolder();
    const path = join(folder, "later", "trail.jsonl");
    trail.append(entry(1));
    const failures: string[] = [];
    await handOn(trail, [fileSink(path)], (why) => failures.push(why));
    expect(failures).toEqual([`the trail cannot be written to ${path}: ENOENT`]);
    mkdirSync(join(folder, "later"));
    await handOn(trail, [fileSink(path)], expect.unreachable);
    expect(readFileSync(path, "utf8")).toMatch(/^\{"schema":"keysweep\/trail@1","number":1,/);
  });

  test("is handed on to syslog by logger, on its standard input", async () => {
    const { trail } = temporaryLedger();
    trail.append(entry(1));
    const runs: unknown[] = [];
    const sink = syslogSink(async (argv, stdin) => {
      runs.push([argv.join(" "), stdin]);
      return { status: 0 };
    });
    await handOn(trail, [sink], expect.unreachable);
    await handOn(trail, [sink], expect.unreachable);
    expect(inspect(runs)).toContain("logger -t keysweep -p auth.notice");
    expect(runs).toHaveLength(1);
  });
});

/** A server that takes any letter. */
async function mailServer(): Promise<{ readonly port: number; readonly letters: string[] }> {
  const letters: string[] = [];
  const server = createServer((socket) => {
    let isLetter = false;
    socket.write("220 mail.example.com\r\n");
    socket.setEncoding("utf8").on("data", (text: string) => {
      for (const line of text.split("\r\n").slice(0, -1)) {
        if (isLetter) {
          if (line === ".") {
            isLetter = false;
            socket.write("250 taken\r\n");
          } else letters.push(line);
          continue;
        }
        const [verb = ""] = line.toUpperCase().split(/[ :]/);
        isLetter = verb === "DATA";
        socket.write(isLetter ? "354 go on\r\n" : verb === "QUIT" ? "221 bye\r\n" : "250 fine\r\n");
      }
    });
    socket.on("error", () => {});
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === "object" && address !== null ? address.port : 0, letters };
}
