import { generateHex40 } from "../material.ts";
import { HEX } from "../random.ts";
import { base64, each, type Format, format, json, lines, screaming, single } from "./format.ts";
import { generateSettings } from "./noise.ts";

/*
 * Images, containers, clusters and the services of a machine.
 */

const names = (label: string, index: number): readonly [string, string] =>
  index === 0
    ? ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    : [`${screaming(label)}_AWS_ACCESS_KEY_ID`, `${screaming(label)}_AWS_SECRET_ACCESS_KEY`];

export const containerFormats: readonly Format[] = [
  format(
    "docker-compose environment list",
    "~/app/docker-compose.yml",
    (credentials, random) =>
      lines(
        "services:",
        credentials.flatMap(({ id, secret, label }) => {
          const quote = random.pick(["", '"']);
          return [
            `  ${label}:`,
            "    image: registry.local/app:latest",
            "    environment:",
            ...generateSettings(random, 3).map(({ name, value }) => `      - ${quote}${name}=${value}${quote}`),
            `      - ${quote}AWS_ACCESS_KEY_ID=${id}${quote}`,
            `      - ${quote}AWS_SECRET_ACCESS_KEY=${secret}${quote}`,
          ];
        }),
      ),
    { syntax: "yaml" },
  ),
  format(
    "docker-compose environment map",
    "~/app/compose.yaml",
    (credentials, random) =>
      lines(
        "services:",
        credentials.flatMap(({ id, secret, label }) => [
          `  ${label}:`,
          "    environment:",
          ...generateSettings(random, 3).map(({ name, value }) => `      ${name}: "${value}"`),
          `      AWS_SECRET_ACCESS_KEY: ${secret}`,
          `      AWS_ACCESS_KEY_ID: ${id}`,
          "    restart: unless-stopped",
        ]),
      ),
    { syntax: "yaml" },
  ),
  single("Dockerfile ENV, two on a line", "~/app/Dockerfile", ({ id, secret }, random) =>
    lines(
      `FROM node:24@sha256:${random.text(HEX, 64)}`,
      `ENV AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret}`,
      'CMD ["node", "."]',
    ),
  ),
  single("Dockerfile ENV, continued lines", "~/app/Dockerfile", ({ id, secret }) =>
    lines(
      "FROM alpine",
      "ENV NODE_ENV=production \\",
      `    AWS_ACCESS_KEY_ID="${id}" \\`,
      `    AWS_SECRET_ACCESS_KEY="${secret}"`,
      "RUN true",
    ),
  ),
  single("Dockerfile ENV, with a space", "~/app/Dockerfile", ({ id, secret }) =>
    lines(
      "FROM alpine",
      `ENV AWS_ACCESS_KEY_ID ${id}`,
      "ENV AWS_DEFAULT_REGION us-east-1",
      `ENV AWS_SECRET_ACCESS_KEY ${secret}`,
    ),
  ),
  format("Dockerfile ARG, a stage each", "~/app/Dockerfile", (credentials) =>
    each(credentials, ({ id, secret, label }) =>
      lines(
        `FROM alpine AS ${label}`,
        `ARG AWS_ACCESS_KEY_ID=${id}`,
        `ARG AWS_SECRET_ACCESS_KEY=${secret}`,
        "RUN aws s3 cp s3://x/y .",
        "",
      ),
    ),
  ),
  single(
    "docker build --build-arg",
    "~/build.sh",
    ({ id, secret }, random) =>
      `docker build --build-arg AWS_ACCESS_KEY_ID=${id} --build-arg AWS_SECRET_ACCESS_KEY=${secret} -t app:${generateHex40(random)} .\n`,
  ),
  single("docker history", "~/typescript", ({ id, secret }, random) =>
    lines(
      "IMAGE          CREATED        CREATED BY                                      SIZE",
      `${random.text(HEX, 12)}   2 weeks ago    /bin/sh -c #(nop)  ENV AWS_SECRET_ACCESS_KEY=${secret}   0B`,
      `<missing>      2 weeks ago    /bin/sh -c #(nop)  ENV AWS_ACCESS_KEY_ID=${id}   0B`,
    ),
  ),
  format(
    "docker inspect",
    "~/inspect.json",
    (credentials, random) =>
      JSON.stringify(
        credentials.map(({ id, secret, label }) => ({
          Id: random.text(HEX, 64),
          Name: `/${label}`,
          Config: {
            Env: [
              "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
              `AWS_ACCESS_KEY_ID=${id}`,
              ...generateSettings(random, 3).map(({ name, value }) => `${name}=${value}`),
              `AWS_SECRET_ACCESS_KEY=${secret}`,
            ],
            Image: `sha256:${random.text(HEX, 64)}`,
          },
        })),
        null,
        4,
      ),
    { syntax: "json" },
  ),
  single(
    "image configuration with its history",
    "~/image/config.json",
    ({ id, secret }, random) =>
      JSON.stringify({
        architecture: "amd64",
        config: { Env: ["PATH=/bin", `AWS_ACCESS_KEY_ID=${id}`, `AWS_SECRET_ACCESS_KEY=${secret}`], Cmd: ["sh"] },
        history: [{ created_by: `ENV AWS_ACCESS_KEY_ID=${id}` }, { created_by: `ENV AWS_SECRET_ACCESS_KEY=${secret}` }],
        rootfs: { diff_ids: [`sha256:${random.text(HEX, 64)}`] },
      }),
    { syntax: "json" },
  ),
  format(
    "Kubernetes Secret, data",
    "~/k8s/secret.yaml",
    (credentials, random) => {
      const newline = random.pick(["", "", "\n"]);
      return each(
        credentials,
        ({ id, secret, label }) =>
          `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${label}\n  uid: ${random.text(HEX, 8)}\ntype: Opaque\ndata:\n  AWS_ACCESS_KEY_ID: ${base64(id + newline)}\n  AWS_SECRET_ACCESS_KEY: ${base64(secret + newline)}\n  commit: ${base64(generateHex40(random))}\n`,
        "---\n",
      );
    },
    { syntax: "escaped" },
  ),
  format(
    "Kubernetes Secret, data, sorted by name",
    "~/k8s/secret.yaml",
    (credentials, random) =>
      each(
        credentials,
        ({ id, secret, label }) =>
          `apiVersion: v1\ndata:\n  accesskey: ${base64(id)}\n  bucket: ${base64("assets")}\n  password: ${base64(random.text(HEX, 40))}\n  secretkey: ${base64(secret)}\nkind: Secret\nmetadata:\n  name: ${label}\n`,
        "---\n",
      ),
    { syntax: "escaped" },
  ),
  format("Kubernetes Secret, stringData", "~/k8s/secret.yaml", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${label}\nstringData:\n  access-key-id: ${id}\n  secret-access-key: ${secret}\n`,
      "---\n",
    ),
  ),
  format(
    "kubectl get secrets -o json",
    "-",
    (credentials) =>
      JSON.stringify(
        {
          apiVersion: "v1",
          kind: "List",
          items: credentials.map(({ id, secret, label }) => ({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: label, resourceVersion: "8412" },
            data: { AWS_ACCESS_KEY_ID: base64(id), AWS_SECRET_ACCESS_KEY: base64(secret) },
          })),
        },
        null,
        4,
      ),
    { syntax: "escaped" },
  ),
  single(
    "Kubernetes Secret, last applied in an annotation",
    "~/k8s/secret.yaml",
    ({ id, secret, label }) => {
      const data = { AWS_ACCESS_KEY_ID: base64(id), AWS_SECRET_ACCESS_KEY: base64(secret) };
      return lines(
        "apiVersion: v1",
        "data:",
        `  AWS_ACCESS_KEY_ID: ${data.AWS_ACCESS_KEY_ID}`,
        `  AWS_SECRET_ACCESS_KEY: ${data.AWS_SECRET_ACCESS_KEY}`,
        "kind: Secret",
        "metadata:",
        "  annotations:",
        "    kubectl.kubernetes.io/last-applied-configuration: |",
        `      ${JSON.stringify({ apiVersion: "v1", data, kind: "Secret", metadata: { name: label } })}`,
        `  name: ${label}`,
      );
    },
    { syntax: "escaped" },
  ),
  format(
    "Kubernetes Secret, a credentials file under one key",
    "~/k8s/cloud-credentials.yaml",
    (credentials) => {
      const file = each(
        credentials,
        ({ id, secret, label }) => `[${label}]\naws_access_key_id=${id}\naws_secret_access_key=${secret}\n`,
      );
      return lines(
        "apiVersion: v1",
        "kind: Secret",
        "metadata:",
        "  name: cloud-credentials",
        "data:",
        `  cloud: ${base64(file)}`,
      );
    },
    { syntax: "escaped" },
  ),
  format(
    "Helm values",
    "~/charts/values.yaml",
    (credentials, random) =>
      lines(
        credentials.flatMap(({ id, secret, label }) => [
          `${label}:`,
          "  image:",
          `    tag: ${generateHex40(random)}`,
          "  s3:",
          `    accessKey: ${id}`,
          `    secretKey: ${secret}`,
          "    bucket: assets",
        ]),
      ),
    { syntax: "yaml" },
  ),
  format("helm --set", "~/.bash_history", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `helm upgrade ${label} ./chart --set aws.accessKey=${id},aws.secretKey=${secret} --wait\n`,
    ),
  ),
  format("kubectl create secret", "~/.bash_history", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `kubectl create secret generic ${label} --from-literal=AWS_ACCESS_KEY_ID=${id} --from-literal=AWS_SECRET_ACCESS_KEY='${secret}'\n`,
    ),
  ),
  format(
    "Kubernetes container env",
    "~/k8s/deployment.yaml",
    (credentials, random) =>
      lines(
        "apiVersion: apps/v1",
        "kind: Deployment",
        "spec:",
        "  containers:",
        credentials.flatMap(({ id, secret, label }) => [
          `    - name: ${label}`,
          `      image: app@sha256:${random.text(HEX, 64)}`,
          "      env:",
          ...generateSettings(random, 2).flatMap(({ name, value }) => [
            `        - name: ${name}`,
            `          value: "${value}"`,
          ]),
          "        - name: AWS_ACCESS_KEY_ID",
          `          value: ${id}`,
          "        - name: AWS_SECRET_ACCESS_KEY",
          `          value: "${secret}"`,
        ]),
      ),
    { syntax: "yaml" },
  ),
  format(
    "ECS task definition",
    "~/ecs/task.json",
    (credentials, random) =>
      json(
        {
          family: "web",
          containerDefinitions: credentials.map(({ id, secret, label }) => ({
            name: label,
            environment: [
              ...generateSettings(random, 3).map(({ name, value }) => ({ name, value })),
              { name: "AWS_ACCESS_KEY_ID", value: id },
              { name: "AWS_SECRET_ACCESS_KEY", value: secret },
            ],
          })),
        },
        random,
      ),
    { syntax: "json" },
  ),
  single(
    "ECS task definition, value first",
    "~/ecs/task.json",
    ({ id, secret }, random) =>
      json(
        {
          environment: [
            { value: secret, name: "AWS_SECRET_ACCESS_KEY" },
            { value: generateHex40(random), name: "GIT_SHA" },
            { value: id, name: "AWS_ACCESS_KEY_ID" },
          ],
        },
        random,
      ),
    { syntax: "json" },
  ),
  single(
    "Lambda configuration",
    "~/lambda.json",
    ({ id, secret }) =>
      JSON.stringify(
        {
          FunctionName: "resize",
          Environment: { Variables: { S3_KEY: id, S3_SECRET: secret } },
          CodeSha256: base64("x".repeat(32)),
        },
        null,
        4,
      ),
    { syntax: "json" },
  ),
  format(
    "CloudFormation UserData",
    "~/cfn/stack.yaml",
    (credentials) =>
      lines(
        "Resources:",
        credentials.flatMap(({ id, secret, label }) => [
          `  ${label.replaceAll("-", "")}:`,
          "    Type: AWS::EC2::Instance",
          "    Properties:",
          "      UserData:",
          "        Fn::Base64: |",
          "          #!/bin/bash",
          `          export AWS_ACCESS_KEY_ID=${id}`,
          `          export AWS_SECRET_ACCESS_KEY=${secret}`,
        ]),
      ),
    { syntax: "yaml" },
  ),
  format(
    "serverless.yml",
    "~/app/serverless.yml",
    (credentials) =>
      lines(
        "functions:",
        credentials.flatMap(({ id, secret, label }) => [
          `  ${label}:`,
          "    handler: index.handler",
          "    environment:",
          `      S3_ACCESS_KEY: ${id}`,
          `      S3_SECRET_KEY: ${secret}`,
        ]),
      ),
    { syntax: "yaml" },
  ),
  format("systemd Environment, a line each", "/etc/systemd/system/app.service", (credentials, random) =>
    each(credentials, ({ id, secret, label }, index) => {
      const [idName, secretName] = names(label, index);
      return lines(
        "[Service]",
        `Environment=${idName}=${id}`,
        random.oneIn(2) && "Environment=NODE_ENV=production",
        `Environment="${secretName}=${secret}"`,
        "",
      );
    }),
  ),
  single("systemd Environment, both on a line", "/etc/systemd/system/app.service", ({ id, secret }) =>
    lines(
      "[Service]",
      `Environment="AWS_ACCESS_KEY_ID=${id}" "AWS_SECRET_ACCESS_KEY=${secret}"`,
      "ExecStart=/usr/bin/app",
    ),
  ),
  format("crontab", "/var/spool/cron/crontabs/ada", (credentials) =>
    each(credentials, ({ id, secret, label }, index) =>
      index % 2 === 0
        ? `AWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n0 3 * * * /usr/local/bin/backup ${label}\n`
        : `15 4 * * 1 ${`AWS_ACCESS_KEY_ID=${id}`} AWS_SECRET_ACCESS_KEY=${secret} aws s3 sync /srv s3://${label} >/dev/null 2>&1\n`,
    ),
  ),
  format("supervisord", "/etc/supervisor/conf.d/app.conf", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `[program:${label}]\ncommand=/srv/app\nenvironment=AWS_ACCESS_KEY_ID="${id}",AWS_SECRET_ACCESS_KEY="${secret}",PORT="80"\n\n`,
    ),
  ),
  format("Apache SetEnv", "/etc/apache2/sites-enabled/site.conf", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `<VirtualHost ${label}:80>\n  SetEnv AWS_ACCESS_KEY_ID ${id}\n  SetEnv AWS_SECRET_ACCESS_KEY ${secret}\n</VirtualHost>\n`,
    ),
  ),
  format("php-fpm pool", "/etc/php/8.3/fpm/pool.d/www.conf", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `[${label}]\nenv[AWS_ACCESS_KEY_ID] = ${id}\nenv[AWS_SECRET_ACCESS_KEY] = "${secret}"\npm = dynamic\n\n`,
    ),
  ),
  format("launchd plist", "~/Library/LaunchAgents/org.example.plist", (credentials) =>
    lines(
      '<plist version="1.0"><dict>',
      credentials.map(
        ({ id, secret, label }) =>
          `<key>${label}</key><dict><key>EnvironmentVariables</key><dict>\n<key>AWS_ACCESS_KEY_ID</key>\n<string>${id}</string>\n<key>AWS_SECRET_ACCESS_KEY</key>\n<string>${secret}</string>\n</dict></dict>`,
      ),
      "</dict></plist>",
    ),
  ),
  single(
    "GitHub workflow with literals",
    "~/app/.github/workflows/deploy.yml",
    ({ id, secret }, random) =>
      lines(
        "on: push",
        "jobs:",
        "  deploy:",
        "    steps:",
        `      - uses: aws-actions/configure-aws-credentials@${generateHex40(random)}`,
        "        with:",
        `          aws-access-key-id: ${id}`,
        `          aws-secret-access-key: ${secret}`,
        "          aws-region: eu-west-1",
      ),
    { syntax: "yaml" },
  ),
  single("Jenkins pipeline", "~/app/Jenkinsfile", ({ id, secret }) =>
    lines(
      "pipeline {",
      "  environment {",
      `    AWS_ACCESS_KEY_ID = '${id}'`,
      `    AWS_SECRET_ACCESS_KEY = '${secret}'`,
      "  }",
      "}",
    ),
  ),
  single(
    "Bitbucket pipe",
    "~/app/bitbucket-pipelines.yml",
    ({ id, secret }) =>
      lines(
        "script:",
        "  - pipe: atlassian/aws-s3-deploy:1.1.0",
        "    variables:",
        `      AWS_ACCESS_KEY_ID: '${id}'`,
        `      AWS_SECRET_ACCESS_KEY: '${secret}'`,
      ),
    { syntax: "yaml" },
  ),
];
