/** By which hash a repository names its objects: ids have 20 or 32 bytes. */
export type HashFormat = "sha1" | "sha256";

/** In bytes. */
export function idLengthOf(hash: HashFormat): 20 | 32 {
  return hash === "sha1" ? 20 : 32;
}
