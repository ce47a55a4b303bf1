import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { getCACertificates, setDefaultCACertificates, TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { smtpLogin } from "../../src/runtime/smtp-login.ts";
import { selfSigned } from "../support/certificate.ts";

const USER = "the-user";
const PASSWORD = "the password of this test";

/** What a server was asked, as `plain` or `encrypted` and the verb; it knows one user, by AUTH PLAIN. */
async function smtpServer({ offersTls = true, isTrusted = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-smtp-"));
  const { certificate, key } = selfSigned(folder, "smtp");
  rmSync(folder, { recursive: true });
  const before = getCACertificates("default");
  if (isTrusted) setDefaultCACertificates([...before, certificate]);
  const heard: string[] = [];

  const converse = (socket: Socket, isEncrypted: boolean): void => {
    const say = (text: string) => socket.write(`${text}\r\n`);
    const lines = createInterface({ input: socket });
    socket.on("error", () => {});
    lines.on("line", (line) => {
      const [verb = "", , given = ""] = line.split(" ");
      heard.push(`${isEncrypted ? "encrypted" : "plain"} ${verb.toUpperCase()}`);
      switch (verb.toUpperCase()) {
        case "EHLO":
          return say(
            isEncrypted ? "250-here\r\n250 AUTH PLAIN" : `250-here\r\n250 ${offersTls ? "STARTTLS" : "AUTH PLAIN"}`,
          );
        case "STARTTLS":
          if (!offersTls) return say("502 what?");
          lines.close();
          socket.removeAllListeners("data");
          say("220 go on");
          return converse(new TLSSocket(socket, { isServer: true, key, cert: certificate }), true);
        case "AUTH":
          return say(
            Buffer.from(given, "base64").toString() === `\0${USER}\0${PASSWORD}` ? "235 welcome" : `535 not ${given}`,
          );
        case "QUIT":
          say("221 bye");
          return socket.end();
        default:
          return say("502 what?");
      }
    });
  };
  const server = createServer((socket) => {
    socket.write("220 here\r\n");
    converse(socket, false);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    setDefaultCACertificates(before);
  });
  return { heard, host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

test("logs in once the line is encrypted, sends nothing and leaves", async () => {
  const { heard, ...server } = await smtpServer();
  await smtpLogin(server, USER, new Secret(PASSWORD));
  expect(heard.filter((line) => !line.endsWith("EHLO") && !line.endsWith("QUIT"))).toEqual([
    "plain STARTTLS",
    "encrypted AUTH",
  ]);
});

test("a password that is not accepted is told by its code", async () => {
  const { heard: _, ...server } = await smtpServer();
  await expect(smtpLogin(server, USER, new Secret("another"))).rejects.toMatchObject({ responseCode: 535 });
});

test.each([
  ["does not encrypt", { offersTls: false }, /STARTTLS/],
  ["nobody vouches for", { isTrusted: false }, /self-signed/],
])("a server that %s hears no password", async (_, options, words) => {
  const { heard, ...server } = await smtpServer(options);
  await expect(smtpLogin(server, USER, new Secret(PASSWORD))).rejects.toThrow(words);
  expect(heard.filter((line) => line.endsWith("AUTH"))).toEqual([]);
});
