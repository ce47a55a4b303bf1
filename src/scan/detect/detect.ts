import { isTemporary } from "../../model/access-key-id.ts";
import { lowerBound } from "../lower-bound.ts";
import { tokenPatterns } from "../rules.ts";
import {
  type Candidates,
  candidatesIn,
  type IdCandidate,
  SECRET_CHARACTERS,
  type SecretCandidate,
  type Span,
} from "./candidates.ts";
import type { Detection, DocumentHint } from "./detection.ts";
import { embeddedDecoders } from "./embedded.ts";
import { ESCAPE_DECODERS } from "./escapes.ts";
import { type Judge, judgeFor } from "./judge.ts";
import { type Pair, pairUp } from "./pairing.ts";
import { Positions } from "./positions.ts";
import { signersIn } from "./presigned-url.ts";
import { entropy } from "./randomness.ts";
import { longRuns } from "./runs.ts";
import { Structure } from "./structure.ts";
import { honestWork, UnpackBudget } from "./unpack.ts";
import { View } from "./view.ts";

/** How often encodings are taken off each other: JSON in base64 in a Secret in a transcript needs four. */
const MOST_LAYERS = 6;

/**
 * Finds the credentials in a document, or in a window of one. The search kernel decides whether it is worth calling;
 * the result does not depend on the kernel.
 * @param onCut told where something packed begins that reaches the end of the bytes: it may go on behind them
 * @returns one detection a credential and place, by offset.
 */
export function detect(bytes: Uint8Array, hint: DocumentHint, onCut: (offset: number) => void = () => {}): Detection[] {
  const raw = View.ofBytes(bytes);
  const view = decoded(raw, hint, onCut);
  const positions = new Positions(bytes);
  const judge = judgeFor(positions, view, hint);
  const candidates = candidatesIn(view.text);
  const found = [...accessKeys(view, candidates, judge), ...tokensIn(view, judge)];
  const lost = view === raw ? [] : destroyed(raw, view, candidates, judgeFor(positions, raw, hint));
  return unique([...withoutHalvesOf(lost, found), ...lost].sort((a, b) => a.offset - b.offset));
}

/** Without the lone ids that have their secret among `whole`. */
function withoutHalvesOf(whole: readonly Detection[], found: readonly Detection[]): readonly Detection[] {
  const ids = new Set(whole.flatMap(({ secretDigest, offset }) => (secretDigest === null ? [] : offset)));
  return ids.size === 0 ? found : found.filter(({ secretDigest, offset }) => secretDigest !== null || !ids.has(offset));
}

/** What the detector sees in the bytes as they are written, with nothing decoded. */
export function detectAsWritten(bytes: Uint8Array, hint: DocumentHint): Detection[] {
  const raw = View.ofBytes(bytes);
  const judge = judgeFor(new Positions(bytes), raw, hint);
  return [...accessKeys(raw, candidatesIn(raw.text), judge), ...tokensIn(raw, judge)];
}

/** The text (one character a byte) as the detector reads it: with all encodings taken off. */
export function decodedText(bytes: Uint8Array, hint: DocumentHint): string {
  return decoded(View.ofBytes(bytes), hint, () => {}).text;
}

/** The view with all encodings taken off, layer by layer. */
function decoded(view: View, hint: DocumentHint, onCut: (offset: number) => void): View {
  const work = hint.mostUnpacked ?? honestWork(view.text.length);
  const budget = new UnpackBudget(work, (detail, reason) => hint.leftOut?.(detail, reason));
  const decoders = [...ESCAPE_DECODERS, ...embeddedDecoders(budget, onCut)];
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const next = decoders.reduce((current, decode) => decode(current), view);
    if (next === view) break;
    view = next;
  }
  return view;
}

/** In characters. */
const LONG_WORD = 20;

/** What stood in the document as written and no longer does: decoding may take for encoded what is not. A token may itself be base64. */
function destroyed(raw: View, view: View, found: Candidates, judge: Judge): Detection[] {
  const all = candidatesIn(raw.text);
  const lost = withoutKept(all, raw, view, found);
  const ids = new Set<string>(found.ids.map(({ id }) => id));
  const keys = accessKeys(raw, lost, judge).filter(
    ({ secretDigest, accessKeyId }) => secretDigest !== null || accessKeyId === null || !ids.has(accessKeyId),
  );
  return [...keys, ...tokensIn(raw, judge)];
}

/**
 * Without the secrets that are kept: what overlaps a long word of the decoded text is still there, or is only a piece of its escaped form,
 * unless decoding took its beginning for an escape and left no candidate of it.
 */
function withoutKept(all: Candidates, raw: View, view: View, found: Candidates): Candidates {
  if (all.secrets.length === 0 && all.smtpPasswords.length === 0) return all;
  const kept = longRuns(view.text, SECRET_CHARACTERS, LONG_WORD)
    .map(({ from, to }) => ({ from: view.origin(from), to: view.origin(to - 1) + 1, length: to - from }))
    .sort((a, b) => a.from - b.from);
  const starts = kept.map(({ from }) => from);
  const whole = new Set(
    [...found.secrets, ...found.smtpPasswords].map(({ from, value }) => `${view.origin(from)} ${value}`),
  );
  const isLost = (candidate: SecretCandidate): boolean => {
    if (whole.has(`${candidate.from} ${candidate.value}`)) return false;
    const word = kept[lowerBound(starts, candidate.to) - 1];
    if (word !== undefined && word.to > candidate.from)
      return beginsAsEscape(raw.text, candidate, word.length < candidate.to - candidate.from);
    return isBesideNoEscape(raw.text, candidate) || beginsAsEscape(raw.text, candidate, true);
  };
  return { ...all, secrets: all.secrets.filter(isLost), smtpPasswords: all.smtpPasswords.filter(isLost) };
}

function isBesideNoEscape(text: string, { from, to }: Span): boolean {
  return !/[\\%&]/.test((text[from - 1] ?? "") + (text[to] ?? ""));
}

/**
 * Whether the first characters, and the sign before them, may have been taken for an escape although nothing else there is one: `=4F…`,
 * `%ab…`, `\nab…`. An equals sign never stands for a character of a secret; the others may, and then what is left must be too short for one.
 */
function beginsAsEscape(text: string, { from, to }: Span, isShort: boolean): boolean {
  const start = text.slice(from - 1, from + 5);
  if (isEscape(text.slice(to, to + 3))) return false;
  if (/^=[0-9A-F]{2}/.test(start)) return true;
  return isShort && /^(?:%[0-9A-Fa-f]{2}|\\(?:[nrtbf]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}))/.test(start);
}

function isEscape(text: string): boolean {
  return /^(?:%[0-9A-Fa-f]{2}|[\\&])/.test(text);
}

function accessKeys(view: View, { ids, secrets, smtpPasswords, sessionTokens }: Candidates, judge: Judge): Detection[] {
  if (ids.length === 0) return loneSecrets(secrets, judge);
  const tokens: Tokens = { tokens: sessionTokens, starts: sessionTokens.map(({ from }) => from) };
  const places = [...ids, ...secrets, ...smtpPasswords].map(({ from }) => from).sort((a, b) => a - b);
  const structure = new Structure(view.text, places);
  const signers = signersIn(view.text, ids);
  const [signed, free] = [ids.filter((id) => signers.has(id)), ids.filter((id) => !signers.has(id))];
  const pairs = [true, false].flatMap((genuine) => {
    const first = pairsAmong(free, secrets, tokens, structure, genuine);
    // Whoever writes the secret beside a signed URL tells the whole key, whatever the URL says.
    return [...first, ...pairsAmong(signed, unpaired(secrets, first), tokens, structure, genuine)];
  });
  const longTerm = (id: IdCandidate): boolean => !isTemporary(id.id);
  const firstLogins = pairUp(free.filter(longTerm), smtpPasswords, structure);
  const logins = [...firstLogins, ...pairUp(signed.filter(longTerm), unpaired(smtpPasswords, firstLogins), structure)];
  const paired = new Set([...pairs, ...logins].map((pair) => pair.id));
  return [
    ...pairs.map((pair) => judge.pair(pair, isTemporary(pair.id.id) && hasToken(pair, tokens, structure))),
    ...logins.map((login) => judge.smtpLogin(login)),
    ...ids
      .filter((id) => !paired.has(id))
      .map((id) => {
        const url = signers.get(id);
        return url === undefined || isTemporary(id.id) ? judge.loneId(id) : judge.presignedUrl(id, url.expiresAt);
      }),
    ...loneSecrets(unpaired(secrets, pairs), judge),
  ];
}

/** A secret alone counts only where its name says what it is. */
function loneSecrets(secrets: readonly SecretCandidate[], judge: Judge): Detection[] {
  return secrets.filter(({ meaning }) => meaning === "aws-secret").map((secret) => judge.loneSecret(secret));
}

/**
 * The pairs of genuine halves, or those of placeholders: an example's id never takes a real secret. Nor does a temporary id
 * that has no session token about it, while a long-term one wants the secret.
 */
function pairsAmong(
  ids: readonly IdCandidate[],
  secrets: readonly SecretCandidate[],
  tokens: Tokens,
  structure: Structure,
  genuine: boolean,
): Pair[] {
  const mine = ids.filter(({ isPlaceholder }) => isPlaceholder !== genuine);
  const left = secrets.filter(({ isPlaceholder }) => isPlaceholder !== genuine);
  const isUsable = (id: IdCandidate): boolean => !isTemporary(id.id) || isNear(id, tokens, structure);
  const first = pairUp(mine.filter(isUsable), left, structure);
  const taken = new Set(first.map(({ secret }) => secret));
  return [
    ...first,
    ...pairUp(
      mine.filter((id) => !isUsable(id)),
      left.filter((secret) => !taken.has(secret)),
      structure,
    ),
  ];
}

/** Whether one of the session tokens lies as near to the pair as its halves do to each other, or nearly. */
function hasToken({ id, secret }: Pair, tokens: Tokens, structure: Structure): boolean {
  return isNear({ from: Math.min(id.from, secret.from), to: Math.max(id.to, secret.to) }, tokens, structure);
}

/** Session tokens, in order, and where each begins. */
interface Tokens {
  readonly tokens: readonly Span[];
  readonly starts: readonly number[];
}

/** How many tokens before and behind a span are considered for it. */
const NEAREST_TOKENS = 4;

function isNear({ from, to }: Span, { starts, tokens }: Tokens, structure: Structure): boolean {
  const at = lowerBound(starts, from);
  return tokens.slice(Math.max(0, at - NEAREST_TOKENS), at + NEAREST_TOKENS).some((token) => {
    const [start, end] = token.from < from ? [token.to, from] : [Math.min(to, token.from), token.from];
    return !structure.parted(start, end) && structure.distance(start, end) < 50;
  });
}

/** The secrets that belong to none of the pairs, wherever else they stand. */
function unpaired(secrets: readonly SecretCandidate[], pairs: readonly Pair[]): SecretCandidate[] {
  const paired = new Set(pairs.map((pair) => pair.secret.value));
  return secrets.filter(({ value }) => !paired.has(value));
}

function tokensIn(view: View, judge: Judge): Detection[] {
  return tokenPatterns.flatMap(({ rule, literals, pattern, minimumEntropy }) => {
    if (!literals.some((literal) => view.text.includes(literal))) return [];
    return Array.from(view.text.matchAll(pattern)).flatMap((match) => {
      const secret = match.groups?.secret ?? match[0];
      if (entropy(secret) < minimumEntropy) return [];
      const span = { from: match.index, to: match.index + match[0].length };
      return [judge.token(rule, span, match.groups?.id ?? "", secret)];
    });
  });
}

/** The same credential at the same place, reached twice. */
function unique(detections: readonly Detection[]): Detection[] {
  const seen = new Set<string>();
  return detections.filter(({ fingerprint, offset }) => {
    const key = `${fingerprint} ${offset}`;
    return !seen.has(key) && seen.add(key);
  });
}
