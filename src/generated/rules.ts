// Generated from rules/ by `npm run generate`; do not edit.

import type { Severity } from "../model/severity.ts";

/** What a person is told of a rule. */
export interface Rule {
  readonly name: string;
  readonly title: string;
  /** Of what the rule finds, before its place and age are judged. */
  readonly severity: Severity;
  /** An id with its secret, an id alone, a secret alone, or what stands by itself. */
  readonly kind: "pair" | "id" | "secret" | "token";
  readonly description: string;
  readonly references: readonly string[];
}

/** A credential that a regular expression finds by itself. */
export interface TokenPattern {
  readonly rule: string;
  /** Whatever the pattern matches holds one of these. */
  readonly literals: readonly string[];
  /** Global. Its group `id` is the public part, `secret` the secret part; without that group all of it is secret. */
  readonly pattern: RegExp;
  /** Of the secret part, in bits a character. */
  readonly minimumEntropy: number;
}

export const RULES: readonly Rule[] = [
  {"name":"aws-access-key-pair","title":"AWS access key with its secret","severity":"high","kind":"pair","description":"A long-term access key id together with its secret access key. Whoever reads both can act as the IAM user that they belong to, from anywhere, until somebody deactivates the key.","references":["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"]},
  {"name":"aws-access-key-id","title":"AWS access key id","severity":"low","kind":"id","description":"A long-term access key id without its secret. The id alone opens nothing, but it tells that a static key is used here, and whose account it belongs to.","references":["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"]},
  {"name":"aws-secret-access-key","title":"AWS secret access key without its id","severity":"medium","kind":"secret","description":"A secret access key whose id is not beside it. The id is no secret and is often to be had elsewhere (logs, policies, other files), so treat the key as exposed.","references":["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"]},
  {"name":"aws-session-credentials","title":"Temporary AWS credentials","severity":"high","kind":"pair","description":"An access key id that begins with ASIA, issued by STS with a session token, for at most 36 hours. Live only while its token is beside it and the session has not ended; otherwise worthless.","references":["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html"]},
  {"name":"ses-smtp-password","title":"Amazon SES SMTP password","severity":"high","kind":"pair","description":"An SMTP login of Amazon SES: an access key id as the user name, and a password derived from its secret for one region. It sends mail in the account's name, and dies only with the key that it is derived from.","references":["https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html"]},
  {"name":"bedrock-api-key","title":"Amazon Bedrock API key","severity":"high","kind":"token","description":"A long-term API key for Amazon Bedrock: a service-specific credential of an IAM user, used as a bearer token, and by default one that never expires.","references":["https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"]},
  {"name":"bedrock-api-key-short-term","title":"Short-term Amazon Bedrock API key","severity":"low","kind":"token","description":"A presigned request in the clothes of an API key for Amazon Bedrock. It ends with the session that signed it, after twelve hours at most.","references":["https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"]},
  {"name":"codecommit-credential","title":"AWS CodeCommit Git credential","severity":"high","kind":"token","description":"The user name and password of an IAM user's Git credential for CodeCommit: a static credential that opens repositories until it is deleted.","references":["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_ssh-keys.html"]},
  {"name":"mws-auth-token","title":"Amazon MWS authorisation token","severity":"low","kind":"token","description":"A token of Amazon Marketplace Web Service, which was retired in 2024 in favour of the Selling Partner API. Revoke it and remove it.","references":["https://developer-docs.amazon.com/sp-api/docs/migrating-from-amazon-mws"]},
  {"name":"appsync-api-key","title":"AWS AppSync API key","severity":"medium","kind":"token","description":"An API key of an AppSync GraphQL API. Meant for public and development APIs; it lives up to 365 days.","references":["https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html"]},
  {"name":"presigned-url-static-key","title":"Presigned URL signed by a static key","severity":"low","kind":"id","description":"A presigned URL signed by a long-term access key. The URL itself works until it expires (seven days at most, after which it is only worth a mention); that it exists tells that a service signs with a static key.","references":["https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html"]},
];

export const TOKEN_PATTERNS: readonly TokenPattern[] = [
  { rule: "bedrock-api-key", literals: ["ABSK"], pattern: /(?<![A-Za-z0-9+/])(?<secret>ABSK[A-Za-z0-9+/]{109,269}={0,2})(?![A-Za-z0-9+/=])/g, minimumEntropy: 4 },
  { rule: "bedrock-api-key-short-term", literals: ["bedrock-api-key-"], pattern: /(?<![A-Za-z0-9-])(?<secret>bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/_-]{40,}={0,2})/g, minimumEntropy: 3 },
  { rule: "codecommit-credential", literals: ["-at-"], pattern: /(?<![A-Za-z0-9+=,.@_-])(?<id>[A-Za-z0-9+=,.@_-]{1,64}-at-\d{12})(?![0-9A-Za-z])["']?(?:\s{0,4}[,:;|\t]\s{0,4}|\s{1,40}|["'\s,;]{0,12}(?:[\w.-]{0,20}pass(?:word|wd)?)["']?\s{0,4}[:=]\s{0,4})["']?(?<secret>(?:[A-Za-z0-9+/_-]|%2[BbFf]){40,60}(?:=|%3[Dd]){0,2})(?![A-Za-z0-9+/_%=-])/g, minimumEntropy: 4 },
  { rule: "mws-auth-token", literals: ["amzn.mws."], pattern: /(?<![A-Za-z0-9.])(?<secret>amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![0-9a-f-])/g, minimumEntropy: 3 },
  { rule: "appsync-api-key", literals: ["da2-"], pattern: /(?<![A-Za-z0-9_-])(?<secret>da2-[a-z0-9]{26})(?![A-Za-z0-9_-])/g, minimumEntropy: 3 },
];
