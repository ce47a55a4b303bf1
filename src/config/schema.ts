import * as z from "zod/mini";
import { SKIP_REASONS, type SkipReason } from "../model/coverage.ts";
import { SEVERITIES } from "../model/severity.ts";
import { accountSetting, auditSettings, awsSettings, organizationSettings } from "./audit-schema.ts";

const text = z.string().check(z.minLength(1, "must not be empty"));
const date = z.string().check(
  z.refine(
    (value) =>
      /^\d{4}-\d{2}-\d{2}$/.test(value) &&
      !Number.isNaN(Date.parse(value)) &&
      new Date(value).toISOString().startsWith(value),
    {
      error: ({ input }) => `${quoted(input)} is not a date; write it as 2027-01-31`,
    },
  ),
);
/** A value to show in a message. What is longer than any date may be a secret that went astray. */
function quoted(value: unknown): string {
  return typeof value === "string" && value.length <= 16 ? JSON.stringify(value) : "the value";
}

const accountable = { reason: text, owner: text, expires: date };

/** What a person can accept not to be read: things of theirs that cannot be, but no fault of keysweep's. */
const ACCEPTABLE = (Object.keys(SKIP_REASONS) as SkipReason[]).filter(
  (reason) => SKIP_REASONS[reason] && reason !== "internal-error",
);

const fingerprint = z
  .string()
  .check(z.regex(/^ks1:[0-9a-f]{32}$/, "must be ks1: and 32 hexadecimal digits, as a report shows it"));

const allowEntries = [
  z.strictObject({
    fingerprint,
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
  z.strictObject({ skipped: z.enum(ACCEPTABLE), path: text, ...accountable }),
] as const;
const allowEntry = z.union(allowEntries);

/** What an operator accepts of an audit's findings. */
const auditAllowEntries = [
  z.strictObject({
    check: text,
    account: z.optional(accountSetting),
    user: z.optional(text),
    severity: z.optional(z.enum(SEVERITIES)),
    ...accountable,
  }),
  z.strictObject({ check: text, fingerprint, severity: z.optional(z.enum(SEVERITIES)), ...accountable }),
] as const;
const auditAllowEntry = z.union(auditAllowEntries);

/** What a repository's own `keysweep.yaml` may say. */
export const repositorySchema = z.strictObject({
  allow: z.optional(z.array(allowEntry)),
  exclude: z.optional(z.array(text)),
});

/** What the operator's `config.yaml` may say. */
export const operatorSchema = z.strictObject({
  allow: z.optional(z.array(z.union([...allowEntries, ...auditAllowEntries]))),
  scan: z.optional(z.strictObject({ exclude: z.optional(z.array(text)) })),
  hooks: z.optional(
    z.strictObject({ inlineAllow: z.optional(z.boolean()), onError: z.optional(z.enum(["block", "warn"])) }),
  ),
  aws: z.optional(awsSettings),
  organization: z.optional(organizationSettings),
  audit: z.optional(auditSettings),
  // Checked when they are wanted: what they are made of takes a while to load.
  rotations: z.optional(z.unknown()),
  rotationTemplates: z.optional(z.unknown()),
  seal: z.optional(z.unknown()),
  trail: z.optional(z.unknown()),
  notify: z.optional(z.unknown()),
  schedule: z.optional(z.unknown()),
});

export type AllowSetting = z.infer<typeof allowEntry>;
export type AuditAllowSetting = z.infer<typeof auditAllowEntry>;
export type RepositorySettings = z.infer<typeof repositorySchema>;
export type OperatorSettings = z.infer<typeof operatorSchema>;

/** The keys that a mapping at this place may have, of all its shapes. */
export function keysAt(schema: z.core.$ZodType, place: readonly (string | number)[]): readonly string[] {
  const shapes = place.reduce<readonly z.core.$ZodType[]>(
    (parents, step) => parents.flatMap((parent) => shapesOf(parent)).flatMap((parent) => childOf(parent, step)),
    [schema],
  );
  const keys = shapes.flatMap(shapesOf).flatMap((shape) => Object.keys(objectShape(shape) ?? {}));
  return [...new Set(keys)];
}

/** What a schema comes down to: the type behind `optional`, and each of a union's. */
function shapesOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.core.$ZodOptional) return shapesOf(schema._zod.def.innerType);
  if (schema instanceof z.core.$ZodUnion) return schema._zod.def.options.flatMap(shapesOf);
  return [schema];
}

function childOf(schema: z.core.$ZodType, step: string | number): readonly z.core.$ZodType[] {
  if (schema instanceof z.core.$ZodArray) return [schema._zod.def.element];
  if (schema instanceof z.core.$ZodRecord) return [schema._zod.def.valueType];
  const child = objectShape(schema)?.[step];
  return child === undefined ? [] : [child];
}

function objectShape(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | null {
  return schema instanceof z.core.$ZodObject ? schema._zod.def.shape : null;
}
