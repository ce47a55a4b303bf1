import { Box } from "ink";
import type { ReactElement } from "react";
import { glyphsOf, type Look, shown, truncated, wrapped } from "../look.ts";
import { bodyHeight, type Dialog, type State } from "../state.ts";
import { BLANK, type Line, Lines, line } from "./line.tsx";

const WIDEST = 90;
/** Lower screens have no room for a frame. */
const FRAMED = 10;

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
  const isBare = look.screenReader || height < FRAMED;
  const lines = dialogLines(dialog, look, width, height - (isBare ? 0 : 2));
  if (isBare) return <Lines lines={lines} look={look} width={width} />;
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

/** What is wrong, in at most so many lines. */
function complaintLines(error: string, look: Look, width: number, most: number): Line[] {
  const lines = wrapped(shown(error, look), width);
  const { ellipsis } = glyphsOf(look);
  const kept =
    lines.length <= most
      ? lines
      : [...lines.slice(0, most - 1), truncated(lines.slice(most - 1).join(" "), width, ellipsis)];
  return kept.map((text) => line({ text, tone: "bad" as const }));
}

/** Lines besides those that are typed into, from which on there are blank ones between. */
const ROOMY = 7;

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
  const complaint = error === null ? [] : complaintLines(error, look, width, Math.max(1, height - fields.length - 2));
  // Where there is hardly any room, the line that is typed into goes before the others, and all of them before what is said of them.
  const gap = height < fields.length + ROOMY ? [] : [BLANK];
  const most = Math.max(1, height - 1 - complaint.length);
  const first = Math.max(0, Math.min(focus, typed.length - most));
  const below = [...(typed.length === 0 ? [] : [...gap, ...typed.slice(first, first + most)]), ...complaint];
  const text = body.flatMap((one) => wrapped(shown(one, look), width)).map((one) => line(one));
  const room = Math.max(0, height - below.length - 1 - gap.length);
  const from = Math.min(scroll, Math.max(0, text.length - room));
  const more = text.length - from - room;
  const head = line(
    { text: truncated(shown(title, look), width - 12, ellipsis), tone: danger ? "high" : "title" },
    { text: more > 0 ? `  ${down} ${more} more` : "", tone: "dim" },
  );
  return [head, ...gap, ...text.slice(from, from + room), ...below];
}
