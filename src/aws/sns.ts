import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { persist } from "./persist.ts";
import type { AwsSession } from "./session.ts";

/**
 * Publishes to a topic, in the region that its ARN names. Twice is better than not at all.
 * @param id the same when the same is published again.
 * @throws AwsFailure.
 */
export async function publish(
  session: AwsSession,
  topic: string,
  subject: string,
  message: string,
  id: string,
): Promise<void> {
  const { waiting, signal } = session.settings;
  const sns = new SNSClient(session.in(topic.split(":")[3] ?? session.region).clientSettings());
  // A topic that keeps the order wants to know what belongs together.
  const ordered = topic.endsWith(".fifo") ? { MessageGroupId: "keysweep", MessageDeduplicationId: id } : {};
  const command = new PublishCommand({ TopicArn: topic, Subject: subject, Message: message, ...ordered });
  await persist({ name: "sns:Publish", attempt: () => sns.send(command) }, session.pace(), waiting, signal);
}
