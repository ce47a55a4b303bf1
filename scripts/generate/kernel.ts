import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { parse } from "yaml";
import { type Anchor, type FollowClass, HISTORY_FORMS } from "../../src/scan/kernel/anchor-forms.ts";
import { compileAnchors } from "../../src/scan/kernel/anchor-table.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RULES = "rules/credentials.yaml";
const ENTRY = "src/scan/kernel/assembly/index.ts";
const PACK_ENTRY = "src/scan/kernel/assembly/pack.ts";
/** All threads share one memory, of 4 GiB at most. */
const SHARED = ["--enable", "threads", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"];

/** An anchor as rules/credentials.yaml writes it. */
interface AnchorEntry {
  literal: string;
  follow?: FollowClass;
  count?: number;
  near?: "secret";
  foldCase?: boolean;
  encoded?: boolean | "twice";
}

/** The generated sources of the kernel, by path from the root. */
export async function generate(): Promise<Map<string, string>> {
  const anchors = await readAnchors();
  return new Map([
    [
      "src/generated/kernel.ts",
      source(ENTRY, "KERNEL", "The search kernel: WebAssembly, in base64.", await compileAssembly(ENTRY, [])),
    ],
    [
      "src/generated/pack-kernel.ts",
      source(
        PACK_ENTRY,
        "PACK_KERNEL",
        "The pack search's kernel: WebAssembly, in base64.",
        await compileAssembly(PACK_ENTRY, SHARED),
      ),
    ],
    [
      "src/generated/anchors.ts",
      source(
        RULES,
        "ANCHOR_TABLE",
        "What the search kernel looks for (see scan/kernel/anchor-table.ts), in base64.",
        compileAnchors(anchors),
      ),
    ],
    [
      "src/generated/pack-anchors.ts",
      source(
        RULES,
        "PACK_ANCHOR_TABLE",
        "The same for the pack search's kernel, with what it looks for besides.",
        compileAnchors(anchors, HISTORY_FORMS),
      ),
    ],
  ]);
}

/** The anchors of every rule, in the rules' order. */
export async function readAnchors(): Promise<readonly Anchor[]> {
  const rules = parse(await readFile(ROOT + RULES, "utf8")) as { anchors: AnchorEntry[] }[];
  return rules.flatMap((rule) => rule.anchors.map(toAnchor));
}

function toAnchor({ literal, follow, count, near, foldCase = false, encoded = false }: AnchorEntry): Anchor {
  if (near === "secret") return { literal, foldCase, encoded, context: "secret" };
  if (follow === undefined || count === undefined)
    throw new Error(`the anchor ${JSON.stringify(literal)} says nothing of what follows it`);
  return { literal, foldCase, encoded, context: { follow, count } };
}

async function compileAssembly(entry: string, more: readonly string[]): Promise<Uint8Array> {
  const options = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--importMemory", "--noExportMemory"];
  const features = ["--enable", "simd", "--enable", "relaxed-simd"];
  const written = new Map<string, Uint8Array>();
  const { error, stderr } = await asc.main(
    [entry, "--baseDir", ROOT, "--outFile", "kernel.wasm", ...options, ...features, ...more],
    {
      writeFile: (name, contents) => void written.set(name, Buffer.from(contents)),
    },
  );
  const wasm = written.get("kernel.wasm");
  if (error !== null || wasm === undefined)
    throw new Error(`${entry} does not compile\n${stderr.toString()}`, { cause: error });
  return wasm;
}

function source(from: string, name: string, meaning: string, bytes: Uint8Array): string {
  return `// Generated from ${from} by \`npm run generate\`. Do not edit.\n\n/** ${meaning} */\nexport const ${name} =\n  "${Buffer.from(bytes).toString("base64")}";\n`;
}
