import { generateHex40, smtpPasswordOf } from "../material.ts";
import type { Random } from "../random.ts";
import { type Credential, each, type Format, format, lines, screaming, single } from "./format.ts";

/*
 * Terraform: configuration, variables, state, plans.
 */

const under = (label: string): string => label.replaceAll("-", "_");

function providerBlock({ id, secret, label }: Credential, random: Random): string {
  const id_ = `  access_key = "${id}"`;
  const secret_ = `  secret_key = "${secret}"`;
  return lines(
    'provider "aws" {',
    `  alias      = "${label}"`,
    '  region     = "eu-west-1"',
    random.oneIn(3) ? [secret_, "", "  # do not commit", id_] : [id_, secret_],
    random.oneIn(2) && `  default_tags {\n    tags = { commit = "${generateHex40(random)}" }\n  }`,
    "}",
    "",
  );
}

function stateInstance({ id, secret, label }: Credential, random: Random): object {
  return {
    mode: "managed",
    type: "aws_iam_access_key",
    name: under(label),
    provider: 'provider["registry.terraform.io/hashicorp/aws"]',
    instances: [
      {
        schema_version: 0,
        attributes: {
          create_date: "2026-03-14T09:26:53Z",
          encrypted_secret: null,
          encrypted_ses_smtp_password_v4: null,
          id,
          key_fingerprint: null,
          pgp_key: null,
          secret,
          ses_smtp_password_v4: smtpPasswordOf(secret, "eu-west-1"),
          status: "Active",
          user: label,
        },
        sensitive_attributes: [
          [{ type: "get_attr", value: "secret" }],
          [{ type: "get_attr", value: "ses_smtp_password_v4" }],
        ],
        private: Buffer.from(random.bytes(24)).toString("base64"),
        dependencies: ["aws_iam_user.this"],
      },
    ],
  };
}

const derivedFrom = (credentials: readonly Credential[]) =>
  credentials.map(({ id, secret }) => ({ id, password: smtpPasswordOf(secret, "eu-west-1") }));

export const terraformFormats: readonly Format[] = [
  format("HCL providers", "~/infra/main.tf", (credentials, random) =>
    each(credentials, (credential) => providerBlock(credential, random)),
  ),
  single("HCL backend", "~/infra/backend.tf", ({ id, secret }) =>
    lines(
      "terraform {",
      '  backend "s3" {',
      '    bucket     = "state"',
      '    key        = "prod/network/terraform.tfstate"',
      '    region     = "us-east-1"',
      `    access_key = "${id}"`,
      `    secret_key = "${secret}"`,
      "  }",
      "}",
    ),
  ),
  format("HCL locals", "~/infra/locals.tf", (credentials) =>
    lines(
      "locals {",
      credentials.flatMap(({ id, secret, label }) => [
        `  ${under(label)} = {`,
        `    aws_access_key_id     = "${id}"`,
        `    aws_secret_access_key = "${secret}"`,
        "  }",
      ]),
      "}",
    ),
  ),
  format("HCL variables with defaults", "~/infra/variables.tf", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `variable "${under(label)}_access_key" {\n  type    = string\n  default = "${id}"\n}\n\nvariable "${under(label)}_secret_key" {\n  type      = string\n  sensitive = true\n  default   = "${secret}"\n}\n\n`,
    ),
  ),
  format("tfvars", "~/infra/terraform.tfvars", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `${under(label)}_access_key = "${id}"\n${under(label)}_secret_key = "${secret}"\n${under(label)}_region     = "eu-west-1"\n`,
    ),
  ),
  format("tfvars, TF_VAR exports", "~/infra/env.sh", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `export TF_VAR_${under(label)}_access_key=${id}\nexport TF_VAR_${under(label)}_secret_key=${secret}\n`,
    ),
  ),
  format(
    "tfstate",
    "~/infra/terraform.tfstate",
    (credentials, random) => ({
      content: JSON.stringify(
        {
          version: 4,
          terraform_version: "1.9.8",
          serial: 41,
          lineage: "0b2f4c9e-9a57-4a3b-a1e2-5a3c8d7e9f10",
          outputs: {},
          resources: credentials.map((credential) => stateInstance(credential, random)),
        },
        null,
        2,
      ),
      expected: { derived: derivedFrom(credentials) },
    }),
    { syntax: "json" },
  ),
  format(
    "tfstate, instances of one resource",
    "~/infra/.terraform/terraform.tfstate.backup",
    (credentials, random) => ({
      content: JSON.stringify(
        {
          version: 4,
          resources: [
            {
              mode: "managed",
              type: "aws_iam_access_key",
              name: "this",
              instances: credentials.flatMap((credential, index) =>
                (stateInstance(credential, random) as { instances: object[] }).instances.map((instance) => ({
                  index_key: index,
                  ...instance,
                })),
              ),
            },
          ],
        },
        null,
        random.pick([0, 2]),
      ),
      expected: { derived: derivedFrom(credentials) },
    }),
    { syntax: "json" },
  ),
  format(
    "tfstate outputs",
    "~/infra/terraform.tfstate",
    (credentials) =>
      JSON.stringify(
        {
          version: 4,
          outputs: Object.fromEntries(
            credentials.flatMap(({ id, secret, label }) => [
              [`${under(label)}_access_key_id`, { value: id, type: "string" }],
              [`${under(label)}_secret_access_key`, { value: secret, type: "string", sensitive: true }],
            ]),
          ),
        },
        null,
        2,
      ),
    { syntax: "json" },
  ),
  format("terraform output", "~/typescript", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `${under(label)}_access_key_id = "${id}"\n${under(label)}_secret_access_key = "${secret}"\n`,
    ),
  ),
  format("terraform plan", "~/plan.txt", (credentials) =>
    each(credentials, ({ id, secret, label }) =>
      lines(
        `  # kubernetes_secret.${under(label)} will be created`,
        `  + resource "kubernetes_secret" "${under(label)}" {`,
        "      + data = {",
        `          + "AWS_ACCESS_KEY_ID"     = "${id}"`,
        `          + "AWS_SECRET_ACCESS_KEY" = "${secret}"`,
        "        }",
        "      + id   = (known after apply)",
        "    }",
        "",
      ),
    ),
  ),
  single("terraform plan, a key replaced", "~/plan.txt", ({ id, secret }) =>
    lines(
      "  ~ provider_config {",
      `      ~ access_key = "${id}" -> (known after apply)`,
      `      ~ secret_key = "${secret}" -> (sensitive value)`,
      "    }",
    ),
  ),
  format(
    "Pulumi-like configuration",
    "~/infra/Pulumi.prod.yaml",
    (credentials) =>
      lines(
        "config:",
        credentials.flatMap(({ id, secret, label }) => [
          `  ${label}:accessKey: ${id}`,
          `  ${label}:secretKey: ${secret}`,
        ]),
      ),
    { syntax: "yaml" },
  ),
  format(
    "Packer template variables",
    "~/infra/ami.json",
    (credentials) =>
      JSON.stringify(
        {
          builders: credentials.map(({ id, secret, label }) => ({
            type: "amazon-ebs",
            name: label,
            access_key: id,
            secret_key: secret,
            region: "us-east-1",
          })),
        },
        null,
        2,
      ),
    { syntax: "json" },
  ),
  format("shell heredoc into tfvars", "~/bin/bootstrap.sh", (credentials) =>
    each(
      credentials,
      ({ id, secret, label }) =>
        `cat > ${label}.auto.tfvars <<EOF\naws_access_key = "${id}"\naws_secret_key = "${secret}"\nname = "${screaming(label)}"\nEOF\n`,
    ),
  ),
];
