import { generateAccessKey, generateForeignToken, generateHex40, generateKeyId, generateSecret } from "../material.ts";
import { BASE64, type Random } from "../random.ts";
import { type Credential, camel, each, type Format, format, json, lines, screaming, single } from "./format.ts";
import { generateSettings } from "./noise.ts";

/*
 * Documents in which the nearest secret is the wrong one: names, sections or signs tell which belongs to which.
 */

interface Field {
  readonly name: string;
  readonly value: string;
}

const byName = (a: Field, b: Field): number => (a.name < b.name ? -1 : 1);

function shuffled<T>(values: readonly T[], random: Random): readonly T[] {
  return values
    .map((value) => ({ value, key: random.below(1_000_000) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

/** Fields whose names share a part that is the credential's own: in front, behind, or amid. */
const NAMINGS: readonly ((label: string) => readonly [string, string])[] = [
  (label) => [`${label}_AWS_ACCESS_KEY_ID`, `${label}_AWS_SECRET_ACCESS_KEY`],
  (label) => [`AWS_ACCESS_KEY_ID_${label}`, `AWS_SECRET_ACCESS_KEY_${label}`],
  (label) => [`AWS_${label}_ACCESS_KEY_ID`, `AWS_${label}_SECRET_ACCESS_KEY`],
  (label) => [`S3_ACCESS_KEY_${label}`, `S3_SECRET_KEY_${label}`],
];

function fieldsOf(credentials: readonly Credential[], random: Random): readonly Field[] {
  const naming = random.pick(NAMINGS);
  return credentials.flatMap(({ id, secret, label }) => {
    const [idName, secretName] = naming(screaming(label));
    return [
      { name: idName, value: id },
      { name: secretName, value: secret },
    ];
  });
}

/** The key that another one replaces; drawn anew for each document. */
interface Rotation {
  readonly old: { readonly id: string; readonly secret: string };
  readonly fresh: Credential;
}

function rotation(name: string, path: string, write: (rotation: Rotation, random: Random) => string): Format {
  return single(name, path, (fresh, random) => {
    const old = generateAccessKey(random);
    return { content: write({ old, fresh }, random), expected: { pairs: [old, fresh] } };
  });
}

export const neighbourFormats: readonly Format[] = [
  format("environment, sorted by name", "~/env.txt", (credentials, random) =>
    lines(
      [...fieldsOf(credentials, random), ...generateSettings(random, 5)]
        .toSorted(byName)
        .map(({ name, value }) => `${name}=${value}`),
    ),
  ),
  format("environment, in any order", "~/env.txt", (credentials, random) =>
    lines(
      shuffled([...fieldsOf(credentials, random), ...generateSettings(random, 5)], random).map(
        ({ name, value }) => `${name}=${value}`,
      ),
    ),
  ),
  format(
    "JSON environment, sorted by name",
    "~/env.json",
    (credentials, random) =>
      json(
        Object.fromEntries(
          [...fieldsOf(credentials, random), ...generateSettings(random, 5)]
            .toSorted(byName)
            .map(({ name, value }) => [name, value]),
        ),
        random,
      ),
    { syntax: "json" },
  ),
  format(
    "JSON, flat camel case, all ids first",
    "~/config.json",
    (credentials, random) =>
      json(
        Object.fromEntries([
          ...credentials.map(({ id, label }) => [`${camel(label)}AccessKeyId`, id]),
          ...credentials.map(({ secret, label }) => [`${camel(label)}SecretAccessKey`, secret]),
        ]),
        random,
      ),
    { syntax: "json" },
  ),
  format("tfvars, sorted by name", "~/infra/terraform.tfvars", (credentials) =>
    lines(
      credentials
        .flatMap(({ id, secret, label }) => {
          const name = label.replaceAll("-", "_");
          return [
            { name: `aws_access_key_${name}`, value: id },
            { name: `aws_secret_key_${name}`, value: secret },
          ];
        })
        .toSorted(byName)
        .map(({ name, value }) => `${name} = "${value}"`),
    ),
  ),
  format(
    "JSON object with other vendors' secrets",
    "~/config.json",
    (credentials, random) =>
      json(
        credentials.map(({ id, secret, label }) => ({
          label,
          accessKeyId: id,
          clientSecret: generateForeignToken(random),
          sha: generateHex40(random),
          secretAccessKey: secret,
          webhookSecret: generateForeignToken(random),
        })),
        random,
      ),
    { syntax: "json" },
  ),
  format("CSV with other vendors' secrets", "~/keys.csv", (credentials, random) =>
    lines(
      "user,aws_access_key_id,deploy_token,aws_secret_access_key,signing_key",
      credentials.map(
        ({ id, secret, label }) =>
          `${label},${id},${generateForeignToken(random)},${secret},${random.text(BASE64, 40)}`,
      ),
    ),
  ),
  format(
    "JSON object with a long text between",
    "~/config.json",
    (credentials, random) =>
      json(
        credentials.map(({ id, secret, label }) => ({
          label,
          accessKeyId: id,
          certificate: `-----BEGIN CERTIFICATE-----\n${random.text(BASE64, 1600)}\n-----END CERTIFICATE-----\n`,
          regions: Object.fromEntries(
            Array.from({ length: 30 }, (_, index) => [`zone${index}`, { sha: generateHex40(random) }]),
          ),
          secretAccessKey: secret,
        })),
        random,
      ),
    { syntax: "json" },
  ),
  format(
    "YAML with a certificate between",
    "~/config.yaml",
    (credentials, random) =>
      lines(
        credentials.flatMap(({ id, secret, label }) => [
          `${label}:`,
          `  access_key: ${id}`,
          "  ca: |",
          ...Array.from({ length: 25 }, () => `    ${random.text(BASE64, 64)}`),
          `  secret_key: ${secret}`,
        ]),
      ),
    { syntax: "yaml" },
  ),
  single("INI, an id in one profile and a secret in the next", "~/.aws/credentials", ({ id }, random) => {
    const secret = generateSecret(random);
    return {
      content: lines(
        "[half]",
        `aws_access_key_id = ${id}`,
        "region = us-east-1",
        "",
        "[other-half]",
        `aws_secret_access_key = ${secret}`,
        "region = us-east-1",
      ),
      expected: { pairs: [], ids: [id], secrets: [secret] },
    };
  }),
  single(
    "JSON, an id in one object and a secret in another",
    "~/config.json",
    ({ id }, random) => {
      const secret = generateSecret(random);
      return {
        content: json(
          [
            { name: "a", accessKeyId: id, secretAccessKey: "${env.SECRET}" },
            { name: "b", accessKeyId: "${env.ID}", secretAccessKey: secret },
          ],
          random,
        ),
        expected: { pairs: [], ids: [id], secrets: [secret] },
      };
    },
    { syntax: "json" },
  ),
  single("one secret missing among many", "~/.env", (credential, random) => {
    const lone = generateKeyId(random);
    const third = generateAccessKey(random);
    return {
      content: lines(
        `A_AWS_ACCESS_KEY_ID=${credential.id}`,
        `A_AWS_SECRET_ACCESS_KEY=${credential.secret}`,
        `B_AWS_ACCESS_KEY_ID=${lone}`,
        "B_AWS_SECRET_ACCESS_KEY=",
        `C_AWS_ACCESS_KEY_ID=${third.id}`,
        `C_AWS_SECRET_ACCESS_KEY=${third.secret}`,
      ),
      expected: { pairs: [credential, third], ids: [lone] },
    };
  }),
  rotation("rotation: the old key commented out above", "~/app/.env", ({ old, fresh }) =>
    lines(
      `#AWS_ACCESS_KEY_ID=${old.id}`,
      `#AWS_SECRET_ACCESS_KEY=${old.secret}`,
      `AWS_ACCESS_KEY_ID=${fresh.id}`,
      `AWS_SECRET_ACCESS_KEY=${fresh.secret}`,
    ),
  ),
  rotation("rotation: each old line commented out above its new one", "~/app/.env", ({ old, fresh }) =>
    lines(
      `#AWS_ACCESS_KEY_ID=${old.id}`,
      `AWS_ACCESS_KEY_ID=${fresh.id}`,
      `#AWS_SECRET_ACCESS_KEY=${old.secret}`,
      `AWS_SECRET_ACCESS_KEY=${fresh.secret}`,
    ),
  ),
  rotation("rotation: the old values behind the new ones", "~/app/.env", ({ old, fresh }) =>
    lines(`AWS_ACCESS_KEY_ID=${fresh.id} # was ${old.id}`, `AWS_SECRET_ACCESS_KEY=${fresh.secret} # was ${old.secret}`),
  ),
  rotation("rotation: a diff in two blocks", "~/rotate.patch", ({ old, fresh }) =>
    lines(
      "@@ -1,4 +1,4 @@",
      " [default]",
      `-aws_access_key_id = ${old.id}`,
      `-aws_secret_access_key = ${old.secret}`,
      `+aws_access_key_id = ${fresh.id}`,
      `+aws_secret_access_key = ${fresh.secret}`,
      " region = us-east-1",
    ),
  ),
  rotation("rotation: a diff line by line", "~/rotate.patch", ({ old, fresh }, random) =>
    lines(
      `index ${generateHex40(random)}..${generateHex40(random)}`,
      "@@ -1,6 +1,6 @@",
      " export default {",
      `-  accessKeyId: "${old.id}",`,
      `+  accessKeyId: "${fresh.id}",`,
      '   region: "us-east-1",',
      `-  secretAccessKey: "${old.secret}",`,
      `+  secretAccessKey: "${fresh.secret}",`,
      " }",
    ),
  ),
  rotation("rotation: a merge conflict", "~/app/.env", ({ old, fresh }) =>
    lines(
      "<<<<<<< HEAD",
      `AWS_ACCESS_KEY_ID=${old.id}`,
      `AWS_SECRET_ACCESS_KEY=${old.secret}`,
      "=======",
      `AWS_ACCESS_KEY_ID=${fresh.id}`,
      `AWS_SECRET_ACCESS_KEY=${fresh.secret}`,
      ">>>>>>> rotate",
    ),
  ),
  rotation("rotation: terraform plan", "~/plan.txt", ({ old, fresh }) =>
    lines(
      "  ~ resource {",
      `      ~ access_key = "${old.id}" -> "${fresh.id}"`,
      `      ~ secret_key = "${old.secret}" -> "${fresh.secret}"`,
      "    }",
    ),
  ),
  format("the same key in many places", "~/.aws/credentials", ([first], random) => {
    const { id, secret } = first ?? generateAccessKey(random);
    return {
      content: ["default", "prod", "ci"]
        .map((name) => `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`)
        .join("\n"),
      expected: { pairs: [{ id, secret }] },
    };
  }),
  format("another language: Spanish, German, Japanese, Chinese", "~/notes.txt", (credentials, random) =>
    each(credentials, ({ id, secret, label }) =>
      random.pick([
        `Cuenta ${label}\nClave de acceso: ${id}\nClave secreta: ${secret}\n\n`,
        `Zugang ${label}\nZugriffsschlüssel-ID: „${id}“\nGeheimer Zugriffsschlüssel: „${secret}“\n\n`,
        `${label}\nアクセスキーID：${id}\nシークレットアクセスキー：${secret}\n\n`,
        `${label}\n访问密钥ID：${id}，私有访问密钥：${secret}。\n\n`,
        `${label}\nAccess key : «\u00a0${id}\u00a0»\nSecret key : «\u00a0${secret}\u00a0»\n\n`,
      ]),
    ),
  ),
  format("highlighted code in HTML", "~/page.html", (credentials) =>
    each(
      credentials,
      ({ id, secret }) =>
        `<span class="nv">AWS_ACCESS_KEY_ID</span><span class="o">=</span>${id}\n<span class="nv">AWS_SECRET_ACCESS_KEY</span><span class="o">=</span>${secret}\n`,
    ),
  ),
];
