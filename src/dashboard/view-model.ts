import { commandText } from "./command-text.ts";
import { ended, refused } from "./job-ends.ts";
import { pressed } from "./keys.ts";
import { inSight, notRecalled, recalled, withFindings } from "./knowledge.ts";
import type { Message } from "./message.ts";
import type { Job, State } from "./state.ts";
import { logged, only, type Step, told } from "./step.ts";

/** What follows from a message. Pure. */
export function update(state: State, message: Message): Step {
  switch (message.kind) {
    case "key":
      return pressed(state, message.key);
    case "resized":
      return only(inSight({ ...state, columns: message.columns, rows: message.rows }));
    case "ticked":
      return only({ ...state, now: message.now });
    case "remembered":
      return only(recalled(state, message.remembered));
    case "recall-failed":
      return only(notRecalled({ ...state, now: message.now }, message.part, message.why));
    case "just-seen":
      return only(withFindings({ ...state, justSeen: [...state.justSeen, ...message.rows] }));
    case "told":
      return only(told({ ...state, now: message.now }, message.text, message.tone));
    case "job-began": {
      const { job: id, request, now } = message;
      const job: Job = { id, request, startedAt: now, progress: null, progressAt: now };
      const began = {
        ...state,
        now,
        jobs: [...state.jobs, job],
        justSeen: request.purpose === "scan" ? [] : state.justSeen,
      };
      return only(logged(began, commandText(request.words), "plain"));
    }
    case "job-progress": {
      const { job: id, progress, now } = message;
      const jobs = state.jobs.map((job) => (job.id === id ? { ...job, progress, progressAt: now } : job));
      return only({ ...state, now, jobs });
    }
    case "job-refused":
      return refused(logged({ ...state, now: message.now }, message.why, "bad"), message.request, message.why);
    case "job-ended":
      return ended(state, message.job, message.end, message.now);
  }
}
