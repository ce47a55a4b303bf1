import { generateForeignToken, generateHex40 } from "../material.ts";
import type { Random } from "../random.ts";
import { type Credential, camel, each, type Format, format, lines, screaming, single } from "./format.ts";
import { generateIdentifier, generateIntegrity, generatePath } from "./noise.ts";

/*
 * Source code that calls an AWS SDK with literals.
 */

const pascal = (label: string): string => camel(`-${label}`);

/** A value in two strings or three, cut behind its first four characters and anywhere. */
function inParts(value: string, random: Random, joint: string): string {
  const at = 5 + random.below(value.length - 6);
  const parts = [value.slice(0, 4), value.slice(4, at), value.slice(at)];
  return (random.oneIn(2) ? parts : [parts[0] ?? "", value.slice(4)]).map((part) => `"${part}"`).join(joint);
}

/** A constant that no AWS credential is, in the syntax of the language. */
function bystander(random: Random, write: (name: string, value: string) => string): string {
  return random.pick([
    () => write("commit", generateHex40(random)),
    () => write("webhookSecret", generateForeignToken(random)),
    () => write("integrity", generateIntegrity(random)),
    () => write("path", generatePath(random, 40)),
    () => write("handler", generateIdentifier(random, 40)),
  ])();
}

const javaField = (name: string, value: string): string =>
  `    private static final String ${screaming(name)} = "${value}";`;
const jsConst = (name: string, value: string): string => `const ${name} = "${value}";`;
const pyConst = (name: string, value: string): string => `${screaming(name)} = "${value}"`;

function javaClass(body: readonly string[], random: Random): string {
  return lines("package org.example;", "", "public final class Uploader {", bystander(random, javaField), body, "}");
}

export const codeFormats: readonly Format[] = [
  format("Java v1 BasicAWSCredentials", "~/app/src/main/java/Uploader.java", (credentials, random) =>
    javaClass(
      credentials.map(({ id, secret, label }) =>
        random.oneIn(2)
          ? `    AWSCredentials ${camel(label)} = new BasicAWSCredentials("${id}", "${secret}");`
          : `    AWSCredentials ${camel(label)} =\n        new BasicAWSCredentials(\n            "${id}",\n            "${secret}");`,
      ),
      random,
    ),
  ),
  format("Java v2 AwsBasicCredentials.create", "~/app/src/main/java/Uploader.java", (credentials, random) =>
    javaClass(
      credentials.map(
        ({ id, secret, label }) =>
          `    S3Client ${camel(label)} = S3Client.builder().region(Region.EU_WEST_1)\n        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("${id}", "${secret}"))).build();`,
      ),
      random,
    ),
  ),
  format("Java v2 builder", "~/app/src/main/java/Uploader.java", (credentials, random) =>
    javaClass(
      credentials.map(
        ({ id, secret, label }) =>
          `    AwsBasicCredentials ${camel(label)} = AwsBasicCredentials.builder()\n        .accessKeyId("${id}")\n        .secretAccessKey("${secret}")\n        .build();`,
      ),
      random,
    ),
  ),
  format("Java constants", "~/app/src/main/java/Keys.java", (credentials, random) =>
    javaClass(
      credentials.flatMap(({ id, secret, label }) => [
        javaField(`${label}-access-key`, id),
        ...(random.oneIn(3) ? [bystander(random, javaField)] : []),
        javaField(`${label}-secret-key`, secret),
      ]),
      random,
    ),
  ),
  format("Java System.setProperty", "~/app/src/main/java/Main.java", (credentials, random) =>
    javaClass(
      credentials.map(
        ({ id, secret }) =>
          `    static { System.setProperty("aws.accessKeyId", "${id}"); System.setProperty("aws.secretKey", "${secret}"); }`,
      ),
      random,
    ),
  ),
  single(
    "Maven command line",
    "~/.bash_history",
    ({ id, secret }) => `mvn deploy -Daws.accessKeyId=${id} -Daws.secretKey=${secret} -DskipTests\n`,
  ),
  single("JS v2 AWS.config.update", "~/app/upload.js", ({ id, secret }, random) => {
    const quote = random.pick(['"', "'", "`"]);
    return lines(
      'const AWS = require("aws-sdk");',
      bystander(random, jsConst),
      "AWS.config.update({",
      `  accessKeyId: ${quote}${id}${quote},`,
      `  secretAccessKey: ${quote}${secret}${quote},`,
      "  region: 'us-east-1'",
      "});",
    );
  }),
  format("JS v3 clients", "~/app/src/clients.ts", (credentials, random) =>
    lines(
      'import { S3Client } from "@aws-sdk/client-s3";',
      "",
      credentials.map(({ id, secret, label }) =>
        random.oneIn(2)
          ? `export const ${camel(label)} = new S3Client({ region: "eu-west-1", credentials: { accessKeyId: "${id}", secretAccessKey: "${secret}" } });`
          : `export const ${camel(label)} = new S3Client({\n  region: "eu-west-1",\n  credentials: {\n    secretAccessKey: "${secret}",\n    accessKeyId: "${id}",\n  },\n});`,
      ),
      bystander(random, jsConst),
    ),
  ),
  format("JS, minified", "~/app/dist/main.4f2c1a.js", (credentials, random) => {
    const filler = (): string =>
      `function ${generateIdentifier(random, 9)}(e,t){return e.${generateIdentifier(random, 40)}(t,"${generateHex40(random)}")}`;
    return `!function(){"use strict";${filler()};${each(
      credentials,
      ({ id, secret }, index) =>
        `var a${index}=new s.S3({accessKeyId:"${id}",secretAccessKey:"${secret}",region:"us-east-1"});${filler()};`,
    )}}();\n//# sourceMappingURL=main.js.map\n`;
  }),
  format(
    "JS, minified positional",
    "~/app/dist/vendor.js",
    (credentials) =>
      `(()=>{${each(credentials, ({ id, secret }, index) => `const c${index}=new n.Credentials("${id}","${secret}");`)}})();`,
  ),
  format("JS constants", "~/app/config.js", (credentials, random) =>
    each(credentials, ({ id, secret, label }) =>
      lines(
        bystander(random, jsConst),
        `const ${screaming(label)}_KEY = '${id}'${random.pick(["", ";"])}`,
        `const ${screaming(label)}_SECRET = '${secret}'${random.pick(["", ";"])}`,
      ),
    ),
  ),
  format(
    "JS, environment defaults",
    "~/app/config.js",
    (credentials) =>
      `module.exports = {\n${each(
        credentials,
        ({ id, secret, label }) =>
          `  ${camel(label)}: {\n    accessKeyId: process.env.AWS_ACCESS_KEY_ID || "${id}",\n    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY || "${secret}",\n  },\n`,
      )}};\n`,
  ),
  format("Python boto3.client keywords", "~/app/upload.py", (credentials, random) =>
    lines(
      "import boto3",
      bystander(random, pyConst),
      credentials.map(({ id, secret, label }) => {
        const quote = random.pick(['"', "'"]);
        return random.oneIn(2)
          ? `${label.replaceAll("-", "_")} = boto3.client('s3', aws_access_key_id=${quote}${id}${quote}, aws_secret_access_key=${quote}${secret}${quote})`
          : `${label.replaceAll("-", "_")} = boto3.client(\n    "s3",\n    aws_access_key_id = ${quote}${id}${quote},\n    region_name="eu-west-1",\n    aws_secret_access_key = ${quote}${secret}${quote},\n)`;
      }),
    ),
  ),
  format("Python Session, positional", "~/app/session.py", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `${label.replaceAll("-", "_")} = boto3.session.Session('${id}', '${secret}', region_name='us-east-1')\n`,
    ),
  ),
  format("Python boto 2 connection", "~/app/legacy.py", (credentials) =>
    each(credentials, ({ id, secret }) => `conn = S3Connection('${id}', '${secret}')\nbucket = conn.get_bucket('x')\n`),
  ),
  format("Python constants", "~/app/settings.py", (credentials, random) =>
    each(credentials, ({ id, secret, label }) =>
      lines(
        bystander(random, pyConst),
        `${screaming(label)}_ACCESS_KEY = "${id}"`,
        random.oneIn(3) && bystander(random, pyConst),
        `${screaming(label)}_SECRET_KEY = "${secret}"`,
        "",
      ),
    ),
  ),
  single("Django settings", "~/app/settings/base.py", ({ id, secret }, random) =>
    lines(
      `SECRET_KEY = 'django-insecure-${random.text("abcdefghijklmnopqrstuvwxyz0123456789(=+-_)", 50)}'`,
      "DEBUG = True",
      `AWS_ACCESS_KEY_ID = os.environ.get("AWS_ACCESS_KEY_ID", "${id}")`,
      `AWS_SECRET_ACCESS_KEY = os.environ.get("AWS_SECRET_ACCESS_KEY", "${secret}")`,
      'AWS_STORAGE_BUCKET_NAME = "assets"',
    ),
  ),
  format("Python dictionary", "~/app/accounts.py", (credentials, random) =>
    lines(
      "ACCOUNTS = {",
      credentials.map(({ id, secret, label }) =>
        random.oneIn(2)
          ? `    '${label}': {'access_key': '${id}', 'secret_key': '${secret}'},`
          : `    "${label}": {\n        "secret_key": "${secret}",\n        "access_key": "${id}",\n    },`,
      ),
      "}",
    ),
  ),
  format("Python tuples", "~/app/accounts.py", (credentials) =>
    lines(
      "KEYS = [",
      credentials.map(({ id, secret, label }) => `    ("${label}", "${id}", "${secret}"),`),
      "]",
    ),
  ),
  format("Python lists, ids then secrets", "~/app/accounts.py", (credentials) =>
    lines(
      `aws_ids = [${credentials.map(({ id }) => `"${id}"`).join(", ")}]`,
      `aws_secrets = [${credentials.map(({ secret }) => `"${secret}"`).join(", ")}]`,
    ),
  ),
  format("lists over lines, ids then secrets", "~/app/accounts.rb", (credentials) =>
    lines(
      "ACCESS_KEY_IDS = [",
      credentials.map(({ id }) => `  '${id}',`),
      "].freeze",
      "",
      "SECRET_ACCESS_KEYS = [",
      credentials.map(({ secret }) => `  '${secret}',`),
      "].freeze",
    ),
  ),
  format("Python os.environ", "~/app/run.py", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `def use_${label.replaceAll("-", "_")}():\n    os.environ["AWS_ACCESS_KEY_ID"] = "${id}"\n    os.environ["AWS_SECRET_ACCESS_KEY"] = "${secret}"\n\n`,
    ),
  ),
  single("spark configuration in Python", "~/etl/job.py", ({ id, secret }) =>
    lines(
      'spark._jsc.hadoopConfiguration().set("fs.s3a.endpoint", "s3.amazonaws.com")',
      `spark._jsc.hadoopConfiguration().set("fs.s3a.access.key", "${id}")`,
      `spark._jsc.hadoopConfiguration().set("fs.s3a.secret.key", "${secret}")`,
    ),
  ),
  format("Go NewStaticCredentials", "~/app/main.go", (credentials, random) =>
    lines(
      "package main",
      "",
      credentials.map(({ id, secret, label }) =>
        random.oneIn(2)
          ? `var ${camel(label)} = credentials.NewStaticCredentials("${id}", "${secret}", "")`
          : `\tcfg, err := config.LoadDefaultConfig(ctx, config.WithCredentialsProvider(\n\t\tcredentials.NewStaticCredentialsProvider("${id}", "${secret}", ""), // ${label}\n\t))`,
      ),
    ),
  ),
  format("Go structure", "~/app/config.go", (credentials) =>
    lines(
      "var accounts = []aws.Credentials{",
      credentials.map(
        ({ id, secret, label }) =>
          `\t{\n\t\tAccessKeyID:     "${id}",\n\t\tSecretAccessKey: "${secret}",\n\t\tSource:          "${label}",\n\t},`,
      ),
      "}",
    ),
  ),
  format("Go constants", "~/app/keys.go", (credentials, random) =>
    lines(
      "const (",
      credentials.flatMap(({ id, secret, label }) => [
        `\t${camel(label)}AccessKey = "${id}"`,
        `\t${camel(label)}SecretKey = \`${secret}\``,
        `\t${camel(label)}Commit    = "${generateHex40(random)}"`,
      ]),
      ")",
    ),
  ),
  format("Ruby Aws::Credentials", "~/app/upload.rb", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) => `${label.replaceAll("-", "_")} = Aws::Credentials.new('${id}', '${secret}')\n`,
    ),
  ),
  format("Ruby hashes", "~/app/config/initializers/s3.rb", (credentials, random) =>
    lines(
      credentials.map(({ id, secret, label }) =>
        random.oneIn(2)
          ? `${screaming(label)} = { :access_key_id => "${id}", :secret_access_key => "${secret}" }`
          : `${screaming(label)} = {\n  access_key_id: '${id}',\n  secret_access_key: '${secret}',\n}`,
      ),
    ),
  ),
  single("CarrierWave and fog", "~/app/config/initializers/carrierwave.rb", ({ id, secret }) =>
    lines(
      "CarrierWave.configure do |config|",
      "  config.fog_credentials = {",
      "    :provider               => 'AWS',",
      `    :aws_access_key_id      => '${id}',`,
      `    :aws_secret_access_key  => '${secret}',`,
      "    :region                 => 'eu-west-1'",
      "  }",
      "end",
    ),
  ),
  format("PHP arrays", "~/app/config.php", (credentials, random) =>
    lines(
      "<?php",
      "return [",
      credentials.map(({ id, secret, label }) =>
        random.oneIn(2)
          ? `    '${label}' => [\n        'credentials' => [\n            'key'    => '${id}',\n            'secret' => '${secret}',\n        ],\n        'region' => 'eu-west-1',\n    ],`
          : `    "${label}" => array("secret" => "${secret}", "key" => "${id}"),`,
      ),
      "];",
    ),
  ),
  single("PHP defines", "~/site/wp-config.php", ({ id, secret }, random) =>
    lines(
      "<?php",
      `define( 'AUTH_KEY', '${random.text("ABCDEFabcdef0123456789!#%&()*+-;<=>?@^_{|}~", 64)}' );`,
      `define( 'AWS_ACCESS_KEY_ID', '${id}' );`,
      `define( 'AWS_SECRET_ACCESS_KEY', '${secret}' );`,
      "define( 'DB_NAME', 'wordpress' );",
    ),
  ),
  single("PHP WordPress plug-in settings", "~/site/wp-config.php", ({ id, secret }) =>
    lines(
      "define( 'AS3CF_SETTINGS', serialize( array(",
      "    'provider' => 'aws',",
      `    'access-key-id' => '${id}',`,
      `    'secret-access-key' => '${secret}',`,
      ") ) );",
    ),
  ),
  format("C# BasicAWSCredentials", "~/app/Uploader.cs", (credentials, random) =>
    lines(
      credentials.map(({ id, secret, label }) =>
        random.oneIn(2)
          ? `var ${camel(label)} = new BasicAWSCredentials("${id}", "${secret}");`
          : `var ${camel(label)} = new AmazonS3Client(@"${id}", @"${secret}", RegionEndpoint.EUWest1);`,
      ),
    ),
  ),
  format("C# properties", "~/app/Keys.cs", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `public static class ${pascal(label)} {\n    public const string AccessKey = "${id}";\n    public const string SecretKey = "${secret}";\n}\n`,
    ),
  ),
  single(
    "C# appsettings.json",
    "~/app/appsettings.json",
    ({ id, secret }) =>
      JSON.stringify(
        {
          Logging: { LogLevel: { Default: "Information" } },
          AWS: { Region: "eu-west-1", AccessKey: id, SecretKey: secret },
        },
        null,
        2,
      ),
    { syntax: "json" },
  ),
  single("C# app.config", "~/app/App.config", ({ id, secret }) =>
    lines(
      '<?xml version="1.0" encoding="utf-8"?>',
      "<configuration>",
      "  <appSettings>",
      `    <add key="AWSAccessKey" value="${id}"/>`,
      `    <add key="AWSSecretKey" value="${secret}"/>`,
      "  </appSettings>",
      "</configuration>",
    ),
  ),
  format("Rust Credentials::new", "~/app/src/main.rs", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `let ${label.replaceAll("-", "_")} = Credentials::new("${id}", "${secret}", None, None, "static");\n`,
    ),
  ),
  format("Rust constants", "~/app/src/keys.rs", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `pub const ${screaming(label)}_ACCESS_KEY: &str = "${id}";\npub const ${screaming(label)}_SECRET_KEY: &'static str = "${secret}";\n`,
    ),
  ),
  format("Kotlin", "~/app/src/main/kotlin/Keys.kt", (credentials, random) =>
    each(credentials, ({ id, secret, label }) =>
      random.oneIn(2)
        ? `val ${camel(label)} = BasicAWSCredentials("${id}", "${secret}")\n`
        : `object ${pascal(label)} {\n    const val ACCESS_KEY = "${id}"\n    const val SECRET_KEY = "${secret}"\n}\n`,
    ),
  ),
  format("Gradle publishing", "~/app/build.gradle", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `maven {\n    url "s3://${label}/maven"\n    credentials(AwsCredentials) {\n        accessKey "${id}"\n        secretKey "${secret}"\n    }\n}\n`,
    ),
  ),
  format("Scala", "~/app/src/main/scala/Keys.scala", (credentials, random) =>
    each(credentials, ({ id, secret, label }) =>
      random.oneIn(2)
        ? `val ${camel(label)} = AwsBasicCredentials.create("${id}", "${secret}")\n`
        : `sc.hadoopConfiguration.set("fs.s3n.awsAccessKeyId", "${id}")\nsc.hadoopConfiguration.set("fs.s3n.awsSecretAccessKey", "${secret}")\n// ${label}\n`,
    ),
  ),
  format("Swift", "~/app/Keys.swift", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `let ${camel(label)} = AWSStaticCredentialsProvider(accessKey: "${id}", secretKey: "${secret}")\n`,
    ),
  ),
  format("Objective-C", "~/app/Keys.h", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `#define ${screaming(label)}_ACCESS_KEY_ID @"${id}"\n#define ${screaming(label)}_SECRET_KEY    @"${secret}"\n`,
    ),
  ),
  format("Android strings.xml", "~/app/src/main/res/values/strings.xml", (credentials) =>
    lines(
      "<resources>",
      credentials.flatMap(({ id, secret, label }) => [
        `    <string name="${label.replaceAll("-", "_")}_access_key">${id}</string>`,
        `    <string name="${label.replaceAll("-", "_")}_secret_key">${secret}</string>`,
      ]),
      "</resources>",
    ),
  ),
  format("Lua and nginx", "/etc/nginx/conf.d/s3.conf", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `set $${label.replaceAll("-", "_")}_access_key '${id}';\nset $${label.replaceAll("-", "_")}_secret_key '${secret}';\n`,
    ),
  ),
  format("Perl hash", "~/bin/backup.pl", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `my $${label.replaceAll("-", "_")} = Net::Amazon::S3->new({ aws_access_key_id => "${id}", aws_secret_access_key => "${secret}", retry => 1 });\n`,
    ),
  ),
  format("Elixir", "~/app/config/prod.exs", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `config :ex_aws, :${label.replaceAll("-", "_")},\n  access_key_id: "${id}",\n  secret_access_key: "${secret}"\n\n`,
    ),
  ),
  ...(
    [
      ["JavaScript, strings in parts", "~/app/src/keys.js", " + "],
      ["PHP, strings in parts", "~/app/keys.php", " . "],
      ["Python, adjacent strings", "~/app/keys.py", "\n        "],
      ["C, adjacent strings", "~/app/keys.h", " "],
      ["shell, adjacent strings", "~/bin/keys.sh", ""],
      ["Java, strings in parts on lines of their own", "~/app/Keys.java", "\n            + "],
    ] as const
  ).map(([name, path, joint]) =>
    format(
      name,
      path,
      (credentials, random) =>
        each(
          credentials,
          ({ id, secret, label }) =>
            `${screaming(label)}_ACCESS_KEY = (${inParts(id, random, joint)})\n${screaming(label)}_SECRET_KEY = (${inParts(secret, random, joint)})\n`,
        ),
      { syntax: "escaped" },
    ),
  ),
  format(
    "Vue and Vite bundle source map",
    "~/app/dist/main.js.map",
    (credentials) =>
      JSON.stringify({
        version: 3,
        sources: ["config.js"],
        sourcesContent: credentials.map(
          ({ id, secret }: Credential) =>
            `export default {\n  accessKeyId: "${id}",\n  secretAccessKey: "${secret}",\n}\n`,
        ),
        mappings: "AAAA,SAASA,EAAE",
      }),
    { syntax: "json" },
  ),
];
