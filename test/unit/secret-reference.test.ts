import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { KeysweepError } from "../../src/model/error.ts";
import { Secret } from "../../src/model/secret.ts";
import type { SecretReference } from "../../src/model/secret-reference.ts";
import { systemKeychain } from "../../src/runtime/keychain.ts";
import { resolveSecret, type SecretSources } from "../../src/runtime/secret-reference.ts";
import { temporaryFolder } from "../support/ledger/folder.ts";
import { generateMaterial } from "../support/material.ts";

const { secret } = generateMaterial(7);

function sources(fields: Partial<SecretSources> = {}): SecretSources {
  return {
    environment: {},
    home: "/nowhere",
    folder: "/nowhere",
    run: async () => ({ status: 127, stdout: "" }),
    keychain: async () => ({ read: async () => null, write: async () => {} }),
    ...fields,
  };
}

async function resolves(reference: SecretReference, fields: Partial<SecretSources>): Promise<boolean> {
  return (await resolveSecret(reference, sources(fields))).reveal() === secret;
}

async function problem(reference: SecretReference, fields: Partial<SecretSources> = {}): Promise<string> {
  const error: unknown = await resolveSecret(reference, sources(fields)).catch((thrown: unknown) => thrown);
  if (!(error instanceof KeysweepError && error.code === "configuration")) throw new Error("it was no such failure");
  expect(inspect(error)).not.toContain(secret);
  return error.message;
}

describe("a reference to a secret", () => {
  test("leads through the environment, a file, a command or the keychain", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "token"), `${secret}\r\n`);
    expect(await resolves({ env: "TOKEN" }, { environment: { TOKEN: secret } })).toBe(true);
    expect(await resolves({ file: join(folder, "token") }, {})).toBe(true);
    expect(await resolves({ file: "token" }, { folder })).toBe(true);
    expect(await resolves({ file: "~/token" }, { home: folder })).toBe(true);
    const run = async (argv: readonly string[]) => ({ status: argv[1] === "-t" ? 0 : 1, stdout: `${secret}\n` });
    expect(await resolves({ command: ["pass", "-t"] }, { run })).toBe(true);
    const keychain = async () => ({ read: async () => new Secret(secret), write: async () => {} });
    expect(await resolves({ keychain: "github" }, { keychain })).toBe(true);
  });

  test("that leads to nothing says where it led", async () => {
    expect(await problem({ env: "TOKEN" })).toBe("there is no secret in the variable TOKEN: it is not set");
    expect(await problem({ env: "TOKEN" }, { environment: { TOKEN: "\n" } })).toMatch(/it is empty/);
    expect(await problem({ file: "/nowhere/x" })).toBe("there is no secret in the file /nowhere/x: ENOENT");
    expect(await problem({ file: "/dev/zero" })).toMatch(/it is no file/);
    expect(await problem({ keychain: "x" })).toMatch(/none of that name/);
  });

  test("shows neither what a command was given nor what it said", async () => {
    const run = async () => ({ status: 1, stdout: secret });
    expect(await problem({ command: ["pass", secret] }, { run })).toBe(
      "there is no secret in the command pass: it ended with status 1",
    );
  });
});

// Elsewhere the keychain of whoever runs the tests would be asked.
const HAS_NO_KEYCHAIN = process.platform === "linux" && process.env.DBUS_SESSION_BUS_ADDRESS === undefined;

describe.runIf(HAS_NO_KEYCHAIN)("where Linux has no Secret Service", () => {
  test("the keychain says so, and does not take the kernel's key ring, which forgets", async () => {
    const keychain = await systemKeychain();
    const error: unknown = await keychain.read("x").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "configuration",
      message: "the system's keychain cannot be used: no Secret Service answers",
    });
  });
});
