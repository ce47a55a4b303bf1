import { type Channel, plainText } from "./notice.ts";

/** Publishes to a topic of Amazon SNS. */
export type Publish = (topic: string, subject: string, message: string, id: string) => Promise<void>;

/** The longest subject that SNS takes, in characters: printable ASCII and no line end. */
const LONGEST_SUBJECT = 100;

export function snsChannel(name: string, topic: string, publish: Publish): Channel {
  return {
    name,
    send: ({ title, text, lines = [], subject, on, at, id }) =>
      publish(
        topic,
        title.replace(/[^\x20-\x7e]+/g, " ").slice(0, LONGEST_SUBJECT),
        `${title}\n\n${plainText({ text, lines })}\n\n${JSON.stringify({ schema: "keysweep/notice@1", on, id, at, subject }, null, 2)}\n`,
        id,
      ),
  };
}
