import type { Span } from "./candidates.ts";

const SIGNED_V4 =
  /[?&]X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Security-Token|Signature)=[^\s"'<>\\]{0,4000}/gi;
const SIGNED_V2 = /[?&](?:AWSAccessKeyId|Expires|Signature)=[^\s"'<>\\]{0,2000}/gi;

/** The signed query strings in a text, in order, of both versions of the signature. Only with credential and signature do they count. */
export function presignedUrlsIn(text: string): Span[] {
  return [...queries(text, SIGNED_V4, /X-Amz-Credential=/i), ...queries(text, SIGNED_V2, /AWSAccessKeyId=/i)].sort(
    (a, b) => a.from - b.from,
  );
}

function queries(text: string, pattern: RegExp, credential: RegExp): Span[] {
  return Array.from(text.matchAll(pattern))
    .filter(([query]) => credential.test(query) && /Signature=/i.test(query))
    .map((match) => ({ from: match.index, to: match.index + match[0].length }));
}
