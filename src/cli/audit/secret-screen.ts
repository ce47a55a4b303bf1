import { createHash } from "node:crypto";
import type { HeldSecret, ScreenedTags, SecretScreen } from "../../audit/secret-screen.ts";
import { detect } from "../../scan/detect/detect.ts";
import type { Detection, DocumentHint } from "../../scan/detect/detection.ts";
import { redacted } from "../../scan/redact.ts";
import { shownName } from "../../scan/shown-name.ts";

/** Screens what an audit reads with what a scan takes for a secret. */
export const detectorScreen: SecretScreen = {
  text: shown,
  name(name) {
    const text = shown(name);
    return text === name ? name : `${text}#${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
  },
  tags: screened,
};

/** The shortest secret has thirty characters. IAM takes no quotes and no backslashes, so none is written there in parts. */
const LONG_WORD = /\S{30}/;

function shown(text: string): string {
  return LONG_WORD.test(text) ? shownName(text) : text;
}

function screened(tags: Readonly<Record<string, string>>): ScreenedTags {
  const written = Object.entries(tags);
  if (!written.some((tag) => tag.some((text) => LONG_WORD.test(text)))) return { tags, held: [] };
  const found = credentialsIn(written);
  const looked = written.map(([name, value]) => [shown(name), shown(value)] as const);
  // A secret that only what stands beside it tells from other texts: then nothing as long as one is shown.
  const isClean = credentialsIn(looked).length === 0;
  const shownTags = isClean ? looked : looked.map(([name, value]) => [redacted(name), redacted(value)] as const);
  return { tags: Object.fromEntries(apart(shownTags)), held: heldBy(written, shownTags, found) };
}

function heldBy(
  written: readonly (readonly [string, string])[],
  shownTags: readonly (readonly [string, string])[],
  found: readonly Detection[],
): HeldSecret[] {
  // One of AWS's documentation is withheld like any other, but is no credential.
  const genuine = found.filter(({ placeholder }) => !placeholder);
  const accessKeyId = genuine.find((detection) => detection.accessKeyId !== null)?.accessKeyId ?? null;
  return shownTags.flatMap(([name, value], index) => {
    const [writtenName, writtenValue] = written[index] ?? [name, value];
    if (name === writtenName && value === writtenValue) return [];
    return [{ where: `its tag ${name}`, accessKeyId, isCertain: genuine.length > 0 }];
  });
}

/** Tags whose names have become the same by what was withheld of them are all shown. */
function apart(tags: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const seen = new Map<string, number>();
  return tags.map(([name, value]) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return [times === 1 ? name : `${name}#${times}`, value];
  });
}

const TAGS: DocumentHint = { kind: "stdin", path: null, ageMs: () => 0, mostUnpacked: 1 << 18 };

/** The credentials in tags, as if these were lines of a file. */
function credentialsIn(tags: readonly (readonly [string, string])[]): Detection[] {
  const text = tags.map(([name, value]) => `${name}=${value}\n`).join("");
  return detect(Buffer.from(text), TAGS).filter(({ secretDigest }) => secretDigest !== null);
}
