/**
 * How fast the search kernel is on one thread, by kind of content: `node bench/kernel.ts [FILE ...]`.
 * Beside the speed stand how often the filter admits a byte and how often an anchor is found, per MB; `lines` is countLines on the same bytes.
 */
import { closeSync, globSync, openSync, readSync } from "node:fs";
import { ANCHOR_TABLE } from "../src/generated/anchors.ts";
import { FILTER, FILTER_WIDTH } from "../src/scan/kernel/assembly/layout.ts";
import { compileKernel, INPUT_CAPACITY, instantiateKernel } from "../src/scan/kernel/load.ts";

const MB = 1e6;
const CHUNK = 1 << 20;
const BYTES = 16 * CHUNK;
const ROUNDS = 15;

const started = performance.now();
const module = compileKernel();
const compiled = performance.now();
const kernel = instantiateKernel(module);
console.log(
  `compile ${(compiled - started).toFixed(2)} ms, instantiate ${(performance.now() - compiled).toFixed(2)} ms`,
);

const corpora: [name: string, bytes: () => Uint8Array][] =
  process.argv.length > 2
    ? process.argv.slice(2).map((file) => [file, () => concatenated([file])])
    : [
        ["synthetic text", () => prose(1)],
        [
          "the same as UTF-16",
          () =>
            Buffer.from(
              Buffer.from(prose(1))
                .toString("latin1")
                .slice(0, BYTES / 2),
              "utf16le",
            ),
        ],
        ["node_modules *.js", () => concatenated(globSync("node_modules/**/*.{js,mjs,cjs}"))],
        ["node_modules *.d.ts", () => concatenated(globSync("node_modules/**/*.d.ts"))],
        ["node_modules *.md, json", () => concatenated(globSync("node_modules/**/*.{md,json,map}"))],
        ["/usr/lib *.so", () => concatenated(globSync("/usr/lib/x86_64-linux-gnu/*.so*"))],
        ["/usr/share", () => concatenated(globSync("/usr/share/{doc,perl,man,zoneinfo,python3,mime,gcc}/**/*"))],
        ["/usr/include", () => concatenated(globSync("/usr/include/**/*.h"))],
        ["base64", () => base64(2, null)],
        ["base64, wrapped at 76", () => base64(2, 76)],
        ["hexadecimal", () => Buffer.from(Buffer.from(noise(3)).toString("hex").slice(0, BYTES), "latin1")],
        ["random bytes", () => noise(4)],
        ["zeros", () => new Uint8Array(BYTES)],
      ];

console.log(
  `${"content".padEnd(26)}${["MB", "GB/s", "lines", "admitted", "found"].map((head) => head.padStart(10)).join("")}`,
);
for (const [name, make] of corpora) measure(name, make());

function measure(name: string, bytes: Uint8Array): void {
  const chunks = chunksOf(bytes);
  const search = best(chunks, (length) => kernel.search(0, length));
  const lines = best(chunks, (length) => kernel.countLines(0, length));
  const perMB = (count: number): string => (count / (bytes.length / MB)).toFixed(1);
  const rate = (seconds: number): string => (bytes.length / seconds / 1e9).toFixed(2);
  const cells = [
    (bytes.length / MB).toFixed(0),
    rate(search.seconds),
    rate(lines.seconds),
    perMB(admitted(bytes)),
    perMB(search.count),
  ];
  console.log(name.padEnd(26) + cells.map((cell) => cell.padStart(10)).join(""));
}

function chunksOf(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, index) =>
    bytes.subarray(index * CHUNK, (index + 1) * CHUNK),
  );
}

/** The fastest of several passes over all chunks; each chunk has just been copied in, as after reading it from a file. */
function best(chunks: readonly Uint8Array[], work: (length: number) => number): { seconds: number; count: number } {
  let seconds = Number.POSITIVE_INFINITY;
  let count = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let elapsed = 0;
    count = 0;
    for (const chunk of chunks) {
      kernel.input.set(chunk);
      const start = performance.now();
      count += work(chunk.length);
      elapsed += performance.now() - start;
    }
    seconds = Math.min(seconds, elapsed / 1000);
  }
  return { seconds, count };
}

/** How many bytes the filter lets through, worked out from its table. */
function admitted(bytes: Uint8Array): number {
  const table = Buffer.from(ANCHOR_TABLE, "base64");
  const buckets = Array.from({ length: FILTER_WIDTH }, (_, position) =>
    Uint8Array.from({ length: 256 }, (_unused, byte) => {
      const at = FILTER + position * 32;
      return (table[at + (byte & 15)] ?? 0) & (table[at + 16 + (byte >> 4)] ?? 0);
    }),
  );
  let count = 0;
  for (let i = 0; i + FILTER_WIDTH <= bytes.length; i++) {
    let left = 255;
    for (let position = 0; position < FILTER_WIDTH && left !== 0; position++)
      left &= buckets[position]?.[bytes[i + position] ?? 0] ?? 0;
    if (left !== 0) count++;
  }
  return count;
}

function concatenated(files: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(BYTES);
  let length = 0;
  for (const file of files) {
    try {
      length += readInto(file, bytes.subarray(length));
    } catch {
      // Folders, dangling links and what may not be read are no loss to a corpus.
    }
    if (length === BYTES) break;
  }
  return bytes.subarray(0, length);
}

function readInto(file: string, target: Uint8Array): number {
  const descriptor = openSync(file, "r");
  try {
    return readSync(descriptor, target, 0, Math.min(target.length, INPUT_CAPACITY), 0);
  } finally {
    closeSync(descriptor);
  }
}

/** xorshift32: the same bytes in every run. */
function noise(seed: number, length = BYTES): Uint8Array {
  let state = (seed * 0x9e3779b1) | 1;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 8;
  });
}

function base64(seed: number, width: number | null): Uint8Array {
  const text = Buffer.from(noise(seed)).toString("base64").slice(0, BYTES);
  return Buffer.from(width === null ? text : text.replace(new RegExp(`.{${width}}`, "g"), "$&\n"), "latin1");
}

function prose(seed: number): Uint8Array {
  const words =
    "the of and a to in is was he for it with as his on be at by had not are but from or have an they which one you were all her she there would access key account user policy\n".split(
      " ",
    );
  return Buffer.from(
    Array.from(noise(seed, BYTES / 4), (byte, index) => (index % 1000 === 0 ? "secret" : words[byte % words.length]))
      .join(" ")
      .slice(0, BYTES),
    "latin1",
  );
}
