import { KeysweepError } from "../model/error.ts";

/** This host itself, as a URL names it; all of 127.0.0.0/8 never leaves it (RFC 6890). */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * Nothing that hands out secrets goes over the wire in plain text; what does not leave this host goes over none.
 * @throws KeysweepError `target`, `never`, for another address than `https://…` or one of this host.
 */
export function refusePlainText({ protocol, hostname, host }: URL): void {
  if (protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname))) return;
  throw new KeysweepError("target", `${host} would be spoken to without encryption`, {
    hint: "Name it by an address that begins with https://.",
    retry: "never",
  });
}
