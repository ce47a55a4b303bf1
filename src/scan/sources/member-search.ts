import type { SkipReason } from "../../model/coverage.ts";
import type { Detection, DocumentHint } from "../detect/detection.ts";
import type { MemberSink } from "./archive/member-sink.ts";
import type { Documents } from "./documents.ts";

/** What is done with what the members of one container hold. */
export interface MemberEvents {
  onDetection(detection: Detection, within: readonly string[]): void;
  onSkipped(within: readonly string[], reason: SkipReason, detail: string): void;
  /** Called with each chunk; an error thrown here ends the reading. */
  onBytes(): void;
}

/** Searches the members of a container, each as a document of its own. */
export class MemberSearch implements MemberSink {
  readonly #documents: Documents;
  readonly #container: DocumentHint;
  readonly #events: MemberEvents;
  #within: readonly string[] = [];

  /** @param container what is known of the file that the members lie in */
  constructor(documents: Documents, container: DocumentHint, events: MemberEvents) {
    this.#documents = documents;
    this.#container = container;
    this.#events = events;
  }

  begin(within: readonly string[]): void {
    this.#within = within;
    const container = this.#container;
    this.#documents.begin({
      kind: container.kind,
      path: memberPath(container.path ?? "", within),
      ageMs: () => container.ageMs(),
    });
  }

  bytes(chunk: Uint8Array): void {
    this.#events.onBytes();
    this.#documents.push(chunk);
  }

  end(): void {
    for (const detection of this.#documents.finish()) this.#events.onDetection(detection, this.#within);
  }

  skipped(within: readonly string[], reason: SkipReason, detail: string): void {
    this.#events.onSkipped(within, reason, detail);
  }
}

/** `path!member`, as skipped rows name it. */
export function memberPath(path: string, within: readonly string[]): string {
  return [path, ...within].join("!");
}
