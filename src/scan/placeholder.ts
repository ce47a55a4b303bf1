import { PLACEHOLDER_IDS, PLACEHOLDER_SECRETS, type PlaceholderRules } from "../generated/placeholders.ts";

/** Whether nobody ever issued this access key id: it is a documentation example, or was made up. */
export function isPlaceholderId(id: string): boolean {
  return isMadeUp(id.slice(4), PLACEHOLDER_IDS);
}

/** Whether nobody ever issued this secret or token: it is a documentation example, or was made up. */
export function isPlaceholderSecret(text: string): boolean {
  return isMadeUp(text, PLACEHOLDER_SECRETS);
}

/** See rules/placeholders.yaml for each sign, and for how seldom it comes about by chance. */
function isMadeUp(text: string, { patterns, ascending, fewerThan }: PlaceholderRules): boolean {
  return (
    new Set(text).size < fewerThan || patterns.some((pattern) => pattern.test(text)) || longestAscent(text) >= ascending
  );
}

/** How many characters follow each other as in ABCDEF or 7890, at most. */
function longestAscent(text: string): number {
  let longest = 0;
  let length = 0;
  let before = Number.NaN;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const follows = code === before + 1 || (code === 0x30 && before === 0x39);
    length = follows ? length + 1 : 1;
    longest = Math.max(longest, length);
    before = code;
  }
  return longest;
}
