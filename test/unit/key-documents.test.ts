import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dotenv } from "../../src/rotate/documents/dotenv.ts";
import { type TextFormat, Uneditable, type ValuePath } from "../../src/rotate/documents/format.ts";
import { ini } from "../../src/rotate/documents/ini.ts";
import { decodedText } from "../../src/rotate/documents/text.ts";
import { toml } from "../../src/rotate/documents/toml.ts";
import { json, yaml } from "../../src/rotate/documents/yaml.ts";

const FORMATS: Readonly<Record<string, TextFormat>> = { dotenv, ini, yaml, json, toml };

/** Format, path, what stands there (null: nothing), the text before, and the text with `new/+=` there. */
type Case = readonly [format: string, path: ValuePath, value: string | null, before: string, after: string];

const NEW = "new/+=";

const CASES: readonly Case[] = [
  ["dotenv", ["K"], "old", "K=old\n", "K=new/+=\n"],
  ["dotenv", ["K"], "old", "A=1\r\nexport K='old' # why\r\nB=2", "A=1\r\nexport K='new/+=' # why\r\nB=2"],
  ["dotenv", ["K"], "old", '  K : "no"\nK = `old`\n', '  K : "no"\nK = `new/+=`\n'],
  ["dotenv", ["K"], "", "K=\nB=2\n", "K=new/+=\nB=2\n"],
  ["dotenv", ["K"], "", "K= # to do\n", "K=new/+= # to do\n"],
  ["dotenv", ["K"], "", 'K=""\n', 'K="new/+="\n'],
  ["dotenv", ["K"], "old", "K: old\n", "K: new/+=\n"],
  ["dotenv", ["K"], "a\\nb", 'K="a\\nb"\n', 'K="new/+="\n'],
  ["dotenv", ["K"], null, "A=1", "A=1\nK=new/+="],
  ["dotenv", ["K"], null, "export A=1\n# end\n", "export A=1\n# end\nexport K=new/+=\n"],
  ["dotenv", ["K"], null, "", "K=new/+=\n"],
  ["dotenv", ["K"], null, 'A="one\nK=two\n"\n#K=three\nKK=4\n', 'A="one\nK=two\n"\n#K=three\nKK=4\nK=new/+=\n'],
  ["dotenv", ["K"], "old", "A='it\\'\nK=old\n", "A='it\\'\nK=new/+=\n"],
  ["dotenv", ["K"], "old", 'A="open\nK=old\n', 'A="open\nK=new/+=\n'],
  ["dotenv", ["K"], "old", "K=old\nK=old\n", "K=new/+=\nK=new/+=\n"],
  ["ini", ["s", "k"], "old", "[s]\nk=old\n", "[s]\nk=new/+=\n"],
  [
    "ini",
    ["s", "k"],
    "old",
    "k=no\n[t]\nk=no\n[s]\n; k = no\n  k : old ; why\n",
    "k=no\n[t]\nk=no\n[s]\n; k = no\n  k : new/+= ; why\n",
  ],
  ["ini", ["s", "k"], "old", '[s]\r\nk = "old"\r\nl = 2\r\n', '[s]\r\nk = "new/+="\r\nl = 2\r\n'],
  ["ini", ["k"], "old", "k=old\n[s]\nk=no\n", "k=new/+=\n[s]\nk=no\n"],
  ["ini", ["k"], null, "[s]\nk=no\n", "k = new/+=\n[s]\nk=no\n"],
  ["ini", ["s", "k"], null, "[s]\na = 1\n  k = nested\n\n[t]\n", "[s]\na = 1\n  k = nested\nk = new/+=\n\n[t]\n"],
  ["ini", ["s", "k"], null, "[t]\na=1", "[t]\na=1\n\n[s]\nk = new/+="],
  ["ini", ["s", "k"], null, "", "[s]\nk = new/+=\n"],
  ["ini", ["s", "k"], "", "[s]\nk =\n", "[s]\nk =new/+=\n"],
  ["ini", ["s", "k"], "", "[s]\nk = # to do\n", "[s]\nk =new/+= # to do\n"],
  ["ini", ["s", "k"], "old", "[s]\na=1\n[t]\nb=2\n[s]\nk=old\n", "[s]\na=1\n[t]\nb=2\n[s]\nk=new/+=\n"],
  ["yaml", ["a", "k"], "old", "a:\n  k: old # why\n  l: [ 1,2 ]\n", "a:\n  k: new/+= # why\n  l: [ 1,2 ]\n"],
  ["yaml", ["a", "k"], "o'ld", "a: {k: 'o''ld', l: 2}\n", "a: {k: 'new/+=', l: 2}\n"],
  ["yaml", ["a", 1, "k"], "old", 'a:\n- k: no\n- k: "old"\n', 'a:\n- k: no\n- k: "new/+="\n'],
  ["yaml", ["k"], "", "# top\nk:\nl: 1\n", "# top\nk: new/+=\nl: 1\n"],
  ["yaml", ["k"], "", "k: ~ # to do\n", "k: new/+= # to do\n"],
  ["yaml", ["k"], "12", "k: 12\n", "k: new/+=\n"],
  ["yaml", ["k"], null, "l: 1", "l: 1\nk: new/+="],
  ["yaml", ["k"], null, "", "k: new/+=\n"],
  ["yaml", ["a", "b", "k"], null, "# nothing yet\n", "# nothing yet\na:\n  b:\n    k: new/+=\n"],
  ["yaml", ["a", "k"], null, "a:\n    l: |\n      text\n\nb: 1\n", "a:\n    l: |\n      text\n    k: new/+=\n\nb: 1\n"],
  [
    "yaml",
    ["a", "k"],
    null,
    "a:\n    l:\n      - 1\n      - m: 2 # two\nb: 1\n",
    "a:\n    l:\n      - 1\n      - m: 2 # two\n    k: new/+=\nb: 1\n",
  ],
  ["yaml", ["a", "k"], null, "a:\nb: 1\n", "a:\n  k: new/+=\nb: 1\n"],
  ["yaml", ["a", "k"], null, "a: {}\n", 'a: { "k": "new/+=" }\n'],
  ["yaml", ["a", "k"], null, "a: {l: 1} # why\n", 'a: {l: 1, "k": "new/+="} # why\n'],
  [
    "yaml",
    ["a", "k"],
    "old",
    "x: &x {m: 1}\na:\n  <<: *x\n  k: old\r\n",
    "x: &x {m: 1}\na:\n  <<: *x\n  k: new/+=\r\n",
  ],
  ["json", ["a", "k"], "old", '{"a":{"k":"old","l":[1,2]}}', '{"a":{"k":"new/+=","l":[1,2]}}'],
  [
    "json",
    ["a", 0, "k"],
    "old",
    '{\r\n\t"a": [ { "k" : "\\u006fld" } ]\r\n}',
    '{\r\n\t"a": [ { "k" : "new/+=" } ]\r\n}',
  ],
  ["json", ["k"], null, "{}", '{ "k": "new/+=" }'],
  ["json", ["k"], null, '{\n  "a": 1,\n  "b": 2\n}\n', '{\n  "a": 1,\n  "b": 2,\n  "k": "new/+="\n}\n'],
  ["json", ["a", "b", "k"], null, '{"a": {"c": null}}', '{"a": {"c": null, "b": { "k": "new/+=" }}}'],
  ["json", ["k"], "", '{"k": null}', '{"k": "new/+="}'],
  ["json", ["12"], "old", '{"12": "old"}', '{"12": "new/+="}'],
  ["toml", ["a", "k"], "old", '[a]\nk = "old" # why\n', '[a]\nk = "new/+=" # why\n'],
  ["toml", ["a", "k"], "old", "a.k='old'\n", "a.k='new/+='\n"],
  ["toml", ["a", "b", "k"], "old", 'a = { b.k = "old", c = [1,  2] }\r\n', 'a = { b.k = "new/+=", c = [1,  2] }\r\n'],
  ["toml", ["a", 1, "k"], "old", '[[a]]\nk = "no"\n[[a]]\n"k" = "old"\n', '[[a]]\nk = "no"\n[[a]]\n"k" = "new/+="\n'],
  ["toml", ["k"], null, "a = 1\n# of b\n[b]\nc = 2\n", 'a = 1\nk = "new/+="\n# of b\n[b]\nc = 2\n'],
  ["toml", ["k"], null, "# top\n[b]\nc = 2\n", 'k = "new/+="\n# top\n[b]\nc = 2\n'],
  ["toml", ["b", "k"], null, "[b]\nc = 2 # two\n\n[d]\n", '[b]\nc = 2 # two\nk = "new/+="\n\n[d]\n'],
  ["toml", ["b", "k"], null, "a = 1", 'a = 1\n\n[b]\nk = "new/+="'],
  ["toml", ["a b", "k"], null, "", '["a b"]\nk = "new/+="\n'],
];

describe("a value in a text", () => {
  test.each(CASES)("of %s at %j, now %j: %j", (name, path, value, before, after) => {
    const format = FORMATS[name];
    expect(format?.get(before, path)).toBe(value);
    expect(format?.set(before, path, NEW)).toBe(after);
    expect(format?.get(after, path)).toBe(NEW);
    expect(format?.set(after, path, NEW)).toBe(after);
  });

  /** Format, path, text: nothing of it is changed, and the message holds none of it. */
  test.each<readonly [string, ValuePath, string, RegExp]>([
    ["dotenv", ["K"], "K=secret\nK=other\n", /2 times, with different values/],
    ["dotenv", ["K"], "K=$OTHERsecret\n", /made of another variable/],
    ["dotenv", ["K"], "K=`secret\n", /another variable|not closed/],
    ["dotenv", ["K"], 'K="secret\n', /not closed/],
    ["ini", ["s", "k"], "[s]\nk = secret\n more\n", /several lines/],
    ["ini", ["s", "k"], "[s]\nk = secret\n[s]\nk = other\n", /different values/],
    ["ini", ["a", "b", "c"], "", /nothing below/],
    ["yaml", ["k"], "k: !vault secret\n", /has the tag !vault/],
    ["yaml", ["k"], "a: &x secret\nk: *x\n", /is an alias/],
    ["yaml", ["a", "k"], "x: &x {k: secret}\na:\n  <<: *x\n  l: 1\n", /may be merged in/],
    ["yaml", ["a", "b", "k"], "x: &x {b: {k: secret}}\na: {<<: *x}\n", /may be merged in/],
    ["yaml", ["k"], "k: &x secret\nl: *x\n", /without changing something else/],
    ["yaml", ["k"], "k: |\n  secret\n", /block of text/],
    ["yaml", ["k"], "k: {a: secret}\n", /no single value/],
    ["yaml", ["k", "l"], "k: secret\n", /k is no mapping/],
    ["yaml", ["k"], "k: secret\n---\nk: secret\n", /several YAML documents/],
    ["yaml", ["k"], "k: secret\nk: other\n", /is not YAML \(DUPLICATE_KEY\)/],
    ["yaml", ["k"], "- secret\n", /no mapping|without changing/],
    ["json", ["k"], '{"k": secret}', /is not JSON/],
    ["json", ["k"], "", /is not JSON/],
    ["json", ["k"], '{"k": "secret", "k": "other"}', /is not JSON .*DUPLICATE_KEY/],
    ["toml", ["k"], "k = secret\n", /is not TOML \(line 1\)/],
    ["toml", ["k"], 'k = """\nsecret"""\n', /several lines/],
    ["toml", ["k", "l"], 'k = "secret"\n', /k is an inline table|changing/],
    ["toml", ["a", "k"], "a = { l = 1 }\n", /a is an inline table/],
  ])("of %s at %j is left alone in %j", (name, path, text, problem) => {
    const error = failureOf(
      () => FORMATS[name]?.set(text, path, NEW),
      () => FORMATS[name]?.get(text, path),
    );
    expect(error).toBeInstanceOf(Uneditable);
    expect((error as Error).message).toMatch(problem);
    expect((error as Error).message).not.toContain("secret");
  });
});

/** As an adapter does: it reads, and then writes. */
function failureOf(set: () => unknown, get: () => unknown): unknown {
  try {
    get();
    set();
  } catch (error) {
    return error;
  }
  return null;
}

describe("what others read", () => {
  const OTHERS = `
import configparser, json, sys, tomllib
def read(format, text):
    if format == "toml": return tomllib.loads(text)
    if format == "json": return json.loads(text)
    parser = configparser.RawConfigParser(default_section=None, strict=False, allow_unnamed_section=True) if sys.version_info >= (3, 13) else configparser.RawConfigParser(default_section=None, strict=False)
    parser.optionxform = str
    parser.read_string(text)
    return {name: dict(parser.items(name)) for name in parser.sections()}
json.dump([[read(format, text) for text in texts] for format, texts in json.load(sys.stdin)], sys.stdout)
`;

  test("is the new value, and otherwise what they read before: Python's configparser, json and tomllib", () => {
    const cases = CASES.filter(
      // Comments behind a value, and keys above all sections, are not everybody's.
      ([name, path, , before]) =>
        name === "toml" || name === "json" || (name === "ini" && path.length === 2 && !/^k=| [;#]|"/m.test(before)),
    );
    const input = JSON.stringify(cases.map(([name, , , before, after]) => [name, [before, after]]));
    const { stdout, stderr } = spawnSync("python3", ["-c", OTHERS], { input, encoding: "utf8" });
    expect(stderr).toBe("");
    const read = JSON.parse(stdout) as [unknown, unknown][];
    for (const [index, [before, after]] of read.entries()) {
      const [, path = []] = cases[index] ?? [];
      expect(after).toEqual(withNew(before, path));
    }
    expect(cases.length).toBeGreaterThan(15);
  });

  test("is the new value, and otherwise what it read before: a shell", () => {
    const folder = mkdtempSync(join(tmpdir(), "keysweep-dotenv-"));
    const variables = (text: string) => {
      writeFileSync(join(folder, ".env"), text);
      const script = `set -a; . "${folder}/.env" >/dev/null 2>&1; env -0`;
      const { stdout } = spawnSync("bash", ["-c", script], { env: {}, encoding: "utf8" });
      const own = stdout.split("\0").filter((line) => /^(?:K|KK|A|B)=/.test(line));
      return Object.fromEntries(
        own.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
      );
    };
    const cases = CASES.filter(([name, , , before]) => name === "dotenv" && !/ = |:|`|"open|\r|^K= /m.test(before));
    for (const [, , , before, after] of cases) expect(variables(after)).toEqual({ ...variables(before), K: NEW });
    expect(cases.length).toBeGreaterThan(5);
    rmSync(folder, { recursive: true });
  });

  function withNew(holder: unknown, [key, ...rest]: ValuePath): unknown {
    if (key === undefined) return NEW;
    if (Array.isArray(holder))
      return holder.map((item: unknown, index) => (index === key ? withNew(item, rest) : item));
    const fields = (holder ?? {}) as Record<string, unknown>;
    return { ...fields, [key]: withNew(fields[key], rest) };
  }
});

describe("any text", () => {
  const LINES = [
    "K=a",
    "export K='b'",
    "L=1",
    "[s]",
    "[t]",
    "k = v",
    "  k = w",
    "k: x",
    "a:",
    "  b: 1",
    "- 1",
    '"',
    "'",
    "{",
    "}",
    "# c",
    "",
    "\t",
    'k = """',
    "k: |",
    "<<: *x",
    "&x",
  ];
  const text = fc
    .array(fc.oneof(fc.constantFrom(...LINES), fc.string({ maxLength: 6 })), { maxLength: 8 })
    .chain((lines) => fc.constantFrom(lines.join("\n"), lines.join("\r\n")));
  const path = fc.constantFrom<ValuePath>(["K"], ["k"], ["s", "k"], ["a", "b"], ["a", 0, "k"], ["new"]);

  test("is refused, or holds the value then, however often it is put there", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(FORMATS)), path, text, (name, where, before) => {
        const format = FORMATS[name] ?? dotenv;
        const after = unlessRefused(() => format.set(before, where, NEW));
        if (after === null) return;
        expect(format.get(after, where)).toBe(NEW);
        expect(format.set(after, where, NEW)).toBe(after);
        // The others compare what they read before and after by themselves.
        const isOfLines = name === "dotenv" || name === "ini";
        expect(isOfLines ? linesWithout(after, where) : []).toEqual(isOfLines ? linesWithout(before, where) : []);
      }),
      { numRuns: 3000 },
    );
  });

  function unlessRefused(set: () => string): string | null {
    try {
      return set();
    } catch (error) {
      if (error instanceof Uneditable) return null;
      throw error;
    }
  }

  /** The lines that are somebody else's and say something; a new section brings its header. */
  function linesWithout(whole: string, where: ValuePath): string[] {
    const key = String(where.at(-1));
    const header = where.length > 1 ? `[${String(where[0])}]` : "";
    const lines = whole.split("\n").map((line) => line.trimEnd());
    return lines.filter((line) => line !== "" && line !== header && !line.includes(key));
  }

  test("becomes bytes again as they were, whatever they are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ min: 1, max: 255 }), fc.boolean(), (bytes, isMarked) => {
        const content = Buffer.concat([Buffer.from(isMarked ? [0xef, 0xbb, 0xbf] : []), bytes]);
        const { text: decoded, encode } = decodedText(content);
        expect(encode(decoded).equals(content)).toBe(true);
        expect(encode(`${decoded}K=v`).equals(Buffer.concat([content, Buffer.from("K=v")]))).toBe(true);
      }),
    );
  });
});
