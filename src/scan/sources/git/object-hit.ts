import type { Detection } from "../../detect/detection.ts";

/** What objects are searched: all. A tree holds names, but its bytes may be anything. */
export type SearchedType = "blob" | "commit" | "tree" | "tag";

/** A credential in an object. */
export interface ObjectDetection {
  /** The members inside an archive that lead to it, outermost first. */
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
