import { KeysweepError } from "../model/error.ts";

/** The formats of one kind of report, by name. Each is loaded when it is asked for. */
export interface FormatRegistry<Name extends string, Format> {
  readonly names: readonly Name[];
  /** The text as the name of a format. @throws KeysweepError `usage` that names those there are. */
  parse(text: string, flag: string): Name;
  load(name: Name): Promise<Format>;
}

/**
 * @param kind what is reported on, e.g. `a scan`
 * @param loaders by the names that users type
 */
export function formatRegistry<Name extends string, Format>(
  kind: string,
  loaders: Readonly<Record<Name, () => Promise<Format>>>,
): FormatRegistry<Name, Format> {
  const names = Object.keys(loaders) as Name[];
  return {
    names,
    parse(text, flag) {
      const name = names.find((known) => known === text);
      if (name !== undefined) return name;
      throw new KeysweepError("usage", `${flag}: ${kind} has no format ${JSON.stringify(text)}`, {
        hint: `It has ${names.join(", ")}.`,
      });
    },
    load: (name) => loaders[name](),
  };
}
