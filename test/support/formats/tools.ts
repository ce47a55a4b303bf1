import { generateHex40 } from "../material.ts";
import { BASE62 } from "../random.ts";
import { each, type Format, format, json, lines, single } from "./format.ts";
import { generateSettings } from "./noise.ts";

/*
 * Configuration files of tools that talk to S3 and its kin.
 */

/** The options of s3cmd 2.x in the order in which it writes them: the secret stands some seventy lines below the id. */
const S3CFG: readonly (readonly [string, string])[] = [
  ["access_token", ""],
  ["add_encoding_exts", ""],
  ["add_headers", ""],
  ["bucket_location", "US"],
  ["ca_certs_file", ""],
  ["cache_file", ""],
  ["check_ssl_certificate", "True"],
  ["check_ssl_hostname", "True"],
  ["cloudfront_host", "cloudfront.amazonaws.com"],
  ["connection_max_age", "5"],
  ["connection_pooling", "True"],
  ["content_disposition", ""],
  ["content_type", ""],
  ["default_mime_type", "binary/octet-stream"],
  ["delay_updates", "False"],
  ["delete_after", "False"],
  ["delete_after_fetch", "False"],
  ["delete_removed", "False"],
  ["dry_run", "False"],
  ["enable_multipart", "True"],
  ["encrypt", "False"],
  ["expiry_date", ""],
  ["expiry_days", ""],
  ["expiry_prefix", ""],
  ["follow_symlinks", "False"],
  ["force", "False"],
  ["get_continue", "False"],
  ["gpg_command", "/usr/bin/gpg"],
  [
    "gpg_decrypt",
    "%(gpg_command)s -d --verbose --no-use-agent --batch --yes --passphrase-fd %(passphrase_fd)s -o %(output_file)s %(input_file)s",
  ],
  [
    "gpg_encrypt",
    "%(gpg_command)s -c --verbose --no-use-agent --batch --yes --passphrase-fd %(passphrase_fd)s -o %(output_file)s %(input_file)s",
  ],
  ["gpg_passphrase", "*"],
  ["guess_mime_type", "True"],
  ["host_base", "s3.amazonaws.com"],
  ["host_bucket", "%(bucket)s.s3.amazonaws.com"],
  ["human_readable_sizes", "False"],
  ["invalidate_default_index_on_cf", "False"],
  ["invalidate_default_index_root_on_cf", "True"],
  ["invalidate_on_cf", "False"],
  ["keep_dirs", "False"],
  ["kms_key", ""],
  ["limit", "-1"],
  ["limitrate", "0"],
  ["list_allow_unordered", "False"],
  ["list_md5", "False"],
  ["log_target_prefix", ""],
  ["long_listing", "False"],
  ["max_delete", "-1"],
  ["max_retries", "5"],
  ["mime_type", ""],
  ["multipart_chunk_size_mb", "15"],
  ["multipart_copy_chunk_size_mb", "1024"],
  ["multipart_max_chunks", "10000"],
  ["preserve_attrs", "True"],
  ["progress_meter", "True"],
  ["proxy_host", ""],
  ["proxy_port", "0"],
  ["public_url_use_https", "False"],
  ["put_continue", "False"],
  ["recursive", "False"],
  ["recv_chunk", "65536"],
  ["reduced_redundancy", "False"],
  ["requester_pays", "False"],
  ["restore_days", "1"],
  ["restore_priority", "Standard"],
];
const S3CFG_AFTER: readonly (readonly [string, string])[] = [
  ["send_chunk", "65536"],
  ["server_side_encryption", "False"],
  ["signature_v2", "False"],
  ["signurl_use_https", "False"],
  ["simpledb_host", "sdb.amazonaws.com"],
  ["skip_destination_validation", "False"],
  ["skip_existing", "False"],
  ["socket_timeout", "300"],
  ["ssl_client_cert_file", ""],
  ["ssl_client_key_file", ""],
  ["stats", "False"],
  ["stop_on_error", "False"],
  ["storage_class", ""],
  ["throttle_max", "100"],
  ["upload_id", ""],
  ["urlencoding_mode", "normal"],
  ["use_http_expect", "False"],
  ["use_https", "True"],
  ["use_mime_magic", "True"],
  ["verbosity", "WARNING"],
  ["website_endpoint", "http://%(bucket)s.s3-website-%(location)s.amazonaws.com/"],
  ["website_error", ""],
  ["website_index", "index.html"],
];

const option = ([name, value]: readonly [string, string]): string => `${name} = ${value}`;

export const toolFormats: readonly Format[] = [
  single(".s3cfg", "~/.s3cfg", ({ id, secret }, random) =>
    lines(
      "[default]",
      option(["access_key", id]),
      S3CFG.map(([name, value]) =>
        option([name, value === "*" ? random.text(BASE62, random.pick([0, 12, 40])) : value]),
      ),
      option(["secret_key", secret]),
      S3CFG_AFTER.map(option),
    ),
  ),
  format("rclone.conf", "~/.config/rclone/rclone.conf", (credentials, random) =>
    each(credentials, ({ id, secret, label }) =>
      lines(
        `[${label}]`,
        "type = s3",
        "provider = AWS",
        random.oneIn(2) && "env_auth = false",
        `access_key_id = ${id}`,
        `secret_access_key = ${secret}`,
        "region = eu-west-1",
        "acl = private",
        "",
        random.oneIn(2) &&
          `[${label}-crypt]\ntype = crypt\nremote = ${label}:vault\npassword = ${random.text(BASE62, 40)}\n`,
      ),
    ),
  ),
  single(
    "rclone remote on the command line",
    "~/.bash_history",
    ({ id, secret }) => `rclone ls ":s3,provider=AWS,access_key_id='${id}',secret_access_key='${secret}':bucket"\n`,
  ),
  single("passwd-s3fs", "~/.passwd-s3fs", ({ id, secret }, random) => `${id}:${secret}${random.pick(["", "\n"])}`),
  format("passwd-s3fs, a bucket a line", "/etc/passwd-s3fs", (credentials, random) =>
    lines(
      random.oneIn(2) && "# bucket:id:secret",
      credentials.map(({ id, secret, label }) => `${label}-bucket:${id}:${secret}`),
    ),
  ),
  format("passwd-s3fs, several bare", "/etc/passwd-s3fs", (credentials) =>
    each(credentials, ({ id, secret }) => `${id}:${secret}\n`),
  ),
  format(
    "mc config.json",
    "~/.mc/config.json",
    (credentials) =>
      JSON.stringify(
        {
          version: "10",
          aliases: {
            local: { url: "http://localhost:9000", accessKey: "", secretKey: "", api: "S3v4", path: "auto" },
            ...Object.fromEntries(
              credentials.map(({ id, secret, label }) => [
                label,
                { url: "https://s3.amazonaws.com", accessKey: id, secretKey: secret, api: "S3v4", path: "dns" },
              ]),
            ),
            play: {
              url: "https://play.min.io",
              accessKey: "minioadmin",
              secretKey: "minioadmin",
              api: "S3v4",
              path: "auto",
            },
          },
        },
        null,
        "\t",
      ),
    { syntax: "json" },
  ),
  format("mc alias set", "~/.bash_history", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) => `mc alias set ${label} https://s3.amazonaws.com ${id} ${secret} --api S3v4\n`,
    ),
  ),
  single(".boto", "~/.boto", ({ id, secret }, random) =>
    lines(
      "[Credentials]",
      random.oneIn(2) && "# Google OAuth2 refresh token:",
      random.oneIn(2) && "# To add HMAC credentials, edit the next two lines",
      `aws_access_key_id = ${id}`,
      `aws_secret_access_key = ${secret}`,
      "",
      "[Boto]",
      "https_validate_certificates = True",
      `proxy_pass = ${random.text(BASE62, 20)}`,
    ),
  ),
  single(
    "litestream",
    "/etc/litestream.yml",
    ({ id, secret }, random) =>
      lines(
        random.oneIn(2) && "# AWS credentials",
        `access-key-id:     ${id}`,
        `secret-access-key: ${secret}`,
        "",
        "dbs:",
        "  - path: /var/lib/app/db.sqlite",
        "    replicas:",
        "      - url: s3://backups.example.org/db",
      ),
    { syntax: "yaml" },
  ),
  format(
    "litestream, a key a replica",
    "/etc/litestream.yml",
    (credentials) =>
      lines(
        "dbs:",
        credentials.flatMap(({ id, secret, label }) => [
          `  - path: /var/lib/${label}/db.sqlite`,
          "    replicas:",
          "      - type: s3",
          `        bucket: ${label}`,
          `        access-key-id: ${id}`,
          `        secret-access-key: ${secret}`,
        ]),
      ),
    { syntax: "yaml" },
  ),
  format("pgbackrest", "/etc/pgbackrest/pgbackrest.conf", (credentials, random) =>
    lines(
      "[global]",
      credentials.flatMap(({ id, secret, label }, index) => [
        `repo${index + 1}-type=s3`,
        `repo${index + 1}-path=/${label}`,
        `repo${index + 1}-s3-bucket=${label}`,
        `repo${index + 1}-s3-endpoint=s3.eu-west-1.amazonaws.com`,
        `repo${index + 1}-s3-key=${id}`,
        `repo${index + 1}-s3-key-secret=${secret}`,
        `repo${index + 1}-cipher-pass=${random.text(BASE62, 40)}`,
      ]),
      "",
      "[main]",
      "pg1-path=/var/lib/postgresql/16/main",
    ),
  ),
  single("gitlab.rb", "/etc/gitlab/gitlab.rb", ({ id, secret }, random) =>
    lines(
      "external_url 'https://git.example.org'",
      `gitlab_rails['db_key_base'] = '${generateHex40(random)}'`,
      "gitlab_rails['object_store']['enabled'] = true",
      "gitlab_rails['object_store']['connection'] = {",
      "  'provider' => 'AWS',",
      "  'region' => 'eu-central-1',",
      `  'aws_access_key_id' => '${id}',`,
      `  'aws_secret_access_key' => '${secret}'`,
      "}",
    ),
  ),
  single(
    "Loki",
    "/etc/loki/config.yaml",
    ({ id, secret }) =>
      lines(
        "storage_config:",
        "  aws:",
        "    s3: s3://eu-west-1/loki-chunks",
        `    access_key_id: ${id}`,
        `    secret_access_key: ${secret}`,
        "  boltdb_shipper:",
        "    active_index_directory: /loki/index",
      ),
    { syntax: "yaml" },
  ),
  single(
    "Loki, credentials in the URL",
    "/etc/loki/config.yaml",
    ({ id, secret }) =>
      lines(
        "storage_config:",
        "  aws:",
        `    s3: s3://${id}:${encodeURIComponent(secret)}@eu-west-1/loki-chunks`,
        "    dynamodb:",
        "      dynamodb_url: inmemory",
      ),
    { syntax: "escaped" },
  ),
  format(
    "Grafana provisioning",
    "/etc/grafana/provisioning/datasources/cloudwatch.yaml",
    (credentials) =>
      lines(
        "apiVersion: 1",
        "datasources:",
        credentials.flatMap(({ id, secret, label }) => [
          `  - name: ${label}`,
          "    type: cloudwatch",
          "    jsonData:",
          "      authType: keys",
          "      defaultRegion: eu-west-1",
          "    secureJsonData:",
          `      accessKey: '${id}'`,
          `      secretKey: '${secret}'`,
        ]),
      ),
    { syntax: "yaml" },
  ),
  single(
    "Travis deploy",
    "~/app/.travis.yml",
    ({ id, secret }) =>
      lines(
        "language: node_js",
        "deploy:",
        "  provider: s3",
        `  access_key_id: "${id}"`,
        `  secret_access_key: "${secret}"`,
        "  bucket: site",
        "  skip_cleanup: true",
      ),
    { syntax: "yaml" },
  ),
  format(
    "Ansible variables",
    "~/infra/group_vars/all.yml",
    (credentials, random) =>
      lines(
        "---",
        generateSettings(random, 4).map(({ name, value }) => `${name.toLowerCase()}: "${value}"`),
        credentials.flatMap(({ id, secret, label }) => {
          const prefix = label.replaceAll("-", "_");
          return [`${prefix}_aws_access_key: ${id}`, `${prefix}_aws_secret_key: ${secret}`, ""];
        }),
      ),
    { syntax: "yaml" },
  ),
  single(
    "Ansible task",
    "~/infra/tasks/main.yml",
    ({ id, secret }) =>
      lines(
        "- name: upload",
        `  aws_s3: aws_access_key=${id} aws_secret_key=${secret} bucket=site mode=put object=/x src=/x`,
      ),
    { syntax: "yaml" },
  ),
  format(
    "YAML list of users",
    "~/infra/users.yaml",
    (credentials, random) =>
      lines(
        "users:",
        credentials.flatMap(({ id, secret, label }) => {
          const quote = random.pick(["", '"', "'"]);
          const fields = [
            `name: ${label}`,
            `id: ${quote}${id}${quote}`,
            `commit: "${generateHex40(random)}"`,
            `secret: ${quote}${secret}${quote}`,
          ];
          return fields.map((field, index) => (index === 0 ? "  - " : "    ") + field);
        }),
      ),
    { syntax: "yaml" },
  ),
  format(
    "YAML, flow mappings",
    "~/infra/keys.yaml",
    (credentials) =>
      lines(
        "keys:",
        credentials.map(
          ({ id, secret, label }) => `  ${label}: { access_key: "${id}", secret_key: "${secret}", region: us-east-1 }`,
        ),
      ),
    { syntax: "yaml" },
  ),
  format(
    "Rails storage.yml",
    "~/app/config/storage.yml",
    (credentials) =>
      each(
        credentials,
        ({ id, secret, label }) =>
          `${label}:\n  service: S3\n  access_key_id: ${id}\n  secret_access_key: ${secret}\n  region: us-east-1\n  bucket: ${label}\n\n`,
      ),
    { syntax: "yaml" },
  ),
  single(".npmrc-like properties", "~/.yarnrc-s3", ({ id, secret }, random) =>
    lines(
      "registry=https://registry.npmjs.org/",
      `//registry.npmjs.org/:_authToken=${random.text(BASE62, 40)}`,
      `s3-cache:access-key-id=${id}`,
      `s3-cache:secret-access-key=${secret}`,
    ),
  ),
  format("Java properties", "~/app/application.properties", (credentials, random) => {
    const separator = random.pick(["=", " = ", ": "]);
    return lines(
      "# generated",
      generateSettings(random, 4).map(
        ({ name, value }) => `${name.toLowerCase().replaceAll("_", ".")}${separator}${value}`,
      ),
      credentials.flatMap(({ id, secret, label }) => [
        `cloud.${label}.credentials.accessKey${separator}${id}`,
        `cloud.${label}.credentials.secretKey${separator}${secret}`,
      ]),
    );
  }),
  single("Java properties, stored with escapes", "~/app/aws.properties", ({ id, secret }) => ({
    content: lines(
      "#Fri Mar 14 09:26:53 UTC 2026",
      "endpoint=https\\://s3.amazonaws.com\\:443/",
      `accessKey=${id}`,
      `jdbc=jdbc\\:postgresql\\://db/app?aws_id\\=${id}`,
      `secretKey=${secret}`,
    ),
    expected: { mentioned: [id] },
  })),
  single("Cyberduck-like plist", "~/Library/Preferences/org.example.s3.plist", ({ id, secret }, random) =>
    lines(
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
      '<plist version="1.0">',
      "<dict>",
      "\t<key>Protocol</key>\n\t<string>s3</string>",
      `\t<key>${random.pick(["AWSAccessKeyId", "Access Key ID", "AccessKey"])}</key>\n\t<string>${id}</string>`,
      `\t<key>UUID</key>\n\t<string>${generateHex40(random)}</string>`,
      `\t<key>${random.pick(["AWSSecretAccessKey", "Secret Access Key", "SecretKey"])}</key>\n\t<string>${secret}</string>`,
      "</dict>",
      "</plist>",
    ),
  ),
  format("WinSCP sessions", "C:/WinSCP.ini", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `[Sessions\\${label}]\r\nHostName=s3.amazonaws.com\r\nPortNumber=443\r\nUserName=${id}\r\nPasswordPlain=${secret}\r\nFSProtocol=7\r\n\r\n`,
    ),
  ),
  single(
    "Windows registry export",
    "C:/environment.reg",
    ({ id, secret }) => {
      const text = `Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Environment]\r\n"AWS_ACCESS_KEY_ID"="${id}"\r\n"AWS_SECRET_ACCESS_KEY"="${secret}"\r\n"Path"="C:\\\\bin"\r\n`;
      return Buffer.concat([Uint8Array.of(0xff, 0xfe), Buffer.from(text, "utf16le")]);
    },
    { syntax: "escaped" },
  ),
  format(
    "AWS Toolkit-like JSON",
    "~/.config/tool/profiles.json",
    (credentials, random) =>
      json(
        {
          version: 1,
          installId: generateHex40(random),
          profiles: credentials.map(({ id, secret, label }) =>
            random.oneIn(2)
              ? { name: label, secretAccessKey: secret, checksum: generateHex40(random), accessKeyId: id }
              : { name: label, credentials: { accessKeyId: id, secretAccessKey: secret }, region: "us-east-1" },
          ),
        },
        random,
      ),
    { syntax: "json" },
  ),
  format(
    "column-wise JSON",
    "~/keys.json",
    (credentials, random) =>
      json(
        {
          users: credentials.map(({ label }) => label),
          accessKeyIds: credentials.map(({ id }) => id),
          secretAccessKeys: credentials.map(({ secret }) => secret),
        },
        random,
      ),
    { syntax: "json" },
  ),
];
