import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { type Format, type Rendering, type SmtpLogin } from "../support/formats/format.ts";
import { FORMATS, renderAny } from "../support/formats/index.ts";
import { randomFrom } from "../support/random.ts";

/** Every text that a parsed document holds, names of members too. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value !== null && typeof value === "object")
    return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)]);
  return [];
}

function parse(format: Format, { content }: Rendering): string {
  const text = typeof content === "string" ? content : Buffer.from(content).toString("latin1");
  switch (format.syntax) {
    case "json":
      return textsOf(JSON.parse(text)).join("\n");
    case "jsonl":
      return text
        .split("\n")
        .filter((line) => line !== "")
        .flatMap((line) => textsOf(JSON.parse(line)))
        .join("\n");
    case "yaml":
      return parseAllDocuments(text)
        .flatMap((document) => {
          if (document.errors.length > 0) throw new SyntaxError("not YAML");
          return textsOf(document.toJS());
        })
        .join("\n");
    default:
      return text;
  }
}

const passwordsOf = (logins: readonly SmtpLogin[]): readonly string[] =>
  logins.flatMap(({ id, password }) => [id, password]);

describe("rendered formats", () => {
  test("have names of their own", () => {
    expect(new Set(FORMATS.map(({ name }) => name)).size).toBe(FORMATS.length);
  });

  test.each(FORMATS.map((format) => [format.name, format] as const))(
    "%s is what its parser expects, and holds what it says",
    (_, format) => {
      for (let seed = 0; seed < 25; seed++) {
        const rendering = renderAny(format, randomFrom(seed));
        const again = renderAny(format, randomFrom(seed));
        expect(
          Buffer.compare(Buffer.from(rendering.content), Buffer.from(again.content)),
          `seed ${seed}: not deterministic`,
        ).toBe(0);
        if (format.syntax === "escaped") continue;
        const { pairs, ids, secrets, smtp, presigned } = rendering.expected;
        const parsed = parse(format, rendering);
        const values = [
          ...pairs.flatMap(({ id, secret }) => [id, secret]),
          ...ids,
          ...secrets,
          ...presigned,
          ...passwordsOf(smtp),
        ];
        const missing = values.filter((value) => !parsed.includes(value)).length;
        expect(missing, `seed ${seed}: values that are not in the document`).toBe(0);
      }
    },
  );
});
