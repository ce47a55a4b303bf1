import { BASE64, type Random } from "../test/support/random.ts";

/*
 * Text that looks to a search like what people keep: the same letters, line lengths and words, made up from a seed.
 */

const WORDS = `
  account active add address after all allow api app apply argument array async attach attribute auth await backup base batch before
  begin body bool bucket buffer build byte cache call cancel case catch channel char check child chunk class client clone close cluster code
  collect column commit compare config connect const content context convert copy count create current cursor data date debug decode default
  define delete depth deploy detail device dict diff digest disable document domain done draft drop edge edit element else email empty enable
  encode end endpoint entry env error event except exclude exec exit expire export extend extra factory fail false fetch field file filter
  find first flag float flush folder for format frame from function gateway get global graph group guard handle hash header height hidden hook
  host html http icon id if image import in include index info init inner input insert instance int interface invoke item iterate job join
  json key kind label lambda last layer layout leaf length let level limit line link list listen load local lock log login long loop main make
  map mark mask match max member memory merge message meta method metric middle min mode model module mount name network new next node none
  normal not null number object offset on open option order origin other output owner package page panel param parent parse part pass path
  pattern pause peer pending permission pick pipe place plain plan plugin point policy pool port position post prefix prepare previous print
  private process profile progress project promise property protocol provider proxy public push query queue quota random range rate raw read
  ready reason record redirect reduce ref refresh region register reject release remote remove render repeat replace reply report request
  reset resize resolve resource response rest result resume retry return right role root rotate route row rule run safe sample save scale scan
  schema scope score screen script search section seed segment select send serial server service session set setup shard share shell
  show signal single size skip slice slot snapshot socket sort source space span spec split stack stage start state static status step stop
  storage store stream string struct style submit subnet success suffix sum super switch sync syntax table tag target task team temp template
  tenant test text then this thread throw time timeout title to toggle token tool top total trace track transfer transform trim true try
  type undo union unique unit unlock update upload url usage use user util valid value var vector verify version view void wait walk warn watch
  weight when while widget width window word worker wrap write yield zone`
  .trim()
  .split(/\s+/);

/** What keys stand beside: a few of them in each megabyte, as in code that has to do with such things now and then. */
const RARE_WORDS = ["secret", "secretName", "credential", "password", "accessKey"] as const;

const KEYWORDS =
  "const let return if else for while await async import export function class new throw try catch".split(" ");
const LEVELS = ["DEBUG", "INFO", "INFO", "INFO", "WARN", "ERROR"] as const;

/** About `size` characters of one kind of text. */
export type Writer = (random: Random, size: number) => string;

export const writeSource: Writer = (random, size) =>
  lines(size, () => {
    const indent = "  ".repeat(random.below(5));
    if (random.oneIn(6)) return `${indent}// ${sentence(random)}`;
    if (random.oneIn(9)) return "";
    if (random.oneIn(12)) return `${indent}export const ${constant(random)} = ${literal(random)};`;
    const call = `${name(random)}.${name(random)}(${name(random)}, ${literal(random)})`;
    return `${indent}${random.pick(KEYWORDS)} ${name(random)} = ${call}${random.pick([";", " {", ") {", ","])}`;
  });

export const writeMinified: Writer = (random, size) =>
  repeat(size, () => {
    const [a, b, c] = [letter(random), letter(random), letter(random)];
    return random.pick([
      `function ${a}(${b},${c}){return ${b}.${name(random)}(${c})}`,
      `var ${a}=${b}?${c}.${name(random)}:${literal(random)};`,
      `${a}.prototype.${name(random)}=function(){this.${name(random)}(${a}[${random.below(99)}],!${random.below(2)})},`,
      `if(${a}===${literal(random)})throw new Error(${literal(random)});`,
    ]);
  });

export const writeJson: Writer = (random, size) =>
  `{\n${lines(size, () => `  "${name(random)}": { "${name(random)}": ${literal(random)}, "${name(random)}": [${random.below(1e6)}, null] },`)}\n}`;

export const writeMarkdown: Writer = (random, size) =>
  lines(size, () => {
    if (random.oneIn(8)) return `## ${sentence(random)}`;
    if (random.oneIn(8)) return `- [${sentence(random)}](https://example.com/${word(random)}/${word(random)})`;
    return random.oneIn(5) ? "" : `${sentence(random)}. ${sentence(random)}, \`${name(random)}\`: ${sentence(random)}.`;
  });

export const writeLog: Writer = (random, size) =>
  lines(size, () => {
    const time = `2026-0${1 + random.below(9)}-1${random.below(10)}T0${random.below(10)}:${10 + random.below(50)}:${10 + random.below(50)}Z`;
    return `${time} ${random.pick(LEVELS)} [${word(random)}-${random.below(64)}] ${name(random)}=${random.below(1e6)} ${sentence(random)} ${random.oneIn(4) ? `trace=${random.text("0123456789abcdef", 32)}` : ""}`;
  });

export const writeConfig: Writer = (random, size) =>
  lines(size, () => {
    if (random.oneIn(9)) return `[${word(random)}]`;
    if (random.oneIn(7)) return `# ${sentence(random)}`;
    return random.oneIn(2)
      ? `${constant(random)}=${word(random)}-${random.below(1000)}`
      : `${name(random)}: ${literal(random)}`;
  });

export const writeBase64: Writer = (random, size) => lines(size, () => random.text(BASE64, 76));

function lines(size: number, line: () => string): string {
  return repeat(size, () => `${line()}\n`);
}

function repeat(size: number, piece: () => string): string {
  let text = "";
  while (text.length < size) text += piece();
  return text;
}

function name(random: Random): string {
  const head = word(random);
  return random.oneIn(2) ? head : head + capital(word(random));
}

function constant(random: Random): string {
  return `${word(random)}_${word(random)}`.toUpperCase();
}

function literal(random: Random): string {
  return random.pick([
    `"${word(random)}"`,
    `"${word(random)}/${word(random)}"`,
    `${random.below(10000)}`,
    "true",
    "null",
  ]);
}

function sentence(random: Random): string {
  const words = Array.from({ length: 3 + random.below(9) }, () => word(random));
  return capital(words.join(" "));
}

function word(random: Random): string {
  return random.oneIn(5000) ? random.pick(RARE_WORDS) : random.pick(WORDS);
}

function letter(random: Random): string {
  return random.text("abcdefghijklmnopqrstuvwxyz", 1);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
