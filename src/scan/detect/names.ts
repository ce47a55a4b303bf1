/**
 * The name that a value goes by in the text before it: `NAME=value`, `"name": "value"`, `<name>…</name><value>`, `--name value`,
 * `name("value")`, and lists of `{name, value}` objects.
 */
export interface Name {
  readonly text: string;
  readonly form: NameForm;
}

/**
 * How a name is tied to its value. `boxed`: the two have an object or element of their own; `property`: `"name": "value"`;
 * `assigned`: any other sign between them; `beside`: only white space or a comma, so it may be just the word before.
 */
export type NameForm = "boxed" | "property" | "assigned" | "beside";

/** How far before a value its name is looked for, in characters. */
const REACH = 200;

/** How a name may stand in an element or a property of its own, before its value. */
interface PairedName {
  /** How such a text ends: what does not need not be looked through from each of its characters on. */
  readonly end: RegExp;
  readonly pattern: RegExp;
}

/** How much of the text before a value tells whether it ends so, in characters. */
const END = 110;

const PAIRED_NAMES: readonly PairedName[] = [
  // Hadoop XML, Apple property lists, XML attributes
  {
    end: /<value>\s{0,40}$/i,
    pattern: /<name>\s{0,40}([^<>]{1,120}?)\s{0,40}<\/name>\s{0,40}(?:<final>[^<]*<\/final>\s{0,40})?<value>\s{0,40}$/i,
  },
  {
    end: /<string>\s{0,40}$/i,
    pattern: /<key>\s{0,40}([^<>]{1,120}?)\s{0,40}<\/key>\s{0,40}<string>\s{0,40}$/i,
  },
  {
    end: /value\s{0,40}=\s{0,40}["']$/i,
    pattern:
      /\b(?:name|key)\s{0,40}=\s{0,40}["']([^"'<>]{1,120})["']\s+(?:type\s{0,40}=\s{0,40}["'][^"'<>]*["']\s+)?value\s{0,40}=\s{0,40}["']$/i,
  },
  {
    end: />\s{0,40}$/,
    pattern: /<([A-Za-z_][\w.:-]{0,80})(?:\s[^<>]{0,80})?>\s{0,40}$/,
  },
  // Terraform variables, `gh secret set NAME --body`, PHP's serialize
  {
    end: /default\s{0,40}=\s{0,40}"$/,
    pattern: /\bvariable\s+"([^"]{1,120})"\s{0,40}\{[^{}]{0,160}default\s{0,40}=\s{0,40}"$/,
  },
  {
    end: /-[a-z-]{1,16}[\s=]\s{0,40}["']?$/,
    pattern:
      /\b(?:set|put|add|create)\s+([A-Za-z_][\w.-]{1,80})\s+(?:--body|-b|--value|--secret-string|--string-value)[\s=]\s{0,40}["']?$/,
  },
  {
    end: /";s:\d+:"$/,
    pattern: /\bs:\d+:"([^"]{1,120})";s:\d+:"$/,
  },
  {
    end: /value["']?\s{0,40}[:=]\s{0,40}["']$/,
    pattern:
      /["']?([\w.-]{1,120})["']?\s{0,40}[:=]?\s{0,40}\{\s{0,40}(?:["']?(?:type|sensitive)["']?\s{0,40}[:=]\s{0,40}["']?\w+["']?\s{0,40},?\s{0,40}){0,2}["']?value["']?\s{0,40}[:=]\s{0,40}["']$/,
  },
  // Objects or list items that hold a name and a value
  {
    end: /(?:value|initial)["']?\s{0,40}[:=]>?\s{0,40}["']?$/i,
    pattern:
      /["']?\b(?:name|key|variable|id|parameterkey)["']?\s{0,40}[:=]>?\s{0,40}["']?([\w.:/-]{1,120})["']?\s{0,40},?\s{0,40}(?:["']?(?:type|enabled|secret|sensitive)["']?\s{0,40}[:=]>?\s{0,40}["']?\w+["']?\s{0,40},?\s{0,40})?["']?(?:value|initialvalue|parametervalue|initial)["']?\s{0,40}[:=]>?\s{0,40}["']?$/i,
  },
];

const ASSIGNED =
  /([A-Za-z_$@%][\w$.@:/-]*(?:[ -][A-Za-z_]\w*){0,4})["'`\])}*_]{0,4}(?:\s\[[^\]\n]{0,40}\]|:\s?&?(?:'\w{1,10} )?[A-Za-z]\w{0,20}(?:<[\w, ]{1,20}>|\[\]|\?)?)?\s{0,8}(?:=>|:=|->|=|:|\|)\s{0,40}[[({<&*]{0,2}[A-Za-z.:]{0,12}[("'`[{<“‘*|>-]{0,4}\s{0,40}["'`]?$/;
/** An identifier behind other words: they may be the value of the assignment before, or the command that takes it. */
const IDENTIFIER_AT_END = / ([A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+)$/;
/** The sign that ties a name to its value. */
const SIGN = /[=:|>]/;
/** The end of `"name": "`. */
const PROPERTY = /["']\s{0,4}:\s{0,4}["']$/;
const CALLED = /([A-Za-z_$][\w$.]*)\s{0,2}\(\s{0,40}["'`]?$/;
const BESIDE = /([A-Za-z_$-][\w$.-]*)["'`]?[\s,;]{1,40}["'`(]{0,2}$/;

/** `"value": "…", "name": "NAME"}`: the name comes behind. */
const VALUE_FIRST = /["']?value["']?\s*[:=]\s*["']?$/i;
const NAME_BEHIND = /^["']?\s*,?\s*["']?(?:name|key)["']?\s*[:=]\s*["']?([\w.:/-]{1,120})["']?\s*\}/i;

/** The name of the value [from, to), looking back no further than `floor` (where the value before it ends). */
export function nameOf(text: string, from: number, to: number, floor: number): Name | null {
  if (VALUE_FIRST.test(text.slice(Math.max(floor, from - 16), from))) {
    const name = NAME_BEHIND.exec(text.slice(to, to + REACH))?.[1];
    if (name !== undefined) return { text: name, form: "boxed" };
  }
  return nameBefore(text, from, floor);
}

function nameBefore(text: string, at: number, floor: number): Name | null {
  const before = text.slice(Math.max(floor, at - REACH), at);
  const end = before.slice(-END);
  for (const paired of PAIRED_NAMES) {
    const name = paired.end.test(end) ? paired.pattern.exec(before)?.[1] : undefined;
    if (name !== undefined) return { text: name, form: "boxed" };
  }
  const bound = ((SIGN.test(end) ? ASSIGNED.exec(before) : null) ?? CALLED.exec(before))?.[1];
  if (bound !== undefined) {
    const text = IDENTIFIER_AT_END.exec(bound)?.[1] ?? bound;
    return { text, form: PROPERTY.test(before) ? "property" : "assigned" };
  }
  const beside = BESIDE.exec(before)?.[1];
  return beside === undefined ? null : { text: beside, form: "beside" };
}

/** Words that only say that a name means half of an access key. */
const COMMON = new Set(
  "aws amazon amz access key keys id secret sec acc accesskey accesskeyid secretkey secretaccesskey keyid awsaccesskeyid awssecretkey awssecretaccesskey awsaccesskey user username usr name password pass passwd pwd value login identity credential credentials s export set env the my var const let string private public static final default configure x smtp token ak sk".split(
    " ",
  ),
);

/**
 * What is left of a name when the words that any half of a key bears are taken out, e.g. `prod` of `PROD_AWS_ACCESS_KEY_ID` and of
 * `prodAwsSecretAccessKey`: what the two halves of one key have in common. Empty when nothing is left.
 */
export function distinction(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, "$1$3 $2$4")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .flatMap((word) => word.split(/(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])/))
    .filter((word) => word !== "" && !COMMON.has(word) && !COMMON.has(word.replace(/s$/, "")))
    .join(" ");
}

/** How sure a name makes it that its value is a secret access key. */
export type Meaning = "aws-secret" | "secret" | "perhaps" | "unnamed" | "other";

const AWS_SECRET =
  /secret[\s_.-]{0,2}access[\s_.-]{0,2}key|(?:aws|amazon|amz|s3[an]?|ec2|ses|iam|dynamo(?:db)?|bucketeer|cloudcube)[\w\s.:/[\]-]{0,60}?sec(?:ret)?(?![a-z]{3})|(?:aws|s3)[\w.-]{0,40}secret|jclouds\.credential/i;
const SECRET = /sec(?:ret)?[\s_.-]?(?:access|key)|secret/i;
const PERHAPS = /pass|pwd|pw$|cred|auth|priv|^key$|sec|value|s3|aws|access/i;
/** What other vendors and other purposes call their own values of that length. */
const OTHER =
  /sha\d?|commit|digest|checksum|hash|etag|md5|integrity|revision|\brev\b|signature|github|gitlab|slack|stripe|twilio|google|azure|datadog|npm|client.?secret|webhook|consumer|session|jwt|csrf|nonce|salt|cookie|uuid|build|trace|span|request|api|token|licen[cs]e/i;
/** A word of prose, a tag, a speaker: it names nothing. */
const MERE_WORD = /^[A-Za-z][a-z]{0,11}$/;

/** What the name of a value says about it. */
export function meaningOf(name: Name | null): Meaning {
  if (name === null) return "unnamed";
  if (AWS_SECRET.test(name.text)) return "aws-secret";
  if (OTHER.test(name.text)) return name.form === "beside" ? "unnamed" : "other";
  if (SECRET.test(name.text)) return "secret";
  if (name.form === "beside" || MERE_WORD.test(name.text)) return "unnamed";
  return PERHAPS.test(name.text) ? "perhaps" : "other";
}
