import { anywhere, pathPattern } from "./glob.ts";
import type { RulesFile } from "./read.ts";
import type { Canaries, Credentials, Locations, Placeholders, Remedies, UseCases } from "./schema.ts";

/** All that rules/ says. */
export interface Rules {
  readonly credentials: RulesFile<Credentials>;
  readonly remedies: RulesFile<Remedies>;
  readonly locations: RulesFile<Locations>;
  readonly useCases: RulesFile<UseCases>;
  readonly canaries: RulesFile<Canaries>;
  readonly placeholders: RulesFile<Placeholders>;
}

/** What a remedy's steps may name in braces. */
export const PARAMETERS = ["accountId", "accessKeyId"] as const;

/**
 * Checks what the files say of each other.
 * @throws Error that names file, line and place of the first fault, and what would be right.
 */
export function checkRules({ credentials, remedies, locations, useCases, canaries, placeholders }: Rules): void {
  unique(credentials, credentials.content, "name");
  credentials.content.forEach((rule, i) => {
    if (rule.kind === "token") hasPlainAnchors(credentials, rule.anchors, i);
  });
  unique(locations, locations.content, "id");
  unique(canaries, canaries.content, "accountId");
  const known = remedies.content.remedies.map(({ useCase }) => useCase);
  known.forEach((useCase, i) => {
    if (known.indexOf(useCase) !== i)
      throw remedies.fault(["remedies", i, "useCase"], `${useCase} has a remedy already`);
  });
  remedies.content.remedies.forEach(({ steps }, i) =>
    steps.forEach((step, j) => parametersOf(step, ["remedies", i, "steps", j])),
  );
  parametersOf(remedies.content.unidentified, ["unidentified"]);

  locations.content.forEach(({ useCase, globs }, i) => {
    isKnown(locations, [i, "useCase"], useCase, known, "use case");
    globs.forEach((glob, j) => compiles(locations, [i, "globs", j], glob));
  });
  const rules = credentials.content.map(({ name }) => name);
  for (const list of ["first", "otherwise"] as const) {
    useCases.content[list].forEach(({ useCase, rule = [], path = [] }, i) => {
      isKnown(useCases, [list, i, "useCase"], useCase, known, "use case");
      rule.forEach((name, j) => isKnown(useCases, [list, i, "rule", j], name, rules, "rule"));
      path.forEach((glob, j) => compiles(useCases, [list, i, "path", j], glob));
    });
  }
  for (const list of ["ids", "secrets"] as const) {
    const total = placeholders.content[list].reduce((sum, { odds }) => sum + odds, 0);
    if (total > 1e-6) throw placeholders.fault([list], `the odds add up to ${total.toExponential(1)}: at most 1e-6`);
  }

  function parametersOf(step: string, path: readonly PropertyKey[]): void {
    for (const [, parameter = ""] of step.matchAll(/\{([a-z][A-Za-z]*)\}/g)) {
      isKnown(remedies, path, parameter, PARAMETERS, "parameter");
    }
  }
}

function unique<T>(file: RulesFile<unknown>, entries: readonly T[], key: keyof T): void {
  const seen = new Set<unknown>();
  entries.forEach((entry, i) => {
    if (seen.has(entry[key])) throw file.fault([i, key], `${String(entry[key])} stands here twice`);
    seen.add(entry[key]);
  });
}

/** The detector runs a token's pattern only where the literal of an anchor stands just as it is written. */
function hasPlainAnchors(file: RulesFile<unknown>, anchors: Credentials[number]["anchors"], rule: number): void {
  if (anchors.length === 0) throw file.fault([rule, "anchors"], "a token has at least one anchor");
  const folded = anchors.findIndex(({ foldCase }) => foldCase === true);
  if (folded >= 0) throw file.fault([rule, "anchors", folded, "foldCase"], "an anchor of a token tells its case");
}

function isKnown(
  file: RulesFile<unknown>,
  path: readonly PropertyKey[],
  word: string,
  known: readonly string[],
  what: string,
): void {
  if (!known.includes(word)) throw file.fault(path, `unknown ${what} ${word}; there are ${known.join(", ")}`);
}

function compiles(file: RulesFile<unknown>, path: readonly PropertyKey[], glob: string): void {
  try {
    const pattern = anywhere(glob);
    if (pattern !== null) pathPattern([pattern]);
  } catch (error) {
    throw file.fault(path, (error as Error).message);
  }
}
