/** How a commit hangs together with other objects. Ids are in hexadecimal. */
export interface CommitOutline {
  /** Null when it names none that could be one. */
  readonly tree: string | null;
  readonly parents: readonly string[];
  /** When it was committed, in seconds since 1970; 0 when that is not known. */
  readonly committedSeconds: number;
}

/** A commit and what it names, by the bytes of ids. */
export interface OutlinedCommit {
  readonly id: Buffer;
  /** Null when it names none that could be one. */
  readonly tree: Buffer | null;
  /** One behind the other. */
  readonly parents: Buffer;
  /** As in {@link CommitOutline}. */
  readonly committedSeconds: number;
}

/** Who wrote a commit or an annotated tag, and when. */
export interface Authorship {
  /** `Name <address>`. */
  readonly author: string | null;
  /** As an ISO 8601 time in UTC; null when it is no time of this world. */
  readonly date: string | null;
}

/** Nobody wrote a commit before 1970, and a date of more than four digits for its year is a forgery or a mistake. */
const LATEST_SECONDS = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
/** A name and an address, in bytes, as far as they are shown. */
const LONGEST_PERSON = 1000;
/** What may precede the message: a commit with more parents than git makes, or a signature of any kind. */
const LONGEST_HEADERS = 1 << 20;

const PARENT = /parent (?:[0-9a-f]{40}|[0-9a-f]{64})\n/y;

/** Reads what a commit begins with; what is broken in it is null or left out, and the rest is read all the same. */
export function parseOutline(bytes: Buffer): CommitOutline {
  const headers = headersOf(bytes);
  const tree = idOf(bytes, headers, "tree");
  const parents: string[] = [];
  let at = tree === null ? 0 : "tree \n".length + tree.length;
  for (PARENT.lastIndex = at; PARENT.test(headers); at = PARENT.lastIndex) {
    // Taken from the bytes: a part of a text would keep all of it in memory.
    parents.push(bytes.toString("latin1", at + "parent ".length, PARENT.lastIndex - 1));
  }
  return { tree, parents, committedSeconds: secondsOf(lineOf(headers, "committer")) ?? 0 };
}

/** The same by bytes. @param id in hexadecimal */
export function outlined(id: string, bytes: Buffer): OutlinedCommit {
  const { tree, parents, committedSeconds } = parseOutline(bytes);
  // One that is as long as another hash makes them names nothing.
  const named = (each: string | null): each is string => each?.length === id.length;
  return {
    id: Buffer.from(id, "hex"),
    tree: named(tree) ? Buffer.from(tree, "hex") : null,
    parents: Buffer.from(parents.filter(named).join(""), "hex"),
    committedSeconds,
  };
}

/** Reads who wrote a commit, or an annotated tag; as tolerantly. */
export function parseAuthorship(bytes: Buffer): Authorship {
  const headers = headersOf(bytes);
  const line = lineOf(headers, "author") ?? lineOf(headers, "tagger");
  const committed = secondsOf(lineOf(headers, "committer"));
  const encoding = lineOf(headers, "encoding") ?? "utf-8";
  return { author: personOf(line, encoding), date: isoDate(secondsOf(line) ?? committed) };
}

/** The id (in hexadecimal) that an annotated tag tags; null when it names none. */
export function parseTagTarget(bytes: Buffer): string | null {
  return idOf(bytes, headersOf(bytes), "object");
}

/** ISO 8601, UTC; null for what is no time between 1970 and the year 9999. */
export function isoDate(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** What precedes the first empty line, a character for each byte, with a line end. Continued lines begin with a space, so they are no headers. */
function headersOf(bytes: Buffer): string {
  const end = bytes.indexOf("\n\n");
  return `${bytes.toString("latin1", 0, Math.min(end < 0 ? bytes.length : end, LONGEST_HEADERS))}\n`;
}

/** The first header's id, as a commit has its tree and a tag its object. */
function idOf(bytes: Buffer, headers: string, name: string): string | null {
  const [line, found] = /^(\w+) (?:[0-9a-f]{40}|[0-9a-f]{64})\n/.exec(headers) ?? [];
  if (line === undefined || found !== name) return null;
  return bytes.toString("latin1", name.length + 1, line.length - 1);
}

function lineOf(headers: string, name: string): string | null {
  const start = headers.startsWith(`${name} `) ? 0 : headers.indexOf(`\n${name} `) + 1;
  if (start === 0 && !headers.startsWith(`${name} `)) return null;
  return headers.slice(start + name.length + 1, headers.indexOf("\n", start));
}

function secondsOf(line: string | null): number | null {
  if (line === null) return null;
  const seconds = Number(/^ (\d{1,15})(?: |$)/.exec(line.slice(line.lastIndexOf(">") + 1))?.[1] ?? Number.NaN);
  return seconds <= LATEST_SECONDS ? seconds : null;
}

function personOf(line: string | null, encoding: string): string | null {
  if (line === null) return null;
  const end = line.lastIndexOf(">") + 1;
  const person = line.slice(0, Math.min(end === 0 ? line.length : end, LONGEST_PERSON)).trim();
  return person === "" ? null : decoded(Buffer.from(person, "latin1"), encoding);
}

function decoded(bytes: Buffer, encoding: string): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return bytes.toString();
  }
}
