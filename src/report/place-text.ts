import type { Place } from "../model/place.ts";

/** A place as one line of text, as editors and terminals understand it. Not escaped: that depends on where it goes. */
export function placeText(place: Place): string {
  switch (place.kind) {
    case "file":
      return `${[place.path, ...place.within].join("!")}:${place.line}:${place.column}`;
    case "process":
      return `process ${place.pid} (${place.command}) ${place.variable === null ? "command line" : `variable ${place.variable}`}`;
    case "environment":
      return `environment variable ${place.variable}`;
    case "stdin":
      return `${place.name}:${place.line}:${place.column}`;
  }
}
