import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { answerText, fetchCarefully } from "../../src/runtime/web.ts";

let server: Server;
let answer: RequestListener;
let paths: (string | undefined)[];
beforeEach(async () => {
  paths = [];
  server = createServer((request, response) => {
    paths.push(request.url);
    answer(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function url(path = "/"): URL {
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
}

describe("a request", () => {
  test.each([
    "http://example.com/",
    "http://127.0.0.1.example.com/",
    "http://10.0.0.1/",
    "ftp://example.com/",
    "file:///etc/passwd",
  ])("is not made in plain text to another host: %s", async (address) => {
    await expect(fetchCarefully(new URL(address))).rejects.toMatchObject({ code: "target", retry: "never" });
  });

  test("is answered, by this host without encryption too", async () => {
    answer = (_, response) => response.end("told");
    expect(await answerText(await fetchCarefully(url()))).toBe("told");
  });

  test("is not made again where an answer points to", async () => {
    answer = (_, response) => response.writeHead(307, { location: "/elsewhere" }).end();
    const response = await fetchCarefully(url("/first"), { method: "POST", body: "secret" });
    expect(response.status).toBe(307);
    expect(paths).toEqual(["/first"]);
  });

  test("that nobody answers may have had its effect; the error names the host and nothing of the address", async () => {
    answer = (request) => request.socket.destroy();
    const { host } = url();
    const error: unknown = await fetchCarefully(url("/path?token=1")).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "target", retry: "outcome-unknown", message: expect.stringContaining(host) });
    expect(String(error)).not.toMatch(/token|path/);
  });

  test("ends when that is said", async () => {
    answer = () => {};
    const abort = new AbortController();
    const asked = fetchCarefully(url(), { signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toThrow("aborted");
  });
});

describe("an answer", () => {
  test("is read to a length, and no further", async () => {
    answer = (_, response) => response.end("x".repeat(100));
    expect(await answerText(await fetchCarefully(url()), 100)).toBe("x".repeat(100));
    const longer = answerText(await fetchCarefully(url()), 99);
    await expect(longer).rejects.toMatchObject({ code: "target", retry: "outcome-unknown" });
  });

  test("that breaks off tells nothing", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    };
    const text = fetchCarefully(url()).then((response) => answerText(response));
    await expect(text).rejects.toMatchObject({ code: "target", retry: "outcome-unknown" });
  });
});
