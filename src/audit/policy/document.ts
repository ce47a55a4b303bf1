/** One statement of a policy. An absent list is null: `Action` and `NotAction` exclude each other. */
export interface Statement {
  readonly allow: boolean;
  readonly actions: readonly string[] | null;
  readonly notActions: readonly string[] | null;
  readonly resources: readonly string[] | null;
  readonly notResources: readonly string[] | null;
  readonly conditional: boolean;
}

/** The statements of a document. One that is not understood grants nothing, as IAM would refuse it. */
export function statementsOf(document: string): Statement[] {
  return rawStatements(document).map((statement) => ({
    allow: statement.Effect === "Allow",
    actions: texts(statement.Action),
    notActions: texts(statement.NotAction),
    resources: texts(statement.Resource),
    notResources: texts(statement.NotResource),
    conditional:
      typeof statement.Condition === "object" &&
      statement.Condition !== null &&
      Object.keys(statement.Condition).length > 0,
  }));
}

/** The statements as they are written, for what looks at principals and conditions. */
export function rawStatements(document: string): Readonly<Record<string, unknown>>[] {
  try {
    const { Statement: statements = [] } = JSON.parse(document) as { readonly Statement?: unknown };
    return [statements]
      .flat()
      .filter((statement): statement is Record<string, unknown> => typeof statement === "object" && statement !== null);
  } catch {
    return [];
  }
}

/** A value that may be one text or a list of texts. */
export function texts(value: unknown): string[] | null {
  if (value === undefined) return null;
  return [value].flat().filter((text): text is string => typeof text === "string");
}
