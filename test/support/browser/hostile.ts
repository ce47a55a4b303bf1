import { randomFrom } from "../random.ts";
import { type Naming, ORDINARY } from "./reports.ts";

/** What somebody would name a file, a user or an account to attack whoever looks at a report of it. Each would set `window.attacked`. */
export const HOSTILE_TEXTS: readonly string[] = [
  "</script><script>window.attacked=1</script>",
  "</title></style></textarea></noscript><svg onload=window.attacked=1>",
  "<img src=x onerror=window.attacked=1>",
  `"><img src=x onerror="window.attacked=1">`,
  "' onmouseover='window.attacked=1' x='",
  "&quot;&gt;&lt;img src=x onerror=window.attacked=1&gt;",
  "&#60;script&#62;window.attacked=1&#60;/script&#62;",
  "javascript:window.attacked=1",
  "<!--<script>",
  "-->]]><![CDATA[<b>bold</b>",
  "${window.attacked=1}{{window.attacked=1}}",
  '{"__proto__":{"attacked":1}}',
  "__proto__",
  "constructor",
  "line\u2028separator\u2029paragraph",
  "abc\u202etxt.exe\u2066\u2069",
  "nul\u0000byte",
  "half \ud83d of one, \udc00 of another",
  "\ufeffzero\u200bwidth\u00ad",
  "\u001b[2Jterminal",
  "new\nline\r\ntab\t",
  "\\u003cscript\\u003e",
  "שלום עולם مرحبا",
  "=HYPERLINK(1)`rm`$(rm)",
];

/** Every name and text of a report is one of these. */
export function hostileNaming(): Naming {
  const random = randomFrom(7);
  const any = (): string => random.pick(HOSTILE_TEXTS);
  return {
    ...ORDINARY,
    path: () => `/home/${any()}/${any()}`,
    user: any,
    account: any,
    author: () => `${any()} <${any()}>`,
    text: (_random, plain) => `${plain} ${any()}`,
  };
}
