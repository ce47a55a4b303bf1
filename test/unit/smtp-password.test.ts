import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { smtpPassword } from "../../src/rotate/smtp-password.ts";
import { generateMaterial, REGIONS } from "../support/material.ts";

/** AWS's own example, in the language that it is given in. The secret comes by standard input. */
const PYTHON = `
import base64, hashlib, hmac, sys
def sign(key, message):
    return hmac.new(key, message.encode("utf-8"), hashlib.sha256).digest()
for line in sys.stdin:
    secret, region = line.split()
    signature = sign(("AWS4" + secret).encode("utf-8"), "11111111")
    for step in (region, "ses", "aws4_request", "SendRawEmail"):
        signature = sign(signature, step)
    print(base64.b64encode(bytes([0x04]) + signature).decode("utf-8"))
`;

test("a password for SMTP is the one that AWS's example derives", () => {
  const cases = REGIONS.map((region, seed) => ({ region, secret: generateMaterial(seed).secret }));
  const input = cases.map(({ secret, region }) => `${secret} ${region}\n`).join("");
  const python = spawnSync("python3", ["-c", PYTHON], { input, encoding: "utf8" });
  expect(python.stderr).toBe("");
  const expected = python.stdout.trim().split("\n");
  const same = cases.map(
    ({ secret, region }, index) => smtpPassword(new Secret(secret), region).reveal() === expected[index],
  );
  expect(same).toEqual(cases.map(() => true));
});
