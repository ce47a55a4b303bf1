import { anywhere, pathPattern } from "./glob.ts";
import type { Canaries, Credentials, Locations, Placeholders, Remedies, UseCases } from "./schema.ts";

const HEADER = "// Generated from rules/ by `npm run generate`; do not edit.\n";

const json = (value: unknown): string => JSON.stringify(value);

function lines(entries: readonly string[]): string {
  return entries.map((entry) => `  ${entry},\n`).join("");
}

/** src/generated/rules.ts */
export function rules(credentials: Credentials): string {
  const described = credentials.map(({ name, title, severity, kind, description, references }) =>
    json({ name, title, severity, kind, description, references }),
  );
  const tokens = credentials.flatMap((rule) => (rule.kind === "token" ? [tokenPattern(rule)] : []));
  return `${HEADER}
import type { Severity } from "../model/severity.ts";

/** What a person is told of a rule. */
export interface Rule {
  readonly name: string;
  readonly title: string;
  /** Of what the rule finds, before its place and age are judged. */
  readonly severity: Severity;
  /** An id with its secret, an id alone, a secret alone, or what stands by itself. */
  readonly kind: "pair" | "id" | "secret" | "token";
  readonly description: string;
  readonly references: readonly string[];
}

/** A credential that a regular expression finds by itself. */
export interface TokenPattern {
  readonly rule: string;
  /** Whatever the pattern matches holds one of these. */
  readonly literals: readonly string[];
  /** Global. Its group \`id\` is the public part, \`secret\` the secret part; without that group all of it is secret. */
  readonly pattern: RegExp;
  /** Of the secret part, in bits a character. */
  readonly minimumEntropy: number;
}

export const RULES: readonly Rule[] = [
${lines(described)}];

export const TOKEN_PATTERNS: readonly TokenPattern[] = [
${lines(tokens)}];
`;
}

function tokenPattern({ name, anchors, pattern, entropy }: Token): string {
  const literals = json(anchors.map(({ literal }) => literal));
  return `{ rule: ${json(name)}, literals: ${literals}, pattern: ${new RegExp(pattern, "g")}, minimumEntropy: ${entropy} }`;
}

type Token = Extract<Credentials[number], { kind: "token" }>;

/** src/generated/remedies.ts: steps that several remedies share stand there once. */
export function remedies({ remedies, unidentified }: Remedies): string {
  const steps = remedies.flatMap((remedy) => remedy.steps);
  const shared = [...new Set(steps.filter((step, i) => steps.indexOf(step) !== i))];
  const written = (step: string) => (shared.includes(step) ? `SHARED_${shared.indexOf(step)}` : json(step));
  const entries = remedies.map(
    ({ useCase, title, steps, references }) =>
      `${json(useCase)}: { title: ${json(title)}, steps: [${steps.map(written).join(", ")}], references: ${json(references)} }`,
  );
  return `${HEADER}
import type { UseCaseName } from "./use-cases.ts";

/** The way off a static key; steps name {accountId} and {accessKeyId} where these belong. */
export interface RemedyText {
  readonly title: string;
  readonly steps: readonly string[];
  readonly references: readonly string[];
}

${shared.map((step, i) => `const SHARED_${i} = ${json(step)};\n`).join("")}
export const REMEDIES: Readonly<Record<UseCaseName, RemedyText>> = {
${lines(entries)}};

/** The step before all others where a secret was found and its id was not. */
export const UNIDENTIFIED = ${json(unidentified)};
`;
}

/** src/generated/locations.ts */
export function locations(locations: Locations): string {
  const entries = locations.map(({ id, systems, globs, what, useCase }) =>
    json({ id, systems: systems === "all" ? ["linux", "macos", "windows"] : systems, globs, what, useCase }),
  );
  return `${HEADER}
import type { UseCaseName } from "./use-cases.ts";

export type System = "linux" | "macos" | "windows";

/** A place where keys lie. */
export interface Location {
  readonly id: string;
  readonly systems: readonly System[];
  /** \`~/…\` in a home directory, \`/…\`, \`C:/…\` and \`$VARIABLE…\` where they say, \`**\` and a slash anywhere. */
  readonly globs: readonly string[];
  readonly what: string;
  readonly useCase: UseCaseName;
}

export const LOCATIONS: readonly Location[] = [
${lines(entries)}];
`;
}

/** src/generated/use-cases.ts: what comes first, then the locations, then the rest, as one list. */
export function useCases({ first, otherwise }: UseCases, locations: Locations, { remedies }: Remedies): string {
  const located = locations.map(({ useCase, globs }) => useCaseRule({ useCase, path: globs }));
  const ordered = [...first.map(useCaseRule), ...located, ...otherwise.map(useCaseRule)].filter(
    (rule) => rule !== null,
  );
  return `${HEADER}
/** What keys are used for, as far as keysweep tells uses apart. */
export const USE_CASES = ${json(remedies.map(({ useCase }) => useCase))} as const;

export type UseCaseName = (typeof USE_CASES)[number];

/** One way to tell a use: each condition that is not null must hold. */
export interface UseCaseRule {
  readonly useCase: UseCaseName;
  readonly rules: readonly string[] | null;
  readonly temporary: boolean | null;
  readonly kinds: readonly ("file" | "process" | "environment" | "stdin")[] | null;
  /** Of a path with forward slashes. */
  readonly path: RegExp | null;
  readonly text: RegExp | null;
}

/** In order: the first that holds decides. A function, so that nothing is compiled before the first finding. */
export function useCaseRules(): readonly UseCaseRule[] {
  return [
${lines(ordered)}  ];
}
`;
}

function useCaseRule({
  useCase,
  rule,
  temporary,
  kind,
  path,
  text,
}: Partial<UseCases["first"][number]>): string | null {
  const globs = path?.map(anywhere).filter((glob) => glob !== null);
  if (globs?.length === 0) return null;
  const fields = {
    useCase: json(useCase),
    rules: json(rule ?? null),
    temporary: json(temporary ?? null),
    kinds: json(kind ?? null),
    path: globs === undefined ? "null" : String(pathPattern(globs)),
    text: text === undefined ? "null" : String(new RegExp(text.join("|"), "im")),
  };
  return `{ ${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ")} }`;
}

/** src/generated/canaries.ts */
export function canaries(canaries: Canaries): string {
  return `${HEADER}
/** Accounts of decoy keys, with who lays them. */
export const CANARY_ACCOUNTS: ReadonlyMap<string, string> = new Map([
${lines(canaries.map(({ accountId, vendor }) => json([accountId, vendor])))}]);
`;
}

/** src/generated/placeholders.ts */
export function placeholders({ fragments, ids, secrets }: Placeholders): string {
  return `${HEADER}
/** How to tell what nobody issued: any pattern holds, a run of characters each one above the last, or few different ones. */
export interface PlaceholderRules {
  readonly patterns: readonly RegExp[];
  readonly ascending: number;
  readonly fewerThan: number;
}

export const PLACEHOLDER_IDS: PlaceholderRules = ${placeholderRules(ids, fragments)};

export const PLACEHOLDER_SECRETS: PlaceholderRules = ${placeholderRules(secrets, fragments.flatMap(casings))};
`;
}

function placeholderRules(entries: Placeholders["ids"], fragments: readonly string[]): string {
  const patterns = entries.flatMap((entry) =>
    "pattern" in entry
      ? [new RegExp(entry.pattern.replaceAll("{fragments}", fragments.join("|")), entry.ignoreCase === true ? "i" : "")]
      : [],
  );
  const ascending = Math.min(...entries.flatMap((entry) => ("ascending" in entry ? [entry.ascending] : [])));
  const fewerThan = Math.max(...entries.flatMap((entry) => ("fewerThan" in entry ? [entry.fewerThan] : [])));
  return `{ patterns: [${patterns.join(", ")}], ascending: ${ascending}, fewerThan: ${fewerThan} }`;
}

/** FAKE, fake and Fake: without regard to case there would be sixteen, and chance would make them four times as often. */
function casings(word: string): string[] {
  return [word, word.toLowerCase(), word.charAt(0) + word.slice(1).toLowerCase()];
}

const PAGE_HEADER = "<!-- Generated from rules/ by `npm run generate`; do not edit. -->\n";

/** docs/rules.md */
export function rulesPage(credentials: Credentials): string {
  const rows = credentials.map(
    ({ name, title, severity, description, references }) =>
      `| \`${name}\` | ${severity} | ${title} | ${description.replaceAll("|", "\\|")} ${references.map((url, i) => `[${i + 1}](${url})`).join(" ")} |`,
  );
  return `${PAGE_HEADER}
# What keysweep finds

A severity is what a finding of the rule has where nothing speaks against it: documentation keys and placeholders are \`info\`, temporary
credentials without their token or long after their session are \`info\` too. \`keysweep explain RULE\` tells the same on a terminal.
What to do about a key depends on its use: [remedies](remedies.md).

| rule | severity | what | why it matters |
|---|---|---|---|
${rows.join("\n")}
`;
}

/** docs/remedies.md */
export function remediesPage({ remedies }: Remedies): string {
  const sections = remedies.map(({ useCase, title, steps, references }) => {
    const numbered = steps.map((step, i) => `${i + 1}. ${markdown(step)}`);
    return `## ${useCase}: ${markdown(title)}\n\n${numbered.join("\n")}\n\nRead more: ${references.map((url) => `<${url}>`).join(", ")}\n`;
  });
  return `${PAGE_HEADER}
# The way off a static key, for each use

keysweep tells what a key is used for from where it lies and from what stands around it (rules/use-cases.yaml, rules/locations.yaml). A
finding carries the steps of its use, with account and key filled in for {accountId} and {accessKeyId}; what is yours to put in stands in capitals.

${sections.join("\n")}`;
}

/** A step as Markdown: policies as code, and nothing outside code taken for emphasis or HTML. */
function markdown(text: string): string {
  return text
    .split(/(`[^`]*`|\{"Version".*?\}\]\})/)
    .map((part) =>
      part.startsWith('{"') ? `\`${part}\`` : part.startsWith("`") ? part : part.replace(/[*_<]/g, "\\$&"),
    )
    .join("");
}
