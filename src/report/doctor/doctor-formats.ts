import type { DiagnosisStatus, DoctorReport } from "../../model/diagnosis.ts";
import { jsonText } from "../escape.ts";
import type { Appearance } from "../format.ts";
import { formatRegistry } from "../format-registry.ts";
import { DIM, painter, RED, words, wrapped } from "../terminal.ts";

/** A format of what `keysweep doctor` says. */
export interface DoctorFormat {
  write(report: DoctorReport, appearance: Appearance): Iterable<string>;
}

const YELLOW = 33;
const GREEN = 32;
const COLORS: Readonly<Record<DiagnosisStatus, number>> = { ok: GREEN, warning: YELLOW, problem: RED, unused: DIM };
const WORDS: Readonly<Record<DiagnosisStatus, string>> = {
  ok: "ok",
  warning: "WARNING",
  problem: "PROBLEM",
  unused: "–",
};

const pretty: DoctorFormat = {
  *write({ checks }, { color, width }) {
    const paint = painter(color);
    for (const { check, status, detail, hint } of checks) {
      yield* wrapped([paint(WORDS[status], COLORS[status]), `${check}:`, ...words(detail)], { width, hanging: "    " });
      if (hint !== null && status !== "ok") yield* wrapped(words(hint), { width, indent: "    " });
    }
  },
};

const json: DoctorFormat = {
  *write(report) {
    yield `${jsonText(report, 2)}\n`;
  },
};

export const doctorFormats = formatRegistry<"pretty" | "json", DoctorFormat>("doctor", {
  pretty: async () => pretty,
  json: async () => json,
});
