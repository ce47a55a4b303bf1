import type { DocumentHint } from "../../detect/detection.ts";

/** What is on its way into a repository is alive now, whatever its dates say. @param path null for a message */
export function incoming(path: string | null): DocumentHint {
  return { kind: "file", path, ageMs: () => 0 };
}
