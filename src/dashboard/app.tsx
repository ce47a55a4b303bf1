import { Box } from "ink";
import type { ReactElement } from "react";
import { bodyHeight, isTooSmall, type State } from "./state.ts";
import { DialogView } from "./views/dialog.tsx";
import { headLine, keysLine, ruleLine, statusLines } from "./views/frame.ts";
import { helpLines } from "./views/help.ts";
import { type Line, line } from "./views/line.ts";
import { Lines } from "./views/lines.tsx";
import { overviewLines } from "./views/overview.ts";
import { scrolled } from "./views/scrolled.ts";
import { TableView } from "./views/table-view.tsx";

/** The screen for a state. Pure: the same state, the same screen. */
export function App({ state }: { readonly state: State }): ReactElement {
  const { columns, look } = state;
  if (isTooSmall(state))
    return <Lines lines={TOO_SMALL.map((text) => line(text))} look={look} width={columns} height={state.rows} />;
  const height = bodyHeight(state);
  return (
    <Box flexDirection="column" width={columns}>
      <Lines lines={[headLine(state), ruleLine(state)]} look={look} width={columns} />
      <Box
        flexDirection="column"
        width={columns}
        {...(look.screenReader ? {} : { height, overflow: "hidden" as const })}
      >
        <Body state={state} />
      </Box>
      <Lines lines={[ruleLine(state), ...statusLines(state), keysLine(state)]} look={look} width={columns} />
    </Box>
  );
}

const TOO_SMALL: readonly string[] = ["too small", "Ctrl-C leaves"];

function Body({ state }: { readonly state: State }): ReactElement {
  if (state.dialog !== null) return <DialogView state={state} dialog={state.dialog} />;
  if (state.help) return <Text state={state} lines={helpLines(state)} />;
  if (state.view === "overview") return <Text state={state} lines={overviewLines(state)} />;
  return <TableView state={state} name={state.view} />;
}

/** What is longer than the screen scrolls; what is read aloud has no bottom of a screen. */
function Text({ state, lines }: { readonly state: State; readonly lines: readonly Line[] }): ReactElement {
  const { look, columns, scroll } = state;
  if (look.screenReader) return <Lines lines={lines} look={look} width={columns} />;
  const height = bodyHeight(state);
  return <Lines lines={scrolled(lines, scroll, height, look)} look={look} width={columns} height={height} />;
}
