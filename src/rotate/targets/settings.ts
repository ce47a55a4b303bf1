import * as z from "zod/mini";
import { durationMs } from "../../model/duration.ts";
import { secretReference } from "../../runtime/secret-reference-schema.ts";

/*
 * Settings that several types of targets have. Each is described where it is used: what it means is the type's to say.
 */

export { secretReference };

export const text = z.string().check(z.minLength(1, "must not be empty"));

/** A program and its arguments; it is run without a shell, so that nothing in them means anything but itself. */
export const program = z.tuple([text], text, "must be a list: a program and its arguments");

export const duration = z
  .string("must be a duration, e.g. 90s or 15m")
  .check(z.refine((value) => durationMs(value) !== null, "must be a duration, e.g. 90s or 15m"));

export const region = z.string().check(z.regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "must be a region, e.g. us-east-1"));

/** What most consumers call the two values in their environment. */
export const USUAL_NAMES = { accessKeyId: "AWS_ACCESS_KEY_ID", secretAccessKey: "AWS_SECRET_ACCESS_KEY" } as const;

/**
 * What the two values are called: not the same, or the second would overwrite the first.
 * @param name what a name may be, e.g. one that a shell allows.
 */
export function namesOf<Name extends z.ZodMiniType>(name: Name) {
  return z
    .strictObject({ accessKeyId: name, secretAccessKey: name })
    .check(z.refine((names) => !isSame(names as Names<unknown>), "must be two different names"));
}

function isSame({ accessKeyId, secretAccessKey }: Names<unknown>): boolean {
  return JSON.stringify(accessKeyId) === JSON.stringify(secretAccessKey);
}

/** Where the two values stand in something that is written in one step, e.g. the fields of a JSON object. */
export type Names<Name = string> = { readonly accessKeyId: Name; readonly secretAccessKey: Name };

/** A path of this host. */
export const path = z
  .string()
  .check(z.regex(/^[^\p{Cc}]+$/u, "must be a path: absolute, from ~, or from the folder of the configuration"));
