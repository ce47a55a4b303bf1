import type { Detection, DocumentHint } from "../detect/detection.ts";

/** The detector as a source sees it: documents go in one after another, detections come out. `DocumentSearch` is one. */
export interface Documents {
  /** Begins a document. */
  begin(hint: DocumentHint): void;
  /** The next bytes of the document may be written to `buffer[fill, fill + space)`. */
  readonly buffer: Uint8Array;
  readonly fill: number;
  readonly space: number;
  /** That many bytes were written there. */
  wrote(count: number): void;
  /** Copies a chunk in. */
  push(chunk: Uint8Array): void;
  /** Ends the document. */
  finish(): readonly Detection[];
}
