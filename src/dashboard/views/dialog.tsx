import { Box } from "ink";
import type { ReactElement } from "react";
import { glyphsOf, type Look, shown, truncated, wrapped } from "../look.ts";
import { bodyHeight, type Dialog, type State } from "../state.ts";
import { BLANK, type Line, Lines, line } from "./line.tsx";

const WIDEST = 90;

/** A question; what it is about scrolls, what is typed stays in sight. */
export function DialogView({
  state,
  dialog,
  look,
}: {
  readonly state: State;
  readonly dialog: Dialog;
  readonly look: Look;
}): ReactElement {
  const height = bodyHeight(state);
  const width = Math.min(WIDEST, state.columns - 6);
  const lines = dialogLines(dialog, look, width, height - (look.screenReader ? 0 : 2));
  if (look.screenReader) return <Lines lines={lines} look={look} width={width} />;
  return (
    <Box height={height} justifyContent="center" alignItems="center">
      <Box
        flexDirection="column"
        width={width + 4}
        paddingX={1}
        borderStyle={look.ascii ? "classic" : "round"}
        borderDimColor={!dialog.danger}
        {...(look.color && dialog.danger ? { borderColor: "red" } : {})}
      >
        <Lines lines={lines} look={look} width={width} />
      </Box>
    </Box>
  );
}

export function dialogLines(
  { title, body, fields, focus, scroll, error, danger }: Dialog,
  look: Look,
  width: number,
  height: number,
): Line[] {
  const { pointer, ellipsis, down } = glyphsOf(look);
  const typed = fields.map(({ label, value }, at): Line => {
    const head = `${at === focus ? pointer : " "} ${shown(label, look)}: `;
    const room = Math.max(4, width - head.length - 1);
    const tail = shown(value, look);
    // The end of what is typed is what a person looks at.
    const seen = tail.length <= room ? tail : ellipsis + tail.slice(1 - room);
    return line(
      { text: truncated(head, width - 4, ellipsis), tone: at === focus ? "accent" : "dim" },
      seen,
      at === focus ? "_" : "",
    );
  });
  const below = [
    ...(typed.length === 0 ? [] : [BLANK, ...typed]),
    ...(error === null ? [] : [line({ text: truncated(error, width, ellipsis), tone: "bad" })]),
  ];
  const text = body.flatMap((one) => wrapped(shown(one, look), width)).map((one) => line(one));
  const room = Math.max(1, height - below.length - 2);
  const from = Math.min(scroll, Math.max(0, text.length - room));
  const more = text.length - from - room;
  const head = line(
    { text: truncated(shown(title, look), width - 12, ellipsis), tone: danger ? "high" : "title" },
    { text: more > 0 ? `  ${down} ${more} more` : "", tone: "dim" },
  );
  return [head, BLANK, ...text.slice(from, from + room), ...below];
}
