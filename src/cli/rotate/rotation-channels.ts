import { resolve } from "node:path";
import type { NotifySetting, TrailSetting } from "../../config/rotation-schema.ts";
import { commandChannel, type Run } from "../../notify/command.ts";
import { emailChannel } from "../../notify/email.ts";
import type { Channel } from "../../notify/notice.ts";
import { type Subscription, USUAL_NOTICES } from "../../notify/notifier.ts";
import { slackChannel } from "../../notify/slack.ts";
import { type Publish, snsChannel } from "../../notify/sns.ts";
import { fileSink, syslogSink, type TrailSink } from "../../notify/trail-sinks.ts";
import { webhookChannel } from "../../notify/webhook.ts";
import type { Clock } from "../../runtime/clock.ts";
import { runProgram } from "../../runtime/program.ts";
import { pathFrom } from "../../runtime/secret-reference.ts";
import type { System } from "../../runtime/system.ts";
import { fetchCarefully } from "../../runtime/web.ts";
import type { Resolve } from "./target-world.ts";

/** What channels have of the world. */
export interface ChannelWorld {
  readonly system: System;
  readonly clock: Clock;
  readonly resolve: Resolve;
  readonly publish: Publish;
}

const COMMAND_MS = 60_000;

/** Who is to be told of what, as the operator has said. */
export function subscriptions(notify: readonly NotifySetting[], world: ChannelWorld): Subscription[] {
  return notify.map((setting, index) => ({
    channel: channelOf(setting, channelName(setting, index, notify), world),
    on: setting.on ?? USUAL_NOTICES,
  }));
}

/** What a channel is called; where there are several, the place of its setting tells them apart. */
export function channelName({ type }: NotifySetting, index: number, { length }: readonly NotifySetting[]): string {
  return length > 1 ? `${type} (notify[${index}])` : type;
}

function channelOf(setting: NotifySetting, name: string, { system, clock, resolve, publish }: ChannelWorld): Channel {
  switch (setting.type) {
    case "slack":
      return slackChannel(name, () => resolve(setting.webhook), fetchCarefully);
    case "webhook":
      return webhookChannel(name, new URL(setting.url), () => resolve(setting.secret), fetchCarefully, clock);
    case "sns":
      return snsChannel(name, setting.topic, publish);
    case "email": {
      const { host, port = null, tls = "starttls", user = null, password } = setting.server;
      const server = { host, port, tls, user, password: password === undefined ? null : () => resolve(password) };
      return emailChannel(name, server, setting);
    }
    case "command":
      return commandChannel(name, setting.run, runOn(system));
  }
}

/** Where the trail goes besides the ledger. @param folder where the configuration lies */
export function trailSinks({ file, syslog = false }: TrailSetting, system: System, folder: string): TrailSink[] {
  return [
    ...(file === undefined ? [] : [fileSink(resolve(pathFrom(file, system.home, folder)))]),
    ...(syslog ? [syslogSink(runOn(system))] : []),
  ];
}

function runOn(system: System): Run {
  return (argv, stdin, signal) => runProgram({ argv, stdin, environment: {}, timeoutMs: COMMAND_MS, signal }, system);
}
