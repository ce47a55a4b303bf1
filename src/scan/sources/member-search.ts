import type { SkipReason } from "../../model/coverage.ts";
import type { Detection, DocumentHint } from "../detect/detection.ts";
import { credentialsInName } from "../detect/name-search.ts";
import type { MemberSink } from "./archive/member-sink.ts";
import type { Documents } from "./documents.ts";

/** What is done with what the members of one container hold. */
export interface MemberEvents {
  onDetection(detection: Detection, within: readonly string[]): void;
  onSkipped(within: readonly string[], reason: SkipReason, detail: string): void;
  /** Called with each chunk; an error thrown here ends the reading. */
  onBytes(): void;
  /**
   * Called for bytes of the container that belong to no member. True leaves them out here: they are searched with the container as a
   * whole, where their lines count from its beginning.
   */
  leavesOutLoose(): boolean;
}

/** Searches the members of a container, each as a document of its own. */
export class MemberSearch implements MemberSink {
  readonly #documents: Documents;
  readonly #container: DocumentHint;
  readonly #events: MemberEvents;
  #within: readonly string[] = [];
  #isLeftOut = false;

  /** @param container what is known of the file that the members lie in */
  constructor(documents: Documents, container: DocumentHint, events: MemberEvents) {
    this.#documents = documents;
    this.#container = container;
    this.#events = events;
  }

  begin(within: readonly string[]): void {
    this.#within = within;
    this.#isLeftOut = within.length === 0 && this.#events.leavesOutLoose();
    if (this.#isLeftOut) return;
    const container = this.#container;
    const hint: DocumentHint = {
      kind: container.kind,
      path: memberPath(container.path ?? "", within),
      ageMs: () => container.ageMs(),
      ...(container.nowMs === undefined ? {} : { nowMs: container.nowMs }),
      leftOut: once((detail) => this.#events.onSkipped(within, "archive-suspicious", detail)),
    };
    for (const detection of credentialsInName(within.at(-1) ?? "", hint)) this.#events.onDetection(detection, within);
    this.#documents.begin(hint);
  }

  bytes(chunk: Uint8Array): void {
    this.#events.onBytes();
    if (!this.#isLeftOut) this.#documents.push(chunk);
  }

  end(): void {
    if (this.#isLeftOut) return;
    for (const detection of this.#documents.finish()) this.#events.onDetection(detection, this.#within);
  }

  skipped(within: readonly string[], reason: SkipReason, detail: string): void {
    this.#events.onSkipped(within, reason, detail);
  }
}

/** The function, which does nothing when it is called again. */
export function once(action: (detail: string) => void): (detail: string) => void {
  let isDone = false;
  return (detail) => {
    if (!isDone) action(detail);
    isDone = true;
  };
}

/** `path!member`, as skipped rows name it. */
export function memberPath(path: string, within: readonly string[]): string {
  return [path, ...within].join("!");
}
