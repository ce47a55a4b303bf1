import * as z from "zod/mini";
import { SEVERITIES } from "../model/severity.ts";

const text = z.string().check(z.minLength(1, "must not be empty"));
const date = z.string().check(
  z.refine(
    (value) =>
      /^\d{4}-\d{2}-\d{2}$/.test(value) &&
      !Number.isNaN(Date.parse(value)) &&
      new Date(value).toISOString().startsWith(value),
    {
      error: ({ input }) => `${JSON.stringify(input)} is not a date; write it as 2027-01-31`,
    },
  ),
);
const accountable = { reason: text, owner: text, expires: date };

const allowEntry = z.union([
  z.strictObject({
    fingerprint: z
      .string()
      .check(z.regex(/^ks1:[0-9a-f]{32}$/, "must be ks1: and 32 hexadecimal digits, as a report shows it")),
    rule: z.optional(text),
    severity: z.optional(z.enum(SEVERITIES)),
    ...accountable,
  }),
  z.strictObject({
    keyId: z.string().check(z.regex(/^A(?:KI|SI|BI|CC)A[A-Z2-7]{16}$/, "must be an access key id")),
    rule: z.optional(text),
    ...accountable,
  }),
  z.strictObject({ path: text, rule: text, ...accountable }),
]);

/** What a repository's own `keysweep.yaml` may say. */
export const repositorySchema = z.strictObject({
  allow: z.optional(z.array(allowEntry)),
  exclude: z.optional(z.array(text)),
});

/** What the operator's `config.yaml` may say. */
export const operatorSchema = z.strictObject({
  allow: z.optional(z.array(allowEntry)),
  scan: z.optional(z.strictObject({ exclude: z.optional(z.array(text)) })),
});

export type AllowSetting = z.infer<typeof allowEntry>;
export type RepositorySettings = z.infer<typeof repositorySchema>;
export type OperatorSettings = z.infer<typeof operatorSchema>;
