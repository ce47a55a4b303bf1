import type { TargetsReport } from "../../model/target-catalogue.ts";
import type { Format } from "../format.ts";
import { formatRegistry } from "../format-registry.ts";

export type TargetFormat = Format<TargetsReport>;

/** The formats of what is told about types of targets. */
export const targetFormats = formatRegistry("a list of targets", {
  pretty: async (): Promise<TargetFormat> => (await import("./formats/pretty.ts")).pretty,
  json: async (): Promise<TargetFormat> => (await import("./formats/json.ts")).json,
});
