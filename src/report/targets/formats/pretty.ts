import type { TargetEntry, TargetSetting } from "../../../model/target-catalogue.ts";
import type { Appearance } from "../../format.ts";
import { BOLD, DIM, painter, words, wrapped } from "../../terminal.ts";
import { flowText } from "../flow-text.ts";
import type { TargetFormat } from "../target-formats.ts";

/** For a person at a terminal: a list of all, or all about one. */
export const pretty: TargetFormat = {
  name: "pretty",
  *write({ targets, common }, appearance) {
    const [target, ...others] = targets;
    if (target !== undefined && others.length === 0) yield* about(target, common, appearance);
    else yield* list(targets, appearance);
  },
};

const READ_BACK: Readonly<Record<TargetEntry["readBack"], string>> = {
  value: "what it holds can be read, and is",
  digest: "a digest of what it holds can be read, and is",
  metadata: "only that it was written can be seen: proof is that the new key is used",
  none: "nothing can be seen: proof is that the new key is used, or somebody's word (rotate confirm)",
};

function* list(targets: readonly TargetEntry[], { color, width }: Appearance): Generator<string> {
  const paint = painter(color);
  const longest = Math.max(...targets.map(({ type }) => type.length));
  for (const { type, title } of targets) {
    const hanging = " ".repeat(longest + 2);
    const [first = "", ...rest] = [...wrapped(words(title), { width: width - hanging.length, hanging: "" })];
    yield `${paint(type, BOLD)}${" ".repeat(longest + 2 - type.length)}${first}`;
    for (const line of rest) yield hanging + line;
  }
  yield `\n${paint("keysweep targets TYPE  tells about one.", DIM)}\n`;
}

function* about(
  target: TargetEntry,
  common: readonly TargetSetting[],
  { color, width }: Appearance,
): Generator<string> {
  const paint = painter(color);
  const paragraph = (text: string, indent = ""): Iterable<string> =>
    wrapped(words(text), { width, indent, hanging: "" });
  yield `${paint(target.type, BOLD)}  ${target.title}\n\n`;
  yield* paragraph(`Read back: ${READ_BACK[target.readBack]}.`);
  yield* paragraph(
    target.atomic
      ? "The id and the secret change in one step."
      : "The id and the secret are written one after the other: for a moment a reader may see halves of two keys.",
  );
  if (target.avoidableBy !== null) yield* paragraph(`Better than any key: ${target.avoidableBy}`);
  yield `\n${paint("Settings", BOLD)}\n`;
  for (const setting of target.settings) yield* settingText(setting, paragraph, paint);
  if (target.alternatives.length > 0) {
    const ways = target.alternatives.map((names) => names.join(" and "));
    yield* paragraph(`Needed is either ${ways.join(", or ")}.`, "  ");
  }
  yield `\n${paint("Settings of every target", BOLD)}\n`;
  for (const setting of common) yield* settingText(setting, paragraph, paint);
  yield `\n${paint("Least privilege", BOLD)}\n`;
  yield* paragraph(target.leastPrivilege, "  ");
  yield `\n${paint("Example", BOLD)}\n`;
  for (const line of target.exampleText.trimEnd().split("\n")) yield `  ${line}\n`;
}

function* settingText(
  setting: TargetSetting,
  paragraph: (text: string, indent: string) => Iterable<string>,
  paint: ReturnType<typeof painter>,
): Generator<string> {
  const { name, required, description } = setting;
  yield `  ${name}  ${paint(required ? "(required)" : "(optional)", DIM)}\n`;
  yield* paragraph(description, "    ");
  if ("default" in setting) yield* paragraph(`Default: ${flowText(setting.default)}`, "    ");
}
