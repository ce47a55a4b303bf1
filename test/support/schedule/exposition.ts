/** One value of a family, with its labels as they are written. */
export interface Exposed {
  readonly family: string;
  readonly labels: string;
  readonly value: number;
}

const SAMPLE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"(?:,(?!\})|(?=\})))+)\})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/**
 * Reads Prometheus' text format 0.0.4 as strictly as it is written down, and as `promtool check metrics` wants names: each family has HELP, then
 * TYPE, then its samples, all in one place; no series comes twice; counters alone end in `_total`; base units.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @throws Error that names the line.
 */
export function readExposition(text: string): Exposed[] {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const exposed: Exposed[] = [];
  const families = new Set<string>();
  const series = new Set<string>();
  let helped = "";
  let typed = "";
  for (const line of text.slice(0, -1).split("\n")) {
    const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      if (families.has(name)) throw new Error(`a family stands in two places: ${line}`);
      if (/\\(?![\\n])/.test(rest)) throw new Error(`no such escape: ${line}`);
      families.add(name);
      helped = name;
    } else if (kind === "TYPE") {
      if (name !== helped || !["gauge", "counter"].includes(rest)) throw new Error(`no HELP, or no type: ${line}`);
      if (name.endsWith("_total") !== (rest === "counter")) throw new Error(`counters end in _total: ${line}`);
      if (/(?:_ms|_milliseconds|_minutes|_hours|_days|_kb|_percent)$/.test(name))
        throw new Error(`no base unit: ${line}`);
      typed = name;
    } else {
      const [, family = "", labels = "", value = ""] = SAMPLE.exec(line) ?? [];
      if (family === "" || family !== typed) throw new Error(`no sample of the family ${typed}: ${line}`);
      if (series.has(`${family}{${labels}}`)) throw new Error(`a series comes twice: ${line}`);
      series.add(`${family}{${labels}}`);
      exposed.push({ family, labels, value: Number(value.replace("Inf", "Infinity")) });
    }
  }
  return exposed;
}
