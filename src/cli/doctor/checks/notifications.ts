import type { NotifySetting } from "../../../config/rotation-schema.ts";
import { KeysweepError } from "../../../model/error.ts";
import type { SecretReference } from "../../../model/secret-reference.ts";
import { findProgram } from "../../../runtime/program.ts";
import { referenceText } from "../../../runtime/secret-reference.ts";
import type { System } from "../../../runtime/system.ts";
import { channelName } from "../../rotate/rotation-channels.ts";
import { type Resolve, resolver } from "../../rotate/target-world.ts";
import { type DoctorCheck, type Finding, said } from "../check.ts";

/** Whether what people are to be told by has what it needs here: secrets and programs. Nobody is told anything. */
export const notificationsCheck: DoctorCheck = {
  name: "notifications",
  async examine({ context: { system }, rotations }) {
    if (rotations === null) return [];
    const { notify, folder } = rotations;
    if (notify.length === 0) return [said("unused", "nobody is told of anything")];
    const resolve = resolver(system, folder);
    const findings: Finding[] = [];
    for (const [index, setting] of notify.entries()) {
      findings.push(await channelFinding(channelName(setting, index, notify), setting, resolve, system));
    }
    return findings;
  },
};

async function channelFinding(
  name: string,
  setting: NotifySetting,
  resolve: Resolve,
  system: System,
): Promise<Finding> {
  if (setting.type === "command") {
    const [program] = setting.run;
    return findProgram(program, system) === null
      ? said("problem", `${name}: there is no program ${program}`, "Name it with its whole path, or put it on PATH.")
      : said("ok", `${name}: the program is there`);
  }
  const reference = secretOf(setting);
  if (reference === null) return said("ok", `${name}: it needs no secret`);
  try {
    const secret = await resolve(reference);
    if (setting.type === "slack" && !URL.canParse(secret.reveal()))
      return said("problem", `${name}: what is in ${referenceText(reference)} is no address`);
    return said("ok", `${name}: its secret is in ${referenceText(reference)}`);
  } catch (error) {
    if (!(error instanceof KeysweepError)) throw error;
    return said("problem", `${name}: ${error.message}`, error.hint);
  }
}

/** Null: it needs none, or AWS's own credentials are it. */
function secretOf(setting: Exclude<NotifySetting, { readonly type: "command" }>): SecretReference | null {
  switch (setting.type) {
    case "slack":
      return setting.webhook;
    case "webhook":
      return setting.secret;
    case "email":
      return setting.server.password ?? null;
    case "sns":
      return null;
  }
}
