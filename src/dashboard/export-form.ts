import { auditFormats } from "../report/audit/audit-formats.ts";
import { rotationsFormats } from "../report/rotations/rotations-formats.ts";
import { scanFormats } from "../report/scan/scan-formats.ts";
import type { JobRequest } from "./message.ts";
import { field } from "./questions.ts";
import type { Dialog, State, ViewName } from "./state.ts";

/** What a view's report tells of, the words that write it, and the formats that it has. */
interface Exported {
  readonly about: string;
  readonly words: readonly string[];
  readonly formats: readonly string[];
}

const SCAN: Exported = {
  about: "what the last scan found",
  words: ["report", "scan", "--fail-on", "never"],
  formats: scanFormats.names,
};

const EXPORTED: Readonly<Record<ViewName, Exported>> = {
  overview: SCAN,
  findings: SCAN,
  users: {
    about: "what the last audit found",
    words: ["report", "audit", "--fail-on", "never"],
    formats: auditFormats.names,
  },
  rotations: {
    about: "how far rotations have come",
    words: ["rotate", "status"],
    formats: rotationsFormats.names,
  },
  log: SCAN,
};

/** How files of a format are called, where that is not its name. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  pretty: "txt",
  markdown: "md",
  junit: "xml",
  gitlab: "json",
  github: "txt",
  ocsf: "json",
  asff: "json",
};

function extensionOf(format: string): string {
  return EXTENSIONS[format] ?? format;
}

/** Asks for the format and the file of a report on what the view shows. */
export function exporting({ view, now }: Pick<State, "view" | "now">): Dialog {
  const { about, formats } = EXPORTED[view];
  return {
    title: "Write a report",
    body: [`It says ${about}.`, `Formats: ${formats.join(", ")}`, "No file that exists is written over."],
    fields: [
      { ...field("Format"), value: "html" },
      { ...field("File"), value: `keysweep-${new Date(now).toISOString().slice(0, 10)}.html` },
    ],
    focus: 0,
    scroll: 0,
    error: null,
    danger: false,
    answer: { kind: "export", view },
  };
}

/** The name of the file follows the format, as long as it is called as files of one of the formats are. */
export function withExtension(dialog: Dialog): Dialog {
  const [format, file, ...rest] = dialog.fields;
  if (dialog.answer.kind !== "export" || dialog.focus !== 0 || format === undefined || file === undefined)
    return dialog;
  const { formats } = EXPORTED[dialog.answer.view];
  if (!formats.includes(format.value.trim())) return dialog;
  const old = formats.map(extensionOf).find((extension) => file.value.endsWith(`.${extension}`));
  if (old === undefined) return dialog;
  const value = file.value.slice(0, -old.length) + extensionOf(format.value.trim());
  return { ...dialog, fields: [format, { ...file, value }, ...rest] };
}

/** What writes it; a sentence that says why there is no such report. */
export function exportRequest(view: ViewName, [format = "", file = ""]: readonly string[]): JobRequest | string {
  const { words, formats } = EXPORTED[view];
  if (!formats.includes(format)) return `There is no format ${format}: it is one of ${formats.join(", ")}.`;
  return { purpose: "export", words: [...words, `--format=${format}`, `--output=${file}`], about: file };
}
