import { jsonText } from "../../escape.ts";
import type { TargetFormat } from "../target-formats.ts";

/** The report as it is, indented. */
export const json: TargetFormat = {
  name: "json",
  *write(report) {
    yield `${jsonText(report, 2)}\n`;
  },
};
