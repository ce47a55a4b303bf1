/** A setting's value as one would write it in YAML, on one line. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[ ${value.map(flowText).join(", ")} ]`;
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).map(([key, inner]) => `${key}: ${flowText(inner)}`);
  return `{ ${fields.join(", ")} }`;
}
