import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { validateXML } from "xmllint-wasm";
import type { AuditReport } from "../../src/model/audit-report.ts";
import type { ScanReport } from "../../src/model/scan-report.ts";
import { auditFormats } from "../../src/report/audit/audit-formats.ts";
import type { Circumstances } from "../../src/report/format.ts";
import { scanFormats } from "../../src/report/scan/scan-formats.ts";
import { auditOfEverything, auditReport, scanOfEverything, scanReport } from "../support/reports.ts";

const APPEARANCE = { color: false, hyperlinks: false, width: 80, verbose: true };
const CIRCUMSTANCES: Circumstances = {
  fails: ({ allowed, severity }) => allowed === null && severity !== "info",
  folder: "/work",
};

async function scanText(name: (typeof scanFormats.names)[number], report: ScanReport): Promise<string> {
  return [...(await scanFormats.load(name)).write(report, APPEARANCE, CIRCUMSTANCES)].join("");
}

async function auditText(name: (typeof auditFormats.names)[number], report: AuditReport): Promise<string> {
  return [...(await auditFormats.load(name)).write(report, APPEARANCE, CIRCUMSTANCES)].join("");
}

function schemaText(name: string): string {
  return readFileSync(join(import.meta.dirname, "../fixtures/schemas", name), "utf8");
}

/** @param name of a JSON schema; one of draft 04 is read as draft 07, which differs in nothing that it uses. */
function validator(name: string): ValidateFunction {
  const { $schema: _draft, id: _id, self: _self, ...schema } = JSON.parse(schemaText(name)) as Record<string, unknown>;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  return ajv.compile(schema);
}

function errorsIn(text: string, validate: ValidateFunction): ValidateFunction["errors"] {
  validate(JSON.parse(text));
  return validate.errors;
}

/** What is written of everything there is, and of nothing. */
const SCANS = [
  ["of everything", scanOfEverything()],
  ["of nothing", scanReport()],
] as const;
const AUDITS = [
  ["of everything", auditOfEverything()],
  ["of nothing", auditReport([])],
] as const;

describe("SARIF is valid", () => {
  const validate = validator("sarif-2.1.0.json");
  test.each(SCANS)("a scan %s", async (_, report) =>
    expect(errorsIn(await scanText("sarif", report), validate)).toBeNull(),
  );
  test.each(AUDITS)("an audit %s", async (_, report) =>
    expect(errorsIn(await auditText("sarif", report), validate)).toBeNull(),
  );
});

describe("GitLab's report is valid", () => {
  const validate = validator("gitlab-secret-detection-15.2.1.json");
  test.each(SCANS)("a scan %s", async (_, report) =>
    expect(errorsIn(await scanText("gitlab", report), validate)).toBeNull(),
  );
});

describe("OCSF is valid", () => {
  const validate = validator("ocsf-1.8.0-compliance-finding.json");
  test.each(AUDITS)("an audit %s", async (_, report) =>
    expect(errorsIn(await auditText("ocsf", report), validate)).toBeNull(),
  );
});

describe("ASFF is valid", () => {
  const validate = validator("asff.json");
  test.each(AUDITS)("an audit %s", async (_, report) =>
    expect(errorsIn(await auditText("asff", report), validate)).toBeNull(),
  );
});

describe("JUnit's XML is valid", () => {
  async function xmlErrors(xml: string): Promise<readonly string[]> {
    const { errors } = await validateXML({
      xml: [{ fileName: "report.xml", contents: xml }],
      schema: [schemaText("junit-10.xsd")],
    });
    return errors.map(({ rawMessage }) => rawMessage);
  }
  test.each(SCANS)("a scan %s", async (_, report) =>
    expect(await xmlErrors(await scanText("junit", report))).toEqual([]),
  );
  test.each(AUDITS)("an audit %s", async (_, report) =>
    expect(await xmlErrors(await auditText("junit", report))).toEqual([]),
  );
});
