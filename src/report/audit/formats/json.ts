import { jsonText } from "../../escape.ts";
import { indented, jsonListField } from "../../json-pieces.ts";
import type { AuditFormat } from "../audit-format.ts";

/** The report as it is, indented; users and findings one by one, so that a great many are never one text. */
export const json: AuditFormat = {
  name: "json",
  *write({ schema, tool, startedAt, finishedAt, organization, coverage, changes, users, findings, summary }) {
    yield jsonText({ schema, tool, startedAt, finishedAt, organization, coverage, changes }, 2).replace(/\n\}$/, ",\n");
    yield* jsonListField("users", users);
    yield* jsonListField("findings", findings);
    yield `  "summary": ${indented(jsonText(summary, 2), 2).trimStart()}\n}\n`;
  },
};
