import { generateKeyId, generateSessionToken, REGIONS, smtpPasswordOf } from "../material.ts";
import { BASE62, HEX, type Random } from "../random.ts";
import { type Credential, type Format, format, lines, type SmtpLogin, single, type Written } from "./format.ts";
import { generateSettings } from "./noise.ts";

/*
 * Credentials that are derived from access keys: SMTP logins of SES, and presigned URLs.
 */

interface Login extends SmtpLogin {
  readonly region: string;
  readonly label: string;
}

/** A document of SMTP logins: the secrets themselves are not in it. */
function mail(
  name: string,
  path: string,
  write: (logins: readonly Login[], random: Random) => string,
  one = false,
): Format {
  return format(
    name,
    path,
    (credentials, random): Written => {
      const logins = (one ? credentials.slice(0, 1) : credentials).map(({ id, secret, label }) => {
        const region = random.pick(REGIONS);
        return { id, region, label, password: smtpPasswordOf(secret, region) };
      });
      return {
        content: write(logins, random),
        expected: { pairs: [], smtp: logins.map(({ id, password }) => ({ id, password })) },
      };
    },
    { single: one, syntax: null },
  );
}

const host = (region: string): string => `email-smtp.${region}.amazonaws.com`;

function presigned(
  name: string,
  path: string,
  write: (credential: Credential, random: Random) => string,
  escaped = false,
): Format {
  return format(
    name,
    path,
    (credentials, random) => ({
      content: credentials.map((credential) => `${write(credential, random)}\n`).join(""),
      expected: { pairs: [], presigned: credentials.map(({ id }) => id) },
    }),
    { syntax: escaped ? "escaped" : null },
  );
}

function v4({ id, label }: Credential, random: Random): string {
  const scope = `${id}/20260314/eu-west-1/s3/aws4_request`;
  return `https://${label}.s3.eu-west-1.amazonaws.com/report.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(scope)}&X-Amz-Date=20260314T092653Z&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature=${random.text(HEX, 64)}`;
}

function v2({ id, label }: Credential, random: Random): string {
  const signature = encodeURIComponent(Buffer.from(random.bytes(20)).toString("base64"));
  return `https://${label}.s3.amazonaws.com/report.pdf?AWSAccessKeyId=${id}&Signature=${signature}&Expires=1767225600`;
}

export const mailFormats: readonly Format[] = [
  mail("postfix sasl_passwd", "/etc/postfix/sasl_passwd", (logins, random) =>
    lines(
      random.oneIn(2) && `mail.example.org ada:${random.text(BASE62, 20)}`,
      logins.map(({ id, password, region }) => `[${host(region)}]:587 ${id}:${password}`),
    ),
  ),
  mail("msmtprc", "~/.msmtprc", (logins) =>
    lines(
      "defaults\ntls on\n",
      logins.map(
        ({ id, password, region, label }) =>
          `account ${label}\nhost ${host(region)}\nport 587\nauth on\nuser ${id}\npassword ${password}\nfrom ${label}@example.org\n`,
      ),
    ),
  ),
  mail("authinfo", "~/.authinfo", (logins) =>
    lines(
      logins.map(({ id, password, region }) => `machine ${host(region)} login ${id} port 587 password ${password}`),
    ),
  ),
  mail(
    "SMTP in .env",
    "~/app/.env",
    (logins, random) =>
      lines(
        generateSettings(random, 4).map(({ name, value }) => `${name}=${value}`),
        logins.map(
          ({ id, password, region }) =>
            `SMTP_HOST=${host(region)}\nSMTP_PORT=587\nSMTP_USERNAME=${id}\nSMTP_PASSWORD=${password}`,
        ),
      ),
    true,
  ),
  mail("SES console's CSV", "~/Downloads/credentials.csv", (logins) =>
    [
      "IAM User Name,Smtp Username,Smtp Password",
      ...logins.map(({ id, password, label }) => `"ses-smtp-user.${label}",${id},${password}`),
    ].join("\r\n"),
  ),
  mail(
    "Django e-mail settings",
    "~/app/settings.py",
    (logins) =>
      lines(
        logins.map(
          ({ id, password, region }) =>
            `EMAIL_HOST = "${host(region)}"\nEMAIL_HOST_USER = "${id}"\nEMAIL_HOST_PASSWORD = "${password}"`,
        ),
      ),
    true,
  ),
  mail(
    "Rails SMTP settings",
    "~/app/config/environments/production.rb",
    (logins) =>
      lines(
        logins.map(
          ({ id, password, region }) =>
            `config.action_mailer.smtp_settings = {\n  address: "${host(region)}",\n  user_name: "${id}",\n  password: "${password}",\n}`,
        ),
      ),
    true,
  ),
  mail("exim passwd.client", "/etc/exim4/passwd.client", (logins) =>
    lines(logins.map(({ id, password }) => `*.amazonaws.com:${id}:${password}`)),
  ),
  presigned("presigned URL, V4", "~/links.txt", v4),
  presigned("presigned URL, V2", "~/links.txt", v2),
  presigned(
    "presigned URL, V4 in HTML",
    "~/page.html",
    (credential, random) => `<a href="${v4(credential, random).replaceAll("&", "&amp;")}">report</a>`,
  ),
  presigned("presigned URL, V4 in JSON by Go", "~/page.json", (credential, random) =>
    JSON.stringify({ url: v4(credential, random) }).replaceAll("&", "\\u0026"),
  ),
  presigned(
    "presigned URL, V2 in HTML",
    "~/page.html",
    (credential, random) => `<img src='${v2(credential, random).replaceAll("&", "&amp;")}'>`,
  ),
  presigned(
    "presigned URL, V4 in a redirect's parameter",
    "~/access.log",
    (credential, random) => `GET /go?to=${encodeURIComponent(v4(credential, random))} 302`,
    true,
  ),
  single("presigned URL beside its own key", "~/sign.sh", (credential, random) => ({
    content: lines(
      `export AWS_ACCESS_KEY_ID=${credential.id}`,
      `export AWS_SECRET_ACCESS_KEY=${credential.secret}`,
      `curl '${v4(credential, random)}'`,
    ),
    expected: { mentioned: [credential.id] },
  })),
  single("ids in prose beside a pair", "~/notes/rotation.md", (credential, random) => {
    const old = generateKeyId(random);
    return {
      content: lines(
        `We retired the key ${old} last week.`,
        "",
        "```",
        `AWS_ACCESS_KEY_ID=${credential.id}`,
        `AWS_SECRET_ACCESS_KEY=${credential.secret}`,
        "```",
      ),
      expected: { ids: [old] },
    };
  }),
  single(
    "a policy's lone ids",
    "~/policy.json",
    (credential, random) => {
      const other = generateKeyId(random);
      return {
        content: JSON.stringify(
          { deny: [credential.id, other], token: generateSessionToken(random).slice(0, 80) },
          null,
          2,
        ),
        expected: { pairs: [], ids: [credential.id, other] },
      };
    },
    { syntax: "json" },
  ),
  single("a lone secret", "~/app/.env", (credential) => ({
    content: lines("AWS_ACCESS_KEY_ID=", `AWS_SECRET_ACCESS_KEY=${credential.secret}`, "AWS_REGION=us-east-1"),
    expected: { pairs: [], secrets: [credential.secret] },
  })),
  single(
    "a lone secret, JSON",
    "~/key.json",
    (credential) => ({
      content: JSON.stringify({ SecretAccessKey: credential.secret, region: "us-east-1" }),
      expected: { pairs: [], secrets: [credential.secret] },
    }),
    { syntax: "json" },
  ),
  single("an id with another vendor's secret", "~/app/.env", (credential, random) => ({
    content: lines(
      `AWS_ACCESS_KEY_ID=${credential.id}`,
      "AWS_SECRET_ACCESS_KEY=${VAULT_SECRET}",
      `OKTA_CLIENT_SECRET=${random.text(BASE62, 40)}`,
    ),
    expected: { pairs: [], ids: [credential.id] },
  })),
  single("an id with a commit", "~/app/.env", (credential, random) => ({
    content: lines(`AWS_ACCESS_KEY_ID=${credential.id}`, `COMMIT=${random.text(HEX, 40)}`),
    expected: { pairs: [], ids: [credential.id] },
  })),
];
