import { expect, test } from "vitest";
import { keyExplanation, ruleExplanation } from "../../src/cli/explain/explanation.ts";
import { refuseNoAccessKey } from "../../src/cli/explain/no-access-key.ts";
import { runExplain } from "../../src/cli/explain/run-explain.ts";
import { wrappedExplanation } from "../../src/cli/explain/wrapped-explanation.ts";
import type { AccessKeyId } from "../../src/model/access-key-id.ts";
import { generateMaterial } from "../support/material.ts";

const { id, temporaryId } = generateMaterial(1);

/** What is wrong with a subject, and what to do, as one text. */
async function refusal(subject: string): Promise<string> {
  // What is refused asks nothing of the world around.
  const context = { stdout: { write: () => true } } as unknown as Parameters<typeof runExplain>[0];
  const flags = { quiet: true, verbose: false } as Parameters<typeof runExplain>[1];
  const { message, hint, code } = await runExplain(context, flags, subject).then(
    () => ({ message: "not refused", hint: "", code: "" }),
    (error: unknown) => error as { message: string; hint: string; code: string },
  );
  return `${code}: ${message}. ${hint}`;
}

test("an access key id does not tell whether its secret was found, so both are explained", () => {
  const text = keyExplanation(id as AccessKeyId, null);
  expect(text).toContain("\naws-access-key-pair (high): A long-term access key id together with its secret");
  expect(text).toContain("\naws-access-key-id (low): A long-term access key id without its secret.");
  const temporary = keyExplanation(temporaryId as AccessKeyId, null);
  expect(temporary).toContain("issued by STS");
  expect(temporary).not.toContain("aws-access-key-");
  expect(ruleExplanation("aws-access-key-id", null)).not.toContain("together with");
});

test("what was meant for an access key id is told what is wrong with it", async () => {
  expect(await refusal(id.toLowerCase())).toBe(
    `usage: an access key id is written in capitals. keysweep explain ${id}`,
  );
  for (const role of [`AROA${"Q3EXAMPLE".padEnd(17, "Z")}`, `aroa${"q".repeat(17)}`])
    expect(await refusal(role)).toBe(
      "usage: an id that begins with AROA is that of a role, and no credential. Access key ids begin with AKIA, ASIA, ABIA, ACCA.",
    );
  for (const wrong of [id.slice(0, -1), `${id}A`, `${id.slice(0, -1)}1`]) {
    expect(await refusal(wrong)).toMatch(
      /^usage: an access key id is AKIA and 16 characters more, of A to Z and 2 to 7/,
    );
    expect(await refusal(wrong)).not.toContain(wrong);
  }
});

test("what is no subject is told what was meant, or which there are", async () => {
  expect(await refusal("key-agee")).toBe('usage: there is no rule and no check "key-agee". Did you mean key-age?');
  expect(await refusal("aws-access-key")).toContain("Did you mean aws-access-key-id?");
  expect(await refusal("nonsense")).toMatch(/The rules are aws-access-key-pair, .* The checks are in docs\/audit\.md/);
});

test("a malformed fingerprint is not looked for", async () => {
  for (const wrong of ["ks1:00", "ks1:", `ks1:${"G".repeat(32)}`])
    expect(await refusal(wrong)).toMatch(/^usage: a FINGERPRINT is ks1: and 32 hexadecimal digits/);
});

test("what is a rule, or like one, is none of those", () => {
  for (const name of ["aws-access-key-id", "appsync-api-key", "aroa-check", "AROA", "anything", ""])
    expect(() => refuseNoAccessKey(name)).not.toThrow();
});

test("on a terminal an explanation keeps to its width, and every command stays whole", () => {
  const width = 72;
  const text = keyExplanation(id as AccessKeyId, "ci-github");
  const lines = wrappedExplanation(text, width).split("\n");
  for (const line of lines.filter((one) => one.length > width)) expect(line).toMatch(/^ *[^ `]*(?:`[^`]*`)?[^ `]*$/);
  expect(lines.join(" ").replace(/ +/g, " ")).toBe(text.replace(/\s+/g, " "));
  for (const [command] of text.matchAll(/`[^`]*`/g)) expect(lines.some((line) => line.includes(command))).toBe(true);
  const step = lines.findIndex((line) => line.startsWith("  2. "));
  expect(lines[step + 1]).toMatch(/^ {5}\S/);
});

test("only a terminal has a width: what reads a pipe gets each step on one line", async () => {
  const written = async (isTTY: boolean): Promise<string> => {
    let text = "";
    const stdout = { isTTY, columns: 72, write: (more: string) => (text += more) };
    const context = { stdout, system: { environment: {} } } as unknown as Parameters<typeof runExplain>[0];
    const flags = { quiet: true, verbose: false, noColor: true } as Parameters<typeof runExplain>[1];
    await runExplain(context, flags, id);
    return text;
  };
  expect(await written(false)).toBe(keyExplanation(id as AccessKeyId, null));
  expect(await written(true)).toBe(wrappedExplanation(keyExplanation(id as AccessKeyId, null), 72));
});
