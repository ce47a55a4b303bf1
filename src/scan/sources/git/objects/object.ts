/** What an object of a repository is. */
export type ObjectType = "commit" | "tree" | "blob" | "tag";

export interface GitObject {
  readonly type: ObjectType;
  /** Its content, without the header. Not to be written to: others may be reading it. */
  readonly bytes: Buffer;
}

const TYPES: ReadonlySet<string> = new Set<ObjectType>(["commit", "tree", "blob", "tag"]);

export function isObjectType(text: string): text is ObjectType {
  return TYPES.has(text);
}
