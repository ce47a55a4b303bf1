import { type DoctorCheck, said } from "../check.ts";

/** Whether there are credentials that AWS accepts, and whose they are. */
export const awsIdentityCheck: DoctorCheck = {
  name: "aws-identity",
  async examine({ aws, wantsAws }) {
    const reach = await aws();
    if ("identity" in reach) {
      const { identity, region, clockAheadMs } = reach;
      const clock = `this machine's clock is ${Math.round(Math.abs(clockAheadMs) / 1000)} s off AWS's`;
      return [
        said("ok", `${identity.arn}, region ${region}`),
        ...(clockAheadMs === 0
          ? []
          : [said("warning", clock, "Set the clock: signatures are refused past five minutes.")]),
      ];
    }
    const { isMissing, detail, hint } = reach;
    // A scan needs none.
    if (isMissing && !wantsAws) return [said("unused", `${detail}; only audit, rotate and --identify need them`)];
    return [said("problem", detail, hint)];
  },
};
