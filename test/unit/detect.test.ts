import { describe, expect, test } from "vitest";
import { detect } from "../../src/scan/detect/detect.ts";
import type { Detection } from "../../src/scan/detect/detection.ts";
import { pairFingerprint } from "../../src/scan/detect/fingerprint.ts";
import { generateMaterial, generateSecret } from "../support/material.ts";
import { BASE62, randomFrom } from "../support/random.ts";

const { id, secret } = generateMaterial(21);

function detected(document: string | Uint8Array): Detection[] {
  return detect(Buffer.from(document), { kind: "file", path: null, ageMs: () => 0 });
}

describe("line and column", () => {
  const text = `[default]\r\n\tkey = ${id} # first\nkey = ${id}\n`;
  const places = [
    { line: 2, column: 8 },
    { line: 3, column: 7 },
  ];

  test("count from one", () => {
    expect(detected(text)).toMatchObject(places);
  });

  test.each([
    ["LE", Buffer.from(text, "utf16le")],
    ["BE", Buffer.from(text, "utf16le").swap16()],
  ])("count characters in UTF-16 %s", (_, document) => {
    expect(detected(document)).toMatchObject(places);
  });

  test("count characters in UTF-8", () => {
    expect(detected(`clé ✓ ${id}`)).toMatchObject([{ line: 1, column: 7 }]);
  });
});

test("values that touch, as in records of fixed width", () => {
  expect(detected(`user01${" ".repeat(10)}${id}${secret}  active`)).toMatchObject([{ rule: "aws-access-key-pair" }]);
});

describe("a presigned URL", () => {
  const v4 = `https://b.s3.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${id}%2F20260101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T120000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=0`;
  const v2 = `https://b.s3.amazonaws.com/k?AWSAccessKeyId=${id}&Expires=${Date.UTC(2026, 0, 1, 13) / 1000}&Signature=x`;
  const severity = (url: string, nowMs?: number) =>
    detect(Buffer.from(url), {
      kind: "file",
      path: null,
      ageMs: () => 0,
      ...(nowMs === undefined ? {} : { nowMs }),
    }).map((found) => [found.rule, found.severity]);

  test.each([v4, v2])("is worth a mention once it has expired: %#", (url) => {
    const rule = "presigned-url-static-key";
    expect(severity(url, Date.UTC(2026, 0, 1, 12, 59))).toEqual([[rule, "low"]]);
    expect(severity(url, Date.UTC(2026, 0, 1, 13, 1))).toEqual([[rule, "info"]]);
    expect(severity(url)).toEqual([[rule, "low"]]);
    expect(severity(url.replace(/Expires=\d+/, "Expires=x"), Date.UTC(2030, 0, 1))).toEqual([[rule, "low"]]);
  });

  test.each([
    `u=?Signature=0&AWSAccessKeyId=0&Expires=1,${id},${secret}`,
    `https://h/cb?Signature=1&AWSAccessKeyId=${id}&SecretKey=${secret}`,
    `${v2}\naws_secret_access_key = ${secret}`,
  ])("does not swallow a key that is told beside it: %#", (document) => {
    expect(detected(document)).toMatchObject([{ rule: "aws-access-key-pair" }]);
  });

  test("takes no secret from the key that it belongs to", () => {
    const { id: other } = generateMaterial(22);
    const found = detected(`${other}:${secret}\n${v2}\n${secret}`);
    expect(found.map(({ rule }) => rule)).toEqual(["aws-access-key-pair", "presigned-url-static-key"]);
  });

  test("of AWS's documentation is an example", () => {
    const example = `AKIAIOSFODNN7${"EXAMPLE"}`;
    expect(severity(v4.replace(id, example))).toEqual([["presigned-url-static-key", "info"]]);
  });
});

test("a byte order mark does not hide what the first line says", () => {
  const profile = `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
  for (const document of [profile, `\ufeff${profile}`, Buffer.from(`\ufeff${profile}`, "utf16le")])
    expect(detected(document)).toMatchObject([{ useCase: "person" }]);
});

test.each([
  ["a letter that is two bytes", "Andr=C3=A9"],
  ["the same behind a lone equals sign", "x==C3y"],
  ["an equals sign that stands alone", "a =3D b"],
  ["two that begin words", "a=3Db=3Dc"],
  ["the end of a line", "a=0D"],
  ["a line that is broken where it is full", `${"a b ".repeat(18)}abc=\nd`],
])("quoted-printable is told by %s", (_, sign) => {
  const { id, secret } = generateMaterial(3);
  const found = detected(`${sign}\n${id}=20${secret}=20\n`);
  expect(found.map(({ fingerprint }) => fingerprint)).toEqual([pairFingerprint(id, secret)]);
});

describe("what decoding takes for an escape and is the beginning of a secret", () => {
  test.each([
    ["quoted-printable", "x==C3=A9\n", "="],
    ["a percent sign", "", "=%"],
  ])("is found as it is written: %s", (_, before, sign) => {
    const random = randomFrom(5);
    for (let run = 0; run < 50; run++) {
      const whole = `${random.text("456789ABCDEF", 2)}${generateSecret(random).slice(2)}`;
      const found = detected(`${before}aws_access_key_id: ${id}\naws_secret_access_key${sign}${whole}\n`);
      expect(found.map(({ fingerprint }) => fingerprint)).toEqual([pairFingerprint(id, whole)]);
    }
  });

  test("is no second secret where it is an escape", () => {
    const random = randomFrom(6);
    for (let run = 0; run < 50; run++) {
      const { secret: whole } = generateMaterial(run, { first: "/", last: "/" });
      const found = detected(`id=${id}&secret=${encodeURIComponent(whole)}`);
      expect(found.map(({ fingerprint }) => fingerprint)).toEqual([pairFingerprint(id, whole)]);
      const token = `${random.text(BASE62, 200)}/${random.text(BASE62, 38)}`;
      const withToken = detected(`id=${id}&secret=${encodeURIComponent(whole)}&token=${encodeURIComponent(token)}`);
      expect(withToken.map(({ fingerprint }) => fingerprint)).toEqual([pairFingerprint(id, whole)]);
    }
  });
});

describe("a backslash that its secret touches", () => {
  test.each(["n", "r", "t", "b", "f", "x41", "u00e9", "a", "/", "N"])(
    "in front of %s… takes nothing of it",
    (first) => {
      const random = randomFrom(7);
      for (let run = 0; run < 20; run++) {
        const whole = `${first}${generateSecret(random).slice(first.length)}`;
        for (const sign of ["\\", "\\\\"]) {
          const found = detected(`aws_access_key_id=${id}\naws_secret_access_key=${sign}${whole}\n`);
          expect(found.map(({ fingerprint }) => fingerprint)).toEqual([pairFingerprint(id, whole)]);
        }
      }
    },
  );

  test.each(["n", "t", "u0022"])("is an escape where %s does not belong to it", (escape) => {
    const found = detected(`"aws_access_key_id=${id}\\${escape}${secret}\\${escape}"`);
    expect(found.map(({ fingerprint }) => fingerprint)).toEqual([pairFingerprint(id, secret)]);
  });
});

describe("names", () => {
  const fingerprints = (document: string) => detected(document).map(({ fingerprint }) => fingerprint);
  const { id: other, secret: otherSecret } = generateMaterial(22);

  test("what stands before an assignment on its line is no part of its name", () => {
    const line = `AWS_ACCESS_KEY_ID=${id} AWS_ROLE_ARN=arn:aws:iam::1:role/worker OKTA_CLIENT_SECRET=${randomFrom(1).text(BASE62, 40)} AWS_SECRET_ACCESS_KEY=${secret} make`;
    expect(fingerprints(line)).toEqual([pairFingerprint(id, secret)]);
    const lines = `AWS_SECRET_ACCESS_KEY=${secret} ENV=production AWS_ACCESS_KEY_ID=${id} make\nAWS_ACCESS_KEY_ID=${other} ENV=production AWS_SECRET_ACCESS_KEY=${otherSecret} make\n`;
    expect(fingerprints(lines).toSorted()).toEqual(
      [pairFingerprint(id, secret), pairFingerprint(other, otherSecret)].toSorted(),
    );
  });

  test("a name in camel case begins with AWS without a distinction of its own", () => {
    const first = `<key>AWSAccessKeyId</key>\n<string>${id}</string>\n<key>Id</key>\n<string>${"3b6e6481a1".repeat(4)}</string>\n<key>AWSSecretAccessKey</key>\n<string>${secret}</string>\n`;
    const second = `\n\naccessKey=${other}\nurl=http://x/?id=${other}\nsecretKey=${otherSecret}\n`;
    expect(fingerprints(first + second)).toContain(pairFingerprint(id, secret));
  });
});

test.each([
  ["LE", (bytes: Buffer) => bytes],
  ["BE", (bytes: Buffer) => bytes.swap16()],
])("UTF-16 %s between characters of other scripts loses no letter", (_, order) => {
  const found = detected(
    order(Buffer.from(`\u5bc6\u94a5ID\uff1a${id}\uff0c\u79c1\u6709\uff1a${secret}\u3002\n\u3042`, "utf16le")),
  );
  expect(found.map(({ fingerprint }) => fingerprint)).toEqual([pairFingerprint(id, secret)]);
});

test("a string in front of a whole secret is no part of it", () => {
  const found = detected(`${id} secret: "BAab" "${secret}"\n`);
  expect(found.map(({ fingerprint }) => fingerprint)).toEqual([pairFingerprint(id, secret)]);
});
