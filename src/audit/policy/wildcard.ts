/** Whether a pattern of a policy (`*` any text, `?` one character) matches; in time that grows with the product of the lengths at worst. */
export function wildcardMatches(pattern: string, text: string): boolean {
  let at = 0;
  let inText = 0;
  let star = -1;
  let resume = 0;
  while (inText < text.length) {
    const character = pattern[at];
    if (character === "*") {
      star = at++;
      resume = inText;
    } else if (character === "?" || (character !== undefined && character === text[inText])) {
      at++;
      inText++;
    } else if (star >= 0) {
      at = star + 1;
      inText = ++resume;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
