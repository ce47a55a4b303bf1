/** The fields of a JSON object, of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a text says in JSON; null where it is none. What JSON.parse says of it would quote the text. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The fields of a value; none where it is no object. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
