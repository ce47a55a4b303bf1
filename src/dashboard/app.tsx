import { Box } from "ink";
import type { ReactElement } from "react";
import type { Look } from "./look.ts";
import { bodyHeight, isTooSmall, type State } from "./state.ts";
import { DialogView } from "./views/dialog.tsx";
import { headLine, keysLine, ruleLine, statusLines } from "./views/frame.ts";
import { Help } from "./views/help.tsx";
import { Lines, line } from "./views/line.tsx";
import { Overview } from "./views/overview.tsx";
import { TableView } from "./views/table-view.tsx";

/** The screen for a state. Pure: the same state, the same screen. */
export function App({ state, look }: { readonly state: State; readonly look: Look }): ReactElement {
  const { columns } = state;
  if (isTooSmall(state, look))
    return <Lines lines={TOO_SMALL.map((text) => line(text))} look={look} width={columns} height={state.rows} />;
  const height = bodyHeight(state);
  return (
    <Box flexDirection="column" width={columns}>
      <Lines lines={[headLine(state, look), ruleLine(state, look)]} look={look} width={columns} />
      <Box
        flexDirection="column"
        width={columns}
        {...(look.screenReader ? {} : { height, overflow: "hidden" as const })}
      >
        <Body state={state} look={look} />
      </Box>
      <Lines
        lines={[ruleLine(state, look), ...statusLines(state, look), keysLine(state, look)]}
        look={look}
        width={columns}
      />
    </Box>
  );
}

const TOO_SMALL: readonly string[] = ["too small", "Ctrl-C leaves"];

function Body({ state, look }: { readonly state: State; readonly look: Look }): ReactElement {
  if (state.dialog !== null) return <DialogView state={state} dialog={state.dialog} look={look} />;
  if (state.help) return <Help state={state} look={look} />;
  if (state.view === "overview") return <Overview state={state} look={look} />;
  return <TableView state={state} name={state.view} look={look} />;
}
