import { basename } from "node:path";
import { pathFrom } from "../../../runtime/secret-reference.ts";
import { Uneditable } from "../../documents/format.ts";
import { type IniDialect, iniFormat, keysOfSection } from "../../documents/ini.ts";
import type { TargetWorld } from "../descriptor.ts";
import { keyInFile } from "../file-key.ts";
import type { Target } from "../target.ts";

export interface ProfileSettings {
  readonly profile: string;
  readonly path: string;
  readonly kind?: "credentials" | "config" | undefined;
  readonly backup?: boolean | undefined;
}

/**
 * @see https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function openProfile(settings: ProfileSettings, world: TargetWorld, place: string): Target {
  const { profile, backup = false } = settings;
  const path = pathFrom(settings.path, world.home, world.configurationFolder);
  const kind = settings.kind ?? (basename(path) === "config" ? "config" : "credentials");
  const dialect = kind === "config" ? CONFIG : CREDENTIALS;
  return keyInFile(
    {
      place,
      path,
      format: iniFormat(dialect),
      accessKeyId: [profile, "aws_access_key_id"],
      secretAccessKey: [profile, "aws_secret_access_key"],
      backup,
      inspect: (text) => refuseOtherWays(text, profile, dialect),
    },
    world.files,
  );
}

const CREDENTIALS: IniDialect = {
  sectionName: (header) => header.trim(),
  header: (name) => name,
  keyName: (key) => key.toLowerCase(),
  takesQuotesOff: false,
};

/** `[default]` and `[profile NAME]`, with quotes where the name holds a space; `[sso-session …]` and `[services …]` are no profiles. */
const CONFIG: IniDialect = {
  ...CREDENTIALS,
  sectionName(header) {
    const [, quoted, plain] = /^\s*profile\s+(?:"([^"]*)"|(.*?))\s*$/.exec(header.replaceAll("'", '"')) ?? [];
    return quoted ?? plain ?? (header.trim() === "default" ? "default" : null);
  },
  header: (name) => (name === "default" ? name : `profile ${/\s/.test(name) ? JSON.stringify(name) : name}`),
};

/** By what else a profile may say how to get at credentials: beside these a static key is not used, or is not what was meant. */
const OTHER_WAYS = [
  "role_arn",
  "source_profile",
  "credential_source",
  "credential_process",
  "web_identity_token_file",
  "sso_session",
  "sso_start_url",
  "sso_account_id",
  "login_session",
];

/** Credentials that end by themselves: a new key beside an old token would not work. */
const TOKENS = ["aws_session_token", "aws_security_token"];

function refuseOtherWays(text: string, profile: string, dialect: IniDialect): void {
  const keys = keysOfSection(text, profile, dialect);
  const way = OTHER_WAYS.find((name) => keys.has(name));
  if (way !== undefined)
    throw new Uneditable(
      `the profile gets its credentials another way (${way})`,
      "It needs no key: take the target out of the rotation, or name another profile.",
    );
  const token = TOKENS.find((name) => (keys.get(name) ?? "") !== "");
  if (token !== undefined)
    throw new Uneditable(
      `the profile holds temporary credentials (${token})`,
      "Whoever puts them there would overwrite the key: name another profile.",
    );
}
