import { readFileSync } from "node:fs";
import { join } from "node:path";
import { skipped } from "../../../model/coverage.ts";
import { KeysweepError } from "../../../model/error.ts";
import type { GitPlace } from "../../../model/place.ts";
import { shownName } from "../../shown-name.ts";
import { type Authorship, parseAuthorship, parseTagTarget } from "../git/objects/commit.ts";
import { headerLinesOf } from "../git/origin/message.ts";
import { BlobSearch } from "../git/search/blob-search.ts";
import { memberPath } from "../member-search.ts";
import { CatFile } from "./cat-file.ts";
import { ChangeSearch, type ChangeSearchOptions, type ChangeTotals } from "./change-search.ts";
import { commitChanges, type NewCommit } from "./commit-changes.ts";
import { incoming } from "./incoming.ts";
import type { OperatorGit } from "./operator-git.ts";
import type { FileChange } from "./raw-diff.ts";
import { type RepositoryFacts, repositoryFacts } from "./work-tree.ts";

/** Enough of an object for its header, in bytes: a commit with a thousand parents needs 48,000. */
const HEADER_BYTES = 64 * 1024;
/** A tag of a tag of a tag … */
const LONGEST_TAG_CHAIN = 100;
/** So many refs are named of those that lead to a commit. */
const FEW_REFS = 4;

/** What a push or a pull request adds. */
export interface RangeRequest {
  /** What it brings: names that `git cat-file` understands, and the ref that is to lead there if that is known. */
  readonly tips: readonly { readonly name: string; readonly ref: string | null }[];
  /** Commits whose history is there already: names. One that this repository has never seen leaves nothing out, unless `mustMeet`. */
  readonly known: readonly string[];
  /** Options of `git rev-list` for more of that: `--all`, `--remotes=origin`. */
  readonly knownRefs: readonly string[];
  /** Whether a known commit that is not here, or shares no history with the new ones, is a mistake; a forced push may well have replaced all. */
  readonly mustMeet: boolean;
}

/** What the commits of a range add. */
export interface RangeChange {
  readonly kind: "range";
  /** The work tree's folder, or the git directory where there is none. */
  readonly repository: string;
  readonly git: OperatorGit;
  readonly objects: CatFile;
  /** Oldest first. */
  readonly commits: readonly NewCommit[];
  /** Known commits that new ones build on, the newest last. */
  readonly boundary: readonly string[];
  /** Annotated tags, and trees and blobs that a tag names without a commit. */
  readonly tags: readonly string[];
  readonly trees: readonly string[];
  readonly blobs: readonly string[];
  /** The refs that are to lead there. */
  readonly refs: readonly string[];
}

/** `A..B` by its sides. @throws KeysweepError `usage` for anything else. */
export function parseRange(text: string): { readonly from: string; readonly to: string } {
  const refuse = (problem: string, hint: string): never => {
    throw new KeysweepError("usage", `--range ${shownName(text)}: ${problem}`, { hint });
  };
  if (text.includes("..."))
    return refuse(
      "three dots are not known here",
      "A..B is what B has and A has not: what a pull request of B into A adds.",
    );
  const sides = text.split("..");
  const [from, to] = sides;
  if (sides.length !== 2 || from === undefined || to === undefined)
    return refuse("expected A..B", "For example --range origin/main..HEAD");
  // Git takes a side that is missing for HEAD; here it is a variable that was not set, and a check that checks nothing.
  if (from === "" || to === "") return refuse("a side is empty", "Is a variable empty in the command?");
  if (from.startsWith("-") || to.startsWith("-")) return refuse("no revision begins with a dash", "Check the command.");
  return { from, to };
}

/** Git's word for no object, in a repository of SHA-1. */
export const NOTHING = "0".repeat(40);

/** Whether an object id is git's word for nothing, as in a push that makes a branch. */
export function isNothing(id: string): boolean {
  return /^0{40}(?:0{24})?$/.test(id);
}

/**
 * Asks git for what is new. The caller closes `objects`.
 * @throws KeysweepError `usage` for a revision that is not there, histories without a common commit, and a shallow clone that ends within the range; `git`.
 */
export async function openRange(git: OperatorGit, request: RangeRequest): Promise<RangeChange> {
  const objects = new CatFile(git);
  try {
    const facts = await repositoryFacts(git);
    const tips = { commits: [] as string[], tags: [] as string[], trees: [] as string[], blobs: [] as string[] };
    for (const { name } of request.tips) await follow(objects, name, facts, tips);
    const known: string[] = [];
    for (const name of request.known) {
      const header = await objects.open(`${name}^{commit}`);
      if (header !== null) known.push(header.id);
      else if (request.mustMeet) throw unknownRevision(name, facts);
    }
    const { commits, boundary } = await newCommits(git, tips.commits, known, request.knownRefs);
    if (request.mustMeet && commits.length > 0 && known.length > 0 && boundary.length === 0) {
      throw new KeysweepError("usage", "the two sides of the range have no commit in common", {
        hint: facts.isShallow
          ? DEEPEN
          : "Is it the right branch? A side of zeros (0000…) means: everything that no remote has.",
      });
    }
    if (facts.isShallow) checkEdge(facts, commits);
    return {
      kind: "range",
      repository: facts.top ?? facts.gitDirectory,
      git,
      objects,
      commits,
      boundary,
      tags: tips.tags,
      trees: tips.trees,
      blobs: tips.blobs,
      refs: request.tips.flatMap(({ ref }) => ref ?? []),
    };
  } catch (error) {
    objects.close();
    throw error;
  }
}

const DEEPEN = "This clone is shallow: fetch more of it (git fetch --unshallow; in CI fetch-depth: 0).";

/** From a name through annotated tags to what it means in the end. */
async function follow(
  objects: CatFile,
  name: string,
  facts: RepositoryFacts,
  into: { commits: string[]; tags: string[]; trees: string[]; blobs: string[] },
): Promise<void> {
  let next: string | null = name;
  for (let depth = 0; next !== null && depth < LONGEST_TAG_CHAIN; depth++) {
    const header = await objects.open(next);
    if (header === null) throw unknownRevision(next, facts);
    switch (header.type) {
      case "commit":
        into.commits.push(header.id);
        return;
      case "tree":
        into.trees.push(header.id);
        return;
      case "blob":
        into.blobs.push(header.id);
        return;
      default:
        into.tags.push(header.id);
        next = parseTagTarget(await objects.beginning(HEADER_BYTES));
    }
  }
  throw new KeysweepError("usage", `${shownName(name)} is a tag that leads nowhere`);
}

function unknownRevision(name: string, { isShallow }: RepositoryFacts): KeysweepError {
  return new KeysweepError("usage", `there is no commit ${shownName(name)} in this repository`, {
    hint: isShallow ? DEEPEN : "Check the spelling, or fetch it first.",
  });
}

async function newCommits(
  git: OperatorGit,
  tips: readonly string[],
  known: readonly string[],
  knownRefs: readonly string[],
): Promise<{ commits: NewCommit[]; boundary: string[] }> {
  if (tips.length === 0) return { commits: [], boundary: [] };
  const without = knownRefs.length === 0 ? [] : ["--not", ...knownRefs];
  const ids = [...tips, ...known.map((id) => `^${id}`)].map((line) => `${line}\n`).join("");
  const args = ["rev-list", "--topo-order", "--reverse", "--parents", "--boundary", "--stdin", ...without];
  const lines = (await git.output(args, ids)).toString("latin1").split("\n").filter(Boolean);
  const commits: NewCommit[] = [];
  const boundary: string[] = [];
  for (const [id = "", ...parents] of lines.map((line) => line.split(" "))) {
    if (id.startsWith("-")) boundary.push(id.slice(1));
    else commits.push({ id, parents });
  }
  return { commits, boundary };
}

/** A commit at the edge of a shallow clone seems to have no parents, and so to add whatever there is. */
function checkEdge({ commonDirectory }: RepositoryFacts, commits: readonly NewCommit[]): void {
  const edge = new Set(readFileSync(join(commonDirectory, "shallow"), "latin1").split("\n"));
  const cut = commits.find(({ id }) => edge.has(id));
  if (cut === undefined) return;
  throw new KeysweepError(
    "usage",
    `the parents of commit ${cut.id.slice(0, 12)}, which is in the range, were not fetched`,
    {
      hint: DEEPEN,
    },
  );
}

export interface RangeTotals extends ChangeTotals {
  /** Commits and tags. */
  readonly objects: number;
}

/** Searches what each commit changed, and the messages of commits and tags. */
export async function searchRange(
  change: RangeChange,
  options: Omit<ChangeSearchOptions, "top">,
): Promise<RangeTotals> {
  const search = new RangeSearch(change, options);
  await search.run();
  return search.totals;
}

class RangeSearch {
  readonly #change: RangeChange;
  readonly #options: Omit<ChangeSearchOptions, "top">;
  readonly #files: ChangeSearch;
  readonly #messages: BlobSearch;
  #objects = 0;
  #refs: Promise<readonly string[]> | null = null;

  constructor(change: RangeChange, options: Omit<ChangeSearchOptions, "top">) {
    this.#change = change;
    this.#options = options;
    this.#files = new ChangeSearch({ ...options, top: change.repository });
    this.#messages = new BlobSearch(options.documents, options.signal);
  }

  get totals(): RangeTotals {
    return { ...this.#files.totals, objects: this.#objects };
  }

  async run(): Promise<void> {
    const { commits, tags, trees, blobs } = this.#change;
    for (const id of tags) await this.#searchMessage(id, "tag");
    for (const { id } of commits) await this.#searchMessage(id, "commit");
    if (commits.length > 0) await this.#searchChanges();
    for (const id of trees) await this.#searchTree(id);
    for (const id of blobs) {
      await this.#searchFile({ path: id, now: { mode: "100644", id }, before: [], status: "A" }, null);
    }
  }

  async #searchChanges(): Promise<void> {
    const { git, commits } = this.#change;
    for await (const { commit, change } of commitChanges(git, commits)) await this.#searchFile(change, commit);
  }

  /** A tree that a tag names: all that it holds is new. */
  async #searchTree(id: string): Promise<void> {
    const { git } = this.#change;
    const list = await git.output(["ls-tree", "-r", "-z", "--full-tree", id]);
    for (const entry of list.toString("utf8").split("\0").filter(Boolean)) {
      const tab = entry.indexOf("\t");
      const [mode = "", , blob = ""] = entry.slice(0, tab).split(" ");
      const path = entry.slice(tab + 1);
      await this.#searchFile({ path, now: { mode, id: blob }, before: [], status: "A" }, null);
    }
  }

  async #searchFile(change: FileChange, commit: string | null): Promise<void> {
    const { path, now } = change;
    const hits = await this.#files.addedBy(change, commit === null ? "" : ` (in commit ${commit.slice(0, 12)})`);
    if (hits.length === 0) return;
    const authorship = commit === null ? null : await this.#authorshipOf(commit);
    // What a tag names without a tree is looked up by its id, and is no file of that name.
    const isInTree = path !== now.id || commit !== null;
    const inHead = isInTree && (await this.#change.objects.open(`HEAD:${path}`))?.id === now.id;
    for (const { detection, within } of hits) {
      const { line, column } = detection;
      const place = {
        object: "blob",
        path: isInTree ? path : null,
        within,
        line,
        column,
        blob: now.id,
        inHead,
      } as const;
      this.#options.sink.onDetection(detection, await this.#placed(place, commit, authorship));
    }
  }

  /** A commit or a tag as it is: its message, the names in it, and tags that a merge quotes. */
  async #searchMessage(id: string, type: "commit" | "tag"): Promise<void> {
    const { objects } = this.#change;
    const object = await objects.open(id);
    if (object === null || object.type !== type) {
      this.#options.sink.onSkipped(skipped(`${type} ${id}`, "object-missing", `git has no ${type} of that id`));
      return;
    }
    this.#objects++;
    const head: Uint8Array[] = [];
    let kept = 0;
    async function* content(): AsyncGenerator<Uint8Array, void> {
      for await (const part of objects.content()) {
        if (kept < HEADER_BYTES) head.push(part);
        kept += part.length;
        yield part;
      }
    }
    const { hits, skipped: unread } = await this.#messages.search({ size: object.size, content }, incoming(null));
    for (const { within, reason, detail } of unread) {
      this.#options.sink.onSkipped(skipped(memberPath(`${type} ${id}`, within), reason, detail));
    }
    if (hits.length === 0) return;
    const beginning = Buffer.concat(head);
    const authorship = parseAuthorship(beginning);
    const headerLines = headerLinesOf(beginning);
    for (const { detection, within } of hits) {
      const line = Math.max(1, detection.line - headerLines);
      const { column } = detection;
      const place = { object: type, path: null, within, line, column, blob: id, inHead: false } as const;
      this.#options.sink.onDetection(detection, await this.#placed(place, type === "commit" ? id : null, authorship));
    }
  }

  async #placed(
    place: Pick<GitPlace, "object" | "path" | "within" | "line" | "column" | "blob" | "inHead">,
    commit: string | null,
    authorship: Authorship | null,
  ): Promise<GitPlace> {
    this.#refs ??= this.#refsThatLead();
    const refs = await this.#refs;
    const { author = null, date = null } = authorship ?? {};
    const last = commit === null || date === null ? null : { commit, date };
    const { repository } = this.#change;
    return {
      kind: "git",
      repository,
      ...place,
      commit,
      author,
      date,
      reachable: refs.length > 0,
      refs,
      versions: 1,
      last,
    };
  }

  async #authorshipOf(commit: string): Promise<Authorship | null> {
    const { objects } = this.#change;
    const object = await objects.open(commit);
    return object === null ? null : parseAuthorship(await objects.beginning(HEADER_BYTES));
  }

  /** The refs that are to lead to what is new; where nobody said, a few of those that do. Asked for only when something was found. */
  async #refsThatLead(): Promise<readonly string[]> {
    const { refs, git, commits } = this.#change;
    const newest = commits.at(-1);
    if (refs.length > 0 || newest === undefined) return refs;
    const args = ["for-each-ref", `--count=${FEW_REFS}`, "--format=%(refname)", `--contains=${newest.id}`];
    const { stdout } = await git.attempt(args);
    return stdout.toString("utf8").split("\n").filter(Boolean);
  }
}
