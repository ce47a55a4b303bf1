import { jsonText } from "./escape.ts";

/** A JSON array, item by item, so that a great many are never one text; one item a line. */
export function* jsonArray(items: Iterable<unknown>): Generator<string> {
  let before = "[\n";
  for (const item of items) {
    yield before + jsonText(item);
    before = ",\n";
  }
  yield before === "[\n" ? "[]" : "\n]";
}

/** A field of an object that is written indented by two, with an array that is written item by item; a comma behind it. */
export function* jsonListField(name: string, items: Iterable<unknown>): Generator<string> {
  let isEmpty = true;
  yield `  "${name}": [`;
  for (const item of items) {
    yield `${isEmpty ? "" : ","}\n${indented(jsonText(item, 2), 4)}`;
    isEmpty = false;
  }
  yield `${isEmpty ? "" : "\n  "}],\n`;
}

/** A text with every line indented. */
export function indented(text: string, by: number): string {
  return text.replace(/^/gm, " ".repeat(by));
}
