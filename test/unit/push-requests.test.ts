import { Readable } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { pushRequests } from "../../src/cli/hook/push-requests.ts";
import { OperatorGit } from "../../src/scan/sources/change/operator-git.ts";
import { GitFixture } from "../support/git/git.ts";

const [A, B, C, NONE] = ["a", "b", "c", "0"].map((digit) => digit.repeat(40)) as [string, string, string, string];

type Hook = "pre-push" | "pre-receive";

function fixture(...options: readonly string[]): GitFixture {
  const repository = new GitFixture(...options);
  onTestFinished(() => repository[Symbol.dispose]());
  return repository;
}

/** What is asked to be checked of these lines, and how many gits that took. */
async function requested(hook: Hook, repository: GitFixture, lines: readonly string[], args: readonly string[] = []) {
  const environment = { PATH: process.env["PATH"], HOME: repository.folder };
  const git = new OperatorGit({ folder: repository.work, environment, signal: new AbortController().signal });
  const started = vi.spyOn(git, "start");
  const stdin = Readable.from([Buffer.from(lines.map((line) => `${line}\n`).join(""))]);
  const requests = await pushRequests(hook, { args, environment, stdin, git });
  const told = requests.map(({ request: { tips, known, knownRefs }, policyFrom }) => ({
    refs: tips.map(({ ref }) => ref),
    known,
    knownRefs,
    policy: policyFrom.name,
  }));
  return { told, gits: started.mock.calls.length };
}

/** What a server is asked to check of a push of these lines, `OLD NEW REF` each. HEAD is main. */
async function received(...lines: readonly string[]) {
  return (await requested("pre-receive", fixture("--bare"), lines)).told;
}

test("a server checks all refs but HEAD's at once, however many, by what it has and not by what the pusher says that it had", async () => {
  const others = Array.from({ length: 100 }, (_, number) => `refs/heads/b${number}`);
  const lines = others.map((ref, number) => `${number.toString(16).padStart(40, "d")} ${B} ${ref}`);
  expect(await received(`${A} ${C} refs/heads/main`, ...lines, `${A} ${NONE} refs/heads/gone`)).toEqual([
    { refs: ["refs/heads/main"], known: [A], knownRefs: [], policy: "HEAD" },
    { refs: others, known: [], knownRefs: ["--all"], policy: "HEAD" },
  ]);
});

test("a server checks nothing of a push that only deletes", async () => {
  expect(await received(`${A} ${NONE} refs/heads/main`, `${A} ${NONE} refs/tags/gone`)).toEqual([]);
});

test("what a push brings is asked for at once, by what all its refs had, and apart only where they had other rules", async () => {
  const repository = fixture();
  const plain = ["one", "two", "three"].map((message) => repository.commit(message));
  const allowing = ["four", "five"].map((message) => repository.commit(message, { "keysweep.yaml": "allow: []\n" }));
  const other = repository.commit("six", { "keysweep.yaml": "allow: []\nexclude: []\n" });
  const tip = repository.commit("seven");
  const olds = [...plain, ...allowing, other];
  const lines = olds.map((from, number) => `refs/heads/b${number} ${tip} refs/heads/b${number} ${from}`);
  const news = ["new", "topic"].map((name) => `refs/heads/${name} ${tip} refs/heads/${name} ${NONE}`);
  const elsewhere = `refs/heads/forced ${tip} refs/heads/forced ${A}`;
  const gone = `(delete) ${NONE} refs/heads/gone ${B}`;
  const { told } = await requested("pre-push", repository, [...lines, ...news, elsewhere, gone]);
  const same = { known: [...olds, A], knownRefs: ["--remotes"] };
  expect(told).toEqual([
    { ...same, refs: ["refs/heads/b0", "refs/heads/b1", "refs/heads/b2"], policy: plain[0] },
    { ...same, refs: ["refs/heads/b3", "refs/heads/b4"], policy: allowing[0] },
    { ...same, refs: ["refs/heads/b5"], policy: other },
    { ...same, refs: ["refs/heads/new", "refs/heads/topic", "refs/heads/forced"], policy: null },
  ]);
});

test("remote-tracking branches are compared with what a remote says it has, however many, in a few calls of git", async () => {
  const repository = fixture();
  const [first = "", ...commits] = Array.from({ length: 20 }, (_, number) => repository.commit(`${number}`));
  const tip = repository.commit("pushed");
  const line = (from: string, number: number) => `refs/heads/b${number} ${tip} refs/heads/b${number} ${from}`;
  commits.forEach((_, number) => repository.run("update-ref", `refs/remotes/origin/b${number}`, first));
  const push = (lines: readonly string[]) => requested("pre-push", repository, lines, ["origin"]);
  const ahead = await push(commits.map(line));
  expect(ahead.told).toMatchObject([{ refs: { length: 19 }, known: commits, knownRefs: ["--remotes=origin"] }]);
  expect(ahead.gits).toBeLessThan(6);
  // A remote that has less than was seen, or does not have the branch, is another one; of what was never fetched nothing is known.
  repository.run("update-ref", "refs/remotes/origin/b3", tip);
  expect((await push(commits.map(line))).told).toMatchObject([{ knownRefs: [] }]);
  expect((await push([line(NONE, 0)])).told).toMatchObject([{ knownRefs: [] }]);
  expect((await push([line(A, 3)])).told).toMatchObject([{ known: [A], knownRefs: ["--remotes=origin"] }]);
});
