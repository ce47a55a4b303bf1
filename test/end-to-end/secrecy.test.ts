import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generateMaterial } from "../support/material.ts";
import { makeWorld, type World } from "./world.ts";

/** The shortest part of a secret that must not be seen, in characters. */
const PIECE = 12;

const SEEDS = [1, 2, 3, 4];

let world: World;
let pieces: ReadonlySet<string>;

beforeAll(() => {
  world = makeWorld();
  const secrets = [...SEEDS.flatMap(plant), plantAllowed(9)];
  pieces = new Set(secrets.flatMap(piecesOf));
});
afterAll(() => world.remove());

/** Plants the material of one seed in the ways that keys lie about, and gives all its secrets. */
function plant(seed: number): string[] {
  const m = generateMaterial(seed);
  const at = (name: string): string => `planted/${seed}/${name}`;
  const pair = `aws_access_key_id = ${m.id}\naws_secret_access_key = ${m.secret}\n`;
  world.file(at("credentials"), `[default]\n${pair}`);
  world.file(
    at("session.env"),
    `AWS_ACCESS_KEY_ID=${m.temporaryId}\nAWS_SECRET_ACCESS_KEY=${m.secret}\nAWS_SESSION_TOKEN=${m.sessionToken}\n`,
  );
  world.file(at("smtp.env"), `SMTP_USERNAME=${m.id}\nSMTP_PASSWORD=${m.smtpPassword}\n`);
  world.file(at("bedrock.env"), `AWS_BEARER_TOKEN_BEDROCK=${m.bedrockKey}\n`);
  world.file(at("bedrock-short.txt"), `Authorization: Bearer ${m.bedrockShortKey}\n`);
  world.file(at("git.csv"), `User Name,Password\ndeploy-at-${m.accountId},${m.codecommitPassword}\n`);
  world.file(at("mws.txt"), `MWSAuthToken=amzn.mws.${m.uuid}\n`);
  world.file(at("appsync.txt"), `x-api-key: ${m.appsyncKey}\n`);
  world.file(at("lone.env"), `AWS_SECRET_ACCESS_KEY=${m.secret}\n`);
  world.file(at("encoded.txt"), Buffer.from(pair).toString("base64"));
  world.file(at("wide.txt"), Buffer.from(pair, "utf16le"));
  world.file(at("backup.gz"), gzipSync(pair));
  world.file(at("damaged.gz"), gzipSync(pair.repeat(2000)).subarray(0, -12));
  return [
    m.secret,
    m.sessionToken,
    m.smtpPassword,
    m.bedrockKey,
    m.bedrockShortKey.slice("bedrock-api-key-".length),
    m.codecommitPassword,
    m.uuid,
    m.appsyncKey,
  ];
}

/** An inline allow's reason is the rest of its line: here it holds the secret that is allowed. */
function plantAllowed(seed: number): string {
  const { id, secret } = generateMaterial(seed);
  world.file("planted/inline.json", `{"note": "keysweep:allow a decoy", "id": "${id}", "secret": "${secret}"}\n`);
  return secret;
}

/** Every part of PIECE characters, plain and as base64 has it in each of its alignments. */
function piecesOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms = [secret, ...[0, 1, 2].map((skip) => bytes.subarray(skip).toString("base64").replace(/=+$/, ""))];
  return forms.flatMap((form) => Array.from({ length: form.length - PIECE + 1 }, (_, i) => form.slice(i, i + PIECE)));
}

/** A boolean, so that no failure prints what leaked. */
function leaks(text: string): boolean {
  for (let i = 0; i + PIECE <= text.length; i++) if (pieces.has(text.slice(i, i + PIECE))) return true;
  return false;
}

/** The text of every file that a run wrote: in the working directory, in the home, in the folder of temporary files. */
function written(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("planted"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

test("what is planted would be noticed", () => {
  const { secret, sessionToken } = generateMaterial(SEEDS[0] ?? 0);
  expect(leaks(`x${secret.slice(9, 21)}y`)).toBe(true);
  expect(leaks(Buffer.from(`..${sessionToken}`).toString("base64"))).toBe(true);
  expect(leaks("nothing of that kind at all")).toBe(false);
  const { stdout } = world.run(["scan", "planted", "--format", "json"]);
  const rules = new Set((JSON.parse(stdout) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule));
  expect([...rules].sort()).toEqual([
    "appsync-api-key",
    "aws-access-key-pair",
    "aws-session-credentials",
    "bedrock-api-key",
    "bedrock-api-key-short-term",
    "codecommit-credential",
    "mws-auth-token",
    "ses-smtp-password",
  ]);
});

const FORMATS = ["pretty", "json", "jsonl", "csv", "markdown", "html", "sarif", "junit", "gitlab", "github"];

test.each(FORMATS)("no secret is in %s, nor in what is beside it", (format) => {
  for (const more of [[], ["--verbose"], ["--no-repository-config"]]) {
    const { status, stdout, stderr } = world.run(["scan", "planted", "--format", format, ...more]);
    expect(status).toBe(1);
    expect(stdout.length).toBeGreaterThan(1000);
    expect(leaks(stdout)).toBe(false);
    expect(leaks(stderr)).toBe(false);
  }
});

test("no secret is in a report's file", () => {
  world.run(["scan", "planted", ...FORMATS.flatMap((format) => ["--report", `${format}=report.${format}`])]);
  expect(written(world.folder).length).toBeGreaterThan(5000);
  expect(leaks(written(world.folder))).toBe(false);
  expect(leaks(written(world.home))).toBe(false);
});

test.each(FORMATS)("no secret is in %s when it is written again from the ledger", (format) => {
  const { status, stdout, stderr } = world.run(["report", "--format", format, "--verbose"]);
  expect([status, stderr]).toEqual([1, ""]);
  expect(stdout.length).toBeGreaterThan(1000);
  expect(leaks(stdout)).toBe(false);
});

test("no secret is told of a baseline that holds one", () => {
  const { secret } = generateMaterial(SEEDS[0] ?? 0);
  const good = world.run(["scan", "planted", "--format", "json"]).stdout;
  const texts = [
    secret,
    JSON.stringify({ schema: secret }),
    good.replace('"severity": "high"', `"severity": "${secret}"`),
    good.replaceAll(/"(?:title|path|rule)": "[^"]*"/g, (field) => field.replace(/: ".*"/, `: "${secret}"`)),
    good.replaceAll(/"title": "[^"]*"/g, `"title": "${secret}"`).replaceAll(/ks1:[0-9a-f]{4}/g, "ks1:ffff"),
  ];
  const name = join("planted", "baseline.json");
  for (const text of texts) {
    writeFileSync(join(world.folder, name), text);
    for (const format of FORMATS) {
      const { status, stdout, stderr } = world.run([
        "scan",
        "planted",
        "--format",
        format,
        "--baseline",
        name,
        "--verbose",
      ]);
      expect([1, 2]).toContain(status);
      expect(leaks(stdout + stderr)).toBe(false);
    }
  }
});

test.each<[string, (secret: string) => string]>([
  ["is not YAML", (secret) => `allow: [ ${secret}\n`],
  ["has a key that is not known", (secret) => `aws_secret_access_key: ${secret}\n`],
  ["has a value of the wrong kind", (secret) => `allow: ${secret}\n`],
  ["has no date", (secret) => `allow:\n  - { keyId: x, reason: r, owner: o, expires: "${secret}" }\n`],
  ["has a wrong date", (secret) => `allow:\n  - { path: x, rule: y, reason: r, owner: o, expires: "${secret}" }\n`],
  ["has a pattern that is too long", (secret) => `exclude: [ "${secret}${"*".repeat(1200)}" ]\n`],
  ["has a pattern with too many alternatives", (secret) => `exclude: [ "${secret}${"{a,b}".repeat(10)}" ]\n`],
  ["has no fingerprint", (secret) => `allow:\n  - { fingerprint: "${secret}", reason: r, owner: o, expires: x }\n`],
  [
    "has an unknown rule",
    (secret) => `allow:\n  - { path: x, rule: "${secret}", reason: r, owner: o, expires: 2999-01-01 }\n`,
  ],
])("no secret is in the error when a configuration %s", (_, text) => {
  const { secret } = generateMaterial(SEEDS[0] ?? 0);
  const folder = join(world.folder, "configured");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "keysweep.yaml"), text(secret));
  for (const more of [[], ["--verbose"]]) {
    const { status, stdout, stderr } = world.run(["scan", "configured", ...more]);
    expect(status).toBe(2);
    expect(leaks(stdout + stderr)).toBe(false);
  }
});

test("no secret is on stderr when a folder is named with it, or the owner of an allow", () => {
  const { secret } = generateMaterial(SEEDS[0] ?? 0);
  const folder = join(world.folder, "named", `key ${secret}`);
  mkdirSync(folder, { recursive: true });
  const stderrOf = (text: string, ...flags: string[]): string => {
    writeFileSync(join(folder, "keysweep.yaml"), text);
    return world.run(["scan", folder, ...flags]).stderr;
  };
  const entry = `{ path: x, rule: aws-access-key-id, reason: r, owner: "${secret}", expires:`;
  const told = [
    [stderrOf("allow: [\n"), "not YAML"],
    [stderrOf(`allow:\n  - ${entry} 2020-01-01 }\n`), "expired on 2020-01-01"],
    [stderrOf(`allow:\n  - ${entry} 2999-01-01 }\n`, "--verbose"), "covered nothing"],
    [world.run(["scan", "planted/none", "--config", join(folder, "none.yaml")]).stderr, "does not exist"],
    [world.run(["scan", "planted", "--config", join(folder, "none.yaml")]).stderr, "no such file"],
    [world.run(["scan", "planted", "--output", join(folder, "none", "r.json")]).stderr, "does not exist"],
    [world.run(["scan", "planted", "--quiet", "--ledger", join(folder, "keysweep.yaml")]).stderr, "ledger"],
  ] as const;
  for (const [text, expected] of told) {
    expect(text.includes(expected) ? "" : expected).toBe("");
    expect(leaks(text)).toBe(false);
  }
});

test("no secret is in the error when a report cannot be written", () => {
  const { status, stdout, stderr } = world.run(["scan", "planted", "--verbose", "--output", "/dev/full"]);
  expect(status).toBe(4);
  expect(leaks(stdout + stderr)).toBe(false);
});
