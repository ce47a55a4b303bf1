import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Origin } from "../../src/scan/sources/git/origin/provenance.ts";
import { GitFixture } from "../support/git/git.ts";
import { trace } from "../support/git/tracing.ts";

/*
 * Random histories, written by git's fast-import, against the plainest definition of where something comes from: every commit's files are compared with
 * those of all its parents, and every ref's history is walked.
 */

const PATHS = ["a", "b", "d/a", "d/b", "d/e/a", "f/a"];
/** Of so many contents the first hold credentials: each its own, and one with its neighbour. */
const CONTENTS = 6;
const WANTED = 4;

interface CommitModel {
  readonly parents: readonly number[];
  /** Content's number by path. */
  readonly files: ReadonlyMap<string, number>;
  readonly seconds: number;
}

interface HistoryModel {
  readonly commits: readonly CommitModel[];
  /** Commits by the names of refs. */
  readonly refs: ReadonlyMap<string, number>;
  /** Commits that FETCH_HEAD names. */
  readonly past: readonly number[];
  readonly isPacked: boolean;
}

const change = fc.record({ path: fc.constantFrom(...PATHS), content: fc.nat(CONTENTS) });
const commit = fc.record({
  // How far back; what is before the beginning is no parent.
  parents: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
  changes: fc.array(change, { maxLength: 3 }),
  keepsParent: fc.nat(3),
  // Clocks go wrong.
  skew: fc.integer({ min: -500, max: 500 }),
});

const history: fc.Arbitrary<HistoryModel> = fc
  .record({
    commits: fc.array(commit, { minLength: 1, maxLength: 25 }),
    refs: fc.array(fc.nat(24), { minLength: 1, maxLength: 4 }),
    past: fc.array(fc.nat(24), { maxLength: 2 }),
    isPacked: fc.boolean(),
  })
  .map((drawn) => {
    const commits: CommitModel[] = [];
    drawn.commits.forEach(({ parents: back, changes, keepsParent, skew }, i) => {
      const parents = back.map((distance) => i - distance).filter((parent) => parent >= 0);
      const files = new Map(commits[parents[keepsParent % (parents.length || 1)] ?? -1]?.files);
      for (const { path, content } of changes) {
        if (content === CONTENTS) files.delete(path);
        else files.set(path, content);
      }
      commits.push({ parents, files, seconds: 1_700_000_000 + i * 100 + skew });
    });
    const names = ["refs/heads/main", "refs/heads/x", "refs/tags/y", "refs/odd/z"];
    const refs = new Map(drawn.refs.map((number, i) => [names[i] ?? "", number % commits.length]));
    return { commits, refs, past: drawn.past.map((number) => number % commits.length), isPacked: drawn.isPacked };
  });

function contentOf(number: number): string {
  return `content ${number}\n`;
}

function credentialsOf(content: number): string[] {
  return content < WANTED ? [`K${content}`, `L${content >> 1}`] : [];
}

/** Writes the history; the commits' ids. */
function write(git: GitFixture, { commits, refs, past, isPacked }: HistoryModel): string[] {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  let stream = "";
  for (let i = 0; i < CONTENTS; i++) stream += `blob\nmark :${i + 1}\n${data(contentOf(i))}`;
  commits.forEach(({ parents, files, seconds }, i) => {
    stream += `commit refs/temporary/${i}\nmark :${100 + i}\ncommitter C <c@x> ${seconds} +0000\n${data(`commit ${i}`)}`;
    parents.forEach((parent, n) => {
      stream += `${n === 0 ? "from" : "merge"} :${100 + parent}\n`;
    });
    stream += "deleteall\n";
    for (const [path, content] of files) stream += `M 100644 :${content + 1} ${path}\n`;
    stream += "\n";
  });
  git.feed(stream, "-c", "fastimport.unpackLimit=1000", "fast-import", "--quiet", "--force");
  const ids = git.run("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/temporary").split("\n");
  const byNumber: string[] = [];
  for (const line of ids) byNumber[Number(line.slice(41))] = line.slice(0, 40);
  let updates = commits.map((_, i) => `delete refs/temporary/${i}\n`).join("");
  for (const [name, number] of refs) updates += `create ${name} ${byNumber[number]}\n`;
  if (isPacked) git.run("repack", "-q", "-a", "-d");
  git.feed(updates, "update-ref", "--stdin");
  rmSync(join(git.gitFolder, "logs"), { recursive: true, force: true });
  const fetched = past.map((number) => `${byNumber[number]}\tnot-for-merge\n`);
  writeFileSync(join(git.gitFolder, "FETCH_HEAD"), fetched.join(""));
  return byNumber;
}

function historyOf(commits: readonly CommitModel[], tips: Iterable<number>): Set<number> {
  const met = new Set<number>(tips);
  for (const number of met) for (const parent of commits[number]?.parents ?? []) met.add(parent);
  return met;
}

/** By `credential path`: what must be told. */
function expected({ commits, refs, past }: HistoryModel): Map<string, unknown> {
  const ages: number[] = [];
  commits.forEach(({ parents, seconds }, i) => {
    ages[i] = Math.max(seconds, ...parents.map((parent) => (ages[parent] ?? 0) + 1));
  });
  const reachable = historyOf(commits, refs.values());
  const reflog = historyOf(commits, past);
  const rank = (number: number): number => (reachable.has(number) ? 0 : reflog.has(number) ? 1 : 2);
  const events = new Map<string, { commit: number; content: number }[]>();
  commits.forEach(({ parents, files }, number) => {
    for (const [path, content] of files) {
      if (parents.some((parent) => commits[parent]?.files.get(path) === content)) continue;
      for (const credential of credentialsOf(content)) {
        const key = `${credential} ${path}`;
        events.set(key, [...(events.get(key) ?? []), { commit: number, content }]);
      }
    }
  });
  const head = commits[refs.get("refs/heads/main") ?? -1]?.files ?? new Map<string, number>();
  const told = new Map<string, unknown>();
  for (const [key, all] of events) {
    const best = Math.min(...all.map((event) => rank(event.commit)));
    const kept = all.filter((event) => rank(event.commit) === best);
    kept.sort((a, b) => (ages[a.commit] ?? 0) - (ages[b.commit] ?? 0) || a.commit - b.commit);
    const leading = [...refs].filter(([, tip]) => {
      const reached = historyOf(commits, [tip]);
      return kept.some((event) => reached.has(event.commit));
    });
    const [credential = "", path = ""] = key.split(" ");
    const inHead = credentialsOf(head.get(path) ?? CONTENTS).includes(credential);
    told.set(key, {
      first: ages[kept[0]?.commit ?? -1],
      last: ages[kept.at(-1)?.commit ?? -1],
      versions: new Set(all.map((event) => event.content)).size,
      reachable: best === 0,
      refs: best === 0 ? leading.map(([name]) => name).sort() : best === 1 ? ["reflog"] : [],
      inHead,
    });
  }
  return told;
}

describe("where credentials come from", () => {
  test("is what the plainest definition says, in any history", async () => {
    await fc.assert(
      fc.asyncProperty(history, async (model) => {
        using git = new GitFixture("--bare");
        const ids = write(git, model);
        const wanted = Array.from({ length: WANTED }, (_, i) => ({
          id: git.blobId(contentOf(i)),
          type: "blob" as const,
          credentials: credentialsOf(i),
        }));
        const contents = new Map(wanted.map(({ id }, i) => [id, i]));
        const { origins, rows } = await trace(git.gitFolder, wanted);
        expect(rows).toEqual([]);
        const ages: number[] = [];
        model.commits.forEach(({ parents, seconds }, i) => {
          ages[i] = Math.max(seconds, ...parents.map((parent) => (ages[parent] ?? 0) + 1));
        });
        const ageOf = (id: string | undefined): number | undefined => ages[ids.indexOf(id ?? "")];
        const seen = (origin: Origin): [string, unknown] => [
          `${origin.credential} ${origin.path}`,
          {
            first: ageOf(origin.commit ?? ""),
            last: ageOf(origin.last?.commit),
            versions: origin.versions,
            reachable: origin.reachable,
            refs: origin.refs.toSorted(),
            inHead: origin.inHead,
          },
        ];
        const inTrees = origins.filter(({ path }) => path !== null);
        expect(new Map(inTrees.map(seen))).toEqual(expected(model));
        for (const { commit, path, blob, credential } of inTrees) {
          const files = model.commits[ids.indexOf(commit ?? "")]?.files;
          expect(contents.get(blob)).toBe(files?.get(path ?? ""));
          expect(credentialsOf(files?.get(path ?? "") ?? CONTENTS)).toContain(credential);
        }
        // What no commit holds is told of without one.
        const held = new Set(model.commits.flatMap(({ files }) => [...files.values()]));
        const lost = wanted.filter((_, i) => !held.has(i)).flatMap(({ credentials }) => credentials);
        const nowhere = origins.filter(({ path }) => path === null).map(({ credential }) => credential);
        expect(new Set(nowhere)).toEqual(new Set(lost));
      }),
      { numRuns: 25 },
    );
  }, 300_000);
});
