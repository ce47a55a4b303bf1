import { generateIdentifier, generateIntegrity, generatePath } from "./formats/noise.ts";
import { generateAccountId, generateForeignToken, generateHex40, generateUuid } from "./material.ts";
import { BASE32, BASE62, BASE64, HEX, LOWER, type Random } from "./random.ts";

/** A document without a credential, made of what confuses scanners. */
export interface Noise {
  readonly name: string;
  readonly path: string;
  render(random: Random): string;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const fold = (text: string, width: number): string => (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join("\n");

function repeat(random: Random, count: number, write: (index: number) => string): string {
  return Array.from({ length: count + random.below(count) }, (_, index) => `${write(index)}\n`).join("");
}

/** Ids of IAM objects: users, roles, groups, policies. They open nothing. */
const objectId = (random: Random): string =>
  random.pick([
    "AR" + "OA",
    "AI" + "DA",
    "AG" + "PA",
    "AN" + "PA",
    "AI" + "PA",
    "AP" + "KA",
    "AS" + "CA",
    "AN" + "VA",
  ]) + random.text(BASE32, 16);

/** The keys of AWS's own documentation, assembled here so that this file holds none. */
const EXAMPLES = [
  { id: `AK${"IA"}IOSFODNN7${"EXAMPLE"}`, secret: `wJalrXUtnFEMI/K7MDENG/bPxRfiCY${"EXAMPLEKEY"}` },
  { id: `AK${"IA"}I44QH8DHB${"EXAMPLE"}`, secret: `je7MtGbClwBF/2Zp9Utk/h3yCo8nvb${"EXAMPLEKEY"}` },
  { id: `AS${"IA"}IOSFODNN7${"EXAMPLE"}`, secret: `wJalrXUtnFEMI/K7MDENG/bPxRfiCY${"EXAMPLEKEY"}` },
] as const;

const PLACEHOLDERS = [
  { id: "YOUR_ACCESS_KEY_ID", secret: "YOUR_SECRET_ACCESS_KEY" },
  { id: `AK${"IA"}${"X".repeat(16)}`, secret: "x".repeat(40) },
  { id: `AK${"IA"}${"*".repeat(16)}`, secret: "*".repeat(40) },
  { id: "<access-key-id>", secret: "<secret-access-key>" },
  { id: "test", secret: "test" },
  { id: "minioadmin", secret: "minioadmin" },
] as const;

export const NOISE: readonly Noise[] = [
  {
    name: "package-lock.json",
    path: "package-lock.json",
    render: (random) =>
      JSON.stringify(
        {
          lockfileVersion: 3,
          packages: Object.fromEntries(
            Array.from({ length: 40 }, () => [
              `node_modules/aws-${random.text(LOWER, 8)}`,
              {
                version: "1.2.3",
                integrity: generateIntegrity(random),
                resolved: `https://registry.npmjs.org/x/-/secret-${random.text(LOWER, 5)}.tgz`,
              },
            ]),
          ),
        },
        null,
        2,
      ),
  },
  {
    name: "yarn.lock with SHA-1 fragments",
    path: "yarn.lock",
    render: (random) =>
      repeat(
        random,
        30,
        () =>
          `aws-secrets@^1.0.0:\n  version "1.0.3"\n  resolved "https://registry.yarnpkg.com/aws-secrets/-/aws-secrets-1.0.3.tgz#${generateHex40(random)}"\n  integrity ${generateIntegrity(random)}\n`,
      ),
  },
  {
    name: "go.sum",
    path: "go.sum",
    render: (random) =>
      repeat(
        random,
        40,
        () =>
          `github.com/aws/aws-sdk-go/v2/service/secretsmanager v1.2.${random.below(99)} h1:${base64(random.bytes(32))}`,
      ),
  },
  {
    name: "Cargo.lock",
    path: "Cargo.lock",
    render: (random) =>
      repeat(random, 30, () => `[[package]]\nname = "aws-credential-types"\nchecksum = "${random.text(HEX, 64)}"\n`),
  },
  {
    name: "git log",
    path: "log.txt",
    render: (random) =>
      repeat(
        random,
        30,
        () =>
          `commit ${generateHex40(random)}\nAuthor: Ada <ada@example.org>\n\n    Rotate the AWS secret access key, see ${generateHex40(random)}\n`,
      ),
  },
  {
    name: "git SHAs beside the word secret",
    path: "notes.txt",
    render: (random) =>
      repeat(
        random,
        20,
        () =>
          `secret_key_commit: ${generateHex40(random)}\nclient_secret=${generateHex40(random)}\nsecret ${generateHex40(random)} aws`,
      ),
  },
  {
    name: "IAM object ids",
    path: "users.json",
    render: (random) =>
      JSON.stringify(
        Array.from({ length: 30 }, () => ({
          UserId: objectId(random),
          RoleId: objectId(random),
          Arn: `arn:aws:iam::${generateAccountId(random)}:user/ada`,
          CreateDate: "2026-03-14",
        })),
        null,
        2,
      ),
  },
  {
    name: "a role's session",
    path: "trail.json",
    render: (random) =>
      JSON.stringify({
        principalId: `${objectId(random)}:session`,
        accountId: generateAccountId(random),
        secret: null,
        accessKeyId: null,
        sha: generateHex40(random),
      }),
  },
  {
    name: "protein sequences",
    path: "proteins.fasta",
    render: (random) =>
      repeat(random, 10, (index) => {
        const residues = "ACDEFGHIKLMNPQRSTVWY";
        const sequence =
          random.text(residues, 90) +
          `AK${"IA"}` +
          random.text(residues, 200) +
          `AK${"IA"}` +
          random.text(residues, 60);
        return `>sp|P${index}|SECR_HUMAN Secretin\n${fold(sequence, 60)}`;
      }),
  },
  {
    name: "an image as base64",
    path: "logo.svg",
    render: (random) => `<image secret="aws" href="data:image/png;base64,${base64(random.bytes(20_000))}"/>`,
  },
  {
    name: "wrapped base64",
    path: "attachment.eml",
    render: (random) =>
      `Subject: secret AWS\nContent-Transfer-Encoding: base64\n\n${fold(base64(random.bytes(20_000)), 76)}\n`,
  },
  {
    name: "lines of exactly forty base64 characters",
    path: "blob.txt",
    render: (random) => `secret:\n${fold(base64(random.bytes(3000)), 40)}\n`,
  },
  {
    name: "a certificate",
    path: "ca.pem",
    render: (random) =>
      `-----BEGIN CERTIFICATE-----\n${fold(base64(random.bytes(1200)), 64)}\n-----END CERTIFICATE-----\n`,
  },
  {
    name: "authorized_keys",
    path: "authorized_keys",
    render: (random) =>
      repeat(random, 5, () => `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB${random.text(BASE64, 340)} ada@aws-secret`),
  },
  {
    name: "minified JavaScript",
    path: "bundle.min.js",
    render: (random) =>
      repeat(random, 10, () =>
        Array.from(
          { length: 40 },
          () =>
            `${random.text(LOWER, 1)}.${generateIdentifier(random, 40)}=function(e){return e.secretAccessKey||"${generatePath(random, 40)}"};`,
        ).join(""),
      ),
  },
  {
    name: "source code that fetches secrets",
    path: "config.ts",
    render: (random) =>
      [
        `const awsSecretAccessKey = getSecret("${generateIdentifier(random, 40)}");`,
        `const secretAccessKey = await vault.read("${generatePath(random, 40)}");`,
        `secretAccessKey: process.env.${generateIdentifier(random, 40)},`,
        "accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey,",
        `this.secretAccessKey = ${generateIdentifier(random, 30)}.${generateIdentifier(random, 40)};`,
        `func ${generateIdentifier(random, 40)}(secretAccessKey string) error { return nil }`,
        `aws_secret_access_key = ${generateIdentifier(random, 40)}()`,
      ].join("\n"),
  },
  {
    name: "paths and names of secrets",
    path: ".env",
    render: (random) =>
      [
        `AWS_SECRET_ACCESS_KEY_FILE=${generatePath(random, 40)}`,
        `AWS_SECRET_ACCESS_KEY_PARAMETER=${generatePath(random, 40)}`,
        `AWS_SECRET_NAME=${generateIdentifier(random, 40)}`,
        `secretAccessKey: ${generatePath(random, 40)}`,
        `AWS_SECRET_ACCESS_KEY=${generatePath(random, 40)}`,
      ].join("\n"),
  },
  {
    name: "references",
    path: "deploy.sh",
    render: (random) =>
      [
        'export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID}"',
        "export AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:?unset}",
        "AWS_SECRET_ACCESS_KEY=$(vault kv get -field=secret_key secret/aws)",
        `AWS_SECRET_ACCESS_KEY=$${generateIdentifier(random, 39)}`,
        "set AWS_SECRET_ACCESS_KEY=%SECRET%",
        "$env:AWS_SECRET_ACCESS_KEY = $secret",
        "aws_secret_access_key: {{ lookup('env', 'AWS_SECRET_ACCESS_KEY') }}",
      ].join("\n"),
  },
  {
    name: "a GitHub workflow",
    path: ".github/workflows/deploy.yml",
    render: (random) =>
      [
        "      - uses: actions/checkout@" + generateHex40(random),
        "      - uses: aws-actions/configure-aws-credentials@" + generateHex40(random),
        "        with:",
        "          aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}",
        "          aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}",
        "          secret: " + generateHex40(random),
      ].join("\n"),
  },
  {
    name: "infrastructure that names attributes",
    path: "main.tf",
    render: (random) =>
      [
        "secret_key = aws_iam_access_key.this.secret",
        'access_key = var.aws_access_key\n  secret_key = "${var.aws_secret_access_key}"',
        "!GetAtt AccessKey.SecretAccessKey",
        `secret_key = data.vault_generic_secret.${generateIdentifier(random, 40)}.data`,
        `ami = "ami-${random.text(HEX, 17)}" # secret`,
      ].join("\n"),
  },
  {
    name: "an SDK's service model",
    path: "botocore/data/iam/service-2.json",
    render: (random) =>
      JSON.stringify({
        operations: {
          CreateAccessKey: {
            documentation:
              "<p>Creates a new AWS secret access key and corresponding AWS access key ID for the specified user.</p>",
          },
        },
        shapes: {
          accessKeySecretType: { type: "string", sensitive: true },
          accessKeyIdType: { type: "string", pattern: "[\\w]+" },
        },
        examples: EXAMPLES.map(({ id, secret }) => ({
          output: { AccessKey: { AccessKeyId: id, SecretAccessKey: secret, UserName: "Bob" } },
        })),
        uid: `iam-${generateUuid(random)}`,
      }),
  },
  {
    name: "documentation with its example keys",
    path: "README.md",
    render: (random) => {
      const { id, secret } = random.pick(EXAMPLES);
      return `# Setup\n\n\`\`\`\n[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n\`\`\`\n\nor \`export AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret}\`, or ${id}:${secret}\n`;
    },
  },
  {
    name: "placeholders",
    path: ".env.example",
    render: (random) => {
      const { id, secret } = random.pick(PLACEHOLDERS);
      return `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n{"accessKeyId":"${id}","secretAccessKey":"${secret}"}\n`;
    },
  },
  {
    name: "other vendors' secrets",
    path: ".env",
    render: (random) =>
      [
        `OKTA_CLIENT_SECRET=${generateForeignToken(random)}`,
        `CLOUDFLARE_API_TOKEN=${generateForeignToken(random)}`,
        `SECRET_KEY=${random.text(BASE64, 50)}`,
        `JWT_SECRET=${base64(random.bytes(30))}`,
        `APP_SECRET="${generateForeignToken(random)}"`,
        `client_secret: '${generateForeignToken(random)}'`,
        `HMAC_SECRET=${base64(random.bytes(20))}`,
        `webhook_secret = ${random.text(HEX, 40)}`,
      ].join("\n"),
  },
  {
    name: "a Kubernetes Secret of others",
    path: "secret.yaml",
    render: (random) =>
      `apiVersion: v1\nkind: Secret\nmetadata:\n  name: oauth\ndata:\n  client-secret: ${base64(Buffer.from(random.text(BASE62, 30)))}\n  cookie-secret: ${base64(random.bytes(30))}\n  token: ${base64(Buffer.from(generateForeignToken(random)))}\n  sha: ${base64(Buffer.from(generateHex40(random)))}\n`,
  },
  {
    name: "digests of secrets",
    path: "ledger.json",
    render: (random) =>
      JSON.stringify({
        secretAccessKeySha1: generateHex40(random),
        secret_access_key_fingerprint: base64(random.bytes(32)),
        secret_key_md5: random.text(HEX, 32),
        secretAccessKeyVersionId: generateUuid(random),
      }),
  },
  {
    name: "constants that begin as ids do",
    path: "Regions.java",
    render: () =>
      ["PACIFICSOUTHEAST", "PACIFICNORTHEAST"]
        .map((rest) => `    AS${"IA"}${rest}("ap", "Asia Pacific"), // secret`)
        .join("\n"),
  },
  {
    name: "ids with impossible digits, too long, too short",
    path: "ids.txt",
    render: (random) =>
      repeat(random, 10, () =>
        [
          `AK${"IA"}${random.text(BASE32, 15)}1`,
          `AK${"IA"}${random.text(BASE32, 17)}`,
          `AK${"IA"}${random.text(BASE32, 15)}`,
          `X${`AK${"IA"}`}${random.text(BASE32, 16)}`,
          `ak${"ia"}${random.text(LOWER, 16)}`,
        ].join("\n"),
      ),
  },
  {
    name: "identifiers and tables",
    path: "dump.csv",
    render: (random) =>
      `secret,uuid,sha,path\n${repeat(random, 40, () => `aws,${generateUuid(random)},${generateHex40(random)},${generatePath(random, 40)}`)}`,
  },
  {
    name: "forty characters without a word",
    path: "tokens.txt",
    render: (random) => repeat(random, 30, () => random.text(BASE64, 40)),
  },
  {
    name: "a web token",
    path: "session.json",
    render: (random) =>
      JSON.stringify({
        secret: `eyJ${random.text(BASE62, 33)}.eyJ${random.text(BASE62, 120)}.${random.text(BASE62, 43)}`,
      }),
  },
  { name: "hexadecimal dumps", path: "dump.hex", render: (random) => fold(random.text(HEX, 8000), 60) },
  {
    name: "random bytes",
    path: "random.bin",
    render: (random) => Buffer.from(random.bytes(30_000)).toString("latin1"),
  },
  {
    name: "a CSS font",
    path: "fonts.css",
    render: (random) =>
      `@font-face{font-family:"Secret";src:url(data:font/woff2;charset=utf-8;base64,${base64(random.bytes(9000))})}`,
  },
  {
    name: "a template of credentials",
    path: "credentials.j2",
    render: (random) =>
      `[default]\naws_access_key_id = {{ aws_id }}\naws_secret_access_key = {{ ${generateIdentifier(random, 40)} }}\nrole_session_name = ${generateIdentifier(random, 40)}\nsso_session = ${random.text(BASE62, 20)}\n`,
  },
];
