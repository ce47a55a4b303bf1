import { format, inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { generateMaterial } from "../support/material.ts";

test("a secret shows only when it is asked to", () => {
  const { secret: value } = generateMaterial(1);
  const secret = new Secret(value);
  const shown = [
    String(secret),
    secret.toString(),
    JSON.stringify(Object.getOwnPropertyDescriptors(secret)),
    JSON.stringify(structuredClone(secret)),
    new Error("it", { cause: secret }).stack ?? "",
    inspect(new Error("it", { cause: secret })),
    `${secret}`,
    "" + (secret as unknown as string),
    JSON.stringify({ secret }),
    inspect({ deep: [secret] }, { depth: 9, showHidden: true }),
    format("%s %o %O %j", secret, secret, secret, secret),
    Object.entries(secret).join(),
    [secret].join(),
  ];
  expect(shown[0]).toBe("[secret]");
  // Booleans, so that no failure prints it.
  expect(shown.map((text) => text.includes(value))).toEqual(shown.map(() => false));
  expect(secret.reveal() === value).toBe(true);
});
