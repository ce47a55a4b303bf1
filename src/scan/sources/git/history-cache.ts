import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { KERNEL } from "../../../generated/kernel.ts";
import { PACK_ANCHOR_TABLE } from "../../../generated/pack-anchors.ts";
import { PACK_KERNEL } from "../../../generated/pack-kernel.ts";
import { RULES_DIGEST } from "../../../generated/rules-digest.ts";
import { version } from "../../../generated/version.ts";
import type { Skipped } from "../../../model/coverage.ts";
import type { FilePlace, GitPlace } from "../../../model/place.ts";
import { writeFileAtomically } from "../../../runtime/atomic-file.ts";
import type { Detection } from "../../detect/detection.ts";
import type { ObjectHit } from "./search/object-hit.ts";
import type { ObjectLoss } from "./search/object-loss.ts";

/** What searching a set of objects came to. It holds no secret: detections have none. */
export interface SearchedObjects {
  readonly objects: number;
  /** What was searched, in bytes. */
  readonly bytes: number;
  readonly hits: readonly ObjectHit[];
  /** Blobs that a tree gives a name which says that they are packed: see packed-by-name.ts. */
  readonly named: readonly string[];
  /** What stands plainly in the file beside its objects. */
  readonly beside: readonly (readonly [Detection, FilePlace])[];
  readonly skipped: readonly Skipped[];
  /** Of loose objects nothing: those are looked at again. */
  readonly lost: readonly ObjectLoss[];
}

export interface SearchedPack extends SearchedObjects {
  /** When its files were last touched, as the system says. */
  readonly touchedAt: string;
}

/** What is remembered of one repository. */
export interface RememberedHistory {
  /** See repositoryState; null when it could not be told. */
  readonly state: string | null;
  readonly objects: number;
  readonly bytes: number;
  /** All that was told of the repository in that state. */
  readonly rows: readonly (readonly [Detection, GitPlace | FilePlace])[];
  readonly skipped: readonly Skipped[];
  /** By what tells the pack's files from others. */
  readonly packs: Readonly<Record<string, SearchedPack>>;
  /** Loose objects that were searched: see LooseObjects.mark. */
  readonly loose: { readonly marks: readonly string[] } & SearchedObjects;
}

/**
 * How files of memory are named and what they hold: another number for another manner. Those of the first held names of members as they are, those of
 * the second knew nothing of refs in tables.
 */
const LAYOUT = 3;
const SUFFIX = `.${LAYOUT}.json`;
/** A repository that nobody scanned for so long is forgotten, in milliseconds. */
const KEPT_MS = 180 * 24 * 3600 * 1000;
/** A larger file is none of ours. */
const MOST_BYTES = 256 << 20;
const CHECKSUM_LENGTH = 64;

/**
 * What earlier scans saw in histories, a file a repository, so that what did not change is not read again. Losing it costs time only:
 * a file that is damaged, of other rules or of another version counts as none.
 */
export class HistoryCache {
  readonly #folder: string;

  /** @param folder of its own, in the user's state folder; made when it is needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  recall(repository: string): RememberedHistory | null {
    try {
      const path = this.#path(repository);
      if (statSync(path).size > MOST_BYTES) return null;
      const text = readFileSync(path, "utf8");
      const content = text.slice(CHECKSUM_LENGTH + 1);
      if (text.slice(0, CHECKSUM_LENGTH) !== sha256(content)) return null;
      const { seenBy, history } = JSON.parse(content) as { seenBy: unknown; history: RememberedHistory };
      return seenBy === SEEN_BY ? history : null;
    } catch {
      return null;
    }
  }

  /** Keeps what was seen; when that cannot be written, the next scan takes longer and nothing else happens. */
  remember(repository: string, history: RememberedHistory, nowMs: number): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const content = JSON.stringify({ seenBy: SEEN_BY, history });
      if (content.length < MOST_BYTES) writeFileAtomically(this.#path(repository), [sha256(content), "\n", content]);
      this.#forgetOld(nowMs);
    } catch {
      // See above.
    }
  }

  #forgetOld(nowMs: number): void {
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name);
      const isOld = !name.endsWith(SUFFIX) || statSync(path).mtimeMs < nowMs - KEPT_MS;
      if (name.endsWith(".json") && isOld) rmSync(path, { force: true });
    }
  }

  #path(repository: string): string {
    return join(this.#folder, sha256(repository).slice(0, 32) + SUFFIX);
  }
}

/** What the result depends on besides the repository. */
const SEEN_BY = sha256([version, RULES_DIGEST, PACK_ANCHOR_TABLE, KERNEL, PACK_KERNEL].join("\n"));

function sha256(text: string): string {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(text).digest("hex");
}
