/**
 * AWS as an audit sees it, for `npm run bench -- audit`: an organisation of made-up accounts, each call answered after 50 ms, each account
 * with a rate limit of its own. Started as a process of its own: `node bench/audit-server.ts ACCOUNTS USERS KEYS PASSWORDS`, the last two
 * in per cent of the users. Says its port on stdout, and at `GET /counts` what it was asked.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

const [ACCOUNTS = 0, USERS = 0, KEYS = 0, PASSWORDS = 0] = process.argv.slice(2).map(Number);

const LATENCY_MS = 50;
/** IAM's limits are not published; these are gentle ones. */
const BURST = 40;
const CALLS_PER_SECOND = 20;
/** How long a credential report takes to be made. */
const REPORT_MS = 2000;
const FIRST_ACCOUNT = 100_000_000_000;
const MANAGEMENT = String(FIRST_ACCOUNT);
const CREATED = "2024-01-02T03:04:05Z";

/** A bucket of calls, and when it was last looked at. */
interface Bucket {
  calls: number;
  atMs: number;
}

const buckets = new Map<string, Bucket>();
const reports = new Map<string, number>();
const counts = new Map<string, number>();

function mayCall(account: string): boolean {
  const now = performance.now();
  const bucket = buckets.get(account) ?? { calls: BURST, atMs: now };
  buckets.set(account, bucket);
  bucket.calls = Math.min(BURST, bucket.calls + ((now - bucket.atMs) / 1000) * CALLS_PER_SECOND);
  bucket.atMs = now;
  if (bucket.calls < 1) return false;
  bucket.calls--;
  return true;
}

const usersWithKeys = Math.round((USERS * KEYS) / 100);
const usersWithPasswords = Math.round((USERS * PASSWORDS) / 100);
/** Users are `u0`, `u1`, …: those with keys first, those with passwords last. */
const hasKey = (user: number): boolean => user < usersWithKeys;
const hasPassword = (user: number): boolean => user >= USERS - usersWithPasswords;
const users = Array.from({ length: USERS }, (_, index) => index);

function userXml(user: number): string {
  return `<member><Path>/</Path><UserName>u${user}</UserName><UserId>U${user}</UserId><Arn>arn:aws:iam::ACCOUNT:user/u${user}</Arn><CreateDate>${CREATED}</CreateDate><GroupList><member>g</member></GroupList><AttachedManagedPolicies/><Tags><member><Key>team</Key><Value>t${user % 7}</Value></member></Tags></member>`;
}

const POLICY = encodeURIComponent(
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["s3:Get*", "s3:List*"], Resource: "*" }],
  }),
);
const DETAILS = `<UserDetailList>${users.map(userXml).join("")}</UserDetailList><GroupDetailList><member><GroupName>g</GroupName><Arn>arn:aws:iam::ACCOUNT:group/g</Arn><GroupPolicyList><member><PolicyName>p</PolicyName><PolicyDocument>${POLICY}</PolicyDocument></member></GroupPolicyList></member></GroupDetailList><RoleDetailList/><Policies/><IsTruncated>false</IsTruncated>`;

const COLUMNS =
  "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
const REPORT = [
  COLUMNS,
  "<root_account>,arn:aws:iam::ACCOUNT:root,2015-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
  ...users.map(
    (user) =>
      `u${user},arn:aws:iam::ACCOUNT:user/u${user},2024-01-02T03:04:05+00:00,${hasPassword(user)},no_information,N/A,N/A,false,${hasKey(user)},${hasKey(user) ? "2024-01-02T03:04:05+00:00" : "N/A"},N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A`,
  ),
].join("\n");

const SUMMARY = Object.entries({
  Users: USERS,
  AccountMFAEnabled: 1,
  AccountAccessKeysPresent: 0,
  AccountPasswordPresent: 1,
  ServerCertificates: 0,
  Providers: 0,
})
  .map(([name, value]) => `<entry><key>${name}</key><value>${value}</value></entry>`)
  .join("");

function answer(action: string, account: string, parameters: URLSearchParams): string {
  const user = parameters.get("UserName") ?? "";
  switch (action) {
    case "GenerateCredentialReport": {
      const known = reports.get(account);
      if (known === undefined) reports.set(account, performance.now() + REPORT_MS);
      return `<State>${known === undefined ? "STARTED" : performance.now() < known ? "INPROGRESS" : "COMPLETE"}</State>`;
    }
    case "GetCredentialReport":
      return `<Content>${Buffer.from(REPORT.replaceAll("ACCOUNT", account)).toString("base64")}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>${new Date().toISOString()}</GeneratedTime>`;
    case "GetAccountAuthorizationDetails":
      return DETAILS.replaceAll("ACCOUNT", account);
    case "GetAccountSummary":
      return `<SummaryMap>${SUMMARY}</SummaryMap>`;
    case "GetAccountPasswordPolicy":
      return "<PasswordPolicy><MinimumPasswordLength>14</MinimumPasswordLength><PasswordReusePrevention>24</PasswordReusePrevention></PasswordPolicy>";
    case "ListAccessKeys":
      return hasKey(Number(user.slice(1)))
        ? `<AccessKeyMetadata><member><UserName>${user}</UserName><AccessKeyId>KEY-${account}-${user}</AccessKeyId><Status>Active</Status><CreateDate>${CREATED}</CreateDate></member></AccessKeyMetadata><IsTruncated>false</IsTruncated>`
        : "<AccessKeyMetadata/><IsTruncated>false</IsTruncated>";
    case "GetAccessKeyLastUsed":
      return `<UserName>u</UserName><AccessKeyLastUsed><LastUsedDate>2026-11-20T00:00:00Z</LastUsedDate><ServiceName>s3</ServiceName><Region>us-east-1</Region></AccessKeyLastUsed>`;
    case "AssumeRole":
      return `<Credentials><AccessKeyId>${account}</AccessKeyId><SecretAccessKey>of-the-bench</SecretAccessKey><SessionToken>of-the-bench</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials>`;
    case "GetCallerIdentity":
      return `<Arn>arn:aws:iam::${account}:user/bench</Arn><Account>${account}</Account>`;
    default:
      return "<IsTruncated>false</IsTruncated>";
  }
}

function organizations(action: string, body: string): object {
  if (action === "DescribeOrganization") return { Organization: { Id: "o-bench00000", MasterAccountId: MANAGEMENT } };
  const from = Number((JSON.parse(body || "{}") as { NextToken?: string }).NextToken ?? 0);
  const to = Math.min(from + 20, ACCOUNTS);
  const Accounts = Array.from({ length: to - from }, (_, index) => ({
    Id: String(FIRST_ACCOUNT + from + index),
    Name: `account ${from + index}`,
    State: "ACTIVE",
  }));
  return { Accounts, ...(to < ACCOUNTS ? { NextToken: String(to) } : {}) };
}

function reply(incoming: IncomingMessage, body: string, outgoing: ServerResponse): void {
  // The id of the credentials is the account's.
  const [, caller = MANAGEMENT] = /Credential=(\d{12})\//.exec(incoming.headers.authorization ?? "") ?? [];
  const target = incoming.headers["x-amz-target"];
  if (typeof target === "string") {
    const action = target.slice(target.lastIndexOf(".") + 1);
    count(action);
    outgoing
      .writeHead(200, { "content-type": "application/x-amz-json-1.1" })
      .end(JSON.stringify(organizations(action, body)));
    return;
  }
  const parameters = new URLSearchParams(body);
  const action = parameters.get("Action") ?? "";
  count(action);
  const account = action === "AssumeRole" ? (parameters.get("RoleArn")?.split(":")[4] ?? caller) : caller;
  if (!/AssumeRole|GetCallerIdentity/.test(action) && !mayCall(account)) {
    count("throttled");
    outgoing
      .writeHead(400, { "content-type": "text/xml" })
      .end(
        "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>r</RequestId></ErrorResponse>",
      );
    return;
  }
  if (action === "GetCredentialReport" && performance.now() < (reports.get(account) ?? Number.POSITIVE_INFINITY)) {
    outgoing
      .writeHead(404, { "content-type": "text/xml" })
      .end(
        "<ErrorResponse><Error><Type>Sender</Type><Code>ReportInProgress</Code><Message>wait</Message></Error><RequestId>r</RequestId></ErrorResponse>",
      );
    return;
  }
  outgoing
    .writeHead(200, { "content-type": "text/xml" })
    .end(
      `<${action}Response><${action}Result>${answer(action, account, parameters)}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`,
    );
}

function count(name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

const server = createServer((incoming, outgoing) => {
  if (incoming.url === "/counts") {
    outgoing.end(JSON.stringify(Object.fromEntries(counts)));
    return;
  }
  let body = "";
  incoming.on("data", (data: Buffer) => {
    body += data.toString();
  });
  incoming.on("end", () => setTimeout(() => reply(incoming, body, outgoing), LATENCY_MS));
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" && address !== null ? address.port : 0}\n`);
});
