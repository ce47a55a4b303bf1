import * as z from "zod/mini";

const text = z.string().check(z.minLength(1, "must not be empty"));
const age = z.string().check(z.regex(/^\d{1,5}[hd]$/, "must be a number of days or hours, e.g. 90d"));
const positive = z.int().check(z.minimum(1, "must be at least 1"));

/** Twelve digits. YAML takes them for a number unless they stand in quotes. */
export const accountSetting = z
  .string("must be an account id, twelve digits in quotes")
  .check(z.regex(/^\d{12}$/, "must be an account id, twelve digits in quotes"));

const roleArn = z.string().check(z.regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/, "must be the ARN of a role"));

export const awsSettings = z.strictObject({ profile: z.optional(text), region: z.optional(text) });

export const organizationSettings = z.strictObject({
  role: z.optional(
    z.string().check(z.regex(/^[\w+=,.@/-]{1,128}$/, "must be the name of a role, with its path if it has one")),
  ),
  externalId: z.optional(
    z.string().check(z.regex(/^[\w+=,.@:/-]{2,1224}$/, "must be 2 to 1224 letters, digits and +=,.@:/-_")),
  ),
  sessionName: z.optional(
    z.string().check(z.regex(/^[\w+=,.@-]{2,64}$/, "must be 2 to 64 letters, digits and +=,.@-_")),
  ),
  via: z.optional(z.array(roleArn)),
  units: z.optional(
    z.array(z.string().check(z.regex(/^(?:r|ou)-[0-9a-z-]+$/, "must be the id of an organisational unit or root"))),
  ),
  accounts: z.optional(z.strictObject({ include: z.optional(z.array(text)), exclude: z.optional(z.array(text)) })),
  concurrency: z.optional(z.int().check(z.minimum(1, "must be at least 1"), z.maximum(256, "must be at most 256"))),
});

export const auditSettings = z.strictObject({
  keyMaximumAge: z.optional(age),
  keyAgeWarning: z.optional(age),
  unusedAfter: z.optional(age),
  neverUsedGrace: z.optional(age),
  inactiveKeptFor: z.optional(age),
  rootUsedWithin: z.optional(age),
  uploadedMaximumAge: z.optional(age),
  passwordMinimumLength: z.optional(positive),
  passwordReusePrevention: z.optional(positive),
});
