/**
 * A function of a text that remembers what it said: asked again, it costs a look into a table.
 * @param mostCharacters past so many in the texts that it remembers it forgets them all, so that hostile texts take no memory
 */
export function memoized<T>(compute: (text: string) => T, mostCharacters: number): (text: string) => T {
  const known = new Map<string, T>();
  let characters = 0;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined || known.has(text)) return before as T;
    const result = compute(text);
    characters += text.length;
    if (characters > mostCharacters) {
      known.clear();
      characters = text.length;
    }
    if (text.length <= mostCharacters) known.set(text, result);
    return result;
  };
}
