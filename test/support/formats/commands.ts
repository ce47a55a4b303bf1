import type { Random } from "../random.ts";
import { type Credential, each, type Format, format, lines, single } from "./format.ts";

/*
 * Command lines as histories, scripts and process lists keep them: the value before its name, behind it, or without any.
 */

/** A command line that takes a whole credential. */
const COMMANDS: readonly (readonly [name: string, write: (credential: Credential) => string])[] = [
  [
    "curl",
    ({ id, secret }) => `curl --aws-sigv4 "aws:amz:us-east-1:s3" --user "${id}:${secret}" https://b.s3.amazonaws.com/k`,
  ],
  [
    "curl, quotes apart",
    ({ id, secret }) => `curl --aws-sigv4 aws:amz:eu-west-1:execute-api -u '${id}':'${secret}' https://x/`,
  ],
  ["awscurl", ({ id, secret }) => `awscurl --access_key ${id} --secret_key ${secret} --service s3 https://x/`],
  ["s3cmd", ({ id, secret }) => `s3cmd --access_key=${id} --secret_key=${secret} ls`],
  [
    "gsutil",
    ({ id, secret }) =>
      `gsutil -o "Credentials:aws_access_key_id=${id}" -o "Credentials:aws_secret_access_key=${secret}" ls s3://b`,
  ],
  [
    "vault write",
    ({ id, secret }) => `vault write aws/config/root access_key=${id} secret_key=${secret} region=us-east-1`,
  ],
  ["vault kv put", ({ id, secret, label }) => `vault kv put secret/${label} id=${id} key=${secret}`],
  [
    "terraform -var",
    ({ id, secret }) => `terraform plan -var 'access_key=${id}' -var 'secret_key=${secret}' -out plan`,
  ],
  [
    "terraform -backend-config",
    ({ id, secret }) => `terraform init -backend-config="secret_key=${secret}" -backend-config="access_key=${id}"`,
  ],
  ["packer", ({ id, secret }) => `packer build -var aws_access_key=${id} -var aws_secret_key=${secret} ami.json`],
  [
    "restic",
    ({ id, secret }) =>
      `env AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret} restic -r s3:s3.amazonaws.com/b snapshots`,
  ],
  [
    "velero",
    ({ id, secret }) =>
      `velero install --plugins x --secret-file <(printf '[default]\\naws_access_key_id=${id}\\naws_secret_access_key=${secret}\\n')`,
  ],
  [
    "aws configure, echoed in",
    ({ id, secret, label }) =>
      `printf '%s\\n%s\\nus-east-1\\njson\\n' ${id} ${secret} | aws configure --profile ${label}`,
  ],
  ["aws configure, here-document", ({ id, secret }) => `aws configure <<EOF\n${id}\n${secret}\nus-east-1\njson\nEOF`],
  [
    "values before their names",
    ({ id, secret }) =>
      `echo ${id} | elasticsearch-keystore add --stdin s3.client.default.access_key\necho ${secret} | elasticsearch-keystore add --stdin s3.client.default.secret_key`,
  ],
  [
    "docker secret create",
    ({ id, secret, label }) =>
      `printf '${id}' | docker secret create ${label}_access_key -\nprintf '${secret}' | docker secret create ${label}_secret_key -`,
  ],
  ["files of a secret", ({ id, secret }) => `echo -n '${id}' > ./access-key\necho -n '${secret}' > ./secret-key`],
  [
    "pulumi",
    ({ id, secret }) => `pulumi config set aws:accessKey ${id}\npulumi config set aws:secretKey ${secret} --secret`,
  ],
  [
    "ssm put-parameter",
    ({ id, secret, label }) =>
      `aws ssm put-parameter --name /${label}/access_key_id --value ${id} --type String\naws ssm put-parameter --name /${label}/secret_access_key --value ${secret} --type SecureString`,
  ],
  [
    "secretsmanager",
    ({ id, secret, label }) =>
      `aws secretsmanager create-secret --name ${label} --secret-string '{"AccessKeyId":"${id}","SecretAccessKey":"${secret}"}'`,
  ],
  [
    "secretsmanager, escaped",
    ({ id, secret, label }) =>
      `aws secretsmanager create-secret --name ${label} --secret-string "{\\"id\\":\\"${id}\\",\\"secret\\":\\"${secret}\\"}"`,
  ],
  ["a tool of one's own, positional", ({ id, secret }) => `./deploy.sh ${id} ${secret} eu-west-1`],
  ["sed into a file", ({ id, secret }) => `sed -i 's|@KEY@|${id}|; s|@SECRET@|${secret}|' config.php`],
  [
    "circleci and friends",
    ({ id, secret }) =>
      `circleci context store-secret x AWS_ACCESS_KEY_ID <<< ${id}\ncircleci context store-secret x AWS_SECRET_ACCESS_KEY <<< ${secret}`,
  ],
  [
    "fly secrets",
    ({ id, secret }) => `fly secrets set AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret} BUCKET_NAME=x`,
  ],
  ["id:secret:token", ({ id, secret }) => `tool --keys ${id}:${secret}:us-east-1`],
  ["a comma between", ({ id, secret }) => `tool --static-credentials=${id},${secret}`],
  [
    "connect string",
    ({ id, secret }) => `jdbc:awsathena://AwsRegion=us-east-1;UID=${id};PWD=${secret};S3OutputLocation=s3://b/`,
  ],
  [
    "connect string, other names",
    ({ id, secret }) => `jdbc:awsathena://athena.eu-west-1.amazonaws.com:443;User=${id};Password=${secret};`,
  ],
];

const PROMPTS: readonly ((random: Random, line: string) => string)[] = [
  (_, line) => line,
  (_, line) => `$ ${line}`,
  (_, line) => `ada@host:~$ ${line}`,
  (random, line) => `  ${500 + random.below(500)}  ${line}`,
];

export const commandFormats: readonly Format[] = [
  ...COMMANDS.map(([name, write]) =>
    format(`command: ${name}`, "~/.bash_history", (credentials, random) => {
      const prompt = random.pick(PROMPTS);
      return lines(
        prompt(random, "cd ~/app"),
        credentials.map((credential) => `${prompt(random, write(credential))}\n${prompt(random, "clear")}`),
      );
    }),
  ),
  format("any commands, one after another", "~/.bash_history", (credentials, random) =>
    each(credentials, (credential) => `${random.pick(COMMANDS)[1](credential)}\ncd\n`),
  ),
  single(
    "process command line",
    "/proc/42/cmdline",
    ({ id, secret }) => `backup\0--access-key\0${id}\0--secret-key\0${secret}\0--bucket\0x\0`,
  ),
  single(
    "process command line, =",
    "/proc/42/cmdline",
    ({ id, secret }) => `java\0-Daws.accessKeyId=${id}\0-Daws.secretKey=${secret}\0-jar\0x.jar\0`,
  ),
  format("ps", "~/ps.txt", (credentials) =>
    each(
      credentials,
      ({ id, secret }, index) =>
        `root  ${1000 + index}  0.0  0.1 12345 678 ?  Ss  09:26  0:00 /usr/bin/tool --access-key=${id} --secret-key=${secret} --verbose\n`,
    ),
  ),
];
