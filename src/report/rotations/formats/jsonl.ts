import { jsonText } from "../../escape.ts";
import type { LiveRotationsFormat, RotationsFormat } from "../rotations-format.ts";

const live: LiveRotationsFormat = {
  start: (heading) => line("start", heading),
  rotation: (rotation) => line("rotation", rotation),
  *rest({ rotations }) {
    const states = Map.groupBy(rotations, ({ state }) => state);
    yield line("summary", { states: Object.fromEntries([...states].map(([state, of]) => [state, of.length])) });
  },
};

/** One object a line: `start`; a `rotation` when it has gone as far as it goes now; `summary`. */
export const jsonl: RotationsFormat = {
  name: "jsonl",
  live,
  *write({ rotations, ...heading }) {
    yield live.start(heading);
    for (const rotation of rotations) yield live.rotation(rotation);
    yield* live.rest({ ...heading, rotations });
  },
};

function line(type: string, fields: object): string {
  return `${jsonText({ type, ...fields })}\n`;
}
