import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Licences, as their repositories have them, of packages that name theirs and bring no copy; yoga-layout's is LICENSE of facebook/yoga at v3.2.1. */
const SUPPLIED = join(import.meta.dirname, "licenses");

/** What package.json says, as far as it is told. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name?: string };
}

/**
 * The licences of everything that a bundle holds besides our own sources, as one text for those who pass the bundle on.
 * @param modules the paths of all modules in the bundle.
 * @param ownLicense the text of this project's licence (Apache-2.0): it stands for packages of that licence that bring no copy.
 * @throws Error for a package that says nothing of its licence: it must not be bundled.
 */
export function thirdPartyLicenses(modules: Iterable<string>, ownLicense: string): string {
  const folders = new Set(Array.from(modules, packageFolder).filter((folder) => folder !== null));
  const parts = [...folders].map((folder) => licenseOf(folder, ownLicense));
  const sections = parts.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ text }) => text);
  return `keysweep's files contain the following packages, under the licences that stand below each.\n${sections.join("")}`;
}

/** The folder of the package that the module belongs to; null for a module of this project. */
function packageFolder(module: string): string | null {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0] ?? null;
}

function licenseOf(folder: string, ownLicense: string): { name: string; text: string } {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)\b/i.test(file));
  const supplied = join(SUPPLIED, name.replace("/", "+"));
  const paths =
    files.length > 0 ? files.map((file) => join(folder, file)) : [supplied].filter((path) => existsSync(path));
  if (license === undefined || (paths.length === 0 && license !== "Apache-2.0")) {
    throw new Error(`${name} is bundled, and does not say under which licence it may be passed on`);
  }
  const texts = paths.length > 0 ? paths.map((path) => readFileSync(path, "utf8")) : [ownLicense];
  const by = typeof author === "string" ? author : author?.name;
  const title = `${name} ${version} (${license})${by === undefined ? "" : `, by ${by}`}`;
  return {
    name,
    text: `\n${"=".repeat(80)}\n${title}\n${"=".repeat(80)}\n\n${texts.map((t) => t.trim()).join("\n\n")}\n`,
  };
}
