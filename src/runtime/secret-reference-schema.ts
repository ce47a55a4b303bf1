import * as z from "zod/mini";

const text = z.string().check(z.minLength(1, "must not be empty"));

/** Where a secret of the configuration comes from; see `model/secret-reference.ts`. */
export const secretReference = z.union(
  [
    z.strictObject({ env: text }),
    z.strictObject({ file: text }),
    z.strictObject({ command: z.tuple([text], text, "must be a list: a program and its arguments") }),
    z.strictObject({ keychain: text }),
  ],
  "must say where the secret is: { env: NAME }, { file: PATH }, { command: [PROGRAM, …] } or { keychain: NAME }",
);
