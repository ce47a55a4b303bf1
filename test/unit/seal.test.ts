import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { AccessKeyId } from "../../src/model/access-key-id.ts";
import { AwsFailure } from "../../src/model/aws-failure.ts";
import { KeysweepError } from "../../src/model/error.ts";
import type { RotationId } from "../../src/model/rotation.ts";
import { Secret } from "../../src/model/secret.ts";
import { type IdentityStore, sealingKeyIn } from "../../src/seal/identity.ts";
import { identityFile } from "../../src/seal/identity-file.ts";
import { identityInKeychain } from "../../src/seal/identity-keychain.ts";
import { type KeyManagement, kmsKey } from "../../src/seal/kms-key.ts";
import { Seal } from "../../src/seal/seal.ts";
import { temporaryFolder, UID } from "../support/ledger/folder.ts";
import { generateMaterial } from "../support/material.ts";

const material = generateMaterial(1);
const SECRET = new Secret(material.secret);
const FOR = { rotation: "r-1" as RotationId, accessKeyId: material.id as AccessKeyId };

let made = 0;
function fileIn(folder: string): IdentityStore {
  return identityFile(join(folder, "identity"), UID, () => String(made++));
}

/** What goes wrong, with everything that it shows. */
async function failure(work: () => Promise<unknown>): Promise<string> {
  const error = await work().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof KeysweepError)) throw new Error("it was no failure");
  expect(inspect(error, { depth: 9 })).not.toContain(material.secret);
  expect(inspect(error, { depth: 9 })).not.toContain("AGE-SECRET-KEY-1");
  return error.message;
}

describe("a sealed secret", () => {
  test("is opened by the identity that it was sealed for, in another process too", async () => {
    const folder = temporaryFolder();
    const sealed = await new Seal(await sealingKeyIn(fileIn(folder))).seal(SECRET, FOR);
    expect(Buffer.from(sealed).includes(material.secret)).toBe(false);
    const opened = await new Seal(await sealingKeyIn(fileIn(folder))).open(sealed, FOR);
    expect(opened.reveal() === material.secret).toBe(true);
  });

  test("is opened for what it was sealed for, and nothing else", async () => {
    const seal = new Seal(await sealingKeyIn(fileIn(temporaryFolder())));
    const sealed = await seal.seal(SECRET, FOR);
    const other = { ...FOR, accessKeyId: generateMaterial(2).id as AccessKeyId };
    expect(await failure(() => seal.open(sealed, other))).toMatch(/sealed for another key/);
    expect(await failure(() => seal.open(sealed, { ...FOR, rotation: "r-2" as RotationId }))).toMatch(/another key/);
  });

  test.each([
    ["another identity", (bytes: Uint8Array) => bytes],
    ["damage", (bytes: Uint8Array) => bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1)],
    ["a part of it", (bytes: Uint8Array) => bytes.slice(0, 50)],
  ])("says that it cannot be opened: %s", async (name, changed) => {
    const seal = new Seal(await sealingKeyIn(fileIn(temporaryFolder())));
    const opening = name === "another identity" ? new Seal(await sealingKeyIn(fileIn(temporaryFolder()))) : seal;
    const sealed = changed(await seal.seal(SECRET, FOR));
    expect(await failure(() => opening.open(sealed, FOR))).toMatch(/cannot be opened: .*(another identity|damaged)/);
  });
});

describe("an identity in a file", () => {
  test("is readable by its owner alone, and nothing is left beside it", async () => {
    const folder = temporaryFolder();
    await sealingKeyIn(fileIn(folder));
    expect(readdirSync(folder)).toEqual(["identity"]);
    expect(statSync(join(folder, "identity")).mode & 0o777).toBe(0o600);
  });

  test("is never written over: who comes second takes the first one's", async () => {
    const folder = temporaryFolder();
    const store = fileIn(folder);
    const kept = await store.create(new Secret("first"));
    const again = await store.create(new Secret("second"));
    expect([kept.reveal(), again.reveal()].map((text) => text.trim())).toEqual(["first", "first"]);
    expect(readdirSync(folder)).toEqual(["identity"]);
  });

  test("may have comments, as age-keygen writes them", async () => {
    const folder = temporaryFolder();
    const { recipient } = await sealingKeyIn(fileIn(folder));
    const path = join(folder, "identity");
    writeFileSync(path, `# created: today\r\n# public key: x\r\n${readFileSync(path, "utf8").trim()}\r\n`);
    expect((await sealingKeyIn(fileIn(folder))).recipient).toBe(recipient);
  });

  test.each([
    ["others may read it", (path: string) => chmodSync(path, 0o640), /others may read/],
    ["it is no identity", (path: string) => writeFileSync(path, material.secret), /holds no age identity/],
    ["it is empty", (path: string) => writeFileSync(path, ""), /holds no age identity/],
  ])("is refused when %s, and left as it is", async (_, change, message) => {
    const folder = temporaryFolder();
    const path = join(folder, "identity");
    await sealingKeyIn(fileIn(folder));
    change(path);
    const before = readFileSync(path);
    expect(await failure(() => sealingKeyIn(fileIn(folder)))).toMatch(message);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("is refused when it is a link", async () => {
    const folder = temporaryFolder();
    symlinkSync(join(folder, "elsewhere"), join(folder, "identity"));
    expect(await failure(() => sealingKeyIn(fileIn(folder)))).toMatch(/symbolic link/);
    expect(existsSync(join(folder, "elsewhere"))).toBe(false);
  });

  test("is refused where it cannot be written", async () => {
    expect(await failure(() => sealingKeyIn(fileIn("/proc/nowhere")))).toMatch(/cannot be written/);
  });
});

describe("an identity in the keychain", () => {
  test("is made once", async () => {
    const entries = new Map<string, Secret>();
    const store = identityInKeychain("rotation", {
      read: async (name) => entries.get(name) ?? null,
      write: async (name, secret) => void entries.set(name, secret),
    });
    const { recipient } = await sealingKeyIn(store);
    expect((await sealingKeyIn(store)).recipient).toBe(recipient);
    expect([...entries.keys()]).toEqual(["rotation"]);
  });

  test("is a failure where the keychain keeps nothing", async () => {
    const store = identityInKeychain("rotation", { read: async () => null, write: async () => {} });
    expect(await failure(() => sealingKeyIn(store))).toMatch(/did not keep/);
  });
});

/** KMS as far as it matters: it gives back what was encrypted in the same context. */
function kms(): KeyManagement & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    keyId: "alias/keysweep",
    calls,
    async encrypt(plain, context) {
      calls.push(`encrypt ${JSON.stringify(context)}`);
      return Buffer.from(JSON.stringify([Buffer.from(plain).toString("hex"), context]));
    },
    async decrypt(encrypted, context) {
      calls.push("decrypt");
      const [hex, sealed] = JSON.parse(Buffer.from(encrypted).toString()) as [string, unknown];
      expect(sealed).toEqual(context);
      return Buffer.from(hex, "hex");
    },
  };
}

describe("a key in KMS", () => {
  test("wraps the key of each secret, with a context", async () => {
    const service = kms();
    const seal = new Seal(kmsKey(service));
    const sealed = await seal.seal(SECRET, FOR);
    expect((await seal.open(sealed, FOR)).reveal() === material.secret).toBe(true);
    expect(service.calls).toEqual(['encrypt {"application":"keysweep","purpose":"rotation"}', "decrypt"]);
  });

  test("that may not be used is told of as AWS said it", async () => {
    const sealed = await new Seal(kmsKey(kms())).seal(SECRET, FOR);
    const denied = new AwsFailure("kms:Decrypt is denied", {
      kind: "denied",
      code: "AccessDenied",
      permission: "kms:Decrypt",
    });
    const seal = new Seal(kmsKey({ ...kms(), decrypt: () => Promise.reject(denied) }));
    expect(await failure(() => seal.open(sealed, FOR))).toBe(
      "the key alias/keysweep of KMS cannot be used: kms:Decrypt is denied",
    );
  });

  test("does not open what was sealed for a file's identity", async () => {
    const sealed = await new Seal(await sealingKeyIn(fileIn(temporaryFolder()))).seal(SECRET, FOR);
    expect(await failure(() => new Seal(kmsKey(kms())).open(sealed, FOR))).toMatch(/another identity/);
  });
});
