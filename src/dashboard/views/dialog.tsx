import { Box } from "ink";
import type { ReactElement } from "react";
import type { Dialog, State } from "../state.ts";
import { dialogLines, dialogRoom } from "./dialog-lines.ts";
import { Lines } from "./lines.tsx";

/** A question, in a frame where there is room for one. */
export function DialogView({ state, dialog }: { readonly state: State; readonly dialog: Dialog }): ReactElement {
  const { look } = state;
  const room = dialogRoom(state);
  const lines = <Lines lines={dialogLines(dialog, look, room)} look={look} width={room.width} />;
  if (!room.isFramed) return lines;
  return (
    <Box height={room.height + 2} justifyContent="center" alignItems="center">
      <Box
        flexDirection="column"
        width={room.width + 4}
        paddingX={1}
        borderStyle={look.ascii ? "classic" : "round"}
        borderDimColor={!dialog.danger}
        {...(look.color && dialog.danger ? { borderColor: "red" } : {})}
      >
        {lines}
      </Box>
    </Box>
  );
}
