import { jsonText } from "../../escape.ts";
import type { ScanFormat } from "../scan-format.ts";

/** The report as it is, indented; the findings one by one, so that a great many are never one text. */
export const json: ScanFormat = {
  name: "json",
  *write({ findings, summary, ...report }) {
    yield jsonText(report, 2).replace(/\n\}$/, ',\n  "findings": [');
    for (const [index, finding] of findings.entries()) {
      yield `${index === 0 ? "" : ","}\n${indented(jsonText(finding, 2), 4)}`;
    }
    yield `${findings.length === 0 ? "" : "\n  "}],\n  "summary": ${indented(jsonText(summary, 2), 2).trimStart()}\n}\n`;
  },
};

function indented(text: string, by: number): string {
  return text.replace(/^/gm, " ".repeat(by));
}
