/** The flags that every command has. */
export const commonFlags = {
  config: {
    kind: "parsed",
    parse: String,
    brief: "The operator's configuration, instead of the one in the usual place",
    optional: true,
    placeholder: "FILE",
  },
  ledger: {
    kind: "parsed",
    parse: String,
    brief: "What keysweep remembers, instead of the file in the usual place; none: nothing",
    optional: true,
    placeholder: "FILE",
  },
  quiet: { kind: "boolean", brief: "No warnings and no progress on stderr", default: false, withNegated: false },
  verbose: {
    kind: "boolean",
    brief: "Every place, every step, and where an internal error happened",
    default: false,
    withNegated: false,
  },
  noColor: { kind: "boolean", brief: "No colours (so does the variable NO_COLOR)", default: false, withNegated: false },
} as const;

export interface CommonFlags {
  readonly config?: string;
  readonly ledger?: string;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly noColor: boolean;
}
