/**
 * Where a credential was seen. Lines and columns count from 1; a column counts characters (Unicode code points).
 * Paths are given as text: bytes that are not UTF-8 appear as U+FFFD.
 */
export type Place = FilePlace | ProcessPlace | EnvironmentPlace | StdinPlace;

export interface FilePlace {
  readonly kind: "file";
  readonly path: string;
  /** The members inside an archive that lead to the place, outermost first; empty for a plain file. */
  readonly within: readonly string[];
  readonly line: number;
  readonly column: number;
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
  readonly line: number;
  readonly column: number;
}
