import { isDeepStrictEqual } from "node:util";
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  type Node,
  parse,
  parseAllDocuments,
  parseDocument,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { insertedLines, nextLine, pathText, replaced, type TextFormat, Uneditable, type ValuePath } from "./format.ts";

/** YAML of one document, edited where its nodes stand. */
export const yaml: TextFormat = {
  get: (text, path) => valueAt(parsedYaml(text), text, path),
  set(text, path, value) {
    const document = parsedYaml(text);
    const node = document.getIn(path, true);
    const changed = isScalar(node)
      ? replacedScalar(text, checkedScalar(node, path), yamlScalar(value, node))
      : addedTo(text, document, path, value);
    refuseOtherChanges(contentOf(document), () => contentOf(parsedYaml(changed)), path, value);
    return changed;
  },
};

/** JSON, which YAML's parser reads too, and tells where everything stands. */
export const json: TextFormat = {
  get: (text, path) => valueAt(parsedJson(text), text, path),
  set(text, path, value) {
    const document = parsedJson(text);
    const node = document.getIn(path, true);
    const changed = isScalar(node)
      ? replacedScalar(text, checkedScalar(node, path), JSON.stringify(value))
      : addedTo(text, document, path, value);
    refuseOtherChanges(JSON.parse(text), () => JSON.parse(changed), path, value);
    return changed;
  },
};

function parsedYaml(text: string, language = "YAML"): Document.Parsed {
  const options = { schema: "core", uniqueKeys: true } as const;
  if (parseAllDocuments(text, options).length > 1)
    throw new Uneditable("holds several YAML documents", "Name a file of one document.");
  const document = parseDocument(text, options);
  const [error] = document.errors;
  if (error !== undefined) throw new Uneditable(`is not ${language} (${error.code})`);
  return document;
}

/** What a program reads. */
function contentOf(document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch {
    throw new Uneditable("has aliases that lead nowhere, or too many of them");
  }
}

function parsedJson(text: string): Document.Parsed {
  try {
    JSON.parse(text);
  } catch {
    // Its message quotes the text.
    throw new Uneditable("is not JSON");
  }
  // As JSON every key is a text.
  return parsedYaml(text, "JSON that reads one way only");
}

function valueAt(document: Document.Parsed, text: string, path: ValuePath): string | null {
  const node = document.getIn(path, true);
  if (node === undefined || node === null) {
    refuseMerged(document, path);
    return null;
  }
  if (isAlias(node)) throw new Uneditable(`${pathText(path)} is an alias`, "Name the place that it stands for.");
  if (!isScalar(node)) throw new Uneditable(`${pathText(path)} is no single value`);
  const { value } = checkedScalar(node, path);
  if (value === null) return "";
  if (typeof value === "string") return value;
  const [start = 0, end = 0] = node.range ?? [];
  return text.slice(start, end);
}

/** By YAML 1.1, which most programs still read, what a mapping lacks may come from the one that is merged into it. */
function refuseMerged(document: Document, path: ValuePath): void {
  const isMerged = path.some((_, depth) => {
    const holder = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    return isMap(holder) && !holder.has(path[depth]) && holder.has("<<");
  });
  if (isMerged)
    throw new Uneditable(
      `${pathText(path)} may be merged in (<<)`,
      "Name the place that it comes from, or write it out once.",
    );
}

/** A scalar that can be written anew without changing what it means. */
function checkedScalar(node: Scalar, path: ValuePath): Scalar {
  if (node.tag !== undefined && node.tag !== "tag:yaml.org,2002:str")
    throw new Uneditable(`${pathText(path)} has the tag ${node.tag}`, "What gives the tag its meaning must change it.");
  if (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED")
    throw new Uneditable(`${pathText(path)} is a block of text`, "Write it on one line.");
  return node;
}

function replacedScalar(text: string, { range }: Scalar, by: string): string {
  const [start = 0, end = 0] = range ?? [];
  // `key:` with nothing behind it.
  const gap = start === end && text[start - 1] === ":" ? " " : "";
  return replaced(text, { start, end }, gap + by);
}

/** With the quotes that were there; without, where it is a text all the same. */
function yamlScalar(value: string, { type }: Pick<Scalar, "type">): string {
  if (type === "QUOTE_SINGLE") return `'${value.replaceAll("'", "''")}'`;
  return type === "QUOTE_DOUBLE" || !isPlainText(value) ? JSON.stringify(value) : value;
}

function isPlainText(value: string): boolean {
  return /^[\w/+][\w/+=.-]*$/.test(value) && parse(value) === value;
}

/** Adds the value to the innermost mapping on its way that is there. */
function addedTo(text: string, document: Document.Parsed, path: ValuePath, value: string): string {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const holder = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (holder === undefined) continue;
    const missing = path.slice(depth);
    if (isMap(holder) && holder.flow !== true && holder.items.length > 0)
      return insertedLines(text, endOf(text, holder), blockLines(missing, value, columnOf(text, holder)));
    if (isMap(holder)) return addedToFlow(text, holder, missing, value);
    if (depth === 0 && holder === null) return insertedLines(text, text.length, blockLines(missing, value, 0));
    if (isScalar(holder) && holder.value === null && holder.source === "")
      return addedBelow(text, document, path.slice(0, depth), missing, value);
    throw new Uneditable(`${pathText(path.slice(0, depth))} is no mapping`);
  }
  throw new Uneditable(`there is no place for ${pathText(path)}`);
}

/** `a:` with `b: value` further in below it. */
function blockLines(path: ValuePath, value: string, indent: number): string[] {
  return path.map((key, depth) => {
    if (typeof key === "number") throw new Uneditable(`there is no item ${key}`, "Add it by hand once.");
    const name = /^[A-Za-z_][\w.-]*$/.test(key) && parse(key) === key ? key : JSON.stringify(key);
    const last = depth === path.length - 1 ? ` ${yamlScalar(value, {})}` : "";
    return `${" ".repeat(indent + 2 * depth)}${name}:${last}`;
  });
}

function columnOf(text: string, map: YAMLMap): number {
  const start = rangeOf(map.items[0]?.key)[0];
  return start - (text.lastIndexOf("\n", start - 1) + 1);
}

/** Where the line begins behind the last one of a block mapping. */
function endOf(text: string, map: YAMLMap): number {
  const { key, value } = map.items.at(-1) ?? {};
  const end =
    isMap(value) && value.flow !== true && value.items.length > 0 ? endOf(text, value) : rangeOf(value ?? key)[1];
  return text[end - 1] === "\n" ? end : nextLine(text, end);
}

function addedBelow(text: string, document: Document, parent: ValuePath, missing: ValuePath, value: string): string {
  const holder = parent.length === 1 ? document.contents : document.getIn(parent.slice(0, -1), true);
  const pair = isMap(holder) ? holder.items.find(({ key }) => isScalar(key) && key.value === parent.at(-1)) : undefined;
  if (!isMap(holder) || pair === undefined || holder.flow === true)
    throw new Uneditable(`${pathText(parent)} is no mapping`);
  const indent = columnOf(text, holder) + 2;
  return insertedLines(text, nextLine(text, rangeOf(pair.key)[1]), blockLines(missing, value, indent));
}

/** Behind the last item, with what stands before that one: so it gets a line of its own where the others have. */
function addedToFlow(text: string, map: YAMLMap, path: ValuePath, value: string): string {
  const [first, ...deeper] = path;
  const inner = deeper.reduceRight<string>((held, key) => `{ ${JSON.stringify(key)}: ${held} }`, JSON.stringify(value));
  const entry = `${JSON.stringify(String(first))}: ${inner}`;
  const last = map.items.at(-1);
  const [start] = rangeOf(map);
  if (last === undefined) return replaced(text, { start: start + 1, end: rangeOf(map)[1] - 1 }, ` ${entry} `);
  const keyStart = rangeOf(last.key)[0];
  const before = /[,{](\s*)$/.exec(text.slice(start, keyStart))?.[1] ?? " ";
  const end = rangeOf(last.value ?? last.key)[1];
  const gap = map.items.length === 1 && !before.includes("\n") ? " " : before;
  return replaced(text, { start: end, end }, `,${gap}${entry}`);
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = (node as Partial<Node> | null | undefined)?.range;
  if (range === undefined || range === null) throw new Uneditable("cannot be added to", "Add the key by hand once.");
  return [range[0], range[1]];
}

/** The changed text must say what the old one said, but for the one value. */
function refuseOtherChanges(before: unknown, after: () => unknown, path: ValuePath, value: string): void {
  if (isDeepStrictEqual(withValue(before, path, value), after())) return;
  throw new Uneditable(`${pathText(path)} cannot be changed without changing something else`, "Is it used by aliases?");
}

/** The value with another one in it. */
export function withValue(holder: unknown, [key, ...rest]: ValuePath, value: string): unknown {
  if (key === undefined) return value;
  if (Array.isArray(holder)) return holder.with(Number(key), withValue(holder[Number(key)], rest, value));
  const fields = (holder ?? {}) as Readonly<Record<string, unknown>>;
  return { ...fields, [key]: withValue(fields[key], rest, value) };
}
