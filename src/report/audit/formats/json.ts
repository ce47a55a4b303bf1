import { jsonText } from "../../escape.ts";
import type { AuditFormat } from "../audit-format.ts";

/** The report as it is, indented; users and findings one by one, so that a great many are never one text. */
export const json: AuditFormat = {
  name: "json",
  *write({ schema, tool, startedAt, finishedAt, organization, coverage, changes, users, findings, summary }) {
    yield jsonText({ schema, tool, startedAt, finishedAt, organization, coverage, changes }, 2).replace(/\n\}$/, ",\n");
    yield* list("users", users);
    yield* list("findings", findings);
    yield `  "summary": ${indented(jsonText(summary, 2), 2).trimStart()}\n}\n`;
  },
};

function* list(name: string, items: Iterable<unknown>): Generator<string> {
  let first = true;
  yield `  "${name}": [`;
  for (const item of items) {
    yield `${first ? "" : ","}\n${indented(jsonText(item, 2), 4)}`;
    first = false;
  }
  yield `${first ? "" : "\n  "}],\n`;
}

function indented(text: string, by: number): string {
  return text.replace(/^/gm, " ".repeat(by));
}
