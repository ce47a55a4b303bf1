/**
 * Adds to package-lock.json the optional packages of other systems, which `npm install` leaves out where it cannot reach them or
 * where node_modules is there already (https://github.com/npm/cli/issues/4828); `npm ci` then refuses the lock file as
 * incomplete. Run it after adding a dependency: `node scripts/complete-lockfile.ts`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Package {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  cpu?: string[];
  os?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const PATH = join(import.meta.dirname, "..", "package-lock.json");
const SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const PROCESSORS = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/** What a package of binaries is for, read from its name, e.g. `@biomejs/cli-linux-arm64-musl`. */
function platformOf(name: string): Pick<Package, "cpu" | "os" | "libc"> {
  const words = name.split(/[-/]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (cpu.includes("wasm32")) return { cpu };
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`${name}: cannot tell which system it is for`);
  const libc = words.includes("musl") ? ["musl"] : words.includes("gnu") && os[0] === "linux" ? ["glibc"] : [];
  return { cpu, ...(libc.length > 0 ? { libc } : {}), os };
}

const lock = JSON.parse(readFileSync(PATH, "utf8")) as { packages: Record<string, Package> };
for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    // A range would need the registry to be resolved; packages of binaries are asked for by their exact version.
    if (!/^\d+\.\d+\.\d+$/.test(version)) continue;
    const [own, shared] = [`${parent}/node_modules/${name}`, `node_modules/${name}`];
    if (lock.packages[own]?.version === version || lock.packages[shared]?.version === version) continue;
    const path = shared in lock.packages ? own : shared;
    lock.packages[path] = { version, ...platformOf(name), ...(dev === true ? { dev } : {}), optional: true };
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
writeFileSync(PATH, `${JSON.stringify(lock, null, 2)}\n`);
