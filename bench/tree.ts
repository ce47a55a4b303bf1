import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { generateAccessKey } from "../test/support/material.ts";
import { type Random, randomFrom } from "../test/support/random.ts";
import {
  type Writer,
  writeBase64,
  writeConfig,
  writeJson,
  writeLog,
  writeMarkdown,
  writeMinified,
  writeSource,
} from "./text.ts";

export interface TreeSize {
  readonly files: number;
  readonly bytes: number;
}

export const FULL_SIZE: TreeSize = { files: 30_000, bytes: 600_000_000 };

const SEED = 20_260_101;
/** Part of the folder's name: raise it with any change of what is written. */
const VERSION = 3;
const POOL_BYTES = 6_000_000;
const LARGEST_FILE = 24_000_000;

interface Kind {
  readonly endings: readonly string[];
  /** Files of this kind among 1,000. */
  readonly perMille: number;
  /** Sizes are log-normal; before all are scaled to the size of the tree, in bytes. */
  readonly medianSize: number;
  readonly spread: number;
  readonly content: (pools: Pools, random: Random, size: number) => Uint8Array;
}

/** What a home directory of a programmer holds, by number of files; bench/README.md shows the bytes that come of it. */
const KINDS: readonly Kind[] = [
  {
    endings: ["ts", "py", "go", "java", "c", "rb"],
    perMille: 420,
    medianSize: 3000,
    spread: 1.2,
    content: text("source"),
  },
  { endings: ["js", "mjs"], perMille: 190, medianSize: 2500, spread: 1.2, content: text("source") },
  { endings: ["min.js", "bundle.js"], perMille: 15, medianSize: 90_000, spread: 1.3, content: text("minified") },
  { endings: ["json"], perMille: 110, medianSize: 1500, spread: 1.6, content: text("json") },
  { endings: ["md"], perMille: 80, medianSize: 2500, spread: 1.0, content: text("markdown") },
  {
    endings: ["yaml", "ini", "env", "toml", "conf"],
    perMille: 76,
    medianSize: 700,
    spread: 1.0,
    content: text("config"),
  },
  { endings: ["log"], perMille: 9, medianSize: 150_000, spread: 1.6, content: text("log") },
  { endings: ["pem", "b64"], perMille: 10, medianSize: 4000, spread: 1.4, content: text("base64") },
  { endings: ["reg", "csv"], perMille: 10, medianSize: 4000, spread: 1.2, content: utf16 },
  { endings: ["so", "o", "pyc", "exe"], perMille: 25, medianSize: 60_000, spread: 1.4, content: text("executable") },
  { endings: ["png", "jpg", "woff2"], perMille: 45, medianSize: 18_000, spread: 1.2, content: text("noise") },
  { endings: ["tar.gz", "tgz"], perMille: 1, medianSize: 60_000, spread: 0.8, content: tarGz },
  { endings: ["zip", "jar", "whl"], perMille: 1, medianSize: 60_000, spread: 0.8, content: zip },
  { endings: ["txt", "lock", "gitkeep"], perMille: 8, medianSize: 0, spread: 0, content: () => new Uint8Array(0) },
];

type Pools = ReadonlyMap<string, Uint8Array>;

/** Where the tree of that size lies, below `folder`; built if it is not there. */
export function ensureTree(folder: string, size: TreeSize = FULL_SIZE): string {
  const tree = join(folder, `tree-${VERSION}-${size.files}-${size.bytes}`);
  if (existsSync(tree)) return tree;
  mkdirSync(folder, { recursive: true });
  const unfinished = mkdtempSync(`${tree}.unfinished-`);
  buildTree(unfinished, size);
  // Another run may have been quicker.
  if (existsSync(tree)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, tree);
  return tree;
}

function buildTree(root: string, size: TreeSize): void {
  const random = randomFrom(SEED);
  const pools = makePools(random);
  const folders = makeFolders(root, Math.ceil(size.files / 8), random);
  const plans = planFiles(size, random);
  plans.forEach(({ kind, size: bytes }, index) => {
    const path = join(random.pick(folders), `${index.toString(36)}.${random.pick(kind.endings)}`);
    const content = kind.content(pools, random, bytes);
    writeFileSync(path, index % 2000 === 500 ? withKey(content, random) : content);
  });
}

function makePools(random: Random): Pools {
  const writers: Readonly<Record<string, Writer>> = {
    source: writeSource,
    minified: writeMinified,
    json: writeJson,
    markdown: writeMarkdown,
    config: writeConfig,
    log: writeLog,
    base64: writeBase64,
  };
  const pools = new Map<string, Uint8Array>();
  for (const [name, write] of Object.entries(writers)) pools.set(name, Buffer.from(write(random, POOL_BYTES)));
  pools.set("noise", random.bytes(POOL_BYTES));
  pools.set("executable", makeExecutable(random));
  return pools;
}

/** Mostly zeros and small numbers, some code, some strings. */
function makeExecutable(random: Random): Uint8Array {
  const bytes = random.bytes(POOL_BYTES);
  const strings = Buffer.from(writeConfig(random, 400_000).replaceAll("\n", "\0"));
  for (let at = 0; at < bytes.length; ) {
    const length = 256 + random.below(8192);
    const part = bytes.subarray(at, at + length);
    const kind = random.below(3);
    if (kind === 0) part.fill(0);
    else if (kind === 1) part.set(strings.subarray(0, part.length));
    else for (let i = 0; i < part.length; i++) if (random.oneIn(2)) part[i] = (part[i] ?? 0) & 0x0f;
    at += length;
  }
  return bytes;
}

function makeFolders(root: string, count: number, random: Random): string[] {
  const folders = [{ path: root, depth: 0 }];
  mkdirSync(root, { recursive: true });
  while (folders.length < count) {
    const parent = random.pick(folders);
    if (parent.depth > 9) continue;
    const path = join(parent.path, random.oneIn(12) ? "node_modules" : `${random.pick(FOLDER_NAMES)}${folders.length}`);
    if (existsSync(path)) continue;
    mkdirSync(path);
    folders.push({ path, depth: parent.depth + 1 });
  }
  return folders.map((folder) => folder.path);
}

const FOLDER_NAMES = [
  "src",
  "lib",
  "test",
  "docs",
  "build",
  ".cache",
  "packages",
  "app",
  "internal",
  "assets",
] as const;

/** Which kinds in which order, with sizes scaled so that they add up to the tree's. */
function planFiles(size: TreeSize, random: Random): { kind: Kind; size: number }[] {
  const plans = KINDS.flatMap((kind) =>
    Array.from({ length: Math.round((size.files * kind.perMille) / 1000) }, () => ({
      kind,
      order: random.below(1 << 30),
      size: kind.medianSize * Math.exp(kind.spread * normal(random)),
    })),
  );
  const total = plans.reduce((sum, plan) => sum + plan.size, 0);
  const scaled = plans.map((plan) => ({
    ...plan,
    size: Math.min(LARGEST_FILE, Math.round((plan.size * size.bytes) / total)),
  }));
  return scaled.sort((a, b) => a.order - b.order);
}

/** Box and Muller. */
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log((1 + random.below(1e9)) / 1e9));
  return radius * Math.cos((2 * Math.PI * random.below(1e9)) / 1e9);
}

function text(pool: string): Kind["content"] {
  return (pools, random, size) => slice(pools, pool, random, size);
}

function utf16(pools: Pools, random: Random, size: number): Uint8Array {
  const latin = Buffer.from(slice(pools, "config", random, Math.floor(size / 2))).toString("latin1");
  return Buffer.from(`\ufeff${latin}`, "utf16le");
}

/** `size` is that of the archive, taking text to shrink to a third. */
function tarGz(pools: Pools, random: Random, size: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let left = size * 3; left > 0; left -= 20_000) {
    const content = slice(pools, "source", random, Math.min(left, 20_000));
    blocks.push(
      tarHeader(`package/${blocks.length}.ts`, content.length),
      content,
      new Uint8Array(-content.length & 511),
    );
  }
  return gzipSync(Buffer.concat([...blocks, new Uint8Array(1024)]), { level: 6 });
}

function tarHeader(path: string, size: number): Uint8Array {
  const header = Buffer.alloc(512);
  header.write(path, 0);
  header.write("0000644\0", 100);
  header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write("        0", 148);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

function zip(pools: Pools, random: Random, size: number): Uint8Array {
  const members: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (let left = size * 3; left > 0; left -= 20_000) {
    const content = slice(pools, "source", random, Math.min(left, 20_000));
    const name = Buffer.from(`member-${directory.length}.java`);
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    members.push(Buffer.from("PK\x03\x04", "latin1"), fields, name, packed);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), fields, tail, name);
    offset += 30 + name.length + packed.length;
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length / 4, 4);
  end.writeUInt16LE(directory.length / 4, 6);
  end.writeUInt32LE(length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...members, ...directory, Buffer.from("PK\x05\x06", "latin1"), end]);
}

function slice(pools: Pools, name: string, random: Random, size: number): Uint8Array {
  const pool = pools.get(name);
  if (pool === undefined) throw new RangeError(`no such text: ${name}`);
  const from = random.below(pool.length);
  if (from + size <= pool.length) return pool.subarray(from, from + size);
  const long = new Uint8Array(size);
  for (let at = 0, start = from; at < size; start = 0) {
    const part = pool.subarray(start, start + size - at);
    long.set(part, at);
    at += part.length;
  }
  return long;
}

function withKey(content: Uint8Array, random: Random): Uint8Array {
  const key = generateAccessKey(random);
  const lines = `\naws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}\n`;
  return Buffer.concat([content, Buffer.from(lines)]);
}
