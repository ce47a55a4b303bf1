import type { DocumentHint } from "../../../detect/detection.ts";

/** A stored object has no path yet and no age that is known: it is judged as if it were old. */
export const STORED: DocumentHint = { kind: "file", path: null, ageMs: () => Number.POSITIVE_INFINITY };
