import { Readable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { pushRequests } from "../../src/cli/push-requests.ts";
import { OperatorGit } from "../../src/scan/sources/change/operator-git.ts";
import { GitFixture } from "../support/git/git.ts";

const [A, B, C, NONE] = ["a", "b", "c", "0"].map((digit) => digit.repeat(40)) as [string, string, string, string];

/** What a server is asked to check of a push of these lines, `OLD NEW REF` each. HEAD is main. */
async function received(...lines: readonly string[]) {
  const repository = new GitFixture("--bare");
  onTestFinished(() => repository[Symbol.dispose]());
  const environment = { PATH: process.env["PATH"], HOME: repository.folder };
  const git = new OperatorGit({ folder: repository.work, environment, signal: new AbortController().signal });
  const stdin = Readable.from([Buffer.from(lines.map((line) => `${line}\n`).join(""))]);
  const requests = await pushRequests("pre-receive", { args: [], environment, stdin, git });
  return requests.map(({ request: { tips, known, knownRefs } }) => ({
    refs: tips.map(({ ref }) => ref),
    known,
    knownRefs,
  }));
}

test("a server checks all refs but HEAD's at once, however many, by what it has and not by what the pusher says that it had", async () => {
  const others = Array.from({ length: 100 }, (_, number) => `refs/heads/b${number}`);
  const lines = others.map((ref, number) => `${number.toString(16).padStart(40, "d")} ${B} ${ref}`);
  expect(await received(`${A} ${C} refs/heads/main`, ...lines, `${A} ${NONE} refs/heads/gone`)).toEqual([
    { refs: ["refs/heads/main"], known: [A], knownRefs: [] },
    { refs: others, known: [], knownRefs: ["--all"] },
  ]);
});

test("a server checks nothing of a push that only deletes", async () => {
  expect(await received(`${A} ${NONE} refs/heads/main`, `${A} ${NONE} refs/tags/gone`)).toEqual([]);
});
