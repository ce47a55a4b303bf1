import {
  insertedLines,
  nextLine,
  onlyValue,
  replacedAll,
  type Span,
  type TextFormat,
  Uneditable,
  type ValuePath,
} from "./format.ts";

/** What differs between those who read INI. */
export interface IniDialect {
  /** What a section is called by its header, without brackets; null: it is nobody's business. */
  sectionName(header: string): string | null;
  /** The header of a new section. */
  header(name: string): string;
  /** A key as it is compared. */
  keyName(key: string): string;
  /** Whether quotes round a value are not part of it. */
  readonly takesQuotesOff: boolean;
}

/** INI as most programs have it. */
const PLAIN: IniDialect = {
  sectionName: (header) => header.trim(),
  header: (name) => name,
  keyName: (key) => key,
  takesQuotesOff: true,
};

export const ini: TextFormat = iniFormat(PLAIN);

/** INI; a path is a section and a key, or a key alone, which stands above all sections. */
export function iniFormat(dialect: IniDialect): TextFormat {
  const placesOf = (text: string, section: string | null, key: string): Span[] => {
    const found = propertiesOf(text, dialect).filter((one) => isNamed(one, section, key, dialect));
    return found.map(({ value }) => value);
  };
  const get = (text: string, path: ValuePath): string | null => {
    const [section, key] = sectionAndKey(path);
    const values = placesOf(text, section, key).map((place) => singleLine(key, place, text));
    return onlyValue(key, values);
  };
  return {
    get,
    set(text, path, value) {
      const [section, key] = sectionAndKey(path);
      return get(text, path) === null
        ? added(text, section, `${key} = ${value}`, dialect)
        : replacedAll(text, placesOf(text, section, key), value);
    },
  };
}

/** The keys of a section, as they are compared. */
export function keysOfSection(text: string, section: string, dialect: IniDialect): ReadonlyMap<string, string> {
  const own = propertiesOf(text, dialect).filter((one) => one.section === section);
  return new Map(own.map(({ key, value }) => [dialect.keyName(key), text.slice(value.start, value.end)]));
}

interface Property {
  readonly section: string | null;
  readonly key: string;
  readonly value: Span;
}

function sectionAndKey(path: ValuePath): [string | null, string] {
  const [first, second, ...more] = path.map(String);
  if (first === undefined || more.length > 0) throw new Uneditable("has sections and keys, and nothing below them");
  return second === undefined ? [null, first] : [first, second];
}

function isNamed(property: Property, section: string | null, key: string, { keyName }: IniDialect): boolean {
  return property.section === section && keyName(property.key) === keyName(key);
}

function singleLine(key: string, { start, end }: Span, text: string): string {
  const value = text.slice(start, end);
  if (value.includes("\n")) throw new Uneditable(`${key} has a value of several lines`, "Write it on one line.");
  return value;
}

interface Line extends Span {
  readonly text: string;
}

function* linesOf(text: string): Generator<Line> {
  for (let start = 0; start < text.length; ) {
    const next = nextLine(text, start);
    const line = text.slice(start, next).replace(/\r?\n$/, "");
    yield { start, end: start + line.length, text: line };
    start = next;
  }
}

/** All of them, in order. As Python's configparser and AWS's SDKs have it, a line that is further in than the key above goes on with its value. */
function propertiesOf(text: string, dialect: IniDialect): readonly Property[] {
  const properties: Property[] = [];
  let section: string | null = null;
  let ignored = false;
  let indent = Number.POSITIVE_INFINITY;
  for (const line of linesOf(text)) {
    if (isBlank(line)) continue;
    const [, space = "", header] = /^(\s*)(?:\[([^\]]*)\])?/.exec(line.text) ?? [];
    const last = properties.at(-1);
    if (space.length > indent && last !== undefined) {
      if (!ignored) properties.splice(-1, 1, { ...last, value: { start: last.value.start, end: line.end } });
      continue;
    }
    if (header !== undefined) {
      const name: string | null = dialect.sectionName(header);
      section = name;
      ignored = name === null;
      indent = Number.POSITIVE_INFINITY;
      continue;
    }
    const property = propertyOf(line, section, dialect);
    if (property === null) continue;
    indent = space.length;
    if (!ignored) properties.push(property);
  }
  return properties;
}

function isBlank({ text }: Line): boolean {
  return /^\s*(?:[#;]|$)/.test(text);
}

function propertyOf(line: Line, section: string | null, { takesQuotesOff }: IniDialect): Property | null {
  const [head, key, gap = ""] = /^\s*([^=:]*?[^=:\s])\s*[=:]([^\S\n]*)/.exec(line.text) ?? [];
  if (head === undefined || key === undefined) return null;
  const rest = line.text.slice(head.length);
  // A comment behind the value.
  const length = rest.replace(/(?:^|\s)[#;].*$/, "").trimEnd().length;
  // Where there is none yet, the space is the comment's.
  const start = line.start + head.length - (length === 0 && rest !== "" ? gap.length : 0);
  const quoted = takesQuotesOff && length >= 2 && /^(["']).*\1$/.test(rest.slice(0, length)) ? 1 : 0;
  return { section, key, value: { start: start + quoted, end: start + length - quoted } };
}

/** Behind the last line of its section that says something, or in a new section at the end. */
function added(text: string, section: string | null, line: string, dialect: IniDialect): string {
  const at = endOfSection(text, section, dialect);
  if (at !== null) return insertedLines(text, at, [line]);
  const lines = [`[${dialect.header(section ?? "")}]`, line];
  return insertedLines(text, text.length, text.trim() === "" ? lines : ["", ...lines]);
}

/** Null: there is no such section. Keys above all sections can stand at the very beginning. */
function endOfSection(text: string, section: string | null, dialect: IniDialect): number | null {
  let current: string | null = null;
  let end: number | null = section === null ? 0 : null;
  for (const line of linesOf(text)) {
    if (isBlank(line)) continue;
    const [, header] = /^\s*\[([^\]]*)\]/.exec(line.text) ?? [];
    if (header !== undefined) current = dialect.sectionName(header) ?? "\0";
    if (current === section) end = nextLine(text, line.start);
  }
  return end;
}
