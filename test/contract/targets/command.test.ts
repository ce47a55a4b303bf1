import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Retry } from "../../../src/model/error.ts";
import descriptor from "../../../src/rotate/targets/command/descriptor.ts";
import { conform, type Fault, type TestPlace, type Values } from "./conformance.ts";

/** Keeps what it is told; does what the file `write-does` or `read-does` says instead, if there is one. */
const WRITE = `#!/bin/sh
cd "$(dirname "$0")"
[ ! -e write-does ] || . ./write-does
cat > told
mv told held
`;

const READ = `#!/bin/sh
cd "$(dirname "$0")"
[ ! -e read-does ] || . ./read-does
[ ! -e held ] || sed 's/.*"accessKeyId":"\\([^"]*\\)".*/\\1/' held
`;

async function programPlace(held: Values, readable: boolean): Promise<TestPlace> {
  const folder = mkdtempSync(join(tmpdir(), "keysweep-command-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const at = (name: string) => join(folder, name);
  for (const [name, text] of [
    ["write", WRITE],
    ["read", READ],
  ] as const) {
    writeFileSync(at(name), text);
    chmodSync(at(name), 0o755);
  }
  const put = async ({ accessKeyId, secret }: Values) => {
    if (accessKeyId !== null) writeFileSync(at("held"), JSON.stringify({ accessKeyId, secretAccessKey: secret }));
  };
  await put(held);
  const told = (): Readonly<Record<string, string>> =>
    existsSync(at("held")) ? JSON.parse(readFileSync(at("held"), "utf8")) : {};
  return {
    settings: { write: [at("write"), "--to", "there"], ...(readable ? { read: [at("read")] } : {}), timeout: "1s" },
    put,
    look: async () => ({ accessKeyId: told().accessKeyId ?? null, secret: told().secretAccessKey ?? null }),
    others: async () =>
      readdirSync(folder)
        .filter((name) => name !== "held")
        .toSorted()
        .join(),
    interfere: null,
    faults: [
      {
        name: "there is no such program",
        of: ["check", "write"],
        retry: "never",
        cause: () => chmodSync(at("write"), 0o644),
        mend: () => chmodSync(at("write"), 0o755),
      },
      does("write", "exit 75", "safe"),
      does("write", "exit 77", "never"),
      does("write", "cat >&2; exit 1", "outcome-unknown"),
      does("write", "cat; kill -9 $$", "outcome-unknown"),
      { ...does("write", "sleep 50", "outcome-unknown"), name: "it does not end" },
      { ...does("write", "cat > told; mv told held; exit 1", "outcome-unknown"), mayHaveWritten: true },
      ...(readable ? [does("read", "exit 1", "safe"), does("read", "echo what; exit 0", "never")] : []),
    ],
  };

  function does(program: "write" | "read", line: string, retry: Retry): Fault {
    return {
      name: `its ${program} does: ${line}`,
      of: program === "write" ? ["write"] : ["check", "read", "write"],
      retry,
      cause: () => writeFileSync(at(`${program}-does`), line),
      mend: () => rmSync(at(`${program}-does`)),
    };
  }
}

conform({ descriptor, tells: "id", place: (held) => programPlace(held, true) });
conform({ variant: "without read", descriptor, tells: "nothing", place: (held) => programPlace(held, false) });
