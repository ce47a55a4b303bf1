import type { ScanFormat } from "../scan-format.ts";

/** The report as it is (docs/json.md), indented. */
export const json: ScanFormat = {
  name: "json",
  *write(report) {
    yield `${JSON.stringify(report, null, 2)}\n`;
  },
};
