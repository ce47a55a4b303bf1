import * as z from "zod/mini";
import type { Secret } from "../../model/secret.ts";
import { targetError } from "./failure.ts";

/** Where a service of the web is; `http://` is refused later, but on this host itself. */
export const address = z.url({ protocol: /^https?$/, error: "must be an address that begins with https://" });

/**
 * A secret as the value of a header, without the newline that a file ends with.
 * @throws KeysweepError `target` when it cannot be one; what would refuse it later would quote it.
 */
export function headerValue(place: string, secret: Secret): string {
  const value = secret.reveal().trim();
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw targetError(place, value === "" ? "its token is empty" : "its token holds what no token does", {
    hint: "Check where the configuration takes the token from.",
    retry: "never",
  });
}
