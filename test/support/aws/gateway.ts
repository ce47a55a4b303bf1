import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { type Call, callOf, type Reply, refusal, result } from "./call.ts";
import { realReport } from "./credential-report.ts";
import { type Fault, Faults } from "./faults.ts";
import { paged } from "./paging.ts";
import { type AccountState, lastUse, noteUse, State } from "./state.ts";
import { element, elementText, escaped, withElement } from "./xml.ts";

/** IAM refuses what was signed longer ago than this, by its own clock. */
const SKEW_MS = 5 * 60_000;
const REPORT_KEPT_MS = 4 * 3_600_000;
const MANAGED_PATH = "/aws-managed/";
const ADMINISTRATOR = { Effect: "Allow", Action: "*", Resource: "*" };

/** How an account's key is told from others: the first of them is made by the test itself. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/**
 * AWS, as far as the tests need it: moto, with what moto leaves out put in front of it. Each test has a gateway and accounts
 * of its own, so that tests may share one moto.
 */
export class Gateway {
  readonly state = new State();
  readonly faults = new Faults();
  /** How many items a page holds at most. */
  pageSize = 100;
  /** How long IAM takes to tell of a key's use. */
  reportingLagMs = 0;
  /** In the ARN of whoever asks who they are. */
  partition = "aws";
  /** How far AWS's clock is ahead of this machine's. */
  clockAheadMs = 0;
  /** Calls that came in, as `account action`, with their number; those that went wrong too. */
  readonly counts = new Map<string, number>();
  readonly #moto: URL;
  readonly #called = new Map<string, () => void>();
  readonly #after = new Map<string, () => Promise<void>>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server: Server;

  private constructor(moto: string) {
    this.#moto = new URL(moto);
    this.#server = createServer((incoming, outgoing) => {
      this.#serve(incoming, outgoing).catch((error: unknown) => {
        outgoing.writeHead(500).end(error instanceof Error ? error.stack : String(error));
      });
    });
  }

  static async start(moto: string): Promise<Gateway> {
    const gateway = new Gateway(moto);
    gateway.#server.listen(0, "127.0.0.1");
    await once(gateway.#server, "listening");
    return gateway;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#agent.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the gateway does not listen");
    return `http://127.0.0.1:${address.port}`;
  }

  now(): number {
    return Date.now() + this.clockAheadMs;
  }

  /** How often an action was called, in one account or in all. */
  count(action: string, account?: string): number {
    return [...this.counts]
      .filter(([key]) => (account === undefined ? key.endsWith(` ${action}`) : key === `${account} ${action}`))
      .reduce((sum, [, count]) => sum + count, 0);
  }

  fault(fault: Fault): void {
    this.faults.add(fault);
  }

  /** When an action is called next, whatever becomes of it. */
  called(action: string): Promise<void> {
    return new Promise((resolve) => {
      this.#called.set(action, resolve);
    });
  }

  /** Does something between a call and its reply, the next time that an action is called. */
  onceAfter(action: string, work: () => Promise<void>): void {
    this.#after.set(action, work);
  }

  /** Credentials that may do everything in an account, which need not have been there before. */
  async credentials(account: string, name = "test"): Promise<Credentials> {
    const role = `arn:aws:iam::${account}:role/${name}`;
    const body = new URLSearchParams({
      Action: "AssumeRole",
      RoleArn: role,
      RoleSessionName: name,
      Version: "2011-06-15",
    });
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=x`;
    const reply = await this.#ask(
      { authorization, "content-type": "application/x-www-form-urlencoded" },
      body.toString(),
    );
    this.#noteSession(reply.body);
    return {
      accessKeyId: elementText(reply.body, "AccessKeyId") ?? "",
      secretAccessKey: elementText(reply.body, "SecretAccessKey") ?? "",
      sessionToken: elementText(reply.body, "SessionToken") ?? "",
    };
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const call = callOf(incoming, body);
    if (call === null) {
      outgoing.writeHead(403).end();
      return;
    }
    const target = this.#accountOf(call);
    const key = `${target} ${call.action}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    this.#called.get(call.action)?.();
    const fault = this.faults.next(call, target);
    if (fault?.is === "silent") return;
    if (fault?.is === "delayed") await setTimeout(fault.ms);
    if (fault?.is === "cut") {
      incoming.socket.destroy();
      return;
    }
    const reply = this.#faulty(call, fault) ?? this.#refused(call) ?? (await this.#answer(call, incoming, body));
    const after = this.#after.get(call.action);
    this.#after.delete(call.action);
    await after?.();
    if (fault?.is === "reply-lost") {
      incoming.socket.destroy();
      return;
    }
    outgoing.writeHead(reply.status, { ...reply.headers, date: new Date(this.now()).toUTCString() }).end(reply.body);
  }

  #faulty(call: Call, fault: Fault["kind"] | null): Reply | null {
    switch (fault?.is) {
      case "throttled":
        return call.protocol === "json"
          ? refusal(call, 400, "TooManyRequestsException", "Rate exceeded")
          : refusal(call, 400, "Throttling", "Rate exceeded");
      case "error":
        return refusal(call, fault.status, fault.code, "We encountered an internal error. Please try again.");
      case "denied":
        return this.#denied(call, fault.by);
      default:
        return null;
    }
  }

  #denied(call: Call, why: string): Reply {
    const arn = this.state.identities.get(call.accessKeyId)?.arn ?? "unknown";
    const on = call.parameters.RoleArn ?? "*";
    return refusal(
      call,
      call.protocol === "json" ? 400 : 403,
      call.protocol === "json" ? "AccessDeniedException" : "AccessDenied",
      `User: ${arn} is not authorized to perform: ${call.service}:${call.action} on resource: ${on} ${why}`,
    );
  }

  /** What AWS refuses and moto does not. */
  #refused(call: Call): Reply | null {
    const identity = this.state.identities.get(call.accessKeyId);
    const key = this.state.keys.get(call.accessKeyId);
    if (identity === undefined || identity.state === "refused" || key?.active === false) {
      return refusal(call, 403, "InvalidClientTokenId", "The security token included in the request is invalid.");
    }
    if (identity.state === "expired") {
      return refusal(call, 403, "ExpiredToken", "The security token included in the request is expired");
    }
    if (call.signedAt !== null && Math.abs(call.signedAt - this.now()) > SKEW_MS) {
      return refusal(
        call,
        403,
        "SignatureDoesNotMatch",
        "Signature expired: it is not within five minutes of the time of the server",
      );
    }
    if (key !== undefined) noteUse(key, { at: this.now(), service: call.service, region: call.region });
    switch (call.action) {
      case "AssumeRole":
        return this.#trusts(call, identity.account) ? null : this.#denied(call, "");
      case "GetAccessKeyLastUsed": {
        const asked = this.state.keys.get(call.parameters.AccessKeyId ?? "");
        return asked?.account === identity.account ? null : this.#denied(call, "");
      }
      case "ListAccounts":
      case "ListAccountsForParent":
      case "ListOrganizationalUnitsForParent":
        return this.state.organization?.readers.has(identity.account) === false
          ? refusal(call, 400, "AccessDeniedException", "You don't have permissions to access this resource.")
          : null;
      default:
        return null;
    }
  }

  #trusts({ parameters }: Call, caller: string): boolean {
    const [, account = "", role = ""] =
      /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(parameters.RoleArn ?? "") ?? [];
    return this.state
      .account(account)
      .trusts.some(
        (trust) =>
          trust.role === role &&
          (trust.externalId === null || trust.externalId === parameters.ExternalId) &&
          (trust.from === null || trust.from.includes(caller)),
      );
  }

  async #answer(call: Call, incoming: IncomingMessage, body: string): Promise<Reply> {
    const account = this.state.account(this.state.identities.get(call.accessKeyId)?.account ?? "");
    const own = this.#ownAnswer(call, account);
    if (own !== null) return own.status === 200 ? { ...own, body: paged(call, own.body, this.pageSize) } : own;
    if (call.action === "GenerateCredentialReport") return this.#generateReport(call, account, incoming, body);
    if (call.protocol === "json") return this.#organizations(call, account, incoming, body);
    const reply = await this.#ask(incoming.headers, await this.#withManagedPolicies(call, account, incoming, body));
    if (reply.status >= 300) return reply;
    const told = reply.body.replaceAll(`arn:aws:iam::${account.id}:policy${MANAGED_PATH}`, "arn:aws:iam::aws:policy/");
    return { ...reply, body: paged(call, this.#corrected(call, account, told), this.pageSize) };
  }

  /**
   * Moto can load all policies that AWS manages, which takes it a second for each account. So those that are named are made in the
   * account, and told of under their own name.
   */
  async #withManagedPolicies(
    call: Call,
    account: AccountState,
    incoming: IncomingMessage,
    body: string,
  ): Promise<string> {
    const [, name] = /^arn:aws:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(call.parameters.PolicyArn ?? "") ?? [];
    if (name === undefined) return body;
    if (!account.managedPolicies.has(name)) {
      account.managedPolicies.add(name);
      const policy = {
        Action: "CreatePolicy",
        PolicyName: name,
        Path: MANAGED_PATH,
        PolicyDocument: managedPolicy(name),
      };
      await this.#ask(incoming.headers, new URLSearchParams({ ...policy, Version: "2010-05-08" }).toString());
    }
    const own = `arn:aws:iam::${account.id}:policy${MANAGED_PATH}${name}`;
    return new URLSearchParams({ ...call.parameters, PolicyArn: own }).toString();
  }

  /** Calls that moto does not know, or of which the gateway knows more. */
  #ownAnswer(call: Call, account: AccountState): Reply | null {
    switch (call.action) {
      case "GetCredentialReport":
        return this.#report(call, account);
      case "GetAccessKeyLastUsed":
        return this.#lastUsed(call);
      case "ListServiceSpecificCredentials":
        return this.#serviceCredentials(call, account);
      case "ListOrganizationsFeatures":
        return account.organizationFeatures === null
          ? refusal(call, 400, "ServiceAccessNotEnabled", "Trusted access is not enabled for IAM in your organization.")
          : result(
              call,
              `<OrganizationId>o-gateway000</OrganizationId><EnabledFeatures>${account.organizationFeatures.map((name) => `<member>${name}</member>`).join("")}</EnabledFeatures>`,
            );
      default:
        return null;
    }
  }

  async #generateReport(call: Call, account: AccountState, incoming: IncomingMessage, body: string): Promise<Reply> {
    const state = (name: string): Reply => result(call, `<State>${name}</State>`);
    const { report } = account;
    if (report !== null && this.now() - report.generatedAt < REPORT_KEPT_MS) {
      return report.pollsLeft-- > 0 ? state("INPROGRESS") : state("COMPLETE");
    }
    // Moto says STARTED the first time, and has it at once.
    await this.#ask(incoming.headers, body);
    const made = await this.#ask(
      incoming.headers,
      body.replace("Action=GenerateCredentialReport", "Action=GetCredentialReport"),
    );
    const content = Buffer.from(element(made.body, "Content") ?? "", "base64").toString("utf8");
    account.report = {
      content: realReport(content, account, this.state, this.now(), this.reportingLagMs),
      generatedAt: this.now(),
      pollsLeft: account.reportPolls - 1,
    };
    return state(account.reportPolls === 0 ? "COMPLETE" : "STARTED");
  }

  async #organizations(call: Call, { id }: AccountState, incoming: IncomingMessage, body: string): Promise<Reply> {
    const { organization } = this.state;
    const parameters: Record<string, unknown> = { ...call.parameters };
    if (call.action === "ListAccounts" && organization?.firstPageEmpty === true) {
      if (parameters.NextToken === undefined) {
        return {
          status: 200,
          body: '{"Accounts":[],"NextToken":"after-empty"}',
          headers: { "content-type": "application/x-amz-json-1.1" },
        };
      }
      if (parameters.NextToken === "after-empty") delete parameters.NextToken;
    }
    // Moto answers the management account alone.
    const authorization = String(incoming.headers.authorization).replace(
      /Credential=[^/]+/,
      `Credential=${organization?.managementKeyId ?? call.accessKeyId}`,
    );
    // AWS gives twenty accounts a page, whatever is asked for.
    const MaxResults = Math.min(this.pageSize, 20);
    const asked = call.action.startsWith("ListAccounts") ? JSON.stringify({ ...parameters, MaxResults }) : body;
    const reply = await this.#ask({ ...incoming.headers, authorization }, asked);
    if (reply.status >= 300) return reply;
    if (call.action === "CreateOrganization") {
      this.state.organization = {
        managementKeyId: call.accessKeyId,
        readers: new Set([id]),
        states: new Map(),
        firstPageEmpty: false,
      };
    }
    return call.action.startsWith("ListAccounts") ? { ...reply, body: this.#withStates(reply.body) } : reply;
  }

  /** `State` as a test wants it; `Status` is no more since 9 September 2026. */
  #withStates(body: string): string {
    const page = JSON.parse(body) as { Accounts: { Id: string; State?: string; Status?: string }[] };
    const Accounts = page.Accounts.map(({ Status, ...account }) => ({
      ...account,
      State: this.state.organization?.states.get(account.Id) ?? account.State ?? Status,
    }));
    return JSON.stringify({ ...page, Accounts });
  }

  #report(call: Call, { report }: AccountState): Reply {
    if (report === null) return refusal(call, 410, "ReportNotPresent", "No report has been generated.");
    if (this.now() - report.generatedAt > REPORT_KEPT_MS)
      return refusal(call, 410, "ReportExpired", "The report has expired.");
    if (report.pollsLeft > 0) return refusal(call, 404, "ReportInProgress", "The report is still being generated.");
    const content = Buffer.from(report.content).toString("base64");
    return result(
      call,
      `<Content>${content}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>${isoTime(report.generatedAt)}</GeneratedTime>`,
    );
  }

  #lastUsed(call: Call): Reply {
    const key = this.state.keys.get(call.parameters.AccessKeyId ?? "");
    const use = key === undefined ? null : lastUse(key, this.now(), this.reportingLagMs);
    const when = use === null ? "" : `<LastUsedDate>${isoTime(use.at)}</LastUsedDate>`;
    return result(
      call,
      `<UserName>${key?.userName ?? ""}</UserName><AccessKeyLastUsed>${when}<ServiceName>${use?.service ?? "N/A"}</ServiceName><Region>${use?.region ?? "N/A"}</Region></AccessKeyLastUsed>`,
    );
  }

  #serviceCredentials(call: Call, account: AccountState): Reply {
    if (call.parameters.AllUsers !== "true")
      return refusal(call, 400, "ValidationError", "The tests ask for all users.");
    const list = account.serviceCredentials.map(
      ({ id, userName, serviceName, status, createdAt, expiresAt }) =>
        `<member><UserName>${escaped(userName)}</UserName><Status>${status}</Status><ServiceUserName>${escaped(userName)}-at-${account.id}</ServiceUserName><CreateDate>${isoTime(createdAt)}</CreateDate>${expiresAt === null ? "" : `<ExpirationDate>${isoTime(expiresAt)}</ExpirationDate>`}<ServiceSpecificCredentialId>${id}</ServiceSpecificCredentialId><ServiceName>${serviceName}</ServiceName></member>`,
    );
    return result(call, `<ServiceSpecificCredentials>${list.join("")}</ServiceSpecificCredentials>`);
  }

  /** Moto's reply, made true; and what it tells is noted. */
  #corrected(call: Call, account: AccountState, xml: string): string {
    switch (call.action) {
      case "AssumeRole":
        this.#noteSession(xml);
        return xml;
      case "GetCallerIdentity":
        return xml.replace("<Arn>arn:aws:", `<Arn>arn:${this.partition}:`);
      case "CreateAccessKey":
        this.#noteKey(xml, account.id);
        return xml;
      case "UpdateAccessKey": {
        const key = this.state.keys.get(call.parameters.AccessKeyId ?? "");
        if (key !== undefined) key.active = call.parameters.Status === "Active";
        return xml;
      }
      case "DeleteAccessKey":
        this.state.keys.delete(call.parameters.AccessKeyId ?? "");
        this.state.identities.delete(call.parameters.AccessKeyId ?? "");
        return xml;
      case "ListAccessKeys":
        return xml.replace(/<member>.*?<\/member>/gs, (member) => this.#withCreation(member));
      case "GetAccountSummary":
        return this.#withRootSummary(account, xml);
      case "ListVirtualMFADevices":
        return account.root.mfa === "virtual" ? withRootDevice(account.id, xml) : xml;
      default:
        return xml;
    }
  }

  #withCreation(member: string): string {
    const key = this.state.keys.get(element(member, "AccessKeyId") ?? "");
    return key === undefined ? member : withElement(member, "CreateDate", isoTime(key.createdAt));
  }

  #withRootSummary({ root }: AccountState, xml: string): string {
    const values: Readonly<Record<string, number>> = {
      AccountAccessKeysPresent: root.keys > 0 ? 1 : 0,
      AccountMFAEnabled: root.mfa === "none" ? 0 : 1,
      AccountSigningCertificatesPresent: root.certificate ? 1 : 0,
      AccountPasswordPresent: 1,
    };
    return Object.entries(values).reduce((text, [name, value]) => {
      const entry = `<entry><key>${name}</key><value>${value}</value></entry>`;
      const old = new RegExp(`<entry><key>${name}</key><value>\\d+</value></entry>`);
      return old.test(text) ? text.replace(old, entry) : text.replace("</SummaryMap>", `${entry}</SummaryMap>`);
    }, xml);
  }

  #noteSession(xml: string): void {
    const arn = elementText(xml, "Arn") ?? "";
    this.state.identities.set(elementText(xml, "AccessKeyId") ?? "", {
      account: arn.split(":")[4] ?? "",
      arn,
      userName: null,
      state: "valid",
    });
  }

  #noteKey(xml: string, account: string): void {
    const id = elementText(xml, "AccessKeyId") ?? "";
    const userName = elementText(xml, "UserName") ?? "";
    this.state.keys.set(id, { id, account, userName, createdAt: this.now(), active: true, uses: [] });
    this.state.identities.set(id, {
      account,
      arn: `arn:aws:iam::${account}:user/${userName}`,
      userName,
      state: "valid",
    });
  }

  #accountOf(call: Call): string {
    const asked = call.action === "AssumeRole" ? call.parameters.RoleArn?.split(":")[4] : undefined;
    return asked ?? this.state.identities.get(call.accessKeyId)?.account ?? "unknown";
  }

  async #ask(headers: IncomingMessage["headers"], body: string): Promise<Reply> {
    const { host: _, ...rest } = headers;
    const outgoing = request(this.#moto, {
      method: "POST",
      agent: this.#agent,
      headers: { ...rest, "content-length": Buffer.byteLength(body) },
    });
    outgoing.end(body);
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const type = incoming.headers["content-type"] ?? "text/xml";
    const errorType = incoming.headers["x-amzn-errortype"];
    return {
      status: incoming.statusCode ?? 500,
      body: Buffer.concat(chunks).toString("utf8"),
      headers: { "content-type": type, ...(typeof errorType === "string" ? { "x-amzn-errortype": errorType } : {}) },
    };
  }
}

function withRootDevice(account: string, xml: string): string {
  const device = `<member><SerialNumber>arn:aws:iam::${account}:mfa/root-account-mfa-device</SerialNumber><User><Path>/</Path><UserName/><UserId>${account}</UserId><Arn>arn:aws:iam::${account}:root</Arn><CreateDate>2015-01-01T00:00:00Z</CreateDate></User><EnableDate>2015-01-01T00:00:00Z</EnableDate></member>`;
  return withElement(xml, "VirtualMFADevices", device + (element(xml, "VirtualMFADevices") ?? ""));
}

/** As far as the tests attach them. */
function managedPolicy(name: string): string {
  const statement =
    name === "AdministratorAccess" ? ADMINISTRATOR : { Effect: "Deny", Action: "iam:CreateAccessKey", Resource: "*" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}
