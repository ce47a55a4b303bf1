import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CreateUserCommand, TagUserCommand } from "@aws-sdk/client-iam";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeOperator, type Operator } from "../support/aws/operator.ts";
import { userWithKey } from "../support/aws/user-key.ts";
import { generateMaterial } from "../support/material.ts";

/*
 * Secrets that somebody wrote into IAM come into nothing that an audit leaves: the program as users start it, against the emulator.
 */

let operator: Operator;
beforeEach(async () => {
  operator = await makeOperator();
});
afterEach(() => operator.stop());

const FORMATS = ["json", "jsonl", "csv", "markdown", "html", "sarif", "junit", "ocsf", "asff", "pretty"];

/** The shortest part of a secret that must not be seen, in characters. */
const PIECE = 12;

/** The files below a folder in which a piece of one of the texts can be read. A failure names them, and not the secret. */
function filesShowing(folder: string, secrets: readonly string[]): string[] {
  const pieces = secrets.flatMap((secret) =>
    Array.from({ length: secret.length - PIECE + 1 }, (_, at) => secret.slice(at, at + PIECE)),
  );
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => {
      const text = readFileSync(path, "latin1");
      return pieces.some((piece) => text.includes(piece));
    });
}

/** The folder of the program's home and of all that it was asked to write. */
function everything(): string {
  return dirname(operator.world.home);
}

test("a secret in a tag, a name or a path is withheld in every format and in the ledger, and is a finding", async () => {
  const { iam, world } = operator;
  const { id, credentials } = await userWithKey(operator.gateway, iam, "ci");
  const tagged = credentials.secretAccessKey;
  const [named = "", path = ""] = [21, 22].map((seed) => generateMaterial(seed).secret.replaceAll(/[/+]/g, "a"));
  await iam.send(
    new TagUserCommand({
      UserName: "ci",
      Tags: [
        { Key: id, Value: `the build server ${tagged}` },
        { Key: "team", Value: "ops" },
      ],
    }),
  );
  await iam.send(new CreateUserCommand({ UserName: named, Path: `/${path}/` }));
  const reports = FORMATS.flatMap((format) => ["--report", `${format}=reports/audit.${format}`]);
  world.file("reports/here", "");
  const { stdout, stderr } = await operator.run(["audit", "--exact", "--format", "json", ...reports]);
  const told = await operator.run(["report", "audit", "--format", "json", "--output", "reports/again.json"]);
  world.file("reports/streams", [stdout, stderr, told.stdout, told.stderr].join("\n"));
  const { users, findings } = JSON.parse(stdout);
  const found = findings.filter(({ check }: { check: string }) => check === "secret-in-tag");
  expect(found.map(({ severity, accessKeyId }: Record<string, string>) => [severity, accessKeyId])).toEqual([
    ["critical", id],
    ["medium", null],
    ["medium", null],
  ]);
  const tags = users.find(({ userName }: { userName: string }) => userName === "ci").tags;
  expect(tags).toEqual({ [id]: "the build server …", team: "ops" });
  expect(readdirSync(join(world.folder, "reports"))).toHaveLength(FORMATS.length + 3);
  expect(filesShowing(everything(), [id])).toContainEqual(expect.stringMatching(/ledger\.db/));
  expect(filesShowing(everything(), [tagged, named, path])).toEqual([]);
});

test("the name of a found key's owner is screened too", async () => {
  const { iam, world } = operator;
  const name = generateMaterial(23).secret.replaceAll(/[/+]/g, "a");
  const { id } = await userWithKey(operator.gateway, iam, name);
  world.file("found/note", `id: ${id}\n`);
  const { stdout } = await operator.run(["scan", "found", "--identify", "--format", "json"]);
  world.file("said", stdout);
  expect(JSON.parse(stdout).findings[0].owner.userName).toMatch(/^…#[0-9a-f]{8}$/);
  expect(filesShowing(everything(), [name])).toEqual([]);
});
