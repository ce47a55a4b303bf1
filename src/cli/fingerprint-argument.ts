import { KeysweepError } from "../model/error.ts";
import type { Fingerprint } from "../model/finding.ts";

/** What was typed, as a fingerprint. @throws KeysweepError `usage` for anything else. */
export function parseFingerprint(text: string): Fingerprint {
  if (/^ks1:[0-9a-f]{32}$/.test(text)) return text as Fingerprint;
  throw new KeysweepError("usage", "a FINGERPRINT is ks1: and 32 hexadecimal digits", {
    hint: "A report shows it beside the finding.",
  });
}
