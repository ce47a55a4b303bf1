import { HISTORY_FORMS } from "../../../kernel/anchor-forms.ts";

const MARKS = HISTORY_FORMS.map(({ text }) => text.toLowerCase());

/** Whether what the pack search's kernel looks for besides anchors is at a place. */
export function isMark(bytes: Uint8Array, at: number): boolean {
  return MARKS.some((mark) => mark === latin1(bytes.subarray(at, at + mark.length)).toLowerCase());
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
