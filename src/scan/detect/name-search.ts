import { decodedText, detect, detectAsWritten } from "./detect.ts";
import type { Detection, DocumentHint } from "./detection.ts";

/** What every credential that is written plainly has in it. */
const ANCHOR = /A(?:KI|SI)A[A-Z2-7]{16}|ABSK|secret|sec_key|-at-\d{12}|da2-|amzn\.mws|bedrock-api-key/i;

const UNKNOWN_PLACE: DocumentHint = { kind: "file", path: null, ageMs: () => 0, mostUnpacked: 1 << 18 };

/**
 * The credentials in the name of a file, a folder or a member: a name is content too. Only names that show plainly that they may hold
 * one are looked into, so that it costs next to nothing for all the others. Told as if what bears the name began with it.
 */
export function credentialsInName(name: string, hint: DocumentHint = UNKNOWN_PLACE): Detection[] {
  if (!ANCHOR.test(name)) return [];
  return detect(Buffer.from(name), hint).map((detection) => ({ ...detection, offset: 0, line: 1, column: 1 }));
}

/** What an encoding needs: the sign of an escape, a quote, a control character, or a run as long as an encoded secret. */
// biome-ignore lint: control characters are what is looked for
const ENCODED = /[%&=\\"'`\0\x1b]|[A-Za-z0-9+/_-]{40}/;

/**
 * A name with all that the detector takes off it, one character a byte; null: there is nothing to take off.
 * Not all of it where more is packed in it than in any honest name.
 */
export function decodedName(name: string): { readonly text: string | null; readonly isWhole: boolean } {
  if (!ENCODED.test(name)) return { text: null, isWhole: true };
  const bytes = Buffer.from(name);
  let isWhole = true;
  const leftOut = () => {
    isWhole = false;
  };
  const text = decodedText(bytes, { ...UNKNOWN_PLACE, leftOut });
  return { text: text === bytes.toString("latin1") ? null : text, isWhole };
}

/** The digests of the secrets that the detector finds in a name, decoded or as it is written. */
export function secretsInName(name: string, reading: "decoded" | "as written"): Set<string> {
  const look = reading === "decoded" ? detect : detectAsWritten;
  return new Set(look(Buffer.from(name), UNKNOWN_PLACE).flatMap(({ secretDigest }) => secretDigest ?? []));
}
