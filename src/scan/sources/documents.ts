import type { DocumentSearch } from "../detect/document-search.ts";

/** The detector as a source sees it: documents go in one after another, detections come out. */
export type Documents = Pick<DocumentSearch, "begin" | "buffer" | "fill" | "space" | "wrote" | "push" | "finish">;
