import { generateAccessKey, generateKeyId, generateSessionToken, TEMPORARY } from "../material.ts";
import { LOWER, type Random } from "../random.ts";
import { binaryFormats } from "./binary.ts";
import { cliFormats } from "./cli.ts";
import { codeFormats } from "./code.ts";
import { commandFormats } from "./commands.ts";
import { containerFormats } from "./containers.ts";
import { dataFormats } from "./data.ts";
import { editorFormats } from "./editors.ts";
import type { Credential, Format, Rendering } from "./format.ts";
import { mailFormats } from "./mail.ts";
import { neighbourFormats } from "./neighbours.ts";
import { shellFormats } from "./shell.ts";
import { terraformFormats } from "./terraform.ts";
import { toolFormats } from "./tools.ts";

/** Every format in which credentials are rendered for tests; names are unique. */
export const FORMATS: readonly Format[] = [
  ...cliFormats,
  ...shellFormats,
  ...toolFormats,
  ...terraformFormats,
  ...codeFormats,
  ...containerFormats,
  ...editorFormats,
  ...dataFormats,
  ...mailFormats,
  ...commandFormats,
  ...neighbourFormats,
  ...binaryFormats,
];

const LABELS = [
  "prod",
  "staging",
  "deploy-travis",
  "backup",
  "ci",
  "analytics-ro",
  "mailer",
  "legacy",
  "eu-west",
  "partner",
];

/** As many credentials as the format holds, one to five, no label twice. */
export function generateCredentials(format: Format, random: Random): readonly Credential[] {
  const count = format.multiple ? 1 + random.below(5) : 1;
  return Array.from({ length: count }, (_, index) => {
    const label = `${random.pick(LABELS)}${index === 0 ? "" : `-${random.text(LOWER, 2)}${index}`}`;
    const key = generateAccessKey(random);
    if (!format.tokens || !random.oneIn(4)) return { ...key, label };
    return { ...key, id: generateKeyId(random, { prefix: TEMPORARY }), token: generateSessionToken(random), label };
  });
}

/** One document of the format, all of it from the one source of randomness. */
export function renderAny(format: Format, random: Random): Rendering {
  return format.render(generateCredentials(format, random), random);
}
