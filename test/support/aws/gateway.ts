import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { accessKeyId, accountOf } from "../../../src/model/access-key-id.ts";
import { type Call, callOf, isoTime, type Reply, refusal, result } from "./call.ts";
import { realReport } from "./credential-report.ts";
import { type Fault, type FaultKind, Faults, takesEffect } from "./faults.ts";
import {
  credentialReport,
  isKept,
  lastUsed,
  organizationsFeatures,
  serviceCredentials,
  withKeys,
  withRootDevice,
  withRootSummary,
} from "./iam.ts";
import { Key, type Spreading } from "./keys.ts";
import { organizationsAnswer } from "./organizations.ts";
import { paged } from "./paging.ts";
import { rootAnswer, rootAsked, rootRefused, taskOf, taskRefused } from "./root-session.ts";
import { isSignedWith } from "./signature.ts";
import { simulated } from "./simulator.ts";
import { type AccountState, type Identity, State } from "./state.ts";
import { Trail } from "./trail.ts";
import { Upstream } from "./upstream.ts";
import { element, elementText, withElement } from "./xml.ts";

/** AWS refuses what was signed longer ago than this, by its own clock. */
const SKEW_MS = 5 * 60_000;
/** How long a session of a role lasts when nobody says, in seconds. */
const SESSION_S = 3600;
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
 * of its own, so that tests may share one moto. Who calls it may be in the test's process or a program of its own, which may be killed.
 *
 * Its time is a test's to set (`advance`): keys, their uses, sessions, reports and the event history go by it. What only moto knows (when a
 * user was made, when a secret was changed) is told in the machine's time.
 */
export class Gateway {
  readonly state = new State();
  readonly faults = new Faults();
  /** How many items a page holds at most. */
  pageSize = 100;
  /** How long IAM takes to tell of a key's use. */
  reportingLagMs = 0;
  /** Actions on which policies have conditions that IAM's simulator is not told enough for. */
  readonly simulatorLacks = new Set<string>();
  /** Whose policies the simulator was asked about. */
  readonly simulatedFor: string[] = [];
  /** How long CloudTrail takes to tell of a call. */
  trailLagMs = 0;
  /** How long changes of keys take to be seen. */
  readonly spreading: Spreading = { newKeyMs: 0, newKeyIn: new Map(), unsteadyMs: 0, statusMs: 0, listMs: 0 };
  /** In the ARN of whoever asks who they are. */
  partition = "aws";
  /** How far AWS's clock is ahead of this machine's. */
  clockAheadMs = 0;
  /** Calls that came in, as `account action`, with their number; those that went wrong too. */
  readonly counts = new Map<string, number>();
  readonly #upstream: Upstream;
  readonly #trail = new Trail();
  readonly #called = new Map<string, () => void>();
  readonly #before = new Map<string, () => Promise<unknown>>();
  readonly #after = new Map<string, () => Promise<unknown>>();
  readonly #server: Server;

  private constructor(moto: string) {
    this.#upstream = new Upstream(moto);
    this.#server = createServer((incoming, outgoing) => {
      this.#serve(incoming, outgoing).catch((error: unknown) => {
        // Whoever called may be gone in the middle of a call: killed, or tired of waiting.
        if (outgoing.headersSent || incoming.destroyed) outgoing.destroy();
        else outgoing.writeHead(500).end(error instanceof Error ? error.stack : String(error));
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
    this.#upstream.close();
    this.#server.close();
    await once(this.#server, "close");
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the gateway does not listen");
    return `http://127.0.0.1:${address.port}`;
  }

  /** By AWS's clock, in milliseconds since 1970. */
  now(): number {
    return Date.now() + this.clockAheadMs;
  }

  /** Lets AWS's time go by: days pass at once. */
  advance(ms: number): void {
    this.clockAheadMs += ms;
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

  /**
   * Does something when an action is called next, before it has any effect; if it then says `lost`, the call has none: as if the caller
   * had been killed before it went out.
   */
  onceBefore(action: string, work: () => Promise<unknown>): void {
    this.#before.set(action, work);
  }

  /** Does something between a call's effect and its reply, the next time that an action is called. */
  onceAfter(action: string, work: () => Promise<unknown>): void {
    this.#after.set(action, work);
  }

  /** Credentials that may do everything in an account, which need not have been there before. They never expire. */
  async credentials(account: string, name = "test"): Promise<Credentials> {
    const xml = await this.#session(account, name);
    const identity = this.#noteSession(xml, null);
    return {
      ...identity,
      accessKeyId: elementText(xml, "AccessKeyId") ?? "",
      sessionToken: identity.sessionToken ?? "",
    };
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const call = callOf(incoming, Buffer.concat(chunks).toString("utf8"));
    if (call === null) {
      outgoing.writeHead(403).end();
      return;
    }
    const target = this.#accountOf(call);
    const key = `${target} ${call.action}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    this.#called.get(call.action)?.();
    if ((await taken(this.#before, call.action)?.()) === "lost") {
      incoming.socket.destroy();
      return;
    }
    const fault = this.faults.next(call, target);
    if (fault?.is === "delayed") await setTimeout(fault.ms);
    const answer = takesEffect(fault) ? await this.#effect(call) : null;
    await taken(this.#after, call.action)?.();
    if (fault?.is === "silent") return;
    if (fault?.is === "cut" || fault?.is === "reply-lost") {
      incoming.socket.destroy();
      return;
    }
    const reply = this.#faulty(call, fault) ?? answer ?? refusal(call, 500, "InternalFailure", "no answer");
    outgoing.writeHead(reply.status, { ...reply.headers, date: new Date(this.now()).toUTCString() }).end(reply.body);
  }

  /** What a call comes to when nothing goes wrong on its way. */
  async #effect(call: Call): Promise<Reply> {
    const identity = this.#authenticated(call);
    if ("status" in identity) return identity;
    const reply = this.#forbidden(call, identity) ?? (await this.#answer(call, identity));
    const accounts = new Set([identity.account, this.#accountOf(call)]);
    for (const account of accounts) this.#trail.record(call, identity, reply, account, this.now());
    return reply;
  }

  #faulty(call: Call, fault: FaultKind | null): Reply | null {
    switch (fault?.is) {
      case "throttled":
        return refusal(call, 400, "Throttling", "Rate exceeded");
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
      403,
      "AccessDenied",
      `User: ${arn} is not authorized to perform: ${call.service}:${call.action} on resource: ${on} ${why}`,
    );
  }

  /** Who calls, or why AWS does not believe it; a call that is believed is a use of its key. */
  #authenticated(call: Call): Identity | Reply {
    const now = this.now();
    const identity = this.state.identities.get(call.accessKeyId);
    const key = this.state.keys.get(call.accessKeyId);
    const token = call.headers["x-amz-security-token"] ?? null;
    if (
      identity === undefined ||
      identity.state === "refused" ||
      identity.sessionToken !== token ||
      key?.isAccepted(call.region, now, this.spreading) === false
    ) {
      return refusal(call, 403, "InvalidClientTokenId", "The security token included in the request is invalid.");
    }
    if (identity.state === "expired" || (identity.expiresAt !== null && now >= identity.expiresAt)) {
      return refusal(call, 403, "ExpiredToken", "The security token included in the request is expired");
    }
    if (call.signedAt !== null && Math.abs(call.signedAt - now) > SKEW_MS) {
      return refusal(
        call,
        403,
        "SignatureDoesNotMatch",
        "Signature expired: it is not within five minutes of the time of the server",
      );
    }
    if (!isSignedWith(identity.secretAccessKey, call)) {
      return refusal(
        call,
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
      );
    }
    key?.noteUse({ at: now, service: call.service, region: call.region });
    return identity;
  }

  /** What AWS forbids and moto does not. */
  #forbidden(call: Call, identity: Identity): Reply | null {
    switch (call.action) {
      case "AssumeRole":
        return this.#trusts(call, identity.account) ? null : this.#denied(call, "");
      case "AssumeRoot":
        return rootRefused(call, identity, this.state);
      case "GetAccessKeyLastUsed": {
        const asked = this.state.keys.get(call.parameters.AccessKeyId ?? "");
        return asked?.account === identity.account ? null : this.#denied(call, "");
      }
      case "CreateAccessKey":
      case "ListAccessKeys":
      case "UpdateAccessKey":
      case "DeleteAccessKey":
        return keyCallRefused(call, identity) ?? taskRefused(call, identity);
      default:
        return taskRefused(call, identity);
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

  async #answer(call: Call, identity: Identity): Promise<Reply> {
    const account = this.state.account(identity.account);
    const own = rootAnswer(call, account, identity) ?? (await this.#ownAnswer(call, account));
    if (own !== null) return own.status === 200 ? { ...own, body: paged(call, own.body, this.pageSize) } : own;
    if (call.service === "organizations")
      return organizationsAnswer(call, account.id, this.state, this.#upstream, this.pageSize);
    if (call.service !== "iam" && call.service !== "sts") return this.#upstream.ask(call.headers, call.body);
    const reply = await this.#upstream.ask(call.headers, await this.#withManagedPolicies(call, account));
    if (reply.status >= 300) return reply;
    const told = reply.body.replaceAll(`arn:aws:iam::${account.id}:policy${MANAGED_PATH}`, "arn:aws:iam::aws:policy/");
    return { ...reply, body: paged(call, this.#corrected(call, identity, told), this.pageSize) };
  }

  /**
   * Moto can load all policies that AWS manages, which takes it a second for each account. So those that are named are made in the
   * account, and told of under their own name.
   */
  async #withManagedPolicies(call: Call, account: AccountState): Promise<string> {
    const [, name] = /^arn:aws:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(call.parameters.PolicyArn ?? "") ?? [];
    if (name === undefined) return call.body;
    if (!account.managedPolicies.has(name)) {
      account.managedPolicies.add(name);
      const policy = {
        Action: "CreatePolicy",
        PolicyName: name,
        Path: MANAGED_PATH,
        PolicyDocument: managedPolicy(name),
      };
      await this.#upstream.ask(call.headers, new URLSearchParams({ ...policy, Version: "2010-05-08" }).toString());
    }
    const own = `arn:aws:iam::${account.id}:policy${MANAGED_PATH}${name}`;
    return new URLSearchParams({ ...call.parameters, PolicyArn: own }).toString();
  }

  /** Calls that moto does not know, or of which the gateway knows more. */
  async #ownAnswer(call: Call, account: AccountState): Promise<Reply | null> {
    const asked = call.parameters.AccessKeyId ?? "";
    switch (call.action) {
      case "GenerateCredentialReport":
        return this.#generateReport(call, account);
      case "GetCredentialReport":
        return credentialReport(call, account, this.now());
      case "GetAccessKeyLastUsed":
        return lastUsed(call, this.state.keys.get(asked), this.now(), this.reportingLagMs);
      case "GetAccessKeyInfo":
        return this.#keyInfo(call, asked);
      case "ListServiceSpecificCredentials":
        return serviceCredentials(call, account);
      case "ListOrganizationsFeatures":
        return organizationsFeatures(call, account);
      case "AssumeRoot":
        return this.#assumeRoot(call);
      case "SimulatePrincipalPolicy":
        this.simulatedFor.push(call.parameters.PolicySourceArn ?? "");
        return simulated(call, {
          denies: (action) => this.faults.denies(action, account.id),
          lacks: (action) => this.simulatorLacks.has(action),
        });
      case "LookupEvents":
        return this.#trail.lookup(call, account.id, this.now(), this.trailLagMs, this.pageSize);
      default:
        return null;
    }
  }

  /** The account stands in the id itself, but for those of before 2019. */
  #keyInfo(call: Call, asked: string): Reply {
    const id = accessKeyId(asked);
    const account = this.state.identities.get(asked)?.account ?? (id === null ? null : accountOf(id));
    return account === null
      ? refusal(call, 400, "ValidationError", "The specified access key ID does not exist.")
      : result(call, `<Account>${account}</Account>`);
  }

  async #generateReport(call: Call, account: AccountState): Promise<Reply> {
    const state = (name: string): Reply => result(call, `<State>${name}</State>`);
    const { report } = account;
    if (report !== null && isKept(account, this.now())) {
      return report.pollsLeft-- > 0 ? state("INPROGRESS") : state("COMPLETE");
    }
    // Moto says STARTED the first time, and has it at once.
    await this.#upstream.ask(call.headers, call.body);
    const made = await this.#upstream.ask(
      call.headers,
      call.body.replace("Action=GenerateCredentialReport", "Action=GetCredentialReport"),
    );
    const content = Buffer.from(element(made.body, "Content") ?? "", "base64").toString("utf8");
    account.report = {
      content: realReport(content, account, this.state, this.now(), this.reportingLagMs),
      generatedAt: this.now(),
      pollsLeft: account.reportPolls - 1,
    };
    return state(account.reportPolls === 0 ? "COMPLETE" : "STARTED");
  }

  async #assumeRoot(call: Call): Promise<Reply> {
    const account = rootAsked(call);
    const expiresAt = this.now() + Number(call.parameters.DurationSeconds ?? 900) * 1000;
    const xml = await this.#session(account, "root");
    const id = elementText(xml, "AccessKeyId") ?? "";
    const noted = this.#noteSession(xml, expiresAt);
    const arn = `arn:${this.partition}:iam::${account}:root`;
    this.state.identities.set(id, { ...noted, arn, kind: "root-session", taskPolicy: taskOf(call) });
    const credentials = withElement(element(xml, "Credentials") ?? "", "Expiration", isoTime(expiresAt));
    return result(call, `<Credentials>${credentials}</Credentials>`);
  }

  /** Moto's reply, made true; and what it tells is noted. */
  #corrected(call: Call, { account: id, userName }: Identity, xml: string): string {
    const account = this.state.account(id);
    const { keys } = this.state;
    const asked = call.parameters.AccessKeyId ?? "";
    switch (call.action) {
      case "AssumeRole": {
        const expiresAt = this.now() + Number(call.parameters.DurationSeconds ?? SESSION_S) * 1000;
        this.#noteSession(xml, expiresAt);
        return withElement(xml, "Expiration", isoTime(expiresAt));
      }
      case "GetCallerIdentity":
        return xml.replace("<Arn>arn:aws:", `<Arn>arn:${this.partition}:`);
      case "CreateAccessKey":
        return this.#withNewKey(xml, account.id);
      case "UpdateAccessKey":
        keys.set(asked, call.parameters.Status === "Active", this.now());
        return xml;
      case "DeleteAccessKey":
        keys.delete(asked, this.now());
        this.state.identities.delete(asked);
        return xml;
      case "ListAccessKeys": {
        const user = call.parameters.UserName ?? userName ?? "";
        return withKeys(xml, user, keys.listedAt(account.id, user, this.now() - this.spreading.listMs));
      }
      case "GetAccountSummary":
        return withRootSummary(xml, account);
      case "ListVirtualMFADevices":
        return withRootDevice(xml, account);
      default:
        return xml;
    }
  }

  #withNewKey(xml: string, account: string): string {
    const id = elementText(xml, "AccessKeyId") ?? "";
    const userName = elementText(xml, "UserName") ?? "";
    this.state.keys.add(new Key(id, account, userName, this.now()), this.now());
    this.state.identities.set(id, {
      account,
      arn: `arn:aws:iam::${account}:user/${userName}`,
      kind: "user",
      userName,
      secretAccessKey: elementText(xml, "SecretAccessKey") ?? "",
      sessionToken: null,
      expiresAt: null,
      taskPolicy: null,
      state: "valid",
    });
    return withElement(xml, "CreateDate", isoTime(this.now()));
  }

  /** What moto answers to whoever assumes a role in an account. */
  async #session(account: string, name: string): Promise<string> {
    const parameters = {
      Action: "AssumeRole",
      RoleArn: `arn:aws:iam::${account}:role/${name}`,
      RoleSessionName: name,
      Version: "2011-06-15",
    };
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=x`;
    const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
    return (await this.#upstream.ask(headers, new URLSearchParams(parameters).toString())).body;
  }

  #noteSession(xml: string, expiresAt: number | null): Identity {
    const arn = elementText(xml, "Arn") ?? "";
    const identity: Identity = {
      account: arn.split(":")[4] ?? "",
      arn,
      kind: "session",
      userName: null,
      secretAccessKey: elementText(xml, "SecretAccessKey") ?? "",
      sessionToken: elementText(xml, "SessionToken") ?? "",
      expiresAt,
      taskPolicy: null,
      state: "valid",
    };
    this.state.identities.set(elementText(xml, "AccessKeyId") ?? "", identity);
    return identity;
  }

  /** In which a call acts. */
  #accountOf(call: Call): string {
    const asked =
      call.action === "AssumeRole"
        ? call.parameters.RoleArn?.split(":")[4]
        : call.action === "AssumeRoot"
          ? rootAsked(call)
          : undefined;
    return asked ?? this.state.identities.get(call.accessKeyId)?.account ?? "unknown";
  }
}

/** What is kept under a name, which is then kept no more. */
function taken<T>(kept: Map<string, T>, name: string): T | undefined {
  const found = kept.get(name);
  kept.delete(name);
  return found;
}

function keyCallRefused(call: Call, { kind }: Identity): Reply | null {
  const { UserName, Status } = call.parameters;
  if (kind === "session" && UserName === undefined)
    return refusal(call, 400, "ValidationError", "Must specify userName when calling with non-User credentials");
  if (call.action === "UpdateAccessKey" && Status !== "Active" && Status !== "Inactive")
    return refusal(call, 400, "ValidationError", "Status must be Active or Inactive.");
  return null;
}

/** As far as the tests attach them. */
function managedPolicy(name: string): string {
  const statement =
    name === "AdministratorAccess" ? ADMINISTRATOR : { Effect: "Deny", Action: "iam:CreateAccessKey", Resource: "*" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
