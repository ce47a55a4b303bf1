import { generateKeyId, REGIONS } from "../material.ts";
import { BASE62, type Random } from "../random.ts";
import { type Credential, each, type Format, format, json, lines, single } from "./format.ts";
import { generateSettings } from "./noise.ts";

/*
 * What the AWS command line and console themselves write.
 */

const date = "2026-03-14T09:26:53+00:00";

function ini(credential: Credential, random: Random, equals: string): string {
  const secretFirst = random.oneIn(3);
  const id = `aws_access_key_id${equals}${credential.id}`;
  const secret = `aws_secret_access_key${equals}${credential.secret}`;
  return lines(
    random.oneIn(4) && `# ${credential.label}, see the wiki`,
    secretFirst ? secret : id,
    random.oneIn(4) && `region${equals}${random.pick(REGIONS)}`,
    secretFirst ? id : secret,
    credential.token !== undefined && `aws_session_token${equals}${credential.token}`,
    random.oneIn(3) && `output${equals}json`,
  );
}

function credentialsFile(credentials: readonly Credential[], random: Random): string {
  const equals = random.pick([" = ", "=", " =", "= "]);
  return each(credentials, (credential, index) => {
    const name = index === 0 ? "default" : credential.label;
    return `[${name}]\n${ini(credential, random, equals)}${random.oneIn(5) ? "" : "\n"}`;
  });
}

function roleProfile(random: Random): string {
  return lines(
    "[profile deploy]",
    "role_arn = arn:aws:iam::210987654321:role/deploy",
    "source_profile = default",
    `mfa_serial = arn:aws:iam::210987654321:mfa/${random.text(BASE62, 8)}`,
    "",
  );
}

function createdKey(credential: Credential): object {
  return {
    AccessKey: {
      UserName: credential.label,
      AccessKeyId: credential.id,
      Status: "Active",
      SecretAccessKey: credential.secret,
      CreateDate: date,
    },
  };
}

/** The box that `--output table` draws. */
function table(credential: Credential): string {
  const width = 64;
  const row = (name: string, value: string): string => `||  ${name.padEnd(17)}|  ${value.padEnd(width - 24)}||`;
  const centred = (text: string): string => text.padStart(Math.floor((width + text.length) / 2)).padEnd(width);
  return lines(
    "-".repeat(width + 2),
    `|${centred("CreateAccessKey")}|`,
    `+${"-".repeat(width)}+`,
    `||${centred("AccessKey").slice(1, -1)}||`,
    `|+${"-".repeat(19)}+${"-".repeat(width - 22)}+|`,
    row("AccessKeyId", credential.id),
    row("CreateDate", date),
    row("SecretAccessKey", credential.secret),
    row("Status", "Active"),
    row("UserName", credential.label),
    `|+${"-".repeat(19)}+${"-".repeat(width - 22)}+|`,
  );
}

function csv(header: string, rows: readonly string[], random: Random, mark: boolean): string {
  const end = random.pick(["\n", "\r\n"]);
  const last = random.oneIn(2) ? end : "";
  return (mark ? "\uFEFF" : "") + [header, ...rows].join(end) + last;
}

export const cliFormats: readonly Format[] = [
  format("credentials file", "~/.aws/credentials", credentialsFile, { tokens: true }),
  format("credentials file, CRLF", "C:/Users/ada/.aws/credentials", (credentials, random) =>
    credentialsFile(credentials, random).replaceAll("\n", "\r\n"),
  ),
  format("credentials file with incomplete profiles", "~/.aws/credentials", (credentials, random) => {
    const lone = generateKeyId(random);
    const content = `${roleProfile(random)}[halfway]\naws_access_key_id = ${lone}\n\n${credentialsFile(credentials, random)}${roleProfile(random)}`;
    return { content, expected: { ids: [lone] } };
  }),
  format("credentials file, a lone id last", "~/.aws/credentials", (credentials, random) => {
    const lone = generateKeyId(random);
    return {
      content: `${credentialsFile(credentials, random)}\n[old]\naws_access_key_id=${lone}\n`,
      expected: { ids: [lone] },
    };
  }),
  format("config file", "~/.aws/config", (credentials, random) => {
    const sections = each(
      credentials,
      (credential) =>
        `[profile ${credential.label}]\nregion = ${random.pick(REGIONS)}\n${ini(credential, random, " = ")}s3 =\n    max_concurrent_requests = 20\n    signature_version = s3v4\n\n`,
    );
    return roleProfile(random) + sections;
  }),
  format("credentials file, commented out", "~/.aws/credentials.bak", (credentials, random) =>
    each(
      credentials,
      (credential) => `#[${credential.label}]\n${ini(credential, random, " = ").replace(/^(?=.)/gm, "#")}\n`,
    ),
  ),
  format("accessKeys.csv", "~/Downloads/accessKeys.csv", (credentials, random) =>
    csv(
      "Access key ID,Secret access key",
      credentials.map(({ id, secret }) => `${id},${secret}`),
      random,
      random.oneIn(2),
    ),
  ),
  format("accessKeys.csv of old", "~/Downloads/accessKeys.csv", (credentials, random) =>
    csv(
      "User Name,Access Key Id,Secret Access Key",
      credentials.map(({ id, secret, label }) => `"${label}",${id},${secret}`),
      random,
      false,
    ),
  ),
  format("credentials.csv", "~/Downloads/new_user_credentials.csv", (credentials, random) =>
    csv(
      "User name,Password,Access key ID,Secret access key,Console login link",
      credentials.map(
        ({ id, secret, label }) =>
          `${label},${random.oneIn(2) ? "" : random.text(BASE62, 14)},${id},${secret},https://210987654321.signin.aws.amazon.com/console`,
      ),
      random,
      random.oneIn(3),
    ),
  ),
  format("spreadsheet, quoted, semicolons", "~/keys.csv", (credentials, random) =>
    csv(
      `"User";"Secret access key";"Access key ID";"Created"`,
      credentials.map(({ id, secret, label }) => `"${label}";"${secret}";"${id}";"2026-01-05"`),
      random,
      random.oneIn(2),
    ),
  ),
  format("spreadsheet, tabs", "~/keys.tsv", (credentials, random) =>
    csv(
      "user\taccess_key\tsecret_key\tcommit",
      credentials.map(({ id, secret, label }) => `${label}\t${id}\t${secret}\t${random.text("0123456789abcdef", 40)}`),
      random,
      false,
    ),
  ),
  single("rootkey.csv", "~/Downloads/rootkey.csv", ({ id, secret }, random) =>
    ["AWSAccessKeyId", "AWSSecretKey"]
      .map((name, index) => `${name}=${index === 0 ? id : secret}`)
      .join(random.pick(["\r\n", "\n"])),
  ),
  format(
    "create-access-key, json",
    "~/key.json",
    (credentials, random) =>
      credentials.length === 1 && credentials[0] !== undefined
        ? json(createdKey(credentials[0]), random)
        : json(credentials.map(createdKey), random),
    { syntax: "json" },
  ),
  format("create-access-key, json one after another", "~/keys.txt", (credentials) =>
    each(credentials, (credential) => `${JSON.stringify(createdKey(credential), null, 4)}\n`),
  ),
  format("create-access-key, text", "~/keys.txt", (credentials) =>
    each(credentials, ({ id, secret, label }) => `ACCESSKEY\t${id}\t${date}\t${secret}\tActive\t${label}\n`),
  ),
  format("create-access-key, table", "~/keys.txt", (credentials) => each(credentials, table, "\n")),
  format("create-access-key, yaml", "~/keys.yaml", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `AccessKey:\n  AccessKeyId: ${id}\n  CreateDate: '${date}'\n  SecretAccessKey: ${secret}\n  Status: Active\n  UserName: ${label}\n`,
      "---\n",
    ),
  ),
  format(
    "get-session-token, json",
    "~/.aws/cli/cache/3f2a.json",
    (credentials, random) =>
      json(
        credentials.map(({ id, secret, token }) => ({
          Credentials: {
            AccessKeyId: id,
            SecretAccessKey: secret,
            ...(token === undefined ? {} : { SessionToken: token }),
            Expiration: date,
          },
          AssumedRoleUser: { Arn: "arn:aws:sts::210987654321:assumed-role/deploy/ada" },
        })),
        random,
      ),
    { tokens: true, syntax: "json" },
  ),
  format("aws configure, a typescript", "~/typescript", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `$ aws configure --profile ${label}\nAWS Access Key ID [None]: ${id}\nAWS Secret Access Key [None]: ${secret}\nDefault region name [None]: eu-west-1\nDefault output format [None]: json\n`,
    ),
  ),
  format("aws configure set, bash history", "~/.bash_history", (credentials, random) =>
    each(credentials, (credential) =>
      configureSet(credential, random)
        .map((line) => `${line}\n`)
        .join(""),
    ),
  ),
  format("aws configure set, zsh extended history", "~/.zsh_history", (credentials, random) => {
    let time = 1_700_000_000;
    return each(credentials, (credential) =>
      configureSet(credential, random)
        .map((line) => `: ${(time += random.below(90))}:0;${line}\n`)
        .join(""),
    );
  }),
  format("aws configure set, fish history", "~/.local/share/fish/fish_history", (credentials, random) =>
    each(credentials, (credential) =>
      configureSet(credential, random)
        .map((line, index) => `- cmd: ${line}\n  when: ${1_700_000_000 + index}\n`)
        .join(""),
    ),
  ),
  format("settings around credentials, INI", "~/deploy.ini", (credentials, random) =>
    each(credentials, (credential) => {
      const around = (): readonly string[] =>
        generateSettings(random, 4).map(({ name, value }) => `${name.toLowerCase()} = ${value}`);
      return lines(
        `[${credential.label}]`,
        around(),
        `access_key = ${credential.id}`,
        around(),
        `secret_key = ${credential.secret}`,
        around(),
        "",
      );
    }),
  ),
];

function configureSet({ id, secret, label }: Credential, random: Random): readonly string[] {
  const profile = random.oneIn(2) ? ` --profile ${label}` : "";
  const quote = random.pick(["", "", '"', "'"]);
  const prefix = profile === "" && random.oneIn(3) ? `profile.${label}.` : "";
  return [
    "git status",
    `aws configure set ${prefix}aws_access_key_id ${quote}${id}${quote}${profile}`,
    ...(random.oneIn(4) ? ["ls -la ~/.aws", "clear"] : []),
    `aws configure set ${prefix}aws_secret_access_key ${quote}${secret}${quote}${profile}`,
    `aws configure set ${prefix}region ${random.pick(REGIONS)}${profile}`,
    `git checkout ${random.text("0123456789abcdef", 40)}`,
    "aws s3 ls",
  ];
}
