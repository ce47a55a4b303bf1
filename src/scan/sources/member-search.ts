import type { SkipReason } from "../../model/coverage.ts";
import type { Detection, DocumentHint, LeftOutReason } from "../detect/detection.ts";
import { credentialsInName } from "../detect/name-search.ts";
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
  readonly #canBeReadAgain: boolean;
  #isWholeWanted = false;
  #within: readonly string[] = [];
  #isLeftOut = false;

  /**
   * @param container what is known of the file that the members lie in
   * @param canBeReadAgain whether the container can be searched as it is afterwards
   */
  constructor(documents: Documents, container: DocumentHint, events: MemberEvents, canBeReadAgain: boolean) {
    this.#documents = documents;
    this.#container = container;
    this.#events = events;
    this.#canBeReadAgain = canBeReadAgain;
  }

  /**
   * Whether the container is to be searched as it is, too: because something of it was not read, whatever it is said to be, or because
   * it holds bytes that belong to no member. Those are left out here: their lines count from the container's beginning.
   */
  get isWholeWanted(): boolean {
    return this.#isWholeWanted;
  }

  begin(within: readonly string[]): void {
    this.#within = within;
    this.#isLeftOut = within.length === 0 && this.#canBeReadAgain;
    if (this.#isLeftOut) {
      this.#isWholeWanted = true;
      return;
    }
    const hint = this.#hint(within);
    this.name(within, within.at(-1) ?? "");
    this.#documents.begin(hint);
  }

  name(within: readonly string[], name: string): void {
    for (const detection of credentialsInName(name, this.#hint(within))) this.#events.onDetection(detection, within);
  }

  #hint(within: readonly string[]): DocumentHint {
    const container = this.#container;
    return {
      kind: container.kind,
      path: within.length === 0 ? container.path : memberPath(container.path ?? "", within),
      ageMs: () => container.ageMs(),
      ...(container.nowMs === undefined ? {} : { nowMs: container.nowMs }),
      leftOut: once((detail, reason) => this.#events.onSkipped(within, reason, detail)),
    };
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
    if (within.length === 0) this.#isWholeWanted = this.#canBeReadAgain;
    this.#events.onSkipped(within, reason, detail);
  }
}

/** The function, which does nothing when it is called again with the same reason. */
export function once(
  action: (detail: string, reason: LeftOutReason) => void,
): (detail: string, reason?: LeftOutReason) => void {
  const told = new Set<LeftOutReason>();
  return (detail, reason = "archive-suspicious") => {
    if (!told.has(reason)) action(detail, reason);
    told.add(reason);
  };
}

/** `path!member`, as skipped rows name it. */
export function memberPath(path: string, within: readonly string[]): string {
  return [path, ...within].join("!");
}
