/**
 * The little of a repository's configuration that says where and how its objects are kept. It is somebody else's file: nothing that it names is run,
 * and what it includes is not read.
 */
export interface GitConfig {
  readonly hash: string;
  /** How refs are kept. */
  readonly refStorage: string;
  /** In which folder they are, where the setting names one (`reftable:///srv/refs`); the file's bytes, one character each. */
  readonly refFolder: string | null;
  readonly isBare: boolean;
  /** Where the work tree is said to be; the file's bytes, one character each. */
  readonly workTree: string | null;
  /** Whether objects may be absent, because a remote promised to send them when they are wanted. */
  readonly isPartial: boolean;
}

const TRUE = /^(true|yes|on|1)$/i;

/** @param bytes of a configuration file; lines that make no sense are passed over */
export function readGitConfig(bytes: Buffer): GitConfig {
  const values = settings(bytes.toString("latin1"));
  const isPartial = [...values].some(
    ([name, value]) => name === "extensions.partialclone" || (/^remote\..*\.promisor$/s.test(name) && TRUE.test(value)),
  );
  const [refStorage = "", refFolder = null] = (values.get("extensions.refstorage") ?? "files").split(/:\/\/(.*)/s, 2);
  return {
    hash: (values.get("extensions.objectformat") ?? "sha1").toLowerCase(),
    refStorage,
    refFolder,
    isBare: TRUE.test(values.get("core.bare") ?? ""),
    workTree: values.get("core.worktree") ?? null,
    isPartial,
  };
}

/** The last value of each setting, by `section.subsection.name`; section and name in lower case. */
function settings(text: string): Map<string, string> {
  const values = new Map<string, string>();
  let section = "";
  // A backslash before a line end continues the line.
  for (const line of text.replace(/\\\r?\n/g, "").split(/\r?\n/)) {
    const header = /^\s*\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)"\s*)?\]/.exec(line);
    const rest = header === null ? line : line.slice(header[0].length);
    if (header !== null) {
      const subsection = header[2]?.replace(/\\(.)/g, "$1");
      section = `${(header[1] ?? "").toLowerCase()}.${subsection === undefined ? "" : `${subsection}.`}`;
    }
    const setting = /^\s*([A-Za-z][\w-]*)\s*(?:=(.*))?$/.exec(rest);
    if (setting === null || section === "") continue;
    values.set(section + (setting[1] ?? "").toLowerCase(), setting[2] === undefined ? "true" : valueOf(setting[2]));
  }
  return values;
}

/** A value without its quotes, escapes and comment. */
function valueOf(text: string): string {
  let value = "";
  let kept = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (character === "#" || character === ";")) break;
    else if (!isQuoted && value === "" && /\s/.test(character)) continue;
    else value += character === "\\" ? unescaped(text.charAt(++i)) : character;
    // White space counts only before something that counts, or within quotes.
    if (isQuoted || !/\s/.test(character)) kept = value.length;
  }
  return value.slice(0, kept);
}

function unescaped(character: string): string {
  return { n: "\n", t: "\t", b: "\b" }[character] ?? character;
}
