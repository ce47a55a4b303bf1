import type { ScanFormat } from "../scan-format.ts";

/** One object a line: `start`, each `finding`, each `skipped`, `summary`. */
export const jsonl: ScanFormat = {
  name: "jsonl",
  *write({ schema, tool, startedAt, finishedAt, coverage, findings, summary }) {
    yield line("start", { schema, tool, startedAt });
    for (const finding of findings) yield line("finding", finding);
    for (const skipped of coverage.skipped) yield line("skipped", skipped);
    const { skipped, ...counts } = coverage;
    yield line("summary", { finishedAt, coverage: { ...counts, skipped: skipped.length }, summary });
  },
};

function line(type: string, fields: object): string {
  return `${JSON.stringify({ type, ...fields })}\n`;
}
