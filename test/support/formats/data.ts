import { generateForeignToken, generateHex40, generateUuid } from "../material.ts";
import { BASE62, HEX, type Random } from "../random.ts";
import { type Credential, each, type Format, format, lines, screaming, single } from "./format.ts";

/*
 * Data and its processing (SQL, Hadoop, URIs), logs, JSON inside JSON, documents that people write.
 */

const property = (name: string, value: string): string =>
  `  <property>\n    <name>${name}</name>\n    <value>${value}</value>\n  </property>`;

/** A URI's user information, as different authors encode it. */
function userInfo({ id, secret }: Credential, random: Random): string {
  const encoded = encodeURIComponent(secret);
  const lower = encoded.replace(/%../g, (escape) => escape.toLowerCase());
  return `${id}:${random.pick([encoded, encoded, lower])}`;
}

const nested = (value: unknown, depth: number): string =>
  depth === 0 ? JSON.stringify(value) : JSON.stringify({ payload: nested(value, depth - 1) });

const account = ({ id, secret, label }: Credential): object => ({
  name: label,
  accessKeyId: id,
  secretAccessKey: secret,
});

/** As .NET's serializer escapes by default. */
const dotnet = (text: string): string =>
  text.replace(/[+<>&'`]/g, (c) => `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`);

/** As Gson escapes by default. */
const gson = (text: string): string =>
  text.replace(/[=<>&']/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

const html = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");

const stamp = "2026-03-14T09:26:53.589Z";

export const dataFormats: readonly Format[] = [
  format("Hadoop core-site.xml", "/etc/hadoop/conf/core-site.xml", (credentials) =>
    lines(
      '<?xml version="1.0"?>',
      "<configuration>",
      property("fs.s3a.endpoint", "s3.amazonaws.com"),
      credentials.map(({ id, secret, label }, index) => {
        const prefix = index === 0 ? "fs.s3a" : `fs.s3a.bucket.${label}`;
        return [property(`${prefix}.access.key`, id), property(`${prefix}.secret.key`, secret)].join("\n");
      }),
      "</configuration>",
    ),
  ),
  format(
    "Hadoop XML on one line",
    "/etc/hadoop/conf/core-site.xml",
    (credentials) =>
      `<configuration>${each(
        credentials,
        ({ id, secret, label }) =>
          `<property><name>fs.s3a.bucket.${label}.secret.key</name><value>${secret}</value><final>true</final></property><property><name>fs.s3a.bucket.${label}.access.key</name><value>${id}</value></property>`,
      )}</configuration>`,
  ),
  single("Hadoop XML, s3n names", "/etc/hive/hive-site.xml", ({ id, secret }) =>
    lines(
      "<configuration>",
      property("fs.s3n.awsAccessKeyId", id),
      property("fs.s3n.awsSecretAccessKey", secret),
      "</configuration>",
    ),
  ),
  format("Spark properties", "/etc/spark/spark-defaults.conf", (credentials) =>
    lines(
      "spark.master                     yarn",
      credentials.flatMap(({ id, secret, label }, index) => {
        const prefix = index === 0 ? "spark.hadoop.fs.s3a" : `spark.hadoop.fs.s3a.bucket.${label}`;
        return [`${prefix}.access.key      ${id}`, `${prefix}.secret.key      ${secret}`];
      }),
    ),
  ),
  single(
    "spark-submit --conf",
    "~/.bash_history",
    ({ id, secret }) =>
      `spark-submit --conf spark.hadoop.fs.s3a.access.key=${id} --conf spark.hadoop.fs.s3a.secret.key=${secret} --class Main job.jar\n`,
  ),
  single(
    "hadoop -D",
    "~/.bash_history",
    ({ id, secret }) =>
      `hadoop distcp -Dfs.s3a.secret.key=${secret} -Dfs.s3a.access.key=${id} hdfs:///x s3a://bucket/x\n`,
  ),
  format(
    "URIs, percent-encoded",
    "~/app/.env",
    (credentials, random) =>
      each(
        credentials,
        (credential) =>
          `${screaming(credential.label)}_URL=${random.pick(["s3", "aws", "s3a", "s3n"])}://${userInfo(credential, random)}@${random.pick(["bucket", "bucket/path?region=us-east-1", "s3.amazonaws.com/bucket"])}\n`,
      ),
    { syntax: "escaped" },
  ),
  format("URIs, raw", "~/app/backup.sh", (credentials) =>
    each(credentials, ({ id, secret, label }) => `duply ${label} s3://${id}:${secret}@s3.amazonaws.com/bucket\n`),
  ),
  format(
    "SQS broker URL",
    "~/app/celeryconfig.py",
    (credentials, random) =>
      each(credentials, (credential) => `broker_url = 'sqs://${userInfo(credential, random)}@'\n`),
    { syntax: "escaped" },
  ),
  format(
    "query parameters of an URL",
    "~/app/.env",
    (credentials) =>
      each(
        credentials,
        ({ id, secret }) =>
          `STORE=s3://bucket/path?aws_access_key_id=${id}&aws_secret_access_key=${encodeURIComponent(secret)}&region=eu-west-1\n`,
      ),
    { syntax: "escaped" },
  ),
  format(
    "form body",
    "~/proxy.log",
    (credentials) =>
      each(
        credentials,
        ({ id, secret }) =>
          `POST /connect ${new URLSearchParams({ accessKeyId: id, commit: "x", secretAccessKey: secret })}\n`,
      ),
    { syntax: "escaped" },
  ),
  single(
    "Redshift COPY CREDENTIALS",
    "~/etl/load.sql",
    ({ id, secret }) =>
      `COPY sales FROM 's3://bucket/sales'\nCREDENTIALS 'aws_access_key_id=${id};aws_secret_access_key=${secret}'\nDELIMITER '|' GZIP;\n`,
  ),
  format("Redshift COPY, several", "~/etl/load.sql", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `copy ${label.replaceAll("-", "_")} from 's3://b/x' access_key_id '${id}' secret_access_key '${secret}' csv;\n\n`,
    ),
  ),
  format("Snowflake stages", "~/etl/stage.sql", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `CREATE OR REPLACE STAGE ${label.replaceAll("-", "_")}\n  URL = 's3://bucket/'\n  CREDENTIALS = (AWS_KEY_ID = '${id}' AWS_SECRET_KEY = '${secret}')\n  FILE_FORMAT = (TYPE = CSV);\n`,
    ),
  ),
  format(
    "SQL INSERT, one statement",
    "~/dump.sql",
    (credentials, random) =>
      `INSERT INTO \`aws_accounts\` (\`id\`, \`name\`, \`access_key_id\`, \`secret_access_key\`, \`checksum\`) VALUES\n${each(
        credentials,
        ({ id, secret, label }, index) =>
          `(${index + 1}, '${label}', '${id}', '${secret}', '${generateHex40(random)}')`,
        ",\n",
      )};\n`,
  ),
  format(
    "SQL INSERT, on one line",
    "~/dump.sql",
    (credentials) =>
      `INSERT INTO keys VALUES ${each(credentials, ({ id, secret }, index) => `(${index},'${id}','${secret}')`, ",")};\n`,
  ),
  format(
    "SQL COPY from stdin",
    "~/dump.sql",
    (credentials) =>
      `COPY public.keys (id, name, access_key, secret_key) FROM stdin;\n${each(credentials, ({ id, secret, label }, index) => `${index}\t${label}\t${id}\t${secret}\n`)}\\.\n`,
  ),
  format("SQL UPDATE of settings rows", "~/migrate.sql", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `UPDATE settings SET value = '${id}' WHERE name = '${label}_s3_access_key';\nUPDATE settings SET value = '${secret}' WHERE name = '${label}_s3_secret_key';\n`,
    ),
  ),
  single(
    "ClickHouse s3 function",
    "~/q.sql",
    ({ id, secret }) => `SELECT * FROM s3('https://b.s3.amazonaws.com/x.csv', '${id}', '${secret}', 'CSV');\n`,
  ),
  single(
    "DuckDB secret",
    "~/q.sql",
    ({ id, secret }) => `CREATE SECRET s (TYPE s3, KEY_ID '${id}', SECRET '${secret}', REGION 'us-east-1');\n`,
  ),
  format("log lines, key=value", "/var/log/app.log", (credentials, random) =>
    each(credentials, ({ id, secret }) =>
      lines(
        `${stamp} INFO request_id=${generateUuid(random)} commit=${generateHex40(random)}`,
        `${stamp} DEBUG connecting access_key=${id} secret_key=${secret} region=us-east-1 attempt=1`,
      ),
    ),
  ),
  format(
    "log lines, JSON",
    "/var/log/app.jsonl",
    (credentials, random) =>
      each(
        credentials,
        ({ id, secret }) =>
          `${JSON.stringify({ time: stamp, level: 20, sha: generateHex40(random), config: { accessKeyId: id, secretAccessKey: secret }, msg: "starting" })}\n`,
      ),
    { syntax: "jsonl" },
  ),
  format("log lines, Python repr", "/var/log/app.log", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `DEBUG:root:{'name': '${label}', 'aws_access_key_id': '${id}', 'aws_secret_access_key': '${secret}', 'verify': True}\n`,
    ),
  ),
  format("log lines, Go %+v", "/var/log/app.log", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `2026/03/14 09:26:53 config: {Name:${label} AccessKeyID:${id} SecretAccessKey:${secret} SessionToken: Source:Static}\n`,
    ),
  ),
  format("log lines, Go %#v", "/var/log/app.log", (credentials) =>
    each(
      credentials,
      ({ id, secret }) =>
        `cfg: aws.Credentials{AccessKeyID:"${id}", SecretAccessKey:"${secret}", SessionToken:"", CanExpire:false}\n`,
    ),
  ),
  format("log lines, Ruby inspect", "/var/log/app.log", (credentials) =>
    each(
      credentials,
      ({ id, secret }) =>
        `D, [${stamp}] DEBUG -- : {:access_key_id=>"${id}", "secret_access_key"=>"${secret}", :region=>"us-east-1"}\n`,
    ),
  ),
  format("log lines, Java toString", "/var/log/app.log", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) => `INFO Config(name=${label}, accessKey=${id}, secretKey=${secret}, pathStyle=false)\n`,
    ),
  ),
  format("log lines, PHP print_r", "/var/log/app.log", (credentials) =>
    each(
      credentials,
      ({ id, secret }) => `Array\n(\n    [version] => latest\n    [key] => ${id}\n    [secret] => ${secret}\n)\n`,
    ),
  ),
  format("log lines, PHP var_dump", "/var/log/app.log", (credentials) =>
    each(
      credentials,
      ({ id, secret }) =>
        `array(2) {\n  ["key"]=>\n  string(20) "${id}"\n  ["secret"]=>\n  string(40) "${secret}"\n}\n`,
    ),
  ),
  format("PHP serialize", "~/dump.sql", (credentials) =>
    each(credentials, ({ id, secret }) => `a:2:{s:3:"key";s:20:"${id}";s:6:"secret";s:40:"${secret}";}\n`),
  ),
  format("terminal log with colours", "~/ci.log", (credentials) =>
    each(
      credentials,
      ({ id, secret }) =>
        `\u001b[36mAWS_ACCESS_KEY_ID\u001b[0m=\u001b[33m${id}\u001b[0m\n\u001b[36mAWS_SECRET_ACCESS_KEY\u001b[0m=\u001b[33m${secret}\u001b[0m\n`,
    ),
  ),
  format(
    "terminal log with colours, in JSON",
    "~/ci.jsonl",
    (credentials) =>
      each(
        credentials,
        ({ id, secret }) =>
          `${JSON.stringify({ log: `accessKeyId: \u001b[32m'${id}'\u001b[39m,\n secretAccessKey: \u001b[32m${secret}\u001b[39m\n`, stream: "stdout" })}\n`,
      ),
    { syntax: "jsonl" },
  ),
  format("CI log with timestamps", "~/ci.log", (credentials) =>
    each(credentials, ({ id, secret }) =>
      lines(
        `${stamp} ##[group]Run aws-actions/configure-aws-credentials`,
        `${stamp}   AWS_ACCESS_KEY_ID: ${id}`,
        `${stamp}   AWS_REGION: us-east-1`,
        `${stamp}   AWS_SECRET_ACCESS_KEY: ${secret}`,
      ),
    ),
  ),
  format("set -x trace", "~/ci.log", (credentials) => ({
    content: each(
      credentials,
      ({ id, secret }) =>
        `+ export AWS_ACCESS_KEY_ID=${id}\n+ AWS_ACCESS_KEY_ID=${id}\n+ export AWS_SECRET_ACCESS_KEY=${secret}\n`,
    ),
    expected: { mentioned: credentials.map(({ id }) => id) },
  })),
  format("diff", "~/fix.patch", (credentials, random) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `diff --git a/${label} b/${label}\nindex ${random.text(HEX, 40)}..${random.text(HEX, 40)} 100644\n--- a/${label}\n+++ b/${label}\n@@ -1,2 +1,2 @@\n-aws_access_key_id=${id}\n-aws_secret_access_key=${secret}\n+aws_access_key_id=\${ID}\n`,
    ),
  ),
  ...[1, 2, 3].map((depth) =>
    format(
      `JSON in JSON, depth ${depth}`,
      "~/queue/message.json",
      (credentials) => nested({ accounts: credentials.map(account) }, depth),
      { syntax: "escaped" },
    ),
  ),
  format(
    "JSON in JSON, indented text of a file",
    "~/state.json",
    (credentials) =>
      JSON.stringify({
        file: `[default]\n\n${each(credentials, ({ id, secret, label }) => `[${label}]\naws_access_key_id=${id}\naws_secret_access_key=${secret}\n`)}`,
      }),
    { syntax: "json" },
  ),
  format(
    "JSON, values at the start of a line and behind a tab",
    "~/messages.json",
    (credentials) =>
      JSON.stringify({
        text: each(
          credentials,
          ({ id, secret, label }) => `${label}\n\nAccess key:\n${id}\nSecret key:\n${secret}\n\n`,
        ),
        tsv: "a\tb",
      }),
    { syntax: "json" },
  ),
  format(
    "JSON, output of --output text",
    "~/messages.json",
    (credentials) =>
      JSON.stringify({
        stdout: each(
          credentials,
          ({ id, secret, label }) => `ACCESSKEY\t${id}\t${stamp}\t${secret}\tActive\t${label}\n`,
        ),
      }),
    { syntax: "json" },
  ),
  format(
    "JSON by PHP",
    "~/config.json",
    (credentials) =>
      JSON.stringify({ path: "/srv/app", keys: credentials.map(({ id, secret }) => ({ key: id, secret })) }).replaceAll(
        "/",
        "\\/",
      ),
    { syntax: "json" },
  ),
  format(
    "JSON by .NET",
    "~/appsettings.json",
    (credentials) =>
      dotnet(
        JSON.stringify(
          { Accounts: credentials.map(({ id, secret }) => ({ AccessKey: id, SecretKey: secret })) },
          null,
          2,
        ),
      ),
    { syntax: "json" },
  ),
  format(
    "JSON by Gson, of settings",
    "~/state.json",
    (credentials) =>
      gson(
        JSON.stringify({
          env: credentials.map(({ id, secret }) => `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}`),
        }),
      ),
    { syntax: "json" },
  ),
  format(
    "JSON in an HTML attribute",
    "~/page.html",
    (credentials) =>
      lines(
        "<!doctype html>",
        credentials.map(
          (credential) => `<div id="app" data-config="${html(JSON.stringify(account(credential)))}"></div>`,
        ),
      ),
    { syntax: "escaped" },
  ),
  format("HTML table", "~/page.html", (credentials) =>
    lines(
      "<table><tr><th>User</th><th>Access key</th><th>Secret key</th></tr>",
      credentials.map(
        ({ id, secret, label }) =>
          `<tr><td>${label}</td><td><code>${id}</code></td><td><code>${secret}</code></td></tr>`,
      ),
      "</table>",
    ),
  ),
  format("markdown table", "~/notes/keys.md", (credentials) =>
    lines(
      "| User | Access key ID | Secret access key |",
      "|------|---------------|-------------------|",
      credentials.map(({ id, secret, label }) => `| ${label} | \`${id}\` | \`${secret}\` |`),
    ),
  ),
  format("markdown list", "~/notes/keys.md", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `## ${label}\n\n- **Access key**: ${id}\n- **Secret**: ${secret}\n- Bucket: assets\n\n`,
    ),
  ),
  format("org table", "~/notes/keys.org", (credentials) =>
    lines(
      "| user | id | secret |",
      "|---+---+---|",
      credentials.map(({ id, secret, label }) => `| ${label} | ${id} | ${secret} |`),
    ),
  ),
  format("confluence table", "~/notes/wiki.txt", (credentials) =>
    lines(
      "||User||Access key||Secret key||",
      credentials.map(({ id, secret, label }) => `|${label}|{{${id}}}|{{${secret}}}|`),
    ),
  ),
  format("e-mail", "~/Maildir/cur/1", (credentials) =>
    lines(
      "From: Ada <ada@example.org>",
      "Subject: the keys",
      "",
      credentials.flatMap(({ id, secret, label }) => [`For ${label}:`, `Access key: ${id}`, `Secret: ${secret}`, ""]),
      "Regards",
    ),
  ),
  format("e-mail, quoted", "~/Maildir/cur/2", (credentials) =>
    each(credentials, ({ id, secret }) => `> > Access Key ID: ${id}\n> > Secret Access Key: ${secret}\n>\n> thanks\n`),
  ),
  format("chat, bare values", "~/chat.txt", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `[09:26] ada: ${label}\n[09:26] ada: ${id}\n[09:27] ada: ${secret}\n[09:27] bob: got it\n\n`,
    ),
  ),
  format("notes, bare lines", "~/notes/aws.txt", (credentials) =>
    each(credentials, ({ id, secret, label }) => `aws ${label}\n${id}\n${secret}\n\n`),
  ),
  format("notes, secret first", "~/notes/aws.txt", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) => `${label}\n  Secret Access Key: ${secret}\n  Access Key ID: ${id}\n\n`,
    ),
  ),
  format("notes, with a slash", "~/notes/aws.txt", (credentials) =>
    each(credentials, ({ id, secret, label }) => `${label}: ${id} / ${secret}\n`),
  ),
  format("Excel-like XML rows", "~/keys.xml", (credentials) =>
    lines(
      "<Worksheet><Table>",
      credentials.map(
        ({ id, secret, label }) =>
          `<Row><Cell><Data ss:Type="String">${label}</Data></Cell><Cell><Data ss:Type="String">${id}</Data></Cell><Cell><Data ss:Type="String">${secret}</Data></Cell></Row>`,
      ),
      "</Table></Worksheet>",
    ),
  ),
  format("IAM response XML", "~/response.xml", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `<CreateAccessKeyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateAccessKeyResult><AccessKey><UserName>${label}</UserName><AccessKeyId>${id}</AccessKeyId><Status>Active</Status><SecretAccessKey>${secret}</SecretAccessKey></AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>\n`,
    ),
  ),
  format("password manager export", "~/Downloads/export.csv", (credentials, random) =>
    lines(
      "folder,favorite,type,name,notes,fields,login_uri,login_username,login_password",
      `,,login,shop,,,https://shop.example.org,ada,${random.text(BASE62, 40)}`,
      credentials.map(
        ({ id, secret, label }) => `,,login,aws ${label},,,https://console.aws.amazon.com,${id},${secret}`,
      ),
    ),
  ),
  format("LDIF-like and netrc", "~/.netrc", (credentials, random) =>
    lines(
      `machine git.example.org login ada password ${generateForeignToken(random)}`,
      credentials.map(({ id, secret, label }) => `machine ${label}.s3.amazonaws.com login ${id} password ${secret}`),
    ),
  ),
  format("TOML", "~/.config/tool/config.toml", (credentials, random) =>
    lines(
      `commit = "${generateHex40(random)}"`,
      credentials.flatMap(({ id, secret, label }) => [
        "",
        `[profiles.${label}]`,
        `access_key_id = "${id}"`,
        `secret_access_key = '${secret}'`,
      ]),
    ),
  ),
  format("TOML inline", "~/.cargo/config.toml", (credentials) =>
    lines(
      credentials.map(
        ({ id, secret, label }) => `${label} = { access_key_id = "${id}", secret_access_key = "${secret}" }`,
      ),
    ),
  ),
  format("Clojure EDN", "~/.lein/profiles.clj", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `{:${label} {:repositories {"private" {:url "s3p://r/" :username "${id}" :passphrase "${secret}"}}}}\n`,
    ),
  ),
];
