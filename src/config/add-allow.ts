import { parseDocument } from "yaml";
import { KeysweepError } from "../model/error.ts";
import { checkedRepositorySettings } from "./load.ts";

/**
 * The text of a configuration with one more entry in its `allow` list; comments and order are kept.
 * @throws KeysweepError `usage` when the entry is not right, `configuration` when the file is not.
 */
export function addAllow(path: string, text: string, entry: Readonly<Record<string, string>>): string {
  checkedRepositorySettings("the allow that was asked for", { allow: [entry] });
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined)
    throw new KeysweepError("configuration", `${path} is not YAML (${error.code})`, { hint: "Mend it first." });
  const existing: unknown = document.toJS();
  if (existing !== null && existing !== undefined && (typeof existing !== "object" || Array.isArray(existing))) {
    throw new KeysweepError("configuration", `${path} is no configuration: its top is not a mapping`, {
      hint: "Mend it first.",
    });
  }
  const list: unknown = document.get("allow");
  if (list === null || list === undefined) document.set("allow", document.createNode([]));
  document.addIn(["allow"], document.createNode(entry));
  return document.toString({ lineWidth: 120 });
}
