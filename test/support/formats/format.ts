import type { AccessKey } from "../material.ts";
import type { Random } from "../random.ts";

/** What a format is asked to write down. */
export interface Credential extends AccessKey {
  /** The session token of temporary credentials (`id` then begins with ASIA). */
  readonly token?: string;
  /** Whose or which it is: a profile, a user, an environment. Lower case letters, digits and hyphens. */
  readonly label: string;
}

export interface SmtpLogin {
  readonly id: string;
  readonly password: string;
}

/** What a scanner should say of a rendering. */
export interface Expected {
  readonly pairs: readonly AccessKey[];
  /** Ids that stand alone. */
  readonly ids: readonly string[];
  /** Secrets that stand alone, in a context that makes them one. */
  readonly secrets: readonly string[];
  readonly smtp: readonly SmtpLogin[];
  /** Ids that signed a URL. */
  readonly presigned: readonly string[];
  /** Ids that are written again apart from their pair: saying so is neither required nor wrong. */
  readonly mentioned: readonly string[];
  /** SMTP passwords written beside the very pair that they derive from: saying so is neither required nor wrong. */
  readonly derived: readonly SmtpLogin[];
}

export interface Rendering {
  readonly content: string | Uint8Array;
  readonly expected: Expected;
}

/** Which parser reads a rendering back; null: none, its values stand there as they are; "escaped": none, and they do not. */
export type Syntax = "json" | "jsonl" | "yaml" | "escaped" | null;

export interface FormatOptions {
  /** The document holds exactly one credential. */
  readonly single?: boolean;
  /** The format writes session tokens too. */
  readonly tokens?: boolean;
  readonly syntax?: Syntax;
}

export interface Format {
  readonly name: string;
  /** A path where such a document typically lies. */
  readonly path: string;
  /** Whether one document holds several credentials. */
  readonly multiple: boolean;
  readonly tokens: boolean;
  readonly syntax: Syntax;
  /** Writes one document, with the noise that surrounds credentials in the wild. */
  render(credentials: readonly Credential[], random: Random): Rendering;
}

/** The text of a document when all of its credentials are pairs; with `expected` where they are not. */
export type Written =
  | string
  | Uint8Array
  | { readonly content: string | Uint8Array; readonly expected: Partial<Expected> };

export type Writer = (credentials: readonly Credential[], random: Random) => Written;

/** A format of many credentials a document; unless `single`. */
export function format(name: string, path: string, write: Writer, options: FormatOptions = {}): Format {
  return {
    name,
    path,
    multiple: options.single !== true,
    tokens: options.tokens === true,
    syntax: options.syntax ?? null,
    render(credentials, random) {
      const written = write(credentials, random);
      const whole =
        typeof written === "string" || written instanceof Uint8Array ? { content: written, expected: {} } : written;
      return { content: whole.content, expected: { ...nothing, pairs: credentials, ...whole.expected } };
    },
  };
}

/** A format of one credential a document. */
export function single(
  name: string,
  path: string,
  write: (credential: Credential, random: Random) => Written,
  options: FormatOptions = {},
): Format {
  return format(name, path, ([credential], random) => write(theOne(credential), random), { ...options, single: true });
}

export const nothing: Expected = {
  pairs: [],
  ids: [],
  secrets: [],
  smtp: [],
  presigned: [],
  mentioned: [],
  derived: [],
};

function theOne(credential: Credential | undefined): Credential {
  if (credential === undefined) throw new RangeError("a format needs at least one credential");
  return credential;
}

/** Lines, each ended; `false` and null are left out. */
export function lines(...parts: readonly (string | false | null | readonly string[])[]): string {
  return parts
    .flat()
    .filter((part) => part !== false && part !== null)
    .map((part) => `${part}\n`)
    .join("");
}

/** One piece of text for each credential, joined. */
export function each(
  credentials: readonly Credential[],
  write: (credential: Credential, index: number) => string,
  separator = "",
): string {
  return credentials.map(write).join(separator);
}

/** JSON as tools write it: on one line, or indented by two, four or a tab. */
export function json(value: unknown, random: Random): string {
  return JSON.stringify(value, null, random.pick(["", "  ", "    ", "\t"]));
}

/** `travis-deploy` → `TRAVIS_DEPLOY`. */
export function screaming(label: string): string {
  return label.toUpperCase().replaceAll("-", "_");
}

/** `TRAVIS_DEPLOY` or `travis-deploy` → `travisDeploy`. */
export function camel(name: string): string {
  return name.toLowerCase().replace(/[-_](.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Base64 of the text's UTF-8. */
export function base64(text: string | Uint8Array): string {
  return Buffer.from(text).toString("base64");
}
