import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { KeysweepError } from "../model/error.ts";
import { type Metric, metricsText } from "./metrics.ts";

export interface Measured {
  /** Why it is not well, as a sentence; null: it is. */
  problem(): string | null;
  metrics(): readonly Metric[];
}

/** The names by which a program on this machine asks: a page in a browser comes by the name of its own site, wherever that leads. */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;

/** Of more connections than that the oldest is ended: whoever on this machine keeps some open and asks nothing keeps nobody else from asking. */
const MOST_CONNECTIONS = 16;

/** Whoever asks does so at once, in milliseconds. */
const LONGEST_REQUEST_MS = 5_000;

/**
 * Tells `/healthz` and `/metrics`, on the loopback interface alone.
 * @throws KeysweepError `usage` when the port cannot be had.
 */
export async function serveMetrics(
  port: number,
  measured: Measured,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer(
    {
      requestTimeout: LONGEST_REQUEST_MS,
      headersTimeout: LONGEST_REQUEST_MS,
      connectionsCheckingInterval: LONGEST_REQUEST_MS / 5,
    },
    ({ method, url, headers }, response) => {
      const { status, type, text } = answer(measured, method, url, headers.host);
      response.writeHead(status, { "content-type": `${type}; charset=utf-8`, "x-content-type-options": "nosniff" });
      response.end(method === "HEAD" ? "" : text);
    },
  );
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    const [oldest] = open;
    if (open.size > MOST_CONNECTIONS) oldest?.destroy();
  });
  await listening(server, port);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

function answer(measured: Measured, method = "", url = "", host = ""): Answer {
  const plain = (status: number, text: string): Answer => ({ status, type: "text/plain", text: `${text}\n` });
  if (!OWN_HOST.test(host)) return plain(403, "ask by the name localhost");
  if (method !== "GET" && method !== "HEAD") return plain(405, "GET alone");
  try {
    const problem = measured.problem();
    if (url === "/healthz") return problem === null ? plain(200, "ok") : plain(503, problem);
    if (url === "/metrics")
      return { status: 200, type: "text/plain; version=0.0.4", text: metricsText(measured.metrics()) };
    return plain(404, "there are /healthz and /metrics");
  } catch {
    // E.g. of the ledger: the log says which, and who asks here need not know.
    return plain(500, "an internal error");
  }
}

async function listening(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "somebody else has it" : (error.code ?? "error");
      reject(
        new KeysweepError("usage", `metrics cannot be told on port ${port}: ${why}`, {
          hint: "Name another one: schedule.metrics.port.",
          cause: error,
        }),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}
