import type { Random } from "../random.ts";
import { type Credential, each, type Format, type FormatOptions, format, lines, screaming, single } from "./format.ts";
import { generateSettings } from "./noise.ts";

/*
 * Environment variables as shells, their histories and .env files write them.
 */

interface Names {
  readonly id: string;
  readonly secret: string;
  readonly token: string;
}

const STANDARD: Names = { id: "AWS_ACCESS_KEY_ID", secret: "AWS_SECRET_ACCESS_KEY", token: "AWS_SESSION_TOKEN" };

/** Names as people choose them when there are several keys, or none of them standard. */
const CHOSEN: readonly ((label: string) => Names)[] = [
  (label) => prefixed(`${label}_`, STANDARD),
  (label) => ({ ...STANDARD, id: `${STANDARD.id}_${label}`, secret: `${STANDARD.secret}_${label}` }),
  (label) => ({ ...STANDARD, id: `${label}_AWS_ACCESS_KEY`, secret: `${label}_AWS_SECRET_KEY` }),
  (label) => ({ ...STANDARD, id: `${label}_S3_KEY`, secret: `${label}_S3_SECRET` }),
  (label) => ({
    ...STANDARD,
    id: `${label}_BUCKETEER_AWS_ACCESS_KEY_ID`,
    secret: `${label}_BUCKETEER_AWS_SECRET_ACCESS_KEY`,
  }),
  (label) => ({ ...STANDARD, id: `AWS_${label}_KEY_ID`, secret: `AWS_${label}_SECRET` }),
  (label) => ({ ...STANDARD, id: `${label}_S3_ACCESS_KEY_ID`, secret: `${label}_S3_SECRET_ACCESS_KEY` }),
];

function prefixed(prefix: string, names: Names): Names {
  return { id: prefix + names.id, secret: prefix + names.secret, token: prefix + names.token };
}

function namesFor(credential: Credential, index: number, random: Random): Names {
  return index === 0 ? STANDARD : random.pick(CHOSEN)(screaming(credential.label));
}

/** Variables of one credential, in an author's order, with others in between. */
function variables(
  credential: Credential,
  names: Names,
  random: Random,
): readonly { readonly name: string; readonly value: string }[] {
  const id = { name: names.id, value: credential.id };
  const secret = { name: names.secret, value: credential.secret };
  const token = credential.token === undefined ? [] : [{ name: names.token, value: credential.token }];
  const between = random.oneIn(3) ? generateSettings(random, 3) : [];
  return random.oneIn(3) ? [secret, ...between, id, ...token] : [id, ...between, secret, ...token];
}

type Assign = (name: string, value: string, random: Random) => string;

/** A document with one assignment a line, around and between which lie other settings. */
function assignments(name: string, path: string, assign: Assign, options: FormatOptions = {}): Format {
  return format(
    name,
    path,
    (credentials, random) => {
      const all = credentials.flatMap((credential, index) => [
        ...generateSettings(random, 3),
        ...variables(credential, namesFor(credential, index, random), random),
      ]);
      return lines([...all, ...generateSettings(random, 3)].map(({ name, value }) => assign(name, value, random)));
    },
    options,
  );
}

export const shellFormats: readonly Format[] = [
  assignments(".env", "~/app/.env", (name, value) => `${name}=${value}`, { tokens: true }),
  assignments(".env, double quotes", "~/app/.env.production", (name, value) => `${name}="${value}"`),
  assignments(".env, single quotes and spaces", "~/app/.env.local", (name, value) => `${name} = '${value}'`),
  assignments(".env, a comment behind each value", "~/app/.env", (name, value) => `${name}=${value} # rotate me`),
  assignments(".env, commented out", "~/app/.env.old", (name, value) => `# ${name}=${value}`),
  assignments(".env, CRLF", "C:/app/.env", (name, value) => `${name}=${value}\r`),
  assignments("colons", "~/app/env.txt", (name, value) => `${name}: ${value}`),
  format("process environment", "/proc/42/environ", (credentials, random) =>
    credentials
      .flatMap((credential, index) => [
        ...generateSettings(random, 3),
        ...variables(credential, namesFor(credential, index, random), random),
      ])
      .map(({ name, value }) => `${name}=${value}\0`)
      .join(""),
  ),
  assignments(
    "export",
    "~/.bashrc",
    (name, value, random) => {
      const quote = random.pick(["", '"', "'"]);
      return `${random.pick(["", "  "])}export ${name}=${quote}${value}${quote}`;
    },
    { tokens: true },
  ),
  assignments("declare -x", "~/env.dump", (name, value) => `declare -x ${name}="${value}"`),
  assignments(
    "fish set",
    "~/.config/fish/config.fish",
    (name, value, random) => {
      const quote = random.pick(["", '"', "'"]);
      return `set ${random.pick(["-gx", "-Ux", "-x -g", "--export --global"])} ${name} ${quote}${value}${quote}`;
    },
    { tokens: true },
  ),
  assignments(
    "fish_variables",
    "~/.config/fish/fish_variables",
    (name, value) =>
      `SETUVAR --export ${name}:${value.replace(/[^A-Za-z0-9/_]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`)}`,
    { syntax: "escaped" },
  ),
  assignments("csh setenv", "~/.cshrc", (name, value, random) => {
    const quote = random.pick(["", '"', "'"]);
    return `setenv ${name} ${quote}${value}${quote}`;
  }),
  assignments(
    "PowerShell $env",
    "C:/Users/ada/Documents/PowerShell/profile.ps1",
    (name, value, random) => {
      const quote = random.pick(['"', "'"]);
      return `${random.pick(["$env:", "$Env:", "$ENV:"])}${name}${random.pick([" = ", "="])}${quote}${value}${quote}`;
    },
    { tokens: true },
  ),
  assignments(
    "PowerShell SetEnvironmentVariable",
    "C:/setup.ps1",
    (name, value) => `[Environment]::SetEnvironmentVariable("${name}", "${value}", "User")`,
  ),
  assignments("cmd set", "C:/deploy.bat", (name, value, random) =>
    random.oneIn(2) ? `set ${name}=${value}\r` : `SET "${name}=${value}"\r`,
  ),
  assignments("cmd setx", "C:/setup.cmd", (name, value, random) =>
    random.oneIn(2) ? `setx ${name} ${value}\r` : `setx ${name} "${value}" /M\r`,
  ),
  assignments("zsh history of exports", "~/.zsh_history", (name, value) => `: 1700000000:0;export ${name}=${value}`),
  assignments("heroku config:set", "~/.bash_history", (name, value) => `heroku config:set ${name}=${value} --app web`),
  assignments(
    "gh secret set",
    "~/.bash_history",
    (name, value) => `gh secret set ${name} --body "${value}" -R acme/site`,
  ),
  format("inline environment before a command", "~/.bash_history", (credentials, random) =>
    each(credentials, (credential) => {
      const words = variables(credential, STANDARD, random).map(({ name, value }) => `${name}=${value}`);
      return lines(
        `${words.join(" ")} ${random.pick(["aws s3 sync . s3://assets", "terraform apply", "sudo -E ./deploy.sh"])}`,
        "ls",
      );
    }),
  ),
  format("export of two on one line", "~/.profile", (credentials) =>
    each(credentials, ({ id, secret }, index) =>
      index % 2 === 0
        ? `export AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret}\n`
        : `export AWS_ACCESS_KEY_ID=${id}; export AWS_SECRET_ACCESS_KEY=${secret}; make\n`,
    ),
  ),
  format("docker run -e", "~/run.sh", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `docker run --rm -e AWS_ACCESS_KEY_ID=${id} \\\n  -e AWS_SECRET_ACCESS_KEY="${secret}" \\\n  --name ${label} -v $PWD:/src registry.local/app:latest\n`,
    ),
  ),
  format("functions for each account", "~/.bash_aliases", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `${label}() {\n  export AWS_ACCESS_KEY_ID='${id}'\n  export AWS_SECRET_ACCESS_KEY='${secret}'\n  export PS1="(${label}) $PS1"\n}\n\n`,
    ),
  ),
  format("aliases for each account", "~/.zshrc", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) => `alias ${label}="AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret} aws"\n`,
    ),
  ),
  format("PowerShell Set-AWSCredential", "~/ConsoleHost_history.txt", (credentials, random) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `Set-AWS${random.pick(["Credential", "Credentials"])} -AccessKey ${id} -SecretKey ${secret} -StoreAs ${label}\r\n`,
    ),
  ),
  single("PowerShell Initialize-AWSDefaultConfiguration", "C:/setup.ps1", ({ id, secret }) =>
    lines(
      "Import-Module AWSPowerShell",
      "Initialize-AWSDefaultConfiguration `",
      `  -AccessKey "${id}" \``,
      `  -SecretKey "${secret}" \``,
      "  -Region eu-west-1",
    ),
  ),
  format("shell constants", "~/bin/backup.sh", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `${screaming(label)}_ACCESS="${id}"\n${screaming(label)}_SECRET="${secret}"\nBUCKET="s3://backup-${label}"\n`,
    ),
  ),
  format("bash arrays, ids then secrets", "~/bin/rotate.sh", (credentials, random) => {
    const quote = random.pick(['"', "'"]);
    const list = (values: readonly string[]): string => values.map((value) => quote + value + quote).join(" ");
    return lines(
      "#!/usr/bin/env bash",
      `users=(${list(credentials.map(({ label }) => label))})`,
      `AWS_ACCESS_KEY_IDS=(${list(credentials.map(({ id }) => id))})`,
      `AWS_SECRET_ACCESS_KEYS=(${list(credentials.map(({ secret }) => secret))})`,
      'for i in "${!users[@]}"; do run "$i"; done',
    );
  }),
];
