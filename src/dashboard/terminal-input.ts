/** What terminals answer in strings of their own (OSC, DCS, PM, APC, SOS): no key sends one. */
const REPLY = /\x1b[\]P^_X][^\x07\x1b]*(?:\x07|\x1b\\)/g;

const PASTE = { begins: "\x1b[200~", ends: "\x1b[201~" } as const;

/** Of what comes from a terminal, what a person has typed or pasted. */
export class TerminalInput {
  #isPasting = false;

  /** The chunk without what the terminal itself says. A paste whose end never came is ended by whoever wants to leave: Ctrl-C, or Esc alone. */
  typed(chunk: string): string {
    const text = this.#isPasting && chunk === "\x1b" ? PASTE.ends + chunk : chunk.replace(REPLY, "");
    const began = text.lastIndexOf(PASTE.begins);
    const ended = text.lastIndexOf(PASTE.ends);
    if (began >= 0 || ended >= 0) this.#isPasting = began > ended;
    // Terminals paste no control characters; should one do so, nothing worse happens than that the dashboard is left.
    const wayOut = this.#isPasting ? text.indexOf("\x03", Math.max(0, began)) : -1;
    if (wayOut < 0) return text;
    this.#isPasting = false;
    return text.slice(0, wayOut) + PASTE.ends + text.slice(wayOut);
  }
}

/** The same stream, of which no more is read than what a person has typed or pasted. */
export function typedOn(stdin: NodeJS.ReadStream): NodeJS.ReadStream {
  const input = new TerminalInput();
  const read = (size?: number): string | Buffer | null => {
    const chunk: string | Buffer | null = stdin.read(size);
    return typeof chunk === "string" ? input.typed(chunk) : chunk;
  };
  return new Proxy(stdin, {
    get(target, name) {
      if (name === "read") return read;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
