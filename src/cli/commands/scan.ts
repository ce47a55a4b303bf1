import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { EXIT_STATUS_HELP } from "../exit.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";
import { baselineFlag, type ReportFlags, reportFlags } from "./report-flags.ts";

export interface ScanFlags extends CommonFlags, ReportFlags {
  readonly noHistory: boolean;
  readonly environment: boolean;
  readonly staged: boolean;
  readonly range?: string;
  readonly stdin: boolean;
  readonly name?: string;
  readonly identify: boolean;
  readonly sinceLast: boolean;
  readonly baseline?: string;
  readonly noRepositoryConfig: boolean;
}

export const scanCommand = buildCommand<ScanFlags, string[], Context>({
  docs: {
    brief: "Look for AWS keys in files, folders, process environments or stdin",
    fullDescription: `Looks for AWS keys in the files and folders given. Without PATH: in the home directory, in the places outside it where
keys are known to lie, and in the environments of this user's processes. A found secret is never shown, kept or sent anywhere.

Formats: pretty (the default), json, jsonl, csv, markdown, html, sarif, junit, gitlab, github.

${EXIT_STATUS_HELP}`,
  },
  parameters: {
    positional: { kind: "array", parameter: { brief: "Files and folders", parse: String, placeholder: "PATH" } },
    flags: {
      noHistory: { kind: "boolean", brief: "Leave git object databases out", default: false, withNegated: false },
      environment: {
        kind: "boolean",
        brief: "Add the process environments to the PATHs given",
        default: false,
        withNegated: false,
      },
      staged: {
        kind: "boolean",
        brief: "Only what the next commit of this repository would add",
        default: false,
        withNegated: false,
      },
      range: {
        kind: "parsed",
        parse: String,
        brief: "Only what these commits of this repository add, e.g. origin/main..HEAD",
        optional: true,
        placeholder: "A..B",
      },
      stdin: { kind: "boolean", brief: "Read standard input", default: false, withNegated: false },
      name: {
        kind: "parsed",
        parse: String,
        brief: "What to call standard input in the report",
        optional: true,
        placeholder: "NAME",
      },
      identify: {
        kind: "boolean",
        brief: "Ask AWS whose the found ids are, with your own credentials; a found secret is never used",
        default: false,
        withNegated: false,
      },
      sinceLast: {
        kind: "boolean",
        brief: "Fail only on what is new or worse since the last scan of the same",
        default: false,
        withNegated: false,
      },
      ...baselineFlag,
      noRepositoryConfig: {
        kind: "boolean",
        brief: "Ignore keysweep.yaml and inline allows found in what is scanned",
        default: false,
        withNegated: false,
      },
      ...reportFlags,
      ...commonFlags,
    },
  },
  async func(flags, ...paths) {
    await reporting(this, flags.verbose, async () => {
      const { runScan } = await import("../scan/run-scan.ts");
      await runScan(this, flags, paths);
    });
  },
});
