import * as z from "zod/mini";
import { secretReference } from "../runtime/secret-reference-schema.ts";
import { accountSetting } from "./audit-schema.ts";
import { cron, duration, timezone } from "./time-schema.ts";

const text = z.string().check(z.minLength(1, "must not be empty"));
const region = z.string().check(z.regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "must be a region, e.g. us-east-1"));
const program = z.tuple([text], text, "must be a list: a program and its arguments");

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html */
const userName = z.string().check(z.regex(/^[\w+=,.@-]{1,64}$/, "must be the name of an IAM user"));
const pathPrefix = z
  .string()
  .check(z.regex(/^\/(?:[\u0021-\u002e\u0030-\u007e]+\/)+$/, "must be a path of IAM other than /, e.g. /service/ci/"));

const role = z
  .string()
  .check(z.regex(/^(?:arn:[\w-]+:iam::\d{12}:role\/)?[\w+=,.@/-]{1,128}$/, "must be the name of a role, or its ARN"));

/** What a target of any type may have; the rest is its type's own. */
export const commonTargetShape = {
  type: text,
  name: z.optional(text),
  after: z.optional(program),
  ses: z.optional(z.strictObject({ region })),
};

const rotationShape = {
  schedule: z.optional(cron),
  timezone: z.optional(timezone),
  maximumAge: z.optional(duration),
  usedEvery: z.optional(duration),
  soak: z.optional(duration),
  quarantine: z.optional(duration),
  presigned: z.optional(duration),
  acceptUnprovenUse: z.optional(z.boolean()),
  regions: z.optional(z.array(region).check(z.minLength(1, "must name a region at least"))),
  role: z.optional(role),
  externalId: z.optional(text),
  targets: z.array(z.looseObject(commonTargetShape)).check(z.minLength(1, "must have a target at least")),
};

const rotation = z.strictObject({ account: accountSetting, user: userName, ...rotationShape });

const template = z.strictObject({
  accounts: z.array(accountSetting).check(z.minLength(1, "must name an account at least")),
  pathPrefix: z.optional(pathPrefix),
  ...rotationShape,
});

const name = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][\w.-]{0,63}$/, "must be a name of letters, digits, dots and dashes"));

const seal = z.union(
  [
    z.strictObject({ file: text }),
    z.strictObject({ keychain: text }),
    z.strictObject({ kms: text, region: z.optional(region) }),
  ],
  "must say where the identity is: { file: PATH }, { keychain: NAME } or { kms: KEY }",
);

const trail = z.strictObject({ file: z.optional(text), syslog: z.optional(z.boolean()) });

/** What a notification may be about. */
export const NOTICES = ["begun", "done", "stuck", "reactivated", "abandoned", "finding"] as const;

const noticeShape = { on: z.optional(z.array(z.enum(NOTICES))) };
const webUrl = z.url({
  protocol: /^https?$/,
  error: "must be the address of a web service, e.g. https://example.com/hook",
});

const notify = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("slack"), webhook: secretReference, ...noticeShape }),
  z.strictObject({ type: z.literal("webhook"), url: webUrl, secret: secretReference, ...noticeShape }),
  z.strictObject({
    type: z.literal("sns"),
    topic: z
      .string()
      .check(z.regex(/^arn:[\w-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+(?:\.fifo)?$/, "must be the ARN of a topic")),
    ...noticeShape,
  }),
  z.strictObject({
    type: z.literal("email"),
    server: z.strictObject({
      host: text,
      port: z.optional(z.int().check(z.minimum(1, "must be a port"), z.maximum(65_535, "must be a port"))),
      tls: z.optional(z.enum(["starttls", "implicit", "none"])),
      user: z.optional(text),
      password: z.optional(secretReference),
    }),
    from: z.email("must be an e-mail address"),
    to: z.array(z.email("must be an e-mail address")).check(z.minLength(1, "must name somebody")),
    ...noticeShape,
  }),
  z.strictObject({ type: z.literal("command"), run: program, ...noticeShape }),
]);

/** What the operator's configuration says of rotations; the rest of it is not looked at. */
export const rotationsSchema = z.looseObject({
  rotations: z.optional(z.record(name, rotation)),
  rotationTemplates: z.optional(z.record(name, template)),
  seal: z.optional(seal),
  trail: z.optional(trail),
  notify: z.optional(z.array(notify)),
});

export type WrittenRotation = z.infer<typeof rotation>;
export type WrittenTemplate = z.infer<typeof template>;
export type WrittenTarget = WrittenRotation["targets"][number];
export type SealSetting = z.infer<typeof seal>;
export type TrailSetting = z.infer<typeof trail>;
export type NotifySetting = z.infer<typeof notify>;
