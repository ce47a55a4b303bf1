/** What a commit says of itself before its message. */
export interface CommitHeader {
  /** `Name <address>`. */
  readonly author: string | null;
  /** ISO 8601, UTC: when the author wrote it. */
  readonly date: string | null;
  /** How many lines stand before the message. */
  readonly lines: number;
}

/** Reads the beginning of a commit or a tag. A header that is wrong or cut off gives what is right of it. */
export function commitHeader(bytes: Uint8Array): CommitHeader {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const end = text.indexOf("\n\n");
  const header = end === -1 ? text : text.slice(0, end + 1);
  const [, author = null, seconds] = /^(?:author|tagger) (.*>) (\d+) [+-]\d+$/m.exec(header) ?? [];
  return {
    author,
    date: seconds === undefined ? null : isoDate(Number(seconds)),
    lines: header.split("\n").length,
  };
}

/** The object that a tag names. */
export function tagTarget(bytes: Uint8Array): string | null {
  return /^object ([0-9a-f]{40,64})\n/.exec(Buffer.from(bytes).toString("latin1", 0, 80))?.[1] ?? null;
}

function isoDate(seconds: number): string | null {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
