import { posix, sep } from "node:path";
import { type Skipped, type SkipReason, skipped } from "../../../../model/coverage.ts";
import { shownMember, shownName, shownSkipped } from "../../../shown-name.ts";
import { unpackedName } from "../../archive/unpacked-name.ts";
import { memberPath } from "../../member-search.ts";

/** A stored object that was not read, or not wholly. It holds no secret: it may be remembered. */
export interface ObjectLoss {
  /** In hexadecimal. */
  readonly id: string;
  /** The pack that holds it, or else the repository, as rows name them. */
  readonly storedIn: string;
  /** The members of an archive that lead to what was not read, outermost first. */
  readonly within: readonly string[];
  readonly reason: SkipReason;
  readonly detail: string;
}

/** What was lost, its names without whatever of them is a secret. */
export function objectLoss(loss: ObjectLoss): ObjectLoss {
  const { id, storedIn, within, reason, detail } = loss;
  return { id, storedIn: shownName(storedIn), within: within.map(shownMember), reason, detail };
}

/** Where a file of a repository's history lies, or would. */
export interface HistoryFile {
  /** The repository, as rows name it. */
  readonly repository: string;
  /** In the work tree. */
  readonly path: string;
}

/** The row that tells of it. @param file that is, or was, the object; null: none that is known */
export function lossRow({ id, storedIn, within, reason, detail }: ObjectLoss, file: HistoryFile | null): Skipped {
  if (file === null) return skipped(memberPath(`${storedIn} object ${id}`, within), reason, detail);
  const { repository, path } = file;
  const place = memberPath(`${repository}${sep}${path}`, namedWithin(within, path));
  return shownSkipped(skipped(place, reason, `${detail} (in its version ${id})`));
}

/** The members' names, now that the file has one: what is compressed alone is called after it. */
export function namedWithin(within: readonly string[], path: string | null): readonly string[] {
  let name = posix.basename(path ?? "");
  return within.map((member) => (name = member === "" ? unpackedName(name) : member));
}
