import { isTemporary } from "../../model/access-key-id.ts";
import { tokenPatterns } from "../rules.ts";
import { candidatesIn, type IdCandidate, type SecretCandidate, type Span } from "./candidates.ts";
import type { Detection, DocumentHint } from "./detection.ts";
import { decodeBase64, decodeHexadecimal } from "./embedded.ts";
import { ESCAPE_DECODERS } from "./escapes.ts";
import { type Judge, judgeFor } from "./judge.ts";
import { type Pair, pairUp } from "./pairing.ts";
import { presignedUrlsIn } from "./presigned-url.ts";
import { entropy } from "./randomness.ts";
import { Structure } from "./structure.ts";
import { View } from "./view.ts";

/** How often encodings are taken off each other: JSON in base64 in a Secret in a transcript needs four. */
const MOST_LAYERS = 6;

const DECODERS = [...ESCAPE_DECODERS, decodeBase64, decodeHexadecimal];

/**
 * Finds the credentials in a document, or in a window of one. The search kernel decides whether it is worth calling;
 * the result does not depend on the kernel.
 * @returns one detection a credential and place, by offset.
 */
export function detect(bytes: Uint8Array, hint: DocumentHint): Detection[] {
  const raw = View.ofBytes(bytes);
  const view = decoded(raw);
  const judge = judgeFor(bytes, view, hint);
  // A token may itself be base64, so it is also looked for before anything is decoded.
  const asWritten = view === raw ? [] : tokens(raw, judgeFor(bytes, raw, hint));
  return unique([...accessKeys(view, judge), ...tokens(view, judge), ...asWritten].sort((a, b) => a.offset - b.offset));
}

/** The view with all encodings taken off, layer by layer. */
function decoded(view: View): View {
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const next = DECODERS.reduce((current, decode) => decode(current), view);
    if (next === view) break;
    view = next;
  }
  return view;
}

function accessKeys(view: View, judge: Judge): Detection[] {
  const { ids, secrets, smtpPasswords, sessionTokens } = candidatesIn(view.text);
  const places = [...ids, ...secrets, ...smtpPasswords].map(({ from }) => from).sort((a, b) => a - b);
  const structure = new Structure(view.text, places);
  const urls = presignedUrlsIn(view.text);
  const inUrl = (id: IdCandidate): boolean => urls.some(({ from, to }) => from <= id.from && id.to <= to);
  const free = ids.filter((id) => !inUrl(id));
  const pairs = pairUp(free, secrets, structure);
  const logins = pairUp(
    free.filter(({ id }) => !isTemporary(id)),
    smtpPasswords,
    structure,
  );
  const paired = new Set([...pairs, ...logins].map((pair) => pair.id));
  return [
    ...pairs.map((pair) => judge.pair(pair, isTemporary(pair.id.id) && hasToken(pair, sessionTokens, structure))),
    ...logins.map((login) => judge.smtpLogin(login)),
    ...ids
      .filter((id) => !paired.has(id))
      .map((id) => (inUrl(id) && !isTemporary(id.id) ? judge.presignedUrl(id) : judge.loneId(id))),
    ...loneSecrets(secrets, pairs).map((secret) => judge.loneSecret(secret)),
  ];
}

/** Whether one of the session tokens lies as near to the pair as its halves do to each other, or nearly. */
function hasToken({ id, secret }: Pair, tokens: readonly Span[], structure: Structure): boolean {
  const from = Math.min(id.from, secret.from);
  const to = Math.max(id.to, secret.to);
  return tokens.some((token) => {
    const [start, end] = token.from < from ? [token.to, from] : [Math.min(to, token.from), token.from];
    return !structure.parted(start, end) && structure.distance(start, end) < 50;
  });
}

/** A secret alone counts only where its name says what it is. */
function loneSecrets(secrets: readonly SecretCandidate[], pairs: readonly Pair[]): SecretCandidate[] {
  const paired = new Set(pairs.map((pair) => pair.secret.value));
  return secrets.filter(({ meaning, value }) => meaning === "aws-secret" && !paired.has(value));
}

function tokens(view: View, judge: Judge): Detection[] {
  return tokenPatterns.flatMap(({ rule, pattern, minimumEntropy }) =>
    Array.from(view.text.matchAll(pattern)).flatMap((match) => {
      const secret = match.groups?.secret ?? match[0];
      if (entropy(secret) < minimumEntropy) return [];
      const span = { from: match.index, to: match.index + match[0].length };
      return [judge.token(rule, span, match.groups?.id ?? "", secret)];
    }),
  );
}

/** The same credential at the same place, reached twice. */
function unique(detections: readonly Detection[]): Detection[] {
  const seen = new Set<string>();
  return detections.filter(({ fingerprint, offset }) => {
    const key = `${fingerprint} ${offset}`;
    return !seen.has(key) && seen.add(key);
  });
}
