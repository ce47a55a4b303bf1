/** Where reports go, and in which formats. */
export const outputFlags = {
  format: {
    kind: "parsed",
    parse: String,
    brief: "The format of the report on stdout or in --output",
    optional: true,
    placeholder: "FORMAT",
  },
  output: {
    kind: "parsed",
    parse: String,
    brief: "Write the report to a file instead of stdout",
    optional: true,
    placeholder: "FILE",
  },
  report: {
    kind: "parsed",
    parse: String,
    brief: "One more report in a file; may be repeated",
    variadic: true,
    optional: true,
    placeholder: "FORMAT=FILE",
  },
} as const;

export interface OutputFlags {
  readonly format?: string;
  readonly output?: string;
  readonly report?: readonly string[];
}

/** The flags of commands that report what they found. */
export const reportFlags = {
  failOn: {
    kind: "parsed",
    parse: String,
    brief: "The least severity that fails the run: critical, high, medium, low, info, or never",
    default: "medium",
    placeholder: "SEVERITY",
  },
  ...outputFlags,
} as const;

export interface ReportFlags extends OutputFlags {
  readonly failOn: string;
}

/** The flag of commands whose report can be compared with an earlier one. */
export const baselineFlag = {
  baseline: {
    kind: "parsed",
    parse: String,
    brief: "Fail only on what is new or worse than in this earlier json report",
    optional: true,
    placeholder: "FILE",
  },
} as const;
