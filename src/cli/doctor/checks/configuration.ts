import { loadOperatorConfiguration } from "../../../config/load.ts";
import { KeysweepError } from "../../../model/error.ts";
import { plural } from "../../../report/summary-text.ts";
import { configurationPath } from "../../../runtime/system.ts";
import { operatorPath } from "../../policy.ts";
import { type DoctorCheck, said } from "../check.ts";

/** Whether what the operator has written can be read, and means something. */
export const configurationCheck: DoctorCheck = {
  name: "configuration",
  async examine({ context, flags }) {
    try {
      const path = operatorPath(context, flags);
      if (path === null) return [said("unused", `there is none; it would be ${configurationPath(context.system)}`)];
      const { allow, exclude } = loadOperatorConfiguration(path);
      const { loadRotationConfiguration } = await import("../../../config/rotations.ts");
      const { targetTypes } = await import("../../../rotate/targets/registry.ts");
      const { rotations } = await loadRotationConfiguration(path, targetTypes, context.clock.now());
      const counts = [`${allow.length} allowed`, `${exclude.length} left out`, plural(rotations.length, "rotation")];
      return [said("ok", `${path}: ${counts.join(", ")}`)];
    } catch (error) {
      if (!(error instanceof KeysweepError)) throw error;
      return [said("problem", error.message, error.hint)];
    }
  },
};
