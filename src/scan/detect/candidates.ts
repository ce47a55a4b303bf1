import { type AccessKeyId, accessKeyId } from "../../model/access-key-id.ts";
import { isPlaceholderId, isPlaceholderSecret } from "../placeholder.ts";
import { Columns } from "./columns.ts";
import { distinction, type Meaning, meaningOf, type Name, type NameForm, nameOf } from "./names.ts";
import { looksRandom, notASecret } from "./randomness.ts";
import { lettersDigitsAnd, longRuns } from "./runs.ts";

/** A span of a text, half-open. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the text around a candidate says of it. */
interface Circumstances {
  /** What its name has beyond the words that every half of a key bears. */
  readonly distinction: string;
  /** Where the list begins that it is on, as in `["…", "…"]`; alone on its list: where it begins itself. */
  readonly list: number;
  readonly form: NameForm;
}

export interface IdCandidate extends Span, Circumstances {
  readonly id: AccessKeyId;
  /** Whether nobody ever issued it. */
  readonly isPlaceholder: boolean;
}

export interface SecretCandidate extends Span, Circumstances {
  /** What stands there, so what would have to be kept secret. */
  readonly value: string;
  readonly meaning: Meaning;
  /** Whether nobody ever issued it. */
  readonly isPlaceholder: boolean;
}

export interface Candidates {
  readonly ids: readonly IdCandidate[];
  /** 40 characters: secret access keys. */
  readonly secrets: readonly SecretCandidate[];
  /** 44 characters that begin with the version byte of SES. */
  readonly smtpPasswords: readonly SecretCandidate[];
  readonly sessionTokens: readonly Span[];
}

/** The parts that are not letters or digits may stand directly before an id: `/`, `_`, a quote. */
const ID = /(?<![A-Za-z0-9])A(?:KI|SI|BI|CC)A[A-Z2-7]{16}(?=[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])|(?![A-Za-z0-9]))/g;
/** In a database's pages values stand side by side with nothing between. */
const GLUED_ID = /(?<![A-Z0-9])A(?:KI|SI)A[A-Z2-7]{16}(?=[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])|(?![A-Za-z0-9]))/g;

/** What the characters of a secret are drawn from. */
export const SECRET_CHARACTERS = lettersDigitsAnd("+/");
const SECRET_LENGTH = 40;
const SMTP_PASSWORD_LENGTH = 44;
/** A secret that its id touches, or that only a slash parts from it. */
const TOUCHING_SECRET = /(?<=A(?:KI|SI)A[A-Z2-7]{16}\/?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/y;
const SESSION_TOKEN = /(?<![A-Za-z0-9/+=])(?:IQoJ|FwoG|FQoG|FQoD|AQoD|AgoJ|AQoJ)[A-Za-z0-9/+=_-]{80,}/g;
const NAMED_TOKEN =
  /(?:session|security)[_.\s-]?token["'\])}]{0,3}\s{0,8}(?:=>|[:=,>|]|\s)\s{0,40}["'`(]{0,3}([A-Za-z0-9/+=_-]{100,})/gi;

/** Whatever in a text has the shape of one of the parts of AWS credentials, in order. */
export function candidatesIn(text: string): Candidates {
  const binary = text.includes("\0");
  const bareIds = spans(text, binary ? GLUED_ID : ID);
  const words = longRuns(text, SECRET_CHARACTERS, SECRET_LENGTH).filter(({ to }) => text[to] !== "=");
  const bareSecrets = uniqueByStart([
    ...ofLength(words, SECRET_LENGTH),
    ...bareIds.flatMap(({ to }) => touching(text, to)),
  ]);
  const barePasswords = ofLength(words, SMTP_PASSWORD_LENGTH).filter(({ from }) =>
    /^B[A-P]/.test(text.slice(from, from + 2)),
  );
  const values = [...bareIds, ...bareSecrets, ...barePasswords].sort((a, b) => a.from - b.from);
  const contexts = contextsOf(text, values);
  const inContext = (span: Span): Context => contexts.get(span.from) ?? { name: null, list: span.from };
  return {
    ids: bareIds.flatMap((span) => {
      const id = accessKeyId(text.slice(span.from, span.to));
      const { name, list } = inContext(span);
      if (id === null) return [];
      const circumstances = { list, form: name?.form ?? "beside", distinction: distinctionOf(name) };
      return [{ ...span, id, isPlaceholder: isPlaceholderId(id), ...circumstances }];
    }),
    secrets: bareSecrets
      .map((span) => candidate(text, span, inContext(span)))
      .filter(plausibleSecret)
      .map(judged),
    smtpPasswords: barePasswords
      .map((span) => candidate(text, span, inContext(span)))
      .filter(({ value, meaning }) => meaning !== "other" && looksRandom(value))
      .map(judged),
    // Nothing is made of a session token by itself.
    sessionTokens: bareIds.length === 0 ? [] : sessionTokensIn(text),
  };
}

interface Context {
  readonly name: Name | null;
  readonly list: number;
}

const LIST_SEPARATOR = /^["'`]?\s*[,;]?\s*["'`]?$/;

function columnContext(columns: Columns, { from }: Span): Context | null {
  const column = columns.nameAt(from);
  return column === null ? null : { name: { text: column, form: "assigned" }, list: from };
}

/** By where each value begins, its name and its list; all values of one list have the name of the first. */
function contextsOf(text: string, values: readonly Span[]): Map<number, Context> {
  const contexts = new Map<number, Context>();
  if (values.length === 0) return contexts;
  const columns = new Columns(text);
  let before: Span = { from: 0, to: 0 };
  for (const value of values) {
    if (contexts.has(value.from)) continue;
    const sameSort = value.to - value.from === before.to - before.from;
    const listed =
      sameSort && LIST_SEPARATOR.test(text.slice(before.to, value.from)) ? contexts.get(before.from) : undefined;
    contexts.set(
      value.from,
      columnContext(columns, value) ??
        listed ?? { name: nameOf(text, value.from, value.to, before.to), list: value.from },
    );
    if (value.to > before.to) before = value;
  }
  return contexts;
}

function sessionTokensIn(text: string): Span[] {
  const named = [...text.matchAll(NAMED_TOKEN)].map((match) => {
    const to = match.index + match[0].length;
    return { from: to - (match[1]?.length ?? 0), to };
  });
  return uniqueByStart([...spans(text, SESSION_TOKEN), ...named]);
}

/** The secret that begins where an id ends, or behind a slash there. */
function touching(text: string, end: number): Span[] {
  return [end, end + 1].flatMap((from) => {
    TOUCHING_SECRET.lastIndex = from;
    return TOUCHING_SECRET.test(text) ? [{ from, to: TOUCHING_SECRET.lastIndex }] : [];
  });
}

type Unjudged = Omit<SecretCandidate, "isPlaceholder">;

function judged(candidate: Unjudged): SecretCandidate {
  return { ...candidate, isPlaceholder: isPlaceholderSecret(candidate.value) };
}

function candidate(text: string, span: Span, { name, list }: Context): Unjudged {
  return {
    ...span,
    value: text.slice(span.from, span.to),
    meaning: meaningOf(name),
    distinction: distinctionOf(name),
    list,
    form: name?.form ?? "beside",
  };
}

/** The better the name, the less is asked of the value. */
function plausibleSecret({ value, meaning }: Unjudged): boolean {
  if (notASecret(value)) return false;
  switch (meaning) {
    case "aws-secret":
    case "secret":
      return true;
    case "perhaps":
    case "unnamed":
      return looksRandom(value);
    case "other":
      return false;
  }
}

function distinctionOf(name: Name | null): string {
  return name !== null && (name.form !== "beside" || /key|secret/i.test(name.text)) ? distinction(name.text) : "";
}

function spans(text: string, pattern: RegExp): Span[] {
  return Array.from(text.matchAll(pattern), (match) => ({ from: match.index, to: match.index + match[0].length }));
}

function ofLength(all: readonly Span[], length: number): readonly Span[] {
  return all.filter(({ from, to }) => to - from === length);
}

function uniqueByStart(all: readonly Span[]): Span[] {
  const byStart = new Map(all.map((span) => [span.from, span]));
  return [...byStart.values()].sort((a, b) => a.from - b.from);
}
