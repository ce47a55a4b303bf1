import type { TargetEntry, TargetSetting } from "../../src/model/target-catalogue.ts";
import { flowText } from "../../src/report/targets/flow-text.ts";
import { COMMON_SETTINGS, targetEntry } from "../../src/rotate/targets/catalogue.ts";
import type { TargetDescriptor } from "../../src/rotate/targets/descriptor.ts";
import { targetFolders } from "./targets.ts";

/** docs/targets.md: what `keysweep targets` says, on a page. From the folders: the registry may be about to be written. */
export async function generate(): Promise<Map<string, string>> {
  const targets = await Promise.all(targetFolders().map(entryOf));
  return new Map([["docs/targets.md", page(targets)]]);
}

async function entryOf(type: string): Promise<TargetEntry> {
  const loaded: { readonly default: TargetDescriptor } = await import(`../../src/rotate/targets/${type}/descriptor.ts`);
  return targetEntry(loaded.default);
}

const READ_BACK: Readonly<Record<TargetEntry["readBack"], string>> = {
  value: "what it holds",
  digest: "a digest of what it holds",
  metadata: "that it was written",
  none: "nothing",
};

function page(targets: readonly TargetEntry[]): string {
  return `<!-- Generated from src/rotate/targets by \`npm run generate\`; do not edit. -->

# Where rotated keys go

A target is a place that holds a key for whoever uses it. A rotation lists its targets; \`keysweep targets [TYPE]\` tells the same on a terminal.
What a program or an endpoint of yours is told, and how a type that is missing is added: [writing a target](writing-a-target.md).

"In one step": readers never see the id of one key with the secret of another. "Can be read": how it is proved that the target holds the new
key; where nothing can be read, the proof is that the new key is used, or that somebody says so (\`keysweep rotate confirm\`).

| type | what | in one step | can be read | better than any key |
|---|---|---|---|---|
${targets.map(row).join("\n")}

## Settings of every target

${table(COMMON_SETTINGS)}

A secret in a setting is never written there but named: \`{ env: NAME }\`, \`{ file: PATH }\`, \`{ command: [PROGRAM, …] }\` or \`{ keychain: NAME }\`.
Durations are written \`90s\`, \`15m\`, \`24h\`. A path begins with \`/\` or \`~\`, or is taken from the configuration's folder.

A target that can be read is written to only when it holds the old key of its rotation, its new one, or none: a key that the rotation does
not know was put there by somebody, and a person is asked.

## For programs

\`keysweep targets [TYPE] --format json\`:

\`\`\`
{ schema: "keysweep/targets@1", tool: { name, version },
  common: [{ name, required, description }],
  targets: [{ type, title, readBack: "value"|"digest"|"metadata"|"none", atomic,
              settings: [{ name, required, default (absent: none), description }],
              alternatives: [[name]],                 which settings each way of writing the target needs, where there is a choice
              example, exampleText, leastPrivilege, avoidableBy|null }] }
\`\`\`

## Files of this host

\`aws-profile\`, \`dotenv\` and \`file\` change the two values where they stand. Everything else stays byte for byte: comments, order, quotes, line ends, a
byte order mark, bytes that are not UTF-8. The file is replaced in one step by a copy with the same owner, mode and attributes (access lists and
SELinux's context where GNU's \`cp\` is there), which is on disk before it takes its place; a symbolic link stays one. Several keysweeps wait for each
other, and what an editor saves in between is kept.

Refused, with what to do: a file with several names (hard links), of another owner, mounted by itself into a container, longer than 8 MiB, or in UTF-16; a value
that is made of others (\`\${OTHER}\`, an alias, a merge, a tag such as \`!vault\`) or that stands there twice with different values; a profile that signs in or takes a
role, or that holds a session token. A file that is not there is not made.

${targets.map(section).join("\n")}`;
}

function row({ type, title, atomic, readBack, avoidableBy }: TargetEntry): string {
  return `| [\`${type}\`](#${type}) | ${cell(title)} | ${atomic ? "yes" : "no"} | ${READ_BACK[readBack]} | ${cell(avoidableBy ?? "–")} |`;
}

function section({ type, title, settings, alternatives, exampleText, leastPrivilege }: TargetEntry): string {
  const ways = alternatives.map((names) => names.map((name) => `\`${name}\``).join(" and "));
  const choice = ways.length === 0 ? "" : `\nNeeded is either ${ways.join(", or ")}.\n`;
  return `## ${type}

${title}.

\`\`\`yaml
${exampleText.trimEnd()}
\`\`\`

${table(settings)}
${choice}
Least privilege: ${leastPrivilege}
`;
}

function table(settings: readonly TargetSetting[]): string {
  const rows = settings.map((setting) => {
    const usual = "default" in setting ? `\`${flowText(setting.default)}\`` : setting.required ? "required" : "";
    return `| \`${setting.name}\` | ${usual} | ${cell(setting.description)} |`;
  });
  return ["| setting | default | meaning |", "|---|---|---|", ...rows].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
