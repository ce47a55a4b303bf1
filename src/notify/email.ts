import { KeysweepError } from "../model/error.ts";
import type { Secret } from "../model/secret.ts";
import { type Channel, plainText } from "./notice.ts";

export interface MailServer {
  readonly host: string;
  /** Null: the usual one. */
  readonly port: number | null;
  /** `starttls` refuses a server that does not know it. */
  readonly tls: "starttls" | "implicit" | "none";
  readonly user: string | null;
  readonly password: (() => Promise<Secret>) | null;
}

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
}

const USUAL_PORT = { starttls: 587, implicit: 465, none: 25 } as const;
/** How long the server may take for each step, in milliseconds. */
const PATIENCE_MS = 20_000;

/** E-mail by SMTP. The library is loaded when there is something to send. */
export function emailChannel(
  name: string,
  { host, port, tls, user, password }: MailServer,
  { from, to }: Letter,
): Channel {
  return {
    name,
    async send(notice) {
      const { title, subject } = notice;
      const { createTransport } = await import("nodemailer");
      const auth = user === null || password === null ? {} : { auth: { user, pass: (await password()).reveal() } };
      const transport = createTransport({
        host,
        port: port ?? USUAL_PORT[tls],
        secure: tls === "implicit",
        requireTLS: tls === "starttls",
        ignoreTLS: tls === "none",
        connectionTimeout: PATIENCE_MS,
        greetingTimeout: PATIENCE_MS,
        socketTimeout: PATIENCE_MS,
        // What is in a notice is never a path or an address to fetch from.
        disableFileAccess: true,
        disableUrlAccess: true,
        ...auth,
      });
      try {
        const body = `${plainText(notice)}\n\n${JSON.stringify(subject, null, 2)}\n`;
        await transport.sendMail({ from, to: [...to], subject: title.replace(/\s+/g, " "), text: body });
      } catch (error) {
        const { code = "error", responseCode } = error as { readonly code?: string; readonly responseCode?: number };
        // The server's words may repeat what it was told.
        throw new KeysweepError("target", `${host} did not take the letter (${responseCode ?? code})`);
      } finally {
        transport.close();
      }
    },
  };
}
