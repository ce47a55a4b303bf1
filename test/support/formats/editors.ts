import { generateHex40, generateUuid } from "../material.ts";
import { BASE62, type Random } from "../random.ts";
import { type Credential, each, type Format, format, json, lines, single } from "./format.ts";
import { generateSettings } from "./noise.ts";

/*
 * Editors, API clients, notebooks, and coding agents with their transcripts.
 */

const credentialsFile = (credentials: readonly Credential[]): string =>
  each(
    credentials,
    ({ id, secret, label }) => `[${label}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n\n`,
  );

const dotenv = (credentials: readonly Credential[]): string =>
  each(
    credentials,
    ({ id, secret }, index) => `# ${index}\nAWS_ACCESS_KEY_ID=${id}\nAWS_SECRET_ACCESS_KEY=${secret}\n`,
  );

const jsonl = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");

function message(random: Random, content: unknown, rest: object = {}): object {
  return {
    parentUuid: generateUuid(random),
    sessionId: generateUuid(random),
    type: "user",
    message: { role: "user", content },
    uuid: generateUuid(random),
    timestamp: "2026-03-14T09:26:53.589Z",
    ...rest,
  };
}

function notebookCell(source: readonly string[], outputs: readonly object[] = []): object {
  return { cell_type: "code", execution_count: 1, metadata: {}, source, outputs };
}

const notebook = (cells: readonly object[], random: Random): string =>
  JSON.stringify(
    { cells, metadata: { kernelspec: { name: "python3", display_name: "Python 3" } }, nbformat: 4, nbformat_minor: 5 },
    null,
    random.pick([0, 1, 2]),
  );

const split = (text: string): readonly string[] => text.split(/(?<=\n)/);

export const editorFormats: readonly Format[] = [
  format(
    "notebook, sources",
    "~/analysis.ipynb",
    (credentials, random) =>
      notebook(
        credentials.map(({ id, secret, label }) =>
          notebookCell([
            "import boto3\n",
            `# ${label}\n`,
            `ACCESS_KEY = "${id}"\n`,
            `SECRET_KEY = "${secret}"\n`,
            "s3 = boto3.client('s3', aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY)",
          ]),
        ),
        random,
      ),
    { syntax: "json" },
  ),
  format(
    "notebook, one call a cell",
    "~/analysis.ipynb",
    (credentials, random) =>
      notebook(
        credentials.map(({ id, secret }) =>
          notebookCell([
            `client = boto3.client("s3", aws_access_key_id="${id}", aws_secret_access_key="${secret}")\n`,
            "client.list_buckets()",
          ]),
        ),
        random,
      ),
    { syntax: "json" },
  ),
  format(
    "notebook, outputs",
    "~/analysis.ipynb",
    (credentials, random) =>
      notebook(
        [
          notebookCell(
            ["!cat ~/.aws/credentials"],
            [{ name: "stdout", output_type: "stream", text: split(credentialsFile(credentials)) }],
          ),
          notebookCell(
            ["df.head()"],
            [{ output_type: "display_data", data: { "image/png": Buffer.from(random.bytes(300)).toString("base64") } }],
          ),
        ],
        random,
      ),
    { syntax: "json" },
  ),
  format(
    "notebook, magics",
    "~/analysis.ipynb",
    (credentials, random) =>
      notebook(
        credentials.map(({ id, secret }) =>
          notebookCell([`%env AWS_ACCESS_KEY_ID=${id}\n`, `%env AWS_SECRET_ACCESS_KEY=${secret}\n`]),
        ),
        random,
      ),
    { syntax: "json" },
  ),
  format(
    "notebook, a table as HTML",
    "~/keys.ipynb",
    (credentials, random) =>
      notebook(
        [
          notebookCell(
            ["pd.read_csv('accessKeys.csv')"],
            [
              {
                output_type: "execute_result",
                data: {
                  "text/html": split(
                    `<table>\n  <tr>\n      <th>Access key ID</th>\n      <th>Secret access key</th>\n  </tr>\n${each(credentials, ({ id, secret }) => `  <tr>\n      <td>${id}</td>\n      <td>${secret}</td>\n  </tr>\n`)}</table>`,
                  ),
                },
              },
            ],
          ),
        ],
        random,
      ),
    { syntax: "json" },
  ),
  format("JetBrains run configuration", "~/app/.idea/workspace.xml", (credentials, random) =>
    lines(
      '<component name="RunManager">',
      credentials.map(({ id, secret, label }) =>
        lines(
          `  <configuration name="${label}" type="PythonConfigurationType">`,
          "    <envs>",
          generateSettings(random, 2).map(({ name, value }) => `      <env name="${name}" value="${value}" />`),
          `      <env name="AWS_ACCESS_KEY_ID" value="${id}" />`,
          `      <env name="AWS_SECRET_ACCESS_KEY" value="${secret}" />`,
          "    </envs>",
          "  </configuration>",
        ).trimEnd(),
      ),
      "</component>",
    ),
  ),
  format("JetBrains, value before name", "~/app/.idea/workspace.xml", (credentials) =>
    each(
      credentials,
      ({ id, secret }) =>
        `<envs><env value="${secret}" name="AWS_SECRET_ACCESS_KEY"/><env value="${id}" name="AWS_ACCESS_KEY_ID"/></envs>\n`,
    ),
  ),
  format(
    "VS Code launch.json",
    "~/app/.vscode/launch.json",
    (credentials) =>
      `{\n  // Use IntelliSense to learn about attributes.\n  "version": "0.2.0",\n  "configurations": [\n${each(
        credentials,
        ({ id, secret, label }) =>
          `    {\n      "name": "${label}",\n      "type": "node",\n      "env": {\n        "AWS_ACCESS_KEY_ID": "${id}",\n        "AWS_SECRET_ACCESS_KEY": "${secret}",\n      },\n    },\n`,
      )}  ]\n}\n`,
  ),
  single(
    "VS Code settings",
    "~/.config/Code/User/settings.json",
    ({ id, secret }, random) =>
      JSON.stringify(
        {
          "editor.fontSize": 13,
          "terminal.integrated.env.linux": { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret },
          "gitlens.sha": generateHex40(random),
        },
        null,
        4,
      ),
    { syntax: "json" },
  ),
  format("REST Client .http", "~/app/requests.http", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `### ${label}\nGET https://x.execute-api.us-east-1.amazonaws.com/prod\nAuthorization: AWS ${id} ${secret} region:us-east-1 service:execute-api\n\n`,
    ),
  ),
  format(
    "Postman collection",
    "~/api.postman_collection.json",
    (credentials) =>
      JSON.stringify(
        {
          info: { name: "API", schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json" },
          item: credentials.map(({ id, secret, label }, index) => {
            const fields = [
              { key: "sessionToken", value: "", type: "string" },
              { key: "service", value: "execute-api", type: "string" },
              { key: "secretKey", value: secret, type: "string" },
              { key: "accessKey", value: id, type: "string" },
              { key: "region", value: "us-east-1", type: "string" },
            ];
            return {
              name: label,
              request: {
                method: "GET",
                auth: { type: "awsv4", awsv4: index % 2 === 0 ? fields : fields.toReversed() },
              },
            };
          }),
        },
        null,
        "\t",
      ),
    { syntax: "json" },
  ),
  single(
    "Postman collection v2.0",
    "~/api.postman_collection.json",
    ({ id, secret }, random) =>
      json({ auth: { type: "awsv4", awsv4: { accessKey: id, secretKey: secret, region: "us-east-1" } } }, random),
    { syntax: "json" },
  ),
  single(
    "Postman environment",
    "~/prod.postman_environment.json",
    ({ id, secret }, random) =>
      JSON.stringify(
        {
          id: generateUuid(random),
          name: "prod",
          values: [
            ...generateSettings(random, 2).map(({ name, value }) => ({
              key: name.toLowerCase(),
              value,
              type: "default",
              enabled: true,
            })),
            { key: "aws_access_key", value: id, type: "default", enabled: true },
            { key: "aws_secret_key", value: secret, type: "secret", enabled: true },
          ],
        },
        null,
        "\t",
      ),
    { syntax: "json" },
  ),
  format(
    "Insomnia export, json",
    "~/Insomnia.json",
    (credentials, random) =>
      json(
        {
          _type: "export",
          __export_format: 4,
          resources: credentials.map(({ id, secret, label }) => ({
            _id: `req_${random.text("0123456789abcdef", 32)}`,
            name: label,
            authentication: {
              type: "iam",
              disabled: false,
              accessKeyId: id,
              secretAccessKey: secret,
              sessionToken: "",
              region: "us-east-1",
              service: "",
            },
          })),
        },
        random,
      ),
    { syntax: "json" },
  ),
  format(
    "Insomnia export, yaml",
    "~/insomnia.yaml",
    (credentials) =>
      lines(
        "type: collection.insomnia.rest/5.0",
        "collection:",
        credentials.flatMap(({ id, secret, label }) => [
          `  - name: ${label}`,
          "    authentication:",
          "      type: iam",
          `      accessKeyId: ${id}`,
          `      secretAccessKey: ${secret}`,
          "      region: us-east-1",
        ]),
      ),
    { syntax: "yaml" },
  ),
  single("Bruno request", "~/api/sign.bru", ({ id, secret }) =>
    lines(
      "meta {",
      "  name: sign",
      "  type: http",
      "  seq: 1",
      "}",
      "",
      "auth:awsv4 {",
      `  accessKeyId: ${id}`,
      `  secretAccessKey: ${secret}`,
      "  sessionToken: ",
      "  service: execute-api",
      "  region: us-east-1",
      "}",
    ),
  ),
  format("Bruno environment", "~/api/environments/prod.bru", (credentials) =>
    lines(
      "vars {",
      credentials.flatMap(({ id, secret, label }) => [
        `  ${label}_access_key: ${id}`,
        `  ${label}_secret_key: ${secret}`,
      ]),
      "}",
    ),
  ),
  format(
    "MCP configuration",
    "~/.claude.json",
    (credentials, random) =>
      json(
        {
          mcpServers: Object.fromEntries(
            credentials.map(({ id, secret, label }) => [
              label,
              {
                command: "uvx",
                args: ["awslabs.s3-mcp-server@latest"],
                env: {
                  AWS_ACCESS_KEY_ID: id,
                  AWS_SECRET_ACCESS_KEY: secret,
                  AWS_REGION: "us-east-1",
                  FASTMCP_LOG_LEVEL: "ERROR",
                },
              },
            ]),
          ),
        },
        random,
      ),
    { syntax: "json" },
  ),
  format(
    "MCP arguments",
    "~/.cursor/mcp.json",
    (credentials, random) =>
      json(
        {
          mcpServers: Object.fromEntries(
            credentials.map(({ id, secret, label }) => [
              label,
              {
                command: "docker",
                args: ["run", "-e", `AWS_ACCESS_KEY_ID=${id}`, "-e", `AWS_SECRET_ACCESS_KEY=${secret}`, "mcp/aws"],
              },
            ]),
          ),
        },
        random,
      ),
    { syntax: "json" },
  ),
  format(
    "MCP arguments, options and values apart",
    "~/.cursor/mcp.json",
    (credentials, random) =>
      json(
        {
          mcpServers: Object.fromEntries(
            credentials.map(({ id, secret, label }) => [
              label,
              { command: "s3-mcp", args: ["--access-key", id, "--secret-key", secret, "--bucket", "x"] },
            ]),
          ),
        },
        random,
      ),
    { syntax: "json" },
  ),
  format(
    "transcript, a tool's output",
    "~/.claude/projects/-home-ada-app/5f1c.jsonl",
    (credentials, random) =>
      jsonl([
        message(random, "what is in my credentials file?"),
        message(random, [
          {
            type: "tool_result",
            tool_use_id: `toolu_${random.text(BASE62, 24)}`,
            content: credentialsFile(credentials),
          },
        ]),
        message(random, "thanks"),
      ]),
    { syntax: "jsonl" },
  ),
  format(
    "transcript, a file read with line numbers",
    "~/.claude/projects/-home-ada-app/5f1c.jsonl",
    (credentials, random) =>
      jsonl([
        message(random, [
          {
            type: "tool_result",
            content: dotenv(credentials)
              .split("\n")
              .map((line, index) => `${String(index + 1).padStart(6)}→${line}`)
              .join("\n"),
          },
        ]),
      ]),
    { syntax: "jsonl" },
  ),
  format(
    "transcript, output twice in one entry",
    "~/.claude/projects/-home-ada-app/5f1c.jsonl",
    (credentials, random) => {
      const content = dotenv(credentials);
      return jsonl([
        message(random, [{ type: "tool_result", content }], {
          toolUseResult: { stdout: content, stderr: "", interrupted: false },
        }),
      ]);
    },
    { syntax: "jsonl" },
  ),
  format(
    "transcript, JSON in JSON",
    "~/.codex/sessions/rollout.jsonl",
    (credentials, random) =>
      jsonl([
        {
          type: "response_item",
          payload: { type: "function_call", name: "shell", arguments: JSON.stringify({ command: ["cat", ".env"] }) },
        },
        {
          type: "response_item",
          payload: {
            type: "function_call_output",
            call_id: `call_${random.text(BASE62, 24)}`,
            output: JSON.stringify({
              output: credentialsFile(credentials),
              metadata: { exit_code: 0, duration_seconds: 0.1 },
            }),
          },
        },
      ]),
    { syntax: "escaped" },
  ),
  format(
    "transcript, JSON read through JSON in JSON",
    "~/.codex/sessions/rollout.jsonl",
    (credentials) =>
      jsonl([
        {
          payload: {
            output: JSON.stringify({
              output: JSON.stringify(
                credentials.map(({ id, secret, label }) => ({ name: label, accessKeyId: id, secretAccessKey: secret })),
                null,
                2,
              ),
            }),
          },
        },
      ]),
    { syntax: "escaped" },
  ),
  format(
    "transcript, commands",
    "~/.claude/projects/-home-ada-app/5f1c.jsonl",
    (credentials, random) =>
      jsonl(
        credentials.map(({ id, secret }) =>
          message(random, [
            {
              type: "tool_use",
              name: "Bash",
              input: {
                command: `export AWS_ACCESS_KEY_ID="${id}" && export AWS_SECRET_ACCESS_KEY="${secret}" && aws s3 ls`,
              },
            },
          ]),
        ),
      ),
    { syntax: "jsonl" },
  ),
  format(
    "transcript, the user's own words",
    "~/.claude/history.jsonl",
    (credentials, random) =>
      jsonl(credentials.map(({ id, secret }) => message(random, `here are the keys: ${id} / ${secret} please deploy`))),
    { syntax: "jsonl" },
  ),
  format(
    "Aider-like chat history",
    "~/app/.aider.chat.history.md",
    (credentials) =>
      `# aider chat started at 2026-03-14\n\n#### use these\n\n\`\`\`ini\n${credentialsFile(credentials)}\`\`\`\n\n> Applied edit to config\n`,
  ),
  format(
    "Claude settings with env",
    "~/.claude/settings.json",
    (credentials) => {
      const [first] = credentials;
      return JSON.stringify(
        {
          permissions: {
            allow: credentials.map(
              ({ id, secret }) => `Bash(AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${secret} aws s3 ls:*)`,
            ),
          },
          model: first?.label,
        },
        null,
        2,
      );
    },
    { syntax: "json" },
  ),
];
