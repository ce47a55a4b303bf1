import { createHash } from "node:crypto";
import { appendFileSync, linkSync, readFileSync, renameSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { ReportText } from "../../src/cli/written-report.ts";
import { MIGRATIONS } from "../../src/generated/migrations.ts";
import { Connection } from "../../src/ledger/sqlite/connection.ts";
import { migrate } from "../../src/ledger/sqlite/migrate.ts";
import { SqliteWrittenReports } from "../../src/ledger/sqlite/sqlite-written-reports.ts";
import type { WrittenReport } from "../../src/model/written-report.ts";
import { keyFile, meddledWith, search, sharedDocuments, temporaryTree } from "../support/disk/searching.ts";

/** A file as what was noted of it, as it is now. */
function noted(path: string): WrittenReport {
  const content = readFileSync(path);
  return { path, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
}

function flipLastByte(path: string): void {
  const content = readFileSync(path);
  content[content.length - 1] = (content.at(-1) ?? 0) ^ 1;
  writeFileSync(path, content);
}

const LEFT_OUT = { by: "keysweep", pattern: "reports that it wrote, as it wrote them" };

test("a report is left out as it was written, and counted", async () => {
  const root = temporaryTree({ "reports/scan.json": keyFile(1), "reports/old.json": keyFile(2), other: keyFile(3) });
  const ownReports = ["scan.json", "old.json"].map((name) => noted(join(root, "reports", name)));
  const { found, files, excluded } = await search([root], { ownReports });
  expect({ found, files, excluded }).toEqual({
    found: [join(root, "other")],
    files: 1,
    excluded: [{ ...LEFT_OUT, count: 2 }],
  });
});

test.each<[string, (path: string) => string]>([
  [
    "is a byte longer",
    (path) => {
      appendFileSync(path, "\n");
      return path;
    },
  ],
  [
    "has another last byte",
    (path) => {
      flipLastByte(path);
      return path;
    },
  ],
  [
    "was moved",
    (path) => {
      renameSync(path, `${path}.old`);
      return `${path}.old`;
    },
  ],
])("a report that %s is scanned as any other file", async (_, change) => {
  const root = temporaryTree({ "scan.json": keyFile() });
  const path = join(root, "scan.json");
  const ownReports = [noted(path)];
  const now = change(path);
  expect(await search([root], { ownReports })).toMatchObject({ found: [now], excluded: [] });
});

test("the same content elsewhere, and another name of the file, are scanned", async () => {
  const root = temporaryTree({ "scan.json": keyFile(), "copy/scan.json": keyFile() });
  const path = join(root, "scan.json");
  linkSync(path, join(root, "linked.json"));
  const { found, excluded } = await search([root], { ownReports: [noted(path)] });
  expect(found).toEqual([join(root, "copy/scan.json"), join(root, "linked.json")]);
  expect(excluded).toEqual([{ ...LEFT_OUT, count: 1 }]);
});

test("a link in a report's place is met as a link, and what it leads to is scanned", async () => {
  const root = temporaryTree({ "scan.json": keyFile() });
  const path = join(root, "scan.json");
  const ownReports = [noted(path)];
  renameSync(path, join(root, "moved.json"));
  symlinkSync("moved.json", path);
  expect(await search([root], { ownReports })).toMatchObject({ found: [join(root, "moved.json")], excluded: [] });
});

test("a report that is named itself is scanned", async () => {
  const root = temporaryTree({ "scan.json": keyFile() });
  const path = join(root, "scan.json");
  expect(await search([path], { ownReports: [noted(path)] })).toMatchObject({ found: [path], excluded: [] });
});

test("a report whose size and beginning are right is read to its end before it is left out", async () => {
  const root = temporaryTree({ "scan.json": `${" ".repeat(200_000)}\n` });
  const path = join(root, "scan.json");
  const ownReports = [noted(path)];
  truncateSync(path, 200_001 - keyFile().length);
  appendFileSync(path, keyFile());
  expect(await search([root], { ownReports })).toMatchObject({ found: [path], excluded: [] });
});

test("threads leave reports out, too, and count them together", async () => {
  const files: Record<string, string> = {};
  for (let i = 0; i < 400; i++) files[`${i % 40}/${i}`] = i % 10 === 0 ? keyFile(i) : `file ${i}\n`;
  const root = temporaryTree(files);
  const ownReports = Object.keys(files)
    .filter((name) => Number(basename(name)) % 10 === 0)
    .map((name) => noted(join(root, name)));
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const documents = meddledWith(sharedDocuments(), () => Atomics.wait(cell, 0, 0, 1));
  const { found, files: read, excluded } = await search([root], { ownReports, documents, threads: 4, aloneMs: 0 });
  expect({ found, read, excluded }).toEqual({ found: [], read: 360, excluded: [{ ...LEFT_OUT, count: 40 }] });
});

test("what was written is told by what lies there", async () => {
  const root = temporaryTree({ "report.json": "ä\ud800\n{}" });
  const path = join(root, "report.json");
  const text = new ReportText(["ä\ud800", "\n{}"]);
  expect([...text].join("")).toBe("ä\ud800\n{}");
  expect(await text.asWrittenTo(path)).toEqual(noted(path));
});

test("the file behind a link is told, without links in its path", async () => {
  const root = temporaryTree({ "real/report.json": "{}" });
  symlinkSync("real", join(root, "folder"));
  symlinkSync("report.json", join(root, "real/link.json"));
  const text = new ReportText(["{}"]);
  expect([...text]).toEqual(["{}"]);
  const real = join(root, "real/report.json");
  expect(await text.asWrittenTo(join(root, "folder/link.json"))).toEqual(noted(real));
});

test("nothing is told of what is no file, is gone, holds more, or has a name that could be a secret", async () => {
  const secret = keyFile().split(" = ")[2]?.trim().replaceAll("/", "_") ?? "";
  const root = temporaryTree({ more: "{}{}", [`aws_secret_access_key=${secret}`]: "{}" });
  for (const path of ["/dev/null", join(root, "gone"), join(root, "more"), root]) {
    const text = new ReportText(["{}"]);
    expect([...text]).toEqual(["{}"]);
    expect([path, await text.asWrittenTo(path)]).toEqual([path, null]);
  }
  const text = new ReportText(["{}"]);
  expect([...text]).toEqual(["{}"]);
  const named = await text.asWrittenTo(join(root, `aws_secret_access_key=${secret}`));
  expect(named === null, "a name with a secret is kept").toBe(true);
});

test("a ledger keeps the last reports, each path once", () => {
  const root = temporaryTree({ "ledger.db": "" });
  const connection = new Connection(join(root, "ledger.db"));
  migrate(connection, MIGRATIONS);
  const reports = new SqliteWrittenReports(connection, 3);
  const report = (name: string, bytes = 1): WrittenReport => ({ path: `/${name}`, bytes, sha256: name });
  for (const name of ["a", "b", "c", "b"]) reports.note(report(name, 2));
  expect(reports.all()).toEqual([report("a", 2), report("c", 2), report("b", 2)]);
  reports.note(report("b", 5));
  reports.note(report("d"));
  expect(reports.all()).toEqual([report("c", 2), report("b", 5), report("d")]);
  connection.close();
});
