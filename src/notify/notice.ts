/** What people can ask to be told of. */
export type NoticeKind = "begun" | "done" | "stuck" | "reactivated" | "abandoned" | "finding";

/** Something that people are told of; never with a secret. */
export interface Notice {
  readonly on: NoticeKind;
  /** The same when the same is told again. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** One line. */
  readonly title: string;
  /** Sentences: what happened, and what to do. */
  readonly text: string;
  /** What it is about, a line each. They hold names that somebody else gave: where they are shown, nothing in them may be more than text. */
  readonly lines?: readonly string[];
  /** What it is about, for programs: part of a report, as its json format has it. */
  readonly subject: Readonly<Record<string, unknown>>;
}

/** What people read below the title, where text is nothing but text. */
export function plainText({ text, lines = [] }: Pick<Notice, "text" | "lines">): string {
  return lines.length === 0 ? text : `${text}\n\n${lines.join("\n")}`;
}

/** A way to tell people. */
export interface Channel {
  /** For messages, e.g. `slack`, with its number where there are several. */
  readonly name: string;
  /** Rejects with a KeysweepError or an AwsFailure that says why nobody was told. */
  send(notice: Notice, signal: AbortSignal): Promise<void>;
}
