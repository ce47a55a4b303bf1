import { isDeepStrictEqual } from "node:util";
import { type AST, getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { insertedLines, nextLine, pathText, replaced, type TextFormat, Uneditable, type ValuePath } from "./format.ts";
import { withValue } from "./yaml.ts";

/** TOML, edited where its nodes stand. */
export const toml: TextFormat = {
  get(text, path) {
    const node = find(parsed(text), path);
    if (node === null) return null;
    if (node.type !== "TOMLValue") throw new Uneditable(`${pathText(path)} is no single value`);
    return node.kind === "string" ? node.value : text.slice(...node.range);
  },
  set(text, path, value) {
    const program = parsed(text);
    const node = find(program, path);
    const changed = node === null ? added(text, program, path, value) : replacedValue(text, node, path, value);
    const expected = withValue(getStaticTOMLValue(program), path, value);
    if (!isDeepStrictEqual(expected, getStaticTOMLValue(parsed(changed))))
      throw new Uneditable(`${pathText(path)} cannot be changed without changing something else`);
    return changed;
  },
};

function parsed(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text);
  } catch (error) {
    const { lineNumber } = error as { lineNumber?: number };
    // Its message may quote the text.
    throw new Uneditable(`is not TOML${lineNumber === undefined ? "" : ` (line ${lineNumber})`}`);
  }
}

function find(program: AST.TOMLProgram, path: ValuePath): AST.TOMLContentNode | null {
  for (const node of program.body[0].body) {
    const found =
      node.type === "TOMLKeyValue"
        ? findIn(node, [], path)
        : (node.body.map((pair) => findIn(pair, node.resolvedKey, path)).find((one) => one !== null) ?? null);
    if (found !== null) return found;
  }
  return null;
}

function findIn(pair: AST.TOMLKeyValue, above: ValuePath, path: ValuePath): AST.TOMLContentNode | null {
  return findValue(pair.value, [...above, ...pair.key.keys.map(keyText)], path);
}

function findValue(node: AST.TOMLContentNode, at: ValuePath, path: ValuePath): AST.TOMLContentNode | null {
  if (!at.every((key, index) => key === path[index])) return null;
  if (at.length === path.length) return node;
  if (node.type === "TOMLInlineTable")
    return node.body.map((pair) => findIn(pair, at, path)).find((one) => one !== null) ?? null;
  if (node.type === "TOMLArray")
    return node.elements.map((one, index) => findValue(one, [...at, index], path)).find((one) => one !== null) ?? null;
  return null;
}

function keyText(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

function replacedValue(text: string, node: AST.TOMLContentNode, path: ValuePath, value: string): string {
  if (node.type !== "TOMLValue") throw new Uneditable(`${pathText(path)} is no single value`);
  if (node.kind === "string" && node.multiline)
    throw new Uneditable(`${pathText(path)} is a text of several lines`, "Write it on one line.");
  const isLiteral = node.kind === "string" && node.style === "literal" && !value.includes("'");
  const [start, end] = node.range;
  return replaced(text, { start, end }, isLiteral ? `'${value}'` : JSON.stringify(value));
}

/** In the table that it belongs to, or in a new one at the end. */
function added(text: string, program: AST.TOMLProgram, path: ValuePath, value: string): string {
  const parent = path.slice(0, -1);
  const line = `${keyLine(path.at(-1))} = ${JSON.stringify(value)}`;
  const [{ body }] = program.body;
  if (parent.length === 0) {
    const last = body.filter((node) => node.type === "TOMLKeyValue").at(-1);
    return insertedLines(text, last === undefined ? 0 : nextLine(text, last.range[1]), [line]);
  }
  const table = body.find((node) => node.type === "TOMLTable" && isDeepStrictEqual(node.resolvedKey, parent));
  if (table !== undefined) return insertedLines(text, nextLine(text, table.range[1]), [line]);
  if (find(program, parent) !== null)
    throw new Uneditable(`${pathText(parent)} is an inline table`, "Add the key by hand once.");
  const header = `[${parent.map(keyLine).join(".")}]`;
  return insertedLines(text, text.length, text.trim() === "" ? [header, line] : ["", header, line]);
}

function keyLine(key: string | number | undefined): string {
  if (typeof key !== "string") throw new Uneditable(`there is no item ${key}`, "Add it by hand once.");
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}
