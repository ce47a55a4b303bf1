/** Where a pattern of rules/locations.yaml begins when it does not begin at the root: what stands there on another person's disk, or in an archive. */
const BEGINNINGS: readonly (readonly [RegExp, string])[] = [
  [/^~\//, "**/"],
  [/^\$APPDATA\//, "**/AppData/Roaming/"],
  [/^\$LOCALAPPDATA\//, "**/AppData/Local/"],
  [/^\$JENKINS_HOME\//, "**/"],
  [/^[A-Z]:\//, "**/"],
  [/^\//, "**/"],
];

/**
 * The pattern that finds the same place anywhere: `~/.aws/config` is that too in another person's home or inside a backup.
 * @returns null for a pattern that begins with a variable whose value is not known before run time.
 */
export function anywhere(glob: string): string | null {
  for (const [beginning, instead] of BEGINNINGS) if (beginning.test(glob)) return glob.replace(beginning, instead);
  if (glob.startsWith("$")) return null;
  return glob.startsWith("**/") ? glob : `**/${glob}`;
}

/**
 * One regular expression for several patterns, each of which begins with `**` and a slash; it ignores case, as half the file systems do.
 * Of the language of globs it knows `*`, `**`, `?` and `{a,b}`. (picomatch's own expressions are anchored inside and
 * cannot be joined; a test holds the two against each other.)
 */
export function pathPattern(globs: readonly string[]): RegExp {
  const bodies = globs.map((glob) => translate(glob.replace(/^(?:\*\*\/)+/, "")));
  return new RegExp(`(?:^|/)${bodies.length === 1 ? bodies[0] : `(?:${bodies.join("|")})`}$`, "i");
}

const TOKEN = /\/\*\*\/|\/\*\*(?=$|[},])|\*\*|\*|\?|[{},]|[^*?{},/]+|\//g;

function translate(glob: string): string {
  let depth = 0;
  const text = glob.replace(TOKEN, (token) => {
    switch (token) {
      case "/**/":
        return "/(?:[^/]+/)*";
      case "/**":
        return "/.+";
      case "**":
        throw new Error(`** must be a whole part of the path in ${glob}`);
      case "*":
        return "[^/]*";
      case "?":
        return "[^/]";
      case "{":
        depth++;
        return "(?:";
      case "}":
        if (--depth < 0) throw new Error(`} without { in ${glob}`);
        return ")";
      case ",":
        return depth > 0 ? "|" : ",";
      default:
        return token.replace(/[\\^$.|()[\]+]/g, "\\$&");
    }
  });
  if (depth !== 0) throw new Error(`{ without } in ${glob}`);
  return text;
}
