import type { Command, RouteMap } from "@stricli/core";
import type { Context } from "./context.ts";
import { optionName } from "./option-name.ts";

/** A command, or several below one name. */
export type HelpTarget = Command<Context> | RouteMap<Context>;

type Flags = NonNullable<Command<Context>["parameters"]["flags"]>;
type Flag = Flags[string];
type Arguments = NonNullable<Command<Context>["parameters"]["positional"]>;

/** What a section tells of: an option, an argument, a command. */
interface Row {
  readonly name: string;
  readonly brief: string;
}

/** Lines that go on begin so. */
const INDENT = "      ";
/** Room for the short form of an option, which only these two have. */
const NO_SHORT_FORM = "    ";
const HELP: Row = { name: "-h, --help", brief: "Print this help" };
const NO_MORE_OPTIONS: Row = {
  name: `${NO_SHORT_FORM}--`,
  brief: "What follows is no option, whatever it begins with",
};
const VERSION: Row = { name: "-v, --version", brief: "Print the version" };
/** Names that reach further stand on a line of their own. */
const FURTHEST_BRIEF = 32;

/**
 * What `--help` prints.
 * @param words those that lead to it, the program's name included
 * @param columns no line is longer, except for a word that is
 */
export function helpText(target: HelpTarget, words: readonly string[], columns: number): string {
  const parts = "getAllEntries" in target ? ofCommands(target, words, columns) : ofCommand(target, words, columns);
  return `${parts.join("\n\n")}\n`;
}

function ofCommands(commands: RouteMap<Context>, words: readonly string[], columns: number): string[] {
  const rows = commands.getAllEntries().map(({ name, target: { brief } }) => ({ name: name.original, brief }));
  return [
    usage([...words, "COMMAND", "[OPTION…]"], columns),
    description(commands, columns),
    section("COMMANDS", rows, columns),
    section("OPTIONS", words.length === 1 ? [HELP, VERSION] : [HELP], columns),
    wrapped(`\`${words.join(" ")} COMMAND --help\` tells about one of them.`, columns),
  ];
}

function ofCommand(command: Command<Context>, words: readonly string[], columns: number): string[] {
  const { flags = {}, positional } = command.parameters;
  const args = argumentsOf(positional);
  const options = Object.entries(flags).map(([name, flag]) => optionRow(name, flag));
  const required = Object.entries(flags).filter(([, flag]) => isRequired(flag));
  const needed = required.map(([name, flag]) => written(name, flag));
  return [
    usage([...words, ...needed, "[OPTION…]", ...args.map(({ name }) => name)], columns),
    description(command, columns),
    ...(args.length === 0 ? [] : [section("ARGUMENTS", args, columns)]),
    section("OPTIONS", [...options, HELP, NO_MORE_OPTIONS], columns),
  ];
}

function usage(words: readonly string[], columns: number): string {
  return `USAGE\n  ${filled(words, columns - 2).join(`\n  ${INDENT}`)}`;
}

/** Paragraphs are filled anew; lists, which have indented lines, stay as they are as far as they fit. */
function description({ brief, fullDescription }: HelpTarget, columns: number): string {
  const paragraphs = (fullDescription ?? brief).split("\n\n");
  return paragraphs
    .map((text) => {
      if (!/^\s/m.test(text)) return wrapped(text, columns);
      return text
        .split("\n")
        .map((line) => listed(line, columns))
        .join("\n");
    })
    .join("\n\n");
}

function listed(line: string, columns: number): string {
  const [lead = "", name = "", brief = line] = /^(\s*)(\S+ {2,})(.*)$/.exec(line)?.slice(1) ?? [];
  const indent = lead + name;
  return indent + filled(brief.split(" "), columns - indent.length).join(`\n${" ".repeat(indent.length)}`);
}

function section(title: string, rows: readonly Row[], columns: number): string {
  const from = Math.min(FURTHEST_BRIEF, Math.max(...rows.map(({ name }) => name.length)) + 4);
  const lines = rows.map(({ name, brief }) => {
    const text = filled(brief.split(" "), columns - from).join(`\n${" ".repeat(from)}`);
    const start = `  ${name}`;
    return start.length + 2 <= from ? start.padEnd(from) + text : `${start}\n${" ".repeat(from)}${text}`;
  });
  return [title, ...lines].join("\n");
}

function argumentsOf(positional: Arguments | undefined): Row[] {
  if (positional === undefined) return [];
  if (positional.kind === "array") {
    const { placeholder = "", brief } = positional.parameter;
    return [{ name: `[${placeholder}…]`, brief }];
  }
  return positional.parameters.map(({ placeholder = "", brief, optional }) => ({
    name: optional === true ? `[${placeholder}]` : placeholder,
    brief,
  }));
}

function optionRow(name: string, flag: Flag): Row {
  const given = flag.kind !== "boolean" && "default" in flag ? flag.default : undefined;
  const brief = given === undefined ? flag.brief : `${flag.brief} (default: ${String(given)})`;
  return { name: NO_SHORT_FORM + written(name, flag), brief };
}

/** An option, and what stands for its value. */
function written(name: string, flag: Flag): string {
  return flag.kind === "boolean" ? optionName(name) : `${optionName(name)} ${flag.placeholder ?? ""}`;
}

function isRequired(flag: Flag): boolean {
  return flag.kind !== "boolean" && flag.optional !== true && !("default" in flag && flag.default !== undefined);
}

function wrapped(text: string, columns: number): string {
  return filled(text.split(/\s+/), columns).join("\n");
}

/** The words on as few lines as they take. */
function filled(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
