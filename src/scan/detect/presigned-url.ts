import { lowerBound } from "../lower-bound.ts";
import type { Span } from "./candidates.ts";

/** A signed query string. */
export interface PresignedUrl extends Span {
  /** Until when it works, in milliseconds since 1970; null where it does not say. */
  readonly expiresAt: number | null;
}

const SIGNED_V4 =
  /[?&]X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Security-Token|Signature)=[^\s"'<>\\]{0,4000}/gi;
const SIGNED_V2 = /[?&](?:AWSAccessKeyId|Expires|Signature)=[^\s"'<>\\]{0,2000}/gi;

/** The parameters that name who signed. */
const SIGNER = /(?:AWSAccessKeyId|X-Amz-Credential)=$/i;
const LONGEST_SIGNER = "X-Amz-Credential=".length;

/**
 * Which ids of a text signed a URL, each with that URL: only the value of the parameter that says so. Another id that stands in the
 * same query, or directly behind it, is one like any other.
 */
export function signersIn<Id extends Span>(text: string, ids: readonly Id[]): Map<Id, PresignedUrl> {
  const urls = presignedUrlsIn(text);
  const starts = urls.map(({ from }) => from);
  const signers = new Map<Id, PresignedUrl>();
  for (const id of ids) {
    const url = urls[lowerBound(starts, id.to) - 1];
    if (url === undefined || url.to < id.to) continue;
    if (SIGNER.test(text.slice(Math.max(0, id.from - LONGEST_SIGNER), id.from))) signers.set(id, url);
  }
  return signers;
}

/** The signed query strings in a text, in order, of both versions of the signature. Only with credential and signature do they count. */
function presignedUrlsIn(text: string): PresignedUrl[] {
  return [
    ...queries(text, SIGNED_V4, /X-Amz-Credential=/i, expiryV4),
    ...queries(text, SIGNED_V2, /AWSAccessKeyId=/i, expiryV2),
  ].sort((a, b) => a.from - b.from);
}

function queries(
  text: string,
  pattern: RegExp,
  credential: RegExp,
  expiryOf: (query: string) => number | null,
): PresignedUrl[] {
  return Array.from(text.matchAll(pattern))
    .filter(([query]) => credential.test(query) && /Signature=/i.test(query))
    .map(({ index, 0: query }) => ({ from: index, to: index + query.length, expiresAt: expiryOf(query) }));
}

/** `X-Amz-Date` is when it was signed, `X-Amz-Expires` for how many seconds. */
function expiryV4(query: string): number | null {
  const [, year, month, day, hour, minute, second] =
    /X-Amz-Date=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/i.exec(query) ?? [];
  const seconds = /X-Amz-Expires=(\d{1,7})(?!\d)/i.exec(query)?.[1];
  if (year === undefined || seconds === undefined) return null;
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(signedAt) ? null : signedAt + 1000 * Number(seconds);
}

/** Seconds since 1970. */
function expiryV2(query: string): number | null {
  const seconds = /[?&]Expires=(\d{1,11})(?!\d)/i.exec(query)?.[1];
  return seconds === undefined ? null : 1000 * Number(seconds);
}
