import type { Detection } from "../../../detect/detection.ts";
import { shownMember } from "../../../shown-name.ts";

/** What objects are searched: all. A tree holds names, but its bytes may be anything. */
export type SearchedType = "blob" | "commit" | "tree" | "tag";

/** A credential in an object. */
export interface ObjectDetection {
  /** The members inside an archive that lead to it, outermost first: as the archive names them, or without whatever of it is a secret. */
  readonly within: readonly string[];
  readonly detection: Detection;
}

/**
 * One object that holds credentials. Where in it they stand may be told of an earlier object with the same surroundings: ten thousand
 * versions of a file with a key are looked at once.
 */
export interface ObjectHit {
  /** In hexadecimal. */
  readonly id: string;
  readonly type: SearchedType;
  readonly found: readonly ObjectDetection[];
}

/** The hit, its members' names without whatever of them is a secret: so it may be remembered. */
export function objectHit({ id, type, found }: ObjectHit): ObjectHit {
  return { id, type, found: found.map(withShownMembers) };
}

/** The credential, its members' names without whatever of them is a secret. */
export function withShownMembers<Found extends ObjectDetection>(found: Found): Found {
  return found.within.length === 0 ? found : { ...found, within: found.within.map(shownMember) };
}
