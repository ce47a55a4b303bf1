import { jsonText } from "../../escape.ts";
import { indented, jsonListField } from "../../json-pieces.ts";
import type { ScanFormat } from "../scan-format.ts";

/** The report as it is, indented; the findings one by one, so that a great many are never one text. */
export const json: ScanFormat = {
  name: "json",
  *write({ findings, summary, ...report }) {
    yield jsonText(report, 2).replace(/\n\}$/, ",\n");
    yield* jsonListField("findings", findings);
    yield `  "summary": ${indented(jsonText(summary, 2), 2).trimStart()}\n}\n`;
  },
};
