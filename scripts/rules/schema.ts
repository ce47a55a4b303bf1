import * as z from "zod";
import { SEVERITIES } from "../../src/model/severity.ts";

const name = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "words of lower case, joined by hyphens");
const sentence = z.string().min(1);
const expression = z.string().superRefine((source, context) => {
  try {
    new RegExp(source, "g");
  } catch (error) {
    context.addIssue({ code: "custom", message: `not a regular expression: ${(error as Error).message}` });
  }
});
const references = z.array(z.url({ protocol: /^https$/ }));
const some = <T extends z.ZodType>(element: T) => z.array(element).min(1, "at least one");

const anchor = z.union(
  [
    z.strictObject({
      literal: sentence,
      follow: z.enum(["base32", "base64", "digit", "hex", "lower"]),
      count: z.int().positive(),
      foldCase: z.boolean().optional(),
      encoded: z.union([z.boolean(), z.literal("twice")]).optional(),
    }),
    z.strictObject({
      literal: sentence,
      near: z.literal("secret"),
      foldCase: z.boolean().optional(),
      encoded: z.boolean().optional(),
    }),
  ],
  "an anchor is { literal, follow, count } or { literal, near: secret }, with foldCase and encoded if need be",
);

const described = {
  name,
  title: sentence,
  severity: z.enum(SEVERITIES),
  description: sentence,
  references: some(z.url()),
};
const shown = { anchors: z.array(anchor), examples: some(sentence), counterexamples: some(sentence) };

/** rules/credentials.yaml */
export const credentials = some(
  z.discriminatedUnion("kind", [
    z.strictObject({ ...described, kind: z.enum(["pair", "id", "secret"]), ...shown }),
    z.strictObject({
      ...described,
      kind: z.literal("token"),
      ...shown,
      pattern: expression,
      entropy: z.number().nonnegative(),
    }),
  ]),
);
export type Credentials = z.infer<typeof credentials>;

/** rules/remedies.yaml */
export const remedies = z.strictObject({
  shared: z.record(name, sentence),
  unidentified: sentence,
  remedies: some(z.strictObject({ useCase: name, title: sentence, steps: some(sentence), references })),
});
export type Remedies = z.infer<typeof remedies>;

/** rules/locations.yaml */
export const locations = some(
  z.strictObject({
    id: name,
    systems: z.union([z.literal("all"), some(z.enum(["linux", "macos", "windows"]))]),
    globs: some(sentence),
    what: sentence,
    useCase: name,
  }),
);
export type Locations = z.infer<typeof locations>;

const kind = z.enum(["file", "process", "environment", "stdin"]);
const useCaseRule = z
  .strictObject({
    useCase: name,
    rule: some(name).optional(),
    temporary: z.boolean().optional(),
    kind: some(kind).optional(),
    path: some(sentence).optional(),
    text: some(expression).optional(),
    examples: some(
      z.strictObject({
        path: sentence.optional(),
        kind: kind.optional(),
        text: sentence.optional(),
        rule: name.optional(),
        temporary: z.boolean().optional(),
      }),
    ),
  })
  .refine(
    ({ rule, temporary, kind, path, text }) =>
      [rule, temporary, kind, path, text].some((condition) => condition !== undefined),
    "at least one of rule, temporary, kind, path, text",
  );

/** rules/use-cases.yaml */
export const useCases = z.strictObject({ first: some(useCaseRule), otherwise: some(useCaseRule) });
export type UseCases = z.infer<typeof useCases>;

/** rules/canaries.yaml */
export const canaries = some(
  z.strictObject({
    accountId: z.string().regex(/^\d{12}$/, "twelve digits, in quotes"),
    vendor: sentence,
    source: sentence,
  }),
);
export type Canaries = z.infer<typeof canaries>;

const judged = {
  name,
  odds: z.number().positive().max(1e-6, "too often by chance: at most 1e-6"),
  examples: some(sentence),
};
const placeholder = z.union(
  [
    z.strictObject({ ...judged, pattern: sentence, ignoreCase: z.boolean().optional() }),
    z.strictObject({ ...judged, ascending: z.int().min(4) }),
    z.strictObject({ ...judged, fewerThan: z.int().min(2) }),
  ],
  "a placeholder is told by one of pattern (with ignoreCase), ascending, fewerThan",
);

/** rules/placeholders.yaml */
export const placeholders = z.strictObject({
  fragments: some(z.string().regex(/^[A-Z]{4}$/, "four capitals")),
  ids: some(placeholder),
  secrets: some(placeholder),
});
export type Placeholders = z.infer<typeof placeholders>;
