import type { SkipReason } from "../../../model/coverage.ts";

/**
 * Where unpacked bytes go: one document a member, never two at a time.
 * `within` holds the member names that lead there, outermost first. It names a container itself (empty: the outermost
 * file) for bytes of the container that belong to no member, e.g. what precedes a zip.
 */
export interface MemberSink {
  begin(within: readonly string[]): void;
  /** A name that no document bears: of a member that is a container itself, or one that another name of the same member overrules. */
  name(within: readonly string[], name: string): void;
  /** The array is reused after the call returns. */
  bytes(chunk: Uint8Array): void;
  end(): void;
  /**
   * A member, or the rest of a container, was not read. `detail` holds nothing of the content. What was not read follows as a document of
   * the same place, as it is; but for the outermost file (`within` is empty) only where it comes as a stream: else it can be read again.
   */
  skipped(within: readonly string[], reason: SkipReason, detail: string): void;
}
