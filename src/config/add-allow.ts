import { isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { KeysweepError } from "../model/error.ts";
import { checkedRepositorySettings } from "./load.ts";

/** An entry by fingerprint, as it is written. */
export interface AllowedFingerprint {
  readonly fingerprint: string;
  readonly rule: string;
  readonly severity: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
}

/**
 * The text of a configuration with this entry in its `allow` list: in the place of those of the same fingerprint, or else at its end.
 * Comments and order are kept.
 * @throws KeysweepError `configuration` when the entry or the file is not right.
 */
export function addAllow(path: string, text: string, entry: AllowedFingerprint): { text: string; replaced: boolean } {
  checkedRepositorySettings("the allow that was asked for", { allow: [entry] });
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined)
    throw new KeysweepError("configuration", `${path} is not YAML (${error.code})`, { hint: "Mend it first." });
  if (document.contents !== null && !isMap(document.contents)) {
    throw new KeysweepError("configuration", `${path} is no configuration: its top is not a mapping`, {
      hint: "Mend it first.",
    });
  }
  const list = document.get("allow");
  const items = isSeq(list) ? list.items.filter((item) => isEntryOf(item, entry.fingerprint)) : [];
  const [first, ...others] = items;
  if (first !== undefined) for (const [key, value] of Object.entries(entry)) first.set(key, value);
  else {
    if (list === null || list === undefined) document.set("allow", document.createNode([]));
    document.addIn(["allow"], document.createNode(entry));
  }
  if (isSeq(list)) list.items = list.items.filter((item) => !others.some((other) => other === item));
  // As it is: lines of any length, and lists set in or not.
  const indentSeq = !/^[A-Za-z]+:[ \t]*\r?\n- /m.test(text);
  return { text: document.toString({ lineWidth: 0, indentSeq }), replaced: first !== undefined };
}

function isEntryOf(item: unknown, fingerprint: string): item is YAMLMap {
  return isMap(item) && item.get("fingerprint") === fingerprint;
}
