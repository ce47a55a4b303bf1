/** As wide as most terminals' windows are at least, when somebody reads help in one. */
const WIDTH = 100;
const INDENT = "      ";

/** The help as Stricli words it, with its usage on lines that fit and `[PATH…]` for what may be given any number of times. */
export function tidyHelp(text: string): string {
  if (!text.startsWith("USAGE\n")) return text;
  const end = text.indexOf("\n\n");
  const usage = end === -1 ? text : text.slice(0, end);
  const lines = usage
    .replaceAll(/<([^<>]+)>\.\.\./g, "[$1…]")
    .replaceAll("]...", "]…")
    .split("\n");
  return lines.map(wrapped).join("\n") + text.slice(usage.length);
}

function wrapped(line: string): string {
  const lines = [""];
  // An option and its value stay together.
  for (const word of line.split(/ (?=[[(<]|--|\S+$)/)) {
    const last = lines.at(-1) ?? "";
    if (last === "") lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(INDENT + word);
  }
  return lines.join("\n");
}
