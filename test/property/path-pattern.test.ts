import * as fc from "fast-check";
import { expect, test } from "vitest";
import { PathPatterns } from "../../src/scan/path-pattern.ts";

/** What a pattern means, written down so that one sees it is right, and slow for it. */
function means(parts: readonly string[], items: readonly string[], wild: string, accepts: typeof nameMeans): boolean {
  const [part, ...later] = parts;
  if (part === undefined) return items.length === 0;
  if (part === wild)
    return items.some((_, at) => means(later, items.slice(at), wild, accepts)) || means(later, [], wild, accepts);
  return items[0] !== undefined && accepts(part, items[0]) && means(later, items.slice(1), wild, accepts);
}

function nameMeans(pattern: string, name: string): boolean {
  return means(Array.from(pattern), Array.from(name), "*", (part, character) => part === "?" || part === character);
}

const name = fc.string({ unit: fc.constantFrom("a", "b", "."), minLength: 1, maxLength: 5 });
const segment = fc.oneof(
  fc.constant("**"),
  fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), minLength: 1, maxLength: 5 }),
);

test("a pattern means what trying every way says it means", () => {
  const segments = fc.array(segment, { minLength: 1, maxLength: 5 });
  const names = fc.array(name, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(segments, names, (pattern, path) => {
      const matches = new PathPatterns([pattern.join("/")]).first(path.join("/")) === 0;
      expect(matches).toBe(means(pattern, path, "**", nameMeans));
    }),
    { numRuns: 2000 },
  );
});

test("patterns that are tried at once, on one path after another, mean what each means alone", () => {
  const patterns = fc.array(fc.array(segment, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });
  // Few names, so that paths lie in each other's folders.
  const paths = fc.array(fc.array(fc.constantFrom("a", "b", "ab", "aab"), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(patterns, paths, (all, seen) => {
      const together = new PathPatterns(all.map((pattern) => pattern.join("/")));
      for (const path of seen) {
        const matching = all.flatMap((pattern, index) => (means(pattern, path, "**", nameMeans) ? [index] : []));
        expect(together.all(path.join("/"))).toEqual(matching);
        expect(together.first(path.join("/"))).toBe(matching[0] ?? -1);
      }
    }),
    { numRuns: 1000 },
  );
});
