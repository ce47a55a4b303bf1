import type { Secret } from "../model/secret.ts";

/** How long the server may take for each step, in milliseconds. */
const PATIENCE_MS = 20_000;

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
}

/** Logs in with a name and a password, by STARTTLS, and leaves: nothing is sent. Rejects with what nodemailer says. */
export async function smtpLogin(server: SmtpServer, user: string, password: Secret): Promise<void> {
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({
    ...server,
    requireTLS: true,
    auth: { user, pass: password.reveal() },
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  });
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}
