/** What was pasted may hold anything. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").slice(0, 200);
}

export function withoutLast(text: string): string {
  return Array.from(text).slice(0, -1).join("");
}
