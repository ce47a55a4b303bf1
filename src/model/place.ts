/**
 * Where a credential was seen. Lines and columns count from 1; a column counts characters (Unicode code points).
 * Paths are given as text: bytes that are not UTF-8 appear as U+FFFD.
 */
export type Place = FilePlace | GitPlace | IndexPlace | ProcessPlace | EnvironmentPlace | StdinPlace;

export interface FilePlace {
  readonly kind: "file";
  readonly path: string;
  /** The members inside an archive that lead to the place, outermost first; empty for a plain file. */
  readonly within: readonly string[];
  readonly line: number;
  readonly column: number;
}

/** A moment of a repository's history. */
export interface CommitMoment {
  /** The commit's object id, in hexadecimal. */
  readonly commit: string;
  /** ISO 8601, UTC: when the author wrote it. */
  readonly date: string;
}

/**
 * A file of a repository's history, or a message in it: one place for all versions that hold the credential. `blob`, `commit`, `author`,
 * `date` and the position are of the first of them, `last` of the last: among commits that a ref leads to, if one holds it, else among those
 * of a reflog, else among the others.
 */
export interface GitPlace {
  readonly kind: "git";
  /** The work tree's folder, or the repository itself if it is bare. */
  readonly repository: string;
  /** What holds it: a file's content, the message of a commit or of an annotated tag, or a folder's list of names. */
  readonly object: "blob" | "commit" | "tree" | "tag";
  /** The file or folder, from the top of the repository; null for a message, for the top itself, and for content that is in no tree. */
  readonly path: string | null;
  /** The members inside an archive that lead to the place, outermost first. */
  readonly within: readonly string[];
  readonly line: number;
  readonly column: number;
  /** The object's id, in hexadecimal. */
  readonly blob: string;
  /** The commit that brought it in, the oldest by topology; null when no commit is known that did. */
  readonly commit: string | null;
  /** `Name <address>`, as the commit says. */
  readonly author: string | null;
  /** ISO 8601, UTC. */
  readonly date: string | null;
  /** Whether a branch, a tag or another ref leads to one of the versions; the stash counts, a reflog alone does not. */
  readonly reachable: boolean;
  /** The refs that lead there by their full names, `reflog` where only a reflog does; a few of them if there are many. */
  readonly refs: readonly string[];
  /** Whether it is in what the HEAD of a work tree names; of a commit's message, whether HEAD's history has it. */
  readonly inHead: boolean;
  /** How many different contents of the file hold it. */
  readonly versions: number;
  /** The last commit that wrote a version which holds it; null when no commit is known. */
  readonly last: CommitMoment | null;
}

/** What the next commit of a repository would add. */
export interface IndexPlace {
  readonly kind: "index";
  readonly repository: string;
  readonly path: string;
  readonly within: readonly string[];
  readonly line: number;
  readonly column: number;
  readonly blob: string;
}

export interface ProcessPlace {
  readonly kind: "process";
  readonly pid: number;
  /** The program's name, without its arguments: those may hold secrets. */
  readonly command: string;
  /** The variable's name, or null when the credential was found on the command line. */
  readonly variable: string | null;
}

/** The environment of keysweep itself. */
export interface EnvironmentPlace {
  readonly kind: "environment";
  readonly variable: string;
}

export interface StdinPlace {
  readonly kind: "stdin";
  readonly name: string;
  /** The members inside an archive that lead to the place, outermost first. */
  readonly within: readonly string[];
  readonly line: number;
  readonly column: number;
}
