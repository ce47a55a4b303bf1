import type { ScanReport } from "../../../model/scan-report.ts";
import { jsonText } from "../../escape.ts";
import type { LiveScanFormat, ScanFormat } from "../scan-format.ts";

const live: LiveScanFormat = {
  start: ({ schema, tool, startedAt }) => line("start", { schema, tool, startedAt }),
  skipped: (row) => line("skipped", row),
  rest,
};

/** One object a line: `start`, each `skipped` as it happens, each `finding` once all its places are known, `summary`. */
export const jsonl: ScanFormat = {
  name: "jsonl",
  live,
  *write(report) {
    yield live.start(report);
    for (const row of report.coverage.skipped) yield live.skipped(row);
    yield* rest(report);
  },
};

function* rest({ finishedAt, coverage, changes, identification, findings, summary }: ScanReport): Generator<string> {
  for (const finding of findings) yield line("finding", finding);
  const { skipped, ...counts } = coverage;
  yield line("summary", {
    finishedAt,
    coverage: { ...counts, skipped: skipped.length },
    changes,
    identification,
    summary,
  });
}

function line(type: string, fields: object): string {
  return `${jsonText({ type, ...fields })}\n`;
}
