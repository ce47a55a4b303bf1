import type { RotationPlansReport } from "../../model/rotation-plan.ts";
import type { Format } from "../format.ts";
import { formatRegistry } from "../format-registry.ts";

export type PlanFormat = Format<RotationPlansReport>;

type Loaded = Promise<PlanFormat>;

/** The formats of plans. */
export const planFormats = formatRegistry("a plan", {
  pretty: async (): Loaded => (await import("./formats/pretty.ts")).pretty,
  json: async (): Loaded => (await import("./formats/json.ts")).json,
});
