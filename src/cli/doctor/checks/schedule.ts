import { KeysweepError } from "../../../model/error.ts";
import { operatorPath } from "../../policy.ts";
import { type DoctorCheck, said } from "../check.ts";

/** Whether what is scheduled can be done as things are. */
export const scheduleCheck: DoctorCheck = {
  name: "schedule",
  async examine({ context, flags }) {
    try {
      const path = operatorPath(context, flags);
      if (path === null) return [];
      const { loadScheduleConfiguration } = await import("../../../config/schedule.ts");
      const schedule = loadScheduleConfiguration(path, context.clock.now(), context.system.home);
      if (schedule.jobs.length === 0) return [said("unused", "nothing is scheduled")];
      const { rootDoubts, scheduleDoubts } = await import("../../schedule/schedule-doubts.ts");
      const doubts = scheduleDoubts(schedule).map((text) => said("problem", text, "Make it, or name another."));
      const root = rootDoubts(path).map((text) =>
        said("warning", text, "Let root own them, and nobody else write to them, or schedule keysweep as that user."),
      );
      const jobs = schedule.jobs.map(({ job }) => job).join(", ");
      return [...(doubts.length > 0 ? doubts : [said("ok", `${jobs}: what they need is there`)]), ...root];
    } catch (error) {
      if (!(error instanceof KeysweepError)) throw error;
      return [said("problem", error.message, error.hint)];
    }
  },
};
