import { Box, Text } from "ink";
import type { ReactElement } from "react";
import { glyphsOf, type Look, truncated, widthOf } from "../look.ts";
import type { Line, Span, Tone } from "./line.ts";

/** The sixteen colours of the terminal's own theme; without colours, weight alone. */
const TONES: Readonly<Record<Tone, { readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean }>> =
  {
    critical: { color: "magenta", bold: true },
    high: { color: "red", bold: true },
    medium: { color: "yellow" },
    low: { color: "cyan" },
    info: { dimColor: true },
    plain: {},
    bold: { bold: true },
    dim: { dimColor: true },
    accent: { color: "cyan", bold: true },
    good: { color: "green" },
    bad: { color: "red" },
    title: { bold: true },
  };

function Spans({
  line: { spans, selected = false },
  look,
}: {
  readonly line: Line;
  readonly look: Look;
}): ReactElement {
  return (
    <Text wrap={look.screenReader ? "wrap" : "truncate"} inverse={selected}>
      {/* A text of no characters would have no height. */}
      {spans.every(({ text }) => text === "")
        ? " "
        : spans.map(({ text, tone = "plain" }, at) => {
            const { color, ...weight } = TONES[tone];
            const paint = look.color && color !== undefined && !selected ? { color } : {};
            return (
              // Spans of a line have no identity but their place.
              // oxlint-disable-next-line react/no-array-index-key
              <Text key={at} {...weight} {...paint}>
                {text}
              </Text>
            );
          })}
    </Text>
  );
}

/** As much of a line as there are columns. (What ink cuts off ends in an ellipsis that not every terminal has.) */
function clipped({ spans, ...rest }: Line, width: number, look: Look): Line {
  const kept: Span[] = [];
  let left = width;
  for (const span of spans) {
    const wide = widthOf(span.text);
    if (wide > left) {
      if (left > 0) kept.push({ ...span, text: truncated(span.text, left, glyphsOf(look).ellipsis) });
      break;
    }
    kept.push(span);
    left -= wide;
  }
  return { spans: kept, ...rest };
}

/** Lines below one another, never more nor wider than there is room for. */
export function Lines({
  lines,
  look,
  width,
  height,
}: {
  readonly lines: readonly Line[];
  readonly look: Look;
  readonly width: number;
  readonly height?: number;
}): ReactElement {
  const shown = height === undefined ? lines : lines.slice(0, height);
  return (
    <Box flexDirection="column" {...(height === undefined ? {} : { height })}>
      {shown.map((one, at) => (
        // oxlint-disable-next-line react/no-array-index-key
        <Spans key={at} line={look.screenReader ? one : clipped(one, width, look)} look={look} />
      ))}
    </Box>
  );
}
