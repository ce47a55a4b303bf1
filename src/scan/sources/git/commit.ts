/** What a commit says. Ids are in hexadecimal. */
export interface Commit {
  /** Null when it names none that could be one. */
  readonly tree: string | null;
  readonly parents: readonly string[];
  /** `Name <address>`. */
  readonly author: string | null;
  /** When the author wrote it, as an ISO 8601 time in UTC; null when it is no time of this world. */
  readonly date: string | null;
  /** When it was committed, in seconds since 1970; 0 when that is not known. */
  readonly committedSeconds: number;
}

/** What an annotated tag says. */
export interface Tag {
  /** The tagged object's id; null when there is none. */
  readonly target: string | null;
  readonly tagger: string | null;
  readonly date: string | null;
}

/** Who and when, as commits and tags state it. */
export interface Signature {
  readonly person: string | null;
  readonly seconds: number | null;
}

/** Nobody wrote a commit before 1970, and a date of more than four digits for its year is a forgery or a mistake. */
const LATEST_SECONDS = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
/** A name and an address, in bytes, as far as they are shown. */
const LONGEST_PERSON = 1000;
/** What may precede the message: a commit with more parents than git makes, or a signature of any kind. */
const LONGEST_HEADERS = 1 << 20;

/** Reads a commit; what is broken in it is null, and the rest is read all the same. */
export function parseCommit(bytes: Buffer): Commit {
  const headers = headersOf(bytes);
  const author = signatureOf(headers, "author");
  return {
    tree: idOf(headers, "tree"),
    parents: [...headers.matchAll(/^parent ([0-9a-f]{40}(?:[0-9a-f]{24})?)$/gm)].map(([, id]) => id ?? ""),
    author: author.person,
    date: isoDate(author.seconds),
    committedSeconds: signatureOf(headers, "committer").seconds ?? 0,
  };
}

/** Reads an annotated tag, as tolerantly. */
export function parseTag(bytes: Buffer): Tag {
  const headers = headersOf(bytes);
  const tagger = signatureOf(headers, "tagger");
  return { target: idOf(headers, "object"), tagger: tagger.person, date: isoDate(tagger.seconds) };
}

/** ISO 8601, UTC; null for what is no time between 1970 and the year 9999. */
export function isoDate(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** What precedes the first empty line, a character for each byte. */
function headersOf(bytes: Buffer): string {
  const end = bytes.indexOf("\n\n");
  const headers = bytes.toString("latin1", 0, Math.min(end < 0 ? bytes.length : end, LONGEST_HEADERS));
  // Continued lines (signatures, merged tags) may hold anything, headers' names too: they begin with a space, so no pattern meets them.
  return headers;
}

function idOf(headers: string, name: string): string | null {
  return new RegExp(`^${name} ([0-9a-f]{40}(?:[0-9a-f]{24})?)$`, "m").exec(headers)?.[1] ?? null;
}

function signatureOf(headers: string, name: string): Signature {
  const line = new RegExp(`^${name} (.*)$`, "m").exec(headers)?.[1];
  if (line === undefined) return { person: null, seconds: null };
  const end = line.lastIndexOf(">") + 1;
  const seconds = Number(/^ (\d{1,15})(?: |$)/.exec(line.slice(end))?.[1] ?? Number.NaN);
  const person = line.slice(0, Math.min(end === 0 ? line.length : end, LONGEST_PERSON)).trim();
  const encoding = /^encoding (.+)$/m.exec(headers)?.[1] ?? "utf-8";
  return {
    person: person === "" ? null : decoded(Buffer.from(person, "latin1"), encoding),
    seconds: seconds <= LATEST_SECONDS ? seconds : null,
  };
}

function decoded(bytes: Buffer, encoding: string): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return bytes.toString();
  }
}
