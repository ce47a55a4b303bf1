import type { AccessKeyId } from "../../model/access-key-id.ts";
import { KeysweepError } from "../../model/error.ts";
import type { HostFiles } from "../../runtime/host-files.ts";
import { type TextFormat, Uneditable, type ValuePath } from "../documents/format.ts";
import { decodedText } from "../documents/text.ts";
import { targetError, within } from "./failure.ts";
import { heldFrom, refuseStranger } from "./held.ts";
import type { HandedKey, Held, Part, Target } from "./target.ts";

/** Where in a file a key stands. */
export interface KeyInFile {
  /** For people. */
  readonly place: string;
  /** Absolute. */
  readonly path: string;
  readonly format: TextFormat;
  readonly accessKeyId: ValuePath;
  readonly secretAccessKey: ValuePath;
  /** Whether what was there is kept beside it. */
  readonly backup: boolean;
  /** Looks at the text for what forbids to put a static key there. @throws Uneditable. */
  inspect?(text: string): void;
}

/** A key in a file of this host: both values change in one step, as the file is replaced. */
export function keyInFile(key: KeyInFile, files: HostFiles): Target {
  const onFile = <T>(action: () => Promise<T>): Promise<T> => withinFile(key, action);
  return {
    place: key.place,
    parts: ["pair"],
    check: () =>
      onFile(async () => {
        files.check(key.path);
        tryOut(key, files.read(key.path));
      }),
    read: () => onFile(async () => heldIn(key, files.read(key.path))),
    write: (_part: Part, handed, known, signal) =>
      onFile(() =>
        files.edit(key.path, (content) => withKey(key, content, handed, known), { backup: key.backup, signal }),
      ),
  };
}

function withinFile<T>({ place, path }: KeyInFile, action: () => Promise<T>): Promise<T> {
  return within(place, async () => {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof KeysweepError) || error.message.startsWith(`${place}: `)) throw error;
      const { code, message, hint, retry, cause } = error;
      // Its path stands in the place, which is said before.
      const said = place.includes(path) ? message.replace(path, () => "the file") : message;
      throw new KeysweepError(code, said, { ...(hint === null ? {} : { hint }), retry, cause });
    }
  });
}

function heldIn(key: KeyInFile, content: Buffer): Held {
  return editing(key.place, () => {
    const { text } = decodedText(content);
    key.inspect?.(text);
    return heldFrom(key.format.get(text, key.accessKeyId), key.format.get(text, key.secretAccessKey));
  });
}

/** Changes the text and forgets it: what can be read and not be written is told before there is a key to be written. */
function tryOut(key: KeyInFile, content: Buffer): void {
  editing(key.place, () => withPair(key, decodedText(content).text, "A".repeat(20), "a".repeat(40)));
}

function withKey(key: KeyInFile, content: Buffer, handed: HandedKey, known: readonly AccessKeyId[]): Buffer {
  return editing(key.place, () => {
    const { text, encode } = decodedText(content);
    refuseStranger(key.place, key.format.get(text, key.accessKeyId), known);
    return encode(withPair(key, text, handed.accessKeyId, handed.secret.reveal()));
  });
}

function withPair(key: KeyInFile, text: string, accessKeyId: string, secret: string): string {
  key.inspect?.(text);
  // What is there and cannot be read as one value is told of rather than that it cannot be changed.
  heldFrom(key.format.get(text, key.accessKeyId), key.format.get(text, key.secretAccessKey));
  const withId = key.format.set(text, key.accessKeyId, accessKeyId);
  return key.format.set(withId, key.secretAccessKey, secret);
}

function editing<T>(place: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Uneditable) throw targetError(place, error.message, { hint: error.hint, retry: "never" });
    throw error;
  }
}
