import { detect } from "./detect.ts";
import type { Detection, DocumentHint } from "./detection.ts";

/** What every credential that is written plainly has in it. */
const ANCHOR = /A(?:KI|SI)A[A-Z2-7]{16}|ABSK|secret|sec_key|-at-\d{12}|da2-|amzn\.mws|bedrock-api-key/i;

const UNKNOWN_PLACE: DocumentHint = { kind: "file", path: null, ageMs: () => 0 };

/**
 * The credentials in the name of a file, a folder or a member: a name is content too. Only names that show plainly that they may hold
 * one are looked into, so that it costs next to nothing for all the others. Told as if what bears the name began with it.
 */
export function credentialsInName(name: string, hint: DocumentHint = UNKNOWN_PLACE): Detection[] {
  if (!ANCHOR.test(name)) return [];
  return detect(Buffer.from(name), hint).map((detection) => ({ ...detection, offset: 0, line: 1, column: 1 }));
}
