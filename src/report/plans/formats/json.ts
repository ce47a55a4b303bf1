import { jsonText } from "../../escape.ts";
import type { PlanFormat } from "../plan-formats.ts";

/** The plans as they are, indented. */
export const json: PlanFormat = {
  name: "json",
  *write(report) {
    yield `${jsonText(report, 2)}\n`;
  },
};
